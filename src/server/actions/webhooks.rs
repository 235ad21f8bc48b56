//! Webhooks out: sibling apps are told of what happens, each thing once, in its order within a conversation.
//!
//! Nothing of this is done where things happen. [`feed`] follows the event log and makes calls of it, [`ask`] has bots of
//! sibling apps answer, and a job makes each call: see [`begin`] and [`end`].

mod ask;
mod body;
mod call;
mod feed;
mod settings;
mod signature;
mod tellings;

pub use ask::ask;
pub use body::{Told, WireTurn};
pub use call::{Answer, Attempt, begin, end};
pub use feed::feed;
pub use settings::{call_again, calls, delete, list, save};
pub use signature::{CALL, SIGNATURE, TIMESTAMP, signature};

use uuid::Uuid;

use super::derived::derived_id;
use crate::{
    domain::{AppError, ConversationId, Time, WebhookId},
    server::store::{
        Conn,
        jobs::{self, Work},
        webhooks::calls::{self as store, Kept},
    },
};

/// Calls that have ended are kept for so long, to be looked at and made again.
pub const KEPT: i64 = 14 * Time::DAY;

/// What is told to one webhook of one conversation is told one after another.
fn lane(webhook: WebhookId, conversation: ConversationId) -> Uuid {
    derived_id(&[b"webhook", webhook.0.as_bytes(), conversation.0.as_bytes()])
}

/// Keeps a call that is to be made, with the job that makes it; unless it is there already.
async fn keep(conn: &mut Conn, kept: &Kept, now: Time) -> Result<(), AppError> {
    if store::insert(conn, kept).await? {
        let lane = lane(kept.webhook_id, kept.call.conversation_id);
        jobs::insert(conn, Work::CallWebhook(kept.call.id), Some(lane), now, now).await?;
    }
    Ok(())
}
