//! A conversation as text, from the first message to the last.

use futures::{Stream, stream::try_unfold};

use super::thread::visible;
use crate::{
    domain::{AppError, ConversationId, Me, PAGE_MESSAGES, transcript_entry, transcript_head},
    server::{
        app::App,
        store::{channels, messages},
    },
};

/// Its text in pieces, however long it is. What the team says among itself is not in it.
///
/// # Errors
/// [`AppError::NotFound`] also if the operator may not see it.
pub async fn write(
    app: &App,
    me: &Me,
    id: ConversationId,
) -> Result<impl Stream<Item = Result<String, AppError>> + use<>, AppError> {
    let mut conn = app.db.conn().await?;
    let conversation = visible(&mut conn, me, id).await?;
    let channel = channels::find(&mut conn, conversation.channel_id).await?.ok_or(AppError::NotFound)?;
    drop(conn);
    let head = transcript_head(&conversation, &channel.channel.name);
    let (app, last) = (app.clone(), conversation.last_seq);
    Ok(try_unfold((head, 1), move |(mut text, from)| {
        let app = app.clone();
        async move {
            if from > last {
                // What was said since is in the next one.
                return Ok((!text.is_empty()).then(|| (std::mem::take(&mut text), (String::new(), from))));
            }
            let mut conn = app.db.conn().await?;
            let page = messages::list_from(&mut conn, id, from, PAGE_MESSAGES).await?;
            let next = page.last().map_or(last, |message| message.seq).saturating_add(1);
            text.extend(page.iter().filter(|message| message.seq <= last).map(transcript_entry));
            Ok(Some((text, (String::new(), next))))
        }
    }))
}
