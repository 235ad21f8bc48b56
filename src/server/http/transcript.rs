//! `/conversations/{id}/transcript.txt`: a conversation as text.

use axum::{
    body::Body,
    extract::{Path, State},
    http::request::Parts,
    response::{IntoResponse, Response},
};

use super::{guard, problem::Problem, unread::saved_as};
use crate::{
    domain::ConversationId,
    server::{app::App, queries::transcript},
};

/// To be saved, by whoever may see the conversation.
pub async fn text(
    State(app): State<App>,
    Path(id): Path<ConversationId>,
    parts: Parts,
) -> Result<Response, Problem> {
    let me = guard::signed_in(&app, &parts).await?;
    let text = transcript::write(&app, &me, id).await?;
    Ok((saved_as("attachment; filename=\"transcript.txt\""), Body::from_stream(text)).into_response())
}
