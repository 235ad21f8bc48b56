//! Sessions of operators: a random token in a cookie, its hash in the database.

use super::token;
use crate::{
    domain::{AppError, Me, Time},
    server::{
        app::App,
        clock::new_id,
        error::internal,
        store::{
            operators::Account,
            sessions::{self, NewSession, Session},
            teams,
        },
    },
};

/// The name of the cookie. With TLS it is bound to the host and the secure scheme by its prefix (RFC 6265bis
/// section 4.1.3.2), which browsers refuse on plain HTTP.
#[must_use]
pub fn cookie_name(app: &App) -> &'static str {
    if app.config.is_https() { "__Host-live_operator" } else { "live_operator" }
}

/// The `Set-Cookie` value that keeps a token.
#[must_use]
pub fn cookie(app: &App, token: &str) -> String {
    let secure = if app.config.is_https() { "; Secure" } else { "" };
    let age = app.config.server.session_days * 24 * 60 * 60;
    format!("{}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}", cookie_name(app))
}

/// The `Set-Cookie` value that forgets it.
#[must_use]
pub fn no_cookie(app: &App) -> String {
    let secure = if app.config.is_https() { "; Secure" } else { "" };
    format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}", cookie_name(app))
}

/// The token in a request's `Cookie` header.
#[must_use]
pub fn token_in<'a>(app: &App, cookies: &'a str) -> Option<&'a str> {
    cookies
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == cookie_name(app) && value.len() == 64).then_some(value))
}

/// Begins a session. Returns the token for the cookie.
///
/// # Errors
/// If the database or the machine's randomness fails.
pub async fn begin(app: &App, account: &Account) -> Result<String, AppError> {
    let token = token::new_token().map_err(|error| internal(&error))?;
    let now = app.clock.now();
    let session = NewSession {
        id: new_id(),
        token_hash: token::hash(&token),
        operator_id: account.operator.id,
        auth_epoch: account.auth_epoch,
        created_at: now,
        expires_at: now.plus(app.config.server.session_days * Time::DAY),
    };
    let mut tx = app.db.begin().await?;
    sessions::insert(&mut tx, &session).await?;
    tx.commit().await?;
    Ok(token)
}

/// Whose token this is.
///
/// # Errors
/// [`AppError::Unauthenticated`] if it is nobody's any more.
pub async fn me(app: &App, token: &str) -> Result<Me, AppError> {
    let mut conn = app.db.conn().await?;
    let now = app.clock.now();
    let hash = token::hash(token);
    let session = sessions::find_live(&mut conn, &hash, now).await?.ok_or(AppError::Unauthenticated)?;
    let teams = teams::list_of(&mut conn, session.operator_id).await?;
    drop(conn);
    if renew_at(app, &session) < now {
        let mut tx = app.db.begin().await?;
        sessions::update_expiry(&mut tx, session.id, now.plus(app.config.server.session_days * Time::DAY))
            .await?;
        tx.commit().await?;
    }
    Ok(Me {
        id: session.operator_id,
        name: session.name,
        email: session.email,
        role: session.role,
        teams,
        created_at: session.operator_created_at,
    })
}

/// Ends the session of a token.
///
/// # Errors
/// If the database fails.
pub async fn end(app: &App, token: &str) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    sessions::delete_by_token(&mut tx, &token::hash(token)).await?;
    tx.commit().await?;
    Ok(())
}

/// A session in use is prolonged once a day, not with every request.
fn renew_at(app: &App, session: &Session) -> Time {
    session.expires_at.plus(-(app.config.server.session_days - 1) * Time::DAY)
}
