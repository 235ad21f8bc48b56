//! What happens by itself: jobs that were made with what makes them necessary, and tidying up.

mod answer;
mod deliver;
mod fetch_media;
mod mailboxes;
mod read_hook;
mod responder;
pub mod runner;
mod service_mail;
mod telling;
mod webhook;

use std::time::Duration;

use tokio::{task::JoinHandle, time::interval};

use super::{actions::maintain, app::App};

/// Starts what runs as long as the server does. The handle ends when the server stops and what was under way is done.
pub fn start(app: &App) -> JoinHandle<()> {
    tokio::spawn(tidy_up(app.clone()));
    let (runner, mailboxes) = (runner::run(app.clone()), mailboxes::run(app.clone()));
    let telling = telling::run(app.clone());
    tokio::spawn(async {
        tokio::join!(runner, mailboxes, telling);
    })
}

async fn tidy_up(app: App) {
    let mut hourly = interval(Duration::from_secs(60 * 60));
    loop {
        tokio::select! {
            _ = hourly.tick() => {
                if let Err(error) = maintain::clean_up(&app).await {
                    tracing::warn!(%error, "cleaning up failed; it is tried again in an hour");
                }
            }
            () = app.hub.stopped() => return,
        }
    }
}
