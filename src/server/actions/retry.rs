//! What operators do about a message that did not get out.

use super::deliver::{change, lane};
use crate::{
    domain::{AppError, Conflict, ConversationId, Deed, DeliveryState, Me, may},
    server::{
        app::App,
        store::{
            Tx, conversations,
            deliveries::{self, Kept},
            jobs::{self, Work},
            messages,
        },
    },
};

/// Sends a message again that failed, or whose outcome nobody knows.
///
/// # Errors
/// If it is on its way, or is out.
pub async fn send_again(app: &App, me: &Me, id: ConversationId, seq: i64) -> Result<(), AppError> {
    let now = app.clock.now();
    let (mut tx, mut kept) = stuck(app, me, id, seq).await?;
    kept.attempts = 0;
    change(&mut tx, &mut kept, DeliveryState::Queued, None, now).await?;
    jobs::insert(&mut tx, Work::Deliver(kept.id), Some(lane(id)), now, now).await?;
    tx.commit().await?;
    app.hub.committed();
    app.work.notify_one();
    Ok(())
}

/// Notes that a message is out, because somebody has looked.
///
/// # Errors
/// If it is on its way, or is out.
pub async fn mark_sent(app: &App, me: &Me, id: ConversationId, seq: i64) -> Result<(), AppError> {
    let (mut tx, mut kept) = stuck(app, me, id, seq).await?;
    change(&mut tx, &mut kept, DeliveryState::Sent, None, app.clock.now()).await?;
    tx.commit().await?;
    app.hub.committed();
    Ok(())
}

/// The newest delivery of a message that needs somebody, under its conversation's lock.
async fn stuck(app: &App, me: &Me, id: ConversationId, seq: i64) -> Result<(Tx, Kept), AppError> {
    let mut tx = app.db.begin().await?;
    let conversation = conversations::lock(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let facts = conversation.facts();
    if !me.sees(&facts) {
        return Err(AppError::NotFound);
    }
    if !may(me, Deed::Work, &facts) {
        return Err(AppError::Forbidden);
    }
    let message = messages::find_by_seq(&mut tx, id, seq).await?.ok_or(AppError::NotFound)?;
    let kept = deliveries::list_of_message(&mut tx, message.id).await?.pop().ok_or(AppError::NotFound)?;
    if kept.state.needs_somebody() {
        Ok((tx, kept))
    } else {
        Err(Conflict::Status { status: conversation.status }.into())
    }
}
