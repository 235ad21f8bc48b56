//! What a reply names beside its words.

use serde::{Deserialize, Serialize};

use super::{CannedId, Message, MessageId, SenderKind};

/// The earlier message that a reply answers, as it stood when it was answered: enough to show it where it is not loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    pub id: MessageId,
    /// Where it stands in the conversation.
    pub seq: i64,
    pub sender: SenderKind,
    /// Empty for a customer who had not given a name.
    pub sender_name: String,
    /// One line: how it begins.
    pub excerpt: String,
}

impl Answered {
    /// What is wrong with a send that names a message that it cannot answer.
    pub const FIELD: &'static str = "in_reply_to";
    const LENGTH: usize = 140;

    /// What is shown of a message.
    #[must_use]
    pub fn of(message: &Message) -> Self {
        Self {
            id: message.id,
            seq: message.seq,
            sender: message.sender,
            sender_name: message.sender_name.clone(),
            excerpt: message.excerpt(Self::LENGTH),
        }
    }
}

/// What a reply comes with beside its text and its files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReplyBeside {
    /// The canned responses that stand in it.
    pub canned: Vec<CannedId>,
    /// The message that it answers.
    pub in_reply_to: Option<MessageId>,
}
