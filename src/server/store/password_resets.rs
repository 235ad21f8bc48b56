//! Who may choose another password without the old one, once.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{
    Conn, StoreError,
    db::on,
    schema::password_resets,
    types::{Micros, Uid},
};
use crate::domain::{OperatorId, Time};

/// A reset as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub id: Uuid,
    /// SHA-256 of the token in the link.
    pub token_hash: Vec<u8>,
    pub operator_id: OperatorId,
    pub created_at: Time,
    pub expires_at: Time,
}

pub async fn insert(conn: &mut Conn, kept: &Kept) -> Result<(), StoreError> {
    on!(conn, |c| diesel::insert_into(password_resets::table)
        .values((
            password_resets::id.eq(Uid(kept.id)),
            password_resets::token_hash.eq(&kept.token_hash),
            password_resets::operator_id.eq(Uid::of(kept.operator_id)),
            password_resets::created_at.eq(Micros(kept.created_at)),
            password_resets::expires_at.eq(Micros(kept.expires_at)),
        ))
        .execute(c)
        .await?);
    Ok(())
}

/// The one of a token, and whose it is, if it can still be used.
pub async fn find_open(
    conn: &mut Conn,
    token_hash: &[u8],
    now: Time,
) -> Result<Option<(Uuid, OperatorId)>, StoreError> {
    let found: Option<(Uid, Uid)> = on!(conn, |c| password_resets::table
        .filter(password_resets::token_hash.eq(token_hash))
        .filter(password_resets::ended_at.is_null())
        .filter(password_resets::expires_at.gt(Micros(now)))
        .select((password_resets::id, password_resets::operator_id))
        .first(c)
        .await
        .optional()?);
    Ok(found.map(|(id, operator)| (id.0, operator.to())))
}

/// Uses one up; false if somebody was quicker.
pub async fn update_ended(conn: &mut Conn, id: Uuid, now: Time) -> Result<bool, StoreError> {
    let open = password_resets::table.find(Uid(id)).filter(password_resets::ended_at.is_null());
    let changed =
        on!(conn, |c| diesel::update(open).set(password_resets::ended_at.eq(Micros(now))).execute(c).await?);
    Ok(changed > 0)
}

/// Ends all of an operator.
pub async fn update_ended_of(conn: &mut Conn, operator: OperatorId, now: Time) -> Result<(), StoreError> {
    let open = password_resets::table
        .filter(password_resets::operator_id.eq(Uid::of(operator)))
        .filter(password_resets::ended_at.is_null());
    on!(conn, |c| diesel::update(open).set(password_resets::ended_at.eq(Micros(now))).execute(c).await?);
    Ok(())
}

/// Forgets those that expired before a time. Returns how many.
pub async fn delete_expired_before(conn: &mut Conn, before: Time) -> Result<usize, StoreError> {
    let old = password_resets::table.filter(password_resets::expires_at.lt(Micros(before)));
    Ok(on!(conn, |c| diesel::delete(old).execute(c).await?))
}
