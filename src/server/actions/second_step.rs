//! The second step of signing in: switching it on and off, its recovery codes, and taking a code.

use super::{
    audit::{self, Done},
    profile::check_password,
};
use crate::{
    domain::{AppError, AuditKind, Enrolment, OperatorId, Time, setup::only_admins},
    server::{
        app::App,
        auth::{qr, recovery, session::SignedIn, totp},
        error::internal,
        store::{Tx, operators, second_steps, workspace},
    },
};

/// What was taken for a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// Of an authenticator app.
    App,
    /// A recovery code; so many are left.
    Recovery { left: i64 },
}

impl Taken {
    /// For the audit log.
    #[must_use]
    pub fn sentence(self) -> String {
        match self {
            Self::App => "with a code".to_owned(),
            Self::Recovery { left } => format!("with a recovery code, {left} left"),
        }
    }
}

/// Makes a secret for an authenticator app. Nothing is asked for until a code has proven that the app has it.
///
/// # Errors
/// If the password is wrong, or the second step is on already.
pub async fn begin(app: &App, me: &SignedIn, password: &str) -> Result<Enrolment, AppError> {
    check_password(app, me, password).await?;
    let secret = totp::new_secret().map_err(|error| internal(&error))?;
    let sealed = app.vault.seal(&second_steps::secret_place(me.id), &secret);
    let sealed = sealed.map_err(|error| internal(&error))?;
    let mut tx = app.db.begin().await?;
    if !second_steps::put_unproven(&mut tx, me.id, &sealed).await? {
        return Err(AppError::invalid("password", "Two-step sign-in is on already."));
    }
    let workspace = workspace::find_name(&mut tx).await?;
    tx.commit().await?;
    let address = totp::address(&workspace, &me.email, &secret);
    let (qr_size, qr_path) = qr::path(&address).map_err(|error| internal(&error))?;
    Ok(Enrolment { secret, qr_size, qr_path })
}

/// Switches it on, if the app has shown the right code. Returns the recovery codes, which nobody is shown again.
///
/// # Errors
/// If the code is wrong, or there is nothing to switch on.
pub async fn switch_on(app: &App, me: &SignedIn, code: &str) -> Result<Vec<String>, AppError> {
    app.limits.sign_in(&me.email, address_of(me))?;
    let at = app.clock.now();
    let mut tx = app.db.begin().await?;
    let kept = second_steps::find(&mut tx, me.id).await?.filter(|kept| kept.on_at.is_none());
    let kept =
        kept.ok_or_else(|| AppError::invalid("code", "Begin again: there is nothing to switch on."))?;
    let step = totp::step_of(&secret(app, &kept)?, &plain(code), at);
    let wrong =
        || AppError::invalid("code", "This is not the code that the app shows now. Try the next one.");
    if !second_steps::update_on(&mut tx, me.id, step.ok_or_else(wrong)?, at).await? {
        return Err(wrong());
    }
    let codes = put_codes(&mut tx, me.id).await?;
    audit::record(&mut tx, &me.into(), Done::to(AuditKind::SecondStepOn, me.id, &me.name), at).await?;
    tx.commit().await?;
    Ok(codes)
}

/// Switches it off.
///
/// # Errors
/// If the password is wrong, or it is not on.
pub async fn switch_off(app: &App, me: &SignedIn, password: &str) -> Result<(), AppError> {
    check_password(app, me, password).await?;
    let at = app.clock.now();
    let mut tx = app.db.begin().await?;
    if !second_steps::delete(&mut tx, me.id).await? {
        return Err(AppError::NotFound);
    }
    audit::record(&mut tx, &me.into(), Done::to(AuditKind::SecondStepOff, me.id, &me.name), at).await?;
    Ok(tx.commit().await?)
}

/// Switches it off for somebody who has lost their app and their recovery codes.
///
/// # Errors
/// If the caller is no admin, there is no such person, or it is not on.
pub async fn switch_off_for(app: &App, me: &SignedIn, id: OperatorId) -> Result<(), AppError> {
    only_admins(me)?;
    let at = app.clock.now();
    let mut tx = app.db.begin().await?;
    let account = operators::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    if !second_steps::delete(&mut tx, id).await? {
        return Err(AppError::NotFound);
    }
    let done = Done::to(AuditKind::SecondStepOff, id, &account.operator.name);
    audit::record(&mut tx, &me.into(), done, at).await?;
    Ok(tx.commit().await?)
}

/// Makes new recovery codes; the old ones are of no use from then on. Nobody is shown them again.
///
/// # Errors
/// If the password is wrong, or the second step is not on.
pub async fn renew_codes(app: &App, me: &SignedIn, password: &str) -> Result<Vec<String>, AppError> {
    check_password(app, me, password).await?;
    let at = app.clock.now();
    let mut tx = app.db.begin().await?;
    let kept = second_steps::find(&mut tx, me.id).await?.filter(|kept| kept.on_at.is_some());
    kept.ok_or(AppError::NotFound)?;
    let codes = put_codes(&mut tx, me.id).await?;
    audit::record(&mut tx, &me.into(), Done::to(AuditKind::RecoveryCodesMade, me.id, &me.name), at).await?;
    tx.commit().await?;
    Ok(codes)
}

/// Takes a code of somebody's app, or a recovery code, each once; none if it cannot be taken.
///
/// # Errors
/// If the secret cannot be read; recovery codes are taken all the same.
pub async fn take_code(
    app: &App,
    tx: &mut Tx,
    id: OperatorId,
    code: &str,
    at: Time,
) -> Result<Option<Taken>, AppError> {
    if let Some(hash) = recovery::hash(code) {
        if !second_steps::update_code_used(tx, id, &hash, at).await? {
            return Ok(None);
        }
        return Ok(Some(Taken::Recovery { left: second_steps::count_codes(tx, id).await? }));
    }
    let Some(kept) = second_steps::find(tx, id).await?.filter(|kept| kept.on_at.is_some()) else {
        return Ok(None);
    };
    match totp::step_of(&secret(app, &kept)?, &plain(code), at) {
        Some(step) if second_steps::update_last_step(tx, id, step).await? => Ok(Some(Taken::App)),
        _ => Ok(None),
    }
}

async fn put_codes(tx: &mut Tx, id: OperatorId) -> Result<Vec<String>, AppError> {
    let codes = recovery::new_codes().map_err(|error| internal(&error))?;
    let hashes: Vec<Vec<u8>> = codes.iter().filter_map(|code| recovery::hash(code)).collect();
    second_steps::put_codes(tx, id, &hashes).await?;
    Ok(codes)
}

fn secret(app: &App, kept: &second_steps::Kept) -> Result<String, AppError> {
    let place = second_steps::secret_place(kept.operator_id);
    app.vault.open(&place, &kept.secret).map_err(|error| internal(&error))
}

/// Apps show a gap in the middle.
fn plain(code: &str) -> String {
    code.chars().filter(|c| !c.is_whitespace()).collect()
}

/// From where somebody asks, for the limits.
pub fn address_of(me: &SignedIn) -> std::net::IpAddr {
    me.address.unwrap_or(std::net::IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED))
}
