//! What providers told us, as it came.

use diesel::{prelude::*, sql_types::BigInt};
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    schema::hooks,
    types::{Micros, Uid, Word},
};
use crate::domain::{ChannelId, HookId, HookState, Time, setup::Unread};

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

/// What cannot be read, newest first, without what was in it.
pub async fn list_unreadable(conn: &mut Conn, limit: i64) -> Result<Vec<Unread>, StoreError> {
    type Columns = (Uid, Uid, Option<String>, i64, Micros);
    // The same in both databases, and it leaves the bodies where they are.
    let size = diesel::dsl::sql::<BigInt>("CAST(length(body) AS BIGINT)");
    let rows: Vec<Columns> = on!(conn, |c| hooks::table
        .filter(hooks::state.eq(Word(HookState::Unreadable)))
        .order((hooks::received_at.desc(), hooks::id.desc()))
        .limit(limit)
        .select((hooks::id, hooks::channel_id, hooks::remark, size, hooks::received_at))
        .load(c)
        .await?);
    let read = |(id, channel_id, remark, size, received_at): Columns| Unread {
        id: id.to(),
        channel_id: channel_id.to(),
        reason: remark.unwrap_or_default(),
        size,
        received_at: received_at.0,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// How many requests of each channel cannot be read; channels without any are missing.
pub async fn count_unreadable(conn: &mut Conn) -> Result<Vec<(ChannelId, i64)>, StoreError> {
    let rows: Vec<(Uid, i64)> = on!(conn, |c| hooks::table
        .filter(hooks::state.eq(Word(HookState::Unreadable)))
        .group_by(hooks::channel_id)
        .select((hooks::channel_id, diesel::dsl::count_star()))
        .load(c)
        .await?);
    Ok(rows.into_iter().map(|(channel, count)| (channel.to(), count)).collect())
}
