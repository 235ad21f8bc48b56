//! What was answered to requests of the HTTP API, so that the same one again is answered the same.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    schema::api_answers,
    types::{Micros, Uid},
};
use crate::domain::{ApiTokenId, Time};

/// A request that came with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// SHA-256 of what was asked.
    pub request: Vec<u8>,
    /// Status and body; none while it is being worked on.
    pub answer: Option<(u16, String)>,
    /// When the work on it began.
    pub created_at: Time,
}

/// Notes that a request is being worked on; false if the token has used the key before.
pub async fn insert(
    conn: &mut Conn,
    token: ApiTokenId,
    key: &str,
    request: &[u8],
    at: Time,
) -> Result<bool, StoreError> {
    let new = on!(conn, |c| diesel::insert_into(api_answers::table)
        .values((
            api_answers::token_id.eq(Uid::of(token)),
            api_answers::key.eq(key),
            api_answers::request.eq(request),
            api_answers::created_at.eq(Micros(at)),
        ))
        .on_conflict((api_answers::token_id, api_answers::key))
        .do_nothing()
        .execute(c)
        .await?);
    Ok(new > 0)
}

pub async fn find(conn: &mut Conn, token: ApiTokenId, key: &str) -> Result<Option<Kept>, StoreError> {
    type Columns = (Vec<u8>, Option<i64>, Option<String>, Micros);
    let columns: Option<Columns> = on!(conn, |c| api_answers::table
        .find((Uid::of(token), key))
        .select((api_answers::request, api_answers::status, api_answers::body, api_answers::created_at))
        .first(c)
        .await
        .optional()?);
    Ok(columns.map(|(request, status, body, created_at)| Kept {
        request,
        answer: status.and_then(|status| u16::try_from(status).ok()).zip(body),
        created_at: created_at.0,
    }))
}

/// Begins the work on a request anew that was begun at `before` and never answered; false if somebody else has.
pub async fn update_begun(
    conn: &mut Conn,
    token: ApiTokenId,
    key: &str,
    before: Time,
    at: Time,
) -> Result<bool, StoreError> {
    let changed = on!(conn, |c| diesel::update(
        api_answers::table
            .find((Uid::of(token), key))
            .filter(api_answers::status.is_null())
            .filter(api_answers::created_at.eq(Micros(before)))
    )
    .set(api_answers::created_at.eq(Micros(at)))
    .execute(c)
    .await?);
    Ok(changed > 0)
}

/// Keeps what was answered.
pub async fn update_answer(
    conn: &mut Conn,
    token: ApiTokenId,
    key: &str,
    status: u16,
    body: &str,
) -> Result<(), StoreError> {
    on!(conn, |c| diesel::update(api_answers::table.find((Uid::of(token), key)))
        .set((api_answers::status.eq(i64::from(status)), api_answers::body.eq(body)))
        .execute(c)
        .await?);
    Ok(())
}

/// Forgets a request that came to nothing, so that it can be tried again.
pub async fn delete(conn: &mut Conn, token: ApiTokenId, key: &str) -> Result<(), StoreError> {
    on!(conn, |c| diesel::delete(
        api_answers::table.find((Uid::of(token), key)).filter(api_answers::status.is_null())
    )
    .execute(c)
    .await?);
    Ok(())
}

/// Forgets answers from before then. Returns how many.
pub async fn delete_before(conn: &mut Conn, before: Time) -> Result<usize, StoreError> {
    Ok(on!(conn, |c| diesel::delete(api_answers::table.filter(api_answers::created_at.lt(Micros(before))))
        .execute(c)
        .await?))
}
