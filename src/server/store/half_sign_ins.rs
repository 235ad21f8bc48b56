//! Browsers that have given the right password, and have yet to give a code.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    schema::half_sign_ins,
    types::{Micros, Uid},
};
use crate::domain::{OperatorId, Time};

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HalfSignIn {
    /// SHA-256 of the token in the cookie.
    pub token_hash: Vec<u8>,
    pub operator_id: OperatorId,
    /// Of the account when the password was right.
    pub auth_epoch: i64,
    pub expires_at: Time,
}

pub async fn insert(conn: &mut Conn, half: &HalfSignIn) -> Result<(), StoreError> {
    on!(conn, |c| diesel::insert_into(half_sign_ins::table)
        .values((
            half_sign_ins::token_hash.eq(&half.token_hash),
            half_sign_ins::operator_id.eq(Uid::of(half.operator_id)),
            half_sign_ins::auth_epoch.eq(half.auth_epoch),
            half_sign_ins::tries.eq(0),
            half_sign_ins::expires_at.eq(Micros(half.expires_at)),
        ))
        .execute(c)
        .await?);
    Ok(())
}

/// The one of a token, if it has not expired.
pub async fn find_live(
    conn: &mut Conn,
    token_hash: &[u8],
    now: Time,
) -> Result<Option<HalfSignIn>, StoreError> {
    let found: Option<(Uid, i64, Micros)> = on!(conn, |c| half_sign_ins::table
        .find(token_hash)
        .filter(half_sign_ins::expires_at.gt(Micros(now)))
        .select((half_sign_ins::operator_id, half_sign_ins::auth_epoch, half_sign_ins::expires_at))
        .first(c)
        .await
        .optional()?);
    Ok(found.map(|(operator_id, auth_epoch, expires_at)| HalfSignIn {
        token_hash: token_hash.to_vec(),
        operator_id: operator_id.to(),
        auth_epoch,
        expires_at: expires_at.0,
    }))
}

/// Counts a try, and holds whoever tries at the same time; false if there have been `most`, or it is gone.
pub async fn count_try(conn: &mut Conn, token_hash: &[u8], most: i64) -> Result<bool, StoreError> {
    let changed = on!(conn, |c| diesel::update(
        half_sign_ins::table.find(token_hash).filter(half_sign_ins::tries.lt(most))
    )
    .set(half_sign_ins::tries.eq(half_sign_ins::tries + 1))
    .execute(c)
    .await?);
    Ok(changed > 0)
}

pub async fn delete(conn: &mut Conn, token_hash: &[u8]) -> Result<(), StoreError> {
    on!(conn, |c| diesel::delete(half_sign_ins::table.find(token_hash)).execute(c).await?);
    Ok(())
}

/// Forgets those that have expired. Returns how many.
pub async fn delete_expired(conn: &mut Conn, now: Time) -> Result<usize, StoreError> {
    Ok(on!(conn, |c| diesel::delete(half_sign_ins::table.filter(half_sign_ins::expires_at.le(Micros(now))))
        .execute(c)
        .await?))
}
