//! What admins do with webhooks.

use super::{KEPT, keep};
use crate::{
    domain::{
        AppError, AuditKind, CallState, Me, SavedWebhook, Webhook, WebhookCall, WebhookCallId, WebhookForm,
        WebhookId, WebhookKind, WebhookList, clean_line, setup::only_admins,
    },
    server::{
        actions::audit::{self, Done},
        app::App,
        auth::{session::SignedIn, token},
        clock::new_id,
        error::internal,
        store::{
            Tx, bots, events,
            webhooks::{
                self, ConfiguredWebhook,
                calls::{self as store, Kept},
                cursor::{self, Cursor},
            },
        },
    },
};

/// All webhooks, and what their page needs.
///
/// # Errors
/// If the caller is no admin, or the database fails.
pub async fn list(app: &App, me: &Me) -> Result<WebhookList, AppError> {
    only_admins(me)?;
    let mut tx = app.db.snapshot().await?;
    let webhooks = webhooks::list(&mut tx).await?;
    let bots = bots::list(&mut tx).await?;
    let skipped_at = cursor::find(&mut tx).await?.skipped_at;
    tx.commit().await?;
    let now = app.clock.now();
    Ok(WebhookList {
        webhooks: webhooks.into_iter().map(|configured| configured.webhook).collect(),
        bots: bots.into_iter().map(|configured| configured.bot).collect(),
        // Later than that the calls before and after it are gone too.
        skipped_at: skipped_at.filter(|at| now.since(*at) < KEPT),
        now,
    })
}

/// Makes a webhook, or changes the one with this id. A secret is given here and never again.
///
/// # Errors
/// If the caller is no admin or there is no such webhook; the first field that cannot be used.
pub async fn save(
    app: &App,
    me: &SignedIn,
    id: Option<WebhookId>,
    form: WebhookForm,
) -> Result<SavedWebhook, AppError> {
    only_admins(me)?;
    let form = checked(app, form)?;
    let mut tx = app.db.begin().await?;
    let was = match id {
        Some(id) => Some(webhooks::find(&mut tx, id).await?.ok_or(AppError::NotFound)?),
        None => None,
    };
    if let Some(bot) = form.bot_id
        && bots::find(&mut tx, bot).await?.is_none()
    {
        return Err(AppError::invalid("bot", "There is no such bot."));
    }
    if form.enabled {
        start_from_now(&mut tx).await?;
    }
    let id = id.unwrap_or_else(new_id);
    let (sealed, secret) = match &was {
        Some(was) if !form.new_secret => (was.secret.clone(), None),
        _ => {
            let secret = token::new_token().map_err(|error| internal(&error))?;
            let sealed = app.vault.seal(&webhooks::secret_place(id), &secret);
            (sealed.map_err(|error| internal(&error))?, Some(secret))
        }
    };
    let configured = ConfiguredWebhook { webhook: webhook(app, id, was.as_ref(), form), secret: sealed };
    let kind = match was {
        Some(_) => {
            webhooks::update(&mut tx, &configured).await?;
            AuditKind::WebhookChanged
        }
        None => {
            webhooks::insert(&mut tx, &configured).await?;
            AuditKind::WebhookMade
        }
    };
    let Webhook { name, url, .. } = &configured.webhook;
    audit::record(&mut tx, &me.into(), Done::to(kind, id, name).saying(url), app.clock.now()).await?;
    tx.commit().await?;
    tracing::info!(webhook = %id, by = %me.id, "a webhook was saved");
    Ok(SavedWebhook { webhook: configured.webhook, secret })
}

/// Takes a webhook out. What was on its way is told no more.
///
/// # Errors
/// If the caller is no admin, or there is no such webhook.
pub async fn delete(app: &App, me: &SignedIn, id: WebhookId) -> Result<(), AppError> {
    only_admins(me)?;
    let mut tx = app.db.begin().await?;
    let was = webhooks::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    if !webhooks::delete(&mut tx, id).await? {
        return Err(AppError::NotFound);
    }
    let done = Done::to(AuditKind::WebhookDeleted, id, &was.webhook.name);
    audit::record(&mut tx, &me.into(), done, app.clock.now()).await?;
    tx.commit().await?;
    tracing::info!(webhook = %id, by = %me.id, "a webhook was deleted");
    Ok(())
}

