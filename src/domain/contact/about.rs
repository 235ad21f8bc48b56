//! What operators note of a person: attributes, notes, and that they are blocked.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::{AppError, ContactId, ContactNoteId, Me, OperatorId, Time, clean_line, clean_text};

/// Something that is known of a person, by a name that operators chose.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Attribute {
    pub name: String,
    pub value: String,
}

impl Attribute {
    /// The most that one person has.
    pub const MOST: usize = 20;
    /// The longest name, in characters.
    pub const LONGEST_NAME: usize = 40;
    /// The longest value, in characters.
    pub const LONGEST_VALUE: usize = 200;

    /// As it is kept.
    ///
    /// # Errors
    /// If one of the two is missing or too long.
    pub fn new(name: &str, value: &str) -> Result<Self, AppError> {
        Ok(Self {
            name: line("name", name, Self::LONGEST_NAME)?,
            value: line("value", value, Self::LONGEST_VALUE)?,
        })
    }

    /// By what it is known: in any case of letters it is the same.
    #[must_use]
    pub fn key(name: &str) -> String {
        clean_line(name).to_lowercase()
    }
}

fn line(field: &str, text: &str, longest: usize) -> Result<String, AppError> {
    let text = clean_line(text);
    if text.is_empty() {
        return Err(AppError::invalid(field, format!("Give it a {field}.")));
    }
    bounded(field, text, longest)
}

fn bounded(field: &str, text: String, longest: usize) -> Result<String, AppError> {
    if text.chars().count() > longest {
        return Err(AppError::invalid(field, format!("The {field} has at most {longest} characters.")));
    }
    Ok(text)
}

/// That somebody is blocked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    pub by: OperatorId,
    pub by_name: String,
    pub at: Time,
}

/// What operators have noted of a person, over all their contacts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Each name once, in the order of the names.
    pub attributes: Vec<Attribute>,
    /// Who blocked them first, if they are blocked.
    pub block: Option<Block>,
}

impl About {
    /// The attributes of a person: where two of their contacts have one by the same name, that of the contact which comes
    /// first in `ids` counts.
    #[must_use]
    pub fn attributes_of(mut all: Vec<(ContactId, Attribute)>, ids: &[ContactId]) -> Vec<Attribute> {
        let place = |id: &ContactId| ids.iter().position(|known| known == id);
        all.sort_by_cached_key(|(id, attribute)| (Attribute::key(&attribute.name), place(id)));
        let mut seen = BTreeSet::new();
        let attributes = all.into_iter().map(|(_, attribute)| attribute);
        attributes.filter(|attribute| seen.insert(Attribute::key(&attribute.name))).collect()
    }
}

/// What an operator wrote down about a person. No customer ever reads it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ContactNote {
    pub id: ContactNoteId,
    pub author_id: OperatorId,
    pub author_name: String,
    pub text: String,
    pub created_at: Time,
    /// Whether the reader may remove it.
    pub may_remove: bool,
}

impl ContactNote {
    /// The most that are kept of one person.
    pub const MOST: usize = 200;
    /// The longest text, in characters.
    pub const LONGEST: usize = 2_000;

    /// Whether an operator may remove an author's note, and bring it back.
    #[must_use]
    pub fn may_be_removed(me: &Me, author: OperatorId) -> bool {
        me.sees_all() || author == me.id
    }

    /// A text as it is kept.
    ///
    /// # Errors
    /// If it is empty or too long.
    pub fn text_of(text: &str) -> Result<String, AppError> {
        let text = clean_text(text);
        if text.is_empty() {
            return Err(AppError::invalid("text", "Write something first."));
        }
        bounded("text", text, Self::LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_is_kept_is_one_line_and_bounded() {
        let read =
            |name: &str, value: &str| Attribute::new(name, value).ok().map(|kept| (kept.name, kept.value));
        let some = |name: &str, value: &str| Some((name.to_owned(), value.to_owned()));
        assert_eq!(read(" Plan \n B", "Gold\u{0}"), some("Plan B", "Gold"));
        assert_eq!(read("<b>x</b>", "{{customer.name}}"), some("<b>x</b>", "{{customer.name}}"));
        let (name, value) = ("ä".repeat(Attribute::LONGEST_NAME), "🙂".repeat(Attribute::LONGEST_VALUE));
        assert_eq!(read(&name, &value), some(&name, &value));
        for (name, value) in [
            ("", "x"),
            ("x", " \n "),
            (format!("{name}a").as_str(), "x"),
            ("x", format!("{value}a").as_str()),
        ] {
            assert_eq!(read(name, value), None, "{name:?}: {value:?}");
        }
    }

    #[test]
    fn notes_are_bounded_and_keep_their_lines() {
        assert_eq!(ContactNote::text_of(" One\r\ntwo \u{7}").ok().as_deref(), Some("One\ntwo"));
        assert!(ContactNote::text_of(" \n ").is_err());
        assert!(ContactNote::text_of(&"x".repeat(ContactNote::LONGEST)).is_ok());
        assert!(ContactNote::text_of(&"x".repeat(ContactNote::LONGEST + 1)).is_err());
    }

    #[test]
    fn of_one_name_the_first_contacts_counts() {
        let id = |number| ContactId(Uuid::from_u128(number));
        let one = |of, name: &str, value: &str| {
            (id(of), Attribute { name: name.to_owned(), value: value.to_owned() })
        };
        let all =
            vec![one(1, "plan", "Old"), one(2, "Plan", "Gold"), one(1, "City", "Rome"), one(3, "x", "y")];
        let found = About::attributes_of(all, &[id(2), id(1), id(3)]);
        let shown: Vec<(&str, &str)> =
            found.iter().map(|found| (found.name.as_str(), found.value.as_str())).collect();
        assert_eq!(shown, [("City", "Rome"), ("Plan", "Gold"), ("x", "y")]);
    }
}
