//! What a workspace answers to what it is often asked.

use serde::{Deserialize, Serialize};

use super::{FaqEntryId, Time};

/// A question with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaqEntry {
    pub id: FaqEntryId,
    pub question: String,
    pub answer: String,
    /// Others are kept and answer nothing.
    pub enabled: bool,
    pub created_at: Time,
    pub updated_at: Time,
}

impl FaqEntry {
    /// The longest question and answer, in characters.
    pub const LONGEST_QUESTION: usize = 300;
    pub const LONGEST_ANSWER: usize = 4_000;
    /// The most entries of a workspace: they are ranked in memory.
    pub const MOST: usize = 5_000;
}

/// What a customer asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaqQuestion {
    /// The entry that answered; none if nothing did.
    pub entry_id: Option<FaqEntryId>,
    pub question: String,
    /// How sure the best answer was, of 1,000.
    pub confidence: u32,
    pub asked_at: Time,
}
