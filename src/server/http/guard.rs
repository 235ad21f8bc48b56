//! Who stands behind a server function's request. The first line of every server function's body calls this.

use std::net::{IpAddr, Ipv4Addr};

use axum::http::{HeaderValue, StatusCode, header, request::Parts};
use leptos::prelude::{expect_context, use_context};
use leptos_axum::ResponseOptions;

use super::{middleware::Peer, problem::retry_after};
use crate::{
    domain::AppError,
    routes,
    server::{
        app::App,
        auth::{
            browser::Browser,
            session::{self, Cookie, SignedIn},
        },
    },
};

/// In the context while a page is rendered.
#[derive(Debug, Clone, Copy)]
pub struct Rendering;

/// A request of somebody who may not be signed in.
pub struct Caller {
    pub app: App,
    /// The session cookie's token.
    pub token: Option<String>,
    /// The token of the cookie of somebody whose password was right, and who has yet to give a code.
    pub half: Option<String>,
    pub browser: Browser,
}

/// The caller of this request, whoever it is.
///
/// # Errors
/// If it is not called in a request.
pub fn anyone() -> Result<Caller, AppError> {
    let app = use_context::<App>().ok_or(AppError::Unavailable)?;
    let parts = use_context::<Parts>().ok_or(AppError::Unavailable)?;
    let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let browser = Browser::of(agent.unwrap_or_default(), address_of(&parts));
    let (token, half) = (token_of(&app, &parts, Cookie::Session), token_of(&app, &parts, Cookie::Half));
    Ok(Caller { app, token, half, browser })
}

/// The operator who is signed in, and so the scope of everything that this request may touch.
///
/// # Errors
/// [`AppError::Unauthenticated`] if nobody is.
pub async fn operator() -> Result<(App, SignedIn), AppError> {
    let Caller { app, token, browser, .. } = anyone()?;
    let me = session::me(&app, &token.ok_or(AppError::Unauthenticated)?).await?;
    Ok((app, me.asking_from(browser.address)))
}

/// The operator whose browser asks for something that is no server function.
///
/// # Errors
/// [`AppError::Unauthenticated`] if nobody is signed in.
pub async fn signed_in(app: &App, parts: &Parts) -> Result<SignedIn, AppError> {
    let token = token_of(app, parts, Cookie::Session).ok_or(AppError::Unauthenticated)?;
    Ok(session::me(app, &token).await?.asking_from(address_of(parts)))
}

/// The address that a request comes from.
fn address_of(parts: &Parts) -> IpAddr {
    parts.extensions.get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0)
}

/// The token of a request's cookie.
fn token_of(app: &App, parts: &Parts, cookie: Cookie) -> Option<String> {
    parts
        .headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|cookies| cookies.to_str().ok())
        .find_map(|cookies| cookie.token_in(app, cookies))
        .map(str::to_owned)
}

/// Runs a server function's body and gives its error the HTTP status that says the same: Leptos alone would answer
/// every error with 500.
///
/// # Errors
/// The body's.
pub async fn answer<T>(body: impl Future<Output = Result<T, AppError>>) -> Result<T, AppError> {
    let result = body.await;
    if let (Err(error), Some(response)) = (&result, use_context::<ResponseOptions>()) {
        // While a page is being rendered, an error of one of its parts is not the page's status; and a form that was
        // sent without JavaScript goes back to its page, which shows the error.
        if use_context::<Rendering>().is_none() && !is_plain_form() {
            response.set_status(
                StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            );
            if let Some(seconds) = retry_after(error) {
                response.insert_header(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
        }
    }
    result
}

fn is_plain_form() -> bool {
    use_context::<Parts>().is_some_and(|parts| {
        let accept = parts.headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
        accept.is_some_and(|accept| accept.contains("text/html"))
    })
}

/// Adds a `Set-Cookie` to the answer.
pub fn set_cookie(cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        expect_context::<ResponseOptions>().append_header(header::SET_COOKIE, value);
    }
}

/// Sends the browser to another page of this site.
pub fn go_to(path: &str) {
    leptos_axum::redirect(path);
}

/// A path of this site that a form named, or the inbox: never another site.
#[must_use]
pub fn own_path(path: Option<&str>) -> String {
    match path {
        Some(path)
            if path.starts_with('/')
                && !path.starts_with("//")
                && !path.contains(['\\', '\n', '\r', '\t']) =>
        {
            path.to_owned()
        }
        _ => routes::INBOX.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn only_own_paths_are_gone_to() {
        assert_eq!(own_path(Some("/inbox/1?queue=mine")), "/inbox/1?queue=mine");
        for foreign in
            ["https://evil.test", "//evil.test", "/\\evil.test", "/\t/evil.test", "javascript:1", ""]
        {
            assert_eq!(own_path(Some(foreign)), "/inbox", "{foreign}");
        }
        assert_eq!(own_path(None), "/inbox");
    }
}
