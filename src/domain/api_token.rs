//! Who uses the HTTP API.

use serde::{Deserialize, Serialize};

use super::{ApiTokenId, Bot, BotId, Conversation, Time};

/// A token as admins see it. What it is itself, nobody can be shown again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiToken {
    pub id: ApiTokenId,
    pub name: String,
    /// It acts as this bot; none: it reads everything and speaks for nobody.
    pub bot_id: Option<BotId>,
    pub bot_name: Option<String>,
    /// The name of who made it.
    pub created_by: Option<String>,
    pub created_at: Time,
    /// To the minute.
    pub last_used_at: Option<Time>,
    pub revoked_at: Option<Time>,
}

/// Whoever asks with a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiCaller {
    pub token: ApiTokenId,
    pub bot: Option<Bot>,
}

impl ApiCaller {
    /// Whether a conversation is there for this caller: a bot knows its own, who acts as none knows all.
    #[must_use]
    pub fn sees(&self, conversation: &Conversation) -> bool {
        self.bot.as_ref().is_none_or(|bot| conversation.ai.as_ref().is_some_and(|ai| ai.bot_id == bot.id))
    }
}
