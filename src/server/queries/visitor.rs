//! What a visitor sees of their own conversation.

use crate::{
    domain::{AppError, PAGE_MESSAGES, VisitorChat, VisitorContact, VisitorMessage},
    server::{
        app::App,
        store::{
            bots,
            channels::ConfiguredChannel,
            contact_blocks, contacts, conversations, events, messages,
            visitor_sessions::{self, VisitorSession},
        },
    },
};

/// The session of a browser on a channel, if it has written there.
///
/// # Errors
/// If the database fails.
pub async fn session(
    app: &App,
    channel: &ConfiguredChannel,
    token_hash: &[u8],
) -> Result<Option<VisitorSession>, AppError> {
    let session = visitor_sessions::find(&mut app.db.conn().await?, token_hash).await?;
    Ok(session.filter(|session| session.channel_id == channel.channel.id))
}

/// Who answers a channel's new conversations, if it is a bot.
///
/// # Errors
/// If the database fails.
pub async fn bot_name(app: &App, channel: &ConfiguredChannel) -> Result<Option<String>, AppError> {
    let Some(id) = channel.settings.bot else { return Ok(None) };
    let found = bots::find(&mut app.db.conn().await?, id).await?;
    Ok(found.map(|found| found.bot).filter(|bot| bot.enabled).map(|bot| bot.name))
}

/// Everything that a widget shows when it opens.
///
/// # Errors
/// If the database fails.
pub async fn open(app: &App, session: Option<&VisitorSession>) -> Result<VisitorChat, AppError> {
    let mut tx = app.db.snapshot().await?;
    let mut chat = VisitorChat {
        conversation: None,
        messages: Vec::new(),
        cursor: events::as_of(&mut tx).await?.resume_from(),
        online: *app.hub.staffed().borrow(),
        contact: VisitorContact::default(),
    };
    if let Some(session) = session {
        if let Some(contact) = contacts::find(&mut tx, session.contact_id).await? {
            chat.contact = VisitorContact { name: contact.name, email: contact.email };
        }
        if let Some(id) = session.conversation_id
            && let Some(conversation) = conversations::find(&mut tx, id).await?
        {
            let newest = messages::list_before(&mut tx, id, i64::MAX, PAGE_MESSAGES * 2).await?;
            chat.messages = newest.iter().filter_map(VisitorMessage::of).collect();
            chat.conversation = Some(contact_blocks::shown_to_visitor(&mut tx, &conversation).await?);
        }
    }
    tx.commit().await?;
    Ok(chat)
}
