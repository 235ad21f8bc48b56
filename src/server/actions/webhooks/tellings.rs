//! What there is to tell of an event.

use crate::domain::{Conversation, Event, Handler, Message, Status, SystemLine, Time, WebhookKind};

/// One thing to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telling<'e> {
    pub kind: WebhookKind,
    pub conversation: &'e Conversation,
    pub message: Option<&'e Message>,
    /// The name of who did it.
    pub actor: Option<&'e str>,
    /// None where the event does not say when it was.
    pub at: Option<Time>,
    /// The epoch under which the bot had the word that it has lost.
    pub lost_epoch: Option<i64>,
}

impl Telling<'_> {
    /// Whether only the team may read it.
    pub fn is_internal(&self) -> bool {
        self.message.is_some_and(|message| message.note)
    }
}

/// In the order in which it happened.
pub fn tellings(event: &Event) -> Vec<Telling<'_>> {
    let Event::ConversationChanged { conversation, was, messages } = event else { return Vec::new() };
    let conversation = &**conversation;
    // Whoever is named last did it: a change that adds several entries is one deed.
    let doer = messages.iter().rev().find(|message| message.system.is_some()).or_else(|| messages.last());
    let change = |kind| Telling {
        kind,
        conversation,
        message: None,
        actor: doer.and_then(name),
        at: doer.map(|message| message.created_at),
        lost_epoch: None,
    };
    let mut told = Vec::new();
    if was.is_none() {
        told.push(Telling { at: Some(conversation.created_at), ..change(WebhookKind::ConversationCreated) });
    }
    for message in messages {
        if let Some(kind) = kind_of(message) {
            told.push(Telling {
                message: Some(message),
                actor: name(message),
                at: Some(message.created_at),
                ..change(kind)
            });
        }
    }
    let Some(was) = was else { return told };
    if was.status != conversation.status {
        told.push(change(WebhookKind::StatusChanged));
    }
    if was.owner_id != conversation.owner_id {
        told.push(change(WebhookKind::OwnerChanged));
    }
    // While a conversation is open its bot has the word, and the epoch is raised once when it loses it.
    if was.status == Status::Open && conversation.handler == Handler::Human {
        let lost_epoch = Some(conversation.control_epoch - 1);
        told.push(Telling { lost_epoch, ..change(WebhookKind::TurnEnded) });
    }
    told
}

/// Lines that say what happened are told by what has happened.
fn kind_of(message: &Message) -> Option<WebhookKind> {
    match message.system {
        None => Some(WebhookKind::MessageCreated),
        Some(SystemLine::HandedOff | SystemLine::BotFailed) => Some(WebhookKind::HandedOff),
        Some(SystemLine::GaveBack) => Some(WebhookKind::GivenBack),
        Some(_) => None,
    }
}

fn name(message: &Message) -> Option<&str> {
    (!message.sender_name.is_empty()).then_some(message.sender_name.as_str())
}
