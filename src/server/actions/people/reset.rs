//! Resetting a password: an admin makes a link, and whoever has it chooses another password, once.

use super::{REPLACED, new_link};
use crate::{
    domain::{
        AppError, AuditKind, OneTimeLink, Operator, OperatorId, ServiceMailKind, Time, Welcome,
        setup::only_admins,
    },
    routes,
    server::{
        actions::{
            audit::{self, Doer, Done},
            sign_in::tell_ended,
        },
        app::App,
        auth::{browser::Browser, session::SignedIn, token},
        clock::new_id,
        store::{
            Conn, Tx, operators,
            password_resets::{self, Kept},
            service_mails, sessions,
        },
    },
};

/// So long a link can be used.
const USABLE: i64 = Time::DAY;

/// Makes a link for somebody who has forgotten their password. It is given here and never again; older ones are of no
/// use any more.
///
/// # Errors
/// If the caller is no admin, or there is nobody such who can sign in.
pub async fn make_link(app: &App, me: &SignedIn, id: OperatorId) -> Result<OneTimeLink, AppError> {
    only_admins(me)?;
    let account = operators::find(&mut app.db.conn().await?, id).await?.ok_or(AppError::NotFound)?;
    make(app, &me.into(), account.operator).await
}

/// The same for whoever sits at the server, by an address.
///
/// # Errors
/// If nobody with this address can sign in.
pub async fn make_link_for(app: &App, email: &str) -> Result<OneTimeLink, AppError> {
    let account = operators::find_by_email(&mut app.db.conn().await?, email.trim()).await?;
    let account = account.ok_or_else(|| AppError::invalid("email", "Nobody has this address."))?;
    make(app, &Doer::command_line(), account.operator).await
}

async fn make(app: &App, by: &Doer, operator: Operator) -> Result<OneTimeLink, AppError> {
    if !operator.enabled {
        return Err(AppError::invalid("person", "This person is disabled. Enable them first."));
    }
    let at = app.clock.now();
    let mut tx = app.db.begin().await?;
    let link = replace_link(app, &mut tx, &operator, at).await?;
    audit::record(&mut tx, by, Done::to(AuditKind::ResetLinkMade, operator.id, &operator.name), at).await?;
    tx.commit().await?;
    Ok(link)
}

/// Makes a link in the place of older ones, and of the mails that have not left with one of those.
pub(super) async fn replace_link(
    app: &App,
    tx: &mut Tx,
    operator: &Operator,
    at: Time,
) -> Result<OneTimeLink, AppError> {
    let (link, token_hash) = new_link(app, routes::RESET, at.plus(USABLE))?;
    let kept = Kept {
        id: new_id(),
        token_hash,
        operator_id: operator.id,
        created_at: at,
        expires_at: link.expires_at,
    };
    password_resets::update_ended_of(tx, operator.id, at).await?;
    service_mails::update_void(tx, ServiceMailKind::Reset, &operator.email, REPLACED, at).await?;
    password_resets::insert(tx, &kept).await?;
    Ok(link)
}

/// Whose password a link resets.
///
/// # Errors
/// [`AppError::NotFound`] if it cannot be used any more, or never could; and if there were too many looks.
pub async fn open_reset(app: &App, token: &str, browser: &Browser) -> Result<Welcome, AppError> {
    app.limits.link(browser.address)?;
    let (_, operator) = find(&mut app.db.conn().await?, token, app.clock.now()).await?;
    Ok(Welcome { email: operator.email, invited_by: None })
}

/// Sets another password, and ends all sessions of its person with their streams. They sign in with it then.
///
/// # Errors
/// [`AppError::NotFound`] if the link cannot be used any more; or if the password cannot be used.
pub async fn reset(app: &App, token: &str, password: &str, browser: &Browser) -> Result<(), AppError> {
    app.limits.link(browser.address)?;
    let at = app.clock.now();
    // Nobody gets a password hashed who has no link.
    find(&mut app.db.conn().await?, token, at).await?;
    let hash = app.passwords.hash(password).await?;
    let mut tx = app.db.begin().await?;
    let (reset, operator) = find(&mut tx, token, at).await?;
    // Of several at once only one comes through here.
    if !password_resets::update_ended(&mut tx, reset, at).await? {
        return Err(AppError::NotFound);
    }
    operators::update_password(&mut tx, operator.id, &hash).await?;
    let ended = sessions::delete_all_of(&mut tx, operator.id, None).await?;
    tell_ended(&mut tx, operator.id, ended, at).await?;
    let done = Done::to(AuditKind::PasswordReset, operator.id, &operator.name);
    audit::record(&mut tx, &Doer::operator(&operator, browser.address), done, at).await?;
    tx.commit().await?;
    app.hub.committed();
    Ok(())
}

/// What a link resets, and for whom, if they may sign in.
async fn find(conn: &mut Conn, token: &str, now: Time) -> Result<(uuid::Uuid, Operator), AppError> {
    let found = password_resets::find_open(conn, &token::hash(token), now).await?;
    let (reset, id) = found.ok_or(AppError::NotFound)?;
    let account = operators::find(conn, id).await?.filter(|account| account.operator.enabled);
    Ok((reset, account.ok_or(AppError::NotFound)?.operator))
}
