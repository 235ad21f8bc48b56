//! The HTTP API for sibling apps, below `/api/v1`: a chatbot that answers in conversations, a CRM that reads them.
//!
//! Cookie-less: a bearer token says who asks (`caller`). What is posted is done once (`once`). Each handler says what it
//! takes and answers, and is routed and documented by that; `document` adds what holds for all, `page` shows it.

mod caller;
mod conversations;
mod document;
mod messages;
mod once;
mod page;
mod refused;
mod schemas;
mod shapes;
mod speaking;
mod whole;

use std::any::Any;

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::{Next, from_fn},
    response::{Html, IntoResponse, Response},
    routing::{any, get},
};
use bytes::Bytes;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use self::refused::Refused;
use crate::{
    domain::AppError,
    server::{app::App, error::internal},
};

/// Where the page is.
const PAGE: &str = "/api/v1";
/// Where the document is.
const DOCUMENT: &str = "/api/v1/openapi.json";
/// The most that a request may carry, in bytes.
pub const LARGEST_BODY: usize = 256 * 1024;

/// The API's routes, and the document that lists them.
pub fn routes(public_url: &str) -> Router<App> {
    let (routes, document) = documented(public_url);
    let document = serde_json::to_value(&document).expect("a document has string keys");
    let (json, page) = (Bytes::from(document.to_string()), Bytes::from(page::page(&document)));
    let document = move || {
        let headers = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        std::future::ready((headers, json.clone()))
    };
    let policy = HeaderValue::from_str(&page::policy()).expect("visible ASCII");
    let page = move || {
        let headers = [(header::CONTENT_SECURITY_POLICY, policy.clone())];
        std::future::ready((headers, Html(page.clone())))
    };
    routes
        .route(PAGE, get(page))
        .route(DOCUMENT, get(document))
        .method_not_allowed_fallback(wrong_method)
        .route("/api/v1/{*rest}", any(nothing_there))
        .layer(CatchPanicLayer::custom(crashed))
        .layer(from_fn(not_stored))
}

fn documented(public_url: &str) -> (Router<App>, OpenApi) {
    let (routes, document) = OpenApiRouter::<App>::default()
        .routes(routes!(conversations::list, conversations::open))
        .routes(routes!(conversations::show))
        .routes(routes!(messages::list, messages::say))
        .routes(routes!(messages::relay))
        .routes(routes!(speaking::partial))
        .routes(routes!(speaking::typing))
        .routes(routes!(speaking::hand_off))
        .split_for_parts();
    (routes, document::complete(document, public_url))
}

async fn nothing_there() -> Refused {
    AppError::NotFound.into()
}

/// The router adds which methods there are.
async fn wrong_method() -> Refused {
    let detail = "This address takes other methods: see the header Allow.";
    Refused::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
}

fn crashed(_: Box<dyn Any + Send>) -> Response {
    Refused::from(internal(&"a handler of the API panicked")).into_response()
}

/// What is told here is for whoever asked.
async fn not_stored(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
