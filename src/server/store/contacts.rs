//! Contacts, and which of them are one person.

use std::collections::{BTreeMap, BTreeSet};

use diesel::{
    prelude::*,
    sql_types::{Nullable, Text},
};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{
    Conn, StoreError,
    db::{Kind, on},
    schema::{contact_identities, contacts},
    search::persons,
    types::{Micros, Uid, Word},
};
use crate::domain::{Contact, ContactGroup, ContactId, Identity, IdentityKind, Person, Time};

diesel::define_sql_function! {
    /// In lower case; on SQLite only the letters of ASCII.
    fn lower(text: Nullable<Text>) -> Nullable<Text>;
}

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
    persons::put(conn, &ContactGroup::new(contact.clone(), Vec::new(), Vec::new())).await
}

pub async fn update(conn: &mut Conn, contact: &Contact) -> Result<(), StoreError> {
    let record = Record::of(contact);
    on!(conn, |c| diesel::update(contacts::table.find(record.id)).set(&record).execute(c).await?);
    persons::refresh(conn, &[contact.id]).await
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
    persons::refresh(conn, &[contact]).await
}

/// Forgets that an address is one of these contacts'.
pub async fn delete_identity(
    conn: &mut Conn,
    kind: IdentityKind,
    address: &str,
    ids: &[ContactId],
) -> Result<(), StoreError> {
    let of = uids(ids);
    on!(conn, |c| diesel::delete(
        contact_identities::table
            .filter(contact_identities::kind.eq(Word(kind)))
            .filter(contact_identities::address.eq(address))
            .filter(contact_identities::contact_id.eq_any(of))
    )
    .execute(c)
    .await?);
    persons::refresh(conn, ids).await
}

/// The person of a contact: itself, whom it was merged into, and everybody else who was.
pub async fn find_group(conn: &mut Conn, id: ContactId) -> Result<Option<ContactGroup>, StoreError> {
    Ok(list_groups(conn, &[id]).await?.pop())
}

/// The person of a contact, as the team sees them.
pub async fn find_person(conn: &mut Conn, id: ContactId) -> Result<Option<Person>, StoreError> {
    Ok(find_group(conn, id).await?.map(|group| group.person()))
}

/// The persons of these contacts, each once, in the order of their kept contacts' ids.
pub async fn list_groups(conn: &mut Conn, ids: &[ContactId]) -> Result<Vec<ContactGroup>, StoreError> {
    type Proven = (Word<IdentityKind>, String, Micros);
    let asked = uids(ids);
    let linked: Vec<(Uid, Option<Uid>)> = on!(conn, |c| contacts::table
        .filter(contacts::id.eq_any(asked))
        .select((contacts::id, contacts::merged_into))
        .load(c)
        .await?);
    let heads: BTreeSet<Uuid> = linked.into_iter().map(|(id, into)| into.unwrap_or(id).0).collect();
    if heads.is_empty() {
        return Ok(Vec::new());
    }
    let of: Vec<Uid> = heads.into_iter().map(Uid).collect();
    // A contact comes once for each address that is proven to be theirs.
    let rows: Vec<(Record, Option<Proven>)> = on!(conn, |c| contacts::table
        .left_join(contact_identities::table.on(contact_identities::contact_id.eq(contacts::id)))
        .filter(contacts::id.eq_any(of.clone()).or(contacts::merged_into.eq_any(of).assume_not_null()))
        .order(contacts::id)
        .select((
            Record::as_select(),
            (contact_identities::kind, contact_identities::address, contact_identities::created_at)
                .nullable(),
        ))
        .load(c)
        .await?);
    Ok(grouped(rows.into_iter().map(|(record, proven)| {
        let contact = record.read();
        let proven = proven.map(|(kind, address, since)| Identity {
            kind: kind.0,
            address,
            contact_id: contact.id,
            since: since.0,
        });
        (contact, proven)
    })))
}

/// Puts contacts that are one person together. Of each person the kept contact is there.
fn grouped(rows: impl Iterator<Item = (Contact, Option<Identity>)>) -> Vec<ContactGroup> {
    #[derive(Default)]
    struct Parts {
        kept: Option<Contact>,
        others: Vec<Contact>,
        proven: Vec<Identity>,
    }
    let mut persons: BTreeMap<ContactId, Parts> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for (contact, proven) in rows {
        let parts = persons.entry(contact.merged_into.unwrap_or(contact.id)).or_default();
        parts.proven.extend(proven);
        if !seen.insert(contact.id) {
            continue;
        }
        match contact.merged_into {
            None => parts.kept = Some(contact),
            Some(_) => parts.others.push(contact),
        }
    }
    let group = |Parts { kept, others, proven }: Parts| Some(ContactGroup::new(kept?, others, proven));
    persons.into_values().filter_map(group).collect()
}

/// Locks contacts until the transaction ends: nobody makes a conversation or an address of theirs meanwhile.
pub async fn lock(conn: &mut Conn, ids: &[ContactId]) -> Result<(), StoreError> {
    conn.count_query();
    match conn.kind() {
        // The write transaction is the only one there is.
        Kind::Sqlite(_) => {}
        Kind::Postgres(c) => {
            let query = contacts::table.filter(contacts::id.eq_any(uids(ids))).order(contacts::id);
            let _locked: Vec<Uid> = query.select(contacts::id).for_update().load(c).await?;
        }
    }
    Ok(())
}

