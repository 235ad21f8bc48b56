//! What a reply would say if it were sent now.

use super::{letters, reply};
use crate::{
    domain::{AppError, ConversationId, Me, MessageId, ReplyPreview, clean_text, macros::Template},
    server::{app::App, store::conversations},
};

/// What the customer would read, decided as the reply itself decides it. Nothing is written.
///
/// # Errors
/// If the text holds what is no macro, nothing can be sent, or the operator may not see the conversation.
pub async fn reply(
    app: &App,
    me: &Me,
    id: ConversationId,
    text: &str,
    in_reply_to: Option<MessageId>,
) -> Result<ReplyPreview, AppError> {
    let template = Template::parse(&clean_text(text))?;
    let mut tx = app.db.snapshot().await?;
    let conversation = conversations::find(&mut tx, id).await?;
    let conversation = conversation.filter(|found| me.sees(&found.facts())).ok_or(AppError::NotFound)?;
    let way = reply::find_way(app, &mut tx, &conversation).await?;
    let filled = reply::fill(&mut tx, me, &conversation, &way.channel, &template).await?;
    let html = match filled.text() {
        Ok(text) => letters::html(&mut tx, &conversation, &way, &text, in_reply_to).await?,
        Err(_) => None,
    };
    tx.commit().await?;
    Ok(ReplyPreview { kind: way.channel.kind, filled, html })
}
