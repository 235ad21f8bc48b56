//! Built-in bots, with what they need from the workspace.

use std::time::Duration;

use http::{
    HeaderMap, HeaderValue, Method,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
};

use crate::{
    domain::{AppError, BotKind, FaqEntry, FaqQuestion},
    server::{
        actions::{
            bots::{self, Task},
            faq,
        },
        app::App,
        bot::{
            Known, Question, Responder,
            faq::{Faq, Index},
            openai::{Ask, OpenAi},
        },
        outward::{Request, Target},
        store::faq as store,
    },
};

/// The longest that an endpoint may take for all of its answer.
const LONGEST_ANSWER: Duration = Duration::from_secs(45);
/// So many entries a language model is given.
const MOST_KNOWN: usize = 5;
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
    let settings = &task.bot.settings;
    match task.bot.bot.kind {
        BotKind::Api => Ok(Err("This bot answers by the API.".to_owned())),
        BotKind::Faq => Ok(Ok(Box::new(find_answer(app, task, question).await?))),
        BotKind::OpenAi => {
            let key = match bots::key(app, &task.bot) {
                Ok(key) => key,
                Err(words) => return Ok(Err(words)),
            };
            let url = format!("{}/chat/completions", settings.endpoint.trim_end_matches('/'));
            let target = match app.outward.target(&url) {
                Ok(target) => target,
                Err(refusal) => return Ok(Err(format!("The model cannot be asked: {refusal}"))),
            };
            Ok(Ok(Box::new(OpenAi {
                ask: ask(app.clone(), target, key),
                model: settings.model.clone(),
                most_tokens: settings.most_tokens,
                history: usize::try_from(settings.history).unwrap_or(usize::MAX),
            })))
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
    let known: Vec<Known> = entries(app).await?.iter().map(of).collect();
    let hits = Index::new(&known).search(&asked(task), MOST_KNOWN);
    Ok(hits.into_iter().map(|hit| known[hit.place].clone()).collect())
}

/// The entry that fits best; what was asked is kept, so that somebody can write the answer that was missing.
async fn find_answer(app: &App, task: &Task, question: &Question) -> Result<Faq, AppError> {
    let entries = entries(app).await?;
    let known: Vec<Known> = entries.iter().map(of).collect();
    let asked = question.transcript.last().map(|line| line.text.clone()).unwrap_or_default();
    let best = Index::new(&known).search(&asked, 1).into_iter().next();
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

async fn entries(app: &App) -> Result<Vec<FaqEntry>, AppError> {
    let mut entries = store::list(&mut app.db.conn().await?).await?;
    entries.retain(|entry| entry.enabled);
    Ok(entries)
}

fn of(entry: &FaqEntry) -> Known {
    Known { question: entry.question.clone(), answer: entry.answer.clone() }
}

fn asked(task: &Task) -> String {
    task.transcript.last().map(|message| message.fresh().into_owned()).unwrap_or_default()
}

/// Asks a model's endpoint, which knows us by the key.
fn ask(app: App, target: Target, key: Option<String>) -> Ask {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(mut bearer) = key.and_then(|key| HeaderValue::from_str(&format!("Bearer {key}")).ok()) {
        bearer.set_sensitive(true);
        headers.insert(AUTHORIZATION, bearer);
    }
    Box::new(move |body| {
        let request = Request {
            method: Method::POST,
            target: target.clone(),
            headers: headers.clone(),
            body,
            longest: LONGEST_ANSWER,
        };
        let app = app.clone();
        Box::pin(async move { app.outward.send(request).await })
    })
}