/// The last calls of a webhook, newest first.
///
/// # Errors
/// If the caller is no admin, or there is no such webhook.
pub async fn calls(app: &App, me: &Me, id: WebhookId) -> Result<Vec<WebhookCall>, AppError> {
    only_admins(me)?;
    let mut conn = app.db.conn().await?;
    webhooks::find(&mut conn, id).await?.ok_or(AppError::NotFound)?;
    Ok(store::list_newest(&mut conn, id, WebhookCall::MOST).await?)
}

/// Makes a call once more that has ended, with the same id and body, so that the other end can tell that it is the same.
///
/// # Errors
/// If the caller is no admin, there is no such call, it is still being made, or its webhook is switched off.
pub async fn call_again(app: &App, me: &Me, id: WebhookCallId) -> Result<WebhookCall, AppError> {
    only_admins(me)?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let kept = store::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    if kept.call.state == CallState::Waiting {
        return Err(AppError::invalid("id", "This call is still being made."));
    }
    let configured = webhooks::find(&mut tx, kept.webhook_id).await?.ok_or(AppError::NotFound)?;
    if !configured.webhook.enabled {
        return Err(AppError::invalid("id", "The webhook is switched off. Switch it on first."));
    }
    let again = WebhookCall {
        id: new_id(),
        state: CallState::Waiting,
        attempts: 0,
        status: None,
        words: None,
        created_at: now,
        ended_at: None,
        ..kept.call
    };
    keep(&mut tx, &Kept { call: again.clone(), ..kept }, now).await?;
    tx.commit().await?;
    app.work.notify_one();
    Ok(again)
}

/// Nobody is told what was before they wanted to be: the first that is switched on begins now.
async fn start_from_now(tx: &mut Tx) -> Result<(), AppError> {
    let cursor = cursor::lock(tx).await?;
    if !webhooks::any_enabled(tx).await? {
        let position = events::as_of(tx).await?.resume_from();
        cursor::update(tx, Cursor { position, ..cursor }).await?;
    }
    Ok(())
}

fn checked(app: &App, form: WebhookForm) -> Result<WebhookForm, AppError> {
    let name = clean_line(&form.name);
    if name.is_empty() || name.chars().count() > Webhook::LONGEST_NAME {
        let words = format!("Give a name of at most {} characters.", Webhook::LONGEST_NAME);
        return Err(AppError::invalid("name", words));
    }
    let url = form.url.trim().to_owned();
    if url.chars().count() > Webhook::LONGEST_URL {
        let words = format!("Give an address of at most {} characters.", Webhook::LONGEST_URL);
        return Err(AppError::invalid("url", words));
    }
    if let Err(refusal) = app.outward.target(&url) {
        return Err(AppError::invalid("url", refusal.to_string()));
    }
    let asked = |kind: &&WebhookKind| form.kinds.contains(*kind);
    let mut kinds: Vec<WebhookKind> = WebhookKind::ALL.iter().filter(asked).copied().collect();
    if kinds.is_empty() {
        return Err(AppError::invalid("kinds", "Choose at least one thing to be told."));
    }
    if form.bot_id.is_none() && kinds.iter().all(|kind| kind.is_turn()) {
        let words = "Turns are told to bots alone. Choose a bot, or something else too.";
        return Err(AppError::invalid("kinds", words));
    }
    if kinds.len() == WebhookKind::ALL.len() {
        // All, whichever there will be.
        kinds.clear();
    }
    Ok(WebhookForm { name, url, kinds, ..form })
}

fn webhook(app: &App, id: WebhookId, was: Option<&ConfiguredWebhook>, form: WebhookForm) -> Webhook {
    let was = was.map(|was| &was.webhook);
    // What another address, or one that was switched off, answered says nothing any more.
    let same = was.filter(|was| was.url == form.url && was.enabled == form.enabled);
    Webhook {
        id,
        name: form.name,
        url: form.url,
        bot_id: form.bot_id,
        kinds: form.kinds,
        enabled: form.enabled,
        failing_since: same.and_then(|was| was.failing_since),
        failing_words: same.and_then(|was| was.failing_words.clone()),
        created_at: was.map_or_else(|| app.clock.now(), |was| was.created_at),
    }
}
