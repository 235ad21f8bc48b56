//! Asking a sibling app's bot to answer.

use super::{
    body::{Told, WireTurn},
    keep,
};
use crate::{
    domain::{AppError, WebhookCallId, WebhookKind, WireMessage},
    server::{
        actions::{bots::Task, derived::derived_id},
        app::App,
        store::{webhooks, wire},
    },
};

/// Tells a bot's webhooks that it is to answer. A bot that has none looks by itself. To ask twice is to ask once.
///
/// # Errors
/// If the database fails.
pub async fn ask(app: &App, task: &Task) -> Result<(), AppError> {
    let kind = WebhookKind::TurnAsked;
    let bot = task.turn.bot_id;
    let mut conn = app.db.conn().await?;
    let mut asked = webhooks::list_enabled_of_bot(&mut conn, bot).await?;
    asked.retain(|configured| configured.webhook.wants(kind, Some(bot)));
    if asked.is_empty() {
        return Ok(());
    }
    let conversation = wire::conversation(&mut conn, &task.conversation).await?;
    drop(conn);
    let url = &app.config.server.public_url;
    let turn = WireTurn::Asked {
        id: task.turn.id,
        control_epoch: task.turn.control_epoch,
        seq: task.turn.seq,
        instruction: conversation.instruction.clone(),
        transcript: task.transcript.iter().map(|message| WireMessage::of(message, url)).collect(),
    };
    let told = Told {
        kind,
        at: task.turn.created_at,
        conversation: &conversation,
        message: None,
        turn: Some(&turn),
        actor: None,
    };
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    for configured in &asked {
        let webhook = configured.webhook.id;
        let id: WebhookCallId = derived_id(&[b"turn asked", webhook.0.as_bytes(), task.turn.id.0.as_bytes()]);
        keep(&mut tx, &told.call(id, webhook, now), now).await?;
    }
    tx.commit().await?;
    app.work.notify_one();
    Ok(())
}
