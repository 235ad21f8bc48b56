//! Tokens of the HTTP API, by their hash.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    schema::api_tokens,
    types::{Micros, Uid},
};
use crate::domain::{ApiTokenId, BotId, OperatorId, Time};

/// A token as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub id: ApiTokenId,
    pub name: String,
    /// SHA-256 of the token.
    pub token_hash: Vec<u8>,
    pub bot_id: Option<BotId>,
    pub created_by: Option<OperatorId>,
    pub created_at: Time,
    pub last_used_at: Option<Time>,
    pub revoked_at: Option<Time>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = api_tokens)]
struct Record {
    id: Uid,
    name: String,
    token_hash: Vec<u8>,
    bot_id: Option<Uid>,
    created_by: Option<Uid>,
    created_at: Micros,
    last_used_at: Option<Micros>,
    revoked_at: Option<Micros>,
}

impl Record {
    fn read(self) -> Kept {
        Kept {
            id: self.id.to(),
            name: self.name,
            token_hash: self.token_hash,
            bot_id: self.bot_id.map(Uid::to),
            created_by: self.created_by.map(Uid::to),
            created_at: self.created_at.0,
            last_used_at: self.last_used_at.map(|at| at.0),
            revoked_at: self.revoked_at.map(|at| at.0),
        }
    }
}

pub async fn insert(conn: &mut Conn, kept: &Kept) -> Result<(), StoreError> {
    let record = Record {
        id: Uid::of(kept.id),
        name: kept.name.clone(),
        token_hash: kept.token_hash.clone(),
        bot_id: Uid::maybe(kept.bot_id),
        created_by: Uid::maybe(kept.created_by),
        created_at: Micros(kept.created_at),
        last_used_at: kept.last_used_at.map(Micros),
        revoked_at: kept.revoked_at.map(Micros),
    };
    on!(conn, |c| diesel::insert_into(api_tokens::table).values(&record).execute(c).await?);
    Ok(())
}

/// The token with a hash, if it has not been revoked.
pub async fn find_live(conn: &mut Conn, token_hash: &[u8]) -> Result<Option<Kept>, StoreError> {
    let record: Option<Record> = on!(conn, |c| api_tokens::table
        .filter(api_tokens::token_hash.eq(token_hash))
        .filter(api_tokens::revoked_at.is_null())
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    Ok(record.map(Record::read))
}

/// All of them, newest first, revoked ones too.
pub async fn list(conn: &mut Conn) -> Result<Vec<Kept>, StoreError> {
    let records: Vec<Record> = on!(conn, |c| api_tokens::table
        .order(api_tokens::id.desc())
        .select(Record::as_select())
        .load(c)
        .await?);
    Ok(records.into_iter().map(Record::read).collect())
}

pub async fn update_used(conn: &mut Conn, id: ApiTokenId, at: Time) -> Result<(), StoreError> {
    on!(conn, |c| diesel::update(api_tokens::table.find(Uid::of(id)))
        .set(api_tokens::last_used_at.eq(Micros(at)))
        .execute(c)
        .await?);
    Ok(())
}

/// Notes that a token is of no use any more. Returns its name; none if there is no such token, or it was revoked before.
pub async fn update_revoked(conn: &mut Conn, id: ApiTokenId, at: Time) -> Result<Option<String>, StoreError> {
    Ok(on!(conn, |c| diesel::update(
        api_tokens::table.find(Uid::of(id)).filter(api_tokens::revoked_at.is_null())
    )
    .set(api_tokens::revoked_at.eq(Micros(at)))
    .returning(api_tokens::name)
    .get_result(c)
    .await
    .optional()?))
}
