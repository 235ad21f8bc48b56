use std::collections::BTreeSet;

use super::{
    super::{
        super::{Stored, Unreadable},
        key_of, raw as made,
    },
    CONVERSATION, credentials, raw,
};
use crate::{
    domain::{Attachment, FileId, Inbound, InboundMail, InboundMessage, Mailbox, Message, Time},
    server::clock::Clock,
};

fn parse(target: &str, raw: &[u8]) -> Result<Vec<Inbound>, Unreadable> {
    let credentials = serde_json::to_value(credentials()).expect("JSON");
    let adapter = made(credentials, &Clock::System).expect("an adapter");
    let stored =
        Stored { target: target.to_owned(), content_type: "message/rfc822".to_owned(), body: raw.to_vec() };
    adapter.parse(&stored)
}

fn message_at(target: &str, raw: &[u8]) -> InboundMessage {
    match parse(target, raw).expect("readable").pop() {
        Some(Inbound::Message(message)) => *message,
        other => panic!("{other:?}"),
    }
}

fn message(raw: &[u8]) -> InboundMessage {
    message_at("/imap", raw)
}

fn facts(message: &InboundMessage) -> &InboundMail {
    message.mail.as_deref().expect("a mail")
}

/// A mail with these fields beside the usual ones.
fn letter(fields: &str, text: &str) -> Vec<u8> {
    format!("Message-ID: <one@shop.test>\r\nSubject: A question\r\n{fields}\r\n\r\n{text}").into_bytes()
}

/// The text without what is folded away.
fn fresh(message: &InboundMessage) -> String {
    let mut fresh = message.text.clone();
    for fold in facts(message).folds.iter().rev() {
        fresh.replace_range(fold.start..fold.end, "");
    }
    fresh
}

#[test]
fn a_mail_becomes_a_message() {
    let raw = raw("plain");
    let ana = Mailbox { address: "ana@shop.test".to_owned(), name: Some("Ana Silva".to_owned()) };
    let want = InboundMessage {
        provider_id: key_of(&raw),
        ours: "support@acme.test".to_owned(),
        peer: "ana@shop.test".to_owned(),
        peer_name: ana.name.clone(),
        text: "Hello,\n\nwhere is my parcel? Größe 42, 3 €.\n\nAna".to_owned(),
        part: None,
        media: vec![],
        sent_at: Some(Time(1_793_693_700 * Time::SECOND)),
        mail: Some(Box::new(InboundMail {
            mail_id: Some("ana-1@shop.test".to_owned()),
            subject: "A question".to_owned(),
            from: ana,
            to: vec![Mailbox { address: "support@acme.test".to_owned(), name: None }],
            cc: vec![],
            folds: vec![],
            html: None,
            files: vec![],
            conversation: None,
            refers_to: vec![],
            automatic: None,
            bounce: false,
            suspicion: None,
            left_out: None,
        })),
    };
    assert_eq!(parse("/imap", &raw), Ok(vec![Inbound::Message(Box::new(want))]));
}

#[test]
fn the_address_that_was_written_to_is_found() {
    for (target, fields, ours) in [
        ("/imap", "To: Sales@ACME.test", "sales@acme.test"),
        ("/imap", "To: ana@shop.test\r\nCc: x@y.test, sales+a+b@acme.test", "sales@acme.test"),
        ("/lmtp?sender=&recipient=Sales%2Bx%40acme.test", "To: support@acme.test", "sales@acme.test"),
        (
            "/lmtp?recipient=x%40y.test&recipient=sales%40acme.test",
            "To: support@acme.test",
            "sales@acme.test",
        ),
        ("/imap", "Delivered-To: support+x@acme.test\r\nTo: sales@acme.test", "support@acme.test"),
        ("/imap", "To: list@lists.test", "support@acme.test"),
        ("/imap", "X: y", "support@acme.test"),
    ] {
        let raw = letter(&format!("From: ana@shop.test\r\n{fields}"), "text");
        assert_eq!(message_at(target, &raw).ours, ours, "{target} {fields}");
    }
}

