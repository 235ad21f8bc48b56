//! Operators: the people with a login.

use serde::{Deserialize, Serialize};

use super::{Facts, OperatorId, TeamId, Time, channel::words};

words! {
    /// What an operator may do at all; each role includes the ones before it.
    pub enum Role {
        Operator = "operator",
        Supervisor = "supervisor",
        Admin = "admin",
    }
}

impl Role {
    /// Its name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Operator => "Operator",
            Self::Supervisor => "Supervisor",
            Self::Admin => "Admin",
        }
    }
}

/// An operator as colleagues see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    pub id: OperatorId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub enabled: bool,
}

/// Who is asking, and so what they may see. Every query over conversations needs one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    pub id: OperatorId,
    pub name: String,
    pub email: String,
    pub role: Role,
    /// The teams this operator belongs to.
    pub teams: Vec<TeamId>,
    pub created_at: Time,
}

impl Me {
    /// Whether this operator may see a conversation: one of their teams, of no team, or their own;
    /// supervisors and admins see all.
    #[must_use]
    pub fn sees(&self, facts: &Facts) -> bool {
        self.sees_all()
            || facts.team_id.is_none_or(|team| self.teams.contains(&team))
            || facts.owner_id == Some(self.id)
    }

    /// Whether this operator may know who is in a team.
    #[must_use]
    pub fn looks_into(&self, team: TeamId) -> bool {
        self.sees_all() || self.teams.contains(&team)
    }

    /// Whether nothing is hidden from this operator.
    #[must_use]
    pub const fn sees_all(&self) -> bool {
        matches!(self.role, Role::Supervisor | Role::Admin)
    }

    /// Whether an unread message there is this operator's business: they own it, or nobody does and it is one of
    /// their teams' (or of no team).
    #[must_use]
    pub fn minds(&self, facts: &Facts) -> bool {
        match facts.owner_id {
            Some(owner) => owner == self.id,
            None => facts.team_id.is_none_or(|team| self.teams.contains(&team)),
        }
    }
}
