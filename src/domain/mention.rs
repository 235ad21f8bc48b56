//! People and teams named in a note: `@` and the name as it is.

use serde::{Deserialize, Serialize};

use super::{Operator, OperatorId, Team, TeamId};

/// Who is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mentioned {
    Operator(OperatorId),
    Team(TeamId),
}

/// Somebody named in a text, and the stretch of it that names them, in bytes. Of several who have the same name each is
/// named there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    pub who: Mentioned,
    pub start: usize,
    pub end: usize,
}

/// Who is named in a text. Letters may be small or capital; of two names of which one begins with the other, the longer.
/// An `@` in the middle of a word names nobody: mail addresses have it.
#[must_use]
pub fn find_mentions(text: &str, operators: &[Operator], teams: &[Team]) -> Vec<Mention> {
    let people = operators.iter().filter(|operator| operator.enabled);
    let people = people.map(|operator| (operator.name.as_str(), Mentioned::Operator(operator.id)));
    let names: Vec<(&str, Mentioned)> =
        people.chain(teams.iter().map(|team| (team.name.as_str(), Mentioned::Team(team.id)))).collect();
    let mut found = Vec::new();
    for (start, _) in text.match_indices('@').filter(|(at, _)| begins_word(text, *at)) {
        let rest = &text[start + 1..];
        let lengths = names.iter().filter_map(|(name, who)| Some((length_of(rest, name)?, *who)));
        let named: Vec<(usize, Mentioned)> = lengths.collect();
        let longest = named.iter().map(|(length, _)| *length).max();
        let named = named.into_iter().filter(|(length, _)| Some(*length) == longest);
        found.extend(named.map(|(length, who)| Mention { who, start, end: start + 1 + length }));
    }
    found
}

/// What is being written after an `@` right before the caret, and where the `@` stands; both places in bytes. It may have
/// spaces in it, as names have.
#[must_use]
pub fn open_mention(text: &str, caret: usize) -> Option<(usize, &str)> {
    const LONGEST: usize = 40;
    let before = text.get(..caret)?;
    let start = before.rfind('@').filter(|at| begins_word(text, *at))?;
    let name = &before[start + 1..];
    let is_name = name.chars().count() <= LONGEST && !name.starts_with(' ') && !name.contains('\n');
    is_name.then_some((start, name))
}

fn begins_word(text: &str, at: usize) -> bool {
    !text[..at].ends_with(char::is_alphanumeric)
}

/// How many bytes of a text a name takes that it begins with, as a whole word.
fn length_of(text: &str, name: &str) -> Option<usize> {
    let mut letters = text.char_indices();
    for wanted in name.chars() {
        let (_, found) = letters.next()?;
        if !found.to_lowercase().eq(wanted.to_lowercase()) {
            return None;
        }
    }
    let end = letters.next();
    let is_whole = !name.is_empty() && end.is_none_or(|(_, next)| !next.is_alphanumeric());
    is_whole.then(|| end.map_or(text.len(), |(at, _)| at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Role;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn people() -> Vec<Operator> {
        let names = ["Ann", "Ann Marie", "Ölga Ortiz", "Ben", "Ben", "Gone"];
        (0_u128..)
            .zip(names)
            .map(|(number, name)| Operator {
                id: OperatorId(Uuid::from_u128(number)),
                name: name.into(),
                email: String::new(),
                role: Role::Operator,
                enabled: name != "Gone",
            })
            .collect()
    }

    fn teams() -> Vec<Team> {
        vec![Team { id: TeamId(Uuid::from_u128(9)), name: "Support".into() }]
    }

    /// Whom a text names, by number, each with the words that do it.
    fn named(text: &str) -> Vec<(u128, &str)> {
        let number = |who| match who {
            Mentioned::Operator(id) => id.0.as_u128(),
            Mentioned::Team(id) => id.0.as_u128(),
        };
        let found = find_mentions(text, &people(), &teams());
        found.into_iter().map(|mention| (number(mention.who), &text[mention.start..mention.end])).collect()
    }

    #[test]
    fn people_and_teams_are_named_by_their_whole_names() {
        for (text, want) in [
            ("@Ann look", &[(0, "@Ann")][..]),
            ("Look, @ann marie!", &[(1, "@ann marie")]),
            ("@Ann Mar", &[(0, "@Ann")]),
            ("@Anna", &[]),
            ("(@ÖLGA ORTIZ)", &[(2, "@ÖLGA ORTIZ")]),
            ("@ben", &[(3, "@ben"), (4, "@ben")]),
            ("@support and @Ben", &[(9, "@support"), (3, "@Ben"), (4, "@Ben")]),
            ("ann@ben.test x@Ann", &[]),
            ("@Gone @ @@Ann", &[(0, "@Ann")]),
            ("", &[]),
        ] {
            assert_eq!(named(text), want, "{text}");
        }
    }

    #[test]
    fn what_is_being_written_ends_at_the_caret() {
        for (text, caret, want) in [
            ("@", 1, Some((0, ""))),
            ("Hi @Ö", 6, Some((3, "Ö"))),
            ("@Ann M and more", 6, Some((0, "Ann M"))),
            ("@Ann", 0, None),
            ("ann@b", 5, None),
            ("@ Ann", 5, None),
            ("@Ann\n", 5, None),
            ("@Ö", 2, None),
        ] {
            assert_eq!(open_mention(text, caret), want, "{text} {caret}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "(?s)[@a-bABnN \n.ö]{0,30}", caret in 0_usize..40) {
            for mention in find_mentions(&text, &people(), &teams()) {
                prop_assert!(text[mention.start..mention.end].starts_with('@'));
            }
            if let Some((start, name)) = open_mention(&text, caret) {
                prop_assert_eq!(&text[start..caret], format!("@{name}"));
            }
        }
    }
}
