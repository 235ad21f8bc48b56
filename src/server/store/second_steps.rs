//! The second step of signing in: secrets of authenticator apps, sealed, and recovery codes, by their hash.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    schema::{recovery_codes, second_steps},
    types::{Micros, Uid},
};
use crate::domain::{OperatorId, Time};

/// An operator's secret as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub operator_id: OperatorId,
    /// Sealed for [`secret_place`].
    pub secret: Vec<u8>,
    /// None until a first code has proven that the app has it.
    pub on_at: Option<Time>,
}

/// What an operator's secret is sealed for.
#[must_use]
pub fn secret_place(id: OperatorId) -> String {
    format!("second_steps/{id}/secret")
}

pub async fn find(conn: &mut Conn, id: OperatorId) -> Result<Option<Kept>, StoreError> {
    let found: Option<(Vec<u8>, Option<Micros>)> = on!(conn, |c| second_steps::table
        .find(Uid::of(id))
        .select((second_steps::secret, second_steps::on_at))
        .first(c)
        .await
        .optional()?);
    Ok(found.map(|(secret, on_at)| Kept { operator_id: id, secret, on_at: on_at.map(|at| at.0) }))
}

/// Those of whom a code is asked.
pub async fn list_on(conn: &mut Conn) -> Result<Vec<OperatorId>, StoreError> {
    let ids: Vec<Uid> = on!(conn, |c| second_steps::table
        .filter(second_steps::on_at.is_not_null())
        .select(second_steps::operator_id)
        .load(c)
        .await?);
    Ok(ids.into_iter().map(Uid::to).collect())
}

/// Keeps a secret that has yet to be proven, in place of an older such one; false if one is on already.
pub async fn put_unproven(conn: &mut Conn, id: OperatorId, secret: &[u8]) -> Result<bool, StoreError> {
    let unproven = second_steps::table.find(Uid::of(id)).filter(second_steps::on_at.is_null());
    on!(conn, |c| diesel::delete(unproven).execute(c).await?);
    let inserted = on!(conn, |c| diesel::insert_into(second_steps::table)
        .values((
            second_steps::operator_id.eq(Uid::of(id)),
            second_steps::secret.eq(secret),
            second_steps::last_step.eq(0),
        ))
        .on_conflict_do_nothing()
        .execute(c)
        .await?);
    Ok(inserted > 0)
}

/// Switches it on with the code of a time step; false if it was on already, or there is none.
pub async fn update_on(conn: &mut Conn, id: OperatorId, step: i64, now: Time) -> Result<bool, StoreError> {
    let unproven = second_steps::table.find(Uid::of(id)).filter(second_steps::on_at.is_null());
    let changed = on!(conn, |c| diesel::update(unproven)
        .set((second_steps::on_at.eq(Micros(now)), second_steps::last_step.eq(step)))
        .execute(c)
        .await?);
    Ok(changed > 0)
}

/// Takes the code of a time step; false if one of that step, or of a later one, was taken before (RFC 6238 § 5.2).
pub async fn update_last_step(conn: &mut Conn, id: OperatorId, step: i64) -> Result<bool, StoreError> {
    let fresh = second_steps::table
        .find(Uid::of(id))
        .filter(second_steps::on_at.is_not_null())
        .filter(second_steps::last_step.lt(step));
    let changed =
        on!(conn, |c| diesel::update(fresh).set(second_steps::last_step.eq(step)).execute(c).await?);
    Ok(changed > 0)
}

/// Takes it away, with its recovery codes; false if there is none that is on.
pub async fn delete(conn: &mut Conn, id: OperatorId) -> Result<bool, StoreError> {
    delete_codes(conn, id).await?;
    let on = second_steps::table.find(Uid::of(id)).filter(second_steps::on_at.is_not_null());
    Ok(on!(conn, |c| diesel::delete(on).execute(c).await?) > 0)
}

/// Keeps recovery codes in place of all older ones.
pub async fn put_codes(conn: &mut Conn, id: OperatorId, hashes: &[Vec<u8>]) -> Result<(), StoreError> {
    delete_codes(conn, id).await?;
    for hash in hashes {
        on!(conn, |c| diesel::insert_into(recovery_codes::table)
            .values((recovery_codes::operator_id.eq(Uid::of(id)), recovery_codes::code_hash.eq(hash)))
            .execute(c)
            .await?);
    }
    Ok(())
}

async fn delete_codes(conn: &mut Conn, id: OperatorId) -> Result<(), StoreError> {
    let theirs = recovery_codes::table.filter(recovery_codes::operator_id.eq(Uid::of(id)));
    on!(conn, |c| diesel::delete(theirs).execute(c).await?);
    Ok(())
}

/// Uses a recovery code up; false if there is none such, or it was used before.
pub async fn update_code_used(
    conn: &mut Conn,
    id: OperatorId,
    hash: &[u8],
    now: Time,
) -> Result<bool, StoreError> {
    let unused = recovery_codes::table.find((Uid::of(id), hash)).filter(recovery_codes::used_at.is_null());
    let changed =
        on!(conn, |c| diesel::update(unused).set(recovery_codes::used_at.eq(Micros(now))).execute(c).await?);
    Ok(changed > 0)
}

/// How many recovery codes are left.
pub async fn count_codes(conn: &mut Conn, id: OperatorId) -> Result<i64, StoreError> {
    Ok(on!(conn, |c| recovery_codes::table
        .filter(recovery_codes::operator_id.eq(Uid::of(id)))
        .filter(recovery_codes::used_at.is_null())
        .count()
        .get_result(c)
        .await?))
}
