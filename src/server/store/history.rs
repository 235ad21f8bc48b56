//! What is kept for accountability: changes of owner and of team, and resolutions.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    schema::{ownership_changes, resolutions, team_changes},
    types::{Micros, Uid},
};
use crate::domain::{ConversationId, OperatorId, TeamId, Time};

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

/// A change of team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamChange {
    pub conversation_id: ConversationId,
    pub from: Option<TeamId>,
    pub to: Option<TeamId>,
    /// None where a bot or the system was the cause.
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

pub async fn insert_team_change(conn: &mut Conn, change: &TeamChange) -> Result<(), StoreError> {
    on!(conn, |c| diesel::insert_into(team_changes::table)
        .values((
            team_changes::conversation_id.eq(Uid::of(change.conversation_id)),
            team_changes::from_id.eq(Uid::maybe(change.from)),
            team_changes::to_id.eq(Uid::maybe(change.to)),
            team_changes::by_id.eq(Uid::maybe(change.by)),
            team_changes::reason.eq(&change.reason),
            team_changes::created_at.eq(Micros(change.at)),
        ))
        .execute(c)
        .await?);
    Ok(())
}

/// The teams that a conversation has had, oldest change first.
pub async fn list_team_changes(
    conn: &mut Conn,
    conversation: ConversationId,
) -> Result<Vec<TeamChange>, StoreError> {
    type Columns = (Option<Uid>, Option<Uid>, Option<Uid>, String, Micros);
    let rows: Vec<Columns> = on!(conn, |c| team_changes::table
        .filter(team_changes::conversation_id.eq(Uid::of(conversation)))
        .order(team_changes::id)
        .select((
            team_changes::from_id,
            team_changes::to_id,
            team_changes::by_id,
            team_changes::reason,
            team_changes::created_at,
        ))
        .load(c)
        .await?);
    let read = |(from, to, by, reason, at): Columns| TeamChange {
        conversation_id: conversation,
        from: from.map(Uid::to),
        to: to.map(Uid::to),
        by: by.map(Uid::to),
        reason,
        at: at.0,
    };
    Ok(rows.into_iter().map(read).collect())
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
