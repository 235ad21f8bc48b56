//! The part of `/api/v1` that a bot needs.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use serde_json::Value;
use tokio::{net::TcpListener, sync::watch, time::timeout};

use super::talk::{Deed, Talk, problem};
use crate::domain::ConversationId;

/// All conversations of the kit. Cheap to clone.
#[derive(Clone)]
pub struct Board(Arc<Inner>);

struct Inner {
    talks: Mutex<HashMap<ConversationId, Talk>>,
    /// Tells that a bot has asked for something.
    news: watch::Sender<()>,
}

impl Default for Board {
    fn default() -> Self {
        Self(Arc::new(Inner { talks: Mutex::default(), news: watch::Sender::new(()) }))
    }
}

impl Board {
    fn lock(&self) -> MutexGuard<'_, HashMap<ConversationId, Talk>> {
        // Nothing that is done under this lock can leave the data half changed.
        self.0.talks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a conversation.
    pub fn begin(&self, id: ConversationId, talk: Talk) {
        self.lock().insert(id, talk);
    }

    /// Looks at a conversation that was begun, or changes it.
    pub fn with<T>(&self, id: ConversationId, work: impl FnOnce(&mut Talk) -> T) -> T {
        work(self.lock().entry(id).or_insert_with(|| Talk::new(0)))
    }

    /// Waits until there is something to see in a conversation; none if there is not in this time.
    pub async fn wait<T>(
        &self,
        id: ConversationId,
        longest: Duration,
        see: impl Fn(&Talk) -> Option<T>,
    ) -> Option<T> {
        let mut news = self.0.news.subscribe();
        let seen = async {
            loop {
                if let Some(seen) = self.with(id, |talk| see(talk)) {
                    return Some(seen);
                }
                // The sender lives as long as the board.
                news.changed().await.ok()?;
            }
        };
        timeout(longest, seen).await.ok().flatten()
    }

    fn take(
        &self,
        id: ConversationId,
        deed: Deed,
        key: Option<String>,
        asked: &Value,
    ) -> (StatusCode, Value) {
        let answer = match self.lock().get_mut(&id) {
            Some(talk) => talk.take(deed, key, asked),
            None => (StatusCode::NOT_FOUND, problem("not_found", "There is no such conversation.")),
        };
        self.0.news.send_replace(());
        answer
    }
}

/// The API over these conversations.
pub fn router(board: &Board) -> Router {
    Router::new().route("/api/v1/conversations/{id}/{deed}", post(take)).with_state(board.clone())
}

/// Answers until it is stopped.
pub async fn serve(listener: TcpListener, router: Router) {
    if let Err(error) = axum::serve(listener, router).await {
        tracing::error!(%error, "the stand-in stopped");
    }
}

async fn take(
    State(board): State<Board>,
    Path((id, deed)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let answer = |(status, body): (StatusCode, Value)| {
        if status == StatusCode::NO_CONTENT {
            status.into_response()
        } else {
            (status, Json(body)).into_response()
        }
    };
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if text(header::AUTHORIZATION.as_str()).is_none_or(|token| !token.starts_with("Bearer ")) {
        return answer((StatusCode::UNAUTHORIZED, problem("unauthenticated", "Send a token.")));
    }
    let (Ok(id), Some(deed)) = (id.parse(), Deed::from_word(&deed)) else {
        return answer((StatusCode::NOT_FOUND, problem("not_found", "There is no such place.")));
    };
    let Ok(asked) = serde_json::from_slice(&body) else {
        return answer((StatusCode::BAD_REQUEST, problem("malformed", "This is no JSON.")));
    };
    let key = text("idempotency-key").filter(|key| (8..=128).contains(&key.len())).map(str::to_owned);
    answer(board.take(id, deed, key, &asked))
}
