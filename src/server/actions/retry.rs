//! What operators do about a message that did not get out, or that has not left yet.

use std::ops::ControlFlow;

use super::{
    deliver::{change, lane},
    edit::Edit,
    reply::announce,
};
use crate::{
    domain::{
        Action, AppError, Conflict, ConversationId, Deed, DeliveryState, Me, PAGE_MESSAGES, SystemLine, Time,
        look_back,
    },
    server::{
        app::App,
        store::{
            Conn,
            deliveries::{self, Kept},
            jobs::{self, Work},
            messages,
        },
    },
};

/// Sends a message again that failed, whose outcome nobody knows, or that was taken back.
///
/// # Errors
/// If it is on its way, or is out.
pub async fn send_again(app: &App, me: &Me, id: ConversationId, seq: i64) -> Result<(), AppError> {
    let Held { mut edit, mut kept } = Held::of(app, me, id, seq).await?;
    require(&kept, DeliveryState::can_be_sent_again)?;
    let now = edit.at();
    if kept.state == DeliveryState::Cancelled {
        // It is a reply once more, and does what a reply does.
        let before = edit.now.clone();
        edit.step(Action::Reply(me.id)).await?;
        announce(&mut edit, &before, me);
    }
    kept.attempts = 0;
    change(&mut edit.tx, &mut kept, DeliveryState::Queued, None, now).await?;
    jobs::insert(&mut edit.tx, Work::Deliver(kept.id), Some(lane(id)), now, now).await?;
    edit.line(SystemLine::SentAgain, &me.name, format!("{} sent a message again", me.name));
    edit.save(app, "replied").await?;
    app.work.notify_one();
    Ok(())
}

/// Notes that a message is out, because somebody has looked.
///
/// # Errors
/// If it is on its way, or is out.
pub async fn mark_sent(app: &App, me: &Me, id: ConversationId, seq: i64) -> Result<(), AppError> {
    let Held { mut edit, mut kept } = Held::of(app, me, id, seq).await?;
    require(&kept, DeliveryState::needs_somebody)?;
    let now = edit.at();
    change(&mut edit.tx, &mut kept, DeliveryState::Sent, None, now).await?;
    edit.line(SystemLine::MarkedSent, &me.name, format!("{} marked a message as sent", me.name));
    edit.save(app, "marked as sent").await?;
    Ok(())
}

/// Takes a message back that waits to be sent. If it was the only answer, the customer waits again, as long as before.
///
/// # Errors
/// If it is no longer waiting: it may have left. In a chat, where the customer can read it already.
pub async fn cancel(app: &App, me: &Me, id: ConversationId, seq: i64) -> Result<(), AppError> {
    let Held { mut edit, mut kept } = Held::of(app, me, id, seq).await?;
    require(&kept, DeliveryState::can_be_cancelled)?;
    if edit.now.channel_kind.is_live() {
        let words = "The customer can read this in the chat already. It cannot be cancelled.";
        return Err(AppError::invalid("seq", words));
    }
    let now = edit.at();
    change(&mut edit.tx, &mut kept, DeliveryState::Cancelled, None, now).await?;
    // Else the next of its lane would wait until this one were due.
    jobs::delete(&mut edit.tx, Work::Deliver(kept.id), lane(id)).await?;
    let since = unanswered_since(&mut edit.tx, id, edit.now.last_seq + 1).await?;
    edit.step(Action::TakeBack(since)).await?;
    let text = format!("{} cancelled a message before it was sent", me.name);
    edit.line(SystemLine::SendCancelled, &me.name, text);
    edit.save(app, "cancelled a message").await?;
    app.work.notify_one();
    Ok(())
}

/// The newest delivery of a message, under its conversation's lock.
struct Held {
    edit: Edit,
    kept: Kept,
}

impl Held {
    async fn of(app: &App, me: &Me, id: ConversationId, seq: i64) -> Result<Self, AppError> {
        let mut edit = Edit::open(app, me, id, Deed::Work).await?;
        let message = messages::find_by_seq(&mut edit.tx, id, seq).await?.ok_or(AppError::NotFound)?;
        let kept = deliveries::list_of_message(&mut edit.tx, message.id).await?.pop();
        Ok(Self { edit, kept: kept.ok_or(AppError::NotFound)? })
    }
}

fn require(kept: &Kept, may: fn(DeliveryState) -> bool) -> Result<(), AppError> {
    if may(kept.state) { Ok(()) } else { Err(Conflict::Delivery { state: kept.state }.into()) }
}

/// Since when the customer has waited, by what is in the thread before a number: the answer to that is mostly near it.
pub(super) async fn unanswered_since(
    conn: &mut Conn,
    id: ConversationId,
    mut before: i64,
) -> Result<Option<Time>, AppError> {
    let mut since = None;
    while before > 1 {
        let page = messages::list_before(conn, id, before, PAGE_MESSAGES).await?;
        match page.iter().rev().try_fold(since, look_back) {
            ControlFlow::Continue(earlier) => since = earlier,
            ControlFlow::Break(found) => return Ok(found),
        }
        before = page.first().map_or(1, |first| first.seq);
    }
    Ok(since)
}
