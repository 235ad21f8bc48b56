//! Tells sibling apps what happened.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, Method, header::CONTENT_TYPE};

use super::runner::Done;
use crate::{
    domain::{AppError, Time, WebhookCallId},
    server::{
        actions::webhooks::{self, Answer, Attempt},
        app::App,
        outward::Request,
    },
};

/// The longest that whoever is called may take to answer.
const LONGEST: Duration = Duration::from_secs(10);
/// So much of an answer is read, in bytes.
const READ: usize = 4_096;

/// One attempt.
pub async fn call(app: &App, id: WebhookCallId) -> Result<Done, AppError> {
    let Some(attempt) = webhooks::begin(app, id).await? else { return Ok(Done::Finished) };
    let answer = match post(app, attempt).await {
        Ok(answer) => answer,
        Err(words) => Answer { status: None, words },
    };
    Ok(webhooks::end(app, id, answer).await?.map_or(Done::Finished, |at| Done::Later(at, None)))
}

/// The answer; or, in words for admins, why there is none.
async fn post(app: &App, attempt: Attempt) -> Result<Answer, String> {
    let secret = attempt.secret?;
    let target = app.outward.target(&attempt.url).map_err(|refusal| refusal.to_string())?;
    let seconds = app.clock.now().0.div_euclid(Time::SECOND);
    let text = |text: String| HeaderValue::try_from(text).map_err(|error| error.to_string());
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(webhooks::TIMESTAMP, HeaderValue::from(seconds));
    headers.insert(webhooks::SIGNATURE, text(webhooks::signature(&secret, seconds, &attempt.body))?);
    headers.insert(webhooks::CALL, text(attempt.call_id.to_string())?);
    let body = attempt.body.into();
    let request = Request { method: Method::POST, target, headers, body, longest: LONGEST };
    let mut response = app.outward.send(request).await.map_err(|error| error.to_string())?;
    let status = Some(response.status().as_u16());
    let mut bytes = Vec::new();
    // An answer that breaks off is one: its status has come.
    while let Ok(Some(chunk)) = response.chunk().await {
        bytes.extend_from_slice(&chunk);
        if bytes.len() >= READ {
            bytes.truncate(READ);
            break;
        }
    }
    // PostgreSQL keeps no zero byte in a text.
    Ok(Answer { status, words: String::from_utf8_lossy(&bytes).replace('\0', "") })
}
