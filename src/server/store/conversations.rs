//! Conversations.

mod feed;
mod of_team;

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
    ChannelId, ChannelKind, ContactId, Conversation, ConversationId, Facts, Handler, Me, PageKey, Queue,
    ReplyRoute, Status, Time,
};

pub use feed::{Wanted, find_follower, list_active};
pub use of_team::{hold_work_of, list_in_work_of};

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
}

impl Record {
    fn of(c: &Conversation) -> Self {
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
        .set(conversations::contact_name.eq(name))
        .execute(c)
        .await?);
    Ok(())
}

fn uids(contacts: &[ContactId]) -> Vec<Uid> {
    contacts.iter().map(|id| Uid::of(*id)).collect()
}

/// Restricts a boxed query to what an operator may see.
macro_rules! visible_to {
    ($query:expr, $me:expr) => {{
        let query = $query;
        if $me.sees_all() {
            query
        } else {
            let teams: Vec<Uid> = $me.teams.iter().map(|team| Uid::of(*team)).collect();
            query.filter(
                conversations::team_id
                    .is_null()
                    .or(conversations::team_id.eq_any(teams).assume_not_null())
                    .or(conversations::owner_id.eq(Uid::of($me.id)).assume_not_null()),
            )
        }
    }};
}

/// Restricts a boxed query to a queue: [`Queue::holds`] in SQL.
macro_rules! in_queue {
    ($query:expr, $queue:expr, $me:expr) => {{
        let query = visible_to!($query, $me);
        match $queue {
            Queue::Mine => query
                .filter(conversations::owner_id.eq(Uid::of($me.id)))
                .filter(conversations::status.eq(Word(Status::Active))),
            Queue::NeedsAnswer => query
                .filter(conversations::awaiting_reply_since.is_not_null())
                // Put so that SQLite walks the index of waits instead of sorting everything in work.
                .filter(conversations::status.ne_all([Word(Status::Open), Word(Status::Resolved)])),
            Queue::OnCustomer => query
                .filter(conversations::awaiting_reply_since.is_null())
                .filter(conversations::status.eq(Word(Status::Active))),
            Queue::Unassigned => query.filter(conversations::status.eq(Word(Status::Waiting))),
            Queue::Ai => query.filter(conversations::status.eq(Word(Status::Open))),
            Queue::Resolved => query.filter(conversations::status.eq(Word(Status::Resolved))),
            Queue::All => query,
            Queue::Team(team) => query
                .filter(conversations::team_id.eq(Uid::of(team)))
                .filter(conversations::status.ne(Word(Status::Resolved))),
        }
    }};
}

/// A stretch of a queue in its order, from a place on (inclusive), as far as an operator may see it.
pub async fn list(
    conn: &mut Conn,
    me: &Me,
    queue: Queue,
    from: Option<PageKey>,
    limit: usize,
) -> Result<Vec<Conversation>, StoreError> {
    use conversations::{awaiting_reply_since, id, last_activity_at};
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let records: Vec<Record> = on!(conn, |c| {
        let mut query =
            in_queue!(conversations::table.select(Record::as_select()).into_boxed::<Backend>(), queue, me);
        // The first condition is what lets the index start at the place; the pair alone would scan up to it.
        if queue == Queue::NeedsAnswer {
            if let Some(from) = from {
                let (at, tie) = (Micros(from.at), Uid::of(from.id));
                query = query
                    .filter(awaiting_reply_since.ge(at))
                    .filter(awaiting_reply_since.gt(at).assume_not_null().or(id.ge(tie)));
            }
            query = query.order((awaiting_reply_since.asc(), id.asc()));
        } else {
            if let Some(from) = from {
                let (at, tie) = (Micros(from.at), Uid::of(from.id));
                query = query.filter(last_activity_at.le(at)).filter(last_activity_at.lt(at).or(id.le(tie)));
            }
            query = query.order((last_activity_at.desc(), id.desc()));
        }
        query.limit(limit).load(c).await?
    });
    records.into_iter().map(Record::read).collect()
}

/// A stretch of the conversations of some contacts, newest activity first, from a place on (inclusive), as far as an
/// operator may see them.
pub async fn list_of_contacts(
    conn: &mut Conn,
    me: &Me,
    contacts: &[ContactId],
    from: Option<PageKey>,
    limit: usize,
) -> Result<Vec<Conversation>, StoreError> {
    use conversations::{id, last_activity_at};
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let of = uids(contacts);
    let records: Vec<Record> = on!(conn, |c| {
        let mut query =
            visible_to!(conversations::table.select(Record::as_select()).into_boxed::<Backend>(), me)
                .filter(conversations::contact_id.eq_any(of));
        if let Some(from) = from {
            let (at, tie) = (Micros(from.at), Uid::of(from.id));
            query = query.filter(last_activity_at.le(at)).filter(last_activity_at.lt(at).or(id.le(tie)));
        }
        query.order((last_activity_at.desc(), id.desc())).limit(limit).load(c).await?
    });
    records.into_iter().map(Record::read).collect()
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
    type Columns = (Uid, Option<Uid>, Option<Uid>, Word<Status>, Option<Micros>);
    let of = uids(contacts);
    let rows: Vec<Columns> = on!(conn, |c| conversations::table
        .filter(conversations::contact_id.eq_any(of))
        .select((
            conversations::contact_id,
            conversations::team_id,
            conversations::owner_id,
            conversations::status,
            conversations::awaiting_reply_since,
        ))
        .load(c)
        .await?);
    let read = |(contact, team, owner, status, awaiting): Columns| {
        let facts = Facts {
            team_id: team.map(Uid::to),
            owner_id: owner.map(Uid::to),
            status: status.0,
            needs_answer: awaiting.is_some() && matches!(status.0, Status::Waiting | Status::Active),
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
