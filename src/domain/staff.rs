//! Who works: the members of teams, who takes work just now, and how much everybody has.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

use super::{Event, Facts, Me, Operator, OperatorId, QueueCell, Role, Status, TeamId, channel::words};

words! {
    /// Whether somebody takes work.
    pub enum Availability {
        Online = "online",
        /// Away by itself: nobody has touched this operator's browser for a while.
        Idle = "idle",
        Away = "away",
        /// Away, and what a customer writes next goes to the team's queue.
        HandingOver = "handing_over",
        /// Not at work, and handing over.
        Offline = "offline",
    }
}

impl Availability {
    /// What one can choose.
    pub const CHOICES: [Self; 4] = [Self::Online, Self::Away, Self::HandingOver, Self::Offline];

    /// Its name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Online => "Online",
            Self::Idle | Self::Away => "Away",
            Self::HandingOver => "Away and hand over",
            Self::Offline => "Offline",
        }
    }

    /// The mark that it wears: "online", "away" or "offline".
    #[must_use]
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Idle | Self::Away | Self::HandingOver => "away",
            Self::Offline => "offline",
        }
    }

    /// Whether what a customer writes next goes to the team's queue.
    #[must_use]
    pub const fn hands_over(self) -> bool {
        matches!(self, Self::HandingOver | Self::Offline)
    }

    /// What it turns into by itself when nobody has touched the browser for a while (`idle`), or somebody does again.
    /// What somebody has chosen stays.
    #[must_use]
    pub const fn by_itself(self, idle: bool) -> Self {
        match (self, idle) {
            (Self::Online, true) => Self::Idle,
            (Self::Idle, false) => Self::Online,
            (chosen, _) => chosen,
        }
    }
}

/// How many conversations somebody has in work.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workload {
    pub active: i64,
    /// How many of them wait for an answer.
    pub needs_answer: i64,
}

/// Who works, as far as one operator may look.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    /// The members of the teams that the reader may look into.
    pub members: BTreeMap<TeamId, BTreeSet<OperatorId>>,
    /// Whoever is not online.
    pub absent: BTreeMap<OperatorId, Availability>,
    /// Whoever has conversations that the reader may see. Nobody's stands here as nothing.
    pub loads: BTreeMap<OperatorId, Workload>,
    /// Whoever has a page open.
    pub here: BTreeSet<OperatorId>,
}

impl Staff {
    /// Adds up the kept counts for one reader.
    #[must_use]
    pub fn loads_of(cells: &[QueueCell], me: &Me) -> BTreeMap<OperatorId, Workload> {
        let mut staff = Self::default();
        for cell in cells {
            staff.add(&cell.facts, me, cell.count);
        }
        staff.loads
    }

    #[must_use]
    pub fn availability(&self, id: OperatorId) -> Availability {
        self.absent.get(&id).copied().unwrap_or(Availability::Online)
    }

    /// Notes whether somebody takes work.
    pub fn set_availability(&mut self, id: OperatorId, availability: Availability) {
        if availability == Availability::Online {
            self.absent.remove(&id);
        } else {
            self.absent.insert(id, availability);
        }
    }

    #[must_use]
    pub fn load(&self, id: OperatorId) -> Workload {
        self.loads.get(&id).copied().unwrap_or_default()
    }

    #[must_use]
    pub fn is_member(&self, team: TeamId, id: OperatorId) -> bool {
        self.members.get(&team).is_some_and(|members| members.contains(&id))
    }

    /// Whether a conversation may be given to somebody: they would see it without owning it.
    #[must_use]
    pub fn can_take(&self, operator: &Operator, team: Option<TeamId>) -> bool {
        let sees =
            operator.role != Role::Operator || team.is_none_or(|team| self.is_member(team, operator.id));
        operator.enabled && sees
    }

    /// Takes in an event of the stream, as the reader is given it.
    pub fn apply(&mut self, event: &Event, me: &Me) {
        match event {
            Event::ConversationChanged { conversation, was, .. } => {
                let facts = conversation.facts();
                if was.as_ref() != Some(&facts) {
                    if let Some(was) = was {
                        self.add(was, me, -1);
                    }
                    self.add(&facts, me, 1);
                }
            }
            Event::TeamChanged { team, members, .. } if me.looks_into(team.id) => {
                self.members.insert(team.id, members.iter().copied().collect());
            }
            Event::TeamDeleted { team_id } => {
                self.members.remove(team_id);
            }
            Event::AvailabilityChanged { operator_id, availability } => {
                self.set_availability(*operator_id, *availability);
            }
            _ => {}
        }
    }

