//! The store: the only layer that names Diesel. One file a table, one function a query.
//!
//! Reading functions take any [`Conn`]; writing functions expect to be called in a [`Tx`], which only `actions`
//! begin. `find` gives an option, `list` a vector, `insert`, `update_*` and `delete` say what they do.

pub mod api_answers;
pub mod api_tokens;
pub mod audit;
pub mod awaited_files;
pub mod bots;
pub mod canned;
pub mod channel_counts;
pub mod channels;
pub mod contact_attributes;
pub mod contact_blocks;
pub mod contact_merges;
pub mod contact_notes;
pub mod contacts;
pub mod conversation_tags;
pub mod conversations;
mod db;
pub mod deliveries;
pub mod drafts;
pub mod episodes;
pub mod events;
pub mod faq;
pub mod files;
mod fixed;
pub mod half_sign_ins;
pub mod health;
pub mod history;
pub mod hooks;
mod in_turn;
pub mod invitations;
pub mod jobs;
pub mod mail_cursors;
pub mod mails;
pub mod measured_days;
pub mod messages;
pub mod notices;
pub mod notifications;
pub mod operators;
pub mod opt_outs;
pub mod participants;
pub mod parts;
pub mod password_resets;
pub mod queue_counts;
pub mod read_marks;
mod schema;
pub mod search;
pub mod second_steps;
pub mod service_mails;
pub mod sessions;
pub mod tags;
pub mod teams;
pub mod turns;
mod types;
pub mod unread;
pub mod views;
pub mod visitor_sessions;
pub mod webhooks;
pub mod wire;
pub mod workspace;
pub mod written;

pub use db::{Conn, Create, DatabaseUrl, Db, Pg, Tx};

/// What can go wrong in the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The installation is wrong: the text is for whoever runs it.
    #[error("{0}")]
    Config(String),
    /// The database cannot be reached just now.
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    /// Another transaction was in the way; the same again may succeed.
    #[error("the database is busy: {0}")]
    Busy(String),
    /// A unique key is taken already.
    #[error("already there: {0}")]
    Duplicate(String),
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    #[error(transparent)]
    Query(diesel::result::Error),
}

impl StoreError {
    /// The same error for another whom it befell.
    fn retell(&self) -> Self {
        match self {
            Self::Unreachable(text) => Self::Unreachable(text.clone()),
            Self::Busy(text) => Self::Busy(text.clone()),
            Self::Full => Self::Full,
            other => Self::Config(other.to_string()),
        }
    }
}

impl From<diesel::result::Error> for StoreError {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind as Kind, Error};
        let Error::DatabaseError(kind, info) = &error else {
            return Self::Query(error);
        };
        let text = info.message().to_owned();
        match kind {
            Kind::UniqueViolation => Self::Duplicate(info.constraint_name().unwrap_or(&text).to_owned()),
            Kind::SerializationFailure => Self::Busy(text),
            Kind::ClosedConnection | Kind::UnableToSendCommand => Self::Unreachable(text),
            _ if text.contains("database is locked")
                || text.contains("deadlock")
                || text.contains("lock timeout") =>
            {
                Self::Busy(text)
            }
            _ if text.contains("database or disk is full") || text.contains("No space left") => Self::Full,
            _ if text.contains("shutting down")
                || text.contains("starting up")
                || text.contains("terminating") =>
            {
                Self::Unreachable(text)
            }
            _ => Self::Query(error),
        }
    }
}

impl From<diesel_async::pooled_connection::deadpool::PoolError> for StoreError {
    fn from(error: diesel_async::pooled_connection::deadpool::PoolError) -> Self {
        Self::Unreachable(error.to_string())
    }
}
