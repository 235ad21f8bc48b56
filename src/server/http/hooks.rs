//! `/hooks/{provider}/{key}`: what providers tell us. Cookie-less: a signature over the raw bytes is the key.

use axum::{
    body::Bytes,
    extract::{Path, Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{middleware::Peer, problem::Problem};
use crate::{
    domain::AppError,
    server::{
        actions::hooks::{self, Told},
        app::App,
        channels::{Hook, Rejected},
        store::channels,
    },
};

/// Verifies, keeps, answers: reading it is a job. A wrong signature leaves no trace in the database; a database that
/// is away is answered with 503, so that the provider comes again.
pub async fn take(
    State(app): State<App>,
    Path((provider, key)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Problem> {
    let found = channels::find_by_key(&mut app.db.conn().await?, &key).await?;
    let channel = found.filter(|found| found.provider == provider).ok_or(AppError::NotFound)?;
    let adapter = app.adapter(&channel).map_err(|words| {
        // Ours to mend; until then the provider comes again.
        tracing::error!(channel = %channel.key, %words, "a hook cannot be checked");
        AppError::Unavailable
    })?;
    let (parts, body) = request.into_parts();
    let body: Bytes = axum::body::to_bytes(body, adapter.largest_hook())
        .await
        .map_err(|_| AppError::invalid("body", "This is more than a provider may send at once."))?;
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let content_type = content_type.unwrap_or_default().to_owned();
    let hook = Hook {
        method: parts.method,
        url: format!("{}{target}", app.config.server.public_url),
        headers: parts.headers,
        body: body.clone(),
        peer: parts.extensions.get::<Peer>().map(|peer| peer.0).ok_or(AppError::Forbidden)?,
    };
    let verified = match adapter.verify(&hook, app.clock.now()) {
        Ok(verified) => verified,
        Err(rejected) => {
            tracing::warn!(channel = %channel.key, %provider, %rejected, "a hook was refused");
            let error = match rejected {
                Rejected::Signature | Rejected::Stale(_) => AppError::Forbidden,
                Rejected::Foreign(_) => AppError::invalid("body", rejected.to_string()),
            };
            return Err(Problem(error));
        }
    };
    let told = Told { key: verified.key, target, content_type, body: body.into() };
    hooks::keep(&app, channel.channel.id, told).await?;
    let answer = adapter.answer();
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::NO_CONTENT);
    let mut response = (status, answer.body).into_response();
    if let Ok(kind) = HeaderValue::from_str(answer.content_type) {
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    Ok(response)
}
