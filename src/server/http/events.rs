//! The operators' stream of server-sent events.

use axum::{
    body::Body,
    extract::{Query, State},
    http::{HeaderValue, header, request::Parts},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::stream;
use serde::Deserialize;

use super::{guard, problem::Problem};
use crate::{
    domain::{AppError, Position},
    server::{
        app::App,
        realtime::stream::{Frames, open_for_operator},
    },
};

/// Where a stream starts.
#[derive(Debug, Deserialize)]
pub struct After {
    after: Option<String>,
}

impl After {
    /// The place that the client names, by the address or, when a browser reconnects by itself, by `Last-Event-ID`.
    pub fn position(&self, parts: &Parts) -> Result<Position, AppError> {
        let last = parts.headers.get("last-event-id").and_then(|id| id.to_str().ok());
        let text = last.or(self.after.as_deref()).unwrap_or("0.0");
        text.parse().map_err(|_| AppError::invalid("after", "This is not a place in the event log."))
    }
}

/// `GET /events?after=`
pub async fn operator_events(
    State(app): State<App>,
    Query(after): Query<After>,
    parts: Parts,
) -> Result<Response, Problem> {
    let me = guard::signed_in(&app, &parts).await?;
    let frames = open_for_operator(&app, me, after.position(&parts)?).await?;
    Ok(stream_response(frames))
}

/// An answer that stays open.
pub fn stream_response(frames: Frames) -> Response {
    let body = stream::unfold(frames, |mut frames| async move {
        frames.recv().await.map(|frame| (Ok::<Bytes, std::convert::Infallible>(frame), frames))
    });
    let mut response = Body::from_stream(body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Nginx would otherwise hold events back until its buffer is full.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}
