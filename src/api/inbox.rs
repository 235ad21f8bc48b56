//! The inbox's frame and list.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::domain::{AppError, Filter, Inbox, Page, PageKey, Position, Push, Queue, Time};

/// Everything that the inbox shows when it opens on a queue, or on what of it meets a filter.
///
/// # Errors
/// If nobody is signed in, or the database fails.
#[server(prefix = "/fn", endpoint = "load_inbox", input = Json)]
pub async fn load_inbox(queue: Queue, #[server(default)] filter: Filter) -> Result<Inbox, AppError> {
    use crate::{
        domain::Listing,
        server::{http::guard, queries::inbox},
    };
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        inbox::open(&app, &me, Listing { queue, filter }).await
    })
    .await
}

/// A page of the same, from a place on. `at` is the time that the filter is read at, that of the first page; none: now.
///
/// # Errors
/// If nobody is signed in, or the database fails.
#[server(prefix = "/fn", endpoint = "list_conversations", input = Json)]
pub async fn list_conversations(
    queue: Queue,
    from: Option<PageKey>,
    #[server(default)] filter: Filter,
    #[server(default)] at: Option<Time>,
) -> Result<Page, AppError> {
    use crate::{
        domain::Listing,
        server::{http::guard, queries::inbox},
    };
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        inbox::list(&app, &me, &Listing { queue, filter }, from, at).await
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
