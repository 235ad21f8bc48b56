//! Persons in the index: each once, by the contact that is kept, with the names and addresses of all their contacts.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{entries, entries::Entry, matching::Clause};
use crate::{
    domain::{ContactGroup, ContactId, IdentityKind, SearchKey},
    server::store::{Conn, StoreError, contacts, db::on, schema::search_entries, types::Uid},
};

/// On every person.
const PERSON: &str = "_p";
/// A part of a phone number has so many digits.
const SHORTEST_NUMBER: usize = 4;

/// Everybody.
#[must_use]
pub fn any() -> Clause {
    Clause::Marks(vec![PERSON.to_owned()])
}

/// Persons by some words of a name or an address, each of which may be a beginning. A number is known by its digits,
/// however it is written.
#[must_use]
pub fn called(text: &str) -> Vec<Clause> {
    let is_number = |letter: char| letter.is_ascii_digit() || " +-./()".contains(letter);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if text.chars().all(is_number) && digits.len() >= SHORTEST_NUMBER {
        return Clause::name(&digits).into_iter().collect();
    }
    text.split_whitespace().filter_map(Clause::name).collect()
}

/// Puts a person into the index, as they are now; their other contacts have no entries of their own.
pub async fn put(conn: &mut Conn, group: &ContactGroup) -> Result<(), StoreError> {
    let others: Vec<Uuid> = group.others.iter().map(|contact| contact.id.0).collect();
    if !others.is_empty() {
        entries::delete(conn, &others).await?;
    }
    entries::put(conn, &entry_of(group)).await
}

/// Brings the entries of whoever these contacts are up to date.
pub async fn refresh(conn: &mut Conn, ids: &[ContactId]) -> Result<(), StoreError> {
    for group in contacts::list_groups(conn, ids).await? {
        put(conn, &group).await?;
    }
    Ok(())
}

fn entry_of(group: &ContactGroup) -> Entry {
    let mut entry = Entry::new(group.kept.id.0, group.kept.created_at);
    for name in group.contacts().filter_map(|contact| contact.name.as_deref()) {
        entry.text(name);
    }
    for address in group.addresses() {
        match address.kind {
            IdentityKind::Email => entry.text(&address.address),
            IdentityKind::Phone => {
                for part in parts_of_number(&address.address) {
                    entry.text(&part);
                }
            }
            // What an app calls them is nothing that people type.
            IdentityKind::BotUser => {}
        }
    }
    entry.mark(PERSON.to_owned());
    entry
}

/// Every end of a number: whatever part of it is sought, one of them begins with it.
fn parts_of_number(number: &str) -> Vec<String> {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let last = digits.len().saturating_sub(SHORTEST_NUMBER);
    (0..=last).filter_map(|start| digits.get(start..)).map(str::to_owned).collect()
}

/// The kept contacts of some entries, the newest first.
pub async fn list_kept(
    conn: &mut Conn,
    keys: &[SearchKey],
) -> Result<Vec<(SearchKey, ContactId)>, StoreError> {
    let of: Vec<i64> = keys.iter().map(|key| key.0).collect();
    let rows: Vec<(i64, Uid)> = on!(conn, |c| search_entries::table
        .filter(search_entries::id.eq_any(of))
        .order(search_entries::id.desc())
        .select((search_entries::id, search_entries::subject_id))
        .load(c)
        .await?);
    Ok(rows.into_iter().map(|(key, id)| (SearchKey(key), id.to())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_by_any_part_of_it() {
        let parts = parts_of_number("+1 (415) 555-0123");
        for sought in ["14155550123", "4155550123", "5550123", "0123", "415555"] {
            assert!(parts.iter().any(|part| part.starts_with(sought)), "{sought}");
        }
        assert_eq!(parts.len(), 8);
        assert_eq!(parts_of_number("123"), ["123"]);
    }

    #[test]
    fn a_number_is_sought_by_its_digits() {
        let one =
            |text: &str| called(text).into_iter().map(|clause| format!("{clause:?}")).collect::<String>();
        assert_eq!(one("+1 (415) 555-0123"), one("14155550123"));
        assert_ne!(one("room 12"), one("12"));
        assert_eq!(called("Vera mia@x.test").len(), 2);
        assert!(called(" !").is_empty());
    }
}
