//! What happens by itself.

use std::time::Duration;

use tokio::time::interval;

use super::{actions::maintain, app::App};

/// Starts what runs as long as the server does.
pub fn start(app: &App) {
    let app = app.clone();
    tokio::spawn(async move {
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
    });
}
