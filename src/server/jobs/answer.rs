//! Has built-in bots answer, and looks after all bots: who does not answer in time has failed.

use std::sync::Mutex;

use tokio::{
    sync::{broadcast, watch},
    time::{Duration, timeout},
};

use super::{responder, runner::Done};
use crate::{
    domain::{
        AppError, BotKind, ClientMsgId, Conflict, Event, Handler, Handoff, HandoffReason, SenderKind, Time,
        Turn, TurnId,
    },
    server::{
        actions::{
            bots::{self, Answer, Task},
            webhooks,
        },
        app::App,
        bot::{Failed, Line, Question, Reply, Responder, Speaker},
        realtime::Item,
    },
};

/// The longest that a built-in bot may work on an answer: less than a job's lease.
const LONGEST: Duration = Duration::from_secs(45);
/// A bot that has shown signs of life may take so long.
const ANSWERED_WITHIN: i64 = Time::MINUTE;
/// Customers see an answer grow in steps of this length.
const STEP: Duration = Duration::from_millis(150);

/// Answers what a customer wrote, if the conversation's bot is one of ours.
pub async fn answer(app: &App, id: TurnId) -> Result<Done, AppError> {
    let Some(task) = bots::task(app, id).await? else { return Ok(Done::Finished) };
    if !task.bot.bot.enabled {
        bots::fail(app, id, Handoff::because(HandoffReason::Off)).await?;
        return Ok(Done::Finished);
    }
    if task.bot.bot.kind == BotKind::Api {
        // It is told by its webhooks, or looks by itself; somebody looks after it.
        webhooks::ask(app, &task).await?;
        return Ok(Done::Finished);
    }
    let question = question(app, &task).await?;
    let responder = match responder::responder(app, &task, &question).await? {
        Ok(responder) => responder,
        Err(words) => {
            bots::fail(app, id, Handoff::with_words(HandoffReason::Failed, words)).await?;
            return Ok(Done::Finished);
        }
    };
    work(app, &task, &question, responder.as_ref()).await?;
    Ok(Done::Finished)
}

/// How an attempt at an answer ended.
enum End {
    Answered(Result<Reply, Failed>),
    /// Nobody waits for it any more.
    Overtaken,
    TooSlow,
}

async fn work(
    app: &App,
    task: &Task,
    question: &Question,
    responder: &dyn Responder,
) -> Result<(), AppError> {
    let Task { turn, bot, conversation, .. } = task;
    // Before the turn is looked at once more: what happens after that look is heard.
    let mut heard = app.hub.listen();
    if bots::task(app, turn.id).await?.is_none() {
        return Ok(());
    }
    let (grown, growing) = watch::channel(String::new());
    let progress = move |text: &str| {
        grown.send_replace(text.to_owned());
    };
    let so_far = Mutex::new(String::new());
    let end = tokio::select! {
        biased;
        () = overtaken(app, turn, &mut heard) => End::Overtaken,
        () = show(app, task, growing, &so_far), if conversation.handler == Handler::Bot => End::Overtaken,
        result = timeout(LONGEST, responder.answer(question, &progress)) => {
            result.map_or(End::TooSlow, End::Answered)
        }
    };
    let so_far = so_far.into_inner().unwrap_or_default();
    match end {
        End::Answered(Ok(Reply::Answer(body))) => {
            let answer = Answer {
                conversation_id: conversation.id,
                control_epoch: turn.control_epoch,
                client_msg_id: ClientMsgId(turn.id.0),
                body,
            };
            match bots::say(app, &bot.bot, answer).await {
                Ok(_) | Err(AppError::Conflict { conflict: Conflict::Stale { .. } }) => Ok(()),
                Err(error @ AppError::Invalid { .. }) => {
                    bots::fail(app, turn.id, Handoff::with_words(HandoffReason::Failed, error.to_string()))
                        .await
                }
                Err(error) => Err(error),
            }
        }
        End::Answered(Ok(Reply::HandOff(handoff))) => bots::fail(app, turn.id, *handoff).await,
        End::Answered(Err(Failed(words))) => {
            bots::fail(app, turn.id, Handoff::with_words(HandoffReason::Failed, words)).await
        }
        End::TooSlow => bots::fail(app, turn.id, Handoff::because(HandoffReason::Silent)).await,
        End::Overtaken if so_far.is_empty() => Ok(()),
        End::Overtaken => bots::keep_unsent(app, &bot.bot, conversation.id, &so_far).await,
    }
}

/// What the bot is told.
async fn question(app: &App, task: &Task) -> Result<Question, AppError> {
    let instruction = task.conversation.ai.as_ref().and_then(|ai| ai.instruction.clone());
    let instructions = [task.bot.settings.prompt.clone(), task.channel.settings.bot_prompt.clone()]
        .into_iter()
        .chain(instruction)
        .filter(|text| !text.trim().is_empty())
        .collect();
    let speaker = |sender| match sender {
        SenderKind::Contact => Speaker::Customer,
        SenderKind::Bot => Speaker::Bot,
        SenderKind::Operator => Speaker::Operator,
        SenderKind::System => Speaker::Notice,
    };
    let transcript: Vec<Line> = task
        .transcript
        .iter()
        .map(|message| Line {
            speaker: speaker(message.sender),
            name: message.sender_name.clone(),
            text: message.fresh().into_owned(),
        })
        .collect();
    let known = responder::known(app, task).await?;
    Ok(Question { instructions, transcript, known })
}

/// Ends when nobody waits for the answer any more.
async fn overtaken(app: &App, turn: &Turn, heard: &mut broadcast::Receiver<Item>) {
    loop {
        let concerns = match heard.recv().await {
            Ok(Item::Event(published)) => match &published.event {
                Event::ConversationChanged { conversation, .. } => conversation.id == turn.conversation_id,
                _ => false,
            },
            Ok(Item::Signal(_)) => false,
            // Whatever was missed may have been it.
            Err(broadcast::error::RecvError::Lagged(_)) => true,
            Err(broadcast::error::RecvError::Closed) => return,
        };
        // While the database cannot be asked, the fence decides in the end.
        if concerns && matches!(bots::task(app, turn.id).await, Ok(None)) {
            return;
        }
    }
}

/// Lets the customer and the team see the answer grow. Ends only if the bot has lost the word.
async fn show(app: &App, task: &Task, mut growing: watch::Receiver<String>, so_far: &Mutex<String>) {
    let (id, epoch, bot) = (task.conversation.id, task.turn.control_epoch, &task.bot.bot);
    let mut text = None;
    loop {
        match bots::write(app, bot, id, epoch, text, true).await {
            Ok(()) => {}
            Err(AppError::Conflict { .. }) => return,
            Err(error) => tracing::debug!(%error, "a bot's progress was not shown"),
        }
        tokio::time::sleep(STEP).await;
        if growing.changed().await.is_err() {
            // All is written; what remains is to store it.
            return std::future::pending().await;
        }
        let grown = growing.borrow_and_update().clone();
        if let Ok(mut so_far) = so_far.lock() {
            so_far.clone_from(&grown);
        }
        text = Some(grown);
    }
}

/// Looks whether a bot is at work, and later whether it has answered.
pub async fn watch(app: &App, id: TurnId) -> Result<Done, AppError> {
    let Some(task) = bots::task(app, id).await? else { return Ok(Done::Finished) };
    let end = task.turn.created_at.plus(ANSWERED_WITHIN);
    if task.turn.alive_at.is_some() && app.clock.now() < end {
        return Ok(Done::Later(end, None));
    }
    bots::fail(app, id, Handoff::because(HandoffReason::Silent)).await?;
    Ok(Done::Finished)
}
