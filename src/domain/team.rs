//! Teams: named groups of operators.

use serde::{Deserialize, Serialize};

use super::{AppError, TeamId, Time, clean_line};

/// A named group of operators that channels route to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    pub id: TeamId,
    pub name: String,
}

impl Team {
    /// The longest name, in characters.
    pub const LONGEST_NAME: usize = 60;

    /// A team's name as it is kept.
    ///
    /// # Errors
    /// If there is none, or it is too long.
    pub fn name_of(text: &str) -> Result<String, AppError> {
        let name = clean_line(text);
        if name.is_empty() || name.chars().count() > Self::LONGEST_NAME {
            let words = format!("Give a name of at most {} characters.", Self::LONGEST_NAME);
            return Err(AppError::invalid("name", words));
        }
        Ok(name)
    }
}

/// A team that is in no list any more. Its conversations and channels have gone elsewhere, its members stay on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchivedTeam {
    pub id: TeamId,
    pub name: String,
    pub archived_at: Time,
    /// The name of the team that has taken over.
    pub into: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_of_one_line() {
        assert_eq!(Team::name_of("  Second \n level ").as_deref(), Ok("Second level"));
        assert!(Team::name_of(&"x".repeat(Team::LONGEST_NAME)).is_ok());
        for wrong in ["", " \u{7} ", &"x".repeat(Team::LONGEST_NAME + 1)] {
            assert!(matches!(Team::name_of(wrong), Err(AppError::Invalid { field, .. }) if field == "name"));
        }
    }
}
