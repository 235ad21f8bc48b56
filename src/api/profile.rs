//! Everybody's own settings. Each function is about whoever asks, and nobody else.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::domain::{AppError, Enrolment, Profile, SessionId};

/// One's own settings.
///
/// # Errors
/// If nobody is signed in.
#[server(prefix = "/fn", endpoint = "load_profile", input = Json)]
pub async fn load_profile() -> Result<Profile, AppError> {
    use crate::server::{http::guard, queries::people};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        people::profile(&app, &me).await
    })
    .await
}

/// Changes one's name, and the clock by which one sees times; an empty one is the device's.
///
/// # Errors
/// The first field that cannot be used.
#[server(prefix = "/fn", endpoint = "save_profile")]
pub async fn save_profile(name: String, time_zone: String) -> Result<(), AppError> {
    use crate::server::{actions::profile, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        profile::save(&app, &me, &name, &time_zone).await
    })
    .await
}

/// Changes one's password, and ends all one's other sessions.
///
/// # Errors
/// The first field that cannot be used: the `current` password, or the new one.
#[server(prefix = "/fn", endpoint = "change_password")]
pub async fn change_password(current: String, password: String) -> Result<(), AppError> {
    use crate::server::{actions::profile, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        profile::change_password(&app, &me, &current, &password).await
    })
    .await
}

/// Makes a secret for an authenticator app.
///
/// # Errors
/// If the password is wrong, or two-step sign-in is on already.
#[server(prefix = "/fn", endpoint = "begin_second_step", input = Json)]
pub async fn begin_second_step(password: String) -> Result<Enrolment, AppError> {
    use crate::server::{actions::second_step, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        second_step::begin(&app, &me, &password).await
    })
    .await
}

/// Switches two-step sign-in on with a first code. The recovery codes are given here and never again.
///
/// # Errors
/// If the code is wrong, or there is nothing to switch on.
#[server(prefix = "/fn", endpoint = "switch_on_second_step", input = Json)]
pub async fn switch_on_second_step(code: String) -> Result<Vec<String>, AppError> {
    use crate::server::{actions::second_step, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        second_step::switch_on(&app, &me, &code).await
    })
    .await
}

/// Switches two-step sign-in off.
///
/// # Errors
/// If the password is wrong, or it is not on.
#[server(prefix = "/fn", endpoint = "switch_off_second_step", input = Json)]
pub async fn switch_off_second_step(password: String) -> Result<(), AppError> {
    use crate::server::{actions::second_step, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        second_step::switch_off(&app, &me, &password).await
    })
    .await
}

/// Makes new recovery codes, which are given here and never again; the old ones are of no use from then on.
///
/// # Errors
/// If the password is wrong, or two-step sign-in is not on.
#[server(prefix = "/fn", endpoint = "renew_recovery_codes", input = Json)]
pub async fn renew_recovery_codes(password: String) -> Result<Vec<String>, AppError> {
    use crate::server::{actions::second_step, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        second_step::renew_codes(&app, &me, &password).await
    })
    .await
}

/// Ends one of one's own sessions.
///
/// # Errors
/// If there is none such.
#[server(prefix = "/fn", endpoint = "end_session", input = Json)]
pub async fn end_session(id: SessionId) -> Result<(), AppError> {
    use crate::server::{actions::profile, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        profile::end_session(&app, &me, id).await
    })
    .await
}

/// Ends all one's sessions but this one.
///
/// # Errors
/// If nobody is signed in.
#[server(prefix = "/fn", endpoint = "end_other_sessions", input = Json)]
pub async fn end_other_sessions() -> Result<(), AppError> {
    use crate::server::{actions::profile, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        profile::end_other_sessions(&app, &me).await
    })
    .await
}
