//! How far an operator has read a conversation.

use serde::{Deserialize, Serialize};

use super::{Conversation, Me};

/// An operator's place in a conversation. Places are message numbers, never times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadMark {
    /// Everything up to this message has been seen.
    pub seq: i64,
    /// How many customer messages there are up to `seq`, so that unread is a subtraction.
    pub customer_messages: i64,
}

impl ReadMark {
    /// The mark that counts where none is kept: a conversation older than the account starts as read.
    #[must_use]
    pub fn implied(conversation: &Conversation, me: &Me) -> Self {
        if conversation.created_at < me.created_at {
            Self { seq: conversation.last_seq, customer_messages: conversation.customer_messages }
        } else {
            Self { seq: 0, customer_messages: 0 }
        }
    }

    /// Customer messages after this mark.
    #[must_use]
    pub const fn unread(&self, conversation: &Conversation) -> i64 {
        let count = conversation.customer_messages - self.customer_messages;
        if count > 0 { count } else { 0 }
    }
}
