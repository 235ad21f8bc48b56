//! One conversation as an operator reads it.

use crate::{
    domain::{AppError, Conversation, ConversationId, Me, Message, PAGE_MESSAGES, Person, ReadMark, Thread},
    server::{
        app::App,
        store::{
            Conn, contact_attributes, contacts, conversations, drafts, events, messages, opt_outs, read_marks,
        },
    },
};

/// The newest part of a conversation, and what stands beside it.
///
/// # Errors
/// [`AppError::NotFound`] also if the operator may not see it.
pub async fn open(app: &App, me: &Me, id: ConversationId) -> Result<Thread, AppError> {
    read(app, me, id, None).await
}

/// The same, with the part around a message in place of the newest.
///
/// # Errors
/// As [`open`].
pub async fn open_at(app: &App, me: &Me, id: ConversationId, seq: i64) -> Result<Thread, AppError> {
    read(app, me, id, Some(seq)).await
}

async fn read(app: &App, me: &Me, id: ConversationId, around: Option<i64>) -> Result<Thread, AppError> {
    let mut tx = app.db.snapshot().await?;
    let as_of = events::as_of(&mut tx).await?;
    let conversation = visible(&mut tx, me, id).await?;
    let person = contacts::find_person(&mut tx, conversation.contact_id).await?.ok_or(AppError::NotFound)?;
    let messages = match around.and_then(|seq| Thread::stretch_around(seq, conversation.last_seq)) {
        Some(from) => messages::list_from(&mut tx, id, from, PAGE_MESSAGES).await?,
        None => messages::list_before(&mut tx, id, i64::MAX, PAGE_MESSAGES).await?,
    };
    let mark = read_marks::find(&mut tx, me.id, id).await?;
    let draft = drafts::find(&mut tx, me.id, id).await?.unwrap_or_default();
    let others = others(&mut tx, me, &person, id).await?;
    let mut opted_out = Vec::new();
    if let Some(route) = &conversation.reply_route
        && opt_outs::is_opted_out(&mut tx, &route.ours, &route.peer).await?
    {
        opted_out.push(route.clone());
    }
    let about = contact_attributes::of(&mut tx, &person.ids()).await?;
    tx.commit().await?;
    let Person { contact, also, .. } = person;
    Ok(Thread {
        me: me.id,
        mark: mark.unwrap_or_else(|| ReadMark::implied(&conversation, me)),
        // The session is the conversation's own contact's, whoever else they are.
        contact_online: app.hub.is_online(conversation.contact_id),
        conversation,
        contact,
        also,
        about,
        messages,
        draft,
        others,
        opted_out,
        as_of,
    })
}

/// The person's other conversations that the operator may see, over all their contacts.
async fn others(
    conn: &mut Conn,
    me: &Me,
    person: &Person,
    open: ConversationId,
) -> Result<Vec<Conversation>, AppError> {
    // One more, for the one that is open.
    let most = Thread::OTHERS + 1;
    let mut others = conversations::list_of_contacts(conn, me, &person.ids(), None, most).await?;
    others.retain(|other| other.id != open);
    others.truncate(Thread::OTHERS);
    Ok(others)
}

/// The messages before a number.
///
/// # Errors
/// [`AppError::NotFound`] also if the operator may not see the conversation.
pub async fn older(app: &App, me: &Me, id: ConversationId, before: i64) -> Result<Vec<Message>, AppError> {
    let mut conn = app.db.conn().await?;
    visible(&mut conn, me, id).await?;
    Ok(messages::list_before(&mut conn, id, before, PAGE_MESSAGES).await?)
}

/// The messages after a number.
///
/// # Errors
/// [`AppError::NotFound`] also if the operator may not see the conversation.
pub async fn newer(app: &App, me: &Me, id: ConversationId, after: i64) -> Result<Vec<Message>, AppError> {
    let mut conn = app.db.conn().await?;
    visible(&mut conn, me, id).await?;
    Ok(messages::list_from(&mut conn, id, after.saturating_add(1), PAGE_MESSAGES).await?)
}

/// The conversation, if the operator may see it.
pub(super) async fn visible(conn: &mut Conn, me: &Me, id: ConversationId) -> Result<Conversation, AppError> {
    let conversation = conversations::find(conn, id).await?;
    conversation.filter(|conversation| me.sees(&conversation.facts())).ok_or(AppError::NotFound)
}
