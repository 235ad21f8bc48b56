//! `/demo`: what the product is tried with, where the configuration allows it. A shop's page with the widget on it, and
//! a customer's phone with the SMS provider that serves it.

mod phone;
mod phones;
mod provider;

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    http::header,
    middleware::{Next, from_fn_with_state},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};

use self::phones::Phones;
use super::{middleware, problem::Problem};
use crate::{
    domain::AppError,
    server::{app::App, seed::WIDGET_KEY},
};

const SHOP: &str = include_str!("../../../../public/demo/index.html");

/// What the demo's routes share.
#[derive(Clone)]
pub struct Demo {
    app: App,
    phones: Arc<Phones>,
}

/// The demo's routes. Without the demo they answer as if they did not exist.
pub fn routes(app: &App) -> Router {
    let demo = Demo { app: app.clone(), phones: Arc::default() };
    let pages = Router::new()
        .route("/demo", get(shop))
        .route("/demo/phone", get(phone::page))
        .route("/demo/phone/messages", get(phone::list).post(phone::send))
        .route_layer(from_fn_with_state(app.clone(), middleware::require_own_origin));
    // Whoever calls this one is no browser: a signature is its key.
    let provider = Router::new().route("/demo/provider/messages", post(provider::take));
    pages.merge(provider).route_layer(from_fn_with_state(app.clone(), only_in_demo)).with_state(demo)
}

async fn only_in_demo(State(app): State<App>, request: Request, next: Next) -> Result<Response, Problem> {
    if app.config.server.demo { Ok(next.run(request).await) } else { Err(AppError::NotFound.into()) }
}

/// `GET /demo`
async fn shop() -> Response {
    let policy = "default-src 'none'; script-src 'self'; style-src 'self'; frame-src 'self'; \
                  img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    let page = Html(SHOP.replace("{{channel_key}}", WIDGET_KEY));
    ([(header::CONTENT_SECURITY_POLICY, policy)], page).into_response()
}
