//! Browsers of visitors who wrote in a widget.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    schema::visitor_sessions,
    types::{Micros, Uid},
};
use crate::domain::{ChannelId, ContactId, ConversationId, Time, VisitorSessionId};

/// A visitor's browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VisitorSession {
    pub id: VisitorSessionId,
    pub channel_id: ChannelId,
    pub contact_id: ContactId,
    /// The conversation that it shows.
    pub conversation_id: Option<ConversationId>,
}

type Columns = (Uid, Uid, Uid, Option<Uid>);

const COLUMNS: (
    visitor_sessions::id,
    visitor_sessions::channel_id,
    visitor_sessions::contact_id,
    visitor_sessions::conversation_id,
) = (
    visitor_sessions::id,
    visitor_sessions::channel_id,
    visitor_sessions::contact_id,
    visitor_sessions::conversation_id,
);

fn read((id, channel, contact, conversation): Columns) -> VisitorSession {
    VisitorSession {
        id: id.to(),
        channel_id: channel.to(),
        contact_id: contact.to(),
        conversation_id: conversation.map(Uid::to),
    }
}

pub async fn find(conn: &mut Conn, token_hash: &[u8]) -> Result<Option<VisitorSession>, StoreError> {
    let columns: Option<Columns> = on!(conn, |c| visitor_sessions::table
        .filter(visitor_sessions::token_hash.eq(token_hash))
        .select(COLUMNS)
        .first(c)
        .await
        .optional()?);
    Ok(columns.map(read))
}

/// Keeps a new session.
///
/// # Errors
/// [`StoreError::Duplicate`] if the same browser was quicker by another request.
pub async fn insert(
    conn: &mut Conn,
    session: &VisitorSession,
    token_hash: &[u8],
    now: Time,
) -> Result<(), StoreError> {
    on!(conn, |c| diesel::insert_into(visitor_sessions::table)
        .values((
            visitor_sessions::id.eq(Uid::of(session.id)),
            visitor_sessions::token_hash.eq(token_hash),
            visitor_sessions::channel_id.eq(Uid::of(session.channel_id)),
            visitor_sessions::contact_id.eq(Uid::of(session.contact_id)),
            visitor_sessions::conversation_id.eq(Uid::maybe(session.conversation_id)),
            visitor_sessions::created_at.eq(Micros(now)),
        ))
        .execute(c)
        .await?);
    Ok(())
}

pub async fn update_conversation(
    conn: &mut Conn,
    id: VisitorSessionId,
    conversation: ConversationId,
) -> Result<(), StoreError> {
    on!(conn, |c| diesel::update(visitor_sessions::table.find(Uid::of(id)))
        .set(visitor_sessions::conversation_id.eq(Uid::of(conversation)))
        .execute(c)
        .await?);
    Ok(())
}
