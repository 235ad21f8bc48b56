//! Everything in work of one owner.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Record, list_active_of, lock_key, take_turn};
use crate::{
    domain::{Conversation, OperatorId, Status, TeamId},
    server::store::{
        Conn, StoreError,
        db::{Kind, on},
        schema::conversations,
        types::{Micros, Uid, Word},
    },
};

/// All conversations at once that an operator owns and that are in work, locked in an order that is the same for
/// everybody. Another can become theirs meanwhile.
pub async fn lock_active_of(conn: &mut Conn, owner: OperatorId) -> Result<Vec<Conversation>, StoreError> {
    let mut ids = list_active_of(conn, owner).await?;
    conn.count_query();
    let of = conversations::table
        .filter(conversations::owner_id.eq(Uid::of(owner)))
        .filter(conversations::status.eq(Word(Status::Active)));
    let records: Vec<Record> = match conn.kind() {
        // The write transaction is the only one there is.
        Kind::Sqlite(c) => of.select(Record::as_select()).load(c).await?,
        Kind::Postgres(c) => {
            ids.sort_by_key(|id| lock_key(*id));
            for id in &ids {
                take_turn(c, *id).await?;
            }
            let held: Vec<Uid> = ids.into_iter().map(Uid::of).collect();
            of.filter(conversations::id.eq_any(held)).select(Record::as_select()).for_update().load(c).await?
        }
    };
    records.into_iter().map(Record::read).collect()
}

/// In whose queue the conversations belong that an operator owns and that are in work, and whether their customers
/// wait.
pub async fn list_active_facts_of(
    conn: &mut Conn,
    owner: OperatorId,
) -> Result<Vec<(Option<TeamId>, bool)>, StoreError> {
    let rows: Vec<(Option<Uid>, Option<Micros>)> = on!(conn, |c| conversations::table
        .filter(conversations::owner_id.eq(Uid::of(owner)))
        .filter(conversations::status.eq(Word(Status::Active)))
        .select((conversations::team_id, conversations::awaiting_reply_since))
        .load(c)
        .await?);
    Ok(rows.into_iter().map(|(team, awaiting)| (team.map(Uid::to), awaiting.is_some())).collect())
}
