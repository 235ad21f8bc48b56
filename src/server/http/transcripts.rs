//! `/conversations/{id}/transcript`: what was said in a conversation, as a text to be saved.

use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderValue, header, request::Parts},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::{StreamExt, future::ready, stream};
use serde::Deserialize;

use super::{guard, problem::Problem, unread::saved_as};
use crate::{
    domain::{AppError, ConversationId, Me},
    server::{app::App, queries::transcript},
};

/// How it is wanted.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    /// How far east of UTC the reader's clock is.
    #[serde(default)]
    minutes_east: i64,
}

/// All of it, however long, as it was when it was asked for: read and sent a part at a time.
pub async fn save(
    State(app): State<App>,
    Path(id): Path<ConversationId>,
    Query(wanted): Query<Wanted>,
    parts: Parts,
) -> Result<Response, Problem> {
    let me = guard::signed_in(&app, &parts).await?;
    let me: Me = (*me).clone();
    let (conversation, transcript) = transcript::open(&app, &me, id, wanted.minutes_east).await?;
    let last = conversation.last_seq;
    let head = stream::once(ready(Ok::<Bytes, AppError>(transcript.head(conversation.created_at).into())));
    let rest = stream::try_unfold(1, move |from| {
        let (app, me, transcript) = (app.clone(), me.clone(), transcript.clone());
        async move {
            if from > last {
                return Ok(None);
            }
            let part = transcript::part(&app, &me, id, from, last).await?;
            let Some(end) = part.last().map(|message| message.seq) else { return Ok(None) };
            let text: String = part.iter().map(|message| transcript.entry(message)).collect();
            Ok::<_, AppError>(Some((Bytes::from(text), end + 1)))
        }
    });
    let body = Body::from_stream(head.chain(rest));
    let mut answer = (saved_as("attachment; filename=\"transcript.txt\""), body).into_response();
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    Ok(answer)
}
