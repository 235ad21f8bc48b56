//! Who asks, and for what.

use axum::{
    extract::{FromRequestParts, Path, Query},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use serde::de::DeserializeOwned;

use super::refused::Refused;
use crate::{
    domain::{ApiCaller, AppError, Bot, ConversationId},
    server::{actions::api_tokens, app::App},
};

/// Whoever has sent a token. The first parameter of every handler.
#[derive(Debug)]
pub struct Caller(pub ApiCaller);

impl FromRequestParts<App> for Caller {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refused> {
        let token = bearer(&parts.headers).ok_or_else(Refused::unauthenticated)?;
        let caller = api_tokens::identify(app, token).await?.ok_or_else(Refused::unauthenticated)?;
        app.limits.api(caller.token)?;
        Ok(Self(caller))
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The bot that a caller may speak as.
pub fn speaker(caller: &ApiCaller) -> Result<&Bot, Refused> {
    let refused = |code, detail: &str| Refused::new(StatusCode::FORBIDDEN, code, detail);
    match &caller.bot {
        Some(bot) if bot.enabled => Ok(bot),
        Some(_) => Err(refused("bot_off", "The bot that this token acts as is switched off.")),
        None => Err(refused("no_bot", "This token acts as no bot, and so cannot speak.")),
    }
}

/// The conversation in a path. What is no id names nothing that exists.
#[derive(Debug)]
pub struct Of(pub ConversationId);

impl<S: Send + Sync> FromRequestParts<S> for Of {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let Ok(Path(text)) = Path::<String>::from_request_parts(parts, state).await else {
            return Err(AppError::NotFound.into());
        };
        text.parse().map(Self).map_err(|_| AppError::NotFound.into())
    }
}

/// What stands behind the question mark.
#[derive(Debug)]
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        let read = Query::<T>::try_from_uri(&parts.uri);
        read.map(|Query(asked)| Self(asked)).map_err(|error| Refused::invalid("query", error.body_text()))
    }
}
