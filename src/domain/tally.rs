//! What is counted over time: each thing once, at its time, for those whose it was then.

use super::{ChannelId, OperatorId, TeamId, Time};

/// One thing that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tally {
    pub at: Time,
    pub channel_id: ChannelId,
    pub team_id: Option<TeamId>,
    /// Whose it is: who answered, who owned what was resolved, who had owned what was reopened.
    pub operator_id: Option<OperatorId>,
    pub what: Counted,
}

/// What happened. Stretches of time are in microseconds and not negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Counted {
    /// A conversation began.
    Began,
    /// A conversation that was resolved came back.
    Reopened,
    /// A bot gave it to people.
    HandedOff,
    /// The first answer of a person, after the customer had waited so long for one.
    Answered { after: i64 },
    /// It was resolved, so long after it had begun or was reopened.
    Resolved {
        after: i64,
        /// How long the customer had waited for people, in all.
        waited: i64,
        /// No person had any part in it: a bot had answered alone.
        alone: bool,
    },
}

impl Counted {
    /// Whether it is counted for an operator, should there be one or not.
    #[must_use]
    pub const fn is_of_operator(self) -> bool {
        matches!(self, Self::Reopened | Self::Answered { .. } | Self::Resolved { .. })
    }
}
