//! Who writes and who looks: heard by whoever may see the conversation, never stored.

use crate::{
    domain::{AppError, ConversationId, Me, Signal, Typist},
    server::{
        app::App,
        realtime::Heard,
        store::{channels::ConfiguredChannel, conversations, visitor_sessions::VisitorSession},
    },
};

/// The longest unsent text that operators are shown.
const PREVIEW: usize = 500;

/// An operator writes a reply, or has stopped.
///
/// # Errors
/// If the operator may not see the conversation.
pub async fn by_operator(app: &App, me: &Me, id: ConversationId, on: bool) -> Result<(), AppError> {
    let typist = Typist::Operator { id: me.id, name: me.name.clone() };
    tell(app, me, id, Signal::Typing { conversation_id: id, typist, on, preview: None }).await
}

/// An operator has the conversation on screen, or has no longer.
///
/// # Errors
/// If the operator may not see the conversation.
pub async fn looks(app: &App, me: &Me, id: ConversationId, on: bool) -> Result<(), AppError> {
    tell(app, me, id, Signal::Looking { conversation_id: id, operator_id: me.id, name: me.name.clone(), on })
        .await
}

async fn tell(app: &App, me: &Me, id: ConversationId, signal: Signal) -> Result<(), AppError> {
    let conversation = conversations::find(&mut app.db.conn().await?, id).await?.ok_or(AppError::NotFound)?;
    let facts = conversation.facts();
    if !me.sees(&facts) {
        return Err(AppError::NotFound);
    }
    app.hub.signal(Heard { signal, facts, contact_id: conversation.contact_id });
    Ok(())
}

/// A visitor writes (their unsent text), or has stopped (an empty one).
///
/// # Errors
/// If the database fails.
pub async fn by_visitor(
    app: &App,
    channel: &ConfiguredChannel,
    session: &VisitorSession,
    text: &str,
) -> Result<(), AppError> {
    let Some(id) = session.conversation_id else {
        return Ok(());
    };
    let Some(conversation) = conversations::find(&mut app.db.conn().await?, id).await? else {
        return Ok(());
    };
    let text = text.trim();
    let preview = (channel.settings.typing_preview && !text.is_empty())
        .then(|| text.chars().filter(|c| !c.is_control() || *c == '\n').take(PREVIEW).collect());
    app.hub.signal(Heard {
        signal: Signal::Typing {
            conversation_id: id,
            typist: Typist::Contact,
            on: !text.is_empty(),
            preview,
        },
        facts: conversation.facts(),
        contact_id: conversation.contact_id,
    });
    Ok(())
}
