//! Messages.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{
    Conn, StoreError,
    db::on,
    fixed::Fixed,
    schema::messages,
    search,
    types::{Micros, Uid, Word, from_json, to_json},
};
use crate::domain::{
    ChannelId, ChannelKind, ClientMsgId, ConversationId, Delivery, DeliveryState, Message, MessageId,
    OperatorId, SenderKind, SystemLine,
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = messages)]
struct Record {
    id: Uid,
    conversation_id: Uid,
    seq: i64,
    sender: Word<SenderKind>,
    sender_id: Option<Uid>,
    sender_name: String,
    channel_id: Uid,
    channel_kind: Word<ChannelKind>,
    body: String,
    note: bool,
    system: Option<Word<SystemLine>>,
    client_msg_id: Option<Uid>,
    delivery: Option<Word<DeliveryState>>,
    customer_messages: i64,
    created_at: Micros,
    provider_id: Option<String>,
    delivery_at: Option<Micros>,
    delivery_words: Option<String>,
    mail: Option<String>,
    attachments: Option<String>,
    awaited: Option<String>,
    handoff: Option<String>,
    mentions: Option<String>,
    in_reply_to: Option<Uid>,
    answered: Option<String>,
}

impl Record {
    fn of(conversation: ConversationId, m: &Message, provider_id: Option<&str>) -> Self {
        let delivery = m.delivery.as_ref();
        Self {
            id: Uid::of(m.id),
            conversation_id: Uid::of(conversation),
            seq: m.seq,
            sender: Word(m.sender),
            sender_id: m.sender_id.map(Uid),
            sender_name: m.sender_name.clone(),
            channel_id: Uid::of(m.channel_id),
            channel_kind: Word(m.channel_kind),
            body: m.body.clone(),
            note: m.note,
            system: m.system.map(Word),
            client_msg_id: Uid::maybe(m.client_msg_id),
            delivery: delivery.map(|delivery| Word(delivery.state)),
            customer_messages: m.customer_messages,
            created_at: Micros(m.created_at),
            provider_id: provider_id.map(str::to_owned),
            delivery_at: delivery.map(|delivery| Micros(delivery.at)),
            delivery_words: delivery.and_then(|delivery| delivery.words.clone()),
            mail: m.mail.as_deref().map(to_json),
            handoff: m.handoff.as_deref().map(to_json),
            mentions: (!m.mentions.is_empty()).then(|| to_json(&m.mentions)),
            in_reply_to: m.in_reply_to.as_deref().map(|answered| Uid::of(answered.id)),
            answered: m.in_reply_to.as_deref().map(to_json),
            attachments: (!m.attachments.is_empty()).then(|| to_json(&m.attachments)),
            awaited: (!m.awaited.is_empty()).then(|| to_json(&m.awaited)),
        }
    }

    fn read(self) -> Result<Message, StoreError> {
        // What is gone is not shown as answered any more.
        let answered = self.answered.filter(|_| self.in_reply_to.is_some());
        Ok(Message {
            id: self.id.to(),
            seq: self.seq,
            sender: self.sender.0,
            sender_id: self.sender_id.map(|id| id.0),
            sender_name: self.sender_name,
            channel_id: self.channel_id.to(),
            channel_kind: self.channel_kind.0,
            body: self.body,
            note: self.note,
            system: self.system.map(|line| line.0),
            client_msg_id: self.client_msg_id.map(Uid::to),
            in_reply_to: answered.as_deref().map(from_json).transpose()?.map(Box::new),
            delivery: self.delivery.map(|state| Delivery {
                state: state.0,
                at: self.delivery_at.map_or(self.created_at.0, |at| at.0),
                words: self.delivery_words,
            }),
            attachments: self.attachments.as_deref().map(from_json).transpose()?.unwrap_or_default(),
            awaited: self.awaited.as_deref().map(from_json).transpose()?.unwrap_or_default(),
            mail: self.mail.as_deref().map(from_json).transpose()?.map(Box::new),
            handoff: self.handoff.as_deref().map(from_json).transpose()?.map(Box::new),
            mentions: self.mentions.as_deref().map(from_json).transpose()?.unwrap_or_default(),
            customer_messages: self.customer_messages,
            created_at: self.created_at.0,
        })
    }
}

/// Adds a message; `provider_id` is the provider's id of one that came in.
///
/// # Errors
/// [`StoreError::Duplicate`] if the channel has had that provider's id before.
pub async fn insert(
    conn: &mut Conn,
    conversation: ConversationId,
    message: &Message,
    provider_id: Option<&str>,
) -> Result<(), StoreError> {
    let record = Record::of(conversation, message, provider_id);
    on!(conn, |c| diesel::insert_into(messages::table).values(&record).execute(c).await?);
    search::messages::put(conn, message).await
}

