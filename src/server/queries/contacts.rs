//! A contact's page: who they are, and everything that was said with them.

use std::collections::BTreeMap;

use crate::{
    domain::{
        AppError, Candidate, ContactGroup, ContactId, ContactPage, Conversation, ConversationId, Facts,
        IdentityKind, LastMessage, Me, MergedFrom, Operator, PageKey, Queue, Timeline, TimelineEntry, Undo,
        may_block, may_meet, may_merge,
    },
    server::{
        app::App,
        store::{
            Conn, channels, contact_attributes,
            contact_merges::{self, Merge},
            contact_notes, contacts, conversations, messages, operators,
        },
    },
};

/// Others who have typed the same address are looked at, so many. Who wants to be taken for somebody else can make more.
const TYPED: i64 = 20;
/// Contacts that a search looks at in one go, and how often it goes.
const BATCH: i64 = 50;
const BATCHES: usize = 8;
/// Longer words are not sought.
const LONGEST_WORDS: usize = 100;

/// Everything that the page of a contact shows. Of a contact that was merged it is the page of the person.
///
/// # Errors
/// [`AppError::NotFound`] also if the operator may not see any of their conversations.
pub async fn open(app: &App, me: &Me, id: ContactId) -> Result<ContactPage, AppError> {
    let mut tx = app.db.snapshot().await?;
    let (group, facts) = met(&mut tx, me, id).await?;
    let ids = group.ids();
    let operators = operators::list(&mut tx).await?;
    let merges = contact_merges::list_in_force(&mut tx, &ids).await?;
    let about = contact_attributes::of(&mut tx, &ids).await?;
    let page = ContactPage {
        person: group.person(),
        addresses: group.addresses(),
        may_block: about.block.is_none() && may_block(me, &facts_of(&facts, &group)),
        about,
        notes: contact_notes::list(&mut tx, me, &ids).await?,
        merged: merges
            .iter()
            .filter_map(|merge| merged(me, &group, &facts, &merges, merge, &operators))
            .collect(),
        suggested: suggested(&mut tx, me, &group).await?,
        timeline: stretch(&mut tx, me, &ids, None).await?,
        hidden: count(facts.iter().filter(|(_, facts)| !me.sees(facts))),
        channels: channels::list(&mut tx).await?,
        operators,
        now: app.clock.now(),
    };
    tx.commit().await?;
    Ok(page)
}

/// The next stretch of a timeline, from a place on.
///
/// # Errors
/// As [`open`].
pub async fn timeline(app: &App, me: &Me, id: ContactId, from: PageKey) -> Result<Timeline, AppError> {
    let mut tx = app.db.snapshot().await?;
    let (group, _) = met(&mut tx, me, id).await?;
    let timeline = stretch(&mut tx, me, &group.ids(), Some(from)).await?;
    tx.commit().await?;
    Ok(timeline)
}

/// Whom a person might be merged with, by some words of a name or an address: the newest.
///
/// # Errors
/// As [`open`].
pub async fn find(app: &App, me: &Me, id: ContactId, words: &str) -> Result<Vec<Candidate>, AppError> {
    let words: String = words.trim().chars().take(LONGEST_WORDS).collect();
    let mut tx = app.db.snapshot().await?;
    let (group, _) = met(&mut tx, me, id).await?;
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let (mut found, mut after): (Vec<Candidate>, Option<ContactId>) = (Vec::new(), None);
    for _ in 0..BATCHES {
        let ids = contacts::search(&mut tx, &words, &as_number(&words), after, BATCH).await?;
        for candidate in candidates(&mut tx, me, &group, &ids).await? {
            if !found.iter().any(|known| known.contact_id == candidate.contact_id) {
                found.push(candidate);
            }
        }
        after = ids.last().copied();
        if found.len() >= Candidate::MOST || count(ids.iter()) < BATCH {
            break;
        }
    }
    tx.commit().await?;
    found.truncate(Candidate::MOST);
    Ok(found)
}

/// What somebody means who writes a number in their own way: its digits alone.
fn as_number(words: &str) -> String {
    let is_number = words.chars().all(|letter| letter.is_ascii_digit() || " +-./()".contains(letter));
    let digits: String = words.chars().filter(char::is_ascii_digit).collect();
    if is_number && !digits.is_empty() { digits } else { words.to_owned() }
}

/// The person of a contact, if the operator may look at them, and what decides who may see which conversation.
async fn met(
    conn: &mut Conn,
    me: &Me,
    id: ContactId,
) -> Result<(ContactGroup, Vec<(ContactId, Facts)>), AppError> {
    let group = contacts::find_group(conn, id).await?.ok_or(AppError::NotFound)?;
    let facts = conversations::list_facts_of(conn, &group.ids()).await?;
    if may_meet(me, &facts_of(&facts, &group)) { Ok((group, facts)) } else { Err(AppError::NotFound) }
}

