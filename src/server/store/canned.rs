//! Canned responses, and how often each was sent.

use diesel::{dsl::sql, prelude::*, sql_types::BigInt};
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    fixed::Fixed,
    schema::{canned_responses, canned_uses},
    types::{Micros, Uid},
};
use crate::domain::{Canned, CannedId, CannedScope, Me, OperatorId, Time};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = canned_responses, treat_none_as_null = true)]
struct Record {
    id: Uid,
    operator_id: Option<Uid>,
    team_id: Option<Uid>,
    shortcut: String,
    title: String,
    text: String,
    created_at: Micros,
    updated_at: Micros,
}

impl Record {
    fn of(canned: &Canned) -> Self {
        let (operator_id, team_id) = match canned.scope {
            CannedScope::Personal(owner) => (Some(Uid::of(owner)), None),
            CannedScope::Team(team) => (None, Some(Uid::of(team))),
            CannedScope::Everyone => (None, None),
        };
        Self {
            id: Uid::of(canned.id),
            operator_id,
            team_id,
            shortcut: canned.shortcut.clone(),
            title: canned.title.clone(),
            text: canned.text.clone(),
            created_at: Micros(canned.created_at),
            updated_at: Micros(canned.updated_at),
        }
    }

    fn read(self) -> Canned {
        let scope = match (self.operator_id, self.team_id) {
            (Some(owner), _) => CannedScope::Personal(owner.to()),
            (None, Some(team)) => CannedScope::Team(team.to()),
            (None, None) => CannedScope::Everyone,
        };
        Canned {
            id: self.id.to(),
            scope,
            shortcut: self.shortcut,
            title: self.title,
            text: self.text,
            created_at: self.created_at.0,
            updated_at: self.updated_at.0,
        }
    }
}

/// Adds a response.
///
/// # Errors
/// [`StoreError::Duplicate`] if another in its scope has its shortcut.
pub async fn insert(conn: &mut Conn, canned: &Canned) -> Result<(), StoreError> {
    let record = Record::of(canned);
    on!(conn, |c| diesel::insert_into(canned_responses::table).values(&record).execute(c).await?);
    Ok(())
}

/// Changes a response.
///
/// # Errors
/// As [`insert`].
pub async fn update(conn: &mut Conn, canned: &Canned) -> Result<(), StoreError> {
    let record = Record::of(canned);
    on!(conn, |c| diesel::update(canned_responses::table.find(record.id)).set(&record).execute(c).await?);
    Ok(())
}

pub async fn find(conn: &mut Conn, id: CannedId) -> Result<Option<Canned>, StoreError> {
    Ok(list_of(conn, &[id]).await?.pop())
}

/// Those of these that are not deleted, by their ids.
pub async fn list_of(conn: &mut Conn, ids: &[CannedId]) -> Result<Vec<Canned>, StoreError> {
    let ids: Vec<Uid> = ids.iter().map(|id| Uid::of(*id)).collect();
    let records: Vec<Record> = on!(conn, |c| canned_responses::table
        .filter(canned_responses::id.eq_any(ids))
        .filter(canned_responses::deleted_at.is_null())
        .order(canned_responses::id)
        .select(Record::as_select())
        .load(c)
        .await?);
    Ok(records.into_iter().map(Record::read).collect())
}

