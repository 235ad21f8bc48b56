//! Requests of the HTTP API that are done once, however often they come.

use super::derived::derived_id;
use crate::{
    domain::{ApiTokenId, AppError, ClientMsgId, ConversationId, Time},
    server::{
        app::App,
        store::api_answers::{self, Kept},
    },
};

/// A request that has no answer for so long was cut off: the same again may do its work.
const CUT_OFF: i64 = Time::MINUTE;

/// By what a request is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    pub token: ApiTokenId,
    /// As its sender made it: visible ASCII.
    pub key: String,
    /// SHA-256 of method, path and body.
    pub request: Vec<u8>,
}

impl Slip {
    /// What a message of this request is known by: should the request be done again because nobody knows how far it got,
    /// this message is not sent again.
    #[must_use]
    pub fn message_id(&self) -> ClientMsgId {
        self.derived(b"message")
    }

    /// The same of a conversation.
    #[must_use]
    pub fn conversation_id(&self) -> ConversationId {
        self.derived(b"conversation")
    }

    fn derived<T: From<uuid::Uuid>>(&self, of: &[u8]) -> T {
        derived_id(&[of, self.token.0.as_bytes(), self.key.as_bytes()])
    }
}

/// How a request stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// It is the caller's to do now.
    Free,
    /// It was done before, with this status and body.
    Answered { status: u16, body: String },
    /// Somebody is doing it.
    UnderWay,
    /// Its key was used for another one.
    Reused,
}

/// Begins the work on a request, if nobody has.
///
/// # Errors
/// If the database fails.
pub async fn begin(app: &App, slip: &Slip) -> Result<Begun, AppError> {
    let now = app.clock.now();
    let kept = api_answers::find(&mut app.db.conn().await?, slip.token, &slip.key).await?;
    let mine = match kept {
        None => {
            let mut tx = app.db.begin().await?;
            let new = api_answers::insert(&mut tx, slip.token, &slip.key, &slip.request, now).await?;
            tx.commit().await?;
            new
        }
        Some(kept) if kept.request != slip.request => return Ok(Begun::Reused),
        Some(Kept { answer: Some((status, body)), .. }) => return Ok(Begun::Answered { status, body }),
        Some(kept) if now.since(kept.created_at) <= CUT_OFF => false,
        Some(kept) => {
            let mut tx = app.db.begin().await?;
            let before = kept.created_at;
            let mine = api_answers::update_begun(&mut tx, slip.token, &slip.key, before, now).await?;
            tx.commit().await?;
            mine
        }
    };
    Ok(if mine { Begun::Free } else { Begun::UnderWay })
}

/// Keeps what a request was answered.
///
/// # Errors
/// If the database fails.
pub async fn keep(app: &App, slip: &Slip, status: u16, body: &str) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    api_answers::update_answer(&mut tx, slip.token, &slip.key, status, body).await?;
    tx.commit().await?;
    Ok(())
}

/// Lets a request be tried again that came to nothing.
///
/// # Errors
/// If the database fails.
pub async fn forget(app: &App, slip: &Slip) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    api_answers::delete(&mut tx, slip.token, &slip.key).await?;
    tx.commit().await?;
    Ok(())
}
