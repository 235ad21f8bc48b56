//! Conversations.

mod feed;
mod lists;
mod of_team;
mod owned;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::{Kind, on},
    fixed::Fixed,
    in_turn,
    schema::conversations,
    types::{Micros, Uid, Word, from_json, to_json},
};
use crate::domain::{
    ChannelId, ChannelKind, ContactId, Conversation, ConversationId, Facts, Folded, Handler, Priority,
    ReplyRoute, Status, Time,
};

pub use feed::{Wanted, find_follower, list_active};
pub use lists::{count_up_to, list, list_filtered, list_of_contacts};
pub use of_team::{hold_work_of, list_in_work_of};
pub use owned::{list_active_facts_of, lock_active_of};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = conversations, treat_none_as_null = true)]
struct Record {
    id: Uid,
    contact_id: Uid,
    contact_name: String,
    channel_id: Uid,
    channel_kind: Word<ChannelKind>,
    reply_channel_id: Uid,
    team_id: Option<Uid>,
    owner_id: Option<Uid>,
    status: Word<Status>,
    handler: Word<Handler>,
    control_epoch: i64,
    last_seq: i64,
    customer_messages: i64,
    last_message: Option<String>,
    last_activity_at: Micros,
    awaiting_reply_since: Option<Micros>,
    created_at: Micros,
    resolved_at: Option<Micros>,
    resolved_by: Option<Uid>,
    previous_id: Option<Uid>,
    reply_from: Option<String>,
    reply_to: Option<String>,
    mail: Option<String>,
    ai: Option<String>,
    tags: Option<String>,
    priority: Word<Priority>,
    snoozed_until: Option<Micros>,
    folded_name: String,
    folded_about: String,
}

impl Record {
    fn of(c: &Conversation) -> Self {
        let folded = Folded::of(c);
        Self {
            id: Uid::of(c.id),
            contact_id: Uid::of(c.contact_id),
            contact_name: c.contact_name.clone(),
            channel_id: Uid::of(c.channel_id),
            channel_kind: Word(c.channel_kind),
            reply_channel_id: Uid::of(c.reply_channel_id),
            reply_from: c.reply_route.as_ref().map(|route| route.ours.clone()),
            reply_to: c.reply_route.as_ref().map(|route| route.peer.clone()),
            mail: c.mail.as_ref().map(to_json),
            ai: c.ai.as_deref().map(to_json),
            team_id: Uid::maybe(c.team_id),
            owner_id: Uid::maybe(c.owner_id),
            status: Word(c.status),
            handler: Word(c.handler),
            control_epoch: c.control_epoch,
            last_seq: c.last_seq,
            customer_messages: c.customer_messages,
            last_message: c.last_message.as_ref().map(to_json),
            last_activity_at: Micros(c.last_activity_at),
            awaiting_reply_since: c.awaiting_reply_since.map(Micros),
            created_at: Micros(c.created_at),
            resolved_at: c.resolved_at.map(Micros),
            resolved_by: Uid::maybe(c.resolved_by),
            previous_id: Uid::maybe(c.previous_id),
            tags: (!c.tags.is_empty()).then(|| to_json(&c.tags)),
            priority: Word(c.priority),
            snoozed_until: c.snoozed_until.map(Micros),
            folded_name: folded.name,
            folded_about: folded.about,
        }
    }

    fn read(self) -> Result<Conversation, StoreError> {
        Ok(Conversation {
            id: self.id.to(),
            contact_id: self.contact_id.to(),
            contact_name: self.contact_name,
            channel_id: self.channel_id.to(),
            channel_kind: self.channel_kind.0,
            reply_channel_id: self.reply_channel_id.to(),
            reply_route: self.reply_from.zip(self.reply_to).map(|(ours, peer)| ReplyRoute { ours, peer }),
            mail: self.mail.as_deref().map(from_json).transpose()?,
            ai: self.ai.as_deref().map(from_json).transpose()?.map(Box::new),
            team_id: self.team_id.map(Uid::to),
            owner_id: self.owner_id.map(Uid::to),
            status: self.status.0,
            handler: self.handler.0,
            control_epoch: self.control_epoch,
            last_seq: self.last_seq,
            customer_messages: self.customer_messages,
            last_message: self.last_message.as_deref().map(from_json).transpose()?,
            last_activity_at: self.last_activity_at.0,
            awaiting_reply_since: self.awaiting_reply_since.map(|at| at.0),
            created_at: self.created_at.0,
            resolved_at: self.resolved_at.map(|at| at.0),
            resolved_by: self.resolved_by.map(Uid::to),
            previous_id: self.previous_id.map(Uid::to),
            tags: self.tags.as_deref().map(from_json).transpose()?.unwrap_or_default(),
            priority: self.priority.0,
            snoozed_until: self.snoozed_until.map(|at| at.0),
        })
    }
}

