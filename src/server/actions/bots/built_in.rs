//! What the bots of our own need of the workspace.

use std::time::Duration;

use http::{
    HeaderMap, HeaderValue, Method,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
};

use super::key;
use crate::{
    domain::{AppError, FaqEntry},
    server::{
        app::App,
        bot::{
            Known,
            faq::Index,
            openai::{Ask, OpenAi},
        },
        outward::{Refusal, Request, Target},
        store::{bots::ConfiguredBot, faq},
    },
};

/// The longest that an endpoint may take for all of its answer.
const LONGEST_ANSWER: Duration = Duration::from_secs(45);
/// So many entries a language model is given.
const MOST_KNOWN: usize = 5;

/// The FAQ entries that may answer.
///
/// # Errors
/// If the database fails.
pub async fn entries(app: &App) -> Result<Vec<FaqEntry>, AppError> {
    let mut entries = faq::list(&mut app.db.conn().await?).await?;
    entries.retain(|entry| entry.enabled);
    Ok(entries)
}

/// Entries as bots are given them.
#[must_use]
pub fn known(entries: &[FaqEntry]) -> Vec<Known> {
    let of = |entry: &FaqEntry| Known { question: entry.question.clone(), answer: entry.answer.clone() };
    entries.iter().map(of).collect()
}

/// The few entries that fit a question, for a language model.
///
/// # Errors
/// If the database fails.
pub async fn fitting(app: &App, question: &str) -> Result<Vec<Known>, AppError> {
    let known = known(&entries(app).await?);
    let hits = Index::new(&known).search(question, MOST_KNOWN);
    Ok(hits.into_iter().map(|hit| known[hit.place].clone()).collect())
}

/// Where an endpoint is asked.
///
/// # Errors
/// Why it is not.
pub fn completions(app: &App, endpoint: &str) -> Result<Target, Refusal> {
    app.outward.target(&format!("{}/chat/completions", endpoint.trim().trim_end_matches('/')))
}

/// The language model behind a bot.
///
/// # Errors
/// Why it cannot be asked, in words for the team.
pub fn model(app: &App, bot: &ConfiguredBot) -> Result<OpenAi, String> {
    let settings = &bot.settings;
    let key = key(app, bot)?;
    let target = completions(app, &settings.endpoint)
        .map_err(|refusal| format!("The model cannot be asked: {refusal}"))?;
    Ok(OpenAi {
        ask: ask(app.clone(), target, key),
        model: settings.model.clone(),
        most_tokens: settings.most_tokens,
        history: usize::try_from(settings.history).unwrap_or(usize::MAX),
        silence: Duration::from_secs(app.config.bots.model_silence_seconds.into()),
    })
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
