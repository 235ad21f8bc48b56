//! Parts of messages that come in pieces, until all are there.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    schema::message_parts,
    types::{Micros, Uid},
};
use crate::domain::{ChannelId, Part, Time};

/// A part that has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub number: i64,
    pub provider_id: String,
    pub text: String,
}

/// Keeps a part; the same part again changes nothing.
pub async fn put(
    conn: &mut Conn,
    channel: ChannelId,
    peer: &str,
    part: &Part,
    provider_id: &str,
    text: &str,
    now: Time,
) -> Result<(), StoreError> {
    on!(conn, |c| diesel::insert_into(message_parts::table)
        .values((
            message_parts::channel_id.eq(Uid::of(channel)),
            message_parts::peer.eq(peer),
            message_parts::reference.eq(&part.reference),
            message_parts::number.eq(i64::from(part.number)),
            message_parts::total.eq(i64::from(part.total)),
            message_parts::provider_id.eq(provider_id),
            message_parts::text.eq(text),
            message_parts::received_at.eq(Micros(now)),
        ))
        .on_conflict_do_nothing()
        .execute(c)
        .await?);
    Ok(())
}

/// The parts of a message that have come, in their order.
pub async fn list(
    conn: &mut Conn,
    channel: ChannelId,
    peer: &str,
    reference: &str,
) -> Result<Vec<Kept>, StoreError> {
    let rows: Vec<(i64, String, String)> = on!(conn, |c| message_parts::table
        .filter(message_parts::channel_id.eq(Uid::of(channel)))
        .filter(message_parts::peer.eq(peer))
        .filter(message_parts::reference.eq(reference))
        .order(message_parts::number)
        .select((message_parts::number, message_parts::provider_id, message_parts::text))
        .load(c)
        .await?);
    Ok(rows.into_iter().map(|(number, provider_id, text)| Kept { number, provider_id, text }).collect())
}

/// Forgets the parts of a message that is whole.
pub async fn delete(
    conn: &mut Conn,
    channel: ChannelId,
    peer: &str,
    reference: &str,
) -> Result<(), StoreError> {
    on!(conn, |c| diesel::delete(
        message_parts::table
            .filter(message_parts::channel_id.eq(Uid::of(channel)))
            .filter(message_parts::peer.eq(peer))
            .filter(message_parts::reference.eq(reference))
    )
    .execute(c)
    .await?);
    Ok(())
}
