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
use crate::domain::{BotId, Channel, ChannelId, ChannelKind, Hue, Prechat, TeamId, Time};

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
    /// What one address of ours may send in a minute; 0: as much as it likes.
    pub sends_per_minute: u32,
    /// Whose numbers are meant where a number names no country, as ISO 3166 has it ("US").
    pub region: String,
    /// What stands below each mail; empty for nothing.
    pub signature: String,
    /// Who answers new conversations before a person does.
    pub bot: Option<BotId>,
    /// What the bot is told about this channel, beside what it is told anyway.
    pub bot_prompt: String,
    /// Messages by which a customer asks for a person.
    pub person_phrases: Vec<String>,
    /// What a customer is told when a person is to take over; `{wait}` is the reply time. Empty for nothing.
    pub handed_off_words: String,
    /// The same, while nobody is there.
    pub offline_words: String,
    /// Whether the bot offers answers to the person who has the conversation.
    pub suggestions: bool,
}

impl Settings {
    /// The pause between two messages from one address, in microseconds.
    #[must_use]
    pub fn gap(&self) -> Option<i64> {
        (self.sends_per_minute > 0).then(|| Time::MINUTE / i64::from(self.sends_per_minute))
    }
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
            sends_per_minute: 0,
            region: "US".into(),
            signature: String::new(),
            bot: None,
            bot_prompt: String::new(),
            person_phrases: ["human", "person", "agent", "talk to a person", "talk to a human"]
                .map(str::to_owned)
                .to_vec(),
            handed_off_words: "A person will take over. They usually answer in {wait}.".into(),
            offline_words: "Nobody is here just now. We will answer as soon as somebody is back.".into(),
            suggestions: false,
        }
    }
}

/// A channel with what only the server needs of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfiguredChannel {
    pub channel: Channel,
    pub key: String,
    /// Which adapter speaks to its provider: [`SESSION`], [`UNCONNECTED`], or a name that the channels' registry knows.
    /// It alone is kept; [`Channel::connected`] follows from it, as [`Channel::address`] does from the settings.
    pub provider: String,
    /// What the provider knows us by, encrypted.
    pub credentials: Option<Vec<u8>>,
    pub settings: Settings,
    pub created_at: Time,
}

impl ConfiguredChannel {
    /// What its sealed credentials belong to.
    #[must_use]
    pub fn credentials_place(&self) -> String {
        format!("channels/{}/credentials", self.channel.id)
    }
}

/// The customer reads the thread itself: what is stored is sent.
pub const SESSION: &str = "session";
/// Nothing can be sent.
pub const UNCONNECTED: &str = "none";

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = channels, treat_none_as_null = true)]
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
    provider: String,
    credentials: Option<Vec<u8>>,
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
            provider: configured.provider.clone(),
            credentials: configured.credentials.clone(),
        }
    }

    fn read(self) -> Result<ConfiguredChannel, StoreError> {
        let connected = self.provider != UNCONNECTED;
        let settings: Settings = from_json(&self.settings)?;
        let address = settings.address.clone();
        Ok(ConfiguredChannel {
            settings,
            key: self.key,
            provider: self.provider,
            credentials: self.credentials,
            created_at: self.created_at.0,
            channel: Channel {
                id: self.id.to(),
                kind: self.kind.0,
                name: self.name,
                hue: self.hue.map(|hue| hue.0),
                team_id: self.team_id.map(Uid::to),
                enabled: self.enabled,
                connected,
                address,
            },
        })
    }
}

pub async fn insert(conn: &mut Conn, channel: &ConfiguredChannel) -> Result<(), StoreError> {
    let record = Record::of(channel);
    on!(conn, |c| diesel::insert_into(channels::table).values(&record).execute(c).await?);
    Ok(())
}

pub async fn update(conn: &mut Conn, channel: &ConfiguredChannel) -> Result<(), StoreError> {
    let record = Record::of(channel);
    on!(conn, |c| diesel::update(channels::table.find(record.id)).set(&record).execute(c).await?);
    Ok(())
}

/// Sends a channel's new conversations to a team.
pub async fn update_team(conn: &mut Conn, id: ChannelId, team: Option<TeamId>) -> Result<(), StoreError> {
    on!(conn, |c| diesel::update(channels::table.find(Uid::of(id)))
        .set(channels::team_id.eq(Uid::maybe(team)))
        .execute(c)
        .await?);
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

/// All channels of a kind, with what the server needs of them, by name.
pub async fn list_configured(
    conn: &mut Conn,
    kind: ChannelKind,
) -> Result<Vec<ConfiguredChannel>, StoreError> {
    let records: Vec<Record> = on!(conn, |c| channels::table
        .filter(channels::kind.eq(Word(kind)))
        .order(channels::name)
        .select(Record::as_select())
        .load(c)
        .await?);
    records.into_iter().map(Record::read).collect()
}

/// All channels by name.
pub async fn list(conn: &mut Conn) -> Result<Vec<Channel>, StoreError> {
    let records: Vec<Record> = on!(conn, |c| channels::table.select(Record::as_select()).load(c).await?);
    let mut channels: Vec<Channel> =
        records.into_iter().map(|record| record.read().map(|read| read.channel)).collect::<Result<_, _>>()?;
    channels.sort_by_key(|channel| channel.name.to_lowercase());
    Ok(channels)
}