/// A conversation, whoever may see it: the caller has checked, or is about to.
pub async fn find(conn: &mut Conn, id: ConversationId) -> Result<Option<Conversation>, StoreError> {
    let record = on!(conn, |c| conversations::table
        .find(Uid::of(id))
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    record.map(Record::read).transpose()
}

/// A conversation, locked until the transaction ends: its next `seq`, owner and status are the caller's to decide.
///
/// It must come before the transaction's first write. PostgreSQL gives a transaction its number with its first write or
/// row lock, before it waits for that lock, and the event log is ordered by these numbers: so whoever is to write next
/// waits here, on a lock that needs no number, and the numbers follow the order of the conversation.
pub async fn lock(conn: &mut Conn, id: ConversationId) -> Result<Option<Conversation>, StoreError> {
    conn.count_query();
    let query = conversations::table.find(Uid::of(id));
    let record: Option<Record> = match conn.kind() {
        // The write transaction is the only one there is.
        Kind::Sqlite(c) => query.select(Record::as_select()).first(c).await.optional()?,
        Kind::Postgres(c) => {
            take_turn(c, id).await?;
            query.select(Record::as_select()).for_update().first(c).await.optional()?
        }
    };
    record.map(Record::read).transpose()
}

/// Two conversations at once, in an order that is the same for everybody.
pub async fn lock_two(
    conn: &mut Conn,
    one: ConversationId,
    other: ConversationId,
) -> Result<(Option<Conversation>, Option<Conversation>), StoreError> {
    if let Kind::Postgres(c) = conn.kind() {
        let mut turns = [one, other];
        turns.sort_by_key(|id| lock_key(*id));
        for id in turns {
            take_turn(c, id).await?;
        }
        let lock = |id| conversations::table.find(Uid::of(id)).select(Record::as_select()).for_update();
        let one: Option<Record> = lock(one).first(c).await.optional()?;
        let other: Option<Record> = lock(other).first(c).await.optional()?;
        return Ok((one.map(Record::read).transpose()?, other.map(Record::read).transpose()?));
    }
    Ok((find(conn, one).await?, find(conn, other).await?))
}

/// All conversations of some contacts at once, in an order that is the same for everybody.
pub async fn lock_all_of(conn: &mut Conn, contacts: &[ContactId]) -> Result<Vec<Conversation>, StoreError> {
    conn.count_query();
    let of = || conversations::table.filter(conversations::contact_id.eq_any(uids(contacts)));
    let records: Vec<Record> = match conn.kind() {
        // The write transaction is the only one there is.
        Kind::Sqlite(c) => of().order(conversations::id).select(Record::as_select()).load(c).await?,
        Kind::Postgres(c) => {
            let ids: Vec<Uid> = of().select(conversations::id).load(c).await?;
            let mut turns: Vec<ConversationId> = ids.into_iter().map(Uid::to).collect();
            turns.sort_by_key(|id| lock_key(*id));
            for id in turns {
                take_turn(c, id).await?;
            }
            of().order(conversations::id).select(Record::as_select()).for_update().load(c).await?
        }
    };
    records.into_iter().map(Record::read).collect()
}

#[derive(QueryableByName)]
struct Turn {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    first: bool,
}

async fn take_turn(conn: &mut super::Pg, id: ConversationId) -> Result<(), StoreError> {
    let query = diesel::sql_query(
        "SELECT pg_current_xact_id_if_assigned() IS NULL AS first FROM pg_advisory_xact_lock($1)",
    )
    .bind::<diesel::sql_types::BigInt, _>(lock_key(id));
    let turn: Turn = Fixed(query).get_result(conn).await?;
    if turn.first {
        Ok(())
    } else {
        Err(StoreError::Config(
            "a conversation was locked after a write: its events would be out of order".into(),
        ))
    }
}

/// Waits until nobody else takes a message of this customer by this channel: two at once must not begin two
/// conversations. It numbers no transaction, so that [`lock`] may follow.
pub async fn take_turn_of(conn: &mut Conn, channel: ChannelId, peer: &str) -> Result<(), StoreError> {
    in_turn::take_turn(conn, &format!("{channel} {peer}")).await
}

/// The newest conversation of a contact by a channel.
pub async fn newest_of(
    conn: &mut Conn,
    contact: ContactId,
    channel: ChannelId,
) -> Result<Option<ConversationId>, StoreError> {
    let id: Option<Uid> = on!(conn, |c| conversations::table
        .filter(conversations::contact_id.eq(Uid::of(contact)))
        .filter(conversations::reply_channel_id.eq(Uid::of(channel)))
        .order((conversations::last_activity_at.desc(), conversations::id.desc()))
        .select(conversations::id)
        .first(c)
        .await
        .optional()?);
    Ok(id.map(Uid::to))
}

/// The random end of the id. Two conversations with the same key merely wait for each other.
fn lock_key(id: ConversationId) -> i64 {
    let (_, low) = id.0.as_u64_pair();
    low.cast_signed()
}

pub async fn insert(conn: &mut Conn, conversation: &Conversation) -> Result<(), StoreError> {
    let record = Record::of(conversation);
    on!(conn, |c| diesel::insert_into(conversations::table).values(&record).execute(c).await?);
    Ok(())
}

pub async fn update(conn: &mut Conn, conversation: &Conversation) -> Result<(), StoreError> {
    let record = Record::of(conversation);
    on!(conn, |c| Fixed(diesel::update(conversations::table.find(record.id)).set(&record))
        .execute(c)
        .await?);
    Ok(())
}

/// Calls whoever these contacts are by another name in all their conversations.
pub async fn update_contact_name(
    conn: &mut Conn,
    contacts: &[ContactId],
    name: &str,
) -> Result<(), StoreError> {
    let of = uids(contacts);
    on!(conn, |c| diesel::update(conversations::table.filter(conversations::contact_id.eq_any(of)))
        .set((conversations::contact_name.eq(name), conversations::folded_name.eq(Folded::name(name)),))
        .execute(c)
        .await?);
    Ok(())
}

fn uids(contacts: &[ContactId]) -> Vec<Uid> {
    contacts.iter().map(|id| Uid::of(*id)).collect()
}

/// Some conversations, whoever may see them, in any order.
pub async fn list_by_ids(conn: &mut Conn, ids: &[ConversationId]) -> Result<Vec<Conversation>, StoreError> {
    let of: Vec<Uid> = ids.iter().map(|id| Uid::of(*id)).collect();
    let records: Vec<Record> = on!(conn, |c| conversations::table
        .filter(conversations::id.eq_any(of))
        .select(Record::as_select())
        .load(c)
        .await?);
    records.into_iter().map(Record::read).collect()
}

/// What decides who may see the conversations of some contacts, each with its contact.
pub async fn list_facts_of(
    conn: &mut Conn,
    contacts: &[ContactId],
) -> Result<Vec<(ContactId, Facts)>, StoreError> {
    type Columns = (Uid, Option<Uid>, Option<Uid>, Word<Status>, Option<Micros>, Option<Micros>);
    let of = uids(contacts);
    let rows: Vec<Columns> = on!(conn, |c| conversations::table
        .filter(conversations::contact_id.eq_any(of))
        .select((
            conversations::contact_id,
            conversations::team_id,
            conversations::owner_id,
            conversations::status,
            conversations::awaiting_reply_since,
            conversations::snoozed_until,
        ))
        .load(c)
        .await?);
    let read = |(contact, team, owner, status, awaiting, snoozed_until): Columns| {
        let facts = Facts {
            team_id: team.map(Uid::to),
            owner_id: owner.map(Uid::to),
            status: status.0,
            needs_answer: awaiting.is_some() && matches!(status.0, Status::Waiting | Status::Active),
            snoozed: snoozed_until.is_some(),
        };
        (contact.to(), facts)
    };
    Ok(rows.into_iter().map(read).collect())
}

/// The conversations that an operator owns and that are in work.
pub async fn list_active_of(
    conn: &mut Conn,
    owner: crate::domain::OperatorId,
) -> Result<Vec<ConversationId>, StoreError> {
    let ids: Vec<Uid> = on!(conn, |c| conversations::table
        .filter(conversations::owner_id.eq(Uid::of(owner)))
        .filter(conversations::status.eq(Word(Status::Active)))
        .order(conversations::id)
        .select(conversations::id)
        .load(c)
        .await?);
    Ok(ids.into_iter().map(Uid::to).collect())
}

/// Where every conversation in work stands: id, newest `seq`, customer messages.
pub async fn list_unresolved(conn: &mut Conn) -> Result<Vec<(ConversationId, i64, i64)>, StoreError> {
    let rows: Vec<(Uid, i64, i64)> = on!(conn, |c| conversations::table
        .filter(conversations::status.ne(Word(Status::Resolved)))
        .select((conversations::id, conversations::last_seq, conversations::customer_messages))
        .load(c)
        .await?);
    Ok(rows.into_iter().map(|(id, seq, count)| (id.to(), seq, count)).collect())
}

/// The number of conversations; what `seed` and the tests ask.
pub async fn count(conn: &mut Conn) -> Result<i64, StoreError> {
    Ok(on!(conn, |c| conversations::table.count().get_result(c).await?))
}

/// The time of the newest resolution that a reopen within the window may undo.
#[must_use]
pub fn within_window(conversation: &Conversation, window: i64, now: Time) -> bool {
    conversation.resolved_at.is_none_or(|at| now.since(at) <= window)
}
