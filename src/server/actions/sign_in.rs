//! Signing in, in one step or in two, and signing out.

use super::{
    audit::{self, Doer, Done},
    second_step,
};
use crate::{
    domain::{AppError, AuditKind, Event, OperatorId, SessionId, Time},
    server::{
        app::App,
        auth::{
            browser::Browser,
            session::{self, HALF_WAY},
            token,
        },
        error::internal,
        store::{
            StoreError, Tx, events,
            half_sign_ins::{self, HalfSignIn},
            operators::{self, Account},
            second_steps, sessions,
        },
    },
};

/// So many codes may be tried after one password.
const MOST_CODES: i64 = 5;

/// How far somebody has come, with the token for the cookie that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// They are signed in.
    In(String),
    /// The password was right; now a code is asked for.
    HalfWay(String),
}

/// Checks a password, and begins a session, unless a code has to be asked for too.
///
/// # Errors
/// The same for an unknown account, a disabled one and a wrong password; and if there were too many attempts.
pub async fn sign_in(app: &App, email: &str, password: &str, browser: &Browser) -> Result<Came, AppError> {
    let email = email.trim();
    app.limits.sign_in(email, browser.address)?;
    let account = operators::find_by_email(&mut app.db.conn().await?, email).await?;
    let account = account.filter(|account| account.operator.enabled);
    let hash = account.as_ref().map(|account| account.password_hash.clone());
    match (app.passwords.verify(password, hash).await?, account) {
        (true, Some(account)) => let_in(app, &account, browser).await,
        (_, account) => {
            let mut tx = app.db.begin().await?;
            note_failure(&mut tx, email, account.as_ref(), browser, "wrong password", app.clock.now())
                .await?;
            tx.commit().await?;
            Err(AppError::invalid("password", "Email or password is wrong."))
        }
    }
}

async fn let_in(app: &App, account: &Account, browser: &Browser) -> Result<Came, AppError> {
    let at = app.clock.now();
    let id = account.operator.id;
    let mut tx = app.db.begin().await?;
    let has_second_step = second_steps::find(&mut tx, id).await?.is_some_and(|kept| kept.on_at.is_some());
    let came = if has_second_step {
        let token = token::new_token().map_err(|error| internal(&error))?;
        let half = HalfSignIn {
            token_hash: token::hash(&token),
            operator_id: id,
            auth_epoch: account.auth_epoch,
            expires_at: at.plus(HALF_WAY * Time::SECOND),
        };
        half_sign_ins::insert(&mut tx, &half).await?;
        Came::HalfWay(token)
    } else {
        note_success(&mut tx, account, browser, "", at).await?;
        Came::In(session::begin_in(&mut tx, app, account, browser).await?)
    };
    tx.commit().await?;
    Ok(came)
}

/// Takes the code of an authenticator app, or a recovery code, from somebody whose password was right, and begins a
/// session. Returns the token for the cookie.
///
/// # Errors
/// [`AppError::Unauthenticated`] if the password has to be given again: it was too long ago, or there were too many
/// codes. `Invalid` if the code is wrong, or has been used before.
pub async fn give_code(app: &App, half: &str, code: &str, browser: &Browser) -> Result<String, AppError> {
    let (hash, at) = (token::hash(half), app.clock.now());
    let mut conn = app.db.conn().await?;
    let half = half_sign_ins::find_live(&mut conn, &hash, at).await?.ok_or(AppError::Unauthenticated)?;
    let account = operators::find(&mut conn, half.operator_id).await?.ok_or(AppError::Unauthenticated)?;
    drop(conn);
    app.limits.sign_in(&account.operator.email, browser.address)?;
    let mut tx = app.db.begin().await?;
    if !half_sign_ins::count_try(&mut tx, &hash, MOST_CODES).await? {
        return Err(AppError::Unauthenticated);
    }
    // Whoever was disabled, or whose password was changed meanwhile, begins anew.
    let account = operators::find(&mut tx, half.operator_id).await?;
    let account = account
        .filter(|account| account.operator.enabled && account.auth_epoch == half.auth_epoch)
        .ok_or(AppError::Unauthenticated)?;
    let Some(taken) = second_step::take_code(app, &mut tx, account.operator.id, code, at).await? else {
        let email = &account.operator.email;
        note_failure(&mut tx, email, Some(&account), browser, "wrong code", at).await?;
        tx.commit().await?;
        let words = "This code is wrong or was used before. Wait for the next one, or use a recovery code.";
        return Err(AppError::invalid("code", words));
    };
    half_sign_ins::delete(&mut tx, &hash).await?;
    note_success(&mut tx, &account, browser, &taken.sentence(), at).await?;
    let token = session::begin_in(&mut tx, app, &account, browser).await?;
    tx.commit().await?;
    Ok(token)
}

/// Ends the session of a token, with its streams.
///
/// # Errors
/// If the database fails.
pub async fn sign_out(app: &App, token: &str, browser: &Browser) -> Result<(), AppError> {
    let at = app.clock.now();
    let mut tx = app.db.begin().await?;
    let Some((session, id)) = sessions::delete_by_token(&mut tx, &token::hash(token)).await? else {
        return Ok(());
    };
    tell_ended(&mut tx, id, vec![session], at).await?;
    if let Some(account) = operators::find(&mut tx, id).await? {
        let operator = &account.operator;
        let done = Done::to(AuditKind::SignedOut, operator.id, &operator.name);
        audit::record(&mut tx, &Doer::operator(operator, browser.address), done, at).await?;
    }
    tx.commit().await?;
    app.hub.committed();
    Ok(())
}

/// Ends the streams of sessions that have ended.
pub async fn tell_ended(
    tx: &mut Tx,
    operator_id: OperatorId,
    sessions: Vec<SessionId>,
    at: Time,
) -> Result<(), StoreError> {
    if sessions.is_empty() {
        return Ok(());
    }
    events::append(tx, &Event::SessionsEnded { operator_id, sessions }, None, at).await
}

async fn note_success(
    tx: &mut Tx,
    account: &Account,
    browser: &Browser,
    how: &str,
    at: Time,
) -> Result<(), StoreError> {
    let operator = &account.operator;
    let details = if how.is_empty() { browser.name.clone() } else { format!("{}, {how}", browser.name) };
    let done = Done::to(AuditKind::SignedIn, operator.id, &operator.name).saying(details);
    audit::record(tx, &Doer::operator(operator, browser.address), done, at).await
}

/// Who it was nobody knows: only whom they wanted to be.
async fn note_failure(
    tx: &mut Tx,
    email: &str,
    account: Option<&Account>,
    browser: &Browser,
    why: &str,
    at: Time,
) -> Result<(), StoreError> {
    let done = match account {
        Some(account) => Done::to(AuditKind::SignInFailed, account.operator.id, &account.operator.name),
        None => Done::plain(AuditKind::SignInFailed, email),
    };
    let details = format!("{why}, {}", browser.name);
    audit::record(tx, &Doer::stranger(browser.address), done.saying(details), at).await
}
