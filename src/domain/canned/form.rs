//! A response as its form has it.

use serde::{Deserialize, Serialize};

use super::{Canned, CannedScope};
use crate::domain::{AppError, OperatorId, clean_line, clean_text, macros::Template};

/// A response's form, as it was written: checked by nobody yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CannedForm {
    /// With its slash or without.
    pub shortcut: String,
    pub title: String,
    pub text: String,
    /// [`CannedScope::choice`].
    pub scope: String,
}

/// What a form says, checked but for whether its team exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenCanned {
    pub scope: CannedScope,
    pub shortcut: String,
    pub title: String,
    pub text: String,
}

impl CannedForm {
    /// What a response holds.
    #[must_use]
    pub fn of(canned: &Canned) -> Self {
        Self {
            shortcut: canned.shortcut.clone(),
            title: canned.title.clone(),
            text: canned.text.clone(),
            scope: canned.scope.choice(),
        }
    }

    /// What of it is kept, for whoever wrote it.
    ///
    /// # Errors
    /// The first field that cannot be used.
    pub fn checked(&self, me: OperatorId) -> Result<WrittenCanned, AppError> {
        let shortcut = shortcut(&self.shortcut)?;
        let title = clean_line(&self.title);
        let most = Canned::LONGEST_TITLE;
        if title.is_empty() || title.chars().count() > most {
            return Err(AppError::invalid("title", format!("Give a title of at most {most} characters.")));
        }
        let text = clean_text(&self.text);
        let most = Canned::LONGEST_TEXT;
        if text.is_empty() || text.chars().count() > most {
            return Err(AppError::invalid("text", format!("Give a text of at most {most} characters.")));
        }
        Template::parse(&text).map_err(|error| AppError::invalid("text", error.to_string()))?;
        Ok(WrittenCanned { scope: self.scope(me)?, shortcut, title, text })
    }

    fn scope(&self, me: OperatorId) -> Result<CannedScope, AppError> {
        match self.scope.trim() {
            CannedScope::PERSONAL => Ok(CannedScope::Personal(me)),
            CannedScope::EVERYONE => Ok(CannedScope::Everyone),
            team => team.parse().map(CannedScope::Team).map_err(|_| {
                AppError::invalid("scope", "Choose who can use it: only you, a team, or everyone.")
            }),
        }
    }
}

/// A shortcut as it is kept: in lower case, without its slash.
///
/// # Errors
/// If it could not be typed as one word after a slash.
fn shortcut(text: &str) -> Result<String, AppError> {
    let text = text.trim();
    let kept = text.strip_prefix('/').unwrap_or(text).to_lowercase();
    let most = Canned::LONGEST_SHORTCUT;
    let is_word = kept.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let begins = kept.starts_with(char::is_alphanumeric);
    if begins && is_word && kept.chars().count() <= most {
        return Ok(kept);
    }
    Err(AppError::invalid(
        "shortcut",
        format!(
            "Give a shortcut of at most {most} letters, digits, hyphens, underscores or full stops, such as “refund”."
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::TeamId;
    use uuid::Uuid;

    const ME: OperatorId = OperatorId(Uuid::from_u128(1));
    const TEAM: TeamId = TeamId(Uuid::from_u128(2));

    fn form() -> CannedForm {
        CannedForm {
            shortcut: " /Refund-2 ".into(),
            title: " When the\nmoney comes ".into(),
            text: "Hi {{customer.name | default(\"there\")}},\r\nin three days.\n".into(),
            scope: "personal".into(),
        }
    }

    #[test]
    fn what_is_kept_is_clean() {
        let written = form().checked(ME).expect("a good form");
        assert_eq!(
            written,
            WrittenCanned {
                scope: CannedScope::Personal(ME),
                shortcut: "refund-2".into(),
                title: "When the money comes".into(),
                text: "Hi {{customer.name | default(\"there\")}},\nin three days.".into(),
            }
        );
        for scope in [CannedScope::Personal(ME), CannedScope::Team(TEAM), CannedScope::Everyone] {
            let chosen = CannedForm { scope: scope.choice(), ..form() };
            assert_eq!(chosen.checked(ME).expect("a good form").scope, scope);
        }
    }

    #[test]
    fn the_first_field_that_cannot_be_used_is_named() {
        let long = "x".repeat(Canned::LONGEST_TEXT + 1);
        let shortcut = |shortcut: &str| CannedForm { shortcut: shortcut.to_owned(), ..form() };
        let title = |title: &str| CannedForm { title: title.to_owned(), ..form() };
        let text = |text: &str| CannedForm { text: text.to_owned(), ..form() };
        let scope = |scope: &str| CannedForm { scope: scope.to_owned(), ..form() };
        for (field, wrong) in [
            ("shortcut", shortcut("")),
            ("shortcut", shortcut("/")),
            ("shortcut", shortcut("two words")),
            ("shortcut", shortcut("a/b")),
            ("shortcut", shortcut("-a")),
            ("shortcut", shortcut(&long[..=Canned::LONGEST_SHORTCUT])),
            ("title", title(" ")),
            ("title", title(&long[..=Canned::LONGEST_TITLE])),
            ("text", text("\n")),
            ("text", text(&long)),
            ("text", text("Hi {{customer.nmae}}")),
            ("scope", scope("")),
            ("scope", scope("nobody")),
        ] {
            match wrong.checked(ME) {
                Err(AppError::Invalid { field: named, .. }) => assert_eq!(named, field, "{wrong:?}"),
                other => panic!("{wrong:?}: {other:?}"),
            }
        }
    }

    #[test]
    fn the_place_of_a_wrong_macro_is_told() {
        let wrong = CannedForm { text: "Hi\nyou {{customer.nmae}}".into(), ..form() };
        let told = wrong.checked(ME).expect_err("no macro").to_string();
        assert!(told.starts_with("Line 2, column 5: “{{customer.nmae}}”"), "{told}");
    }
}
