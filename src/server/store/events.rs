//! The event log: what every client learns from, in commit order.

use diesel::{
    prelude::*,
    sql_types::{BigInt, Nullable, Text},
};
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::{Kind, on},
    fixed::Fixed,
    schema::{event_floor, events},
    types::{Id, Micros, Uid, from_json, to_json},
};
use crate::domain::{AsOf, ContactId, Event, Position, Time};

#[derive(QueryableByName)]
struct Logged {
    #[diesel(sql_type = BigInt)]
    xid: i64,
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    payload: String,
}

#[derive(QueryableByName)]
struct SnapshotText {
    #[diesel(sql_type = Text)]
    snapshot: String,
}

#[derive(QueryableByName)]
struct Pruned {
    #[diesel(sql_type = Nullable<BigInt>)]
    xid: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    id: Option<i64>,
}

/// Writes an event to the log. Clients see it once the transaction has committed.
pub async fn append(
    conn: &mut Conn,
    event: &Event,
    contact: Option<ContactId>,
    now: Time,
) -> Result<(), StoreError> {
    let payload = to_json(event);
    on!(conn, |c| diesel::insert_into(events::table)
        .values((
            events::kind.eq(event.kind()),
            events::contact_id.eq(Uid::maybe(contact)),
            events::payload.eq(&payload),
            events::created_at.eq(Micros(now)),
        ))
        .execute(c)
        .await?);
    Ok(())
}

/// The next events after a place, in the global order. Nothing can later appear behind what this returns: on
/// PostgreSQL it stops short of the oldest transaction that is still running.
pub async fn list_after(
    conn: &mut Conn,
    after: Position,
    limit: i64,
) -> Result<Vec<(Position, Event)>, StoreError> {
    conn.count_query();
    let logged: Vec<Logged> = match conn.kind() {
        Kind::Sqlite(c) => events::table
            .filter(events::id.gt(after.id))
            .order(events::id)
            .limit(limit)
            .select((events::id, events::payload))
            .load::<(i64, String)>(c)
            .await?
            .into_iter()
            .map(|(id, payload)| Logged { xid: 0, id, payload })
            .collect(),
        Kind::Postgres(c) => {
            let query = diesel::sql_query(
                "SELECT xid::text::bigint AS xid, id, payload FROM events \
                 WHERE (xid, id) > ($1::text::xid8, $2) AND xid < pg_snapshot_xmin(pg_current_snapshot()) \
                 ORDER BY xid, id LIMIT $3",
            )
            .bind::<Text, _>(after.xid.to_string())
            .bind::<BigInt, _>(after.id)
            .bind::<BigInt, _>(limit);
            Fixed(query).load(c).await?
        }
    };
    read(logged)
}

/// Whether there are events after a place that [`list_after`] does not give yet, because an older transaction runs.
pub async fn is_held_back(conn: &mut Conn, after: Position) -> Result<bool, StoreError> {
    conn.count_query();
    match conn.kind() {
        Kind::Sqlite(_) => Ok(false),
        Kind::Postgres(c) => {
            let query = diesel::sql_query(
                "SELECT xid::text::bigint AS xid, id, payload FROM events \
                 WHERE (xid, id) > ($1::text::xid8, $2) ORDER BY xid, id LIMIT 1",
            )
            .bind::<Text, _>(after.xid.to_string())
            .bind::<BigInt, _>(after.id);
            let found: Option<Logged> = Fixed(query).get_result(c).await.optional()?;
            Ok(found.is_some())
        }
    }
}

/// The next events after a place that are about one contact's conversations.
pub async fn list_of_contact_after(
    conn: &mut Conn,
    contact: ContactId,
    after: Position,
    limit: i64,
) -> Result<Vec<(Position, Event)>, StoreError> {
    conn.count_query();
    let logged: Vec<Logged> = match conn.kind() {
        Kind::Sqlite(c) => events::table
            .filter(events::contact_id.eq(Uid::of(contact)))
            .filter(events::id.gt(after.id))
            .order(events::id)
            .limit(limit)
            .select((events::id, events::payload))
            .load::<(i64, String)>(c)
            .await?
            .into_iter()
            .map(|(id, payload)| Logged { xid: 0, id, payload })
            .collect(),
        Kind::Postgres(c) => {
            let query = diesel::sql_query(
                "SELECT xid::text::bigint AS xid, id, payload FROM events WHERE contact_id = $1 \
                 AND (xid, id) > ($2::text::xid8, $3) AND xid < pg_snapshot_xmin(pg_current_snapshot()) \
                 ORDER BY xid, id LIMIT $4",
            )
            .bind::<Id, _>(Uid::of(contact))
            .bind::<Text, _>(after.xid.to_string())
            .bind::<BigInt, _>(after.id)
            .bind::<BigInt, _>(limit);
            Fixed(query).load(c).await?
        }
    };
    read(logged)
}

