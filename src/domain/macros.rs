//! Macros: what stands in a reply for something that is known only when it is sent.
//!
//! `{{customer.name}}` becomes what it names; where nobody knows that, the fallback of
//! `{{customer.name | default("there")}}`, and without a fallback nothing is sent. A text is read before any value is
//! looked at, and never again: whatever a value says, it is text.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    AppError, ChannelKind, Contact, ContactId, ConversationId, Time, channel::words, clean_line, first_name,
    preview,
};

/// What an error of macros is about: a text with such an error goes back to whoever wrote it.
pub const FIELD: &str = "macros";

words! {
    /// What can be filled in.
    pub enum Macro {
        CustomerName = "customer.name",
        CustomerFirstName = "customer.first_name",
        CustomerEmail = "customer.email",
        CustomerPhone = "customer.phone",
        OperatorName = "operator.name",
        OperatorFirstName = "operator.first_name",
        ConversationId = "conversation.id",
        ChannelName = "channel.name",
    }
}

impl Macro {
    /// As it stands in a text.
    #[must_use]
    pub fn written(self) -> String {
        format!("{{{{{}}}}}", self.as_str())
    }

    /// The same with a fallback.
    #[must_use]
    pub fn with_fallback(self, fallback: &str) -> String {
        format!("{{{{{} | default(\"{fallback}\")}}}}", self.as_str())
    }

    /// What it becomes, in words.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::CustomerName => "the customer’s name",
            Self::CustomerFirstName => "the customer’s first name",
            Self::CustomerEmail => "the customer’s email address",
            Self::CustomerPhone => "the customer’s phone number",
            Self::OperatorName => "your name",
            Self::OperatorFirstName => "your first name",
            Self::ConversationId => "the id of the conversation",
            Self::ChannelName => "the name of the channel",
        }
    }
}

/// What a text is, read whole: words, and macros with their fallbacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// Holds no `{{`.
    Words(String),
    Macro {
        name: Macro,
        fallback: Option<String>,
    },
}

impl Template {
    /// Reads a text. Wherever two braces open, a macro has to stand.
    ///
    /// # Errors
    /// The first thing that is no macro, and where it is.
    pub fn parse(text: &str) -> Result<Self, MacroError> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((words, opened)) = rest.split_once("{{") {
            let at = text.len() - rest.len() + words.len();
            let (inside, after) =
                opened.split_once("}}").ok_or_else(|| MacroError::at(text, at, Wrong::Unclosed))?;
            let part = read(inside).map_err(|wrong| MacroError::at(text, at, wrong))?;
            parts.push(Part::Words(words.to_owned()));
            parts.push(part);
            rest = after;
        }
        parts.push(Part::Words(rest.to_owned()));
        Ok(Self(parts))
    }

    /// Whether there is anything to be filled in.
    #[must_use]
    pub fn has_macros(&self) -> bool {
        self.0.iter().any(|part| matches!(part, Part::Macro { .. }))
    }

    /// The text with its values in it.
    #[must_use]
    pub fn fill(&self, values: &Values) -> Filled {
        let mut pieces: Vec<Piece> = Vec::new();
        for part in &self.0 {
            let words = match part {
                Part::Words(words) => words,
                Part::Macro { name, fallback } => match values.0.get(name).or(fallback.as_ref()) {
                    Some(value) => value,
                    None => {
                        pieces.push(Piece::Missing(*name));
                        continue;
                    }
                },
            };
            match pieces.last_mut() {
                Some(Piece::Words(before)) => before.push_str(words),
                _ if words.is_empty() => {}
                _ => pieces.push(Piece::Words(words.clone())),
            }
        }
        Filled(pieces)
    }
}

/// What stands between the braces.
fn read(inside: &str) -> Result<Part, Wrong> {
    let (name, fallback) = match inside.split_once('|') {
        Some((name, fallback)) => (name, Some(fallback)),
        None => (inside, None),
    };
    let name = Macro::from_word(name.trim()).ok_or_else(|| Wrong::Unknown(preview(inside, SHOWN)))?;
    let fallback = fallback.map(|text| read_fallback(text).ok_or(Wrong::Fallback)).transpose()?;
    Ok(Part::Macro { name, fallback })
}

/// Of what is no macro so many characters are shown.
const SHOWN: usize = 40;

/// The words of `default("…")`. Such as would leave a hole, or could be taken for a part of a macro, are none.
fn read_fallback(text: &str) -> Option<String> {
    let quoted = text.trim().strip_prefix("default")?.trim_start().strip_prefix('(')?.strip_suffix(')')?;
    let words = quoted.trim().strip_prefix('"')?.strip_suffix('"')?;
    let is_plain = !words.contains(|c: char| matches!(c, '"' | '{' | '}') || c.is_control());
    let words = words.trim();
    (is_plain && !words.is_empty()).then(|| words.to_owned())
}

/// Why a text cannot be used, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Line {line}, column {column}: {wrong}")]
pub struct MacroError {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    pub wrong: Wrong,
}

