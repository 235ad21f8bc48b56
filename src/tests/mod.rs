//! Tests through the real router and the real databases. Every case that touches a database runs on both.
//!
//! [`kit`] has the server under test and the actors; then a module a resource.

mod access;
mod api;
mod bot_check;
mod bots;
mod bots_settings;
mod bots_visitor;
mod bucket;
mod cancel;
mod canned;
mod channels;
mod contacts;
mod conversations;
mod corpus;
mod dashboard;
mod database;
mod deliveries;
mod dns;
mod faq;
mod files;
mod fuzz;
mod gateway;
mod in_reply_to;
mod inbox;
mod kit;
mod mail;
mod mailbox;
mod media;
mod mentions;
mod pages;
mod peers;
mod people;
mod post;
mod promises;
mod search;
mod seeded;
mod service_mails;
mod sign_in;
mod streams;
mod teams;
mod tidy;
mod transcripts;
mod views;
mod ways;
mod webhooks;
mod widget;

/// Makes of each case two tests, one on each database. Where no PostgreSQL is named, its test says so and passes,
/// except where everything must be there (`CI`).
macro_rules! on_both {
    ($($case:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $case() {
                super::$case(crate::tests::kit::TestApp::on_sqlite().await).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $case() {
                if let Some(app) = crate::tests::kit::TestApp::on_postgres().await {
                    super::$case(app).await;
                }
            })+
        }
    };
}
use on_both;

/// The delivery of a message.
async fn delivery_of(
    app: &kit::TestApp,
    message: crate::domain::MessageId,
) -> crate::server::store::deliveries::Kept {
    let mut conn = app.db.conn().await.expect("a connection");
    let kept = crate::server::store::deliveries::list_of_message(&mut conn, message).await.expect("read");
    kept.into_iter().next_back().expect("a delivery")
}

/// Everything that providers told.
async fn hooks_of(app: &kit::TestApp) -> Vec<crate::server::store::hooks::Kept> {
    let mut conn = app.db.conn().await.expect("a connection");
    crate::server::store::hooks::list_newest(&mut conn, 100).await.expect("read")
}

/// The channel with a key.
async fn channel_of(conn: &mut crate::server::store::Conn, key: &str) -> crate::domain::ChannelId {
    let found = crate::server::store::channels::find_by_key(conn, key).await.expect("read");
    found.expect("a channel").channel.id
}

/// Changes what a channel is set to do.
async fn update_settings(
    app: &kit::TestApp,
    id: crate::domain::ChannelId,
    change: impl FnOnce(&mut crate::server::store::channels::Settings),
) {
    let mut tx = app.tx().await;
    let mut channel =
        crate::server::store::channels::find(&mut tx, id).await.expect("read").expect("a channel");
    change(&mut channel.settings);
    crate::server::store::channels::update(&mut tx, &channel).await.expect("written");
    tx.commit().await.expect("a commit");
}
