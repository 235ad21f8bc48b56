//! Blocking somebody: what they write is kept, in conversations that stay resolved, and calls nobody. They are not told.
//!
//! The block stands with a contact and counts for the whole person, as long as they are one. It is written under the lock
//! of all their conversations, and whoever writes looks for it under the lock of the conversation that it joins, or with
//! a new one written: so no message of theirs gets by between the two.

use super::held::Held;
use crate::{
    domain::{
        Action, AppError, AuditKind, ContactId, Conversation, SenderKind, Status, SystemLine, Time, may_block,
    },
    server::{
        actions::{
            audit::{self, Done},
            edit::Edit,
            joining::{Failure, insist},
        },
        app::App,
        auth::session::SignedIn,
        clock::new_id,
        store::contact_blocks::{self, Closed},
    },
};

/// Blocks a person, and resolves what is in work with them. Whoever is blocked stays so.
///
/// # Errors
/// [`AppError::Forbidden`] if something is in work that the operator may not resolve; [`AppError::NotFound`] also if they
/// may not see any conversation of theirs.
pub async fn block(app: &App, me: &SignedIn, id: ContactId) -> Result<(), AppError> {
    insist(|| Box::pin(shut(app, me, id))).await
}

async fn shut(app: &App, me: &SignedIn, id: ContactId) -> Result<(), Failure> {
    let mut held = Held::of(app, &[id]).await?;
    let group = held.met(me, id).await?;
    if !contact_blocks::list_in_force(&mut held.tx, &group.ids()).await?.is_empty() {
        return Ok(());
    }
    if !may_block(me, &held.facts(&group)) {
        return Err(AppError::Forbidden.into());
    }
    let mut closed = Vec::new();
    for conversation in held.of_status(|status| status != Status::Resolved) {
        closed.push(Closed {
            conversation_id: conversation.id,
            awaiting_reply_since: conversation.awaiting_reply_since,
        });
        let words = format!("{} blocked {}: resolved", me.name, conversation.contact_name);
        let mut edit = Edit::for_operator(held.tx, conversation, me, held.at);
        edit.step(Action::Resolve(me.id)).await?;
        edit.line(SystemLine::Blocked, &me.name, words);
        held.tx = edit.write("blocked").await?.tx;
    }
    let done = Done::to(AuditKind::ContactBlocked, id, &group.kept.display_name());
    audit::record(&mut held.tx, &me.into(), done, held.at).await?;
    contact_blocks::insert(&mut held.tx, new_id(), group.kept.id, &closed, me.id, held.at).await?;
    Ok(held.save(app, &[group.person()], false).await?)
}

/// Takes back that a person is blocked. What was resolved with it, and has stayed so, comes back to its owner, else to
/// the queue. Of somebody who is not blocked nothing changes.
///
/// # Errors
/// [`AppError::NotFound`] also if the operator may not see any conversation of theirs.
pub async fn unblock(app: &App, me: &SignedIn, id: ContactId) -> Result<(), AppError> {
    insist(|| Box::pin(open(app, me, id))).await
}

async fn open(app: &App, me: &SignedIn, id: ContactId) -> Result<(), Failure> {
    let mut held = Held::of(app, &[id]).await?;
    let group = held.met(me, id).await?;
    let blocks = contact_blocks::list_in_force(&mut held.tx, &group.ids()).await?;
    if blocks.is_empty() {
        return Ok(());
    }
    let mut resolved = held.of_status(|status| status == Status::Resolved);
    for kept in blocks {
        contact_blocks::update_unblocked(&mut held.tx, kept.id, me.id, held.at).await?;
        for closed in kept.closed {
            let is_its = |conversation: &Conversation| {
                conversation.id == closed.conversation_id && conversation.resolved_at == Some(kept.block.at)
            };
            let Some(place) = resolved.iter().position(is_its) else { continue };
            let conversation = resolved.swap_remove(place);
            let since = closed.awaiting_reply_since.or_else(|| unanswered_since(&conversation));
            let words = format!("{} unblocked {}: reopened", me.name, conversation.contact_name);
            let mut edit = Edit::for_operator(held.tx, conversation, me, held.at);
            edit.step(Action::Reopen).await?;
            edit.step(Action::TakeBack(since)).await?;
            edit.line(SystemLine::Unblocked, &me.name, words);
            held.tx = edit.write("unblocked").await?.tx;
        }
    }
    let done = Done::to(AuditKind::ContactUnblocked, id, &group.kept.display_name());
    audit::record(&mut held.tx, &me.into(), done, held.at).await?;
    Ok(held.save(app, &[group.person()], false).await?)
}

/// Since when somebody waits who has written while they were blocked.
fn unanswered_since(conversation: &Conversation) -> Option<Time> {
    let last = conversation.last_message.as_ref()?;
    (last.sender == SenderKind::Contact).then_some(conversation.last_activity_at)
}

/// Resolves the conversation into which somebody writes who is blocked, if it is not resolved. It comes after the
/// conversation is in the database or locked. True if they are blocked.
pub async fn hush(edit: &mut Edit) -> Result<bool, AppError> {
    let blocker = contact_blocks::find_blocker(&mut edit.tx, edit.now.contact_id).await?;
    let Some(by) = blocker else { return Ok(false) };
    if edit.now.status != Status::Resolved {
        edit.step(Action::Resolve(by)).await?;
        let name = edit.now.contact_name.clone();
        edit.line(SystemLine::Blocked, &name, format!("{name} is blocked: resolved"));
    }
    Ok(true)
}
