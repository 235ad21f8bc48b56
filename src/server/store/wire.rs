//! Conversations with what they show of other tables, as sibling apps read them.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    schema::{channels, contact_identities, contacts, operators, tags, teams},
    types::{Uid, Word},
};
use crate::domain::{
    ChannelId, ChannelKind, Conversation, IdentityKind, WireBeside, WireChannel, WireContact,
    WireConversation,
};

/// What the contacts of a channel for chats are known by: other channels' apps may use the same names.
#[must_use]
pub fn bot_user(channel: ChannelId, external_id: &str) -> String {
    format!("{channel}/{external_id}")
}

/// The wire form of one conversation.
pub async fn conversation(
    conn: &mut Conn,
    conversation: &Conversation,
) -> Result<WireConversation, StoreError> {
    let mut found = conversations(conn, std::slice::from_ref(conversation)).await?;
    found.pop().ok_or(StoreError::Query(diesel::result::Error::NotFound))
}

/// The wire forms of some conversations, in their order, in a fixed number of queries.
pub async fn conversations(
    conn: &mut Conn,
    found: &[Conversation],
) -> Result<Vec<WireConversation>, StoreError> {
    let channels = channels_of(conn, found).await?;
    let contacts = contacts_of(conn, found).await?;
    let names = bot_users_of(conn, found).await?;
    let owners = owners_of(conn, found).await?;
    let teams = teams_of(conn, found).await?;
    let tags = tags_of(conn, found).await?;
    let wire = |conversation: &Conversation| {
        let channel = channels.get(&Uid::of(conversation.channel_id))?.clone();
        let contact_id = Uid::of(conversation.contact_id);
        let mut contact = contacts.get(&contact_id)?.clone();
        let mark = bot_user(conversation.channel_id, "");
        let mut known_as = names.get(&contact_id).into_iter().flatten();
        contact.external_id = known_as.find_map(|name| name.strip_prefix(&mark)).map(str::to_owned);
        let owner = conversation.owner_id.and_then(|id| owners.get(&Uid::of(id)).cloned());
        let team = conversation.team_id.and_then(|id| teams.get(&Uid::of(id)).cloned());
        let mut tags: Vec<String> =
            conversation.tags.iter().filter_map(|id| tags.get(&Uid::of(*id)).cloned()).collect();
        tags.sort_by_key(|name| name.to_lowercase());
        Some(WireConversation::of(conversation, WireBeside { channel, contact, owner, team, tags }))
    };
    let missing = || StoreError::Query(diesel::result::Error::NotFound);
    found.iter().map(|conversation| wire(conversation).ok_or_else(missing)).collect()
}

async fn channels_of(
    conn: &mut Conn,
    found: &[Conversation],
) -> Result<HashMap<Uid, WireChannel>, StoreError> {
    type Columns = (Uid, String, Word<ChannelKind>, String);
    let ids: Vec<Uid> = found.iter().map(|conversation| Uid::of(conversation.channel_id)).collect();
    let rows: Vec<Columns> = on!(conn, |c| channels::table
        .filter(channels::id.eq_any(ids))
        .select((channels::id, channels::key, channels::kind, channels::name))
        .load(c)
        .await?);
    Ok(rows.into_iter().map(|(id, key, kind, name)| (id, WireChannel { key, kind: kind.0, name })).collect())
}

async fn contacts_of(
    conn: &mut Conn,
    found: &[Conversation],
) -> Result<HashMap<Uid, WireContact>, StoreError> {
    type Columns = (Uid, Option<String>, Option<String>, Option<String>);
    let ids: Vec<Uid> = found.iter().map(|conversation| Uid::of(conversation.contact_id)).collect();
    let rows: Vec<Columns> = on!(conn, |c| contacts::table
        .filter(contacts::id.eq_any(ids))
        .select((contacts::id, contacts::name, contacts::email, contacts::phone))
        .load(c)
        .await?);
    let wire = |(id, name, email, phone): Columns| {
        (id, WireContact { id: id.to(), name, email, phone, external_id: None })
    };
    Ok(rows.into_iter().map(wire).collect())
}

/// What sibling apps call the contacts, each with the mark of its channel.
async fn bot_users_of(
    conn: &mut Conn,
    found: &[Conversation],
) -> Result<HashMap<Uid, Vec<String>>, StoreError> {
    let ids: Vec<Uid> = found.iter().map(|conversation| Uid::of(conversation.contact_id)).collect();
    let rows: Vec<(Uid, String)> = on!(conn, |c| contact_identities::table
        .filter(contact_identities::contact_id.eq_any(ids))
        .filter(contact_identities::kind.eq(Word(IdentityKind::BotUser)))
        .order(contact_identities::address)
        .select((contact_identities::contact_id, contact_identities::address))
        .load(c)
        .await?);
    let mut names: HashMap<Uid, Vec<String>> = HashMap::new();
    for (contact, name) in rows {
        names.entry(contact).or_default().push(name);
    }
    Ok(names)
}

async fn owners_of(conn: &mut Conn, found: &[Conversation]) -> Result<HashMap<Uid, String>, StoreError> {
    let ids: Vec<Uid> = found.iter().filter_map(|conversation| Uid::maybe(conversation.owner_id)).collect();
    let rows: Vec<(Uid, String)> = on!(conn, |c| operators::table
        .filter(operators::id.eq_any(ids))
        .select((operators::id, operators::name))
        .load(c)
        .await?);
    Ok(rows.into_iter().collect())
}

async fn teams_of(conn: &mut Conn, found: &[Conversation]) -> Result<HashMap<Uid, String>, StoreError> {
    let ids: Vec<Uid> = found.iter().filter_map(|conversation| Uid::maybe(conversation.team_id)).collect();
    let rows: Vec<(Uid, String)> = on!(conn, |c| teams::table
        .filter(teams::id.eq_any(ids))
        .select((teams::id, teams::name))
        .load(c)
        .await?);
    Ok(rows.into_iter().collect())
}

/// What the tags are called that can still be put on.
async fn tags_of(conn: &mut Conn, found: &[Conversation]) -> Result<HashMap<Uid, String>, StoreError> {
    let ids: Vec<Uid> =
        found.iter().flat_map(|conversation| &conversation.tags).map(|id| Uid::of(*id)).collect();
    let rows: Vec<(Uid, String)> = on!(conn, |c| tags::table
        .filter(tags::id.eq_any(ids))
        .filter(tags::archived.eq(false))
        .select((tags::id, tags::name))
        .load(c)
        .await?);
    Ok(rows.into_iter().collect())
}
