//! Who may make an account for themselves, once.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    schema::invitations,
    types::{Micros, Uid, Word, from_json, to_json},
};
use crate::domain::{Invitation, InvitationId, OperatorId, Role, ServiceMail, TeamId, Time};

/// An invitation as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub id: InvitationId,
    /// SHA-256 of the token in the link.
    pub token_hash: Vec<u8>,
    pub email: String,
    pub role: Role,
    pub teams: Vec<TeamId>,
    pub invited_by: Option<OperatorId>,
    pub created_at: Time,
    pub expires_at: Time,
}

impl Kept {
    /// As admins see it; `invited_by` is a name.
    #[must_use]
    pub fn shown(self, invited_by: Option<String>, mail: Option<ServiceMail>) -> Invitation {
        let Self { id, email, role, teams, expires_at, .. } = self;
        Invitation { id, email, role, teams, invited_by, expires_at, mail }
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = invitations)]
struct Record {
    id: Uid,
    token_hash: Vec<u8>,
    email: String,
    role: Word<Role>,
    teams: String,
    invited_by: Option<Uid>,
    created_at: Micros,
    expires_at: Micros,
}

impl Record {
    fn of(kept: &Kept) -> Self {
        Self {
            id: Uid::of(kept.id),
            token_hash: kept.token_hash.clone(),
            email: kept.email.clone(),
            role: Word(kept.role),
            teams: to_json(&kept.teams),
            invited_by: Uid::maybe(kept.invited_by),
            created_at: Micros(kept.created_at),
            expires_at: Micros(kept.expires_at),
        }
    }

    fn read(self) -> Result<Kept, StoreError> {
        Ok(Kept {
            id: self.id.to(),
            token_hash: self.token_hash,
            email: self.email,
            role: self.role.0,
            teams: from_json(&self.teams)?,
            invited_by: self.invited_by.map(Uid::to),
            created_at: self.created_at.0,
            expires_at: self.expires_at.0,
        })
    }
}

pub async fn insert(conn: &mut Conn, kept: &Kept) -> Result<(), StoreError> {
    let record = Record::of(kept);
    on!(conn, |c| diesel::insert_into(invitations::table).values(&record).execute(c).await?);
    Ok(())
}

/// The one of a token, if it can still be used.
pub async fn find_open(conn: &mut Conn, token_hash: &[u8], now: Time) -> Result<Option<Kept>, StoreError> {
    let record: Option<Record> = on!(conn, |c| invitations::table
        .filter(invitations::token_hash.eq(token_hash))
        .filter(invitations::ended_at.is_null())
        .filter(invitations::expires_at.gt(Micros(now)))
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    record.map(Record::read).transpose()
}

/// All that can still be used, newest first.
pub async fn list_open(conn: &mut Conn, now: Time) -> Result<Vec<Kept>, StoreError> {
    let records: Vec<Record> = on!(conn, |c| invitations::table
        .filter(invitations::ended_at.is_null())
        .filter(invitations::expires_at.gt(Micros(now)))
        .order(invitations::id.desc())
        .select(Record::as_select())
        .load(c)
        .await?);
    records.into_iter().map(Record::read).collect()
}

/// One that can still be used.
pub async fn find(conn: &mut Conn, id: InvitationId, now: Time) -> Result<Option<Kept>, StoreError> {
    let record: Option<Record> = on!(conn, |c| invitations::table
        .find(Uid::of(id))
        .filter(invitations::ended_at.is_null())
        .filter(invitations::expires_at.gt(Micros(now)))
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    record.map(Record::read).transpose()
}

/// Gives one another token, and as long again. False if it was used or withdrawn meanwhile.
pub async fn update_token(conn: &mut Conn, kept: &Kept) -> Result<bool, StoreError> {
    let open = invitations::table.find(Uid::of(kept.id)).filter(invitations::ended_at.is_null());
    let changed = on!(conn, |c| diesel::update(open)
        .set((
            invitations::token_hash.eq(&kept.token_hash),
            invitations::expires_at.eq(Micros(kept.expires_at)),
        ))
        .execute(c)
        .await?);
    Ok(changed > 0)
}

/// Ends one: it was used, or withdrawn. Returns its address; none if somebody was quicker, or there is none.
pub async fn update_ended(
    conn: &mut Conn,
    id: InvitationId,
    now: Time,
) -> Result<Option<String>, StoreError> {
    let open = invitations::table.find(Uid::of(id)).filter(invitations::ended_at.is_null());
    Ok(on!(conn, |c| diesel::update(open)
        .set(invitations::ended_at.eq(Micros(now)))
        .returning(invitations::email)
        .get_result(c)
        .await
        .optional()?))
}

/// Ends all that went to an address.
pub async fn update_ended_of(conn: &mut Conn, email: &str, now: Time) -> Result<(), StoreError> {
    let open =
        invitations::table.filter(invitations::email.eq(email)).filter(invitations::ended_at.is_null());
    on!(conn, |c| diesel::update(open).set(invitations::ended_at.eq(Micros(now))).execute(c).await?);
    Ok(())
}

/// Forgets those that expired before a time. Returns how many.
pub async fn delete_expired_before(conn: &mut Conn, before: Time) -> Result<usize, StoreError> {
    Ok(on!(conn, |c| diesel::delete(invitations::table.filter(invitations::expires_at.lt(Micros(before))))
        .execute(c)
        .await?))
}
