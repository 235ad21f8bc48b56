//! What servers on one PostgreSQL tell each other. A notice is only a hint: the log is the truth.

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use tokio::time::sleep;
use uuid::Uuid;

use super::{Heard, presence::Presence};
use crate::{
    domain::OperatorId,
    server::{app::App, store::notices},
};

#[derive(Serialize, Deserialize)]
struct Notice {
    from: Uuid,
    says: Says,
}

#[derive(Serialize, Deserialize)]
pub(super) enum Says {
    /// The log has grown.
    Committed,
    Heard(Heard),
    /// Whether operators have streams open there.
    Staffed(bool),
    /// Some of the operators who have streams open there.
    Seated(Vec<OperatorId>),
}

/// PostgreSQL refuses notices of 8,000 bytes and more; only a long preview is that long, and it is dropped.
const LONGEST: usize = 7_900;

/// Hears the other servers.
pub async fn hear(app: App, presence: Arc<Presence>) {
    let me = app.hub.server_id();
    loop {
        let result = notices::listen(&app.db, |text| match serde_json::from_str::<Notice>(text) {
            Ok(notice) if notice.from == me => {}
            Ok(Notice { says: Says::Heard(heard), .. }) => app.hub.hear(heard),
            Ok(Notice { says: Says::Staffed(staffed), from }) => presence.heard(&app.hub, from, staffed),
            Ok(Notice { says: Says::Seated(seated), .. }) => presence.heard_of(seated),
            Ok(Notice { says: Says::Committed, .. }) | Err(_) => app.hub.heard_of_commit(),
        })
        .await;
        if let Err(error) = result {
            tracing::warn!(%error, "other servers cannot be heard; trying again");
        }
        sleep(Duration::from_secs(1)).await;
        // Whatever was written meanwhile is in the log.
        app.hub.heard_of_commit();
    }
}

/// Tells the others of commits: many in a row are one notice.
pub async fn announce(app: App) {
    loop {
        app.hub.announced().await;
        send(&app, Says::Committed).await;
    }
}

/// Passes signals on.
pub async fn speak(app: App) {
    let mut signals = app.hub.connect_outward();
    while let Some(heard) = signals.recv().await {
        send(&app, Says::Heard(heard)).await;
    }
}

pub(super) async fn send(app: &App, says: Says) {
    let Ok(text) = serde_json::to_string(&Notice { from: app.hub.server_id(), says }) else {
        return;
    };
    if text.len() > LONGEST {
        return;
    }
    if let Err(error) = notices::send(&app.db, &text).await {
        tracing::debug!(%error, "a notice was lost; the others look at the log by themselves");
    }
}