    fn add(&mut self, facts: &Facts, me: &Me, count: i64) {
        let Some(owner) = facts.owner_id.filter(|_| facts.status == Status::Active && me.sees(facts)) else {
            return;
        };
        let load = self.loads.entry(owner).or_default();
        load.active += count;
        load.needs_answer += if facts.needs_answer { count } else { 0 };
        if *load == Workload::default() {
            self.loads.remove(&owner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Time;
    use uuid::Uuid;

    const SUPPORT: TeamId = TeamId(Uuid::from_u128(10));
    const SALES: TeamId = TeamId(Uuid::from_u128(11));
    const OLGA: OperatorId = OperatorId(Uuid::from_u128(1));
    const OMAR: OperatorId = OperatorId(Uuid::from_u128(2));

    fn me(role: Role) -> Me {
        Me {
            id: OLGA,
            name: "Olga".into(),
            email: "olga@demo.test".into(),
            role,
            teams: vec![SUPPORT],
            created_at: Time(0),
        }
    }

    fn cell(team: TeamId, owner_id: Option<OperatorId>, status: Status, needs_answer: bool) -> QueueCell {
        QueueCell {
            facts: Facts { team_id: Some(team), owner_id, status, needs_answer, snoozed: false },
            count: 2,
        }
    }

    #[test]
    fn what_is_chosen_stays_and_the_rest_goes_by_itself() {
        use Availability::{Away, HandingOver, Idle, Offline, Online};
        for (now, idle, then) in [
            (Online, true, Idle),
            (Online, false, Online),
            (Idle, false, Online),
            (Idle, true, Idle),
            (Away, false, Away),
            (HandingOver, false, HandingOver),
            (Offline, false, Offline),
            (Offline, true, Offline),
        ] {
            assert_eq!(now.by_itself(idle), then, "{now:?} {idle}");
        }
        let hands_over: Vec<_> = Availability::ALL.iter().filter(|it| it.hands_over()).collect();
        assert_eq!(hands_over, [&HandingOver, &Offline]);
    }

    #[test]
    fn loads_are_of_what_is_in_work_and_in_sight() {
        let cells = [
            cell(SUPPORT, Some(OLGA), Status::Active, true),
            cell(SUPPORT, Some(OLGA), Status::Active, false),
            cell(SUPPORT, Some(OLGA), Status::Resolved, false),
            // The bot has the word; the owner stands there on record.
            cell(SUPPORT, Some(OMAR), Status::Open, false),
            cell(SUPPORT, None, Status::Waiting, true),
            cell(SALES, Some(OMAR), Status::Active, true),
        ];
        let olgas = Workload { active: 4, needs_answer: 2 };
        let omars = Workload { active: 2, needs_answer: 2 };
        assert_eq!(Staff::loads_of(&cells, &me(Role::Operator)), BTreeMap::from([(OLGA, olgas)]));
        assert_eq!(
            Staff::loads_of(&cells, &me(Role::Supervisor)),
            BTreeMap::from([(OLGA, olgas), (OMAR, omars)])
        );
    }

    #[test]
    fn whoever_would_see_it_can_take_it() {
        let staff = Staff { members: [(SUPPORT, [OLGA].into())].into(), ..Staff::default() };
        let person =
            |id, role, enabled| Operator { id, name: String::new(), email: String::new(), role, enabled };
        for (operator, team, can) in [
            (person(OLGA, Role::Operator, true), Some(SUPPORT), true),
            (person(OLGA, Role::Operator, true), Some(SALES), false),
            (person(OLGA, Role::Operator, true), None, true),
            (person(OLGA, Role::Operator, false), Some(SUPPORT), false),
            (person(OMAR, Role::Supervisor, true), Some(SALES), true),
            (person(OMAR, Role::Admin, false), Some(SALES), false),
        ] {
            assert_eq!(staff.can_take(&operator, team), can, "{operator:?} {team:?}");
        }
    }
}
