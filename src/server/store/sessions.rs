//! Signed-in browsers.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    schema::{operators, sessions},
    types::{Micros, Uid, Word},
};
use crate::domain::{OpenSession, OperatorId, Role, SessionId, Time};

/// A session that is to be kept.
#[derive(Debug, Clone)]
pub struct NewSession {
    pub id: SessionId,
    /// SHA-256 of the token in the cookie.
    pub token_hash: Vec<u8>,
    pub operator_id: OperatorId,
    pub auth_epoch: i64,
    /// What it signs in with, such as “Firefox on Linux”.
    pub browser: String,
    /// From where.
    pub address: String,
    pub created_at: Time,
    pub expires_at: Time,
}

/// A live session and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub seen_at: Time,
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
            sessions::browser.eq(&session.browser),
            sessions::address.eq(&session.address),
            sessions::seen_at.eq(Micros(session.created_at)),
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
            sessions::seen_at,
            operators::id,
            operators::name,
            operators::email,
            operators::role,
            operators::created_at,
        ))
        .first(c)
        .await
        .optional()?);
    Ok(columns.map(|(id, seen_at, operator_id, name, email, role, created_at)| Session {
        id: id.to(),
        seen_at: seen_at.0,
        operator_id: operator_id.to(),
        name,
        email,
        role: role.0,
        operator_created_at: created_at.0,
    }))
}

/// The sessions in which an operator is signed in, the last used first.
pub async fn list_live_of(
    conn: &mut Conn,
    operator: OperatorId,
    now: Time,
) -> Result<Vec<OpenSession>, StoreError> {
    type Columns = (Uid, String, String, Micros, Micros);
    let rows: Vec<Columns> = on!(conn, |c| sessions::table
        .inner_join(operators::table.on(operators::id.eq(sessions::operator_id)))
        .filter(sessions::operator_id.eq(Uid::of(operator)))
        .filter(sessions::expires_at.gt(Micros(now)))
        .filter(operators::auth_epoch.eq(sessions::auth_epoch))
        .order((sessions::seen_at.desc(), sessions::id.desc()))
        .select((sessions::id, sessions::browser, sessions::address, sessions::created_at, sessions::seen_at))
        .load(c)
        .await?);
    let read = |(id, browser, address, created_at, seen_at): Columns| OpenSession {
        id: id.to(),
        browser,
        address,
        created_at: created_at.0,
        seen_at: seen_at.0,
        here: false,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Notes that a session is in use, and lets it live on until a later time.
pub async fn update_seen(
    conn: &mut Conn,
    id: SessionId,
    seen_at: Time,
    expires_at: Time,
) -> Result<(), StoreError> {
    on!(conn, |c| diesel::update(sessions::table.find(Uid::of(id)))
        .set((sessions::seen_at.eq(Micros(seen_at)), sessions::expires_at.eq(Micros(expires_at))))
        .execute(c)
        .await?);
    Ok(())
}

/// Lets a session go on although its operator's access has changed.
pub async fn update_epoch(conn: &mut Conn, id: SessionId, auth_epoch: i64) -> Result<(), StoreError> {
    on!(conn, |c| diesel::update(sessions::table.find(Uid::of(id)))
        .set(sessions::auth_epoch.eq(auth_epoch))
        .execute(c)
        .await?);
    Ok(())
}

/// Ends the session of a token. Returns which it was, and whose.
pub async fn delete_by_token(
    conn: &mut Conn,
    token_hash: &[u8],
) -> Result<Option<(SessionId, OperatorId)>, StoreError> {
    let gone: Option<(Uid, Uid)> =
        on!(conn, |c| diesel::delete(sessions::table.filter(sessions::token_hash.eq(token_hash)))
            .returning((sessions::id, sessions::operator_id))
            .get_result(c)
            .await
            .optional()?);
    Ok(gone.map(|(id, operator)| (id.to(), operator.to())))
}

/// Ends one of an operator's sessions; false if they have none such.
pub async fn delete(conn: &mut Conn, operator: OperatorId, id: SessionId) -> Result<bool, StoreError> {
    let theirs = sessions::table.find(Uid::of(id)).filter(sessions::operator_id.eq(Uid::of(operator)));
    Ok(on!(conn, |c| diesel::delete(theirs).execute(c).await?) > 0)
}

/// Ends all of an operator's sessions, or all but one. Returns which.
pub async fn delete_all_of(
    conn: &mut Conn,
    operator: OperatorId,
    but: Option<SessionId>,
) -> Result<Vec<SessionId>, StoreError> {
    // No id is nil.
    let but = Uid(but.map(Into::into).unwrap_or_default());
    let gone: Vec<Uid> = on!(conn, |c| diesel::delete(
        sessions::table.filter(sessions::operator_id.eq(Uid::of(operator))).filter(sessions::id.ne(but))
    )
    .returning(sessions::id)
    .get_results(c)
    .await?);
    Ok(gone.into_iter().map(Uid::to).collect())
}

/// Forgets sessions that have expired. Returns how many.
pub async fn delete_expired(conn: &mut Conn, now: Time) -> Result<usize, StoreError> {
    Ok(on!(conn, |c| diesel::delete(sessions::table.filter(sessions::expires_at.le(Micros(now))))
        .execute(c)
        .await?))
}
