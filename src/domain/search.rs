//! Looking for something said: what somebody means by what they typed. Reading it never fails: what is no operator is
//! text.

mod found;

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

pub use self::found::{
    ContactList, FoundContact, FoundMessage, FoundThread, Palette, Piece, SearchKey, SearchPage,
};

use super::{Status, Time};

/// What somebody looks for. Everything named has to be there; of several values of one operator, one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Search {
    pub terms: Vec<Term>,
    /// By whom: a name or an address, `me`, or a kind of sender.
    pub from: Vec<String>,
    /// Through which channel: its name, or a kind of channel.
    pub channel: Vec<String>,
    pub status: Vec<Status>,
    /// Before this time.
    pub before: Option<Time>,
    /// At this time or later.
    pub after: Option<Time>,
}

/// Some text that has to be there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    pub text: String,
    /// It may be the beginning of a longer word: the last one may not be finished yet.
    pub begins: bool,
}

/// What is read piece by piece.
enum Token {
    /// Plain text up to a space.
    Word(String),
    /// What stood in quotation marks.
    Phrase(String),
    /// `key:value`, or `key:"value with spaces"`.
    Operator { key: String, value: String },
}

impl Search {
    /// The longest that is read, in characters.
    pub const LONGEST: usize = 300;

    /// What a text means. Days are those of UTC.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut search = Self::default();
        let mut last_word = None;
        for token in tokens(text) {
            last_word = None;
            let text = match token {
                Token::Phrase(text) => text,
                Token::Word(text) => {
                    last_word = Some(search.terms.len());
                    text
                }
                Token::Operator { key, value } if search.operate(&key, &value) => continue,
                Token::Operator { key, value } => format!("{key}:{value}"),
            };
            search.terms.push(Term { text, begins: false });
        }
        if let Some(term) = last_word.and_then(|last| search.terms.get_mut(last)) {
            term.begins = true;
        }
        search
    }

    /// Whether nothing is sought at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }

    /// Whether it is about words alone, which persons have too.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let words_alone = Self { terms: self.terms.clone(), ..Self::default() };
        !self.terms.is_empty() && self == &words_alone
    }

    /// Minds an operator. False: it is none, or says nothing that can be read.
    fn operate(&mut self, key: &str, value: &str) -> bool {
        match key.to_lowercase().as_str() {
            "from" => self.from.push(value.to_owned()),
            "channel" => self.channel.push(value.to_owned()),
            "status" => match Status::from_word(&value.to_lowercase()) {
                Some(status) => self.status.push(status),
                None => return false,
            },
            "before" => match day(value) {
                // The narrower of two.
                Some(day) => self.before = Some(self.before.map_or(day, |other| other.min(day))),
                None => return false,
            },
            "after" => match day(value) {
                Some(day) => self.after = Some(self.after.map_or(day, |other| other.max(day))),
                None => return false,
            },
            _ => return false,
        }
        true
    }
}

/// Whether a character is a quotation mark, of whichever keyboard.
const fn is_quote(letter: char) -> bool {
    matches!(letter, '"' | '“' | '”' | '„' | '«' | '»')
}

fn tokens(text: &str) -> Vec<Token> {
    let mut letters = text.chars().take(Search::LONGEST).peekable();
    let mut found = Vec::new();
    while let Some(first) = letters.peek().copied() {
        if first.is_whitespace() {
            letters.next();
        } else if is_quote(first) {
            letters.next();
            found.push(Token::Phrase(letters.by_ref().take_while(|letter| !is_quote(*letter)).collect()));
        } else {
            let mut word = String::new();
            while let Some(letter) = letters.next_if(|it| !it.is_whitespace() && !is_quote(*it)) {
                word.push(letter);
            }
            let is_quoted = letters.peek().copied().is_some_and(is_quote);
            found.push(match word.split_once(':') {
                Some((key, "")) if is_quoted && is_key(key) => {
                    letters.next();
                    let value = letters.by_ref().take_while(|letter| !is_quote(*letter)).collect();
                    Token::Operator { key: key.to_owned(), value }
                }
                Some((key, value)) if !value.is_empty() && is_key(key) => {
                    Token::Operator { key: key.to_owned(), value: value.to_owned() }
                }
                _ => Token::Word(word),
            });
        }
    }
    found
}

/// Whether this could name an operator.
fn is_key(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// The beginning of a day, a month or a year: `2026-11-22`, `2026-11`, `2026`.
fn day(text: &str) -> Option<Time> {
    let mut parts = text.split('-');
    let year = number(parts.next()?, 4..=4)?;
    let month = parts.next().map_or(Some(1), |part| number(part, 1..=2))?;
    let day = parts.next().map_or(Some(1), |part| number(part, 1..=2))?;
    if parts.next().is_some() { None } else { Time::from_utc([year, month, day], [0, 0, 0]) }
}

fn number(text: &str, digits: RangeInclusive<usize>) -> Option<i64> {
    let is_number = digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests;
