//! One attempt at a call, from the side of what is written about it.

use rand::Rng;

use crate::{
    domain::{AppError, CallState, Time, WebhookCallId},
    server::{
        app::App,
        store::webhooks::{
            self,
            calls::{self, Kept},
        },
    },
};

/// After so many attempts a call is given up: about a day after the first.
const MOST_ATTEMPTS: i64 = 12;
/// After the first attempt; each pause is two and a half times as long as the one before.
const FIRST_PAUSE: i64 = 5 * Time::SECOND;
/// So many characters of an answer are kept.
const LONGEST_WORDS: usize = 500;
/// Nobody is there any more, and nobody wants to be asked again (RFC 9110 § 15.5.11).
const GONE: u16 = 410;

/// What is sent.
#[derive(Debug)]
pub struct Attempt {
    pub url: String,
    /// What it is signed with; or why that cannot be had, in words for admins.
    pub secret: Result<String, String>,
    /// The same over all attempts.
    pub call_id: WebhookCallId,
    /// JSON.
    pub body: String,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status; none if there was no answer.
    pub status: Option<u16>,
    /// How the answer began, or why there was none.
    pub words: String,
}

/// A call that is to be made; none if it has ended.
///
/// # Errors
/// If the database fails.
pub async fn begin(app: &App, id: WebhookCallId) -> Result<Option<Attempt>, AppError> {
    let mut conn = app.db.conn().await?;
    let Some(kept) = waiting(calls::find(&mut conn, id).await?) else { return Ok(None) };
    let Some(configured) = webhooks::find(&mut conn, kept.webhook_id).await? else { return Ok(None) };
    drop(conn);
    if !configured.webhook.enabled {
        give_up(app, kept).await?;
        return Ok(None);
    }
    let place = webhooks::secret_place(configured.webhook.id);
    let secret = app.vault.open(&place, &configured.secret).map_err(|error| error.to_string());
    let Kept { call_id, call, .. } = kept;
    Ok(Some(Attempt { url: configured.webhook.url, secret, call_id, body: call.body }))
}

/// Writes down what came of an attempt. Gives the time of the next one, if there is to be one.
///
/// # Errors
/// If the database fails.
pub async fn end(app: &App, id: WebhookCallId, answer: Answer) -> Result<Option<Time>, AppError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let Some(Kept { mut call, webhook_id, .. }) = waiting(calls::find(&mut tx, id).await?) else {
        return Ok(None);
    };
    let Some(configured) = webhooks::find(&mut tx, webhook_id).await? else { return Ok(None) };
    let failing_since = configured.webhook.failing_since;
    let words: String = answer.words.trim().chars().take(LONGEST_WORDS).collect();
    let is_done = answer.status.is_some_and(|status| (200..300).contains(&status));
    let is_gone = answer.status == Some(GONE);
    call.attempts += 1;
    call.status = answer.status.map(i64::from);
    call.state = match call.attempts {
        _ if is_done => CallState::Done,
        MOST_ATTEMPTS.. => CallState::Failed,
        _ if is_gone => CallState::Failed,
        _ => CallState::Waiting,
    };
    call.ended_at = (call.state != CallState::Waiting).then_some(now);
    if is_done {
        if failing_since.is_some() {
            webhooks::update_health(&mut tx, webhook_id, None, None).await?;
        }
    } else {
        let trouble = trouble(answer.status, &words);
        let since = failing_since.unwrap_or(now);
        webhooks::update_health(&mut tx, webhook_id, Some(since), Some(&trouble)).await?;
    }
    if is_gone {
        webhooks::update_off(&mut tx, webhook_id).await?;
        tracing::warn!(webhook = %webhook_id, "a webhook answered 410 and was switched off");
    }
    call.words = (!words.is_empty()).then_some(words);
    calls::update(&mut tx, &call).await?;
    tx.commit().await?;
    Ok((call.state == CallState::Waiting).then(|| now.plus(pause(call.attempts))))
}

fn waiting(found: Option<Kept>) -> Option<Kept> {
    found.filter(|kept| kept.call.state == CallState::Waiting)
}

/// Whoever was switched off is not told what was on its way.
async fn give_up(app: &App, kept: Kept) -> Result<(), AppError> {
    let mut call = kept.call;
    call.state = CallState::Failed;
    call.words = Some("The webhook was switched off before this was told.".to_owned());
    call.ended_at = Some(app.clock.now());
    let mut tx = app.db.begin().await?;
    calls::update(&mut tx, &call).await?;
    tx.commit().await?;
    Ok(())
}

/// For the page of webhooks.
fn trouble(status: Option<u16>, words: &str) -> String {
    match status {
        None => words.to_owned(),
        Some(GONE) => "It answered 410: it wants to be told no more, and was switched off.".to_owned(),
        Some(status @ 300..400) => format!("It answered {status}: redirects are not followed."),
        Some(status) if words.is_empty() => format!("It answered {status}."),
        Some(status) => format!("It answered {status}: {words}"),
    }
}

/// The pause after so many attempts: more or less by a quarter, so that calls that failed together do not all come back
/// at once.
fn pause(attempts: i64) -> i64 {
    let longest = (1..attempts.clamp(1, MOST_ATTEMPTS)).fold(FIRST_PAUSE, |pause, _| pause * 5 / 2);
    rand::rng().random_range(longest * 3 / 4..=longest * 5 / 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_are_spread_over_about_a_day() {
        let all: i64 = (1..MOST_ATTEMPTS).map(pause).sum();
        assert!((16 * Time::HOUR..=28 * Time::HOUR).contains(&all), "{} h", all / Time::HOUR);
        for attempts in [i64::MIN, 0, 1] {
            assert!((3 * Time::SECOND..=7 * Time::SECOND).contains(&pause(attempts)), "{attempts}");
        }
        assert!(pause(i64::MAX) < 2 * Time::DAY);
    }

    #[test]
    fn trouble_is_told_in_words() {
        for (status, words, want) in [
            (None, "It did not answer within 10 seconds.", "It did not answer within 10 seconds."),
            (Some(500), "", "It answered 500."),
            (Some(500), "boom", "It answered 500: boom"),
            (Some(302), "", "It answered 302: redirects are not followed."),
        ] {
            assert_eq!(trouble(status, words), want);
        }
    }
}
