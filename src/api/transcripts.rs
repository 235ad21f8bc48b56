//! Transcripts of conversations, by mail. To be saved, they have a route of their own.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::domain::{AppError, ConversationId, ServiceMail, TranscriptMail};

/// To whom a transcript would go, and what became of those that were mailed.
///
/// # Errors
/// If the operator may not see the conversation.
#[server(prefix = "/fn", endpoint = "load_transcript_mail", input = Json)]
pub async fn load_transcript_mail(id: ConversationId) -> Result<TranscriptMail, AppError> {
    use crate::server::{http::guard, queries::transcript};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        transcript::mail_form(&app, &me, id).await
    })
    .await
}

/// Mails what was said in a conversation to an address, with times by a clock so many minutes east of UTC.
///
/// # Errors
/// If the operator may not see the conversation, this is no address, or nothing can be mailed.
#[server(prefix = "/fn", endpoint = "mail_transcript", input = Json)]
pub async fn mail_transcript(
    id: ConversationId,
    to: String,
    minutes_east: i64,
) -> Result<ServiceMail, AppError> {
    use crate::server::{actions::transcript, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        transcript::mail(&app, &me, id, &to, minutes_east).await
    })
    .await
}
