//! What a search has found.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::domain::{
    ChannelKind, ContactId, Conversation, ConversationId, Hue, ParseIdError, Role, SenderKind, Status, Team,
    Time,
};

/// A place among everything that can be sought, in the order of time. As text it stands in addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SearchKey(pub i64);

impl fmt::Display for SearchKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for SearchKey {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        text.parse().map(Self).map_err(|_| ParseIdError)
    }
}

/// A part of a text, and whether it is what was sought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    pub text: String,
    pub is_hit: bool,
}

/// A message or a note in which something was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundMessage {
    pub seq: i64,
    pub sender: SenderKind,
    /// What its sender is called; a customer as they are called now.
    pub sender_name: String,
    pub channel_kind: ChannelKind,
    /// The channel's own colour.
    pub hue: Option<Hue>,
    pub note: bool,
    pub at: Time,
    /// The stretch of it around what was sought, in its order.
    pub pieces: Vec<Piece>,
}

/// A conversation with what was found in it, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundThread {
    pub conversation_id: ConversationId,
    pub contact_id: ContactId,
    pub contact_name: String,
    pub channel_kind: ChannelKind,
    pub hue: Option<Hue>,
    pub status: Status,
    /// What it is about, if that is known.
    pub subject: Option<String>,
    pub messages: Vec<FoundMessage>,
}

/// Somebody who was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundContact {
    pub contact_id: ContactId,
    pub name: String,
    /// As people read them.
    pub addresses: Vec<String>,
    /// How many of their conversations the reader may see.
    pub conversations: i64,
    pub since: Time,
}

/// A stretch of all persons, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactList {
    pub contacts: Vec<FoundContact>,
    /// Behind which place the next stretch begins, if there may be more.
    pub next: Option<SearchKey>,
    pub now: Time,
}

impl ContactList {
    /// Persons of one stretch.
    pub const PAGE: usize = 50;
}

/// A stretch of what was found, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchPage {
    /// Only on the first page, and the newest few.
    pub contacts: Vec<FoundContact>,
    pub threads: Vec<FoundThread>,
    /// Behind which place the next stretch begins, if there may be more.
    pub next: Option<SearchKey>,
    /// If the search has paused to be continued: up to when it has looked back.
    pub looked_back_to: Option<Time>,
    /// Names after `from:` and `channel:` that nobody and nothing has.
    pub unknown: Vec<String>,
    pub now: Time,
}

impl SearchPage {
    /// Messages of one page.
    pub const HITS: usize = 20;
    /// Persons above them.
    pub const CONTACTS: usize = 5;

    /// How many messages there are on it.
    #[must_use]
    pub fn hits(&self) -> usize {
        self.threads.iter().map(|thread| thread.messages.len()).sum()
    }
}

/// What the command palette offers besides what is the same for everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Palette {
    /// The reader's: it decides which places there are.
    pub role: Role,
    pub teams: Vec<Team>,
    /// Those of the persons who were found, the newest first; with nothing sought, the newest of all.
    pub conversations: Vec<Conversation>,
    pub contacts: Vec<FoundContact>,
}

impl Palette {
    /// Conversations and persons of one answer, each.
    pub const MOST: usize = 5;
}
