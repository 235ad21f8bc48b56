//! Setting up channels: which providers there are, what each asks for, and what the settings' pages show.

mod ai;
mod bots;
mod dns;
mod faq;
mod fields;
mod form;
mod paste;
mod provider;

pub use ai::{CHANNEL_AI, CHANNEL_BOT, is_about_ai};
pub use bots::{BotCounts, BotList, BotSetup, BotState, BotTrial, TrialResult, name_of_bot};
pub use dns::{DnsCheck, DnsKind, DnsRecord, Finding};
pub use faq::{
    FaqForm, FaqFormat, FaqGap, FaqGaps, FaqHit, FaqList, FaqRow, FaqTrial, only_supervisors, question_key,
};
pub use fields::{Field, FieldKind, Section};
pub use form::{
    ChannelForm, JsonObject, Shown, fill, mail_address, name_of_channel, object_of, presets, shown,
};
pub use paste::{Paste, pastes};
pub use provider::Provider;

use serde::{Deserialize, Serialize};

use super::{AppError, Bot, Channel, ChannelHealth, ChannelId, HookId, Me, Role, Team, Time};

/// Lets admins through and nobody else: channels and their credentials are theirs alone.
///
/// # Errors
/// [`AppError::Forbidden`] for everybody else.
pub fn only_admins(me: &Me) -> Result<(), AppError> {
    if me.role == Role::Admin { Ok(()) } else { Err(AppError::Forbidden) }
}

/// All channels, for those who look after them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelList {
    /// By name.
    pub channels: Vec<ChannelState>,
    pub teams: Vec<Team>,
    pub now: Time,
}

/// A channel and how it has been doing. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelState {
    pub channel: Channel,
    /// None: nothing carries its messages.
    pub provider: Option<Provider>,
    /// The number or the mail address that customers write to; may be empty.
    pub address: String,
    pub health: ChannelHealth,
    /// How many things have come in that could not be read.
    pub unreadable: i64,
}

/// A channel with everything that its page shows. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelSetup {
    pub state: ChannelState,
    /// What its fields hold now.
    pub shown: Shown,
    /// Days after a resolve in which a customer's message reopens the conversation.
    pub reopen_days: i64,
    /// What has to be told to others, so that its messages come here and go out.
    pub pastes: Vec<Paste>,
    /// Why its credentials cannot be used, if they cannot.
    pub trouble: Option<String>,
    pub teams: Vec<Team>,
    /// Those that can answer in it first.
    pub bots: Vec<Bot>,
    pub now: Time,
}

/// Something that a provider told us and that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    pub id: HookId,
    pub channel_id: ChannelId,
    pub reason: String,
    /// Bytes of what came.
    pub size: i64,
    pub received_at: Time,
}

/// What could not be read, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadList {
    pub items: Vec<Unread>,
    pub channels: Vec<Channel>,
    pub now: Time,
}

impl UnreadList {
    /// So many are shown at most.
    pub const MOST: i64 = 200;
}

/// What became of a test message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tested {
    /// The provider has taken it. Whether it arrives, only a look at the other end can tell.
    Accepted,
    /// In the provider's words.
    Failed { words: String },
    /// The provider may have taken it.
    Unknown { words: String },
}
