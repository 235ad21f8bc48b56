//! One conversation.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::domain::{AppError, ConversationId, Message, Thread};

/// The newest part of a conversation, and what stands beside it.
///
/// # Errors
/// If it does not exist or the operator may not see it.
#[server(prefix = "/fn", endpoint = "load_thread", input = Json)]
pub async fn load_thread(id: ConversationId) -> Result<Thread, AppError> {
    use crate::server::{http::guard, queries::thread};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        thread::open(&app, &me, id).await
    })
    .await
}

/// The same, with the part around a message in place of the newest.
///
/// # Errors
/// As [`load_thread`].
#[server(prefix = "/fn", endpoint = "load_thread_at", input = Json)]
pub async fn load_thread_at(id: ConversationId, seq: i64) -> Result<Thread, AppError> {
    use crate::server::{http::guard, queries::thread};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        thread::open_at(&app, &me, id, seq).await
    })
    .await
}

/// The messages after a number, oldest first.
///
/// # Errors
/// If the conversation does not exist or the operator may not see it.
#[server(prefix = "/fn", endpoint = "load_newer", input = Json)]
pub async fn load_newer(id: ConversationId, after: i64) -> Result<Vec<Message>, AppError> {
    use crate::server::{http::guard, queries::thread};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        thread::newer(&app, &me, id, after).await
    })
    .await
}

/// The messages before a number, oldest first.
///
/// # Errors
/// If the conversation does not exist or the operator may not see it.
#[server(prefix = "/fn", endpoint = "load_older", input = Json)]
pub async fn load_older(id: ConversationId, before: i64) -> Result<Vec<Message>, AppError> {
    use crate::server::{http::guard, queries::thread};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        thread::older(&app, &me, id, before).await
    })
    .await
}
