//! What is kept for accountability: changes of owner, and resolutions.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    schema::{ownership_changes, resolutions},
    types::{Micros, Uid},
};
use crate::domain::{ConversationId, OperatorId, Time};

/// A change of owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnershipChange {
    pub conversation_id: ConversationId,
    pub from: Option<OperatorId>,
    pub to: Option<OperatorId>,
    /// None where a customer or the system was the cause.
    pub by: Option<OperatorId>,
    pub reason: String,
    pub at: Time,
}

pub async fn insert_ownership_change(conn: &mut Conn, change: &OwnershipChange) -> Result<(), StoreError> {
    on!(conn, |c| diesel::insert_into(ownership_changes::table)
        .values((
            ownership_changes::conversation_id.eq(Uid::of(change.conversation_id)),
            ownership_changes::from_id.eq(Uid::maybe(change.from)),
            ownership_changes::to_id.eq(Uid::maybe(change.to)),
            ownership_changes::by_id.eq(Uid::maybe(change.by)),
            ownership_changes::reason.eq(&change.reason),
            ownership_changes::created_at.eq(Micros(change.at)),
        ))
        .execute(c)
        .await?);
    Ok(())
}

/// The owners that a conversation has had, oldest change first.
pub async fn list_ownership_changes(
    conn: &mut Conn,
    conversation: ConversationId,
) -> Result<Vec<OwnershipChange>, StoreError> {
    type Columns = (Option<Uid>, Option<Uid>, Option<Uid>, String, Micros);
    let rows: Vec<Columns> = on!(conn, |c| ownership_changes::table
        .filter(ownership_changes::conversation_id.eq(Uid::of(conversation)))
        .order(ownership_changes::id)
        .select((
            ownership_changes::from_id,
            ownership_changes::to_id,
            ownership_changes::by_id,
            ownership_changes::reason,
            ownership_changes::created_at,
        ))
        .load(c)
        .await?);
    Ok(rows
        .into_iter()
        .map(|(from, to, by, reason, at)| OwnershipChange {
            conversation_id: conversation,
            from: from.map(Uid::to),
            to: to.map(Uid::to),
            by: by.map(Uid::to),
            reason,
            at: at.0,
        })
        .collect())
}

pub async fn insert_resolution(
    conn: &mut Conn,
    conversation: ConversationId,
    at: Time,
    by: Option<OperatorId>,
) -> Result<(), StoreError> {
    on!(conn, |c| diesel::insert_into(resolutions::table)
        .values((
            resolutions::conversation_id.eq(Uid::of(conversation)),
            resolutions::resolved_at.eq(Micros(at)),
            resolutions::resolved_by.eq(Uid::maybe(by)),
        ))
        .execute(c)
        .await?);
    Ok(())
}

/// Notes that the last resolution of a conversation has ended.
pub async fn update_reopened(
    conn: &mut Conn,
    conversation: ConversationId,
    at: Time,
) -> Result<(), StoreError> {
    on!(conn, |c| diesel::update(
        resolutions::table
            .filter(resolutions::conversation_id.eq(Uid::of(conversation)))
            .filter(resolutions::reopened_at.is_null())
    )
    .set(resolutions::reopened_at.eq(Micros(at)))
    .execute(c)
    .await?);
    Ok(())
}
