//! When the company's own server does not take what we send.

use serde_json::{Value, json};

use super::{Desk, VERA, words};
use crate::{
    domain::{ChannelHealth, ChannelId, ConversationId, DeliveryState},
    server::store::{channels, health},
    tests::kit::TestApp,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_wrong_password_is_told_until_it_is_right() {
    let Some(desk) = Desk::open(TestApp::on_sqlite().await).await else { return };
    desk.serve().await;
    for security in ["starttls", "tls"] {
        let wrong = desk.servers.smtp(security, Some("wrong"));
        let (channel, id) = conversation(&desk, &format!("{security}@lmtp.test"), wrong).await;
        desk.replies(id, "Hello").await;
        let failed = desk.comes_to(id, "Hello", DeliveryState::Failed).await;
        assert!(words(&failed).contains("authentication failed"), "{failed:?}");
        let told = health_of(&desk, channel).await;
        assert_eq!(told.failing_words.as_deref(), Some(words(&failed)));

        repair(&desk, channel, desk.servers.credentials(security)["smtp"].take()).await;
        let again = json!({ "conversation_id": id, "seq": failed.seq });
        desk.ann.call("send_again", again).await.ok();
        desk.comes_to(id, "Hello", DeliveryState::Sent).await;
        assert_eq!(health_of(&desk, channel).await.failing_since, None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_does_not_sign_in_is_told_why_nothing_leaves() {
    let Some(desk) = Desk::open(TestApp::on_sqlite().await).await else { return };
    desk.serve().await;
    for (security, said) in [("none", "Relay access denied"), ("starttls", "Client host rejected")] {
        let unsigned = desk.servers.smtp(security, None);
        let (_, id) = conversation(&desk, &format!("{security}@lmtp.test"), unsigned).await;
        desk.replies(id, "Hello").await;
        let failed = desk.comes_to(id, "Hello", DeliveryState::Failed).await;
        assert!(words(&failed).contains(said), "{failed:?}");
    }
    assert!(desk.servers.reached(VERA, "Hello").is_empty());
}

/// A conversation at an address whose mail leaves so.
async fn conversation(desk: &Desk, address: &str, smtp: Value) -> (ChannelId, ConversationId) {
    let mut credentials = desk.servers.credentials("tls");
    credentials["smtp"] = smtp;
    let channel = desk.connect(address, &credentials).await;
    let question = format!("To {address}");
    desk.servers.swaks(VERA, address, &["--body", &question]);
    (channel, desk.arrives(&question).await.0)
}

async fn health_of(desk: &Desk, channel: ChannelId) -> ChannelHealth {
    let mut conn = desk.app.db.conn().await.expect("a connection");
    health::find(&mut conn, channel).await.expect("read").expect("it has been used")
}

async fn repair(desk: &Desk, channel: ChannelId, smtp: Value) {
    let mut tx = desk.app.tx().await;
    let mut channel = channels::find(&mut tx, channel).await.expect("read").expect("a channel");
    let kept = desk.app.credentials(&channel).expect("they open");
    let mut credentials: Value = serde_json::from_str(&kept).expect("JSON");
    credentials["smtp"] = smtp;
    let sealed = desk.app.vault.seal(&channel.credentials_place(), &credentials.to_string());
    channel.credentials = Some(sealed.expect("a key"));
    channels::update(&mut tx, &channel).await.expect("written");
    tx.commit().await.expect("a commit");
}
