//! Views: filters that somebody has saved.

use serde::{Deserialize, Serialize};

use super::{Listing, Me, OperatorId, TeamId, ViewId};

/// Who is shown a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Whoever made it.
    Me,
    Team(TeamId),
    Everyone,
}

impl Audience {
    /// Whether an operator belongs to it; `by` made the view.
    #[must_use]
    pub fn includes(self, me: &Me, by: OperatorId) -> bool {
        match self {
            Self::Me => by == me.id,
            Self::Team(team) => me.teams.contains(&team) || me.sees_all(),
            Self::Everyone => true,
        }
    }

    /// Whether an operator may save views for it: members for their team, supervisors for all.
    #[must_use]
    pub fn may_be_given(self, me: &Me) -> bool {
        match self {
            Self::Me => true,
            Self::Team(team) => me.teams.contains(&team) || me.sees_all(),
            Self::Everyone => me.sees_all(),
        }
    }
}

/// A list under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    pub id: ViewId,
    pub name: String,
    pub audience: Audience,
    pub listing: Listing,
    /// Who made it.
    pub by: OperatorId,
}

impl View {
    /// In characters.
    pub const LONGEST_NAME: usize = 60;
    /// Views that one operator may have made.
    pub const MOST: usize = 50;
    /// A view's number is exact below this; from here on it stands for this or more.
    pub const COUNTED: usize = 100;

    /// Whether an operator is shown it.
    #[must_use]
    pub fn is_for(&self, me: &Me) -> bool {
        self.audience.includes(me, self.by)
    }

    /// Whether an operator may change or delete it: whoever made it, and supervisors what is shared.
    #[must_use]
    pub fn may_change(&self, me: &Me) -> bool {
        self.by == me.id || (self.audience != Audience::Me && me.sees_all())
    }
}

/// What somebody wants to save.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewForm {
    pub name: String,
    pub audience: Audience,
    pub listing: Listing,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Role, Time};
    use uuid::Uuid;

    const SUPPORT: TeamId = TeamId(Uuid::from_u128(10));
    const SALES: TeamId = TeamId(Uuid::from_u128(11));
    const OLGA: OperatorId = OperatorId(Uuid::from_u128(1));
    const OMAR: OperatorId = OperatorId(Uuid::from_u128(2));

    fn me(id: OperatorId, role: Role) -> Me {
        Me {
            id,
            name: "Olga".into(),
            email: "olga@demo.test".into(),
            role,
            teams: vec![SUPPORT],
            created_at: Time(0),
        }
    }

    fn view(audience: Audience) -> View {
        View {
            id: ViewId(Uuid::from_u128(5)),
            name: "Late".into(),
            audience,
            listing: Listing::default(),
            by: OMAR,
        }
    }

    /// Each row: for whom, and whether a member of Support sees it, changes it and may save such a one, and a supervisor.
    #[test]
    fn who_sees_and_who_changes_what_omar_has_saved() {
        use Audience::{Everyone, Me, Team};
        #[rustfmt::skip]
        let table = [
            (Me,            [false, false, true],  [false, false, true]),
            (Team(SUPPORT), [true,  false, true],  [true,  true,  true]),
            (Team(SALES),   [false, false, false], [true,  true,  true]),
            (Everyone,      [true,  false, false], [true,  true,  true]),
        ];
        for (audience, operator, supervisor) in table {
            let view = view(audience);
            for (role, want) in [(Role::Operator, operator), (Role::Supervisor, supervisor)] {
                let me = me(OLGA, role);
                let got = [view.is_for(&me), view.may_change(&me), audience.may_be_given(&me)];
                assert_eq!(got, want, "{audience:?} {role:?}");
            }
            let omar = me(OMAR, Role::Operator);
            assert!(view.may_change(&omar), "{audience:?}");
        }
    }
}
