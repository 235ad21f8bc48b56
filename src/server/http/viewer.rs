//! For whom a page is rendered: found out before it is, for the document itself needs it.

use axum::{
    extract::{Request, State},
    http::{Method, request::Parts},
    middleware::Next,
    response::Response,
};
use leptos::prelude::{provide_context, use_context};

use super::guard;
use crate::{
    domain::Viewer,
    server::{app::App, queries},
};

/// Adds to a page's request for whom it is.
pub async fn find(State(app): State<App>, request: Request, next: Next) -> Response {
    // All else are server functions.
    if request.method() != Method::GET {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let me = guard::signed_in(&app, &parts).await.ok();
    match queries::people::viewer(&app, me.as_deref()).await {
        Ok(viewer) => drop(parts.extensions.insert(viewer)),
        Err(error) => tracing::warn!(%error, "a page is rendered for nobody in particular"),
    }
    next.run(Request::from_parts(parts, body)).await
}

/// Gives it to the page.
pub fn provide() {
    if let Some(viewer) = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Viewer>().cloned()) {
        provide_context(viewer);
    }
}
