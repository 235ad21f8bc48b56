//! From the event log to calls.

use super::{
    body::{Told, WireTurn},
    keep,
    tellings::{Telling, tellings},
};
use crate::{
    domain::{AppError, Conversation, Event, Position, Webhook, WireConversation, WireMessage},
    server::{
        app::App,
        clock::new_id,
        store::{
            Conn, events,
            webhooks::{
                self,
                calls::Kept,
                cursor::{self, Cursor},
            },
            wire,
        },
    },
};

/// Events that are told in one transaction.
const BATCH: i64 = 50;

/// Makes calls of the next events of the log. True if there may be more of them.
///
/// Who tells an event moves the cursor past it in the same transaction, and only from where the cursor was: so each event
/// is told once, however many servers read the log.
///
/// # Errors
/// If the database fails.
pub async fn feed(app: &App) -> Result<bool, AppError> {
    let mut conn = app.db.conn().await?;
    let mut webhooks: Vec<Webhook> =
        webhooks::list(&mut conn).await?.into_iter().map(|configured| configured.webhook).collect();
    webhooks.retain(|webhook| webhook.enabled);
    if webhooks.is_empty() {
        return Ok(false);
    }
    let from = cursor::find(&mut conn).await?;
    let batch = events::list_after(&mut conn, from.position, BATCH).await?;
    // After the look: had something been taken out of the log before it, this would know.
    if !events::can_resume(&mut conn, from.position).await? {
        drop(conn);
        return skip(app, from).await;
    }
    let Some((last, _)) = batch.last() else { return Ok(false) };
    let to = Cursor { position: *last, ..from };
    let calls = calls(app, &mut conn, &batch, &webhooks).await?;
    drop(conn);
    move_on(app, from, to, &calls).await?;
    Ok(true)
}

/// The calls that tell a batch.
async fn calls(
    app: &App,
    conn: &mut Conn,
    batch: &[(Position, Event)],
    webhooks: &[Webhook],
) -> Result<Vec<Kept>, AppError> {
    let tellings: Vec<Telling<'_>> = batch
        .iter()
        .flat_map(|(_, event)| tellings(event))
        .filter(|telling| webhooks.iter().any(|webhook| is_for(telling, webhook)))
        .collect();
    if tellings.is_empty() {
        return Ok(Vec::new());
    }
    let conversations: Vec<Conversation> =
        tellings.iter().map(|telling| telling.conversation.clone()).collect();
    let shown = wire::conversations(conn, &conversations).await?;
    let mut calls = Vec::new();
    for (telling, conversation) in tellings.iter().zip(&shown) {
        let readers = webhooks.iter().filter(|webhook| is_for(telling, webhook));
        calls.extend(calls_of(app, telling, conversation, readers));
    }
    Ok(calls)
}

fn calls_of<'w>(
    app: &App,
    telling: &Telling<'_>,
    conversation: &WireConversation,
    readers: impl Iterator<Item = &'w Webhook>,
) -> Vec<Kept> {
    let now = app.clock.now();
    let message = telling.message.map(|message| WireMessage::of(message, &app.config.server.public_url));
    let turn = telling.lost_epoch.map(|control_epoch| WireTurn::Ended { control_epoch });
    let told = Told {
        kind: telling.kind,
        at: telling.at.unwrap_or(now),
        conversation,
        message: message.as_ref(),
        turn: turn.as_ref(),
        actor: telling.actor,
    };
    readers.map(|webhook| told.call(new_id(), webhook.id, now)).collect()
}

/// Whether a webhook wants it, and may know it: notes are for the team, and no bot reads them.
fn is_for(telling: &Telling<'_>, webhook: &Webhook) -> bool {
    let bot = telling.conversation.ai.as_ref().map(|ai| ai.bot_id);
    webhook.wants(telling.kind, bot) && !(telling.is_internal() && webhook.bot_id.is_some())
}

async fn move_on(app: &App, from: Cursor, to: Cursor, calls: &[Kept]) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    if cursor::lock(&mut tx).await? != from {
        // Another server has told them.
        return Ok(());
    }
    let now = app.clock.now();
    for call in calls {
        keep(&mut tx, call, now).await?;
    }
    cursor::update(&mut tx, to).await?;
    tx.commit().await?;
    if !calls.is_empty() {
        app.work.notify_one();
    }
    Ok(())
}

/// Goes on from now: what was to be told next is no longer in the log, or the log is an older one.
async fn skip(app: &App, from: Cursor) -> Result<bool, AppError> {
    let mut tx = app.db.begin().await?;
    if cursor::lock(&mut tx).await? != from {
        return Ok(true);
    }
    let position = events::as_of(&mut tx).await?.resume_from();
    cursor::update(&mut tx, Cursor { position, skipped_at: Some(app.clock.now()) }).await?;
    tx.commit().await?;
    tracing::error!(
        from = %from.position,
        to = %position,
        "webhooks were too far behind: what happened in between is not told to them"
    );
    Ok(true)
}
