//! Whether somebody is there to answer, over all servers of an installation.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::{Instant, interval};
use uuid::Uuid;

use super::{
    Hub,
    exchange::{self, Says},
};
use crate::server::app::App;

/// How often servers tell each other; a page that is loaded anew does not look like somebody who has left.
const TELL: Duration = Duration::from_secs(3);
/// A server that has said nothing for so long is gone.
const FORGET: Duration = Duration::from_secs(10);

/// The other servers with operators, and when they last said so.
#[derive(Default)]
pub struct Presence {
    elsewhere: Mutex<HashMap<Uuid, Instant>>,
}

impl Presence {
    /// Takes in what another server says.
    pub(super) fn heard(&self, hub: &Hub, server: Uuid, staffed: bool) {
        let mut elsewhere = self.elsewhere.lock().unwrap_or_else(PoisonError::into_inner);
        if staffed {
            elsewhere.insert(server, Instant::now());
            hub.look_who_is_here(true);
        } else {
            elsewhere.remove(&server);
        }
    }

    fn is_staffed_elsewhere(&self) -> bool {
        let mut elsewhere = self.elsewhere.lock().unwrap_or_else(PoisonError::into_inner);
        elsewhere.retain(|_, said| said.elapsed() < FORGET);
        !elsewhere.is_empty()
    }
}

/// Keeps visitors' picture true: coming shows at once, leaving a little later.
pub async fn keep(app: App, presence: Arc<Presence>) {
    let mut tick = interval(TELL);
    loop {
        tick.tick().await;
        app.hub.look_who_is_here(presence.is_staffed_elsewhere());
        if app.db.is_shared() {
            exchange::send(&app, Says::Staffed(app.hub.has_operators())).await;
        }
    }
}
