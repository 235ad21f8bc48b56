//! Invitations: a link that makes one account.

use super::{REPLACED, new_link};
use crate::{
    domain::{
        AppError, AuditKind, InvitationForm, InvitationId, Invited, OneTimeLink, Operator, ServiceMail,
        ServiceMailKind, TeamId, Time, Welcome, name_of_person, setup::only_admins,
    },
    routes,
    server::{
        actions::{
            accounts,
            audit::{self, Doer, Done},
            service_mails::{self as mails, NewMail},
        },
        app::App,
        auth::{
            browser::Browser,
            session::{self, SignedIn},
            token,
        },
        clock::new_id,
        store::{
            Conn, StoreError, Tx,
            invitations::{self, Kept},
            operators::{self, Account},
            service_mails, teams, workspace,
        },
    },
};

/// So long an invitation can be used.
const USABLE: i64 = 7 * Time::DAY;

/// Invites somebody. Whoever has the link, which is given here and never again, becomes that person; older links to the
/// same address are of no use any more.
///
/// # Errors
/// If the caller is no admin, the address cannot be used, somebody has an account with it, or it is to be mailed and
/// nothing can be.
pub async fn invite(app: &App, me: &SignedIn, form: &InvitationForm) -> Result<Invited, AppError> {
    only_admins(me)?;
    let email = accounts::address(&form.email)?;
    let at = app.clock.now();
    let (link, token_hash) = new_link(app, routes::INVITATION, at.plus(USABLE))?;
    let mut tx = app.db.begin().await?;
    if operators::find_by_email(&mut tx, &email).await?.is_some() {
        return Err(AppError::invalid("email", "Somebody with this address is here already."));
    }
    let kept = Kept {
        id: new_id(),
        token_hash,
        email,
        role: form.role,
        teams: known(&mut tx, &form.teams).await?,
        invited_by: Some(me.id),
        created_at: at,
        expires_at: link.expires_at,
    };
    invitations::update_ended_of(&mut tx, &kept.email, at).await?;
    service_mails::update_void(&mut tx, ServiceMailKind::Invitation, &kept.email, REPLACED, at).await?;
    invitations::insert(&mut tx, &kept).await?;
    let done = Done::to(AuditKind::PersonInvited, kept.id, &kept.email).saying(kept.role.label());
    audit::record(&mut tx, &me.into(), done, at).await?;
    let mail = if form.mail { Some(mail(app, &mut tx, me, &kept, &link, at).await?) } else { None };
    tx.commit().await?;
    app.work.notify_one();
    Ok(Invited { invitation: kept.shown(Some(me.name.clone()), mail), link })
}

/// Mails an invitation's link to whom it is for. Nobody has the old one any more to send, so it is another, and the old one
/// is of no use from then on.
///
/// # Errors
/// If the caller is no admin, or nothing can be mailed; [`AppError::NotFound`] if there is no such invitation, or it was
/// used.
pub async fn mail_invitation(app: &App, me: &SignedIn, id: InvitationId) -> Result<Invited, AppError> {
    only_admins(me)?;
    let at = app.clock.now();
    let (link, token_hash) = new_link(app, routes::INVITATION, at.plus(USABLE))?;
    let mut tx = app.db.begin().await?;
    let kept = invitations::find(&mut tx, id, at).await?.ok_or(AppError::NotFound)?;
    let kept = Kept { token_hash, expires_at: link.expires_at, ..kept };
    if !invitations::update_token(&mut tx, &kept).await? {
        return Err(AppError::NotFound);
    }
    service_mails::update_void(&mut tx, ServiceMailKind::Invitation, &kept.email, REPLACED, at).await?;
    let done = Done::to(AuditKind::PersonInvited, kept.id, &kept.email).saying("another link, by mail");
    audit::record(&mut tx, &me.into(), done, at).await?;
    let mail = mail(app, &mut tx, me, &kept, &link, at).await?;
    let invited_by = operators::find_name(&mut tx, kept.invited_by).await?;
    tx.commit().await?;
    app.work.notify_one();
    Ok(Invited { invitation: kept.shown(invited_by, Some(mail)), link })
}

