//! Deliveries: one message on its way to one address.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    fixed::Fixed,
    schema::{deliveries, send_slots},
    types::{Micros, Uid, Word},
};
use crate::domain::{ChannelId, ConversationId, DeliveryId, DeliveryState, MessageId, Time};

/// A delivery as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub id: DeliveryId,
    pub message_id: MessageId,
    pub conversation_id: ConversationId,
    pub channel_id: ChannelId,
    /// From which address of ours.
    pub ours: String,
    /// To which of the customer's.
    pub peer: String,
    pub state: DeliveryState,
    /// How often it was given to the provider.
    pub attempts: i64,
    /// The provider's id of it, once it has told one.
    pub provider_id: Option<String>,
    /// The provider's code of the last failure.
    pub code: Option<String>,
    /// The provider's words about it.
    pub words: Option<String>,
    pub created_at: Time,
    pub updated_at: Time,
    /// Only of a bot's words: they leave only under this epoch.
    pub control_epoch: Option<i64>,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = deliveries, treat_none_as_null = true)]
struct Record {
    id: Uid,
    message_id: Uid,
    conversation_id: Uid,
    channel_id: Uid,
    ours: String,
    peer: String,
    state: Word<DeliveryState>,
    attempts: i64,
    provider_id: Option<String>,
    code: Option<String>,
    words: Option<String>,
    created_at: Micros,
    updated_at: Micros,
    control_epoch: Option<i64>,
}

impl Record {
    fn of(kept: &Kept) -> Self {
        Self {
            id: Uid::of(kept.id),
            message_id: Uid::of(kept.message_id),
            conversation_id: Uid::of(kept.conversation_id),
            channel_id: Uid::of(kept.channel_id),
            ours: kept.ours.clone(),
            peer: kept.peer.clone(),
            state: Word(kept.state),
            attempts: kept.attempts,
            provider_id: kept.provider_id.clone(),
            code: kept.code.clone(),
            words: kept.words.clone(),
            created_at: Micros(kept.created_at),
            updated_at: Micros(kept.updated_at),
            control_epoch: kept.control_epoch,
        }
    }

    fn read(self) -> Kept {
        Kept {
            id: self.id.to(),
            message_id: self.message_id.to(),
            conversation_id: self.conversation_id.to(),
            channel_id: self.channel_id.to(),
            ours: self.ours,
            peer: self.peer,
            state: self.state.0,
            attempts: self.attempts,
            provider_id: self.provider_id,
            code: self.code,
            words: self.words,
            created_at: self.created_at.0,
            updated_at: self.updated_at.0,
            control_epoch: self.control_epoch,
        }
    }
}

pub async fn insert(conn: &mut Conn, kept: &Kept) -> Result<(), StoreError> {
    let record = Record::of(kept);
    on!(conn, |c| diesel::insert_into(deliveries::table).values(&record).execute(c).await?);
    Ok(())
}

pub async fn update(conn: &mut Conn, kept: &Kept) -> Result<(), StoreError> {
    let record = Record::of(kept);
    on!(conn, |c| Fixed(diesel::update(deliveries::table.find(record.id)).set(&record)).execute(c).await?);
    Ok(())
}

pub async fn find(conn: &mut Conn, id: DeliveryId) -> Result<Option<Kept>, StoreError> {
    let record: Option<Record> = on!(conn, |c| deliveries::table
        .find(Uid::of(id))
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    Ok(record.map(Record::read))
}

/// The delivery that a provider knows by its own id.
pub async fn find_by_provider_id(
    conn: &mut Conn,
    channel: ChannelId,
    provider_id: &str,
) -> Result<Option<Kept>, StoreError> {
    let record: Option<Record> = on!(conn, |c| deliveries::table
        .filter(deliveries::channel_id.eq(Uid::of(channel)))
        .filter(deliveries::provider_id.eq(provider_id))
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    Ok(record.map(Record::read))
}

/// A message's deliveries, oldest first.
pub async fn list_of_message(conn: &mut Conn, message: MessageId) -> Result<Vec<Kept>, StoreError> {
    let records: Vec<Record> = on!(conn, |c| deliveries::table
        .filter(deliveries::message_id.eq(Uid::of(message)))
        .order(deliveries::id)
        .select(Record::as_select())
        .load(c)
        .await?);
    Ok(records.into_iter().map(Record::read).collect())
}

/// Takes the moment at which an address of ours may send, if that is now; the next is `gap` microseconds later. Else
/// says when it is free again.
pub async fn take_slot(conn: &mut Conn, ours: &str, now: Time, gap: i64) -> Result<Option<Time>, StoreError> {
    let next_at = send_slots::next_at.eq(Micros(now.plus(gap)));
    let taken = on!(conn, |c| diesel::update(
        send_slots::table.filter(send_slots::ours.eq(ours)).filter(send_slots::next_at.le(Micros(now)))
    )
    .set(next_at)
    .execute(c)
    .await?);
    if taken > 0 {
        return Ok(None);
    }
    let first = on!(conn, |c| diesel::insert_into(send_slots::table)
        .values((send_slots::ours.eq(ours), next_at))
        .on_conflict(send_slots::ours)
        .do_nothing()
        .execute(c)
        .await?);
    if first > 0 {
        return Ok(None);
    }
    let free: Micros =
        on!(conn, |c| send_slots::table.find(ours).select(send_slots::next_at).first(c).await?);
    Ok(Some(free.0))
}
