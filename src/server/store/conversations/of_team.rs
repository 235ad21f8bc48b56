//! Conversations as a team has them.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::super::{
    Conn, StoreError,
    db::{Kind, on},
    schema::conversations,
    types::{Uid, Word},
};
use crate::domain::{ConversationId, Status, TeamId};

/// Waits until nobody changes what a team has in work, and lets nobody do so before the transaction ends: whoever comes
/// later sees what it has made of the team. What comes into the team, [`super::super::teams::lock`] holds back.
pub async fn hold_work_of(conn: &mut Conn, team: TeamId) -> Result<(), StoreError> {
    conn.count_query();
    match conn.kind() {
        // The write transaction is the only one there is.
        Kind::Sqlite(_) => {}
        Kind::Postgres(c) => {
            let query = conversations::table
                .filter(conversations::team_id.eq(Uid::of(team)))
                .filter(conversations::status.ne(Word(Status::Resolved)))
                .order(conversations::id)
                .select(conversations::id);
            let _held: Vec<Uid> = query.for_key_share().load(c).await?;
        }
    }
    Ok(())
}

/// Some conversations that a team has in work.
pub async fn list_in_work_of(
    conn: &mut Conn,
    team: TeamId,
    limit: i64,
) -> Result<Vec<ConversationId>, StoreError> {
    let ids: Vec<Uid> = on!(conn, |c| conversations::table
        .filter(conversations::team_id.eq(Uid::of(team)))
        .filter(conversations::status.ne(Word(Status::Resolved)))
        .select(conversations::id)
        .limit(limit)
        .load(c)
        .await?);
    Ok(ids.into_iter().map(Uid::to).collect())
}
