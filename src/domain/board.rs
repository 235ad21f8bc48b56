//! The live half of the dashboard: how much work there is, where and with whom, and how events keep it true.

use serde::{Deserialize, Serialize};

use super::{
    AsOf, ChannelId, Event, Facts, OperatorId, Position, Queue, QueueCell, Status, TeamId, Time,
    channel::words,
};

words! {
    /// What of the work is counted. Each is a list of the inbox, by the predicates of its queues.
    pub enum Load {
        /// The customer spoke last to a person and nobody has answered.
        NeedsAnswer = "needs_answer",
        /// It waits for a person and nobody owns it.
        Unassigned = "unassigned",
        /// Somebody owns it.
        Active = "active",
        /// A bot answers.
        Ai = "ai",
        /// All that is not resolved.
        InWork = "in_work",
    }
}

impl Load {
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// The queue that shows these, or of which they are some.
    #[must_use]
    pub const fn queue(self) -> Queue {
        match self {
            Self::NeedsAnswer => Queue::NeedsAnswer,
            Self::Unassigned => Queue::Unassigned,
            Self::Ai => Queue::Ai,
            Self::Active | Self::InWork => Queue::All,
        }
    }

    /// The statuses that it asks for, besides what its queue does; none: any.
    #[must_use]
    pub const fn statuses(self) -> &'static [Status] {
        match self {
            Self::NeedsAnswer | Self::Unassigned | Self::Ai => &[],
            Self::Active => &[Status::Active],
            Self::InWork => &[Status::Open, Status::Waiting, Status::Active],
        }
    }

    /// Whether a conversation with these facts is counted.
    #[must_use]
    pub fn holds(self, facts: &Facts) -> bool {
        self.queue().takes(facts, None)
            && (self.statuses().is_empty() || self.statuses().contains(&facts.status))
    }
}

/// Whose work is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    All,
    /// What a team has; none: what no team has.
    Team(Option<TeamId>),
    /// What began on a channel.
    Channel(ChannelId),
    /// What an operator owns.
    Operator(OperatorId),
}

impl Scope {
    /// Whether a conversation is one of these.
    #[must_use]
    pub fn holds(self, facts: &Facts, channel: ChannelId) -> bool {
        match self {
            Self::All => true,
            Self::Team(team) => facts.team_id == team,
            Self::Channel(id) => channel == id,
            Self::Operator(id) => facts.owner_id == Some(id),
        }
    }
}

/// How much of each load there is in one scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Row {
    scope: Scope,
    counts: [i64; Load::COUNT],
}

/// How many conversations of a channel belong to a load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChannelCell {
    pub channel_id: ChannelId,
    pub load: Load,
    pub count: i64,
}

/// How much work there is. What is nothing is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// By scope.
    rows: Vec<Row>,
    /// When it was read.
    pub now: Time,
    pub as_of: AsOf,
}

impl Board {
    /// Adds up what is kept: by the facts of conversations, and by their channels.
    #[must_use]
    pub fn sum(cells: &[QueueCell], channels: &[ChannelCell], now: Time, as_of: AsOf) -> Self {
        let mut board = Self { rows: Vec::new(), now, as_of };
        for QueueCell { facts, count } in cells {
            board.add(facts, None, *count);
        }
        for ChannelCell { channel_id, load, count } in channels {
            board.count(Scope::Channel(*channel_id), *load, *count);
        }
        board.tidy();
        board
    }

    /// How many conversations there are.
    #[must_use]
    pub fn get(&self, scope: Scope, load: Load) -> i64 {
        self.rows
            .binary_search_by_key(&scope, |row| row.scope)
            .map_or(0, |place| self.rows[place].counts[load as usize])
    }

    /// How much of what is in work a bot answers, in percent; none if there is no work.
    #[must_use]
    pub fn ai_share(&self, scope: Scope) -> Option<i64> {
        percent(self.get(scope, Load::Ai), self.get(scope, Load::InWork))
    }

    /// Takes in the next event of the stream. True if a number has changed. An event that it already holds changes
    /// nothing.
    pub fn apply(&mut self, at: Position, event: &Event) -> bool {
        if self.as_of.covers(at) {
            return false;
        }
        self.as_of.advance(at);
        let Event::ConversationChanged { conversation, was, .. } = event else { return false };
        let is = conversation.facts();
        if was.as_ref() == Some(&is) {
            return false;
        }
        let channel = Some(conversation.channel_id);
        if let Some(was) = was {
            self.add(was, channel, -1);
        }
        self.add(&is, channel, 1);
        self.tidy();
        true
    }

