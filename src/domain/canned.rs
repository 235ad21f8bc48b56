//! Canned responses: pre-written messages with macros, found by `/shortcut`.

mod form;
mod rank;

use serde::{Deserialize, Serialize};

pub use self::{
    form::{CannedForm, WrittenCanned},
    rank::{marked, rank},
};
use super::{CannedId, Me, OperatorId, Team, TeamId, Time};

/// Who can use a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CannedScope {
    Personal(OperatorId),
    Team(TeamId),
    Everyone,
}

impl CannedScope {
    /// The word for one of somebody's own, in forms and tables.
    pub const PERSONAL: &'static str = "personal";
    pub const TEAM: &'static str = "team";
    pub const EVERYONE: &'static str = "everyone";

    /// The stable word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Personal(_) => Self::PERSONAL,
            Self::Team(_) => Self::TEAM,
            Self::Everyone => Self::EVERYONE,
        }
    }

    /// The value of a form's choice.
    #[must_use]
    pub fn choice(self) -> String {
        match self {
            Self::Team(team) => team.to_string(),
            Self::Personal(_) | Self::Everyone => self.word().to_owned(),
        }
    }

    /// Whether an operator can use what is in it: their own, their teams', everyone's. Supervisors look after all teams.
    /// What is personal is nobody else's, whoever they are.
    #[must_use]
    pub fn may_use(self, me: &Me) -> bool {
        match self {
            Self::Personal(owner) => owner == me.id,
            Self::Team(team) => me.sees_all() || me.teams.contains(&team),
            Self::Everyone => true,
        }
    }

    /// Whether an operator can write, change and delete what is in it.
    #[must_use]
    pub fn may_change(self, me: &Me) -> bool {
        match self {
            Self::Personal(owner) => owner == me.id,
            Self::Team(_) | Self::Everyone => me.sees_all(),
        }
    }

    /// What it is called, for those who can use it.
    #[must_use]
    pub fn label(self, teams: &[Team]) -> String {
        match self {
            Self::Personal(_) => "Only me".to_owned(),
            Self::Team(id) => {
                teams.iter().find(|team| team.id == id).map_or("A team", |team| &team.name).to_owned()
            }
            Self::Everyone => "Everyone".to_owned(),
        }
    }
}

/// A pre-written message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Canned {
    pub id: CannedId,
    pub scope: CannedScope,
    /// Without its slash. Nobody has two with the same in one scope.
    pub shortcut: String,
    pub title: String,
    /// With its macros as they are written.
    pub text: String,
    pub created_at: Time,
    pub updated_at: Time,
}

impl Canned {
    /// The longest of each, in characters.
    pub const LONGEST_SHORTCUT: usize = 32;
    pub const LONGEST_TITLE: usize = 80;
    pub const LONGEST_TEXT: usize = 4_000;
    /// The most in one scope: whoever can use them gets all of them at once.
    pub const MOST: usize = 300;
    /// The most that count as used with one reply.
    pub const MOST_USED: usize = 10;
}

/// A response, and how often it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CannedRow {
    pub canned: Canned,
    /// By whoever asks.
    pub mine: i64,
    /// By everybody.
    pub all: i64,
}

/// Everything that one operator can use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CannedList {
    pub me: Me,
    /// By shortcut.
    pub rows: Vec<CannedRow>,
    /// Those whose responses the operator can use.
    pub teams: Vec<Team>,
}

impl CannedList {
    /// Where the operator may write, most private first.
    #[must_use]
    pub fn writable(&self) -> Vec<CannedScope> {
        let all = [CannedScope::Personal(self.me.id)]
            .into_iter()
            .chain(self.teams.iter().map(|team| CannedScope::Team(team.id)))
            .chain([CannedScope::Everyone]);
        all.filter(|scope| scope.may_change(&self.me)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Role;
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

    #[test]
    fn who_uses_and_who_changes_what() {
        use CannedScope::{Everyone, Personal, Team};
        for (scope, operator, supervisor) in [
            (Personal(OLGA), (true, true), (true, true)),
            (Personal(OMAR), (false, false), (false, false)),
            (Team(SUPPORT), (true, false), (true, true)),
            (Team(SALES), (false, false), (true, true)),
            (Everyone, (true, false), (true, true)),
        ] {
            for (role, want) in
                [(Role::Operator, operator), (Role::Supervisor, supervisor), (Role::Admin, supervisor)]
            {
                let me = me(role);
                assert_eq!((scope.may_use(&me), scope.may_change(&me)), want, "{scope:?} {role:?}");
            }
        }
    }

    #[test]
    fn everybody_may_write_their_own() {
        let teams = vec![
            super::Team { id: SALES, name: "Sales".into() },
            super::Team { id: SUPPORT, name: "Support".into() },
        ];
        let writable = |role| CannedList { me: me(role), rows: Vec::new(), teams: teams.clone() }.writable();
        assert_eq!(writable(Role::Operator), [CannedScope::Personal(OLGA)]);
        assert_eq!(
            writable(Role::Supervisor),
            [
                CannedScope::Personal(OLGA),
                CannedScope::Team(SALES),
                CannedScope::Team(SUPPORT),
                CannedScope::Everyone
            ]
        );
    }
}
