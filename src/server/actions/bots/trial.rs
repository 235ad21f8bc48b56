//! Trying a bot: a question that no customer asked, and an answer that none gets.

use super::built_in::{entries, fitting, known, model};
use crate::{
    domain::{
        AppError, BotId, BotKind, Handoff, Me,
        setup::{BotTrial, TrialResult, only_admins},
    },
    server::{
        actions::faq::tried,
        app::App,
        bot::{
            Failed, Line, Question, Reply, Responder, Speaker,
            faq::{Faq, Index},
        },
        store::bots::{self, ConfiguredBot},
    },
};

/// Asks a bot of our own something, in no conversation. Nothing of it is kept.
///
/// # Errors
/// If the caller is no admin, there is no such bot, or it is none that can be asked so.
pub async fn try_out(app: &App, me: &Me, id: BotId, question: &str) -> Result<BotTrial, AppError> {
    only_admins(me)?;
    let asked = tried(question)?;
    let bot = bots::find(&mut app.db.conn().await?, id).await?.ok_or(AppError::NotFound)?;
    match bot.bot.kind {
        BotKind::Api => {
            let words = "This bot is your own app: write to a channel that it answers.";
            Err(AppError::invalid("question", words))
        }
        BotKind::Faq => of_faq(app, &bot, &asked).await,
        BotKind::OpenAi => of_model(app, &bot, &asked).await,
    }
}

async fn of_faq(app: &App, bot: &ConfiguredBot, asked: &str) -> Result<BotTrial, AppError> {
    let entries = entries(app).await?;
    let hit = Index::new(&known(&entries)).search(asked, 1).into_iter().next();
    let best = hit.map(|hit| (entries[hit.place].answer.clone(), hit.confidence));
    let responder = Faq { best, threshold: bot.settings.threshold };
    let result = ask(&responder, &told(bot, asked)).await;
    Ok(BotTrial { result, confidence: Some(hit.map_or(0, |hit| hit.confidence)) })
}

async fn of_model(app: &App, bot: &ConfiguredBot, asked: &str) -> Result<BotTrial, AppError> {
    let mut question = told(bot, asked);
    if bot.settings.uses_faq {
        question.known = fitting(app, asked).await?;
    }
    let result = match model(app, bot) {
        Ok(responder) => ask(&responder, &question).await,
        Err(words) => TrialResult::Failure { words },
    };
    Ok(BotTrial { result, confidence: None })
}

/// What a bot is told of a conversation that has just begun.
fn told(bot: &ConfiguredBot, asked: &str) -> Question {
    let prompt = bot.settings.prompt.trim();
    Question {
        instructions: (!prompt.is_empty()).then(|| prompt.to_owned()).into_iter().collect(),
        transcript: vec![Line { speaker: Speaker::Customer, name: String::new(), text: asked.to_owned() }],
        known: Vec::new(),
    }
}

async fn ask(responder: &dyn Responder, question: &Question) -> TrialResult {
    match responder.answer(question, &|_: &str| {}).await {
        Ok(Reply::Answer(text)) => TrialResult::Answer { text },
        Ok(Reply::HandOff(handoff)) => {
            let Handoff { reason, words, .. } = *handoff;
            TrialResult::Person { words: words.unwrap_or_else(|| reason.label().to_owned()) }
        }
        Err(Failed(words)) => TrialResult::Failure { words },
    }
}
