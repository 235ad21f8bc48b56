//! Built-in bots, with what they need from the workspace.

use crate::{
    domain::{AppError, BotKind, FaqQuestion},
    server::{
        actions::{
            bots::{self, Task},
            faq,
        },
        app::App,
        bot::{
            Known, Question, Responder,
            faq::{Faq, Index},
        },
    },
};

/// The longest question that is kept, in characters.
const LONGEST_QUESTION: usize = 500;

/// What answers for a bot; or, in words for the team, why nothing can.
///
/// # Errors
/// If the database fails.
pub async fn responder(
    app: &App,
    task: &Task,
    question: &Question,
) -> Result<Result<Box<dyn Responder>, String>, AppError> {
    match task.bot.bot.kind {
        BotKind::Api => Ok(Err("This bot answers by the API.".to_owned())),
        BotKind::Faq => Ok(Ok(Box::new(find_answer(app, task, question).await?))),
        BotKind::OpenAi => {
            Ok(bots::model(app, &task.bot).map(|model| -> Box<dyn Responder> { Box::new(model) }))
        }
    }
}

/// What the workspace knows that may fit the customer's last words.
///
/// # Errors
/// If the database fails.
pub async fn known(app: &App, task: &Task) -> Result<Vec<Known>, AppError> {
    if task.bot.bot.kind != BotKind::OpenAi || !task.bot.settings.uses_faq {
        return Ok(Vec::new());
    }
    bots::fitting(app, &asked(task)).await
}

/// The entry that fits best; what was asked is kept, so that somebody can write the answer that was missing.
async fn find_answer(app: &App, task: &Task, question: &Question) -> Result<Faq, AppError> {
    let entries = bots::entries(app).await?;
    let asked = question.transcript.last().map(|line| line.text.clone()).unwrap_or_default();
    let best = Index::new(&bots::known(&entries)).search(&asked, 1).into_iter().next();
    let threshold = task.bot.settings.threshold;
    let answered = best.filter(|hit| hit.confidence >= threshold);
    let note = FaqQuestion {
        entry_id: answered.map(|hit| entries[hit.place].id),
        question: asked.chars().take(LONGEST_QUESTION).collect(),
        confidence: best.map_or(0, |hit| hit.confidence),
        asked_at: app.clock.now(),
    };
    faq::note(app, task.conversation.id, &note).await?;
    let best = best.map(|hit| (entries[hit.place].answer.clone(), hit.confidence));
    Ok(Faq { best, threshold })
}

fn asked(task: &Task) -> String {
    task.transcript.last().map(|message| message.fresh().into_owned()).unwrap_or_default()
}
