//! Messages and notes in the index.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{entries, entries::Entry, matching::Clause};
use crate::{
    domain::{ChannelId, ConversationId, Facts, Message, MessageId, SearchKey, SenderKind, Status, Why},
    server::store::{
        Conn, StoreError,
        db::on,
        schema::{conversations, messages, search_entries},
        types::{Micros, Uid, Word},
    },
};

/// On every message and note.
const MESSAGE: &str = "_m";

/// Everything that was said.
#[must_use]
pub fn any() -> Clause {
    Clause::Marks(vec![MESSAGE.to_owned()])
}

/// From one of these senders, or a sender of one of these kinds.
#[must_use]
pub fn from(senders: impl IntoIterator<Item = uuid::Uuid>, kinds: &[SenderKind]) -> Clause {
    Clause::Marks(senders.into_iter().map(by).chain(kinds.iter().map(|kind| of_kind(*kind))).collect())
}

/// Through one of these channels.
#[must_use]
pub fn through(channels: impl IntoIterator<Item = ChannelId>) -> Clause {
    Clause::Marks(channels.into_iter().map(by_channel).collect())
}

fn by(sender: uuid::Uuid) -> String {
    format!("_s{}", sender.simple())
}

fn of_kind(kind: SenderKind) -> String {
    format!("_k{}", kind.as_str())
}

fn by_channel(channel: ChannelId) -> String {
    format!("_c{}", channel.0.simple())
}

/// Puts a message into the index, as it is now. What the system notes is not sought, and of a mail that was moved away
/// nothing is left.
pub async fn put(conn: &mut Conn, message: &Message) -> Result<(), StoreError> {
    if message.system.is_some() {
        return Ok(());
    }
    let mail = message.mail.as_deref();
    if mail.is_some_and(|mail| matches!(mail.why, Why::MovedAway { .. })) {
        return entries::delete(conn, &[message.id.0]).await;
    }
    entries::put(conn, &entry_of(message)).await
}

fn entry_of(message: &Message) -> Entry {
    let mut entry = Entry::new(message.id.0, message.created_at);
    if let Some(mail) = &message.mail {
        entry.text(&mail.subject);
    }
    entry.text(&message.fresh());
    for file in &message.attachments {
        entry.text(&file.name);
    }
    entry.mark(MESSAGE.to_owned());
    entry.mark(of_kind(message.sender));
    entry.mark(by_channel(message.channel_id));
    if let Some(sender) = message.sender_id {
        entry.mark(by(sender));
    }
    entry
}

/// Where something that was found stands, and what decides who may see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub key: SearchKey,
    pub message_id: MessageId,
    pub conversation_id: ConversationId,
    pub facts: Facts,
}

/// Where the messages of some entries stand, newest first.
pub async fn list_places(conn: &mut Conn, keys: &[SearchKey]) -> Result<Vec<Place>, StoreError> {
    type Columns = (i64, Uid, Uid, Option<Uid>, Option<Uid>, Word<Status>, Option<Micros>);
    let of: Vec<i64> = keys.iter().map(|key| key.0).collect();
    let rows: Vec<Columns> = on!(conn, |c| search_entries::table
        .inner_join(messages::table.on(messages::id.eq(search_entries::subject_id)))
        .inner_join(conversations::table.on(conversations::id.eq(messages::conversation_id)))
        .filter(search_entries::id.eq_any(of))
        .order(search_entries::id.desc())
        .select((
            search_entries::id,
            messages::id,
            conversations::id,
            conversations::team_id,
            conversations::owner_id,
            conversations::status,
            conversations::awaiting_reply_since,
        ))
        .load(c)
        .await?);
    let place = |(key, message, conversation, team, owner, status, awaiting): Columns| Place {
        key: SearchKey(key),
        message_id: message.to(),
        conversation_id: conversation.to(),
        facts: Facts {
            team_id: team.map(Uid::to),
            owner_id: owner.map(Uid::to),
            status: status.0,
            needs_answer: awaiting.is_some() && matches!(status.0, Status::Waiting | Status::Active),
            // Who may see it does not depend on that.
            snoozed: false,
        },
    };
    Ok(rows.into_iter().map(place).collect())
}