/// Of the conversations those of a person.
fn facts_of(facts: &[(ContactId, Facts)], group: &ContactGroup) -> Vec<Facts> {
    let ids = group.ids();
    facts.iter().filter(|(contact, _)| ids.contains(contact)).map(|(_, facts)| *facts).collect()
}

/// A merge as the page shows it.
fn merged(
    me: &Me,
    group: &ContactGroup,
    facts: &[(ContactId, Facts)],
    merges: &[Merge],
    merge: &Merge,
    operators: &[Operator],
) -> Option<MergedFrom> {
    let (stays, leaves) = group.split(merge.gone, &merge.followers)?;
    let later = merges.iter().find(|later| later.gone == merge.kept);
    let undo = match later.and_then(|later| group.name_alone(later.gone, &later.followers)) {
        Some(name) => Undo::After { name },
        None if may_merge(me, &facts_of(facts, &stays), &facts_of(facts, &leaves)) => Undo::Possible,
        None => Undo::NotYours,
    };
    let by = merge.by.and_then(|by| operators.iter().find(|operator| operator.id == by));
    Some(MergedFrom {
        contact_id: merge.gone,
        name: leaves.person().contact.display_name(),
        by: by.map(|operator| operator.name.clone()),
        at: merge.at,
        undo,
    })
}

/// Others who have given an address of this person: first those of whom it is proven on one side, then the newest.
async fn suggested(conn: &mut Conn, me: &Me, group: &ContactGroup) -> Result<Vec<Candidate>, AppError> {
    let emails = group.addresses_of(IdentityKind::Email);
    let phones = group.addresses_of(IdentityKind::Phone);
    let mut ids = contacts::list_proven_by(conn, IdentityKind::Email, emails.clone()).await?;
    ids.extend(contacts::list_proven_by(conn, IdentityKind::Phone, phones.clone()).await?);
    ids.extend(contacts::list_typed_by(conn, emails, phones, &group.ids(), TYPED).await?);
    let mut found = candidates(conn, me, group, &ids).await?;
    found.sort_by_key(|candidate| !candidate.is_proven());
    found.truncate(Candidate::MOST);
    Ok(found)
}

/// The persons of these contacts whom the operator may look at, the newest first; not the person of the page.
async fn candidates(
    conn: &mut Conn,
    me: &Me,
    page: &ContactGroup,
    ids: &[ContactId],
) -> Result<Vec<Candidate>, AppError> {
    let groups = contacts::list_groups(conn, ids).await?;
    let all: Vec<ContactId> = groups.iter().flat_map(ContactGroup::ids).collect();
    let facts = conversations::list_facts_of(conn, &all).await?;
    let is_met =
        |group: &&ContactGroup| group.kept.id != page.kept.id && may_meet(me, &facts_of(&facts, group));
    Ok(groups.iter().rev().filter(is_met).map(|group| Candidate::of(group, page)).collect())
}

/// So many conversations of these contacts as the operator may see, from a place on.
async fn stretch(
    conn: &mut Conn,
    me: &Me,
    contacts: &[ContactId],
    from: Option<PageKey>,
) -> Result<Timeline, AppError> {
    let mut found = conversations::list_of_contacts(conn, me, contacts, from, Timeline::PAGE + 1).await?;
    let next = found.get(Timeline::PAGE).map(|first_unloaded| PageKey::of(first_unloaded, Queue::All));
    found.truncate(Timeline::PAGE);
    let ids: Vec<ConversationId> = found.iter().map(|conversation| conversation.id).collect();
    let mut first: BTreeMap<ConversationId, String> = messages::list_first_of_customer(conn, &ids)
        .await?
        .into_iter()
        .filter_map(|(id, message)| Some((id, LastMessage::of(&message)?.text)))
        .collect();
    let counts: BTreeMap<ConversationId, i64> = messages::count_said(conn, &ids).await?.into_iter().collect();
    let entry = |conversation: Conversation| TimelineEntry {
        first_words: first.remove(&conversation.id).unwrap_or_default(),
        messages: counts.get(&conversation.id).copied().unwrap_or_default(),
        conversation,
    };
    Ok(Timeline { entries: found.into_iter().map(entry).collect(), next })
}

fn count<T>(items: impl Iterator<Item = T>) -> i64 {
    i64::try_from(items.count()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_sought_by_its_digits() {
        for (words, want) in [
            ("+1 (415) 555-0123", "14155550123"),
            ("0123", "0123"),
            ("room 12", "room 12"),
            ("+", "+"),
            ("vera@x.test", "vera@x.test"),
        ] {
            assert_eq!(as_number(words), want);
        }
    }
}
