//! Channels.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};

use super::{
    Conn, StoreError,
    db::on,
    schema::channels,
    types::{Micros, Uid, Word, from_json, to_json},
};
use crate::domain::{Channel, ChannelId, ChannelKind, Hue, Prechat, Time};

/// What a channel is set to do. Every field has a default, so that a newer version reads an older row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The words on the widget's launcher.
    pub label: String,
    /// The first thing a visitor reads.
    pub greeting: String,
    /// What the visitor may expect ("a few minutes").
    pub reply_time: String,
    pub prechat: Prechat,
    /// Sites that may embed the widget, as origins; empty: any.
    pub sites: Vec<String>,
    /// Microseconds after a resolve in which a customer's message reopens the conversation.
    pub reopen_window: i64,
    /// Whether operators see what a visitor is writing before it is sent.
    pub typing_preview: bool,
    /// The address that replies leave from: a phone number or a mail address.
    pub address: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            label: "Chat with us".into(),
            greeting: "Hello. How can we help?".into(),
            reply_time: "a few minutes".into(),
            prechat: Prechat::Optional,
            sites: Vec::new(),
            reopen_window: 7 * Time::DAY,
            typing_preview: true,
            address: String::new(),
        }
    }
}

/// A channel with what only the server needs of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfiguredChannel {
    pub channel: Channel,
    pub key: String,
    pub settings: Settings,
    pub created_at: Time,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = channels)]
struct Record {
    id: Uid,
    key: String,
    kind: Word<ChannelKind>,
    name: String,
    hue: Option<Word<Hue>>,
    team_id: Option<Uid>,
    enabled: bool,
    settings: String,
    created_at: Micros,
}

impl Record {
    fn of(configured: &ConfiguredChannel) -> Self {
        let channel = &configured.channel;
        Self {
            id: Uid::of(channel.id),
            key: configured.key.clone(),
            kind: Word(channel.kind),
            name: channel.name.clone(),
            hue: channel.hue.map(Word),
            team_id: Uid::maybe(channel.team_id),
            enabled: channel.enabled,
            settings: to_json(&configured.settings),
            created_at: Micros(configured.created_at),
        }
    }

    fn read(self) -> Result<ConfiguredChannel, StoreError> {
        Ok(ConfiguredChannel {
            settings: from_json(&self.settings)?,
            key: self.key,
            created_at: self.created_at.0,
            channel: Channel {
                id: self.id.to(),
                kind: self.kind.0,
                name: self.name,
                hue: self.hue.map(|hue| hue.0),
                team_id: self.team_id.map(Uid::to),
                enabled: self.enabled,
            },
        })
    }
}

pub async fn insert(conn: &mut Conn, channel: &ConfiguredChannel) -> Result<(), StoreError> {
    let record = Record::of(channel);
    on!(conn, |c| diesel::insert_into(channels::table).values(&record).execute(c).await?);
    Ok(())
}

pub async fn find_by_key(conn: &mut Conn, key: &str) -> Result<Option<ConfiguredChannel>, StoreError> {
    let record: Option<Record> = on!(conn, |c| channels::table
        .filter(channels::key.eq(key))
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    record.map(Record::read).transpose()
}

pub async fn find(conn: &mut Conn, id: ChannelId) -> Result<Option<ConfiguredChannel>, StoreError> {
    let record: Option<Record> = on!(conn, |c| channels::table
        .find(Uid::of(id))
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    record.map(Record::read).transpose()
}

/// All channels by name.
pub async fn list(conn: &mut Conn) -> Result<Vec<Channel>, StoreError> {
    let records: Vec<Record> = on!(conn, |c| channels::table.select(Record::as_select()).load(c).await?);
    let mut channels: Vec<Channel> =
        records.into_iter().map(|record| record.read().map(|read| read.channel)).collect::<Result<_, _>>()?;
    channels.sort_by_key(|channel| channel.name.to_lowercase());
    Ok(channels)
}
