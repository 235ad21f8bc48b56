//! The FAQ as those see it who look after it.

use serde::{Deserialize, Serialize};

use super::super::{AppError, FaqEntry, Me, Time, channel::words, clean_line, clean_text};

/// Lets supervisors and admins through: what customers are answered is theirs.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody else.
pub fn only_supervisors(me: &Me) -> Result<(), AppError> {
    if me.sees_all() { Ok(()) } else { Err(AppError::Forbidden) }
}

/// An entry's form, as it was written: checked by nobody yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FaqForm {
    pub question: String,
    pub answer: String,
    /// Whether it answers; empty for no, as a box is that is not ticked.
    pub enabled: String,
}

impl FaqForm {
    /// What an entry holds.
    #[must_use]
    pub fn of(entry: &FaqEntry) -> Self {
        Self {
            question: entry.question.clone(),
            answer: entry.answer.clone(),
            enabled: if entry.enabled { "on".to_owned() } else { String::new() },
        }
    }

    /// Question and answer as they are kept.
    ///
    /// # Errors
    /// The first of them that cannot be used.
    pub fn checked(&self) -> Result<(String, String), AppError> {
        let question = clean_line(&self.question);
        let most = FaqEntry::LONGEST_QUESTION;
        if question.is_empty() || question.chars().count() > most {
            return Err(AppError::invalid(
                "question",
                format!("Give a question of at most {most} characters."),
            ));
        }
        let answer = clean_text(&self.answer);
        let most = FaqEntry::LONGEST_ANSWER;
        if answer.is_empty() || answer.chars().count() > most {
            return Err(AppError::invalid("answer", format!("Give an answer of at most {most} characters.")));
        }
        Ok((question, answer))
    }
}

/// Two questions with the same key are one.
#[must_use]
pub fn question_key(question: &str) -> String {
    clean_line(question).to_lowercase()
}

/// An entry and how often it answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaqRow {
    pub entry: FaqEntry,
    /// In the last [`FaqList::DAYS`] days.
    pub answered: i64,
}

/// The entries that were looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaqList {
    /// By question, at most [`Self::MOST`].
    pub rows: Vec<FaqRow>,
    /// How many were found.
    pub found: usize,
    /// How many there are.
    pub all: usize,
}

impl FaqList {
    /// So many are shown at once.
    pub const MOST: usize = 100;
    /// Answers are counted over so many days.
    pub const DAYS: i64 = 30;
}

/// Something that customers asked and that was not answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaqGap {
    /// In the words of whoever asked it last.
    pub question: String,
    /// How often, of those that were looked at.
    pub times: u32,
    /// How sure the best answer was, of 1,000.
    pub confidence: u32,
    pub asked_at: Time,
}

/// What was asked and is not answered, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaqGaps {
    pub gaps: Vec<FaqGap>,
    pub now: Time,
}

impl FaqGaps {
    /// So many are shown at most.
    pub const MOST: usize = 50;
}

/// An entry that fits a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaqHit {
    pub entry: FaqEntry,
    /// Of 1,000.
    pub confidence: u32,
}

/// What the FAQ makes of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaqTrial {
    /// The best first.
    pub hits: Vec<FaqHit>,
    /// How sure the bot must be, of 1,000.
    pub threshold: u32,
    /// The bot that it was tried for; none: there is none, and the threshold is that of a new one.
    pub bot: Option<String>,
}

impl FaqTrial {
    /// So many are shown at most.
    pub const MOST: usize = 5;

    /// The entry that would answer.
    #[must_use]
    pub fn answers(&self) -> Option<&FaqHit> {
        self.hits.first().filter(|hit| hit.confidence >= self.threshold)
    }
}

words! {
    /// How entries come from elsewhere.
    pub enum FaqFormat {
        /// RFC 4180, with `question,answer` in the first line.
        Csv = "csv",
        /// Each heading is a question, the text below it its answer.
        Markdown = "markdown",
    }
}
