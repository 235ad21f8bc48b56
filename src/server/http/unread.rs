//! `/settings/unread/{id}/raw`: something that could not be read, as it came.

use axum::{
    extract::{Path, State},
    http::{HeaderName, HeaderValue, header, request::Parts},
    response::{IntoResponse, Response},
};

use super::{guard, problem::Problem};
use crate::{
    domain::HookId,
    server::{app::App, queries::channels},
};

/// To be saved, never shown.
pub async fn raw(State(app): State<App>, Path(id): Path<HookId>, parts: Parts) -> Result<Response, Problem> {
    let me = guard::signed_in(&app, &parts).await?;
    let body = channels::as_it_came(&app, &me, id).await?;
    Ok((saved_as("attachment; filename=\"unread.txt\""), body).into_response())
}

/// The headers of bytes from strangers, which a browser must not open.
pub fn saved_as(disposition: &'static str) -> [(HeaderName, HeaderValue); 4] {
    [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(disposition)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ]
}