/// One that is deleted and still kept.
pub async fn find_deleted(conn: &mut Conn, id: CannedId) -> Result<Option<Canned>, StoreError> {
    let record: Option<Record> = on!(conn, |c| canned_responses::table
        .find(Uid::of(id))
        .filter(canned_responses::deleted_at.is_not_null())
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    Ok(record.map(Record::read))
}

/// Everything that an operator can use, by shortcut: [`CannedScope::may_use`] in SQL.
pub async fn list_usable(conn: &mut Conn, me: &Me) -> Result<Vec<Canned>, StoreError> {
    use canned_responses::{deleted_at, operator_id, team_id};
    let records: Vec<Record> = on!(conn, |c| {
        let query = canned_responses::table.select(Record::as_select()).into_boxed::<Backend>();
        let everyones = operator_id.is_null().and(team_id.is_null());
        let open = everyones.or(operator_id.eq(Uid::of(me.id)).assume_not_null());
        let query = if me.sees_all() {
            query.filter(open.or(team_id.is_not_null()))
        } else {
            let teams: Vec<Uid> = me.teams.iter().map(|team| Uid::of(*team)).collect();
            query.filter(open.or(team_id.eq_any(teams).assume_not_null()))
        };
        query.filter(deleted_at.is_null()).order(canned_responses::shortcut).load(c).await?
    });
    Ok(records.into_iter().map(Record::read).collect())
}

/// How many there are in a scope.
pub async fn count_in(conn: &mut Conn, scope: CannedScope) -> Result<i64, StoreError> {
    use canned_responses::{deleted_at, operator_id, team_id};
    Ok(on!(conn, |c| {
        let query = canned_responses::table.filter(deleted_at.is_null()).into_boxed::<Backend>();
        let query = match scope {
            CannedScope::Personal(owner) => query.filter(operator_id.eq(Uid::of(owner))),
            CannedScope::Team(team) => query.filter(team_id.eq(Uid::of(team))),
            CannedScope::Everyone => query.filter(operator_id.is_null()).filter(team_id.is_null()),
        };
        query.count().get_result(c).await?
    }))
}

/// Deletes a response, or brings it back.
///
/// # Errors
/// [`StoreError::Duplicate`] if another has its shortcut by now.
pub async fn update_deleted(conn: &mut Conn, id: CannedId, at: Option<Time>) -> Result<(), StoreError> {
    on!(conn, |c| diesel::update(canned_responses::table.find(Uid::of(id)))
        .set(canned_responses::deleted_at.eq(at.map(Micros)))
        .execute(c)
        .await?);
    Ok(())
}

/// Forgets what was deleted before a time, with its uses.
pub async fn delete_deleted_before(conn: &mut Conn, time: Time) -> Result<usize, StoreError> {
    let old = canned_responses::deleted_at.lt(Micros(time));
    Ok(on!(conn, |c| diesel::delete(canned_responses::table.filter(old)).execute(c).await?))
}

/// Notes that an operator has sent a response once more.
pub async fn add_use(conn: &mut Conn, canned: CannedId, operator: OperatorId) -> Result<(), StoreError> {
    on!(conn, |c| Fixed(
        diesel::insert_into(canned_uses::table)
            .values((
                canned_uses::canned_id.eq(Uid::of(canned)),
                canned_uses::operator_id.eq(Uid::of(operator)),
                canned_uses::uses.eq(1_i64),
            ))
            .on_conflict((canned_uses::canned_id, canned_uses::operator_id))
            .do_update()
            .set(canned_uses::uses.eq(canned_uses::uses + 1_i64))
    )
    .execute(c)
    .await?);
    Ok(())
}

/// How often an operator has sent each that they have sent at all.
pub async fn list_uses_of(conn: &mut Conn, operator: OperatorId) -> Result<Vec<(CannedId, i64)>, StoreError> {
    let rows: Vec<(Uid, i64)> = on!(conn, |c| canned_uses::table
        .filter(canned_uses::operator_id.eq(Uid::of(operator)))
        .select((canned_uses::canned_id, canned_uses::uses))
        .load(c)
        .await?);
    Ok(rows.into_iter().map(|(id, uses)| (id.to(), uses)).collect())
}

/// How often everybody together has sent each that anybody has sent.
pub async fn list_uses(conn: &mut Conn) -> Result<Vec<(CannedId, i64)>, StoreError> {
    let rows: Vec<(Uid, i64)> = on!(conn, |c| canned_uses::table
        .group_by(canned_uses::canned_id)
        .select((canned_uses::canned_id, sql::<BigInt>("CAST(SUM(uses) AS BIGINT)")))
        .load(c)
        .await?);
    Ok(rows.into_iter().map(|(id, uses)| (id.to(), uses)).collect())
}
