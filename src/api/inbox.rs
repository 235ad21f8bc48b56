//! The inbox's frame and list.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::domain::{AppError, Inbox, Page, PageKey, Position, Push, Queue};

/// Everything that the inbox shows when it opens on a queue.
///
/// # Errors
/// If nobody is signed in, or the database fails.
#[server(prefix = "/fn", endpoint = "load_inbox", input = Json)]
pub async fn load_inbox(queue: Queue) -> Result<Inbox, AppError> {
    use crate::server::{http::guard, queries::inbox};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        inbox::open(&app, &me, queue).await
    })
    .await
}

/// A page of a queue, from a place on.
///
/// # Errors
/// If nobody is signed in, or the database fails.
#[server(prefix = "/fn", endpoint = "list_conversations", input = Json)]
pub async fn list_conversations(queue: Queue, from: Option<PageKey>) -> Result<Page, AppError> {
    use crate::server::{http::guard, queries::inbox};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        inbox::list(&app, &me, queue, from).await
    })
    .await
}

/// What happened after a place, in one go: for a tab that then listens to another tab's stream. None: load again.
///
/// # Errors
/// If nobody is signed in, or the database fails.
#[server(prefix = "/fn", endpoint = "events_since", input = Json)]
pub async fn events_since(after: Position) -> Result<Option<Vec<Push>>, AppError> {
    use crate::server::{http::guard, realtime::stream};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        stream::missed_by_operator(&app, &me, after).await
    })
    .await
}
