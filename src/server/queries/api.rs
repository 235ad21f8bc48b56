//! What sibling apps read.

use crate::{
    domain::{
        ApiCaller, AppError, Conversation, ConversationId, Filter, Message, PageKey, Time, WireConversation,
        WireMessage,
    },
    server::{
        app::App,
        store::{
            Conn,
            conversations::{self, Wanted},
            messages, wire,
        },
    },
};

/// Which conversations are asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    pub filter: Filter,
    /// With activity at or after this time.
    pub since: Option<Time>,
    /// Behind this place.
    pub after: Option<PageKey>,
    pub limit: usize,
}

/// Conversations that the caller may see, those with the oldest activity first, and the place of the last of them if
/// there are more.
///
/// # Errors
/// If the database fails.
pub async fn conversations(
    app: &App,
    caller: &ApiCaller,
    asked: Asked,
) -> Result<(Vec<WireConversation>, Option<PageKey>), AppError> {
    let wanted = Wanted {
        bot: caller.bot.as_ref().map(|bot| bot.id),
        since: asked.since,
        filter: &asked.filter,
        now: app.clock.now(),
        after: asked.after,
        limit: i64::try_from(asked.limit + 1).unwrap_or(i64::MAX),
    };
    let mut tx = app.db.snapshot().await?;
    let mut found = conversations::list_active(&mut tx, &wanted).await?;
    let more = found.len() > asked.limit;
    found.truncate(asked.limit);
    let shown = wire::conversations(&mut tx, &found).await?;
    tx.commit().await?;
    let place = |last: &Conversation| PageKey { at: last.last_activity_at, id: last.id };
    Ok((shown, found.last().filter(|_| more).map(place)))
}

/// One of them.
///
/// # Errors
/// [`AppError::NotFound`] also if the caller may not see it.
pub async fn conversation(
    app: &App,
    caller: &ApiCaller,
    id: ConversationId,
) -> Result<WireConversation, AppError> {
    let mut tx = app.db.snapshot().await?;
    let found = visible(&mut tx, caller, id).await?;
    let shown = wire::conversation(&mut tx, &found).await?;
    tx.commit().await?;
    Ok(shown)
}

/// A conversation that the caller has just changed.
///
/// # Errors
/// If the database fails.
pub async fn shown(app: &App, conversation: &Conversation) -> Result<WireConversation, AppError> {
    Ok(wire::conversation(&mut app.db.conn().await?, conversation).await?)
}

/// The messages of a conversation behind a number, oldest first, and the number behind which to go on if there are more.
/// A bot is given what the customer may see.
///
/// # Errors
/// [`AppError::NotFound`] also if the caller may not see the conversation.
pub async fn messages(
    app: &App,
    caller: &ApiCaller,
    id: ConversationId,
    after: i64,
    limit: usize,
) -> Result<(Vec<WireMessage>, Option<i64>), AppError> {
    let mut tx = app.db.snapshot().await?;
    let conversation = visible(&mut tx, caller, id).await?;
    // Numbers have no gaps: these are the next ones, or, at the end, some from before too.
    let last = after.saturating_add(i64::try_from(limit).unwrap_or(i64::MAX));
    let mut found = messages::list_before(&mut tx, id, last.saturating_add(1), limit).await?;
    tx.commit().await?;
    found.retain(|message| message.seq > after && may_read(caller, message));
    let url = &app.config.server.public_url;
    let shown = found.iter().map(|message| WireMessage::of(message, url)).collect();
    Ok((shown, (last < conversation.last_seq).then_some(last)))
}

fn may_read(caller: &ApiCaller, message: &Message) -> bool {
    caller.bot.is_none() || message.is_public()
}

async fn visible(conn: &mut Conn, caller: &ApiCaller, id: ConversationId) -> Result<Conversation, AppError> {
    let found = conversations::find(conn, id).await?;
    found.filter(|found| caller.sees(found)).ok_or(AppError::NotFound)
}