#[test]
fn who_wrote_is_who_wants_the_answer() {
    for (fields, peer, name) in [
        ("From: Ana <Ana@Shop.test>", "ana@shop.test", Some("Ana")),
        ("From: Ana@Shop.test", "ana@shop.test", None),
        (
            "From: Form <form@web.test>\r\nReply-To: Ana <ANA@shop.test>, b@x.test",
            "ana@shop.test",
            Some("Ana"),
        ),
        ("From: Ana <a@shop.test>\r\nReply-To: b@shop.test", "b@shop.test", Some("Ana")),
        ("From: Ana <a@shop.test>\r\nReply-To: sales+x@acme.test", "a@shop.test", Some("Ana")),
        ("From: Us <support@acme.test>\r\nReply-To: Ana <a@shop.test>", "a@shop.test", Some("Ana")),
        ("From: support@acme.test", "support@acme.test", None),
        ("Sender: ana@shop.test", "ana@shop.test", None),
    ] {
        let message = message(&letter(fields, "text"));
        assert_eq!((message.peer.as_str(), message.peer_name.as_deref()), (peer, name), "{fields}");
    }
    for fields in ["To: support@acme.test", "From: undisclosed:;", "From: nobody"] {
        let words = parse("/imap", &letter(fields, "text")).expect_err("unreadable").0;
        assert!(words.contains("whom it is from"), "{fields}: {words}");
    }
    assert!(parse("/imap", b"").is_err() && parse("/imap", b"\0\x01").is_err());
}

#[test]
fn its_conversation_is_told_by_token_or_by_reference() {
    let reply = message(&raw("reply_gmail"));
    let refers_to = ["0192f3c4a5b67c8d9e0f1a2b3c4d5e6f@acme.test", "ana-1@shop.test"];
    assert_eq!(facts(&reply).conversation, Some(CONVERSATION));
    assert_eq!(facts(&reply).refers_to, refers_to);
    assert_eq!(reply.text.lines().next(), Some("Thank you, it came."));
    assert!(reply.text.contains("where is my parcel?"), "nothing is lost");
    assert_eq!(fresh(&reply).trim(), "Thank you, it came.");
    let address = String::from_utf8(raw("reply_gmail")).expect("text");
    let (_, address) = address.split_once("To: reply").expect("an address");
    let (token, _) = address.split_once('@').expect("an address");
    let target = format!("/lmtp?recipient=support{}%40acme.test", token.replace('+', "%2B"));
    let named = message_at(&target, &letter("From: ana@shop.test", "text"));
    assert_eq!((facts(&named).conversation, named.ours.as_str()), (Some(CONVERSATION), "support@acme.test"));
}

#[test]
fn machines_are_told_from_people() {
    for (name, automatic, bounce) in [
        ("plain", false, false),
        ("reply_gmail", false, false),
        ("auto_vacation", true, false),
        ("auto_list", true, false),
        ("auto_no_reply", true, false),
        ("receipt_read", true, false),
        ("receipt_delivered", true, false),
        ("bounce_qmail", true, true),
        ("bounce_exim", true, true),
        ("bounce_german", true, true),
        ("bounce_xtext", true, true),
        ("delayed_exim", true, true),
    ] {
        let message = message(&raw(name));
        assert_eq!(
            (facts(&message).automatic.is_some(), facts(&message).bounce),
            (automatic, bounce),
            "{name}"
        );
    }
    let returned = message(&raw("bounce_qmail"));
    assert_eq!(facts(&returned).conversation, Some(CONVERSATION));
    assert_eq!(facts(&returned).refers_to, ["0192f3c4a5b67c8d9e0f1a2b3c4d5e6f@acme.test"]);
    let null = message_at("/lmtp?sender=&recipient=support%40acme.test", &letter("From: ana@shop.test", "x"));
    assert!(facts(&null).automatic.is_some());
    let own = message(&letter("From: Support <Support+x@acme.test>", "x"));
    assert_eq!(facts(&own).automatic.as_deref(), Some("It came from this channel's own address."));
}

#[test]
fn a_report_about_ours_is_no_message() {
    let report = parse("/imap", &raw("bounce_postfix")).expect("readable");
    assert!(matches!(&report[..], [Inbound::Status(status)] if status.delivery.is_some()), "{report:?}");
    let delayed = parse("/imap", &raw("delayed_postfix")).expect("readable");
    assert!(matches!(&delayed[..], [Inbound::Ignored(_)]), "{delayed:?}");
    let text = String::from_utf8(raw("bounce_postfix")).expect("text");
    let foreign = text.replace("c4d5e6f@acme.test", "c4d5e6f@other.test");
    let message = message(foreign.as_bytes());
    assert!(facts(&message).bounce && facts(&message).automatic.is_some());
}

