//! How far the event log has been told to webhooks.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::{
    domain::{Position, Time},
    server::store::{
        Conn, StoreError,
        db::{Kind, on},
        schema::webhook_cursor,
        types::Micros,
    },
};

/// The only row.
const ROW: i64 = 1;

/// A place in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    pub position: Position,
    /// When a stretch of the log was last skipped.
    pub skipped_at: Option<Time>,
}

type Columns = (i64, i64, Option<Micros>);

fn read((xid, id, skipped_at): Columns) -> Cursor {
    Cursor { position: Position { xid, id }, skipped_at: skipped_at.map(|at| at.0) }
}

pub async fn find(conn: &mut Conn) -> Result<Cursor, StoreError> {
    let found: Columns = on!(conn, |c| webhook_cursor::table
        .find(ROW)
        .select((webhook_cursor::xid, webhook_cursor::event_id, webhook_cursor::skipped_at))
        .first(c)
        .await?);
    Ok(read(found))
}

/// The cursor, locked until the transaction ends: who has it tells, and nobody else does.
pub async fn lock(conn: &mut Conn) -> Result<Cursor, StoreError> {
    conn.count_query();
    let query = webhook_cursor::table.find(ROW).select((
        webhook_cursor::xid,
        webhook_cursor::event_id,
        webhook_cursor::skipped_at,
    ));
    let found: Columns = match conn.kind() {
        // The write transaction is the only one there is.
        Kind::Sqlite(c) => query.first(c).await?,
        Kind::Postgres(c) => query.for_update().first(c).await?,
    };
    Ok(read(found))
}

pub async fn update(conn: &mut Conn, cursor: Cursor) -> Result<(), StoreError> {
    on!(conn, |c| diesel::update(webhook_cursor::table.find(ROW))
        .set((
            webhook_cursor::xid.eq(cursor.position.xid),
            webhook_cursor::event_id.eq(cursor.position.id),
            webhook_cursor::skipped_at.eq(cursor.skipped_at.map(Micros)),
        ))
        .execute(c)
        .await?);
    Ok(())
}
