//! Operators.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::{Kind, on},
    in_turn,
    schema::{operators, team_members},
    types::{Micros, Uid, Word},
};
use crate::domain::{Availability, Me, Operator, OperatorId, OwnerIs, Role, Time};

/// An operator with what only the server may know.
#[derive(Debug, Clone)]
pub struct Account {
    pub operator: Operator,
    pub password_hash: String,
    /// Raised when password or role change.
    pub auth_epoch: i64,
    pub created_at: Time,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = operators)]
struct Record {
    id: Uid,
    email: String,
    name: String,
    password_hash: String,
    role: Word<Role>,
    enabled: bool,
    auth_epoch: i64,
    created_at: Micros,
}

impl Record {
    fn of(account: &Account) -> Self {
        Self {
            id: Uid::of(account.operator.id),
            email: account.operator.email.clone(),
            name: account.operator.name.clone(),
            password_hash: account.password_hash.clone(),
            role: Word(account.operator.role),
            enabled: account.operator.enabled,
            auth_epoch: account.auth_epoch,
            created_at: Micros(account.created_at),
        }
    }

    fn read(self) -> Account {
        Account {
            operator: Operator {
                id: self.id.to(),
                name: self.name,
                email: self.email,
                role: self.role.0,
                enabled: self.enabled,
            },
            password_hash: self.password_hash,
            auth_epoch: self.auth_epoch,
            created_at: self.created_at.0,
        }
    }
}

pub async fn insert(conn: &mut Conn, account: &Account) -> Result<(), StoreError> {
    let record = Record::of(account);
    on!(conn, |c| diesel::insert_into(operators::table).values(&record).execute(c).await?);
    Ok(())
}

