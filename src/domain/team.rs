//! Teams: named groups of operators.

use serde::{Deserialize, Serialize};

use super::TeamId;

/// A named group of operators that channels route to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    pub id: TeamId,
    pub name: String,
}
