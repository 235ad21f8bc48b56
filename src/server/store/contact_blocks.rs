//! Whose messages come into no queue, who said so, and who took it back.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Conn, StoreError,
    db::on,
    operators as people,
    schema::{contact_blocks, contacts, operators},
    types::{Micros, Uid, from_json, to_json},
};
use crate::domain::{
    Block, ContactId, Conversation, ConversationId, OperatorId, Status, Time, VisitorConversation,
};

/// A conversation that was resolved with a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    pub conversation_id: ConversationId,
    /// Since when the customer waited.
    pub awaiting_reply_since: Option<Time>,
}

/// A block that nobody has taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub id: Uuid,
    pub block: Block,
    pub closed: Vec<Closed>,
}

/// Blocks a contact who is not blocked.
pub async fn insert(
    conn: &mut Conn,
    id: Uuid,
    contact: ContactId,
    closed: &[Closed],
    by: OperatorId,
    at: Time,
) -> Result<(), StoreError> {
    on!(conn, |c| diesel::insert_into(contact_blocks::table)
        .values((
            contact_blocks::id.eq(Uid(id)),
            contact_blocks::contact_id.eq(Uid::of(contact)),
            contact_blocks::blocked_by.eq(Uid::of(by)),
            contact_blocks::blocked_at.eq(Micros(at)),
            contact_blocks::closed.eq(to_json(&closed)),
        ))
        .execute(c)
        .await?);
    Ok(())
}

/// Notes that a block was taken back.
pub async fn update_unblocked(conn: &mut Conn, id: Uuid, by: OperatorId, at: Time) -> Result<(), StoreError> {
    on!(conn, |c| diesel::update(contact_blocks::table.find(Uid(id)))
        .set((contact_blocks::unblocked_by.eq(Uid::of(by)), contact_blocks::unblocked_at.eq(Micros(at))))
        .execute(c)
        .await?);
    Ok(())
}

/// The blocks of these contacts that nobody has taken back, oldest first.
pub async fn list_in_force(conn: &mut Conn, ids: &[ContactId]) -> Result<Vec<Kept>, StoreError> {
    type Columns = (Uid, Uid, String, Micros, String);
    let of: Vec<Uid> = ids.iter().map(|id| Uid::of(*id)).collect();
    let rows: Vec<Columns> = on!(conn, |c| contact_blocks::table
        .inner_join(operators::table.on(operators::id.eq(contact_blocks::blocked_by)))
        .filter(contact_blocks::contact_id.eq_any(of))
        .filter(contact_blocks::unblocked_at.is_null())
        .order((contact_blocks::blocked_at.asc(), contact_blocks::id.asc()))
        .select((
            contact_blocks::id,
            contact_blocks::blocked_by,
            operators::name,
            contact_blocks::blocked_at,
            contact_blocks::closed,
        ))
        .load(c)
        .await?);
    let read = |(id, by, by_name, at, closed): Columns| {
        let block = Block { by: by.to(), by_name, at: at.0 };
        Ok(Kept { id: id.0, block, closed: from_json(&closed)? })
    };
    rows.into_iter().map(read).collect()
}

/// Who blocked the person of a contact, if somebody did.
pub async fn find_blocker(conn: &mut Conn, contact: ContactId) -> Result<Option<OperatorId>, StoreError> {
    let linked: Option<(Uid, Option<Uid>)> = on!(conn, |c| contacts::table
        .find(Uid::of(contact))
        .select((contacts::id, contacts::merged_into))
        .first(c)
        .await
        .optional()?);
    let Some(head) = linked.map(|(id, into)| into.unwrap_or(id)) else { return Ok(None) };
    let by: Option<Uid> = on!(conn, |c| contact_blocks::table
        .inner_join(contacts::table.on(contacts::id.eq(contact_blocks::contact_id)))
        .filter(contact_blocks::unblocked_at.is_null())
        .filter(contacts::id.eq(head).or(contacts::merged_into.eq(head).assume_not_null()))
        .order((contact_blocks::blocked_at.asc(), contact_blocks::id.asc()))
        .select(contact_blocks::blocked_by)
        .first(c)
        .await
        .optional()?);
    Ok(by.map(Uid::to))
}

/// What the visitor of a conversation sees of it. Who is blocked learns nothing of that.
pub async fn shown_to_visitor(
    conn: &mut Conn,
    conversation: &Conversation,
) -> Result<VisitorConversation, StoreError> {
    let owner = people::find_name(conn, conversation.owner_id).await?;
    let shown = VisitorConversation::of(conversation, owner.as_deref());
    let is_blocked = conversation.status == Status::Resolved
        && find_blocker(conn, conversation.contact_id).await?.is_some();
    Ok(if is_blocked { shown.unaware() } else { shown })
}