pub async fn find(conn: &mut Conn, id: OperatorId) -> Result<Option<Account>, StoreError> {
    let record: Option<Record> = on!(conn, |c| operators::table
        .find(Uid::of(id))
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    Ok(record.map(Record::read))
}

/// What an operator is called, if there is one.
pub async fn find_name(conn: &mut Conn, id: Option<OperatorId>) -> Result<Option<String>, StoreError> {
    let Some(id) = id else { return Ok(None) };
    Ok(on!(conn, |c| operators::table.find(Uid::of(id)).select(operators::name).first(c).await.optional()?))
}

/// By email address, in any case of letters.
pub async fn find_by_email(conn: &mut Conn, email: &str) -> Result<Option<Account>, StoreError> {
    let record: Option<Record> = on!(conn, |c| operators::table
        .filter(operators::email.eq(email.to_lowercase()))
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    Ok(record.map(Record::read))
}

/// Everybody by name.
pub async fn list(conn: &mut Conn) -> Result<Vec<Operator>, StoreError> {
    let records: Vec<Record> = on!(conn, |c| operators::table.select(Record::as_select()).load(c).await?);
    let mut operators: Vec<Operator> = records.into_iter().map(|record| record.read().operator).collect();
    operators.sort_by_key(|operator| operator.name.to_lowercase());
    Ok(operators)
}

/// Some operators as those who may see this or that; nobody who cannot sign in.
pub async fn list_readers(conn: &mut Conn, ids: &[OperatorId]) -> Result<Vec<Me>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let of: Vec<Uid> = ids.iter().map(|id| Uid::of(*id)).collect();
    let records: Vec<Record> = on!(conn, |c| operators::table
        .filter(operators::id.eq_any(of.clone()))
        .filter(operators::enabled.eq(true))
        .order(operators::id)
        .select(Record::as_select())
        .load(c)
        .await?);
    let members: Vec<(Uid, Uid)> = on!(conn, |c| team_members::table
        .filter(team_members::operator_id.eq_any(of))
        .order((team_members::operator_id, team_members::team_id))
        .select((team_members::operator_id, team_members::team_id))
        .load(c)
        .await?);
    let reader = |record: Record| {
        let id = record.id;
        let teams = members.iter().filter(|(member, _)| *member == id).map(|(_, team)| team.to());
        let Account { operator, created_at, .. } = record.read();
        let Operator { id, name, email, role, .. } = operator;
        Me { id, name, email, role, teams: teams.collect(), created_at }
    };
    Ok(records.into_iter().map(reader).collect())
}

/// Those whose account is younger than a time.
pub async fn list_younger_than(conn: &mut Conn, time: Time) -> Result<Vec<OperatorId>, StoreError> {
    let ids: Vec<Uid> = on!(conn, |c| operators::table
        .filter(operators::created_at.gt(Micros(time)))
        .select(operators::id)
        .load(c)
        .await?);
    Ok(ids.into_iter().map(Uid::to).collect())
}

/// How an operator stands to what is written in a conversation that they own, if there is one.
pub async fn find_standing(conn: &mut Conn, id: OperatorId) -> Result<Option<OwnerIs>, StoreError> {
    let found: Option<(bool, Word<Availability>)> = on!(conn, |c| operators::table
        .find(Uid::of(id))
        .select((operators::enabled, operators::availability))
        .first(c)
        .await
        .optional()?);
    Ok(found.map(|(enabled, availability)| match availability.0 {
        _ if !enabled => OwnerIs::Disabled,
        away if away.hands_over() => OwnerIs::HandingOver,
        _ => OwnerIs::Working,
    }))
}

/// Whether an operator takes work, if there is one. Nobody else changes it before the transaction ends; so this must come
/// before its first write.
pub async fn lock_availability(conn: &mut Conn, id: OperatorId) -> Result<Option<Availability>, StoreError> {
    in_turn::take_turn(conn, &format!("availability {id}")).await?;
    let found: Option<Word<Availability>> = on!(conn, |c| operators::table
        .find(Uid::of(id))
        .select(operators::availability)
        .first(c)
        .await
        .optional()?);
    Ok(found.map(|availability| availability.0))
}

pub async fn update_availability(
    conn: &mut Conn,
    id: OperatorId,
    availability: Availability,
) -> Result<(), StoreError> {
    on!(conn, |c| diesel::update(operators::table.find(Uid::of(id)))
        .set(operators::availability.eq(Word(availability)))
        .execute(c)
        .await?);
    Ok(())
}

/// Whoever is not online.
pub async fn list_absent(conn: &mut Conn) -> Result<Vec<(OperatorId, Availability)>, StoreError> {
    let rows: Vec<(Uid, Word<Availability>)> = on!(conn, |c| operators::table
        .filter(operators::availability.ne(Word(Availability::Online)))
        .select((operators::id, operators::availability))
        .load(c)
        .await?);
    Ok(rows.into_iter().map(|(id, availability)| (id.to(), availability.0)).collect())
}

/// Sets what an operator may do, and ends their sessions and streams.
pub async fn update_access(
    conn: &mut Conn,
    id: OperatorId,
    role: Role,
    enabled: bool,
) -> Result<(), StoreError> {
    on!(conn, |c| diesel::update(operators::table.find(Uid::of(id)))
        .set((
            operators::role.eq(Word(role)),
            operators::enabled.eq(enabled),
            operators::auth_epoch.eq(operators::auth_epoch + 1),
        ))
        .execute(c)
        .await?);
    Ok(())
}

/// A number that no other lock has.
const TURN: i64 = 7_165_112;

/// Waits until nobody else changes what people may do: of two admins who leave at once the second sees that they are the
/// last. It numbers no transaction, so that conversations may be locked after it.
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

/// Whether an operator may sign in. If so, nobody changes that before this transaction ends.
pub async fn hold_enabled(conn: &mut Conn, id: OperatorId) -> Result<bool, StoreError> {
    conn.count_query();
    let query = operators::table.find(Uid::of(id)).select(operators::enabled);
    let enabled: Option<bool> = match conn.kind() {
        // The write transaction is the only one there is.
        Kind::Sqlite(c) => query.first(c).await.optional()?,
        Kind::Postgres(c) => query.for_share().first(c).await.optional()?,
    };
    Ok(enabled == Some(true))
}

/// How many admins can sign in.
pub async fn count_admins(conn: &mut Conn) -> Result<i64, StoreError> {
    Ok(on!(conn, |c| operators::table
        .filter(operators::role.eq(Word(Role::Admin)))
        .filter(operators::enabled.eq(true))
        .count()
        .get_result(c)
        .await?))
}

/// Sets another password, and ends the operator's sessions. Returns the epoch in which sessions begin from now on.
pub async fn update_password(conn: &mut Conn, id: OperatorId, hash: &str) -> Result<i64, StoreError> {
    Ok(on!(conn, |c| diesel::update(operators::table.find(Uid::of(id)))
        .set((operators::password_hash.eq(hash), operators::auth_epoch.eq(operators::auth_epoch + 1)))
        .returning(operators::auth_epoch)
        .get_result(c)
        .await?))
}

/// Sets what an operator is called, and by which clock they see times; none: by their device's.
pub async fn update_profile(
    conn: &mut Conn,
    id: OperatorId,
    name: &str,
    time_zone: Option<&str>,
) -> Result<(), StoreError> {
    on!(conn, |c| diesel::update(operators::table.find(Uid::of(id)))
        .set((operators::name.eq(name), operators::time_zone.eq(time_zone)))
        .execute(c)
        .await?);
    Ok(())
}

/// The time zone that an operator has chosen.
pub async fn find_time_zone(conn: &mut Conn, id: OperatorId) -> Result<Option<String>, StoreError> {
    let found: Option<Option<String>> = on!(conn, |c| operators::table
        .find(Uid::of(id))
        .select(operators::time_zone)
        .first(c)
        .await
        .optional()?);
    Ok(found.flatten())
}

/// Notes when an operator has last asked for anything.
pub async fn update_seen(conn: &mut Conn, id: OperatorId, at: Time) -> Result<(), StoreError> {
    on!(conn, |c| diesel::update(operators::table.find(Uid::of(id)))
        .set(operators::seen_at.eq(Micros(at)))
        .execute(c)
        .await?);
    Ok(())
}

/// When everybody was last seen who ever was.
pub async fn list_seen(conn: &mut Conn) -> Result<Vec<(OperatorId, Time)>, StoreError> {
    let rows: Vec<(Uid, Option<Micros>)> =
        on!(conn, |c| operators::table.select((operators::id, operators::seen_at)).load(c).await?);
    Ok(rows.into_iter().filter_map(|(id, at)| Some((id.to(), at?.0))).collect())
}
