//! Follows the event log, and makes of it what webhooks are to be told.
//!
//! Every server of an installation does so; each event is told by one of them.

use std::time::Duration;

use tokio::{
    sync::broadcast::{self, error::RecvError},
    time::sleep,
};

use crate::server::{actions::webhooks, app::App, realtime::Item};

/// The log is looked at this often even if nothing was heard.
const LOOK: Duration = Duration::from_secs(1);

/// Tells until the server stops.
pub async fn run(app: App) {
    let mut heard = app.hub.listen();
    loop {
        let more = webhooks::feed(&app).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "webhooks cannot be told; trying again");
            false
        });
        tokio::select! {
            () = app.hub.stopped() => return,
            () = sleep(if more { Duration::ZERO } else { LOOK }) => {}
            () = event(&mut heard) => {}
        }
    }
}

/// Waits until something has happened that lasts.
async fn event(heard: &mut broadcast::Receiver<Item>) {
    loop {
        match heard.recv().await {
            // Whatever was missed may have been it.
            Ok(Item::Event(_)) | Err(RecvError::Lagged(_)) => return,
            Ok(Item::Signal(_)) => {}
            Err(RecvError::Closed) => return std::future::pending().await,
        }
    }
}
