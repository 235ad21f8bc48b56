//! Persons by what they are called, and the list of all of them.

use std::collections::BTreeMap;

use crate::{
    domain::{
        AppError, ContactGroup, ContactId, ContactList, Facts, FoundContact, IdentityKind, Me, Search,
        SearchKey, may_meet,
    },
    server::{
        app::App,
        store::{
            Conn, contacts, conversations,
            search::{self, Clause, Stretch, persons},
        },
    },
};

/// Persons who are looked at in one go, and how often one search goes.
const BATCH: i64 = 50;
const BATCHES: usize = 20;

/// A stretch of the persons whom somebody may look at, the newest first; with words, of those who are called so.
///
/// # Errors
/// If the database fails.
pub async fn list(
    app: &App,
    me: &Me,
    words: &str,
    below: Option<SearchKey>,
) -> Result<ContactList, AppError> {
    let mut tx = app.db.snapshot().await?;
    let called = called(words);
    let (contacts, next) = if called.is_empty() && !words.trim().is_empty() {
        (Vec::new(), None)
    } else {
        look(&mut tx, me, called, below, ContactList::PAGE).await?
    };
    tx.commit().await?;
    Ok(ContactList { contacts, next, now: app.clock.now() })
}

/// The newest persons who are called so.
pub async fn first(
    conn: &mut Conn,
    me: &Me,
    words: &str,
    most: usize,
) -> Result<Vec<FoundContact>, AppError> {
    let called = called(words);
    if called.is_empty() {
        return Ok(Vec::new());
    }
    Ok(look(conn, me, called, None, most).await?.0)
}

/// What the index is asked for by some words; of very many the first.
fn called(words: &str) -> Vec<Clause> {
    persons::called(&words.chars().take(Search::LONGEST).collect::<String>())
}

/// Looks back from a place on until there are enough.
async fn look(
    conn: &mut Conn,
    me: &Me,
    called: Vec<Clause>,
    below: Option<SearchKey>,
    most: usize,
) -> Result<(Vec<FoundContact>, Option<SearchKey>), AppError> {
    let clauses: Vec<Clause> = [persons::any()].into_iter().chain(called).collect();
    let mut below = below.unwrap_or(SearchKey(i64::MAX));
    let mut found = Vec::new();
    for _ in 0..BATCHES {
        let stretch = Stretch { below, from: SearchKey(0), limit: BATCH };
        let keys = search::list(conn, &clauses, stretch).await?;
        for (key, contact) in seen(conn, me, &keys).await? {
            if found.len() == most {
                return Ok((found, Some(below)));
            }
            below = key;
            found.push(contact);
        }
        match keys.last() {
            Some(last) if i64::try_from(keys.len()).is_ok_and(|count| count == BATCH) => below = *last,
            _ => return Ok((found, None)),
        }
    }
    Ok((found, Some(below)))
}

/// Of some persons those whom the operator may look at, each with its place.
async fn seen(
    conn: &mut Conn,
    me: &Me,
    keys: &[SearchKey],
) -> Result<Vec<(SearchKey, FoundContact)>, AppError> {
    let kept = persons::list_kept(conn, keys).await?;
    let ids: Vec<ContactId> = kept.iter().map(|(_, id)| *id).collect();
    let groups = contacts::list_groups(conn, &ids).await?;
    let all: Vec<ContactId> = groups.iter().flat_map(ContactGroup::ids).collect();
    let mut facts: BTreeMap<ContactId, Vec<Facts>> = BTreeMap::new();
    for (contact, one) in conversations::list_facts_of(conn, &all).await? {
        facts.entry(contact).or_default().push(one);
    }
    let groups: BTreeMap<ContactId, ContactGroup> =
        groups.into_iter().map(|group| (group.kept.id, group)).collect();
    let met = |(key, id): (SearchKey, ContactId)| {
        let group = groups.get(&id)?;
        let theirs: Vec<Facts> =
            group.ids().iter().filter_map(|id| facts.get(id)).flatten().copied().collect();
        may_meet(me, &theirs).then(|| (key, found(me, group, &theirs)))
    };
    Ok(kept.into_iter().filter_map(met).collect())
}

fn found(me: &Me, group: &ContactGroup, facts: &[Facts]) -> FoundContact {
    let contact = group.person().contact;
    let addresses = group.addresses();
    FoundContact {
        contact_id: contact.id,
        name: contact.display_name(),
        addresses: addresses
            .iter()
            .filter(|address| address.kind != IdentityKind::BotUser)
            .map(|address| address.kind.channel().shown(&address.address))
            .collect(),
        conversations: i64::try_from(facts.iter().filter(|facts| me.sees(facts)).count()).unwrap_or(i64::MAX),
        since: contact.created_at,
    }
}
