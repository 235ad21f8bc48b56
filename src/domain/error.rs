//! What can go wrong, as a user's program learns it. Causes stay in the server's log.

use serde::{Deserialize, Serialize};

use super::{ContactId, DeliveryState, Handler, Message, OperatorId, Status, size_label};

/// Why a request that was valid could not be carried out as things stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conflict {
    /// A colleague owns the conversation.
    Owned { owner_id: OperatorId, owner_name: String },
    /// A colleague has answered since: nothing was sent.
    ColleagueReplied { name: String, message: Box<Message>, last_seq: i64 },
    /// The same client id came before with another body.
    IdReused,
    /// Not possible in this status.
    Status { status: Status },
    /// An address is proven to be somebody else's.
    AddressTaken { contact_id: ContactId, name: String },
    /// Whom a contact was merged into was itself merged in turn; under this name.
    MergedSince { name: String },
    /// What was to be taken back is not the last thing that happened.
    MovedOn,
    /// A bot has not the word, or was asked under an older epoch.
    Stale { handler: Handler, control_epoch: i64 },
    /// Not possible with a message that has got so far.
    Delivery { state: DeliveryState },
    /// What was to be taken back has been changed again.
    ChangedSince,
}

/// An error as users and client programs see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum AppError {
    /// Some input cannot be taken; the message names what to change.
    #[error("{message}")]
    Invalid { field: String, message: String },
    /// More than may be sent at once, in bytes.
    #[error("This is too large: {} is the most.", size_label(*.largest as u64))]
    TooLarge { largest: usize },
    #[error("Sign in to go on.")]
    Unauthenticated,
    #[error("Your role does not allow this.")]
    Forbidden,
    #[error("This does not exist, or you may not see it.")]
    NotFound,
    #[error("{}", .conflict.sentence())]
    Conflict { conflict: Conflict },
    #[error("Too many attempts. Try again in {retry_after} seconds.")]
    RateLimited { retry_after: u64 },
    /// Worth trying again by itself.
    #[error("The server is busy. Try again in a moment.")]
    Unavailable,
    /// Our fault; the reference finds the cause in the log.
    #[error("Something went wrong on our side. Nothing was lost. Reference {reference}.")]
    Internal { reference: String },
    /// The browser could not reach the server at all.
    #[error("The server cannot be reached. What you write is kept.")]
    Offline,
}

impl AppError {
    /// An input that cannot be taken.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid { field: field.to_owned(), message: message.into() }
    }

    /// The HTTP status that says the same.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Invalid { .. } => 422,
            Self::TooLarge { .. } => 413,
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Conflict { .. } => 409,
            Self::RateLimited { .. } => 429,
            Self::Unavailable | Self::Offline => 503,
            Self::Internal { .. } => 500,
        }
    }

    /// The stable word for it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => "invalid",
            Self::TooLarge { .. } => "too_large",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Conflict { .. } => "conflict",
            Self::RateLimited { .. } => "rate_limited",
            Self::Unavailable => "unavailable",
            Self::Internal { .. } => "internal",
            Self::Offline => "offline",
        }
    }

    /// Whether the same request may succeed later without a change.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::RateLimited { .. } | Self::Unavailable | Self::Internal { .. } | Self::Offline)
    }
}

impl From<Conflict> for AppError {
    fn from(conflict: Conflict) -> Self {
        Self::Conflict { conflict }
    }
}

impl Conflict {
    fn sentence(&self) -> String {
        match self {
            Self::Owned { owner_name, .. } => format!("{owner_name} already owns this conversation."),
            Self::ColleagueReplied { name, .. } => {
                format!("{name} has replied in the meantime. Nothing was sent.")
            }
            Self::IdReused => "This was already sent with other words.".to_owned(),
            Self::MovedOn => "Something has happened here since. Nothing was taken back.".to_owned(),
            Self::Stale { handler: Handler::Human, .. } => {
                "A person has this conversation. Nothing was sent.".to_owned()
            }
            Self::Stale { handler: Handler::Bot, control_epoch } => {
                format!(
                    "This was asked under an older control epoch; it is {control_epoch} now. Nothing was sent."
                )
            }
            Self::AddressTaken { name, .. } => {
                format!("This address is {name}’s already. If both are the same person, merge them.")
            }
            Self::MergedSince { name } => {
                format!("{name} was merged with somebody else since. Undo that first.")
            }
            Self::Status { status } => {
                format!("This is not possible while the conversation is {}.", status.as_str())
            }
            Self::Delivery { state } => how_far(*state).to_owned(),
            Self::ChangedSince => "It has changed since, and was left as it is.".to_owned(),
        }
    }
}

/// How far a message has got, for somebody who wanted to do something about it.
const fn how_far(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Queued => "This message is waiting to be sent.",
        DeliveryState::Sending => "This message is being sent at this moment. It may have left already.",
        DeliveryState::Sent | DeliveryState::Delivered | DeliveryState::Read => {
            "This message is out already."
        }
        DeliveryState::Failed => "This message was not delivered.",
        DeliveryState::Unconfirmed => "Nobody knows whether this message was sent.",
        DeliveryState::Cancelled => "This message was cancelled.",
    }
}
