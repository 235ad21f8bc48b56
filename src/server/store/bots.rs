//! Bots.

use diesel::{dsl::count_star, prelude::*, sql_types::Text};
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};

use super::{
    Conn, StoreError,
    db::on,
    schema::{bots, conversations},
    types::{Micros, Uid, Word, from_json, to_json},
};
use crate::domain::{Bot, BotId, BotKind, Handler, Status, Time};

/// What a bot is set to do. Every field has a default, so that a newer version reads an older row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Of a language model: where it is, such as `https://api.openai.com/v1`.
    pub endpoint: String,
    pub model: String,
    /// What it is told before every conversation.
    pub prompt: String,
    /// The most tokens of one answer.
    pub most_tokens: u32,
    /// The most characters of the conversation that it is given, newest first.
    pub history: u32,
    /// Whether it is given the FAQ entries that fit the question.
    pub uses_faq: bool,
    /// Of the FAQ bot: how sure it must be of an answer, of 1,000.
    pub threshold: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            endpoint: String::new(),
            model: String::new(),
            prompt: String::new(),
            most_tokens: 800,
            history: 12_000,
            uses_faq: true,
            threshold: 450,
        }
    }
}

/// A bot with what only the server needs of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfiguredBot {
    pub bot: Bot,
    pub settings: Settings,
    /// What its endpoint knows us by, encrypted.
    pub secret: Option<Vec<u8>>,
    pub created_at: Time,
}

impl ConfiguredBot {
    /// What its sealed secret belongs to.
    #[must_use]
    pub fn secret_place(&self) -> String {
        format!("bots/{}/secret", self.bot.id)
    }
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = bots, treat_none_as_null = true)]
struct Record {
    id: Uid,
    kind: Word<BotKind>,
    name: String,
    enabled: bool,
    settings: String,
    secret: Option<Vec<u8>>,
    created_at: Micros,
}

impl Record {
    fn of(configured: &ConfiguredBot) -> Self {
        let bot = &configured.bot;
        Self {
            id: Uid::of(bot.id),
            kind: Word(bot.kind),
            name: bot.name.clone(),
            enabled: bot.enabled,
            settings: to_json(&configured.settings),
            secret: configured.secret.clone(),
            created_at: Micros(configured.created_at),
        }
    }

    fn read(self) -> Result<ConfiguredBot, StoreError> {
        Ok(ConfiguredBot {
            bot: Bot { id: self.id.to(), kind: self.kind.0, name: self.name, enabled: self.enabled },
            settings: from_json(&self.settings)?,
            secret: self.secret,
            created_at: self.created_at.0,
        })
    }
}

pub async fn insert(conn: &mut Conn, bot: &ConfiguredBot) -> Result<(), StoreError> {
    let record = Record::of(bot);
    on!(conn, |c| diesel::insert_into(bots::table).values(&record).execute(c).await?);
    Ok(())
}

pub async fn update(conn: &mut Conn, bot: &ConfiguredBot) -> Result<(), StoreError> {
    let record = Record::of(bot);
    on!(conn, |c| diesel::update(bots::table.find(record.id)).set(&record).execute(c).await?);
    Ok(())
}

pub async fn find(conn: &mut Conn, id: BotId) -> Result<Option<ConfiguredBot>, StoreError> {
    let record: Option<Record> =
        on!(conn, |c| bots::table.find(Uid::of(id)).select(Record::as_select()).first(c).await.optional()?);
    record.map(Record::read).transpose()
}

/// All of them, oldest first.
pub async fn list(conn: &mut Conn) -> Result<Vec<ConfiguredBot>, StoreError> {
    let records: Vec<Record> =
        on!(conn, |c| bots::table.order(bots::id).select(Record::as_select()).load(c).await?);
    records.into_iter().map(Record::read).collect()
}

/// The bot in the stored form of a conversation's `ai`: the id is its first field. The same text wherever it stands in a
/// query, so that PostgreSQL knows it for the same.
const BOT: &str = "substr(conversations.ai, 12, 36)";

/// How many conversations each bot answers now.
pub async fn count_held(conn: &mut Conn) -> Result<Vec<(BotId, i64)>, StoreError> {
    let bot = || diesel::dsl::sql::<Text>(BOT);
    let rows: Vec<(String, i64)> = on!(conn, |c| conversations::table
        .filter(conversations::status.eq(Word(Status::Open)))
        .filter(conversations::handler.eq(Word(Handler::Bot)))
        .filter(conversations::ai.is_not_null())
        .group_by(bot())
        .select((bot(), count_star()))
        .load(c)
        .await?);
    Ok(rows.into_iter().filter_map(|(bot, count)| Some((bot.parse().ok()?, count))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::AiThread, server::clock::new_id};

    #[test]
    fn a_bot_is_found_where_its_id_is_looked_for() {
        let bot = Bot { id: new_id(), kind: BotKind::Api, name: "A \"bot\"".into(), enabled: true };
        let stored = to_json(&AiThread::of(&bot));
        // `substr` counts from one.
        assert_eq!(stored.get(11..47), Some(bot.id.to_string().as_str()), "{stored}");
    }
}
