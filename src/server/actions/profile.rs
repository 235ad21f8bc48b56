//! What people change of themselves: their name and clock, their password, and where they are signed in.

use super::{
    audit::{self, Done},
    second_step::address_of,
    sign_in::tell_ended,
};
use crate::{
    domain::{AppError, AuditKind, Event, Operator, Profile, SessionId, name_of_person},
    server::{
        app::App,
        auth::session::SignedIn,
        store::{events, operators, sessions},
    },
};

/// Changes a person's name, which everybody learns, and the clock by which they see times.
///
/// # Errors
/// The first field that cannot be used.
pub async fn save(app: &App, me: &SignedIn, name: &str, time_zone: &str) -> Result<(), AppError> {
    let (name, time_zone) = (name_of_person(name)?, Profile::time_zone(time_zone)?);
    let at = app.clock.now();
    let mut tx = app.db.begin().await?;
    let account = operators::find(&mut tx, me.id).await?.ok_or(AppError::NotFound)?;
    operators::update_profile(&mut tx, me.id, &name, time_zone.as_deref()).await?;
    if account.operator.name != name {
        let done = Done::to(AuditKind::PersonRenamed, me.id, &name).saying(format!("before: {}", me.name));
        let operator = Operator { name: name.clone(), ..account.operator };
        events::append(&mut tx, &Event::OperatorChanged { operator }, None, at).await?;
        audit::record(&mut tx, &me.into(), done, at).await?;
    }
    tx.commit().await?;
    app.hub.committed();
    Ok(())
}

/// Changes a person's password, and ends all their other sessions with their streams.
///
/// # Errors
/// The first field that cannot be used: the `current` password, or the new one.
pub async fn change_password(app: &App, me: &SignedIn, current: &str, new: &str) -> Result<(), AppError> {
    check_password(app, me, current).await.map_err(|error| match error {
        AppError::Invalid { message, .. } => AppError::invalid("current", message),
        other => other,
    })?;
    let hash = app.passwords.hash(new).await?;
    let at = app.clock.now();
    let mut tx = app.db.begin().await?;
    let epoch = operators::update_password(&mut tx, me.id, &hash).await?;
    sessions::update_epoch(&mut tx, me.session, epoch).await?;
    let ended = sessions::delete_all_of(&mut tx, me.id, Some(me.session)).await?;
    tell_ended(&mut tx, me.id, ended, at).await?;
    audit::record(&mut tx, &me.into(), Done::to(AuditKind::PasswordChanged, me.id, &me.name), at).await?;
    tx.commit().await?;
    app.hub.committed();
    Ok(())
}

/// Ends one of a person's own sessions, with its streams.
///
/// # Errors
/// [`AppError::NotFound`] if they have none such.
pub async fn end_session(app: &App, me: &SignedIn, id: SessionId) -> Result<(), AppError> {
    let at = app.clock.now();
    let mut tx = app.db.begin().await?;
    if !sessions::delete(&mut tx, me.id, id).await? {
        return Err(AppError::NotFound);
    }
    tell_ended(&mut tx, me.id, vec![id], at).await?;
    let done = Done::to(AuditKind::SessionsEnded, me.id, &me.name).saying("1 session");
    audit::record(&mut tx, &me.into(), done, at).await?;
    tx.commit().await?;
    app.hub.committed();
    Ok(())
}

/// Ends all of a person's sessions but the one that asks.
///
/// # Errors
/// If the database fails.
pub async fn end_other_sessions(app: &App, me: &SignedIn) -> Result<(), AppError> {
    let at = app.clock.now();
    let mut tx = app.db.begin().await?;
    let ended = sessions::delete_all_of(&mut tx, me.id, Some(me.session)).await?;
    if ended.is_empty() {
        return Ok(());
    }
    let details = format!("{} session(s)", ended.len());
    tell_ended(&mut tx, me.id, ended, at).await?;
    let done = Done::to(AuditKind::SessionsEnded, me.id, &me.name).saying(details);
    audit::record(&mut tx, &me.into(), done, at).await?;
    tx.commit().await?;
    app.hub.committed();
    Ok(())
}

/// Lets a person go on who knows their password: a browser that was left open is not enough. Tries count as if they were
/// signing in.
///
/// # Errors
/// If it is wrong, or there were too many tries.
pub async fn check_password(app: &App, me: &SignedIn, password: &str) -> Result<(), AppError> {
    app.limits.sign_in(&me.email, address_of(me))?;
    let account =
        operators::find(&mut app.db.conn().await?, me.id).await?.ok_or(AppError::Unauthenticated)?;
    if app.passwords.verify(password, Some(account.password_hash)).await? {
        Ok(())
    } else {
        Err(AppError::invalid("password", "This is not your password."))
    }
}
