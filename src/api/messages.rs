//! What operators write.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::domain::{
    AppError, AwaitedFileId, ClientMsgId, ConversationId, FileId, Message, MessageId, ReplyBeside,
    ReplyPreview,
};

/// Sends a reply to the customer, with files that were uploaded before; with any, the body may be empty. `seen_seq` is
/// the newest message that was on screen; `anyway` sends although a colleague has replied since. Macros are filled; `beside`
/// names the responses that stand in it, and the message that it answers.
///
/// # Errors
/// A conflict that shows the colleague's message, if there was one; what cannot be sent, with the reason: of macros, the
/// field [`FIELD`](crate::domain::macros::FIELD), of the message that it answers,
/// [`Answered::FIELD`](crate::domain::Answered::FIELD).
#[server(prefix = "/fn", endpoint = "send_reply", input = Json)]
pub async fn send_reply(
    conversation_id: ConversationId,
    client_msg_id: ClientMsgId,
    body: String,
    files: Vec<FileId>,
    seen_seq: i64,
    anyway: bool,
    #[server(flatten)] beside: ReplyBeside,
) -> Result<Message, AppError> {
    use crate::server::{
        actions::reply::{self, Reply},
        http::guard,
    };
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        let reply = Reply { conversation_id, client_msg_id, body, files, seen_seq, anyway, beside };
        reply::reply(&app, &me, reply).await
    })
    .await
}

/// What a reply would say if it were sent now, in the form of its channel; a mail quotes the message that it answers.
///
/// # Errors
/// What is no macro; if nothing can be sent, or the operator may not see the conversation.
#[server(prefix = "/fn", endpoint = "preview_reply", input = Json)]
pub async fn preview_reply(
    conversation_id: ConversationId,
    body: String,
    #[server(default)] in_reply_to: Option<MessageId>,
) -> Result<ReplyPreview, AppError> {
    use crate::server::{actions::preview, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        preview::reply(&app, &me, conversation_id, &body, in_reply_to).await
    })
    .await
}

/// Writes a note that only the team sees, with files as in [`send_reply`]. What looks like a macro in it stays as it is.
///
/// # Errors
/// What cannot be stored, with the reason.
#[server(prefix = "/fn", endpoint = "add_note", input = Json)]
pub async fn add_note(
    conversation_id: ConversationId,
    client_msg_id: ClientMsgId,
    body: String,
    files: Vec<FileId>,
) -> Result<Message, AppError> {
    use crate::server::{actions::reply, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        reply::add_note(&app, &me, conversation_id, client_msg_id, &body, files).await
    })
    .await
}

/// Keeps what has been written and not sent, as a note or a reply; an empty text forgets it.
///
/// # Errors
/// If the operator may not see the conversation.
#[server(prefix = "/fn", endpoint = "save_draft", input = Json)]
pub async fn save_draft(conversation_id: ConversationId, body: String, note: bool) -> Result<(), AppError> {
    use crate::{
        domain::Draft,
        server::{actions::read, http::guard},
    };
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        read::save_draft(&app, &me, conversation_id, &Draft::new(body, note)).await
    })
    .await
}

/// Says that the operator is writing a reply, or has stopped. Sent at most once in three seconds.
///
/// # Errors
/// If the operator may not see the conversation.
#[server(prefix = "/fn", endpoint = "set_typing", input = Json)]
pub async fn set_typing(conversation_id: ConversationId, on: bool) -> Result<(), AppError> {
    use crate::server::{actions::typing, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        typing::by_operator(&app, &me, conversation_id, on).await
    })
    .await
}

/// Says that the operator has the conversation on screen, or has no longer. Sent when that changes, and from time to
/// time while it is there.
///
/// # Errors
/// If the operator may not see the conversation.
#[server(prefix = "/fn", endpoint = "set_looking", input = Json)]
pub async fn set_looking(conversation_id: ConversationId, on: bool) -> Result<(), AppError> {
    use crate::server::{actions::typing, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        typing::looks(&app, &me, conversation_id, on).await
    })
    .await
}

/// Sends a message again that failed, whose outcome nobody knows, or that was taken back.
///
/// # Errors
/// If it is on its way or out, or the operator may not work on the conversation.
#[server(prefix = "/fn", endpoint = "send_again", input = Json)]
pub async fn send_again(conversation_id: ConversationId, seq: i64) -> Result<(), AppError> {
    use crate::server::{actions::retry, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        retry::send_again(&app, &me, conversation_id, seq).await
    })
    .await
}

/// Notes that a message of which nobody knew was sent, because somebody has looked.
///
/// # Errors
/// As [`send_again`].
#[server(prefix = "/fn", endpoint = "mark_sent", input = Json)]
pub async fn mark_sent(conversation_id: ConversationId, seq: i64) -> Result<(), AppError> {
    use crate::server::{actions::retry, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        retry::mark_sent(&app, &me, conversation_id, seq).await
    })
    .await
}

/// Takes a message back that waits to be sent.
///
/// # Errors
/// If it is no longer waiting, or the operator may not work on the conversation.
#[server(prefix = "/fn", endpoint = "cancel_message", input = Json)]
pub async fn cancel_message(conversation_id: ConversationId, seq: i64) -> Result<(), AppError> {
    use crate::server::{actions::retry, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        retry::cancel(&app, &me, conversation_id, seq).await
    })
    .await
}

/// Has a file of a message fetched again that its provider did not give us. If it is here meanwhile, nothing happens.
///
/// # Errors
/// If the operator may not work on the conversation.
#[server(prefix = "/fn", endpoint = "fetch_again", input = Json)]
pub async fn fetch_again(
    conversation_id: ConversationId,
    seq: i64,
    file: AwaitedFileId,
) -> Result<(), AppError> {
    use crate::server::{actions::media, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        media::fetch_again(&app, &me, conversation_id, seq, file).await
    })
    .await
}
