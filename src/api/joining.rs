//! Links that were given to one person: to make an account, or to choose another password. Whoever has one may use it,
//! once; nobody has to be signed in.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::domain::{AppError, Welcome};

/// What an invitation says to whoever follows its link.
///
/// # Errors
/// [`AppError::NotFound`] if it cannot be used any more.
#[server(prefix = "/fn", endpoint = "load_invitation", input = Json)]
pub async fn load_invitation(token: String) -> Result<Welcome, AppError> {
    use crate::server::{actions::people, http::guard};
    guard::answer(async {
        let caller = guard::anyone()?;
        people::open_invitation(&caller.app, &token, &caller.browser).await
    })
    .await
}

/// Makes the account that an invitation is for, signs in and goes on to the inbox.
///
/// # Errors
/// [`AppError::NotFound`] if it cannot be used any more; the first field that cannot be used.
#[server(prefix = "/fn", endpoint = "accept_invitation")]
pub async fn accept_invitation(token: String, name: String, password: String) -> Result<(), AppError> {
    use crate::{
        routes,
        server::{actions::people, auth::session::Cookie, http::guard},
    };
    guard::answer(async {
        let caller = guard::anyone()?;
        let session = people::accept(&caller.app, &token, &name, &password, &caller.browser).await?;
        guard::set_cookie(&Cookie::Session.keep(&caller.app, &session));
        guard::go_to(routes::INBOX);
        Ok(())
    })
    .await
}

/// Whose password a link resets.
///
/// # Errors
/// [`AppError::NotFound`] if it cannot be used any more.
#[server(prefix = "/fn", endpoint = "load_reset", input = Json)]
pub async fn load_reset(token: String) -> Result<Welcome, AppError> {
    use crate::server::{actions::people, http::guard};
    guard::answer(async {
        let caller = guard::anyone()?;
        people::open_reset(&caller.app, &token, &caller.browser).await
    })
    .await
}

/// Sets another password, and goes on to where one signs in with it.
///
/// # Errors
/// [`AppError::NotFound`] if the link cannot be used any more; or if the password cannot be used.
#[server(prefix = "/fn", endpoint = "reset_password")]
pub async fn reset_password(token: String, password: String) -> Result<(), AppError> {
    use crate::{
        routes,
        server::{actions::people, http::guard},
    };
    guard::answer(async {
        let caller = guard::anyone()?;
        people::reset(&caller.app, &token, &password, &caller.browser).await?;
        guard::go_to(routes::LOGIN_AFTER_RESET);
        Ok(())
    })
    .await
}
