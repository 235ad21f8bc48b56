//! The list of routes.

use std::time::Duration;

use axum::{
    Router,
    extract::Request,
    handler::Handler,
    http::{HeaderValue, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use leptos::{
    config::LeptosOptions,
    nonce::use_nonce,
    prelude::{provide_context, use_context},
};
use leptos_axum::{LeptosRoutes, ResponseOptions, generate_route_list};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    limit::RequestBodyLimitLayer,
    services::{ServeDir, ServeFile},
    timeout::TimeoutLayer,
};

use super::{
    api_v1, audit, canned, dashboard, demo::Demo, events, files, guard::Rendering, health, hooks, mails,
    middleware, problem::Problem, transcripts, unread, viewer, widget,
};
use crate::{
    app::{self, shell},
    domain::{AppError, Attachment},
    routes,
    server::{
        app::App,
        channels::email::{LARGEST_HOOK, LARGEST_MAIL},
    },
};

/// The most that a request may carry, in bytes, where it brings no file.
const LARGEST_BODY: usize = 256 * 1024;

/// A request may take so long.
const USUAL: Duration = Duration::from_secs(60);
/// And one with a file: people send them by telephone too.
const LONG: Duration = Duration::from_secs(300);

/// Every route of the server, with all that surrounds them.
pub fn router(app: &App, demo: &Demo, options: LeptosOptions) -> Router {
    let state = |routes: Router<App>| routes.with_state::<()>(app.clone());
    let small = pages(app, options.clone()).merge(state(widget_routes(&options))).merge(state(open_routes()));
    Router::new()
        .merge(bounded(small, LARGEST_BODY, USUAL))
        .merge(bounded(state(uploads(app)), Attachment::LARGEST, LONG))
        .merge(bounded(state(hook_routes()), LARGEST_HOOK, LONG))
        .merge(bounded(state(api_v1::routes(&app.config.server.public_url)), api_v1::LARGEST_BODY, USUAL))
        .merge(bounded(demo.routes(), LARGEST_MAIL, USUAL))
        .layer(from_fn_with_state(app.clone(), middleware::secure_headers))
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(app.clone(), middleware::observe))
}

/// Bounds what a request may carry and how long it may take.
fn bounded(routes: Router, largest: usize, longest: Duration) -> Router {
    routes
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, longest))
        .layer(RequestBodyLimitLayer::new(largest))
        .layer(from_fn(move |request: Request, next: Next| async move {
            let response = next.run(request).await;
            match response.status() {
                StatusCode::PAYLOAD_TOO_LARGE => Problem(AppError::TooLarge { largest }).into_response(),
                // It took too long.
                StatusCode::SERVICE_UNAVAILABLE if !response.headers().contains_key(header::CONTENT_TYPE) => {
                    Problem(AppError::Unavailable).into_response()
                }
                _ => response,
            }
        }))
}

/// The operators' app: pages, server functions, their stream, and the files that the pages ask for.
fn pages(app: &App, options: LeptosOptions) -> Router {
    let context = {
        let app = app.clone();
        move || {
            provide_context(app.clone());
            viewer::provide();
            if let Some(response) = use_context::<ResponseOptions>()
                && let Some(nonce) = use_nonce()
            {
                provide_context(Rendering);
                if let Ok(policy) = HeaderValue::from_str(&content_policy(&nonce.to_string())) {
                    response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
                }
            }
        }
    };
    let files = ServeDir::new(options.site_root.as_ref()).precompressed_br().precompressed_gzip();
    let pages = generate_route_list(app::App);
    let not_found = Handler::with_state(
        leptos_axum::file_and_error_handler_with_context::<LeptosOptions, _>(context.clone(), shell),
        options.clone(),
    );
    let leptos = Router::new()
        .leptos_routes_with_context(&options, pages, context, {
            let options = options.clone();
            move || shell(options.clone())
        })
        .layer(from_fn(middleware::refuse_arguments))
        .layer(from_fn_with_state(app.clone(), viewer::find))
        .fallback_service(files.not_found_service(not_found))
        .with_state(options)
        .layer(CompressionLayer::new());
    Router::new()
        .route("/events", get(events::operator_events))
        .route("/dashboard/export.csv", get(dashboard::table))
        .route("/settings/unread/{id}/raw", get(unread::raw))
        .route("/canned/export.csv", get(canned::table))
        .route(routes::AUDIT_TABLE, get(audit::table))
        .route("/conversations/{id}/transcript", get(transcripts::save))
        .route("/mails/{message}", get(mails::frame))
        .route("/mails/{message}/raw", get(mails::raw))
        .with_state(app.clone())
        .merge(leptos)
        .layer(from_fn(cache))
        .layer(from_fn_with_state(app.clone(), middleware::require_own_origin))
}

/// What visitors' browsers ask for, from any site: no cookie is read here.
fn widget_routes(options: &LeptosOptions) -> Router<App> {
    let loader = ServeFile::new(format!("{}/widget/widget.js", options.site_root))
        .precompressed_br()
        .precompressed_gzip();
    Router::new()
        .route("/widget/{key}/settings.js", get(widget::settings))
        .route("/widget/frame/{key}", get(widget::frame))
        .route("/widget/api/{key}/conversation", get(widget::conversation))
        .route("/widget/api/{key}/messages", post(widget::send))
        .route("/widget/api/{key}/typing", post(widget::typed))
        .route("/widget/api/{key}/person", post(widget::ask_for_person))
        .route("/widget/api/{key}/events", get(widget::events))
        .route_service("/widget.js", loader)
        .layer(from_fn(loadable_from_anywhere))
}

fn open_routes() -> Router<App> {
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/files/{key}", get(files::show))
        .route("/files/{key}/thumbnail", get(files::show_thumbnail))
}

/// What brings a file.
fn uploads(app: &App) -> Router<App> {
    let operators = Router::new()
        .route("/files", post(files::upload))
        .layer(from_fn_with_state(app.clone(), middleware::require_own_origin));
    let visitors = Router::new().route("/widget/api/{key}/files", post(widget::upload));
    operators.merge(visitors)
}

fn hook_routes() -> Router<App> {
    Router::new().route("/hooks/{provider}/{key}", any(hooks::take))
}

/// Only scripts that we have named by this answer's nonce run, and what those load.
fn content_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; \
         style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; \
         frame-src 'self'; base-uri 'none'; form-action 'self'; object-src 'none'; frame-ancestors 'none'"
    )
}

/// Files whose name holds their hash never change; everything else is asked for again.
async fn cache(request: Request, next: Next) -> Response {
    let hashed = request
        .uri()
        .path()
        .strip_prefix("/pkg/")
        .is_some_and(|name| name.split('.').nth(1).is_some_and(is_hash));
    let mut response = next.run(request).await;
    if response.status().is_success() && !response.headers().contains_key(header::CACHE_CONTROL) {
        let value = if hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
    }
    response
}

fn is_hash(part: &str) -> bool {
    part.len() >= 8 && part.bytes().all(|byte| byte.is_ascii_hexdigit())
}

async fn loadable_from_anywhere(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-cache"));
    response
}
