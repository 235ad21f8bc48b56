//! What providers told us, as it came.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    schema::hooks,
    types::{Micros, Uid, Word},
};
use crate::domain::{ChannelId, HookId, HookState, Time};

/// A provider's request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub id: HookId,
    pub channel_id: ChannelId,
    /// The same for every repetition of the same event.
    pub key: String,
    /// Path and query.
    pub target: String,
    pub content_type: String,
    pub body: Vec<u8>,
    pub state: HookState,
    /// Why there was nothing to do, or why it cannot be read.
    pub remark: Option<String>,
    pub received_at: Time,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = hooks)]
struct Record {
    id: Uid,
    channel_id: Uid,
    key: String,
    target: String,
    content_type: String,
    body: Vec<u8>,
    state: Word<HookState>,
    remark: Option<String>,
    received_at: Micros,
}

impl Record {
    fn read(self) -> Kept {
        Kept {
            id: self.id.to(),
            channel_id: self.channel_id.to(),
            key: self.key,
            target: self.target,
            content_type: self.content_type,
            body: self.body,
            state: self.state.0,
            remark: self.remark,
            received_at: self.received_at.0,
        }
    }
}

/// Keeps a request. False if the same event was kept before.
pub async fn insert(conn: &mut Conn, kept: &Kept) -> Result<bool, StoreError> {
    let record = Record {
        id: Uid::of(kept.id),
        channel_id: Uid::of(kept.channel_id),
        key: kept.key.clone(),
        target: kept.target.clone(),
        content_type: kept.content_type.clone(),
        body: kept.body.clone(),
        state: Word(kept.state),
        remark: kept.remark.clone(),
        received_at: Micros(kept.received_at),
    };
    let new = on!(conn, |c| diesel::insert_into(hooks::table)
        .values(&record)
        .on_conflict((hooks::channel_id, hooks::key))
        .do_nothing()
        .execute(c)
        .await?);
    Ok(new > 0)
}

pub async fn find(conn: &mut Conn, id: HookId) -> Result<Option<Kept>, StoreError> {
    let record: Option<Record> = on!(conn, |c| hooks::table
        .find(Uid::of(id))
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    Ok(record.map(Record::read))
}

/// The newest, newest first.
pub async fn list_newest(conn: &mut Conn, limit: i64) -> Result<Vec<Kept>, StoreError> {
    let records: Vec<Record> = on!(conn, |c| hooks::table
        .order((hooks::received_at.desc(), hooks::id.desc()))
        .limit(limit)
        .select(Record::as_select())
        .load(c)
        .await?);
    Ok(records.into_iter().map(Record::read).collect())
}

pub async fn update_state(
    conn: &mut Conn,
    id: HookId,
    state: HookState,
    remark: Option<&str>,
) -> Result<(), StoreError> {
    on!(conn, |c| diesel::update(hooks::table.find(Uid::of(id)))
        .set((hooks::state.eq(Word(state)), hooks::remark.eq(remark)))
        .execute(c)
        .await?);
    Ok(())
}
