//! A forgotten password: whoever has an account gets a link by mail, which a stranger can ask for too.
//!
//! A stranger must not learn who has an account. So to ask does the same work whoever is meant, and the answer comes before
//! anybody has looked whether there is such a person: only the job looks, which writes the mail.

use super::reset::replace_link;
use crate::{
    domain::{AppError, AuditKind, ServiceMailId, ServiceMailKind, ServiceMailState, Time},
    server::{
        actions::{
            accounts,
            audit::{self, Doer, Done},
            service_mails as mails,
        },
        app::App,
        auth::browser::Browser,
        store::{operators, service_mails, workspace},
    },
};

/// Whoever asks again so soon gets no second mail: the first is on its way, and nobody's mailbox is to be filled.
const AGAIN_AFTER: i64 = 2 * Time::MINUTE;

/// Takes in that somebody has forgotten the password of an address's account, if there is one.
///
/// # Errors
/// If this is no address, nothing can be mailed, or there were too many attempts.
pub async fn forgot(app: &App, email: &str, browser: &Browser) -> Result<(), AppError> {
    let email = accounts::address(email)?;
    app.limits.sign_in(&email, browser.address)?;
    let at = app.clock.now();
    let mut tx = app.db.begin().await?;
    let by = mails::carrier(&mut tx, None).await?;
    let done = Done::plain(AuditKind::ResetAsked, &email).saying(browser.name.clone());
    audit::record(&mut tx, &Doer::stranger(browser.address), done, at).await?;
    mails::queue_blank(&mut tx, &by, ServiceMailKind::Reset, email, at).await?;
    tx.commit().await?;
    app.work.notify_one();
    Ok(())
}

/// Makes the link that was asked for and writes the mail that brings it. None if nobody with its address can sign in, or
/// they have just got one: then there is no such mail any more.
///
/// # Errors
/// If its text cannot be sealed, or the database fails.
pub async fn write_reset_mail(app: &App, id: ServiceMailId) -> Result<Option<service_mails::Kept>, AppError> {
    let at = app.clock.now();
    let mut tx = app.db.begin().await?;
    // Of two that were asked for at once the second finds the first.
    operators::take_turn(&mut tx).await?;
    let found = service_mails::find(&mut tx, id).await?;
    let is_blank = |mail: &service_mails::Kept| mail.state == ServiceMailState::Queued && mail.text.is_none();
    let Some(mut mail) = found.filter(is_blank) else { return Ok(None) };
    let account = operators::find_by_email(&mut tx, &mail.to).await?;
    let account = account.filter(|account| account.operator.enabled);
    let has_one =
        service_mails::any_since(&mut tx, ServiceMailKind::Reset, &mail.to, at.plus(-AGAIN_AFTER)).await?;
    let Some(account) = account.filter(|_| !has_one) else {
        service_mails::delete(&mut tx, id).await?;
        tx.commit().await?;
        return Ok(None);
    };
    let operator = account.operator;
    let link = replace_link(app, &mut tx, &operator, at).await?;
    let workspace = workspace::find_name(&mut tx).await?;
    let text = format!(
        "Somebody, most likely you, has forgotten the password of {} at {workspace}.\n\nChoose another here:\n{}\n\nThe link \
         works once, within a day. If it was not you, leave it alone: your password stays as it is.",
        operator.name, link.url
    );
    mail.subject = format!("Another password for {workspace}");
    mail.about = Some(operator.id.into());
    mail.text = Some(mails::seal(app, &mail, &text)?);
    service_mails::update_queued(&mut tx, &mail).await?;
    let done = Done::to(AuditKind::ResetLinkMade, operator.id, &operator.name).saying("by mail");
    audit::record(&mut tx, &Doer::somebody(), done, at).await?;
    tx.commit().await?;
    Ok(Some(mail))
}
