//! What came of the demo's conversations, as the actions would have kept it: their threads are gone through once more.

use crate::domain::{Conversation, Episode, Handler, Message, OperatorId, SenderKind, Status};

/// The one episode of a conversation, which has come to what it is by these messages.
pub fn episode(conversation: &Conversation, thread: &[Message]) -> Episode {
    let begins_with_bot = conversation.ai.is_some();
    let mut now = Conversation {
        status: if begins_with_bot { Status::Open } else { Status::Waiting },
        handler: if begins_with_bot { Handler::Bot } else { Handler::Human },
        owner_id: None,
        awaiting_reply_since: None,
        resolved_at: None,
        resolved_by: None,
        ..conversation.clone()
    };
    let mut episode = Episode::first(&now);
    episode.note(None, &now, &[], now.created_at);
    for message in thread {
        let was = now.clone();
        take(&mut now, message);
        episode.note(Some(&was), &now, &[message], message.created_at);
    }
    // Whoever owns it may never have written.
    let owned = match conversation.owner_id {
        Some(_) => Conversation { status: Status::Active, owner_id: conversation.owner_id, ..now.clone() },
        None => now.clone(),
    };
    let at = conversation.resolved_at.unwrap_or(conversation.last_activity_at);
    episode.note(Some(&now), &owned, &[], at);
    episode.note(Some(&owned), conversation, &[], at);
    episode
}

/// What a message makes of a conversation.
fn take(now: &mut Conversation, message: &Message) {
    let at = message.created_at;
    if message.handoff.is_some() {
        now.handler = Handler::Human;
        now.status = Status::Waiting;
        now.awaiting_reply_since.get_or_insert(at);
    } else if message.is_public_reply() {
        now.handler = Handler::Human;
        now.status = Status::Active;
        now.owner_id = message.sender_id.map(OperatorId);
        now.awaiting_reply_since = None;
    } else if message.sender == SenderKind::Contact && now.handler == Handler::Human {
        now.awaiting_reply_since.get_or_insert(at);
    }
}