#[test]
fn images_stand_in_their_place() {
    let message = message(&raw("nested"));
    let [logo, terms] = &facts(&message).files[..] else { panic!("two files: {message:?}") };
    assert_eq!(
        (logo.name.as_str(), logo.content_type.as_str(), logo.inline),
        ("logo.png", "image/png", true)
    );
    assert_eq!((terms.name.as_str(), terms.inline), ("terms.pdf", false));
    assert!(logo.bytes.starts_with(b"\x89PNG") && terms.bytes.starts_with(b"%PDF"));
    assert!(logo.key.len() >= 22 && logo.key != terms.key && logo.id != terms.id);
    let url_safe = |c: u8| c.is_ascii_alphanumeric() || b"-_".contains(&c);
    assert!(logo.key.bytes().all(url_safe), "{}", logo.key);
    let kept = Attachment {
        id: FileId(uuid::Uuid::nil()),
        key: logo.key.clone(),
        name: String::new(),
        content_type: String::new(),
        size: 0,
        image: None,
    };
    let html = facts(&message).html.as_deref().expect("HTML");
    assert!(html.contains(&format!("src=\"{}\"", kept.path())), "{html}");
    // An image that no HTML shows is a file like others.
    let interleaved = self::message(&raw("apple_interleaved"));
    assert!(!facts(&interleaved).files[0].inline);
    let only_html = self::message(&raw("only_html"));
    assert!(facts(&only_html).html.as_deref().is_some_and(|html| !html.contains("script")));
}

#[test]
fn what_is_too_much_is_left_out_and_said() {
    let from = "From: ana@shop.test";
    let long = message(&letter(from, &"é \n".repeat(Message::MAX_MAIL)));
    assert!(long.text.chars().count() <= Message::MAX_MAIL && long.text.ends_with('é'));
    let left_out = facts(&long).left_out.as_deref().expect("words");
    assert_eq!(left_out, "Left out: the text after its first 100,000 characters.");
    let deep = format!("{}text", "<div>".repeat(300));
    let deep = message(&letter(&format!("{from}\r\nContent-Type: text/html"), &deep));
    assert_eq!(facts(&deep).html, None);
    assert!(facts(&deep).left_out.as_deref().is_some_and(|words| words.contains("too complex")), "{deep:?}");
    let crowd = format!("{from}\r\nTo: {}", "a@x.test, ".repeat(600));
    let crowd = message(&letter(&crowd, "x"));
    assert_eq!(facts(&crowd).left_out.as_deref(), Some("Left out: recipients after the first 500."));
    let wordy = format!("From: {} <ana@shop.test>\r\nX: y", "n".repeat(5_000));
    assert_eq!(message(&letter(&wordy, "x")).peer_name.map(|name| name.len()), Some(200));
}

#[test]
fn no_message_is_without_words_and_files() {
    assert_eq!(message(&raw("empty")).text, "[An empty message]");
    let file = "From: ana@shop.test\r\nContent-Type: application/pdf; name=a.pdf";
    let only_file = message(&letter(file, "%PDF"));
    assert_eq!((only_file.text.as_str(), facts(&only_file).files.len()), ("", 1));
}

#[test]
fn a_forged_sender_is_noticed() {
    let forged = "Authentication-Results: mx.acme.test; dmarc=fail\r\nFrom: ana@shop.test";
    let words = "The sender could not be verified: DMARC fail.";
    assert_eq!(facts(&message(&letter(forged, "x"))).suspicion.as_deref(), Some(words));
}

#[test]
fn thousands_of_recipients_are_looked_through() {
    let recipients: String = (0..10_000).map(|n| format!("recipient=a{n}%40x.test&")).collect();
    let target = format!("/lmtp?{recipients}recipient=sales%40acme.test");
    assert_eq!(message_at(&target, &letter("From: ana@shop.test", "x")).ours, "sales@acme.test");
}

#[test]
fn each_reading_gives_new_keys() {
    let keys: BTreeSet<String> =
        (0..50).flat_map(|_| facts(&message(&raw("nested"))).files.clone()).map(|file| file.key).collect();
    assert_eq!(keys.len(), 100);
}
