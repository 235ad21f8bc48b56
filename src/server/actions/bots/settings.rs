//! What admins do with bots.

use serde_json::Value;

use super::built_in::completions;
use crate::{
    domain::{
        AppError, AuditKind, Bot, BotId, BotKind,
        setup::{ChannelForm, fill, name_of_bot, object_of, only_admins},
    },
    server::{
        actions::audit::{self, Done},
        app::App,
        auth::session::SignedIn,
        clock::new_id,
        error::internal,
        store::bots::{self, ConfiguredBot, Settings},
    },
};

/// The longest key, in bytes: it stands in a header.
const LONGEST_KEY: usize = 4_000;

/// Makes a bot of a kind, or changes the one with this id, whose kind stays. A key that the form leaves empty stays too.
///
/// # Errors
/// If the caller is no admin or there is no such bot; the first field that cannot be used.
pub async fn save(
    app: &App,
    me: &SignedIn,
    id: Option<BotId>,
    kind: BotKind,
    enabled: bool,
    form: &ChannelForm,
) -> Result<BotId, AppError> {
    only_admins(me)?;
    let name = name_of_bot(&form.name)?;
    let mut tx = app.db.begin().await?;
    let was = match id {
        Some(id) => Some(bots::find(&mut tx, id).await?.ok_or(AppError::NotFound)?),
        None => None,
    };
    let is_new = was.is_none();
    let mut configured = was.unwrap_or_else(|| ConfiguredBot {
        bot: Bot { id: new_id(), kind, name: String::new(), enabled },
        settings: Settings::default(),
        secret: None,
        created_at: app.clock.now(),
    });
    configured.bot.name = name;
    configured.bot.enabled = enabled;
    configured.settings = settings(app, configured.bot.kind, form, &configured.settings)?;
    configured.secret = secret(app, &configured, form)?;
    let kind = if is_new {
        bots::insert(&mut tx, &configured).await?;
        AuditKind::BotMade
    } else {
        bots::update(&mut tx, &configured).await?;
        AuditKind::BotChanged
    };
    let id = configured.bot.id;
    let done = Done::to(kind, id, &configured.bot.name).saying(if enabled { "on" } else { "off" });
    audit::record(&mut tx, &me.into(), done, app.clock.now()).await?;
    tx.commit().await?;
    tracing::info!(bot = %id, by = %me.id, "a bot was saved");
    Ok(id)
}

/// Settings with what a form says about them.
fn settings(app: &App, kind: BotKind, form: &ChannelForm, now: &Settings) -> Result<Settings, AppError> {
    let mut wanted = fill(kind.settings(), form, object_of(now))?;
    if let Some(Value::String(word)) = wanted.get("uses_faq") {
        let is_used = word == "true";
        wanted.insert("uses_faq".to_owned(), is_used.into());
    }
    let settings: Settings =
        serde_json::from_value(Value::Object(wanted)).map_err(|error| internal(&error))?;
    if kind == BotKind::OpenAi { of_model(app, settings) } else { Ok(settings) }
}

/// Settings of a language model, if it can be asked so.
fn of_model(app: &App, settings: Settings) -> Result<Settings, AppError> {
    let endpoint = settings.endpoint.trim_end_matches('/').to_owned();
    if endpoint.contains(['?', '#']) {
        return Err(AppError::invalid("endpoint", "Give the address without “?” and “#”."));
    }
    completions(app, &endpoint).map_err(|refusal| AppError::invalid("endpoint", refusal.to_string()))?;
    if settings.most_tokens == 0 {
        return Err(AppError::invalid("most_tokens", "An answer needs at least one token."));
    }
    Ok(Settings { endpoint, ..settings })
}

/// What a bot's endpoint knows us by, sealed: as the form has it, or as it is.
fn secret(app: &App, bot: &ConfiguredBot, form: &ChannelForm) -> Result<Option<Vec<u8>>, AppError> {
    if bot.bot.kind.secrets().is_empty() {
        return Ok(None);
    }
    let key = form.values.get("key").map(|key| key.trim()).unwrap_or_default();
    if key.is_empty() {
        let stays = !form.forget.contains_key("key");
        return Ok(bot.secret.clone().filter(|_| stays));
    }
    if key.len() > LONGEST_KEY || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(AppError::invalid("key", "A key is one word of letters, digits and marks."));
    }
    app.vault.seal(&bot.secret_place(), key).map(Some).map_err(|error| internal(&error))
}
