//! Whether somebody is there to answer, over all servers of an installation.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::{Instant, interval};
use uuid::Uuid;

use super::{
    Hub,
    exchange::{self, Says},
};
use crate::{domain::OperatorId, server::app::App};

/// How often servers tell each other; a page that is loaded anew does not look like somebody who has left.
const TELL: Duration = Duration::from_secs(3);
/// A server that has said nothing for so long is gone.
const FORGET: Duration = Duration::from_secs(10);

/// So many operators are told of in one notice, which may not be long.
const TOGETHER: usize = 150;

/// The other servers with operators, and when they last said so.
#[derive(Default)]
pub struct Presence {
    elsewhere: Mutex<HashMap<Uuid, Instant>>,
    /// The operators who are there, and when one of those servers last said so.
    operators: Mutex<HashMap<OperatorId, Instant>>,
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

    /// Takes in some of the operators whom another server has.
    pub(super) fn heard_of(&self, seated: Vec<OperatorId>) {
        let now = Instant::now();
        let mut operators = self.operators.lock().unwrap_or_else(PoisonError::into_inner);
        operators.extend(seated.into_iter().map(|operator| (operator, now)));
    }

    /// The operators here, and those whom other servers have.
    fn everybody(&self, mut here: BTreeSet<OperatorId>) -> BTreeSet<OperatorId> {
        let mut operators = self.operators.lock().unwrap_or_else(PoisonError::into_inner);
        operators.retain(|_, said| said.elapsed() < FORGET);
        here.extend(operators.keys().copied());
        here
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
        let seated = app.hub.seated();
        if app.db.is_shared() {
            let seated: Vec<OperatorId> = seated.iter().copied().collect();
            for some in seated.chunks(TOGETHER) {
                exchange::send(&app, Says::Seated(some.to_vec())).await;
            }
        }
        app.hub.show_here(presence.everybody(seated));
    }
}
