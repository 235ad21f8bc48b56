//! Bots: who answers a customer until a person does.

use serde::{Deserialize, Serialize};

use super::{BotId, ConversationId, SuggestionId, Time, TurnId, channel::words};

words! {
    /// How a bot is reached.
    pub enum BotKind {
        /// A sibling app, by the HTTP API and webhooks.
        Api = "api",
        /// Any endpoint that speaks OpenAI's chat completions.
        OpenAi = "openai",
        /// The workspace's FAQ entries.
        Faq = "faq",
    }
}

impl BotKind {
    /// Its name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Api => "Your own bot, by the API",
            Self::OpenAi => "Language model",
            Self::Faq => "FAQ",
        }
    }
}

/// A bot as every operator may know it: no settings, no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bot {
    pub id: BotId,
    pub kind: BotKind,
    /// What customers and operators read above its messages.
    pub name: String,
    pub enabled: bool,
}

/// What a conversation keeps of the bot that answers in it, or did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AiThread {
    pub bot_id: BotId,
    pub bot_name: String,
    /// What the sibling app calls the conversation, if one opened it.
    #[serde(default)]
    pub external_id: Option<String>,
    /// What the operator who gave the conversation back wants the bot to mind.
    pub instruction: Option<String>,
    /// What the bot had written when a person stepped in, or was asked for; for the operator to use or not.
    pub suggestion: Option<Suggestion>,
}

impl AiThread {
    /// A conversation that this bot is to answer.
    #[must_use]
    pub fn of(bot: &Bot) -> Self {
        Self {
            bot_id: bot.id,
            bot_name: bot.name.clone(),
            external_id: None,
            instruction: None,
            suggestion: None,
        }
    }
}

/// Words of a bot that were not sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    pub id: SuggestionId,
    pub text: String,
    pub at: Time,
}

impl Suggestion {
    /// The longest that is kept, in characters: it goes with every copy of the conversation.
    pub const LONGEST: usize = 4_000;

    /// Of what a bot wrote; none of nothing.
    #[must_use]
    pub fn new(id: SuggestionId, text: &str, at: Time) -> Option<Self> {
        let text: String = text.trim().chars().take(Self::LONGEST).collect();
        (!text.is_empty()).then_some(Self { id, text, at })
    }
}

words! {
    /// Why a conversation goes from its bot to a person.
    pub enum HandoffReason {
        /// The customer asked for one.
        Asked = "asked",
        /// The bot says that it needs one.
        Bot = "bot",
        /// The bot is not sure enough of its answer.
        Unsure = "unsure",
        /// The bot answered wrongly, or not in full.
        Failed = "failed",
        /// The bot gave no sign of life.
        Silent = "silent",
        /// The bot is switched off.
        Off = "off",
    }
}

impl HandoffReason {
    /// In words, as the card says it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Asked => "The customer asked for a person",
            Self::Bot => "The AI needs a person",
            Self::Unsure => "The AI was not sure of the answer",
            Self::Failed => "The AI failed",
            Self::Silent => "The AI did not answer in time",
            Self::Off => "The AI is switched off",
        }
    }

    /// Whether the bot did not do its work.
    #[must_use]
    pub const fn is_failure(self) -> bool {
        matches!(self, Self::Failed | Self::Silent | Self::Off)
    }
}

/// What whoever takes over has to know. All text is the bot's: plain, and not to be trusted more than a customer's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handoff {
    pub reason: HandoffReason,
    /// The bot's or our words about the reason.
    pub words: Option<String>,
    /// What the customer wants.
    pub goal: Option<String>,
    pub summary: Option<String>,
    /// What is known, as name and value.
    #[serde(default)]
    pub facts: Vec<Fact>,
    /// The customer's language, as BCP 47 has it ("de").
    pub language: Option<String>,
    /// How sure the bot was, in percent.
    pub confidence: Option<u8>,
}

impl Handoff {
    /// The most facts that are kept, and the most characters of any text.
    pub const MOST_FACTS: usize = 20;
    pub const LONGEST: usize = 2_000;

    /// A reason that says enough.
    #[must_use]
    pub const fn because(reason: HandoffReason) -> Self {
        Self {
            reason,
            words: None,
            goal: None,
            summary: None,
            facts: Vec::new(),
            language: None,
            confidence: None,
        }
    }

    /// A reason with words.
    #[must_use]
    pub fn with_words(reason: HandoffReason, words: impl Into<String>) -> Self {
        Self { words: Some(words.into()), ..Self::because(reason) }
    }
}

/// Something that a bot has found out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    pub name: String,
    pub value: String,
}

words! {
    /// How far a bot's work on a customer's message has got.
    pub enum TurnState {
        Waiting = "waiting",
        Answered = "answered",
        /// The customer wrote more, or a person stepped in: nobody waits for this answer.
        Overtaken = "overtaken",
        Failed = "failed",
    }
}

/// A bot's work on what a customer wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    pub id: TurnId,
    pub conversation_id: ConversationId,
    pub bot_id: BotId,
    /// What an answer must echo.
    pub control_epoch: i64,
    /// The customer's newest message then.
    pub seq: i64,
    pub state: TurnState,
    pub alive_at: Option<Time>,
    pub created_at: Time,
}

/// Who asks for something in a bot's name must say under which epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Control {
    pub bot_id: BotId,
    pub control_epoch: i64,
}