pub async fn find(conn: &mut Conn, id: MessageId) -> Result<Option<Message>, StoreError> {
    let record: Option<Record> = on!(conn, |c| messages::table
        .find(Uid::of(id))
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    record.map(Record::read).transpose()
}

/// A message, if it is one of this conversation's.
pub async fn find_in(
    conn: &mut Conn,
    conversation: ConversationId,
    id: MessageId,
) -> Result<Option<Message>, StoreError> {
    let record: Option<Record> = on!(conn, |c| messages::table
        .find(Uid::of(id))
        .filter(messages::conversation_id.eq(Uid::of(conversation)))
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    record.map(Record::read).transpose()
}

/// The conversation of a message.
pub async fn find_conversation(conn: &mut Conn, id: MessageId) -> Result<Option<ConversationId>, StoreError> {
    let found: Option<Uid> = on!(conn, |c| messages::table
        .find(Uid::of(id))
        .select(messages::conversation_id)
        .first(c)
        .await
        .optional()?);
    Ok(found.map(Uid::to))
}

pub async fn find_by_seq(
    conn: &mut Conn,
    conversation: ConversationId,
    seq: i64,
) -> Result<Option<Message>, StoreError> {
    let record: Option<Record> = on!(conn, |c| messages::table
        .filter(messages::conversation_id.eq(Uid::of(conversation)))
        .filter(messages::seq.eq(seq))
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    record.map(Record::read).transpose()
}

/// Whether a channel has had a message with this provider's id.
pub async fn is_known(conn: &mut Conn, channel: ChannelId, provider_id: &str) -> Result<bool, StoreError> {
    let found: Option<Uid> = on!(conn, |c| messages::table
        .filter(messages::channel_id.eq(Uid::of(channel)))
        .filter(messages::provider_id.eq(provider_id))
        .select(messages::id)
        .first(c)
        .await
        .optional()?);
    Ok(found.is_some())
}

/// Replaces what a message says: of one that was moved away only its place is left.
pub async fn update_content(conn: &mut Conn, message: &Message) -> Result<(), StoreError> {
    let attachments = (!message.attachments.is_empty()).then(|| to_json(&message.attachments));
    on!(conn, |c| diesel::update(messages::table.find(Uid::of(message.id)))
        .set((
            messages::body.eq(&message.body),
            messages::mail.eq(message.mail.as_deref().map(to_json)),
            messages::attachments.eq(&attachments),
        ))
        .execute(c)
        .await?);
    search::messages::put(conn, message).await
}

/// Replaces the files of a message, and those that it waits for.
pub async fn update_files(conn: &mut Conn, message: &Message) -> Result<(), StoreError> {
    let attachments = (!message.attachments.is_empty()).then(|| to_json(&message.attachments));
    let awaited = (!message.awaited.is_empty()).then(|| to_json(&message.awaited));
    on!(conn, |c| diesel::update(messages::table.find(Uid::of(message.id)))
        .set((messages::attachments.eq(&attachments), messages::awaited.eq(&awaited)))
        .execute(c)
        .await?);
    search::messages::put(conn, message).await
}

/// The customer's newest message by a channel before a number.
pub async fn find_of_customer_before(
    conn: &mut Conn,
    conversation: ConversationId,
    channel: ChannelId,
    before: i64,
) -> Result<Option<Message>, StoreError> {
    let record: Option<Record> = on!(conn, |c| messages::table
        .filter(messages::conversation_id.eq(Uid::of(conversation)))
        .filter(messages::channel_id.eq(Uid::of(channel)))
        .filter(messages::sender.eq(Word(SenderKind::Contact)))
        .filter(messages::seq.lt(before))
        .order(messages::seq.desc())
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    record.map(Record::read).transpose()
}

pub async fn update_delivery(conn: &mut Conn, id: MessageId, delivery: &Delivery) -> Result<(), StoreError> {
    on!(conn, |c| Fixed(diesel::update(messages::table.find(Uid::of(id))).set((
        messages::delivery.eq(Word(delivery.state)),
        messages::delivery_at.eq(Micros(delivery.at)),
        messages::delivery_words.eq(delivery.words.as_deref()),
    )))
    .execute(c)
    .await?);
    Ok(())
}

/// What a sender stored under a client id, and in which conversation.
pub async fn find_by_client_id(
    conn: &mut Conn,
    sender: Uuid,
    client_msg_id: ClientMsgId,
) -> Result<Option<(ConversationId, Message)>, StoreError> {
    let record: Option<Record> = on!(conn, |c| messages::table
        .filter(messages::sender_id.eq(Uid(sender)))
        .filter(messages::client_msg_id.eq(Uid::of(client_msg_id)))
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    record.map(|record| Ok((record.conversation_id.to(), record.read()?))).transpose()
}

/// What customers said first stands among so many messages, or is not looked for.
const FIRST: i64 = 20;

/// The first message of the customer in each of some conversations.
pub async fn list_first_of_customer(
    conn: &mut Conn,
    conversations: &[ConversationId],
) -> Result<Vec<(ConversationId, Message)>, StoreError> {
    let of: Vec<Uid> = conversations.iter().map(|id| Uid::of(*id)).collect();
    let records: Vec<Record> = on!(conn, |c| messages::table
        .filter(messages::conversation_id.eq_any(of))
        .filter(messages::seq.le(FIRST))
        .filter(messages::sender.eq(Word(SenderKind::Contact)))
        .filter(messages::customer_messages.eq(1_i64))
        .select(Record::as_select())
        .load(c)
        .await?);
    records.into_iter().map(|record| Ok((record.conversation_id.to(), record.read()?))).collect()
}

/// How many messages and notes there are in each of some conversations; those without any are missing.
pub async fn count_said(
    conn: &mut Conn,
    conversations: &[ConversationId],
) -> Result<Vec<(ConversationId, i64)>, StoreError> {
    let of: Vec<Uid> = conversations.iter().map(|id| Uid::of(*id)).collect();
    let rows: Vec<(Uid, i64)> = on!(conn, |c| messages::table
        .filter(messages::conversation_id.eq_any(of))
        .filter(messages::sender.ne(Word(SenderKind::System)))
        .group_by(messages::conversation_id)
        .select((messages::conversation_id, diesel::dsl::count_star()))
        .load(c)
        .await?);
    Ok(rows.into_iter().map(|(id, count)| (id.to(), count)).collect())
}

/// The newest messages before a number, oldest first.
pub async fn list_before(
    conn: &mut Conn,
    conversation: ConversationId,
    before: i64,
    limit: usize,
) -> Result<Vec<Message>, StoreError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let records: Vec<Record> = on!(conn, |c| messages::table
        .filter(messages::conversation_id.eq(Uid::of(conversation)))
        .filter(messages::seq.lt(before))
        .order(messages::seq.desc())
        .limit(limit)
        .select(Record::as_select())
        .load(c)
        .await?);
    records.into_iter().rev().map(Record::read).collect()
}

/// So many messages from a number on.
pub async fn list_from(
    conn: &mut Conn,
    conversation: ConversationId,
    from: i64,
    limit: usize,
) -> Result<Vec<Message>, StoreError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let records: Vec<Record> = on!(conn, |c| messages::table
        .filter(messages::conversation_id.eq(Uid::of(conversation)))
        .filter(messages::seq.ge(from))
        .order(messages::seq.asc())
        .limit(limit)
        .select(Record::as_select())
        .load(c)
        .await?);
    records.into_iter().map(Record::read).collect()
}

/// Some messages, each with its conversation, in any order.
pub async fn list_by_ids(
    conn: &mut Conn,
    ids: &[MessageId],
) -> Result<Vec<(ConversationId, Message)>, StoreError> {
    let of: Vec<Uid> = ids.iter().map(|id| Uid::of(*id)).collect();
    let records: Vec<Record> = on!(conn, |c| messages::table
        .filter(messages::id.eq_any(of))
        .select(Record::as_select())
        .load(c)
        .await?);
    records.into_iter().map(|record| Ok((record.conversation_id.to(), record.read()?))).collect()
}

/// What was said after an id in all conversations, in the order of ids; no system lines.
pub async fn list_after(conn: &mut Conn, after: MessageId, limit: i64) -> Result<Vec<Message>, StoreError> {
    let records: Vec<Record> = on!(conn, |c| messages::table
        .filter(messages::id.gt(Uid::of(after)))
        .filter(messages::system.is_null())
        .order(messages::id.asc())
        .limit(limit)
        .select(Record::as_select())
        .load(c)
        .await?);
    records.into_iter().map(Record::read).collect()
}

/// The newest public reply by a colleague after a message. What was taken back is none.
pub async fn find_colleague_reply(
    conn: &mut Conn,
    conversation: ConversationId,
    after: i64,
    me: OperatorId,
) -> Result<Option<Message>, StoreError> {
    let record: Option<Record> = on!(conn, |c| messages::table
        .filter(messages::conversation_id.eq(Uid::of(conversation)))
        .filter(messages::seq.gt(after))
        .filter(messages::sender.eq(Word(SenderKind::Operator)))
        .filter(messages::note.eq(false))
        .filter(messages::sender_id.ne(Uid::of(me)))
        .filter(messages::delivery.is_null().or(messages::delivery.ne(Word(DeliveryState::Cancelled))))
        .order(messages::seq.desc())
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    record.map(Record::read).transpose()
}

/// How many customer messages there are up to a message.
pub async fn customer_messages_at(
    conn: &mut Conn,
    conversation: ConversationId,
    seq: i64,
) -> Result<i64, StoreError> {
    let count: Option<i64> = on!(conn, |c| messages::table
        .filter(messages::conversation_id.eq(Uid::of(conversation)))
        .filter(messages::seq.le(seq))
        .order(messages::seq.desc())
        .select(messages::customer_messages)
        .first(c)
        .await
        .optional()?);
    Ok(count.unwrap_or(0))
}