/// Says who these contacts are too; none: nobody but themselves.
pub async fn update_merged_into(
    conn: &mut Conn,
    ids: &[ContactId],
    into: Option<ContactId>,
) -> Result<(), StoreError> {
    let of = uids(ids);
    // Whoever they were until now is another too.
    let before = list_groups(conn, ids).await?;
    on!(conn, |c| diesel::update(contacts::table.filter(contacts::id.eq_any(of)))
        .set(contacts::merged_into.eq(Uid::maybe(into)))
        .execute(c)
        .await?);
    let heads = before.iter().map(|group| group.kept.id);
    let changed: Vec<ContactId> = heads.chain(ids.iter().copied()).collect();
    persons::refresh(conn, &changed).await
}

/// Contacts that were merged into none, after an id, in the order of ids.
pub async fn list_kept_after(
    conn: &mut Conn,
    after: ContactId,
    limit: i64,
) -> Result<Vec<ContactId>, StoreError> {
    let ids: Vec<Uid> = on!(conn, |c| contacts::table
        .filter(contacts::id.gt(Uid::of(after)))
        .filter(contacts::merged_into.is_null())
        .order(contacts::id.asc())
        .limit(limit)
        .select(contacts::id)
        .load(c)
        .await?);
    Ok(ids.into_iter().map(Uid::to).collect())
}

/// Contacts to whom one of these addresses is proven to belong.
pub async fn list_proven_by(
    conn: &mut Conn,
    kind: IdentityKind,
    addresses: Vec<String>,
) -> Result<Vec<ContactId>, StoreError> {
    let ids: Vec<Uid> = on!(conn, |c| contact_identities::table
        .filter(contact_identities::kind.eq(Word(kind)))
        .filter(contact_identities::address.eq_any(addresses))
        .select(contact_identities::contact_id)
        .load(c)
        .await?);
    Ok(ids.into_iter().map(Uid::to).collect())
}

/// Other contacts than these who have given one of the addresses, without any proof; the newest.
pub async fn list_typed_by(
    conn: &mut Conn,
    emails: Vec<String>,
    phones: Vec<String>,
    except: &[ContactId],
    limit: i64,
) -> Result<Vec<ContactId>, StoreError> {
    let except = uids(except);
    let ids: Vec<Uid> = on!(conn, |c| contacts::table
        .filter(lower(contacts::email).eq_any(emails).or(contacts::phone.eq_any(phones)))
        .filter(contacts::id.ne_all(except))
        .order(contacts::id.desc())
        .limit(limit)
        .select(contacts::id)
        .load(c)
        .await?);
    Ok(ids.into_iter().map(Uid::to).collect())
}

/// Contacts whose name or one of whose addresses contains some words, the newest first, from after one of them on.
/// `number` is what the words are as a part of a phone number.
pub async fn search(
    conn: &mut Conn,
    words: &str,
    number: &str,
    after: Option<ContactId>,
    limit: i64,
) -> Result<Vec<ContactId>, StoreError> {
    let (as_written, text, number) =
        (containing(words), containing(&words.to_lowercase()), containing(number));
    let after = after.map_or(Uid(Uuid::max()), Uid::of);
    let ids: Vec<Uid> = on!(conn, |c| {
        let proven = contact_identities::table
            .filter(
                contact_identities::address
                    .like(text.clone())
                    .escape(ESCAPE)
                    .or(contact_identities::address.like(number.clone()).escape(ESCAPE)),
            )
            .select(contact_identities::contact_id);
        contacts::table
            .filter(
                lower(contacts::name)
                    .like(text.clone())
                    .escape(ESCAPE)
                    // What is not ASCII is found as it is written.
                    .or(contacts::name.like(as_written).escape(ESCAPE))
                    .or(lower(contacts::email).like(text).escape(ESCAPE))
                    .or(contacts::phone.like(number).escape(ESCAPE))
                    .or(contacts::id.eq_any(proven)),
            )
            .filter(contacts::id.lt(after))
            .order(contacts::id.desc())
            .limit(limit)
            .select(contacts::id)
            .load(c)
            .await?
    });
    Ok(ids.into_iter().map(Uid::to).collect())
}

const ESCAPE: char = '\\';

/// The pattern of whatever contains a text.
fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | ESCAPE) {
            pattern.push(ESCAPE);
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

fn uids(ids: &[ContactId]) -> Vec<Uid> {
    ids.iter().map(|id| Uid::of(*id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sought_means_itself() {
        assert_eq!(containing("vera"), "%vera%");
        assert_eq!(containing("50%_\\"), "%50\\%\\_\\\\%");
    }

    #[test]
    fn contacts_that_are_one_person_stand_together() {
        let id = |number| ContactId(Uuid::from_u128(number));
        let contact = |number, into: Option<u128>| Contact {
            id: id(number),
            name: None,
            email: None,
            phone: None,
            created_at: Time(0),
            merged_into: into.map(id),
        };
        let proven = |of, address: &str| {
            let (kind, address) = (IdentityKind::Email, address.to_owned());
            Some(Identity { kind, address, contact_id: id(of), since: Time(0) })
        };
        let rows = [
            (contact(1, Some(2)), proven(1, "b@x.test")),
            (contact(1, Some(2)), proven(1, "a@x.test")),
            (contact(2, None), None),
            (contact(3, None), proven(3, "c@x.test")),
        ];
        let groups = grouped(rows.into_iter());
        let ids: Vec<Vec<ContactId>> = groups.iter().map(ContactGroup::ids).collect();
        assert_eq!(ids, [vec![id(2), id(1)], vec![id(3)]]);
        let addresses: Vec<&str> = groups[0].proven.iter().map(|it| it.address.as_str()).collect();
        assert_eq!(addresses, ["a@x.test", "b@x.test"]);
    }
}
