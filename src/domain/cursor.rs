//! Where a view stands in the event log.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

use super::{EventId, ParseIdError};

/// The place of one event in the global order.
///
/// On PostgreSQL a sequence is not in commit order, so events are ordered by the transaction that wrote them and
/// then by id; `xid` is 0 on SQLite, whose single writer makes the id alone the commit order. As text
/// (`xid.id`) it is what a stream calls its last event id.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    pub xid: i64,
    pub id: EventId,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.xid, self.id)
    }
}

impl FromStr for Position {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        let (xid, id) = text.split_once('.').ok_or(ParseIdError)?;
        match (xid.parse(), id.parse()) {
            (Ok(xid @ 0..), Ok(id @ 0..)) => Ok(Self { xid, id }),
            _ => Err(ParseIdError),
        }
    }
}

/// What a view already holds of the log.
///
/// A snapshot read while other transactions are under way holds some later transactions and lacks some earlier
/// ones, so one number cannot say what is in it. This can, and so each event is applied to a view exactly once,
/// however snapshot and stream overlap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsOf {
    /// Every event up to here is in the view.
    pub position: Position,
    /// Transactions from here on are not in the snapshot (0 on SQLite).
    pub end: i64,
    /// Transactions between `position` and `end` that were still running when the snapshot was read.
    pub running: Vec<i64>,
}

impl AsOf {
    /// A view that holds exactly the events up to `position`.
    #[must_use]
    pub const fn at(position: Position) -> Self {
        Self { position, end: 0, running: Vec::new() }
    }

    /// Whether the view already holds this event.
    #[must_use]
    pub fn covers(&self, event: Position) -> bool {
        event <= self.position || (event.xid < self.end && !self.running.contains(&event.xid))
    }

    /// Notes that a stream, which is in order, has brought the view up to `event`.
    pub fn advance(&mut self, event: Position) {
        self.position = self.position.max(event);
    }

    /// Where a stream has to start so that this view misses nothing.
    #[must_use]
    pub const fn resume_from(&self) -> Position {
        self.position
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn position_reads_what_it_writes() {
        let position = Position { xid: 781, id: 42 };
        assert_eq!(position.to_string().parse(), Ok(position));
        for bad in ["", "1", "1.", ".1", "-1.2", "a.b", "1.2.3"] {
            assert_eq!(bad.parse::<Position>(), Err(ParseIdError), "{bad}");
        }
    }

    #[test]
    fn a_snapshot_lacks_what_was_running_and_holds_what_had_committed() {
        let view = AsOf { position: Position { xid: 9, id: i64::MAX }, end: 15, running: vec![10, 12] };
        let held = [(5, 1), (9, 70), (11, 3), (13, 4), (14, 90)];
        let missing = [(10, 1), (12, 2), (15, 3), (16, 1)];
        assert!(held.iter().all(|&(xid, id)| view.covers(Position { xid, id })));
        assert!(missing.iter().all(|&(xid, id)| !view.covers(Position { xid, id })));
    }

    #[test]
    fn a_stream_brings_the_view_forward() {
        let mut view = AsOf { position: Position { xid: 9, id: i64::MAX }, end: 15, running: vec![10] };
        let late = Position { xid: 10, id: 7 };
        view.advance(late);
        assert!(view.covers(late));
        assert!(!view.covers(Position { xid: 10, id: 8 }));
        assert!(view.covers(Position { xid: 11, id: 1 }));
    }
}