impl MacroError {
    /// At a place in a text, in bytes.
    fn at(text: &str, at: usize, wrong: Wrong) -> Self {
        let before = text.get(..at).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self { line, column, wrong }
    }
}

impl From<MacroError> for AppError {
    fn from(error: MacroError) -> Self {
        Self::invalid(FIELD, error.to_string())
    }
}

/// What is wrong with a macro.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    #[error(
        "“{{{{” opens a macro that nothing closes. Close it with “}}}}”, or part the braces with a blank."
    )]
    Unclosed,
    #[error("“{{{{{0}}}}}” is no macro. There are {names}. If it is to be sent as it stands, part the braces with a blank.", names = names())]
    Unknown(String),
    #[error("a fallback is written as {example}: words in straight quotes, without braces.", example = Macro::CustomerName.with_fallback("there"))]
    Fallback,
}

fn names() -> String {
    Macro::ALL.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ")
}

/// What is known at one moment. What is blank is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values(BTreeMap<Macro, String>);

impl Values {
    /// Of a customer's person, an operator by name, a conversation, and the channel by name that the reply leaves by.
    #[must_use]
    pub fn of(customer: &Contact, operator: &str, conversation: ConversationId, channel: &str) -> Self {
        let mut values = Self::default();
        let name = customer.name.as_deref().unwrap_or_default();
        let id = conversation.to_string();
        for (what, value) in [
            (Macro::CustomerName, name),
            (Macro::CustomerFirstName, first_name(name)),
            (Macro::CustomerEmail, customer.email.as_deref().unwrap_or_default()),
            (Macro::CustomerPhone, customer.phone.as_deref().unwrap_or_default()),
            (Macro::OperatorName, operator),
            (Macro::OperatorFirstName, first_name(operator)),
            (Macro::ConversationId, id.as_str()),
            (Macro::ChannelName, channel),
        ] {
            values.set(what, value);
        }
        values
    }

    /// What a text is tried with: a customer who has told everything, or nothing.
    #[must_use]
    pub fn sample(operator: &str, is_known: bool) -> Self {
        let told = |text: &str| is_known.then(|| text.to_owned());
        let customer = Contact {
            id: ContactId(Uuid::nil()),
            name: told("Vera Lind"),
            email: told("vera@example.com"),
            phone: told("+14155550123"),
            created_at: Time(0),
            merged_into: None,
        };
        let conversation = ConversationId(Uuid::from_u128(0x0199_1f00_0000_7000_8000_0000_0000_0000));
        Self::of(&customer, operator, conversation, "Support line")
    }

    /// A value stands in a line: what breaks lines is folded.
    fn set(&mut self, what: Macro, value: &str) {
        let value = clean_line(value);
        if !value.is_empty() {
            self.0.insert(what, value);
        }
    }
}

/// A stretch of what a text becomes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Piece {
    Words(String),
    /// Nobody knows it, and it has no fallback.
    Missing(Macro),
}

/// What a text becomes with the values of one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filled(pub Vec<Piece>);

impl Filled {
    /// The whole text.
    ///
    /// # Errors
    /// What is missing, and what to do about it.
    pub fn text(&self) -> Result<String, AppError> {
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Words(words) => text.push_str(words),
                Piece::Missing(_) => return Err(AppError::invalid(FIELD, missing(&self.missing()))),
            }
        }
        Ok(text)
    }

    /// What is missing, each once.
    #[must_use]
    pub fn missing(&self) -> Vec<Macro> {
        let mut missing = Vec::new();
        for piece in &self.0 {
            if let Piece::Missing(name) = piece
                && !missing.contains(name)
            {
                missing.push(*name);
            }
        }
        missing
    }
}

/// What is missing and what to do about it.
fn missing(names: &[Macro]) -> String {
    let listed = |words: Vec<String>| match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
        None => String::new(),
    };
    let written = listed(names.iter().map(|name| name.written()).collect());
    let meant = listed(names.iter().map(|name| name.meaning().to_owned()).collect());
    let (has, is, it) = if names.len() == 1 { ("has", "is", "it") } else { ("have", "are", "them") };
    let example = names.first().map(|name| name.with_fallback("…")).unwrap_or_default();
    format!(
        "{written} {has} no value here: {meant} {is} not known. Write {it} in, take {it} out, or give a fallback: \
         {example}."
    )
}

/// A reply as it would leave now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyPreview {
    /// By what kind of channel.
    pub kind: ChannelKind,
    pub filled: Filled,
    /// How a mail says it; none while something is missing.
    pub html: Option<String>,
}

/// A text that holds no macro any more, whoever wrote it: braces that stand together are parted by a blank.
#[must_use]
pub fn parted(text: &str) -> String {
    let mut parted = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '{' && parted.ends_with('{') {
            parted.push(' ');
        }
        parted.push(c);
    }
    parted
}

#[cfg(test)]
mod tests;
