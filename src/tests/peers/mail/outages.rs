//! Servers that are away for a while, on either side.

use super::{Desk, OURS, VERA, until};
use crate::{
    domain::{DeliveryState, Time},
    tests::{hooks_of, kit::TestApp},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_mailbox_that_was_away_is_read_from_where_it_was() {
    const FETCHED: &str = "support@imap.test";
    let Some(mut desk) = Desk::open(TestApp::on_sqlite().await).await else { return };
    let mut credentials = desk.servers.credentials("tls");
    credentials["imap"] = desk.servers.imap("tls");
    let channel = desk.connect(FETCHED, &credentials).await;
    desk.serve().await;
    desk.follows(channel).await;
    desk.servers.swaks(VERA, FETCHED, &["--body", "Before"]);
    desk.arrives("Before").await;

    desk.servers.stop_dovecot();
    // Postfix keeps it.
    desk.servers.swaks(VERA, FETCHED, &["--body", "Meanwhile"]);
    desk.servers.start_dovecot().await;
    desk.arrives("Meanwhile").await;
    desk.servers.swaks(VERA, FETCHED, &["--body", "Afterwards"]);
    desk.arrives("Afterwards").await;
    assert_eq!(hooks_of(&desk.app).await.len(), 3, "each came once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_reply_waits_for_the_server_and_leaves_once() {
    let Some(mut desk) = Desk::at_work().await else { return };
    desk.servers.swaks(VERA, OURS, &["--body", "A question"]);
    let (id, _) = desk.arrives("A question").await;
    desk.servers.stop_postfix();
    desk.replies(id, "An answer").await;
    let tried = until("it was tried", async || {
        let delivery = desk.reply(id, "An answer").await.delivery?;
        delivery.words.is_some().then_some(delivery)
    })
    .await;
    assert_eq!(tried.state, DeliveryState::Queued, "{tried:?}");

    desk.servers.start_postfix().await;
    desk.app.clock.advance(Time::MINUTE);
    desk.comes_to(id, "An answer", DeliveryState::Sent).await;
    desk.servers.reaches(VERA, "An answer").await;
    assert_eq!(desk.servers.reached(VERA, "An answer").len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_comes_while_we_are_away_comes_when_we_are_back() {
    let Some(desk) = Desk::open(TestApp::on_sqlite().await).await else { return };
    desk.connect(OURS, &desk.servers.credentials("tls")).await;
    desk.servers.swaks(VERA, OURS, &["--body", "Is anybody there?"]);
    desk.servers.puts_off_a_mail().await;
    desk.serve().await;
    desk.arrives("Is anybody there?").await;
    assert_eq!(hooks_of(&desk.app).await.len(), 1);
}
