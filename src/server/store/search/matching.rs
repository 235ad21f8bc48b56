//! What the index is asked, in the words of either database.
//!
//! Only words as [`super::words`] makes them and marks are put into a query, each in quotation marks: letters, digits and
//! the underscore.

use std::fmt::Write;

use super::words::words;

/// Something that an entry has to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clause {
    /// These words one after another; with `begins`, the last one may go on.
    Words { words: Vec<String>, begins: bool },
    /// One of these marks.
    Marks(Vec<String>),
}

/// A beginning of fewer letters is a word of its own: too much begins so.
const SHORTEST_BEGINNING: usize = 3;

impl Clause {
    /// A text that has to be there; none if there is no word in it.
    #[must_use]
    pub fn text(text: &str, begins: bool) -> Option<Self> {
        Self::of(text, |last| begins && last.chars().count() >= SHORTEST_BEGINNING)
    }

    /// The same of a name, of which there are fewer: one letter is a beginning.
    #[must_use]
    pub fn name(text: &str) -> Option<Self> {
        Self::of(text, |_| true)
    }

    fn of(text: &str, begins: impl Fn(&str) -> bool) -> Option<Self> {
        let words: Vec<String> = words(text).into_iter().map(|word| word.text).collect();
        let begins = begins(words.last()?);
        Some(Self::Words { words, begins })
    }

    /// What the last word begins with, if it may go on.
    pub(super) fn beginning(&self) -> Option<&str> {
        match self {
            Self::Words { words, begins: true } => words.last().map(String::as_str),
            Self::Words { begins: false, .. } | Self::Marks(_) => None,
        }
    }

    /// Whether nothing can have it.
    pub(super) const fn is_impossible(&self) -> bool {
        match self {
            Self::Words { words, .. } => words.is_empty(),
            Self::Marks(marks) => marks.is_empty(),
        }
    }
}

/// The words that a beginning stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endings {
    These(Vec<String>),
    /// More than are worth naming.
    Many,
}

/// The query of SQLite (FTS5, "Full-text Query Syntax"). Of each clause with a beginning, its endings: a list of words is
/// walked from the newest entry on, while a beginning would first be looked up whole.
#[must_use]
pub fn fts5(clauses: &[(Clause, Endings)]) -> String {
    let clauses: Vec<String> = clauses
        .iter()
        .map(|(clause, endings)| match (clause, endings) {
            (Clause::Marks(marks), _) => any(marks.iter().map(|mark| quoted(std::slice::from_ref(mark)))),
            (Clause::Words { words, begins: false }, _) => quoted(words),
            (Clause::Words { words, .. }, Endings::Many) => format!("{} *", quoted(words)),
            (Clause::Words { words, .. }, Endings::These(endings)) => {
                let head = words.split_last().map_or(&[][..], |(_, head)| head);
                any(endings.iter().map(|ending| quoted(&[head, std::slice::from_ref(ending)].concat())))
            }
        })
        .collect();
    clauses.join(" AND ")
}

/// A phrase of FTS5.
fn quoted(words: &[String]) -> String {
    format!("\"{}\"", words.join(" "))
}

fn any(choices: impl Iterator<Item = String>) -> String {
    format!("({})", choices.collect::<Vec<_>>().join(" OR "))
}

/// The query of PostgreSQL (its manual, "tsquery").
#[must_use]
pub fn tsquery<'c>(clauses: impl IntoIterator<Item = &'c Clause>) -> String {
    let clauses: Vec<String> = clauses
        .into_iter()
        .map(|clause| match clause {
            Clause::Marks(marks) => {
                let marks: Vec<String> = marks.iter().map(|mark| format!("'{mark}'")).collect();
                format!("({})", marks.join(" | "))
            }
            Clause::Words { words, begins } => {
                let words: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
                format!("({}{})", words.join(" <-> "), if *begins { ":*" } else { "" })
            }
        })
        .collect();
    clauses.join(" & ")
}

/// The words of an entry with their places, as PostgreSQL keeps them.
#[must_use]
pub fn tsvector(words: &[String]) -> String {
    let mut text = String::new();
    for (place, word) in (1..).zip(words) {
        // A text takes everything.
        let _ = write!(text, "'{word}':{place} ");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn these(endings: &[&str]) -> Endings {
        Endings::These(endings.iter().map(|ending| (*ending).to_owned()).collect())
    }

    #[test]
    fn each_database_is_asked_the_same() {
        let clauses = [
            Clause::Marks(vec!["_m".into()]),
            Clause::text("Blue vase", false).expect("words"),
            Clause::text("vas", true).expect("a word"),
            Clause::text("mia@exa", true).expect("words"),
            Clause::text("va", true).expect("a word"),
        ];
        assert_eq!(
            tsquery(&clauses),
            "('_m') & ('blue' <-> 'vase') & ('vas':*) & ('mia' <-> 'exa':*) & ('va')"
        );
        let endings = [these(&[]), these(&[]), these(&["vase", "vast"]), Endings::Many, these(&[])];
        let asked: Vec<(Clause, Endings)> = clauses.into_iter().zip(endings).collect();
        assert_eq!(
            fts5(&asked),
            "(\"_m\") AND \"blue vase\" AND (\"vase\" OR \"vast\") AND \"mia exa\" * AND \"va\""
        );
        let (clause, endings) = (Clause::name("Ann B").expect("words"), these(&["ben", "bob"]));
        assert_eq!(fts5(&[(clause, endings)]), "(\"ann ben\" OR \"ann bob\")");
    }

    #[test]
    fn a_text_without_words_asks_nothing() {
        assert_eq!(Clause::text("-- !", true), None);
        assert!(Clause::Marks(Vec::new()).is_impossible());
    }

    #[test]
    fn places_count_from_one() {
        let words = ["a".to_owned(), "b".to_owned(), "a".to_owned()];
        assert_eq!(tsvector(&words), "'a':1 'b':2 'a':3 ");
    }

    proptest! {
        #[test]
        fn nothing_that_was_typed_is_an_operator(
            text in "(?s).{0,40}",
            near in "( OR | AND | NOT |NEAR\\(|[\"'*:^(){}+<>&|!\\\\-]|[a-c]){0,20}",
            begins in proptest::bool::ANY,
        ) {
            for text in [&text, &near] {
                let Some(clause) = Clause::text(text, begins) else { continue };
                let is_plain = |c: char| c.is_alphanumeric() || c == ' ';
                let asked = fts5(&[(clause.clone(), Endings::Many)]);
                let inner = asked.strip_suffix(" *").unwrap_or(&asked);
                let inner = inner.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
                prop_assert!(inner.is_some_and(|inner| inner.chars().all(is_plain)), "{asked}");
                let asked = tsquery([&clause]);
                let bare = asked.replace("' <-> '", " ").replace("':*)", "')");
                let inner = bare.strip_prefix("('").and_then(|rest| rest.strip_suffix("')"));
                prop_assert!(inner.is_some_and(|inner| inner.chars().all(is_plain)), "{asked}");
            }
        }
    }
}
