//! `/mails/{message}`: a mail as it was sent, in a page of its own that can do nothing.

use axum::{
    extract::{Path, Query, State},
    http::{HeaderValue, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{guard, problem::Problem, unread::saved_as};
use crate::{
    domain::{AppError, MessageId},
    server::{app::App, channels::email, queries::mail},
};

/// How a mail is to be shown.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    /// Whether images from elsewhere may load.
    #[serde(default)]
    images: u8,
}

/// `GET /mails/{message}`: its cleaned HTML. No script runs, whatever it holds: the page's own policy forbids them, and
/// so does the frame that it is shown in.
pub async fn frame(
    State(app): State<App>,
    Path(message): Path<MessageId>,
    Query(wanted): Query<Wanted>,
    parts: Parts,
) -> Result<Response, Problem> {
    let me = guard::signed_in(&app, &parts).await?;
    let html = mail::html(&app, &me, message).await?;
    let (html, images) =
        if wanted.images == 1 { (email::show_images(&html), "https: http: ") } else { (html, "") };
    let (html, _) = email::quote::fold_html(&html);
    let policy = format!(
        "default-src 'none'; img-src 'self' data: {images}; style-src 'unsafe-inline'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'self'; \
         sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
    );
    let page = format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><base target=\"_blank\">\
         <meta name=\"referrer\" content=\"no-referrer\"><style>{STYLE}</style></head><body>{html}</body></html>"
    );
    let policy = HeaderValue::from_str(&policy).map_err(|_| AppError::Unavailable)?;
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    Ok((headers, page).into_response())
}

/// Mails are written for white paper.
const STYLE: &str = "html{background:#fff;color:#1a1a1a;color-scheme:light}\
body{margin:0;padding:12px;font:14px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}\
img{max-width:100%;height:auto}table{max-width:100%}pre{white-space:pre-wrap}";

/// `GET /mails/{message}/raw`: the mail as it came, to be saved.
pub async fn raw(
    State(app): State<App>,
    Path(message): Path<MessageId>,
    parts: Parts,
) -> Result<Response, Problem> {
    let me = guard::signed_in(&app, &parts).await?;
    let raw = mail::raw(&app, &me, message).await?;
    Ok((saved_as("attachment; filename=\"mail.eml\""), raw).into_response())
}
