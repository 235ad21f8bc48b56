//! Tests through the real router and the real databases. Every case that touches a database runs on both.
//!
//! [`kit`] has the server under test and the actors; then a module a resource.

mod access;
mod conversations;
mod database;
mod inbox;
mod kit;
mod pages;
mod promises;
mod seeded;
mod sign_in;
mod streams;
mod tidy;
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
