//! What every part of a running server shares.

use std::{ops::Deref, sync::Arc};

use super::{
    auth::{limits::Limits, password::Passwords},
    clock::Clock,
    config::Config,
    realtime::Hub,
    store::Db,
};

/// A running server. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of a server; tests put in their own.
pub struct Parts {
    pub config: Config,
    pub db: Db,
    pub clock: Clock,
    pub hub: Arc<Hub>,
    pub passwords: Passwords,
    pub limits: Limits,
}

impl App {
    /// Puts a server together over an open, migrated database.
    #[must_use]
    pub fn new(config: Config, db: Db, clock: Clock) -> Self {
        let limits = Limits::new(&config.limits);
        Self(Arc::new(Parts {
            config,
            db,
            clock,
            hub: Arc::new(Hub::new()),
            passwords: Passwords::new(),
            limits,
        }))
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
