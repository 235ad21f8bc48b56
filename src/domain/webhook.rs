//! Webhooks: sibling apps that are told of what happens.

use serde::{Deserialize, Serialize};

use super::{Bot, BotId, ConversationId, Time, WebhookCallId, WebhookId, channel::words};

words! {
    /// What is told.
    pub enum WebhookKind {
        ConversationCreated = "conversation.created",
        MessageCreated = "message.created",
        StatusChanged = "status.changed",
        OwnerChanged = "owner.changed",
        HandedOff = "handed_off",
        GivenBack = "given_back",
        /// A bot is to answer. It takes the place of what the bot was asked before in the same conversation.
        TurnAsked = "turn.asked",
        /// Nobody waits for the bot's answer any more: it has lost the word.
        TurnEnded = "turn.ended",
    }
}

impl WebhookKind {
    /// Its name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::ConversationCreated => "A conversation begins",
            Self::MessageCreated => "Somebody writes",
            Self::StatusChanged => "A status changes",
            Self::OwnerChanged => "An owner changes",
            Self::HandedOff => "A bot hands off",
            Self::GivenBack => "A bot is given the word back",
            Self::TurnAsked => "The bot is to answer",
            Self::TurnEnded => "The bot has lost the word",
        }
    }

    /// Whether it is about what a bot has to do: told to that bot alone.
    #[must_use]
    pub const fn is_turn(self) -> bool {
        matches!(self, Self::TurnAsked | Self::TurnEnded)
    }
}

words! {
    /// How far a call has got.
    pub enum CallState {
        /// To be made, or to be tried again.
        Waiting = "waiting",
        Done = "done",
        /// Given up.
        Failed = "failed",
    }
}

/// A webhook as admins see it, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    pub id: WebhookId,
    pub name: String,
    pub url: String,
    /// Told only of this bot's conversations and turns, and of no notes; none: of everything but turns.
    pub bot_id: Option<BotId>,
    /// What is wanted; empty for all.
    pub kinds: Vec<WebhookKind>,
    pub enabled: bool,
    /// Its calls have failed since then.
    pub failing_since: Option<Time>,
    /// Why, the last time.
    pub failing_words: Option<String>,
    pub created_at: Time,
}

impl Webhook {
    /// The longest name and address, in characters.
    pub const LONGEST_NAME: usize = 80;
    pub const LONGEST_URL: usize = 2_000;

    /// Whether it is told something of this kind about a conversation of this bot, or of none.
    #[must_use]
    pub fn wants(&self, kind: WebhookKind, bot: Option<BotId>) -> bool {
        let is_asked_for = self.kinds.is_empty() || self.kinds.contains(&kind);
        let is_its_own = match self.bot_id {
            Some(_) => self.bot_id == bot,
            None => !kind.is_turn(),
        };
        self.enabled && is_asked_for && is_its_own
    }
}

/// What an admin sets of a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookForm {
    pub name: String,
    pub url: String,
    pub bot_id: Option<BotId>,
    pub kinds: Vec<WebhookKind>,
    pub enabled: bool,
    /// Whether it gets another secret. A new one always does.
    pub new_secret: bool,
}

/// A webhook that was saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedWebhook {
    pub webhook: Webhook,
    /// What its calls are signed with, if it is new: shown this once.
    pub secret: Option<String>,
}

/// All webhooks, and what their page needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookList {
    /// Oldest first.
    pub webhooks: Vec<Webhook>,
    /// Those that a webhook or a token can be for.
    pub bots: Vec<Bot>,
    /// When something was last not told, because it was gone from the log before it could be.
    pub skipped_at: Option<Time>,
    pub now: Time,
}

/// One telling of one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookCall {
    pub id: WebhookCallId,
    pub conversation_id: ConversationId,
    pub kind: WebhookKind,
    /// JSON, as it is sent.
    pub body: String,
    pub state: CallState,
    pub attempts: i64,
    /// The HTTP status of the last answer, if there was one.
    pub status: Option<i64>,
    /// How that answer began, or why there was none.
    pub words: Option<String>,
    pub created_at: Time,
    pub ended_at: Option<Time>,
}

impl WebhookCall {
    /// So many are shown of a webhook.
    pub const MOST: i64 = 30;
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_webhook_is_told_what_it_wants_and_may_know() {
        use WebhookKind::{MessageCreated, StatusChanged, TurnAsked};
        let (one, other) = (BotId(Uuid::from_u128(1)), BotId(Uuid::from_u128(2)));
        for (bot_id, kinds, enabled, kind, bot, wants) in [
            (None, vec![], true, MessageCreated, None, true),
            (None, vec![], true, MessageCreated, Some(one), true),
            (None, vec![], true, TurnAsked, Some(one), false),
            (None, vec![TurnAsked], true, TurnAsked, Some(one), false),
            (None, vec![StatusChanged], true, MessageCreated, None, false),
            (None, vec![], false, MessageCreated, None, false),
            (Some(one), vec![], true, TurnAsked, Some(one), true),
            (Some(one), vec![], true, TurnAsked, Some(other), false),
            (Some(one), vec![], true, MessageCreated, None, false),
            (Some(one), vec![TurnAsked], true, MessageCreated, Some(one), false),
        ] {
            let webhook = Webhook {
                id: WebhookId(Uuid::nil()),
                name: "CRM".into(),
                url: "https://crm.example/hook".into(),
                bot_id,
                kinds,
                enabled,
                failing_since: None,
                failing_words: None,
                created_at: Time(0),
            };
            assert_eq!(webhook.wants(kind, bot), wants, "{webhook:?} {kind:?} {bot:?}");
        }
    }
}
