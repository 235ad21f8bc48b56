//! Identifiers: UUIDv7 newtypes, so that an id of one kind cannot be passed for another.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// A text that is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a valid id")]
pub struct ParseIdError;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                Uuid::parse_str(text).map(Self).map_err(|_| ParseIdError)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

ids! {
    /// A file that waits at a provider.
    AwaitedFileId,
    /// Whoever may use the HTTP API with it.
    ApiTokenId,
    /// A bot that answers customers.
    BotId,
    /// A pre-written message.
    CannedId,
    /// A configured source app.
    ChannelId,
    /// Made by whoever sends, so that the same send can be repeated without being stored twice.
    ClientMsgId,
    /// A customer.
    ContactId,
    /// What an operator noted of a contact.
    ContactNoteId,
    /// A thread with one contact.
    ConversationId,
    /// One message on its way to one address.
    DeliveryId,
    /// A question with its answer.
    FaqEntryId,
    /// A file that goes with a message.
    FileId,
    /// Something that a provider told us, as it came.
    HookId,
    /// Leave for somebody to make an account.
    InvitationId,
    /// An entry of a thread.
    MessageId,
    /// Something that an operator is told of.
    NotificationId,
    /// A person with a login.
    OperatorId,
    /// A mail that the installation itself sends.
    ServiceMailId,
    /// A signed-in browser of an operator.
    SessionId,
    /// What a bot wrote and did not send.
    SuggestionId,
    /// What the team calls conversations.
    TagId,
    /// A group of operators.
    TeamId,
    /// A bot's work on what a customer wrote.
    TurnId,
    /// A list that somebody has saved.
    ViewId,
    /// A browser of a visitor who wrote in a widget.
    VisitorSessionId,
    /// One telling of one thing to whoever wants to be told.
    WebhookCallId,
    /// Whoever wants to be told of what happens.
    WebhookId,
}

/// The place of an event in the log of one database: it grows, but has gaps.
pub type EventId = i64;
