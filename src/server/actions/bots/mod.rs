//! What bots do: they answer until a person does, and hand off to people.
//!
//! The fence: whatever a bot says is stored only under its conversation's lock, while the bot still has the word, and
//! under the epoch that it was asked under. So nothing of a bot follows a person who has stepped in, whatever was on its
//! way; see also [`super::deliver::begin`] for what was stored before and had not left.

mod asking;
mod built_in;
mod handing;
mod settings;
mod trial;
mod turns;
mod wanting;

pub use asking::{asks_for_person, customer_wrote};
pub use built_in::{entries, fitting, known, model};
pub use handing::{ask_for_person, hand_off_in};
pub use settings::save;
pub use trial::try_out;
pub use turns::{Task, fail, key, task};
pub use wanting::hand_off_to;

use super::{
    body,
    edit::{Edit, Words},
    letters, reply,
};
use crate::{
    domain::{
        AppError, Bot, ChannelKind, ClientMsgId, Conflict, Control, Conversation, ConversationId, Delivery,
        DeliveryState, Handler, Message, SenderKind, Signal, Status, Suggestion, TurnState,
    },
    server::{
        app::App,
        clock::new_id,
        realtime::Heard,
        store::{Tx, channels, conversations, messages, turns as store},
    },
};

/// What a bot says.
#[derive(Debug, Clone)]
pub struct Answer {
    pub conversation_id: ConversationId,
    /// The one that it was asked under.
    pub control_epoch: i64,
    /// The same over all attempts.
    pub client_msg_id: ClientMsgId,
    pub body: String,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// The customer has it, or will.
    Sent(Box<Message>),
    /// A person has the conversation: it is offered to them.
    Suggested,
}

/// Sends a bot's answer to the customer; while a person has the conversation and the channel allows it, it is theirs to
/// use or not.
///
/// # Errors
/// [`Conflict::Stale`] if the bot has not the word (any more), or was asked under another epoch: nothing is sent.
pub async fn say(app: &App, bot: &Bot, answer: Answer) -> Result<Said, AppError> {
    let text = body(&answer.body)?;
    let mut tx = app.db.begin().await?;
    let conversation = lock(&mut tx, bot, answer.conversation_id).await?;
    if let Some((id, stored)) =
        messages::find_by_client_id(&mut tx, bot.id.into(), answer.client_msg_id).await?
    {
        return if id == conversation.id && stored.body == text {
            Ok(Said::Sent(Box::new(stored)))
        } else {
            Err(Conflict::IdReused.into())
        };
    }
    let control = Control { bot_id: bot.id, control_epoch: answer.control_epoch };
    if let Err(stale) = check(&conversation, control) {
        let wanted = may_suggest(&mut tx, &conversation, control).await?;
        suggest(app, tx, conversation, &text).await?;
        return if wanted { Ok(Said::Suggested) } else { Err(stale.into()) };
    }
    let mut edit = Edit::of(tx, conversation, app.clock.now());
    let (channel, route) = reply::way_out(app, &mut edit).await?;
    let mail = route
        .as_ref()
        .filter(|_| channel.kind == ChannelKind::Email)
        .map(|route| Box::new(letters::facts(&edit.now, route)));
    let state = if route.is_some() { DeliveryState::Queued } else { DeliveryState::Sent };
    let message = edit.say(Words {
        sender: SenderKind::Bot,
        sender_id: Some(bot.id.into()),
        sender_name: bot.name.clone(),
        channel_id: channel.id,
        channel_kind: channel.kind,
        body: text,
        note: false,
        client_msg_id: Some(answer.client_msg_id),
        delivery: Some(Delivery::new(state, edit.at())),
        provider_id: None,
        attachments: Vec::new(),
        awaited: Vec::new(),
        mail,
    });
    edit.deliver(&message, route.unwrap_or_default());
    let at = edit.at();
    store::update_waiting(&mut edit.tx, edit.now.id, TurnState::Answered, None, at).await?;
    edit.save(app, "the bot answered").await?;
    Ok(Said::Sent(Box::new(message)))
}