/// Has the link of an invitation mailed.
async fn mail(
    app: &App,
    tx: &mut Tx,
    me: &SignedIn,
    kept: &Kept,
    link: &OneTimeLink,
    at: Time,
) -> Result<ServiceMail, AppError> {
    let by = mails::carrier(tx, None).await?;
    let workspace = workspace::find_name(tx).await?;
    let text = format!(
        "{} has invited you to {workspace}.\n\nChoose a name and a password here:\n{}\n\nThe link works once, within seven \
         days. If you did not expect it, leave it alone: without it nothing happens.",
        me.name, link.url
    );
    let mail = NewMail {
        kind: ServiceMailKind::Invitation,
        to: kept.email.clone(),
        subject: format!("{} invites you to {workspace}", me.name),
        text,
        about: kept.id.into(),
        asked_by: me.id,
    };
    mails::queue(app, tx, &by, mail, at).await
}

/// Takes an invitation back.
///
/// # Errors
/// If the caller is no admin; [`AppError::NotFound`] if there is none, or it was used.
pub async fn withdraw(app: &App, me: &SignedIn, id: InvitationId) -> Result<(), AppError> {
    only_admins(me)?;
    let at = app.clock.now();
    let mut tx = app.db.begin().await?;
    let email = invitations::update_ended(&mut tx, id, at).await?.ok_or(AppError::NotFound)?;
    let why = "The invitation was withdrawn.";
    service_mails::update_void(&mut tx, ServiceMailKind::Invitation, &email, why, at).await?;
    audit::record(&mut tx, &me.into(), Done::to(AuditKind::InvitationWithdrawn, id, &email), at).await?;
    Ok(tx.commit().await?)
}

/// What an invitation says to whoever follows its link.
///
/// # Errors
/// [`AppError::NotFound`] if it cannot be used any more, or never could; and if there were too many looks.
pub async fn open_invitation(app: &App, token: &str, browser: &Browser) -> Result<Welcome, AppError> {
    app.limits.link(browser.address)?;
    let mut conn = app.db.conn().await?;
    let kept = invitations::find_open(&mut conn, &token::hash(token), app.clock.now()).await?;
    let kept = kept.ok_or(AppError::NotFound)?;
    let invited_by = operators::find_name(&mut conn, kept.invited_by).await?;
    Ok(Welcome { email: kept.email, invited_by })
}

/// Makes the account that an invitation is for, and signs its person in. Returns the token for the cookie.
///
/// # Errors
/// [`AppError::NotFound`] if the invitation cannot be used any more; the first field that cannot be used.
pub async fn accept(
    app: &App,
    token: &str,
    name: &str,
    password: &str,
    browser: &Browser,
) -> Result<String, AppError> {
    app.limits.link(browser.address)?;
    let hash = token::hash(token);
    let at = app.clock.now();
    // Nobody gets a password hashed who has no invitation.
    let found = invitations::find_open(&mut app.db.conn().await?, &hash, at).await?;
    found.ok_or(AppError::NotFound)?;
    let name = name_of_person(name)?;
    let password_hash = app.passwords.hash(password).await?;
    let mut tx = app.db.begin().await?;
    let kept = invitations::find_open(&mut tx, &hash, at).await?.ok_or(AppError::NotFound)?;
    // Of several at once only one comes through here.
    invitations::update_ended(&mut tx, kept.id, at).await?.ok_or(AppError::NotFound)?;
    let operator = Operator { id: new_id(), name, email: kept.email, role: kept.role, enabled: true };
    let account = Account { operator, password_hash, auth_epoch: 0, created_at: at };
    let teams = known(&mut tx, &kept.teams).await?;
    accounts::write(&mut tx, &account, &teams, at).await?;
    let operator = &account.operator;
    let done = Done::to(AuditKind::PersonJoined, operator.id, &operator.name).saying(operator.role.label());
    audit::record(&mut tx, &Doer::operator(operator, browser.address), done, at).await?;
    let token = session::begin_in(&mut tx, app, &account, browser).await?;
    tx.commit().await?;
    app.hub.committed();
    Ok(token)
}

/// Those of the teams that there are.
async fn known(conn: &mut Conn, wanted: &[TeamId]) -> Result<Vec<TeamId>, StoreError> {
    let all = teams::list(conn).await?;
    Ok(all.into_iter().map(|team| team.id).filter(|id| wanted.contains(id)).collect())
}
