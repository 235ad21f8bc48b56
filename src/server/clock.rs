//! Where times and ids come from. Nothing else makes them, so that tests can.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use uuid::Uuid;

use crate::domain::Time;

/// A source of the current time.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    #[default]
    System,
    /// A clock that stands until it is moved, for tests.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at a time.
    #[must_use]
    pub fn manual(time: Time) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(time.0)))
    }

    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn now(&self) -> Time {
        match self {
            Self::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Time(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
            }
            Self::Manual(time) => Time(time.load(Ordering::SeqCst)),
        }
    }

    /// Moves a manual clock by so many microseconds, back too; a system clock goes by itself.
    pub fn advance(&self, micros: i64) {
        if let Self::Manual(time) = self {
            time.fetch_add(micros, Ordering::SeqCst);
        }
    }
}

/// A new id: UUIDv7, so that ids of one kind sort by age and sit together in the index.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where ids come from")]
pub fn new_id<T: From<Uuid>>() -> T {
    T::from(Uuid::now_v7())
}
