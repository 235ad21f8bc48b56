//! Mails that the installation itself sends.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{
    Conn, StoreError,
    db::on,
    schema::service_mails,
    types::{Micros, Uid, Word},
};
use crate::domain::{
    ChannelId, OperatorId, ServiceMail, ServiceMailId, ServiceMailKind, ServiceMailState, Time,
};

/// A mail as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub id: ServiceMailId,
    /// By which it leaves.
    pub channel_id: ChannelId,
    pub kind: ServiceMailKind,
    pub to: String,
    pub subject: String,
    /// Sealed. None before it is written, and once it has left or was given up.
    pub text: Option<Vec<u8>>,
    /// The invitation, the operator or the conversation.
    pub about: Option<Uuid>,
    pub asked_by: Option<OperatorId>,
    pub state: ServiceMailState,
    /// Why the last attempt was in vain.
    pub words: Option<String>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl Kept {
    /// What its sealed text belongs to.
    #[must_use]
    pub fn place(&self) -> String {
        format!("service_mails/{}/text", self.id)
    }

    /// As those see it who asked for it.
    #[must_use]
    pub fn shown(self) -> ServiceMail {
        let Self { id, to, state, words, created_at, .. } = self;
        ServiceMail { id, to, state, words, at: created_at }
    }
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = service_mails, treat_none_as_null = true)]
struct Record {
    id: Uid,
    channel_id: Uid,
    kind: Word<ServiceMailKind>,
    to_address: String,
    subject: String,
    text: Option<Vec<u8>>,
    about: Option<Uid>,
    asked_by: Option<Uid>,
    state: Word<ServiceMailState>,
    words: Option<String>,
    created_at: Micros,
    updated_at: Micros,
}

impl Record {
    fn of(kept: &Kept) -> Self {
        Self {
            id: Uid::of(kept.id),
            channel_id: Uid::of(kept.channel_id),
            kind: Word(kept.kind),
            to_address: kept.to.clone(),
            subject: kept.subject.clone(),
            text: kept.text.clone(),
            about: kept.about.map(Uid),
            asked_by: Uid::maybe(kept.asked_by),
            state: Word(kept.state),
            words: kept.words.clone(),
            created_at: Micros(kept.created_at),
            updated_at: Micros(kept.updated_at),
        }
    }

    fn read(self) -> Kept {
        Kept {
            id: self.id.to(),
            channel_id: self.channel_id.to(),
            kind: self.kind.0,
            to: self.to_address,
            subject: self.subject,
            text: self.text,
            about: self.about.map(|about| about.0),
            asked_by: self.asked_by.map(Uid::to),
            state: self.state.0,
            words: self.words,
            created_at: self.created_at.0,
            updated_at: self.updated_at.0,
        }
    }
}

pub async fn insert(conn: &mut Conn, kept: &Kept) -> Result<(), StoreError> {
    let record = Record::of(kept);
    on!(conn, |c| diesel::insert_into(service_mails::table).values(&record).execute(c).await?);
    Ok(())
}

/// Writes one that has not come to rest. False if it has by now: then it stays as it is.
pub async fn update_queued(conn: &mut Conn, kept: &Kept) -> Result<bool, StoreError> {
    let record = Record::of(kept);
    let queued = service_mails::table
        .find(Uid::of(kept.id))
        .filter(service_mails::state.eq(Word(ServiceMailState::Queued)));
    Ok(on!(conn, |c| diesel::update(queued).set(&record).execute(c).await?) > 0)
}

/// Notes that one came back which had left.
pub async fn update_returned(
    conn: &mut Conn,
    id: ServiceMailId,
    words: &str,
    now: Time,
) -> Result<(), StoreError> {
    let sent =
        service_mails::table.find(Uid::of(id)).filter(service_mails::state.eq(Word(ServiceMailState::Sent)));
    on!(conn, |c| diesel::update(sent)
        .set((
            service_mails::state.eq(Word(ServiceMailState::Failed)),
            service_mails::words.eq(words),
            service_mails::updated_at.eq(Micros(now)),
        ))
        .execute(c)
        .await?);
    Ok(())
}

pub async fn find(conn: &mut Conn, id: ServiceMailId) -> Result<Option<Kept>, StoreError> {
    let record: Option<Record> = on!(conn, |c| service_mails::table
        .find(Uid::of(id))
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    Ok(record.map(Record::read))
}

/// The newest about these, newest first.
pub async fn list_about(conn: &mut Conn, about: &[Uuid], limit: i64) -> Result<Vec<Kept>, StoreError> {
    let about: Vec<Uid> = about.iter().copied().map(Uid).collect();
    let records: Vec<Record> = on!(conn, |c| service_mails::table
        .filter(service_mails::about.eq_any(about))
        .order((service_mails::created_at.desc(), service_mails::id.desc()))
        .limit(limit)
        .select(Record::as_select())
        .load(c)
        .await?);
    Ok(records.into_iter().map(Record::read).collect())
}

/// Whether a mail of this kind, which has been written, was asked for to this address since a time, and was not in vain.
pub async fn any_since(
    conn: &mut Conn,
    kind: ServiceMailKind,
    to: &str,
    since: Time,
) -> Result<bool, StoreError> {
    let found: Option<Uid> = on!(conn, |c| service_mails::table
        .filter(service_mails::to_address.eq(to))
        .filter(service_mails::kind.eq(Word(kind)))
        .filter(service_mails::state.ne(Word(ServiceMailState::Failed)))
        .filter(service_mails::about.is_not_null())
        .filter(service_mails::created_at.gt(Micros(since)))
        .select(service_mails::id)
        .first(c)
        .await
        .optional()?);
    Ok(found.is_some())
}

/// Gives up those of this kind to this address that have been written and not left: what they say is void.
pub async fn update_void(
    conn: &mut Conn,
    kind: ServiceMailKind,
    to: &str,
    words: &str,
    now: Time,
) -> Result<(), StoreError> {
    let waiting = service_mails::table
        .filter(service_mails::to_address.eq(to))
        .filter(service_mails::kind.eq(Word(kind)))
        .filter(service_mails::state.eq(Word(ServiceMailState::Queued)))
        .filter(service_mails::about.is_not_null());
    on!(conn, |c| diesel::update(waiting)
        .set((
            service_mails::state.eq(Word(ServiceMailState::Failed)),
            service_mails::words.eq(words),
            service_mails::text.eq(None::<Vec<u8>>),
            service_mails::updated_at.eq(Micros(now)),
        ))
        .execute(c)
        .await?);
    Ok(())
}

pub async fn delete(conn: &mut Conn, id: ServiceMailId) -> Result<(), StoreError> {
    on!(conn, |c| diesel::delete(service_mails::table.find(Uid::of(id))).execute(c).await?);
    Ok(())
}

/// Forgets those that came to rest before a time. Returns how many.
pub async fn delete_ended_before(conn: &mut Conn, before: Time) -> Result<usize, StoreError> {
    let old = service_mails::table
        .filter(service_mails::updated_at.lt(Micros(before)))
        .filter(service_mails::state.ne(Word(ServiceMailState::Queued)));
    Ok(on!(conn, |c| diesel::delete(old).execute(c).await?))
}
