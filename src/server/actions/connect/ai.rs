//! What a channel has its bot do.

use std::slice;

use serde_json::{Value, json};

use crate::{
    domain::{
        AppError, BotId,
        setup::{CHANNEL_AI, CHANNEL_BOT, ChannelForm, FieldKind, fill, object_of},
    },
    server::{
        error::internal,
        store::{Conn, bots, channels::Settings},
    },
};

/// Settings with what a form says about the channel's bot. A form that names none, not even nobody, says nothing.
///
/// # Errors
/// The first field that cannot be used.
pub async fn with_ai(conn: &mut Conn, form: &ChannelForm, now: Settings) -> Result<Settings, AppError> {
    let Some(chosen) = form.values.get(CHANNEL_BOT) else { return Ok(now) };
    let bot = find(conn, chosen.trim()).await?;
    let mut wanted = fill(slice::from_ref(CHANNEL_AI), form, object_of(&now))?;
    for field in CHANNEL_AI.fields {
        // What was emptied stays empty, and does not become what a new channel has.
        let empty = match field.kind {
            FieldKind::List => json!([]),
            FieldKind::Choice(_) => json!(false),
            FieldKind::Line | FieldKind::Lines | FieldKind::Number { .. } => json!(""),
        };
        let value = wanted.entry(field.name).or_insert(empty);
        if let (FieldKind::Choice(_), Value::String(word)) = (field.kind, &*value) {
            *value = json!(word == "true");
        }
    }
    let settings: Settings =
        serde_json::from_value(Value::Object(wanted)).map_err(|error| internal(&error))?;
    Ok(Settings { bot, ..settings })
}

async fn find(conn: &mut Conn, chosen: &str) -> Result<Option<BotId>, AppError> {
    if chosen.is_empty() {
        return Ok(None);
    }
    let gone = || AppError::invalid(CHANNEL_BOT, "This bot is gone. Choose another.");
    let id: BotId = chosen.parse().map_err(|_| gone())?;
    bots::find(conn, id).await?.ok_or_else(gone)?;
    Ok(Some(id))
}