    fn add(&mut self, facts: &Facts, channel: Option<ChannelId>, count: i64) {
        let scopes = [
            Some(Scope::All),
            Some(Scope::Team(facts.team_id)),
            channel.map(Scope::Channel),
            facts.owner_id.map(Scope::Operator),
        ];
        for load in Load::ALL.iter().filter(|load| load.holds(facts)) {
            for scope in scopes.into_iter().flatten() {
                self.count(scope, *load, count);
            }
        }
    }

    fn count(&mut self, scope: Scope, load: Load, count: i64) {
        let place = self.rows.binary_search_by_key(&scope, |row| row.scope).unwrap_or_else(|place| {
            self.rows.insert(place, Row { scope, counts: [0; Load::COUNT] });
            place
        });
        self.rows[place].counts[load as usize] += count;
    }

    fn tidy(&mut self) {
        self.rows.retain(|row| row.counts != [0; Load::COUNT]);
    }
}

/// So many of so many in percent, rounded to the nearest; none of nothing.
#[must_use]
pub const fn percent(part: i64, whole: i64) -> Option<i64> {
    if whole > 0 { Some((200 * part + whole) / (2 * whole)) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const SUPPORT: TeamId = TeamId(Uuid::from_u128(10));
    const OLGA: OperatorId = OperatorId(Uuid::from_u128(1));

    fn facts(status: Status, needs_answer: bool) -> Facts {
        let owned = status == Status::Active;
        Facts {
            team_id: Some(SUPPORT),
            owner_id: owned.then_some(OLGA),
            status,
            needs_answer,
            snoozed: false,
        }
    }

    #[test]
    fn each_load_by_what_a_conversation_is() {
        use Load::{Active, Ai, InWork, NeedsAnswer, Unassigned};
        let table: [(Facts, &[Load]); 6] = [
            (facts(Status::Open, false), &[Ai, InWork]),
            (facts(Status::Waiting, true), &[NeedsAnswer, Unassigned, InWork]),
            (facts(Status::Waiting, false), &[Unassigned, InWork]),
            (facts(Status::Active, true), &[NeedsAnswer, Active, InWork]),
            (facts(Status::Active, false), &[Active, InWork]),
            (facts(Status::Resolved, false), &[]),
        ];
        for (facts, loads) in table {
            let held: Vec<Load> = Load::ALL.iter().copied().filter(|load| load.holds(&facts)).collect();
            assert_eq!(held, loads, "{facts:?}");
        }
    }

    #[test]
    fn what_is_kept_is_added_up_for_everybody() {
        let cells = [(facts(Status::Waiting, true), 3), (facts(Status::Active, false), 2)]
            .map(|(facts, count)| QueueCell { facts, count });
        let channel_id = ChannelId(Uuid::from_u128(70));
        let channels = [ChannelCell { channel_id, load: Load::InWork, count: 5 }];
        let board = Board::sum(&cells, &channels, Time(0), AsOf::at(Position::default()));
        for (scope, load, count) in [
            (Scope::All, Load::NeedsAnswer, 3),
            (Scope::All, Load::InWork, 5),
            (Scope::Team(Some(SUPPORT)), Load::Unassigned, 3),
            (Scope::Team(None), Load::Unassigned, 0),
            (Scope::Operator(OLGA), Load::Active, 2),
            (Scope::Operator(OLGA), Load::NeedsAnswer, 0),
            (Scope::Channel(channel_id), Load::InWork, 5),
        ] {
            assert_eq!(board.get(scope, load), count, "{scope:?} {load:?}");
        }
        assert_eq!(board.ai_share(Scope::All), Some(0));
        assert_eq!(board.ai_share(Scope::Team(None)), None);
    }

    #[test]
    fn shares_are_rounded_to_the_nearest() {
        let table = [
            (0, 3, Some(0)),
            (1, 3, Some(33)),
            (2, 3, Some(67)),
            (1, 2, Some(50)),
            (1, 200, Some(1)),
            (3, 3, Some(100)),
            (0, 0, None),
        ];
        for (part, whole, want) in table {
            assert_eq!(percent(part, whole), want, "{part} of {whole}");
        }
    }
}
