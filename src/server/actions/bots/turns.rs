//! A bot's work on one message of a customer, from the side of what is written about it.

use super::hand_off_in;
use crate::{
    domain::{AppError, Conversation, Handler, Handoff, Message, Turn, TurnId, TurnState},
    server::{
        actions::edit::Edit,
        app::App,
        store::{
            bots::{self, ConfiguredBot},
            channels::{self, ConfiguredChannel},
            conversations, messages, turns,
        },
    },
};

/// So many messages of a thread a bot is given at most.
const MOST_MESSAGES: usize = 60;

/// All that a bot needs for an answer.
#[derive(Debug)]
pub struct Task {
    pub turn: Turn,
    pub bot: ConfiguredBot,
    pub channel: ConfiguredChannel,
    pub conversation: Conversation,
    /// What the customer may see of the thread, oldest first.
    pub transcript: Vec<Message>,
}

/// A turn that somebody waits for, with what its bot needs; none if it has ended.
///
/// # Errors
/// If the database fails.
pub async fn task(app: &App, id: TurnId) -> Result<Option<Task>, AppError> {
    let mut conn = app.db.conn().await?;
    let Some(turn) = turns::find(&mut conn, id).await?.filter(|turn| turn.state == TurnState::Waiting) else {
        return Ok(None);
    };
    let conversation =
        conversations::find(&mut conn, turn.conversation_id).await?.ok_or(AppError::NotFound)?;
    let bot = bots::find(&mut conn, turn.bot_id).await?.ok_or(AppError::NotFound)?;
    let channel = channels::find(&mut conn, conversation.channel_id).await?.ok_or(AppError::NotFound)?;
    let mut transcript = messages::list_before(&mut conn, conversation.id, i64::MAX, MOST_MESSAGES).await?;
    transcript.retain(|message| message.is_public() && message.system.is_none());
    Ok(Some(Task { turn, bot, channel, conversation, transcript }))
}

/// A bot did not answer: a person has to. If it was asked for a suggestion only, it is merely not asked any more.
///
/// # Errors
/// If the database fails.
pub async fn fail(app: &App, id: TurnId, handoff: Handoff) -> Result<(), AppError> {
    let Some(turn) = turns::find(&mut app.db.conn().await?, id).await? else { return Ok(()) };
    let mut tx = app.db.begin().await?;
    let conversation = conversations::lock(&mut tx, turn.conversation_id).await?.ok_or(AppError::NotFound)?;
    if turns::find(&mut tx, id).await?.is_none_or(|turn| turn.state != TurnState::Waiting) {
        return Ok(());
    }
    let at = app.clock.now();
    let words = handoff.words.as_deref().unwrap_or(handoff.reason.label()).to_owned();
    turns::update_waiting(&mut tx, conversation.id, TurnState::Failed, Some(&words), at).await?;
    if conversation.handler != Handler::Bot || conversation.control_epoch != turn.control_epoch {
        tx.commit().await?;
        return Ok(());
    }
    let channel = channels::find(&mut tx, conversation.channel_id).await?.ok_or(AppError::NotFound)?;
    let name = conversation.ai.as_ref().map(|ai| ai.bot_name.clone()).unwrap_or_default();
    let mut edit = Edit::of(tx, conversation, at);
    hand_off_in(app, &mut edit, &channel, &name, handoff).await?;
    edit.save(app, "the bot failed").await?;
    Ok(())
}

/// What a bot's endpoint knows us by, if it wants to know; or why it cannot be had, in words for the team.
///
/// # Errors
/// If it cannot be opened.
pub fn key(app: &App, bot: &ConfiguredBot) -> Result<Option<String>, String> {
    let Some(sealed) = &bot.secret else { return Ok(None) };
    app.vault.open(&bot.secret_place(), sealed).map(Some).map_err(|error| error.to_string())
}
