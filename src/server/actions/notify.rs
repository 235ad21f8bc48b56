//! Whom a change of a conversation is told to, in the transaction that makes it.

use std::collections::BTreeMap;

use crate::{
    domain::{
        Conversation, Event, Me, Mentioned, Message, Notification, NotificationKind, NotificationRule,
        OperatorId, SenderKind, Status, TeamId, Time, preview,
    },
    server::{
        clock::new_id,
        store::{StoreError, Tx, events, notifications, operators, teams},
    },
};

/// A change of a conversation.
pub struct Change<'c> {
    pub was: Option<&'c Conversation>,
    pub now: &'c Conversation,
    /// What was said with it.
    pub said: &'c [Message],
    /// The operator who made it.
    pub by: Option<OperatorId>,
    pub at: Time,
}

/// Tells whoever is named in it, and whoever wants to be told of such changes.
pub async fn tell(tx: &mut Tx, change: &Change<'_>) -> Result<(), StoreError> {
    for note in change.said.iter().filter(|message| !message.mentions.is_empty()) {
        mentioned(tx, change, note).await?;
    }
    let from_customer = change.said.iter().rev().find(|message| message.sender == SenderKind::Contact);
    if let Some(message) = from_customer {
        replied(tx, change, message).await?;
    }
    if enters_queue(change) {
        queued(tx, change).await?;
    }
    Ok(())
}

/// Each who is named in a note, by name or as one of a team, once; nobody who may not see the conversation.
async fn mentioned(tx: &mut Tx, change: &Change<'_>, note: &Message) -> Result<(), StoreError> {
    let mut whom: BTreeMap<OperatorId, Option<TeamId>> = BTreeMap::new();
    for mention in &note.mentions {
        match mention.who {
            Mentioned::Operator(id) => drop(whom.insert(id, None)),
            Mentioned::Team(team) => {
                for id in teams::list_members_of(tx, team).await? {
                    // Who is named themselves is told that.
                    whom.entry(id).or_insert(Some(team));
                }
            }
        }
    }
    for unwilling in notifications::list_who_said(tx, NotificationRule::Mentions, false).await? {
        whom.remove(&unwilling);
    }
    let names: BTreeMap<TeamId, String> =
        teams::list(tx).await?.into_iter().map(|team| (team.id, team.name)).collect();
    let ids: Vec<OperatorId> = whom.keys().copied().collect();
    for reader in readers(tx, change, &ids).await? {
        let team = whom.get(&reader.id).copied().flatten();
        let kind = if team.is_some() { NotificationKind::TeamMention } else { NotificationKind::Mention };
        let team_name = team.and_then(|team| names.get(&team).cloned());
        add(tx, change, reader.id, kind, team_name, note).await?;
    }
    Ok(())
}

/// The owner, if they want to be told that a customer has written.
async fn replied(tx: &mut Tx, change: &Change<'_>, message: &Message) -> Result<(), StoreError> {
    let Some(owner) = change.now.owner_id.filter(|_| change.now.status == Status::Active) else {
        return Ok(());
    };
    let kind = NotificationKind::ReplyInMine;
    let rules = notifications::list_rules(tx, owner).await?;
    let is_wanted = rules.contains(&(NotificationRule::ReplyInMine, true));
    // One is enough until it is read.
    if is_wanted && !notifications::is_waiting(tx, owner, change.now.id, kind).await? {
        for reader in readers(tx, change, &[owner]).await? {
            add(tx, change, reader.id, kind, None, message).await?;
        }
    }
    Ok(())
}

/// Whether the conversation now waits for a person in a queue where it did not wait before.
fn enters_queue(change: &Change<'_>) -> bool {
    let waits = |it: &Conversation| it.status == Status::Waiting && it.owner_id.is_none();
    let waited = change.was.is_some_and(|was| waits(was) && was.team_id == change.now.team_id);
    waits(change.now) && !waited
}

/// Whoever wants to be told of what waits in their queue.
async fn queued(tx: &mut Tx, change: &Change<'_>) -> Result<(), StoreError> {
    let willing = notifications::list_who_said(tx, NotificationRule::NewInQueue, true).await?;
    let Some(message) = change.said.last().filter(|_| !willing.is_empty()) else { return Ok(()) };
    let facts = change.now.facts();
    let team_name = match change.now.team_id {
        Some(id) => teams::list(tx).await?.into_iter().find(|team| team.id == id).map(|team| team.name),
        None => None,
    };
    for reader in readers(tx, change, &willing).await? {
        // A supervisor sees every queue, but not every queue is theirs.
        if reader.minds(&facts) {
            add(tx, change, reader.id, NotificationKind::NewInQueue, team_name.clone(), message).await?;
        }
    }
    Ok(())
}

/// Of some operators those who may see the conversation and did not make the change.
async fn readers(tx: &mut Tx, change: &Change<'_>, ids: &[OperatorId]) -> Result<Vec<Me>, StoreError> {
    let facts = change.now.facts();
    let mut readers = operators::list_readers(tx, ids).await?;
    readers.retain(|reader| Some(reader.id) != change.by && reader.sees(&facts));
    Ok(readers)
}

async fn add(
    tx: &mut Tx,
    change: &Change<'_>,
    reader: OperatorId,
    kind: NotificationKind,
    team_name: Option<String>,
    message: &Message,
) -> Result<(), StoreError> {
    let notification = Notification {
        id: new_id(),
        kind,
        conversation_id: change.now.id,
        seq: message.seq,
        contact_name: Some(change.now.contact_name.clone()),
        by_name: message.sender_name.clone(),
        team_name,
        excerpt: preview(&message.fresh(), Notification::EXCERPT),
        created_at: change.at,
        is_read: false,
    };
    notifications::insert(tx, reader, &notification).await?;
    let event = Event::NotificationAdded { operator_id: reader, notification: Box::new(notification) };
    events::append(tx, &event, None, change.at).await
}
