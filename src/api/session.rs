//! Signing in and out.

use leptos::prelude::*;

use crate::domain::AppError;

/// Signs in and goes on to `next`, a path of this site, or to the inbox; first to where a code is asked for, if one is.
///
/// # Errors
/// The same for every reason why the account cannot be signed in to.
#[server(prefix = "/fn", endpoint = "sign_in")]
pub async fn sign_in(email: String, password: String, next: Option<String>) -> Result<(), AppError> {
    use crate::{
        routes,
        server::{
            actions::sign_in::{self, Came},
            auth::session::Cookie,
            http::guard,
        },
    };
    guard::answer(async {
        let caller = guard::anyone()?;
        let next = guard::own_path(next.as_deref());
        match sign_in::sign_in(&caller.app, &email, &password, &caller.browser).await? {
            Came::In(token) => {
                guard::set_cookie(&Cookie::Session.keep(&caller.app, &token));
                guard::go_to(&next);
            }
            Came::HalfWay(token) => {
                guard::set_cookie(&Cookie::Half.keep(&caller.app, &token));
                guard::go_to(&routes::login_code(&next));
            }
        }
        Ok(())
    })
    .await
}

/// Gives the code that was asked for after the password, or a recovery code, and goes on to `next`.
///
/// # Errors
/// If the code is wrong or was used before; [`AppError::Unauthenticated`] if the password has to be given again.
#[server(prefix = "/fn", endpoint = "sign_in_code")]
pub async fn sign_in_code(code: String, next: Option<String>) -> Result<(), AppError> {
    use crate::server::{actions::sign_in, auth::session::Cookie, http::guard};
    guard::answer(async {
        let caller = guard::anyone()?;
        let half = caller.half.ok_or(AppError::Unauthenticated)?;
        let token = sign_in::give_code(&caller.app, &half, &code, &caller.browser).await?;
        guard::set_cookie(&Cookie::Half.forget(&caller.app));
        guard::set_cookie(&Cookie::Session.keep(&caller.app, &token));
        guard::go_to(&guard::own_path(next.as_deref()));
        Ok(())
    })
    .await
}

/// Has a link mailed to whoever has this address, if somebody has, by which they choose another password. The answer is
/// the same whether anybody has.
///
/// # Errors
/// If this is no address, nothing can be mailed, or there were too many attempts.
#[server(prefix = "/fn", endpoint = "forgot_password")]
pub async fn forgot_password(email: String) -> Result<(), AppError> {
    use crate::{
        routes,
        server::{actions::people, http::guard},
    };
    guard::answer(async {
        let caller = guard::anyone()?;
        people::forgot(&caller.app, &email, &caller.browser).await?;
        guard::go_to(routes::FORGOT_AND_ASKED);
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
    use crate::server::{actions::sign_in, auth::session::Cookie, http::guard};
    guard::answer(async {
        let caller = guard::anyone()?;
        if let Some(token) = &caller.token {
            sign_in::sign_out(&caller.app, token, &caller.browser).await?;
        }
        guard::set_cookie(&Cookie::Session.forget(&caller.app));
        guard::go_to("/login");
        Ok(())
    })
    .await
}
