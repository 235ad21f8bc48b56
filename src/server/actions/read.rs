//! How far operators have read, and what they have begun to write.

use super::notifications;
use crate::{
    domain::{AppError, Conflict, Conversation, ConversationId, Draft, Event, Me, Message, ReadMark, Status},
    server::{
        app::App,
        store::{
            Conn, Tx, conversations, drafts, events, messages, notifications::Which, read_marks, unread,
        },
    },
};

/// Notes that everything up to a message has been on screen. The mark only moves forward.
///
/// # Errors
/// If the operator may not see the conversation.
pub async fn mark_read(app: &App, me: &Me, id: ConversationId, seq: i64) -> Result<ReadMark, AppError> {
    let mut tx = app.db.begin().await?;
    let conversation = visible(&mut tx, me, id).await?;
    let mark = mark_of(&mut tx, me, &conversation).await?;
    let seq = seq.clamp(0, conversation.last_seq);
    if seq <= mark.seq {
        return Ok(mark);
    }
    put(app, tx, me, &conversation, seq).await
}

/// Marks everything as read. What the mark was and what it has become; none if nothing was unread.
///
/// # Errors
/// If the operator may not see the conversation.
pub async fn mark_all_read(
    app: &App,
    me: &Me,
    id: ConversationId,
) -> Result<Option<(ReadMark, ReadMark)>, AppError> {
    let mut tx = app.db.begin().await?;
    let conversation = visible(&mut tx, me, id).await?;
    let from = mark_of(&mut tx, me, &conversation).await?;
    if from.unread(&conversation) == 0 {
        return Ok(None);
    }
    let to = put(app, tx, me, &conversation, conversation.last_seq).await?;
    Ok(Some((from, to)))
}

/// Puts the mark back to where it was, as long as it is where it was put to.
///
/// # Errors
/// [`Conflict::ChangedSince`] if it has moved on.
pub async fn put_back(
    app: &App,
    me: &Me,
    id: ConversationId,
    from: ReadMark,
    to: ReadMark,
) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    let conversation = visible(&mut tx, me, id).await?;
    if mark_of(&mut tx, me, &conversation).await? != to {
        return Err(Conflict::ChangedSince.into());
    }
    put(app, tx, me, &conversation, from.seq.clamp(0, conversation.last_seq)).await?;
    Ok(())
}

/// Marks a message and everything after it as unread.
///
/// # Errors
/// If the operator may not see the conversation.
pub async fn mark_unread(
    app: &App,
    me: &Me,
    id: ConversationId,
    from_seq: i64,
) -> Result<ReadMark, AppError> {
    let mut tx = app.db.begin().await?;
    let conversation = visible(&mut tx, me, id).await?;
    put(app, tx, me, &conversation, from_seq.clamp(1, conversation.last_seq + 1) - 1).await
}

async fn mark_of(conn: &mut Conn, me: &Me, conversation: &Conversation) -> Result<ReadMark, AppError> {
    let kept = read_marks::find(conn, me.id, conversation.id).await?;
    Ok(kept.unwrap_or_else(|| ReadMark::implied(conversation, me)))
}

async fn put(
    app: &App,
    mut tx: Tx,
    me: &Me,
    conversation: &Conversation,
    seq: i64,
) -> Result<ReadMark, AppError> {
    let customer_messages = messages::customer_messages_at(&mut tx, conversation.id, seq).await?;
    let mark = ReadMark { seq, customer_messages };
    read_marks::put(&mut tx, me.id, conversation.id, mark).await?;
    let facts = conversation.facts();
    let is_unread = me.minds(&facts) && facts.status != Status::Resolved && mark.unread(conversation) > 0;
    unread::set(&mut tx, me.id, conversation.id, is_unread).await?;
    let at = app.clock.now();
    // What has been on screen need not be told any more.
    notifications::note_read(&mut tx, me.id, Which::UpTo(conversation.id, seq), at).await?;
    let event = Event::ReadMarkMoved {
        operator_id: me.id,
        conversation_id: conversation.id,
        mark,
        unread: mark.unread(conversation),
        facts,
    };
    events::append(&mut tx, &event, None, at).await?;
    tx.commit().await?;
    app.hub.committed();
    Ok(mark)
}

/// Keeps what an operator has written and not sent.
///
/// # Errors
/// If it is too long, or the operator may not see the conversation.
pub async fn save_draft(app: &App, me: &Me, id: ConversationId, draft: &Draft) -> Result<(), AppError> {
    if draft.body.chars().count() > Message::MAX_BODY {
        return Err(AppError::invalid("body", format!("{} characters is the most.", Message::MAX_BODY)));
    }
    let mut tx = app.db.begin().await?;
    visible(&mut tx, me, id).await?;
    drafts::put(&mut tx, me.id, id, draft, app.clock.now()).await?;
    tx.commit().await?;
    Ok(())
}

async fn visible(conn: &mut Conn, me: &Me, id: ConversationId) -> Result<Conversation, AppError> {
    // Locked, so that the mark and the count that goes with it are of one moment.
    let conversation = conversations::lock(conn, id).await?;
    conversation.filter(|conversation| me.sees(&conversation.facts())).ok_or(AppError::NotFound)
}
