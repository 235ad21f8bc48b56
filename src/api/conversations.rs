//! What operators do to a conversation besides writing in it.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::domain::{AppError, Conversation, ConversationId, OperatorId, ReadMark, SuggestionId, TeamId};

/// Becomes the owner of a conversation that nobody owns.
///
/// # Errors
/// A conflict that names the colleague who was quicker.
#[server(prefix = "/fn", endpoint = "claim", input = Json)]
pub async fn claim(id: ConversationId) -> Result<Conversation, AppError> {
    use crate::server::{actions::handle, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        handle::claim(&app, &me, id).await
    })
    .await
}

/// Steps in for the bot.
///
/// # Errors
/// A conflict that names the colleague who was quicker.
#[server(prefix = "/fn", endpoint = "take_over", input = Json)]
pub async fn take_over(id: ConversationId) -> Result<Conversation, AppError> {
    use crate::server::{actions::handle, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        handle::take_over(&app, &me, id).await
    })
    .await
}

/// Gives a conversation back to its bot, with what it is to mind; may be empty.
///
/// # Errors
/// If it has no bot, that is not possible in its status, or not allowed.
#[server(prefix = "/fn", endpoint = "give_back", input = Json)]
pub async fn give_back(id: ConversationId, instruction: String) -> Result<Conversation, AppError> {
    use crate::server::{actions::handle, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        handle::give_back(&app, &me, id, &instruction).await
    })
    .await
}

/// Takes away what a bot has offered.
///
/// # Errors
/// If the operator may not work there.
#[server(prefix = "/fn", endpoint = "dismiss_suggestion", input = Json)]
pub async fn dismiss_suggestion(
    id: ConversationId,
    suggestion: SuggestionId,
) -> Result<Conversation, AppError> {
    use crate::server::{actions::handle, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        handle::dismiss_suggestion(&app, &me, id, suggestion).await
    })
    .await
}

/// Puts a conversation back into its team's queue.
///
/// # Errors
/// If that is not possible in its status, or not allowed.
#[server(prefix = "/fn", endpoint = "release", input = Json)]
pub async fn release(id: ConversationId) -> Result<Conversation, AppError> {
    use crate::server::{actions::handle, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        handle::release(&app, &me, id).await
    })
    .await
}

/// Marks a conversation as done.
///
/// # Errors
/// If that is not possible in its status, or not allowed.
#[server(prefix = "/fn", endpoint = "resolve", input = Json)]
pub async fn resolve(id: ConversationId) -> Result<Conversation, AppError> {
    use crate::server::{actions::handle, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        handle::resolve(&app, &me, id).await
    })
    .await
}

/// Brings a resolved conversation back.
///
/// # Errors
/// If that is not possible in its status, or not allowed.
#[server(prefix = "/fn", endpoint = "reopen", input = Json)]
pub async fn reopen(id: ConversationId) -> Result<Conversation, AppError> {
    use crate::server::{actions::handle, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        handle::reopen(&app, &me, id).await
    })
    .await
}

/// Gives a conversation to a named operator.
///
/// # Errors
/// If that operator cannot take it, or it is not allowed.
#[server(prefix = "/fn", endpoint = "assign", input = Json)]
pub async fn assign(id: ConversationId, to: OperatorId) -> Result<Conversation, AppError> {
    use crate::server::{actions::handle, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        handle::assign(&app, &me, id, to).await
    })
    .await
}

/// Gives a conversation to another team; none: to nobody's.
///
/// # Errors
/// If there is no such team, that is not possible in its status, or not allowed.
#[server(prefix = "/fn", endpoint = "move_to_team", input = Json)]
pub async fn move_to_team(id: ConversationId, to: Option<TeamId>) -> Result<Conversation, AppError> {
    use crate::server::{actions::handing_on, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        handing_on::move_to_team(&app, &me, id, to).await
    })
    .await
}

/// Takes back that the caller has assigned a conversation or moved it to another team.
///
/// # Errors
/// A conflict if something has happened there since.
#[server(prefix = "/fn", endpoint = "undo_assign", input = Json)]
pub async fn undo_assign(id: ConversationId) -> Result<Conversation, AppError> {
    use crate::server::{actions::handing_on, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        handing_on::undo_assign(&app, &me, id).await
    })
    .await
}

/// Notes that everything up to a message has been on screen.
///
/// # Errors
/// If the operator may not see the conversation.
#[server(prefix = "/fn", endpoint = "mark_read", input = Json)]
pub async fn mark_read(id: ConversationId, seq: i64) -> Result<ReadMark, AppError> {
    use crate::server::{actions::read, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        read::mark_read(&app, &me, id, seq).await
    })
    .await
}

/// Marks a message and everything after it as unread.
///
/// # Errors
/// If the operator may not see the conversation.
#[server(prefix = "/fn", endpoint = "mark_unread", input = Json)]
pub async fn mark_unread(id: ConversationId, from_seq: i64) -> Result<ReadMark, AppError> {
    use crate::server::{actions::read, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        read::mark_unread(&app, &me, id, from_seq).await
    })
    .await
}

/// Moves a customer's mail to another conversation of the same contact; none: to one of its own. The answer says which.
///
/// # Errors
/// If there is no such mail, or the operator may not see both conversations.
#[server(prefix = "/fn", endpoint = "move_mail", input = Json)]
pub async fn move_mail(
    conversation_id: ConversationId,
    seq: i64,
    to: Option<ConversationId>,
) -> Result<ConversationId, AppError> {
    use crate::server::{actions::moving, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        moving::move_mail(&app, &me, conversation_id, seq, to).await
    })
    .await
}
