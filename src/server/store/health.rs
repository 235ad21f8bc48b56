//! How channels have been doing.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    schema::channel_health,
    types::{Micros, Uid},
};
use crate::domain::{ChannelHealth, ChannelId, Time};

/// Notes that a channel's provider has taken a message: whatever was wrong is over.
pub async fn put_sent(conn: &mut Conn, channel: ChannelId, now: Time) -> Result<(), StoreError> {
    let content = (
        channel_health::last_sent_at.eq(Micros(now)),
        channel_health::failing_since.eq(None::<i64>),
        channel_health::failing_words.eq(None::<String>),
    );
    on!(conn, |c| diesel::insert_into(channel_health::table)
        .values((channel_health::channel_id.eq(Uid::of(channel)), content.clone()))
        .on_conflict(channel_health::channel_id)
        .do_update()
        .set(content)
        .execute(c)
        .await?);
    Ok(())
}

/// Notes that something has come in by a channel.
pub async fn put_received(conn: &mut Conn, channel: ChannelId, now: Time) -> Result<(), StoreError> {
    let content = channel_health::last_received_at.eq(Micros(now));
    on!(conn, |c| diesel::insert_into(channel_health::table)
        .values((channel_health::channel_id.eq(Uid::of(channel)), content))
        .on_conflict(channel_health::channel_id)
        .do_update()
        .set(content)
        .execute(c)
        .await?);
    Ok(())
}

/// Notes that a channel's provider does not take messages: since the first such time, with the latest words.
pub async fn put_failing(
    conn: &mut Conn,
    channel: ChannelId,
    words: &str,
    now: Time,
) -> Result<(), StoreError> {
    let health = find(conn, channel).await?;
    let since = health.and_then(|health| health.failing_since).unwrap_or(now);
    let content = (channel_health::failing_since.eq(Micros(since)), channel_health::failing_words.eq(words));
    on!(conn, |c| diesel::insert_into(channel_health::table)
        .values((channel_health::channel_id.eq(Uid::of(channel)), content))
        .on_conflict(channel_health::channel_id)
        .do_update()
        .set(content)
        .execute(c)
        .await?);
    Ok(())
}

pub async fn find(conn: &mut Conn, channel: ChannelId) -> Result<Option<ChannelHealth>, StoreError> {
    type Columns = (Option<Micros>, Option<Micros>, Option<Micros>, Option<String>);
    let row: Option<Columns> = on!(conn, |c| channel_health::table
        .find(Uid::of(channel))
        .select((
            channel_health::last_sent_at,
            channel_health::last_received_at,
            channel_health::failing_since,
            channel_health::failing_words,
        ))
        .first(c)
        .await
        .optional()?);
    Ok(row.map(|(sent, received, since, words)| ChannelHealth {
        last_sent_at: sent.map(|at| at.0),
        last_received_at: received.map(|at| at.0),
        failing_since: since.map(|at| at.0),
        failing_words: words,
    }))
}

/// Notes that what was wrong with a channel is over.
pub async fn update_well(conn: &mut Conn, channel: ChannelId) -> Result<(), StoreError> {
    on!(conn, |c| diesel::update(channel_health::table.find(Uid::of(channel)))
        .set((
            channel_health::failing_since.eq(None::<i64>),
            channel_health::failing_words.eq(None::<String>),
        ))
        .execute(c)
        .await?);
    Ok(())
}
