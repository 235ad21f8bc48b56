//! Signing in and out.

use leptos::prelude::*;

use crate::domain::AppError;

/// Signs in and goes on to `next`, a path of this site, or to the inbox.
///
/// # Errors
/// The same for every reason why the account cannot be signed in to.
#[server(prefix = "/fn", endpoint = "sign_in")]
pub async fn sign_in(email: String, password: String, next: Option<String>) -> Result<(), AppError> {
    use crate::server::{actions::accounts, auth::session, http::guard};
    guard::answer(async {
        let caller = guard::anyone()?;
        let token = accounts::sign_in(&caller.app, &email, &password, caller.peer).await?;
        guard::set_cookie(&session::cookie(&caller.app, &token));
        guard::go_to(&guard::own_path(next.as_deref()));
        Ok(())
    })
    .await
}

/// Ends the session of this browser.
///
/// # Errors
/// If the database fails.
#[server(prefix = "/fn", endpoint = "sign_out")]
pub async fn sign_out() -> Result<(), AppError> {
    use crate::server::{auth::session, http::guard};
    guard::answer(async {
        let caller = guard::anyone()?;
        if let Some(token) = &caller.token {
            session::end(&caller.app, token).await?;
        }
        guard::set_cookie(&session::no_cookie(&caller.app));
        guard::go_to("/login");
        Ok(())
    })
    .await
}
