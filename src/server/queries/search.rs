//! Looking for what was said, and for whoever said it, among all that somebody may see.
//!
//! The index names what fits, newest first; what may be seen is decided by the conversation as it is now. One search
//! looks at so much and no more: if little of it may be seen, it pauses, says how far it got, and can be continued.

mod excerpt;
mod names;
mod palette;
mod persons;

use std::collections::{BTreeMap, BTreeSet};

pub use self::{palette::anything, persons::list as contacts};

use self::names::Named;
use crate::{
    domain::{
        AppError, Channel, ChannelId, Conversation, ConversationId, FoundMessage, FoundThread, Hue, Me,
        Message, MessageId, Search, SearchKey, SearchPage, SenderKind, Status, Term,
    },
    server::{
        app::App,
        store::{
            Conn, channels, conversations, messages as kept,
            search::{self, Clause, Stretch, first_key, messages, messages::Place},
        },
    },
};

/// Entries that are looked at in one go, and how often one search goes.
const BATCH: i64 = 100;
const BATCHES: usize = 40;

/// What fits a text, newest first, from behind a place on.
///
/// # Errors
/// If the database fails.
pub async fn search(
    app: &App,
    me: &Me,
    text: &str,
    below: Option<SearchKey>,
) -> Result<SearchPage, AppError> {
    let asked = Search::parse(text);
    let mut tx = app.db.snapshot().await?;
    let channels = channels::list(&mut tx).await?;
    let Named { clauses, unknown } = names::read(&mut tx, me, &asked, &channels).await?;
    let words = clauses_of(&asked.terms);
    let mut page = SearchPage {
        contacts: Vec::new(),
        threads: Vec::new(),
        next: None,
        looked_back_to: None,
        unknown,
        now: app.clock.now(),
    };
    let has_no_words = words.is_empty() && asked.is_plain();
    if has_no_words || asked.is_empty() {
        return Ok(page);
    }
    let all: Vec<Clause> = [messages::any()].into_iter().chain(clauses).chain(words.clone()).collect();
    let found = look(&mut tx, me, &all, &asked, below).await?;
    page.threads = threads(&mut tx, &found.places, &words, &channels).await?;
    (page.next, page.looked_back_to) = (found.next, found.paused_at.map(search::time_of));
    if below.is_none() && asked.is_plain() {
        let text: Vec<&str> = asked.terms.iter().map(|term| term.text.as_str()).collect();
        page.contacts = persons::first(&mut tx, me, &text.join(" "), SearchPage::CONTACTS).await?;
    }
    tx.commit().await?;
    Ok(page)
}

fn clauses_of(terms: &[Term]) -> Vec<Clause> {
    terms.iter().filter_map(|term| Clause::text(&term.text, term.begins)).collect()
}

/// A stretch of what fits.
struct Found {
    places: Vec<Place>,
    next: Option<SearchKey>,
    /// Where the search has paused to be continued.
    paused_at: Option<SearchKey>,
}

/// Looks back from a place on until a page is full.
async fn look(
    conn: &mut Conn,
    me: &Me,
    clauses: &[Clause],
    asked: &Search,
    below: Option<SearchKey>,
) -> Result<Found, AppError> {
    let newest = asked.before.map_or(SearchKey(i64::MAX), first_key);
    let mut below = below.map_or(newest, |below| below.min(newest));
    let from = asked.after.map_or(SearchKey(0), first_key);
    let fits = |place: &Place| {
        let status: &[Status] = &asked.status;
        me.sees(&place.facts) && (status.is_empty() || status.contains(&place.facts.status))
    };
    let mut places: Vec<Place> = Vec::new();
    for _ in 0..BATCHES {
        let keys = search::list(conn, clauses, Stretch { below, from, limit: BATCH }).await?;
        places.extend(messages::list_places(conn, &keys).await?.into_iter().filter(fits));
        if places.len() > SearchPage::HITS {
            places.truncate(SearchPage::HITS);
            let next = places.last().map(|last| last.key);
            return Ok(Found { places, next, paused_at: None });
        }
        match keys.last() {
            Some(last) if i64::try_from(keys.len()).is_ok_and(|count| count == BATCH) => below = *last,
            _ => return Ok(Found { places, next: None, paused_at: None }),
        }
    }
    Ok(Found { places, next: Some(below), paused_at: Some(below) })
}

/// What was found, by conversation: each stands where its newest does.
async fn threads(
    conn: &mut Conn,
    places: &[Place],
    words: &[Clause],
    channels: &[Channel],
) -> Result<Vec<FoundThread>, AppError> {
    let ids: BTreeSet<ConversationId> = places.iter().map(|place| place.conversation_id).collect();
    let ids: Vec<ConversationId> = ids.into_iter().collect();
    let of: BTreeMap<ConversationId, Conversation> = conversations::list_by_ids(conn, &ids)
        .await?
        .into_iter()
        .map(|conversation| (conversation.id, conversation))
        .collect();
    let message_ids: Vec<MessageId> = places.iter().map(|place| place.message_id).collect();
    let mut said: BTreeMap<MessageId, Message> =
        kept::list_by_ids(conn, &message_ids).await?.into_iter().map(|(_, it)| (it.id, it)).collect();
    let mut threads: Vec<FoundThread> = Vec::new();
    for place in places {
        let (Some(conversation), Some(message)) =
            (of.get(&place.conversation_id), said.remove(&place.message_id))
        else {
            continue;
        };
        let found = found(&message, conversation, words, channels);
        match threads.iter_mut().find(|thread| thread.conversation_id == conversation.id) {
            Some(thread) => thread.messages.push(found),
            None => threads.push(thread_of(conversation, found, channels)),
        }
    }
    Ok(threads)
}

fn thread_of(conversation: &Conversation, first: FoundMessage, channels: &[Channel]) -> FoundThread {
    let subject = conversation.mail.as_ref().map(|mail| mail.subject.clone());
    FoundThread {
        conversation_id: conversation.id,
        contact_id: conversation.contact_id,
        contact_name: conversation.contact_name.clone(),
        channel_kind: conversation.channel_kind,
        hue: hue_of(channels, conversation.channel_id),
        status: conversation.status,
        subject: subject.filter(|subject| !subject.trim().is_empty()),
        messages: vec![first],
    }
}

fn found(
    message: &Message,
    conversation: &Conversation,
    words: &[Clause],
    channels: &[Channel],
) -> FoundMessage {
    let name = match message.sender {
        SenderKind::Contact => &conversation.contact_name,
        _ => &message.sender_name,
    };
    FoundMessage {
        seq: message.seq,
        sender: message.sender,
        sender_name: name.clone(),
        channel_kind: message.channel_kind,
        hue: hue_of(channels, message.channel_id),
        note: message.note,
        at: message.created_at,
        pieces: excerpt::of_message(message, words),
    }
}

fn hue_of(channels: &[Channel], id: ChannelId) -> Option<Hue> {
    channels.iter().find(|channel| channel.id == id)?.hue
}
