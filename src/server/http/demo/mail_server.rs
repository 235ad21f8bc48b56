//! A mail server for the demo's mailboxes. It knows nothing of the rest of the server: our adapter hands it mails over
//! SMTP, and what it has for the shop it posts to our hook, over HTTP and signed, as a mail server elsewhere does.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use bytes::Bytes;
use futures::future::{BoxFuture, ready};
use tokio::{net::TcpListener, time::sleep};

use super::{Demo, bounce, hook::Note, mailboxes::Mail};
use crate::server::{
    channels::email::receiver::{Limits, Protocol, Sink, Verdict, serve},
    seed::{EMAIL_HOOK_SECRET, EMAIL_KEY},
};

/// What it calls itself.
const HOST: &str = "mx.example.test";
/// Addresses that begin so do not exist, so that a refused reply can be tried.
const UNKNOWN: &str = "bounce";
/// Mail for addresses that begin so is taken and comes back, so that this can be tried too.
const FULL: &str = "later-bounce";
/// After so long: quick for a mail server, and later than the answer that took the mail.
const COMES_BACK_AFTER: Duration = Duration::from_secs(1);

/// Starts it on a free port of this machine.
///
/// # Errors
/// If there is none.
pub async fn start(demo: Demo) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        let app = demo.app.clone();
        let sink = MailServer(demo);
        serve(listener, Protocol::Smtp, HOST, Limits::default(), sink, app.hub.stopped()).await;
    });
    Ok(address)
}

/// What becomes of mail for an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Arrives,
    Refused,
    ComesBack,
}

fn fate(address: &str) -> Fate {
    let address = address.to_lowercase();
    if address.starts_with(UNKNOWN) {
        Fate::Refused
    } else if address.starts_with(FULL) {
        Fate::ComesBack
    } else {
        Fate::Arrives
    }
}

#[derive(Clone)]
struct MailServer(Demo);

impl MailServer {
    fn take(&self, sender: Option<&str>, recipient: &str, raw: &[u8]) -> Verdict {
        let now = self.0.app.clock.now();
        if fate(recipient) == Fate::ComesBack {
            // What has no sender is a report itself, and comes back to nobody.
            let report = sender.and_then(|sender| {
                bounce::report(HOST, sender, recipient, raw, now)
                    .map(|report| note(None, &[sender.to_owned()], report.into()))
            });
            if let Some(report) = report {
                let app = self.0.app.clone();
                tokio::spawn(async move {
                    sleep(COMES_BACK_AFTER).await;
                    report.insist(&app).await;
                });
            }
            return Verdict::Taken;
        }
        match Mail::received(raw, now) {
            Ok(mail) => {
                self.0.mailboxes.add(&recipient.to_lowercase(), mail);
                Verdict::Taken
            }
            Err(unreadable) => Verdict::Refused(unreadable.to_string()),
        }
    }
}

impl Sink for MailServer {
    fn accepts<'a>(&'a self, address: &'a str) -> BoxFuture<'a, Verdict> {
        let verdict = match fate(address) {
            Fate::Refused => {
                Verdict::Refused(format!("<{address}>: Recipient address rejected: User unknown"))
            }
            Fate::Arrives | Fate::ComesBack => Verdict::Taken,
        };
        Box::pin(ready(verdict))
    }

    fn keep<'a>(&'a self, sender: Option<&'a str>, recipient: &'a str, raw: Bytes) -> BoxFuture<'a, Verdict> {
        Box::pin(ready(self.take(sender, recipient, &raw)))
    }
}

/// A mail for the shop, as our hook wants it. The null sender is none.
pub fn note(sender: Option<&str>, recipients: &[String], raw: Bytes) -> Note {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("sender", sender.unwrap_or_default());
    for recipient in recipients {
        query.append_pair("recipient", recipient);
    }
    Note {
        hook: format!("mail/{EMAIL_KEY}"),
        query: Some(query.finish()),
        secret: EMAIL_HOOK_SECRET,
        content_type: "message/rfc822",
        body: raw,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_addresses_are_not_reached() {
        for (address, want) in [
            ("vera@example.test", Fate::Arrives),
            ("later@example.test", Fate::Arrives),
            ("bounce@example.test", Fate::Refused),
            ("Bounce-7@example.test", Fate::Refused),
            ("later-bounce@example.test", Fate::ComesBack),
            ("Later-Bounce.2@example.test", Fate::ComesBack),
        ] {
            assert_eq!(fate(address), want, "{address}");
        }
    }

    #[test]
    fn the_envelope_stands_in_the_query() {
        let recipients = ["support+token@acme.test".to_owned(), "support@acme.test".to_owned()];
        let told = note(Some("vera@example.test"), &recipients, Bytes::from_static(b"raw"));
        assert_eq!(
            told.query.as_deref(),
            Some(
                "sender=vera%40example.test&recipient=support%2Btoken%40acme.test\
                 &recipient=support%40acme.test"
            )
        );
        assert_eq!(
            note(None, &recipients[1..], Bytes::new()).query.as_deref(),
            Some("sender=&recipient=support%40acme.test")
        );
    }
}
