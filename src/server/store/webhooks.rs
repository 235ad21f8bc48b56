//! Webhooks: who is told of what happens.

pub mod calls;
pub mod cursor;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    schema::webhooks,
    types::{Micros, Uid, from_json, to_json},
};
use crate::domain::{BotId, Time, Webhook, WebhookId};

/// A webhook with what only the server needs of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfiguredWebhook {
    pub webhook: Webhook,
    /// What its calls are signed with, encrypted.
    pub secret: Vec<u8>,
}

/// What the sealed secret of a webhook belongs to.
#[must_use]
pub fn secret_place(id: WebhookId) -> String {
    format!("webhooks/{id}/secret")
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = webhooks, treat_none_as_null = true)]
struct Record {
    id: Uid,
    name: String,
    url: String,
    secret: Vec<u8>,
    bot_id: Option<Uid>,
    kinds: String,
    enabled: bool,
    failing_since: Option<Micros>,
    failing_words: Option<String>,
    created_at: Micros,
}

impl Record {
    fn of(configured: &ConfiguredWebhook) -> Self {
        let webhook = &configured.webhook;
        Self {
            id: Uid::of(webhook.id),
            name: webhook.name.clone(),
            url: webhook.url.clone(),
            secret: configured.secret.clone(),
            bot_id: Uid::maybe(webhook.bot_id),
            kinds: to_json(&webhook.kinds),
            enabled: webhook.enabled,
            failing_since: webhook.failing_since.map(Micros),
            failing_words: webhook.failing_words.clone(),
            created_at: Micros(webhook.created_at),
        }
    }

    fn read(self) -> Result<ConfiguredWebhook, StoreError> {
        let webhook = Webhook {
            id: self.id.to(),
            name: self.name,
            url: self.url,
            bot_id: self.bot_id.map(Uid::to),
            kinds: from_json(&self.kinds)?,
            enabled: self.enabled,
            failing_since: self.failing_since.map(|at| at.0),
            failing_words: self.failing_words,
            created_at: self.created_at.0,
        };
        Ok(ConfiguredWebhook { webhook, secret: self.secret })
    }
}

pub async fn insert(conn: &mut Conn, webhook: &ConfiguredWebhook) -> Result<(), StoreError> {
    let record = Record::of(webhook);
    on!(conn, |c| diesel::insert_into(webhooks::table).values(&record).execute(c).await?);
    Ok(())
}

pub async fn update(conn: &mut Conn, webhook: &ConfiguredWebhook) -> Result<(), StoreError> {
    let record = Record::of(webhook);
    on!(conn, |c| diesel::update(webhooks::table.find(record.id)).set(&record).execute(c).await?);
    Ok(())
}

/// Notes how its calls do: since when they fail, with the last words; none of both if they do not.
pub async fn update_health(
    conn: &mut Conn,
    id: WebhookId,
    failing_since: Option<Time>,
    words: Option<&str>,
) -> Result<(), StoreError> {
    on!(conn, |c| diesel::update(webhooks::table.find(Uid::of(id)))
        .set((webhooks::failing_since.eq(failing_since.map(Micros)), webhooks::failing_words.eq(words),))
        .execute(c)
        .await?);
    Ok(())
}

/// Switches one off: it wants to be told no more.
pub async fn update_off(conn: &mut Conn, id: WebhookId) -> Result<(), StoreError> {
    on!(conn, |c| diesel::update(webhooks::table.find(Uid::of(id)))
        .set(webhooks::enabled.eq(false))
        .execute(c)
        .await?);
    Ok(())
}

/// Takes one out with all its calls. False if there is none.
pub async fn delete(conn: &mut Conn, id: WebhookId) -> Result<bool, StoreError> {
    let gone = on!(conn, |c| diesel::delete(webhooks::table.find(Uid::of(id))).execute(c).await?);
    Ok(gone > 0)
}

pub async fn find(conn: &mut Conn, id: WebhookId) -> Result<Option<ConfiguredWebhook>, StoreError> {
    let record: Option<Record> = on!(conn, |c| webhooks::table
        .find(Uid::of(id))
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    record.map(Record::read).transpose()
}

/// All of them, oldest first.
pub async fn list(conn: &mut Conn) -> Result<Vec<ConfiguredWebhook>, StoreError> {
    let records: Vec<Record> =
        on!(conn, |c| webhooks::table.order(webhooks::id).select(Record::as_select()).load(c).await?);
    records.into_iter().map(Record::read).collect()
}

/// Those that are switched on and for a bot.
pub async fn list_enabled_of_bot(conn: &mut Conn, bot: BotId) -> Result<Vec<ConfiguredWebhook>, StoreError> {
    let records: Vec<Record> = on!(conn, |c| webhooks::table
        .filter(webhooks::enabled.eq(true))
        .filter(webhooks::bot_id.eq(Uid::of(bot)))
        .order(webhooks::id)
        .select(Record::as_select())
        .load(c)
        .await?);
    records.into_iter().map(Record::read).collect()
}

/// Whether any is switched on.
pub async fn any_enabled(conn: &mut Conn) -> Result<bool, StoreError> {
    let found: Option<Uid> = on!(conn, |c| webhooks::table
        .filter(webhooks::enabled.eq(true))
        .select(webhooks::id)
        .first(c)
        .await
        .optional()?);
    Ok(found.is_some())
}
