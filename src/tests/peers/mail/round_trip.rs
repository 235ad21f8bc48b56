//! A mail comes, is answered, and is answered in turn: all the way, over TLS, both ways in.

use serde_json::json;

use super::{Desk, OURS, VERA, why};
use crate::{
    domain::{DeliveryState, Why},
    server::channels::email::dkim::Dkim,
    tests::{delivery_of, kit::TestApp, on_both},
};

on_both!(a_conversation_goes_round_by_lmtp, a_conversation_goes_round_by_imap);

/// What comes for this address lies in the mailbox.
const FETCHED: &str = "support@imap.test";
const SELECTOR: &str = "s1";
const RSA: &str = include_str!("../../../server/channels/email/fixtures/rsa.pem");
const ED25519: &str = include_str!("../../../server/channels/email/fixtures/ed25519.pem");

async fn a_conversation_goes_round_by_lmtp(app: TestApp) {
    let Some(desk) = Desk::open(app).await else { return };
    let mut credentials = desk.servers.credentials("starttls");
    credentials["dkim"] = json!({ "selector": SELECTOR, "private_key": RSA });
    desk.connect(OURS, &credentials).await;
    desk.serve().await;
    goes_round(&desk, OURS, &key(OURS, RSA)).await;
}

async fn a_conversation_goes_round_by_imap(app: TestApp) {
    let Some(desk) = Desk::open(app).await else { return };
    let mut credentials = desk.servers.credentials("tls");
    credentials["dkim"] = json!({ "selector": SELECTOR, "private_key": ED25519 });
    credentials["imap"] = desk.servers.imap("tls");
    let channel = desk.connect(FETCHED, &credentials).await;
    desk.serve().await;
    desk.follows(channel).await;
    goes_round(&desk, FETCHED, &key(FETCHED, ED25519)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_mailbox_is_followed_by_starttls() {
    let Some(desk) = Desk::open(TestApp::on_sqlite().await).await else { return };
    let mut credentials = desk.servers.credentials("starttls");
    credentials["imap"] = desk.servers.imap("starttls");
    let channel = desk.connect(FETCHED, &credentials).await;
    desk.serve().await;
    desk.follows(channel).await;
    // Nothing but the server's word that there is a mail makes us look for it so soon.
    for words in ["The first", "The second"] {
        desk.servers.swaks(VERA, FETCHED, &["--body", words]);
        desk.arrives(words).await;
    }
}

fn key(address: &str, pem: &str) -> Dkim {
    let (_, domain) = address.split_once('@').expect("an address");
    Dkim::new(domain, SELECTOR, pem).expect("a key")
}

async fn goes_round(desk: &Desk, ours: &str, key: &Dkim) {
    let servers = &desk.servers;
    let from = format!("Vera Lind <{VERA}>");
    let letter = ["--h-From", from.as_str(), "--h-Subject", "Order 12", "--body", "Where is it?"];
    let id = ["--h-Message-Id", "<one@customers.test>"];
    servers.swaks(VERA, ours, &[&letter[..], &id].concat());
    let (id, question) = desk.arrives("Where is it?").await;
    assert_eq!((question.sender_name.as_str(), why(&question)), ("Vera Lind", Why::Began));

    desk.replies(id, "It left today.").await;
    let reply = desk.comes_to(id, "It left today.", DeliveryState::Sent).await;
    let reached = servers.reaches(VERA, "It left today.").await;
    let mail = reached.mail();
    assert_eq!(mail.subject, "Re: Order 12");
    assert_eq!(mail.from.as_ref().map(|from| from.address.as_str()), Some(ours));
    for ids in [&mail.in_reply_to, &mail.references] {
        assert_eq!(*ids, ["one@customers.test"]);
    }
    let reply_id = mail.message_id.as_deref().expect("an id");
    assert_eq!(delivery_of(&desk.app, reply.id).await.provider_id.as_deref(), Some(reply_id));
    let back = mail.reply_to[0].address.as_str();
    assert_eq!(reached.sender.as_deref(), Some(back), "a bounce comes to where an answer does");

    assert!(servers.is_signed(&reached.raw, key));
    let raw = String::from_utf8_lossy(&reached.raw);
    for forged in [raw.replace("left today", "left in May"), format!("Subject: Order 13\r\n{raw}")] {
        assert!(!servers.is_signed(forged.as_bytes(), key), "{forged}");
    }

    let (in_reply_to, references) = (format!("<{reply_id}>"), format!("<one@customers.test> <{reply_id}>"));
    let named = ["--h-In-Reply-To", in_reply_to.as_str(), "--h-References", references.as_str()];
    let answers: [(&str, &str, &[&str], Why); 2] =
        [("Thank you", ours, &named, Why::Reference), ("One more thing", back, &[], Why::Token)];
    for (words, to, more, wanted) in answers {
        servers.swaks(VERA, to, &[more, &["--h-Subject", "Any", "--body", words]].concat());
        let (joined, answer) = desk.arrives(words).await;
        assert_eq!((joined, why(&answer)), (id, wanted), "{words}");
    }
    assert_eq!(servers.reached(VERA, "It left today.").len(), 1);
}
