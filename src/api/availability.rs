//! Whether an operator takes work.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::domain::{AppError, Availability};

/// Chooses whether one takes work.
///
/// # Errors
/// If nobody is signed in, or that cannot be chosen.
#[server(prefix = "/fn", endpoint = "set_availability", input = Json)]
pub async fn set_availability(availability: Availability) -> Result<Availability, AppError> {
    use crate::server::{actions, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        actions::availability::choose(&app, &me, availability).await
    })
    .await
}

/// Tells that nobody has touched this browser for a while, or that somebody does again.
///
/// # Errors
/// If nobody is signed in, or the database fails.
#[server(prefix = "/fn", endpoint = "set_idle", input = Json)]
pub async fn set_idle(idle: bool) -> Result<Availability, AppError> {
    use crate::server::{actions, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        actions::availability::set_idle(&app, &me, idle).await
    })
    .await
}
