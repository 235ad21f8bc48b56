//! The audit log. Nothing in it is ever changed.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{
    Conn, StoreError,
    db::on,
    schema::audit,
    types::{Micros, Uid, Word},
};
use crate::domain::{AuditEntry, AuditFilter, AuditKind, OperatorId, Time};

/// Something that was done, before it has its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    pub kind: AuditKind,
    pub by: Option<OperatorId>,
    pub by_name: String,
    pub subject: Option<Uuid>,
    pub subject_name: String,
    pub details: String,
    pub address: String,
    pub at: Time,
}

pub async fn insert(conn: &mut Conn, entry: &NewEntry) -> Result<(), StoreError> {
    on!(conn, |c| diesel::insert_into(audit::table)
        .values((
            audit::kind.eq(Word(entry.kind)),
            audit::by_id.eq(Uid::maybe(entry.by)),
            audit::by_name.eq(&entry.by_name),
            audit::subject_id.eq(Uid::maybe(entry.subject)),
            audit::subject_name.eq(&entry.subject_name),
            audit::details.eq(&entry.details),
            audit::address.eq(&entry.address),
            audit::created_at.eq(Micros(entry.at)),
        ))
        .execute(c)
        .await?);
    Ok(())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit)]
struct Record {
    id: i64,
    kind: Word<AuditKind>,
    by_id: Option<Uid>,
    by_name: String,
    subject_id: Option<Uid>,
    subject_name: String,
    details: String,
    address: String,
    created_at: Micros,
}

impl Record {
    fn read(self) -> AuditEntry {
        AuditEntry {
            id: self.id,
            kind: self.kind.0,
            by: self.by_id.map(Uid::to),
            by_name: self.by_name,
            subject: self.subject_id.map(Uid::to),
            subject_name: self.subject_name,
            details: self.details,
            address: self.address,
            at: self.created_at.0,
        }
    }
}

/// What a filter lets through, newest first.
pub async fn list(conn: &mut Conn, filter: &AuditFilter, limit: i64) -> Result<Vec<AuditEntry>, StoreError> {
    let records: Vec<Record> = on!(conn, |c| {
        let mut query = audit::table.select(Record::as_select()).into_boxed::<Backend>();
        if let Some(person) = filter.person {
            let (by, to) = (Uid::of(person), Uid::of(person));
            query = query.filter(audit::by_id.eq(by).or(audit::subject_id.eq(to)));
        }
        if let Some(kind) = filter.kind {
            query = query.filter(audit::kind.eq(Word(kind)));
        }
        if let Some(from) = filter.from {
            query = query.filter(audit::created_at.ge(Micros(from)));
        }
        if let Some(until) = filter.until {
            query = query.filter(audit::created_at.lt(Micros(until)));
        }
        if let Some(before) = filter.before {
            query = query.filter(audit::id.lt(before));
        }
        query.order(audit::id.desc()).limit(limit).load(c).await?
    });
    Ok(records.into_iter().map(Record::read).collect())
}

/// Forgets who signed in, out or in vain, or wanted to, before a time. What was changed is kept for good. Returns how many.
pub async fn delete_sign_ins_before(conn: &mut Conn, before: Time) -> Result<usize, StoreError> {
    let kinds =
        [AuditKind::SignedIn, AuditKind::SignInFailed, AuditKind::SignedOut, AuditKind::ResetAsked].map(Word);
    Ok(on!(conn, |c| diesel::delete(
        audit::table.filter(audit::created_at.lt(Micros(before))).filter(audit::kind.eq_any(kinds))
    )
    .execute(c)
    .await?))
}
