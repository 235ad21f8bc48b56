//! A delivery report (RFC 3464), as a mail server writes it that cannot deliver what it has taken.

use std::time::{Duration, SystemTime};

use lettre::{
    Message,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
};
use memchr::memmem;
use uuid::Uuid;

use crate::{domain::Time, server::clock::new_id};

/// What the recipient's mailbox is said to be.
const WHY: &str = "552 5.2.2 The mailbox is full";
const STATUS: &str = "5.2.2";

/// Reports to a mail's sender that it did not reach a recipient, with its header. None if the sender's address is none.
pub fn report(host: &str, sender: &str, recipient: &str, raw: &[u8], now: Time) -> Option<Vec<u8>> {
    let id = new_id::<Uuid>().simple();
    let words = format!(
        "This is the mail system at host {host}.\n\n\
         I'm sorry to have to inform you that your message could not be\n\
         delivered to one or more recipients. Its header is attached below.\n\n\
         <{recipient}>: {WHY}\n"
    );
    let status = format!(
        "Reporting-MTA: dns; {host}\n\n\
         Final-Recipient: rfc822; {recipient}\n\
         Action: failed\n\
         Status: {STATUS}\n\
         Diagnostic-Code: smtp; {WHY}\n"
    );
    let kind = format!("multipart/report; report-type=delivery-status; boundary=\"=_r_{id}\"");
    let report = MultiPart::builder()
        .header(ContentType::parse(&kind).ok()?)
        .singlepart(SinglePart::plain(words))
        .singlepart(part("message/delivery-status", status)?)
        .singlepart(part("text/rfc822-headers", header_of(raw))?);
    let machine =
        Mailbox::new(Some("Mail Delivery System".to_owned()), format!("mailer-daemon@{host}").parse().ok()?);
    let message = Message::builder()
        .date(SystemTime::UNIX_EPOCH + Duration::from_micros(now.0.try_into().unwrap_or_default()))
        .from(machine)
        .to(Mailbox::new(None, sender.parse().ok()?))
        .subject("Undelivered Mail Returned to Sender")
        .message_id(Some(format!("<{id}@{host}>")))
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-replied".to_owned(),
        ))
        .multipart(report)
        .ok()?;
    Some(message.formatted())
}

fn part(content_type: &str, body: String) -> Option<SinglePart> {
    Some(SinglePart::builder().header(ContentType::parse(content_type).ok()?).body(body))
}

/// Up to the empty line.
fn header_of(raw: &[u8]) -> String {
    let end = memmem::find(raw, b"\r\n\r\n").map_or(raw.len(), |at| at + 2);
    String::from_utf8_lossy(&raw[..end]).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::channels::email::{
        classify::{Action, Nature},
        parse::{Mail, ReturnPath},
    };

    #[test]
    fn it_is_read_as_the_failure_of_the_very_mail() {
        let ours = "support+token@acme.test";
        let long = "references-that-go-on-and-on".repeat(8);
        let raw = format!(
            "From: Olga <support@acme.test>\r\nReply-To: {ours}\r\nMessage-ID: <m@acme.test>\r\n\
             References: <{long}@x.test>\r\nSubject: =?utf-8?q?R=C3=BCckgabe?=\r\n\r\nMessage-ID: <no@acme.test>\r\n"
        );
        let full = "later-bounce@example.test";
        let report = report("mx.example.test", ours, full, raw.as_bytes(), Time(0)).expect("a report");
        let mail = Mail::read(&report).expect("a mail");
        assert_eq!(mail.to[0].address, ours);
        assert_eq!(mail.field("auto-submitted"), Some("auto-replied"));
        let Nature::Bounce(bounce) = Nature::of(&mail, Some(&ReturnPath::Null)) else {
            panic!("no bounce: {mail:?}");
        };
        assert_eq!(bounce.message_id.as_deref(), Some("m@acme.test"));
        assert!(bounce.addresses.iter().any(|address| address == ours), "{:?}", bounce.addresses);
        let [about] = &bounce.reports[..] else { panic!("{:?}", bounce.reports) };
        assert_eq!((about.recipient.as_str(), about.action), (full, Action::Failed));
        assert_eq!(about.status.map(|status| status.to_string()).as_deref(), Some(STATUS));
        assert_eq!(about.diagnostic.as_deref(), Some(WHY));
    }

    #[test]
    fn nobody_is_told_whose_address_is_none() {
        assert_eq!(report("mx.example.test", "nobody", "full@example.test", b"", Time(0)), None);
    }
}
