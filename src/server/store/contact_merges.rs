//! Who said that two contacts are one person, and who took it back.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{
    Conn, StoreError,
    db::{Kind, on},
    schema::contact_merges,
    types::{Micros, Uid, from_json, to_json},
};
use crate::domain::{ContactId, OperatorId, Time};

/// That a contact, and everybody who had been merged into it, is the same person as another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    pub id: Uuid,
    pub kept: ContactId,
    pub gone: ContactId,
    /// Those who had been merged into the one that is gone, and followed it.
    pub followers: Vec<ContactId>,
    /// None: the account is gone.
    pub by: Option<OperatorId>,
    pub at: Time,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = contact_merges)]
struct Record {
    id: Uid,
    kept_id: Uid,
    gone_id: Uid,
    followers: String,
    merged_by: Option<Uid>,
    merged_at: Micros,
}

impl Record {
    fn read(self) -> Result<Merge, StoreError> {
        Ok(Merge {
            id: self.id.0,
            kept: self.kept_id.to(),
            gone: self.gone_id.to(),
            followers: from_json(&self.followers)?,
            by: self.merged_by.map(Uid::to),
            at: self.merged_at.0,
        })
    }
}

/// A number that no other lock has.
const TURN: i64 = 7_165_111;

/// Waits until nobody else says or takes back that contacts are one person, or changes what such a person is called.
/// It numbers no transaction, so that conversations may be locked after it.
pub async fn take_turn(conn: &mut Conn) -> Result<(), StoreError> {
    conn.count_query();
    match conn.kind() {
        // The write transaction is the only one there is.
        Kind::Sqlite(_) => {}
        Kind::Postgres(c) => {
            diesel::sql_query("SELECT pg_advisory_xact_lock($1)")
                .bind::<diesel::sql_types::BigInt, _>(TURN)
                .execute(c)
                .await?;
        }
    }
    Ok(())
}

pub async fn insert(conn: &mut Conn, merge: &Merge) -> Result<(), StoreError> {
    let record = Record {
        id: Uid(merge.id),
        kept_id: Uid::of(merge.kept),
        gone_id: Uid::of(merge.gone),
        followers: to_json(&merge.followers),
        merged_by: Uid::maybe(merge.by),
        merged_at: Micros(merge.at),
    };
    on!(conn, |c| diesel::insert_into(contact_merges::table).values(&record).execute(c).await?);
    Ok(())
}

/// The merges of these contacts into others that nobody has taken back, newest first.
pub async fn list_in_force(conn: &mut Conn, gone: &[ContactId]) -> Result<Vec<Merge>, StoreError> {
    let of: Vec<Uid> = gone.iter().map(|id| Uid::of(*id)).collect();
    let records: Vec<Record> = on!(conn, |c| contact_merges::table
        .filter(contact_merges::gone_id.eq_any(of))
        .filter(contact_merges::undone_at.is_null())
        .order((contact_merges::merged_at.desc(), contact_merges::id.desc()))
        .select(Record::as_select())
        .load(c)
        .await?);
    records.into_iter().map(Record::read).collect()
}

/// Notes that a merge was taken back.
pub async fn update_undone(conn: &mut Conn, id: Uuid, by: OperatorId, at: Time) -> Result<(), StoreError> {
    on!(conn, |c| diesel::update(contact_merges::table.find(Uid(id)))
        .set((contact_merges::undone_by.eq(Uid::of(by)), contact_merges::undone_at.eq(Micros(at))))
        .execute(c)
        .await?);
    Ok(())
}
