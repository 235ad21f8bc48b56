//! Queues: the standing views of the inbox, and how many conversations stand in each.

use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt, str::FromStr};

use super::{Me, OperatorId, ParseIdError, Status, TeamId};

/// What decides in which queues a conversation stands and who may see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Facts {
    pub team_id: Option<TeamId>,
    pub owner_id: Option<OperatorId>,
    pub status: Status,
    pub needs_answer: bool,
    #[serde(default)]
    pub snoozed: bool,
}

/// A standing view of the inbox. What is snoozed stands in none where there is work to do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Queue {
    /// I own it and it is not done.
    Mine,
    /// The customer spoke last and no human has answered: longest wait first.
    NeedsAnswer,
    /// A human answered and the customer has the ball.
    OnCustomer,
    /// It waits for a human and nobody owns it.
    Unassigned,
    /// A bot answers.
    Ai,
    /// It comes back by itself: soonest first.
    Snoozed,
    Resolved,
    /// Everything that I may see.
    #[default]
    All,
    /// What a team has in work.
    Team(TeamId),
}

impl Queue {
    /// The queues that everyone has, in the order of the sidebar.
    pub const FIXED: [Self; 8] = [
        Self::All,
        Self::Mine,
        Self::NeedsAnswer,
        Self::Unassigned,
        Self::OnCustomer,
        Self::Ai,
        Self::Snoozed,
        Self::Resolved,
    ];

    /// Its name for people; a team's is the team's.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Mine => "Mine",
            Self::NeedsAnswer => "Needs answer",
            Self::OnCustomer => "Waiting on customer",
            Self::Unassigned => "Unassigned",
            Self::Ai => "AI",
            Self::Snoozed => "Snoozed",
            Self::Resolved => "Resolved",
            Self::All => "All",
            Self::Team(_) => "Team",
        }
    }

    /// Whether a conversation with these facts stands in this queue, as this operator sees it.
    #[must_use]
    pub fn holds(self, facts: &Facts, me: &Me) -> bool {
        me.sees(facts) && self.takes(facts, Some(me.id))
    }

    /// Whether a conversation with these facts belongs in this queue, whoever may see it. Without somebody whose they are,
    /// none is anybody's own.
    #[must_use]
    pub fn takes(self, facts: &Facts, me: Option<OperatorId>) -> bool {
        let awake = !facts.snoozed;
        match self {
            Self::Mine => awake && me.is_some() && facts.owner_id == me && facts.status == Status::Active,
            Self::NeedsAnswer => awake && facts.needs_answer,
            Self::OnCustomer => awake && facts.status == Status::Active && !facts.needs_answer,
            Self::Unassigned => awake && facts.status == Status::Waiting,
            Self::Ai => awake && facts.status == Status::Open,
            Self::Snoozed => facts.snoozed,
            Self::Resolved => facts.status == Status::Resolved,
            Self::All => true,
            Self::Team(team) => awake && facts.team_id == Some(team) && facts.status != Status::Resolved,
        }
    }
}

impl fmt::Display for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mine => "mine",
            Self::NeedsAnswer => "needs-answer",
            Self::OnCustomer => "on-customer",
            Self::Unassigned => "unassigned",
            Self::Ai => "ai",
            Self::Snoozed => "snoozed",
            Self::Resolved => "resolved",
            Self::All => "all",
            Self::Team(team) => return write!(f, "team-{team}"),
        })
    }
}

impl FromStr for Queue {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        if let Some(team) = text.strip_prefix("team-") {
            return team.parse().map(Self::Team);
        }
        Self::FIXED.into_iter().find(|queue| queue.to_string() == text).ok_or(ParseIdError)
    }
}

/// How many conversations have the same facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueCell {
    pub facts: Facts,
    pub count: i64,
}

/// The number on each queue, as one operator sees them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    fixed: [i64; Queue::FIXED.len()],
    teams: BTreeMap<TeamId, i64>,
}

impl Counts {
    /// Adds up the kept counts for one operator, for the fixed queues and the given teams.
    #[must_use]
    pub fn sum(cells: &[QueueCell], me: &Me, teams: impl IntoIterator<Item = TeamId>) -> Self {
        let mut counts = Self { teams: teams.into_iter().map(|team| (team, 0)).collect(), ..Self::default() };
        for cell in cells {
            counts.add(&cell.facts, me, cell.count);
        }
        counts
    }

    /// The number on a queue.
    #[must_use]
    pub fn get(&self, queue: Queue) -> i64 {
        match queue {
            Queue::Team(team) => self.teams.get(&team).copied().unwrap_or(0),
            fixed => Queue::FIXED.iter().position(|q| *q == fixed).map_or(0, |place| self.fixed[place]),
        }
    }

    /// Makes a place for a new team.
    pub fn add_team(&mut self, team: TeamId) {
        self.teams.entry(team).or_insert(0);
    }

    /// Forgets a team.
    pub fn remove_team(&mut self, team: TeamId) {
        self.teams.remove(&team);
    }

    /// Moves one conversation from the queues of its old facts, if it had any, to those of its new.
    pub fn shift(&mut self, was: Option<&Facts>, is: &Facts, me: &Me) {
        if was != Some(is) {
            if let Some(was) = was {
                self.add(was, me, -1);
            }
            self.add(is, me, 1);
        }
    }

    fn add(&mut self, facts: &Facts, me: &Me, count: i64) {
        for (place, queue) in Queue::FIXED.into_iter().enumerate() {
            self.fixed[place] += if queue.holds(facts, me) { count } else { 0 };
        }
        for (team, sum) in &mut self.teams {
            *sum += if Queue::Team(*team).holds(facts, me) { count } else { 0 };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_queue_reads_what_it_writes() {
        let team = Queue::Team(TeamId(Uuid::from_u128(7)));
        for queue in Queue::FIXED.into_iter().chain([team]) {
            assert_eq!(queue.to_string().parse(), Ok(queue));
        }
        assert!("everything".parse::<Queue>().is_err());
        assert!("team-x".parse::<Queue>().is_err());
    }
}