fn read(logged: Vec<Logged>) -> Result<Vec<(Position, Event)>, StoreError> {
    logged
        .into_iter()
        .map(|row| Ok((Position { xid: row.xid, id: row.id }, from_json(&row.payload)?)))
        .collect()
}

/// What this transaction's snapshot holds of the log.
pub async fn as_of(conn: &mut Conn) -> Result<AsOf, StoreError> {
    conn.count_query();
    match conn.kind() {
        Kind::Sqlite(c) => {
            let newest: Option<i64> =
                events::table.select(events::id).order(events::id.desc()).first(c).await.optional()?;
            let id = match newest {
                Some(id) => id,
                // Everything may have been taken out of the log.
                None => event_floor::table.select(event_floor::event_id).first(c).await?,
            };
            Ok(AsOf::at(Position { xid: 0, id }))
        }
        Kind::Postgres(c) => {
            let query = diesel::sql_query("SELECT pg_current_snapshot()::text AS snapshot");
            let row: SnapshotText = Fixed(query).get_result(c).await?;
            parse_snapshot(&row.snapshot).ok_or_else(|| {
                StoreError::Config(format!("PostgreSQL gave an unknown snapshot {:?}", row.snapshot))
            })
        }
    }
}

/// Reads PostgreSQL's `xmin:xmax:xip,xip` (its manual, "System Information Functions", `pg_snapshot`).
fn parse_snapshot(text: &str) -> Option<AsOf> {
    let mut parts = text.split(':');
    let start: i64 = parts.next()?.parse().ok()?;
    let end = parts.next()?.parse().ok()?;
    let running =
        parts.next()?.split(',').filter(|x| !x.is_empty()).map(|x| x.parse().ok()).collect::<Option<_>>()?;
    Some(AsOf { position: Position { xid: start - 1, id: i64::MAX }, end, running })
}

/// Whether a client at this place can still be given everything that it missed.
pub async fn can_resume(conn: &mut Conn, after: Position) -> Result<bool, StoreError> {
    let (xid, id): (i64, i64) =
        on!(conn, |c| event_floor::table.select((event_floor::xid, event_floor::event_id)).first(c).await?);
    if after < (Position { xid, id }) {
        return Ok(false);
    }
    // A place ahead of the log: the database was put back to an earlier state.
    let head = as_of(conn).await?;
    Ok(match conn.kind() {
        Kind::Sqlite(_) => after <= head.position,
        Kind::Postgres(_) => after.xid < head.end.max(head.position.xid + 1),
    })
}

/// Takes events from before a time out of the log. Returns how many.
pub async fn prune(conn: &mut Conn, before: Time) -> Result<usize, StoreError> {
    conn.count_query();
    let newest: Pruned = match conn.kind() {
        Kind::Sqlite(c) => {
            let id = events::table
                .filter(events::created_at.lt(Micros(before)))
                .select(diesel::dsl::max(events::id))
                .first(c)
                .await?;
            Pruned { xid: Some(0), id }
        }
        Kind::Postgres(c) => {
            diesel::sql_query(
                "SELECT max(xid::text::bigint) AS xid, max(id) AS id FROM events \
             WHERE created_at < $1 AND xid < pg_snapshot_xmin(pg_current_snapshot())",
            )
            .bind::<BigInt, _>(before.0)
            .get_result(c)
            .await?
        }
    };
    let (Some(xid), Some(id)) = (newest.xid, newest.id) else {
        return Ok(0);
    };
    let count = on!(conn, |c| diesel::delete(
        events::table.filter(events::created_at.lt(Micros(before))).filter(events::id.le(id))
    )
    .execute(c)
    .await?);
    on!(conn, |c| diesel::update(event_floor::table)
        .set((event_floor::xid.eq(xid), event_floor::event_id.eq(id)))
        .execute(c)
        .await?);
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snapshots_of_postgres() {
        assert_eq!(
            parse_snapshot("795:799:795,797"),
            Some(AsOf { position: Position { xid: 794, id: i64::MAX }, end: 799, running: vec![795, 797] })
        );
        assert_eq!(
            parse_snapshot("795:795:"),
            Some(AsOf { position: Position { xid: 794, id: i64::MAX }, end: 795, running: vec![] })
        );
        assert_eq!(parse_snapshot("795"), None);
    }
}
