//! `/demo`: a shop's page with the widget on it, to try the product with.

use axum::{
    extract::State,
    http::header,
    response::{Html, IntoResponse, Response},
};

use super::problem::Problem;
use crate::{
    domain::AppError,
    server::{app::App, seed::WIDGET_KEY},
};

const PAGE: &str = include_str!("../../../public/demo/index.html");

/// `GET /demo`, where the configuration allows it.
pub async fn shop(State(app): State<App>) -> Result<Response, Problem> {
    if !app.config.server.demo {
        return Err(AppError::NotFound.into());
    }
    let policy = "default-src 'none'; script-src 'self'; style-src 'self'; frame-src 'self'; \
                  img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    let page = Html(PAGE.replace("{{channel_key}}", WIDGET_KEY));
    Ok(([(header::CONTENT_SECURITY_POLICY, policy)], page).into_response())
}
