//! Signed-in browsers.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    schema::{operators, sessions},
    types::{Micros, Uid, Word},
};
use crate::domain::{OperatorId, Role, SessionId, Time};

/// A session that is to be kept.
#[derive(Debug, Clone)]
pub struct NewSession {
    pub id: SessionId,
    /// SHA-256 of the token in the cookie.
    pub token_hash: Vec<u8>,
    pub operator_id: OperatorId,
    pub auth_epoch: i64,
    pub created_at: Time,
    pub expires_at: Time,
}

/// A live session and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub expires_at: Time,
    pub operator_id: OperatorId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub operator_created_at: Time,
}

pub async fn insert(conn: &mut Conn, session: &NewSession) -> Result<(), StoreError> {
    on!(conn, |c| diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(Uid::of(session.id)),
            sessions::token_hash.eq(&session.token_hash),
            sessions::operator_id.eq(Uid::of(session.operator_id)),
            sessions::auth_epoch.eq(session.auth_epoch),
            sessions::created_at.eq(Micros(session.created_at)),
            sessions::expires_at.eq(Micros(session.expires_at)),
        ))
        .execute(c)
        .await?);
    Ok(())
}

/// The session of a token, if it has not expired, its operator is enabled and nothing about their access has changed
/// since it began.
pub async fn find_live(conn: &mut Conn, token_hash: &[u8], now: Time) -> Result<Option<Session>, StoreError> {
    type Columns = (Uid, Micros, Uid, String, String, Word<Role>, Micros);
    let columns: Option<Columns> = on!(conn, |c| sessions::table
        .inner_join(operators::table.on(operators::id.eq(sessions::operator_id)))
        .filter(sessions::token_hash.eq(token_hash))
        .filter(sessions::expires_at.gt(Micros(now)))
        .filter(operators::enabled.eq(true))
        .filter(operators::auth_epoch.eq(sessions::auth_epoch))
        .select((
            sessions::id,
            sessions::expires_at,
            operators::id,
            operators::name,
            operators::email,
            operators::role,
            operators::created_at,
        ))
        .first(c)
        .await
        .optional()?);
    Ok(columns.map(|(id, expires_at, operator_id, name, email, role, created_at)| Session {
        id: id.to(),
        expires_at: expires_at.0,
        operator_id: operator_id.to(),
        name,
        email,
        role: role.0,
        operator_created_at: created_at.0,
    }))
}

/// Lets a session live on until a later time.
pub async fn update_expiry(conn: &mut Conn, id: SessionId, expires_at: Time) -> Result<(), StoreError> {
    on!(conn, |c| diesel::update(sessions::table.find(Uid::of(id)))
        .set(sessions::expires_at.eq(Micros(expires_at)))
        .execute(c)
        .await?);
    Ok(())
}

pub async fn delete_by_token(conn: &mut Conn, token_hash: &[u8]) -> Result<(), StoreError> {
    on!(conn, |c| diesel::delete(sessions::table.filter(sessions::token_hash.eq(token_hash)))
        .execute(c)
        .await?);
    Ok(())
}

/// Forgets sessions that have expired. Returns how many.
pub async fn delete_expired(conn: &mut Conn, now: Time) -> Result<usize, StoreError> {
    Ok(on!(conn, |c| diesel::delete(sessions::table.filter(sessions::expires_at.le(Micros(now))))
        .execute(c)
        .await?))
}
