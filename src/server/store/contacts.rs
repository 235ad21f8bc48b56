//! Contacts.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    schema::{contact_identities, contacts},
    types::{Micros, Uid, Word},
};
use crate::domain::{Contact, ContactId, IdentityKind, Time};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = contacts, treat_none_as_null = true)]
struct Record {
    id: Uid,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    created_at: Micros,
    merged_into: Option<Uid>,
}

impl Record {
    fn of(contact: &Contact) -> Self {
        Self {
            id: Uid::of(contact.id),
            name: contact.name.clone(),
            email: contact.email.clone(),
            phone: contact.phone.clone(),
            created_at: Micros(contact.created_at),
            merged_into: Uid::maybe(contact.merged_into),
        }
    }

    fn read(self) -> Contact {
        Contact {
            id: self.id.to(),
            name: self.name,
            email: self.email,
            phone: self.phone,
            created_at: self.created_at.0,
            merged_into: self.merged_into.map(Uid::to),
        }
    }
}

pub async fn find(conn: &mut Conn, id: ContactId) -> Result<Option<Contact>, StoreError> {
    let record: Option<Record> = on!(conn, |c| contacts::table
        .find(Uid::of(id))
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    Ok(record.map(Record::read))
}

pub async fn insert(conn: &mut Conn, contact: &Contact) -> Result<(), StoreError> {
    let record = Record::of(contact);
    on!(conn, |c| diesel::insert_into(contacts::table).values(&record).execute(c).await?);
    Ok(())
}

pub async fn update(conn: &mut Conn, contact: &Contact) -> Result<(), StoreError> {
    let record = Record::of(contact);
    on!(conn, |c| diesel::update(contacts::table.find(record.id)).set(&record).execute(c).await?);
    Ok(())
}

/// Whose address this is.
pub async fn find_by_identity(
    conn: &mut Conn,
    kind: IdentityKind,
    address: &str,
) -> Result<Option<Contact>, StoreError> {
    let record: Option<Record> = on!(conn, |c| contacts::table
        .filter(
            contacts::id.eq_any(
                contact_identities::table
                    .filter(contact_identities::kind.eq(Word(kind)))
                    .filter(contact_identities::address.eq(address))
                    .select(contact_identities::contact_id)
            )
        )
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    Ok(record.map(Record::read))
}

/// Notes that an address is a contact's.
///
/// # Errors
/// [`StoreError::Duplicate`] if it is somebody's already.
pub async fn insert_identity(
    conn: &mut Conn,
    kind: IdentityKind,
    address: &str,
    contact: ContactId,
    now: Time,
) -> Result<(), StoreError> {
    on!(conn, |c| diesel::insert_into(contact_identities::table)
        .values((
            contact_identities::kind.eq(Word(kind)),
            contact_identities::address.eq(address),
            contact_identities::contact_id.eq(Uid::of(contact)),
            contact_identities::created_at.eq(Micros(now)),
        ))
        .execute(c)
        .await?);
    Ok(())
}
