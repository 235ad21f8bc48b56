//! Tokens of the HTTP API: making them, revoking them, and whose a token is.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::TryRngCore;

use super::audit::{self, Done};
use crate::{
    domain::{
        ApiCaller, ApiToken, ApiTokenId, AppError, AuditKind, BotId, Me, OperatorId, Time, clean_line,
        setup::only_admins,
    },
    server::{
        app::App,
        auth::{session::SignedIn, token},
        clock::new_id,
        error::internal,
        store::{
            api_tokens::{self, Kept},
            bots, operators,
        },
    },
};

/// What every token begins with, so that one that was left somewhere can be found and known.
const MARK: &str = "lo_";
/// 256 bits in base64url.
const SECRET: usize = 43;
/// When a token was last used is noted no more often than this.
const NOTED: i64 = Time::MINUTE;
/// The longest name, in characters.
const LONGEST_NAME: usize = 80;

/// All tokens, newest first, revoked ones too.
///
/// # Errors
/// If the caller is no admin, or the database fails.
pub async fn list(app: &App, me: &Me) -> Result<Vec<ApiToken>, AppError> {
    only_admins(me)?;
    let mut tx = app.db.snapshot().await?;
    let kept = api_tokens::list(&mut tx).await?;
    let bots = bots::list(&mut tx).await?;
    let operators = operators::list(&mut tx).await?;
    tx.commit().await?;
    let bot_name = |id: BotId| Some(bots.iter().find(|found| found.bot.id == id)?.bot.name.clone());
    let operator_name = |id: OperatorId| Some(operators.iter().find(|found| found.id == id)?.name.clone());
    Ok(kept
        .iter()
        .map(|kept| shown(kept, kept.bot_id.and_then(bot_name), kept.created_by.and_then(operator_name)))
        .collect())
}

/// Makes a token, for a bot if it is to act as one. The token itself is given here and never again.
///
/// # Errors
/// If the caller is no admin, the name cannot be used, or there is no such bot.
pub async fn create(
    app: &App,
    me: &SignedIn,
    name: &str,
    bot: Option<BotId>,
) -> Result<(ApiToken, String), AppError> {
    only_admins(me)?;
    let name = clean_line(name);
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        let words = format!("Give a name of at most {LONGEST_NAME} characters.");
        return Err(AppError::invalid("name", words));
    }
    let mut bytes = [0; 32];
    rand::rngs::OsRng.try_fill_bytes(&mut bytes).map_err(|error| internal(&error))?;
    let secret = format!("{MARK}{}", URL_SAFE_NO_PAD.encode(bytes));
    let mut tx = app.db.begin().await?;
    let bot_name = match bot {
        Some(id) => {
            let found = bots::find(&mut tx, id).await?;
            let found = found.ok_or_else(|| AppError::invalid("bot", "There is no such bot."))?;
            Some(found.bot.name)
        }
        None => None,
    };
    let kept = Kept {
        id: new_id(),
        name,
        token_hash: token::hash(&secret),
        bot_id: bot,
        created_by: Some(me.id),
        created_at: app.clock.now(),
        last_used_at: None,
        revoked_at: None,
    };
    api_tokens::insert(&mut tx, &kept).await?;
    let done = Done::to(AuditKind::TokenMade, kept.id, &kept.name);
    let acts = bot_name.as_ref().map_or_else(|| "as no bot".to_owned(), |name| format!("as {name}"));
    audit::record(&mut tx, &me.into(), done.saying(acts), kept.created_at).await?;
    tx.commit().await?;
    tracing::info!(token = %kept.id, by = %me.id, "an API token was made");
    Ok((shown(&kept, bot_name, Some(me.name.clone())), secret))
}

/// Takes a token's power away. What it has under way is refused at its next request.
///
/// # Errors
/// If the caller is no admin; [`AppError::NotFound`] if there is none, or it was revoked before.
pub async fn revoke(app: &App, me: &SignedIn, id: ApiTokenId) -> Result<(), AppError> {
    only_admins(me)?;
    let mut tx = app.db.begin().await?;
    let at = app.clock.now();
    let name = api_tokens::update_revoked(&mut tx, id, at).await?.ok_or(AppError::NotFound)?;
    audit::record(&mut tx, &me.into(), Done::to(AuditKind::TokenRevoked, id, &name), at).await?;
    tx.commit().await?;
    tracing::info!(token = %id, by = %me.id, "an API token was revoked");
    Ok(())
}

/// Whose token this is; nobody's if it was never made, or has been revoked.
///
/// # Errors
/// If the database fails.
pub async fn identify(app: &App, secret: &str) -> Result<Option<ApiCaller>, AppError> {
    if secret.strip_prefix(MARK).is_none_or(|rest| rest.len() != SECRET) {
        return Ok(None);
    }
    let mut conn = app.db.conn().await?;
    let Some(kept) = api_tokens::find_live(&mut conn, &token::hash(secret)).await? else { return Ok(None) };
    let bot = match kept.bot_id {
        Some(id) => Some(bots::find(&mut conn, id).await?.ok_or(AppError::NotFound)?.bot),
        None => None,
    };
    drop(conn);
    let now = app.clock.now();
    if kept.last_used_at.is_none_or(|used| now.since(used) >= NOTED) {
        let mut tx = app.db.begin().await?;
        api_tokens::update_used(&mut tx, kept.id, now).await?;
        tx.commit().await?;
    }
    Ok(Some(ApiCaller { token: kept.id, bot }))
}

fn shown(kept: &Kept, bot_name: Option<String>, created_by: Option<String>) -> ApiToken {
    ApiToken {
        id: kept.id,
        name: kept.name.clone(),
        bot_id: kept.bot_id,
        bot_name,
        created_by,
        created_at: kept.created_at,
        last_used_at: kept.last_used_at,
        revoked_at: kept.revoked_at,
    }
}