/// Offers what a bot had written to the person who stepped in. It is never sent by itself.
///
/// # Errors
/// If the database fails.
pub async fn keep_unsent(
    app: &App,
    bot: &Bot,
    conversation_id: ConversationId,
    text: &str,
) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    let conversation = lock(&mut tx, bot, conversation_id).await?;
    suggest(app, tx, conversation, text).await
}

/// Shows what a bot has written so far, and that it is alive. Nothing of it is stored.
///
/// # Errors
/// [`Conflict::Stale`] as [`say`].
pub async fn write(
    app: &App,
    bot: &Bot,
    conversation_id: ConversationId,
    control_epoch: i64,
    text: Option<String>,
    on: bool,
) -> Result<(), AppError> {
    let conversation = find(app, bot, conversation_id).await?;
    check(&conversation, Control { bot_id: bot.id, control_epoch })?;
    let mut conn = app.db.conn().await?;
    let unseen =
        store::find_waiting(&mut conn, conversation_id).await?.is_some_and(|turn| turn.alive_at.is_none());
    drop(conn);
    if unseen {
        let mut tx = app.db.begin().await?;
        store::update_alive(&mut tx, conversation_id, control_epoch, app.clock.now()).await?;
        tx.commit().await?;
    }
    app.hub.signal(Heard {
        signal: Signal::Answering { conversation_id, control_epoch, bot: bot.name.clone(), text, on },
        facts: conversation.facts(),
        contact_id: conversation.contact_id,
    });
    Ok(())
}

/// A conversation of this bot's.
///
/// # Errors
/// If it is none of its own.
pub async fn find(app: &App, bot: &Bot, id: ConversationId) -> Result<Conversation, AppError> {
    own(bot, conversations::find(&mut app.db.conn().await?, id).await?)
}

async fn lock(tx: &mut Tx, bot: &Bot, id: ConversationId) -> Result<Conversation, AppError> {
    own(bot, conversations::lock(tx, id).await?)
}

/// Another's conversation is not there for a bot.
fn own(bot: &Bot, found: Option<Conversation>) -> Result<Conversation, AppError> {
    found.filter(|found| found.ai.as_ref().is_some_and(|ai| ai.bot_id == bot.id)).ok_or(AppError::NotFound)
}

/// Whether a bot has the word, and is who was asked.
fn check(conversation: &Conversation, control: Control) -> Result<(), Conflict> {
    if conversation.handler == Handler::Bot && conversation.control_epoch == control.control_epoch {
        Ok(())
    } else {
        Err(Conflict::Stale { handler: conversation.handler, control_epoch: conversation.control_epoch })
    }
}

/// Whether a person has the conversation, wants to be offered answers, and this one is to what they have.
async fn may_suggest(tx: &mut Tx, conversation: &Conversation, control: Control) -> Result<bool, AppError> {
    if conversation.handler != Handler::Human || conversation.control_epoch != control.control_epoch {
        return Ok(false);
    }
    let channel = channels::find(tx, conversation.channel_id).await?.ok_or(AppError::NotFound)?;
    Ok(channel.settings.suggestions)
}

async fn suggest(app: &App, tx: Tx, conversation: Conversation, text: &str) -> Result<(), AppError> {
    let at = app.clock.now();
    if conversation.handler != Handler::Human || conversation.status == Status::Resolved {
        return Ok(());
    }
    let mut edit = Edit::of(tx, conversation, at);
    if let (Some(ai), Some(suggestion)) = (&mut edit.now.ai, Suggestion::new(new_id(), text, at)) {
        ai.suggestion = Some(suggestion);
    }
    store::update_waiting(&mut edit.tx, edit.now.id, TurnState::Overtaken, None, at).await?;
    edit.save(app, "the bot's words were kept").await?;
    Ok(())
}
