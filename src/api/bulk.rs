//! What is done to several conversations at once, or to one, and taking that back.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::domain::{AppError, BulkAction, BulkItem, BulkUndo, ConversationId};

/// Does something to conversations, a hundred at most. The answer says of each what became of it.
///
/// # Errors
/// If nobody is signed in, or there are too many.
#[server(prefix = "/fn", endpoint = "handle_many", input = Json)]
pub async fn handle_many(ids: Vec<ConversationId>, action: BulkAction) -> Result<Vec<BulkItem>, AppError> {
    use crate::server::{actions::bulk, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        bulk::handle(&app, &me, &ids, &action).await
    })
    .await
}

/// Takes back what was done, wherever it still can be. The answer says where.
///
/// # Errors
/// As [`handle_many`].
#[server(prefix = "/fn", endpoint = "undo_many", input = Json)]
pub async fn undo_many(items: Vec<BulkUndo>) -> Result<Vec<BulkItem>, AppError> {
    use crate::server::{actions::bulk, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        bulk::undo(&app, &me, &items).await
    })
    .await
}
