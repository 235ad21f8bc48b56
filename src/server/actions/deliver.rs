//! Getting messages out: what is written about each attempt, before it and after it.

use std::time::Duration;

use super::letters;
use crate::{
    domain::{
        AppError, ConversationId, Delivery, DeliveryId, DeliveryState, Event, Failure, FailureClass,
        Outbound, OutboundFile, Outcome, StatusReport, Time,
    },
    server::{
        app::App,
        store::{
            Tx,
            channels::{self, ConfiguredChannel},
            conversations,
            deliveries::{self, Kept},
            events, health,
            jobs::{self, Work},
            messages, opt_outs,
        },
    },
};

/// A message that fails so often in passing ways has failed.
const MOST_ATTEMPTS: i64 = 10;
/// How long an outcome may stay unknown before the provider is asked about it.
const SETTLE_AFTER: i64 = 30 * Time::SECOND;
/// The first pause between attempts; it doubles up to the longest.
const FIRST_PAUSE: i64 = 2 * Time::SECOND;
const LONGEST_PAUSE: i64 = 15 * Time::MINUTE;

/// What is to be done about a delivery now.
#[derive(Debug)]
pub enum Attempt {
    /// To be given to the provider. That it will be is written already: if the answer never comes, nobody sends it
    /// again blindly.
    Send(Box<(Outbound, ConfiguredChannel)>),
    /// Not before then.
    Later(Time),
    /// Nothing: it is out, or will not go.
    Over,
}

/// What follows an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    Done,
    /// Another attempt, not before then.
    Retry(Time),
}

/// Prepares an attempt and writes that it is being made.
///
/// # Errors
/// If the database fails.
pub async fn begin(app: &App, id: DeliveryId) -> Result<Attempt, AppError> {
    let now = app.clock.now();
    let files = letter_files(app, id).await?;
    let Some((mut tx, mut kept)) = lock(app, id).await? else { return Ok(Attempt::Over) };
    match kept.state {
        DeliveryState::Queued => {}
        DeliveryState::Sending => {
            let words = "The server was stopped while this was being sent.";
            unconfirmed(&mut tx, &mut kept, words, now).await?;
            save(app, tx).await?;
            return Ok(Attempt::Over);
        }
        _ => return Ok(Attempt::Over),
    }
    let channel = channels::find(&mut tx, kept.channel_id).await?.ok_or(AppError::NotFound)?;
    let refusal = if !channel.channel.enabled {
        Some(format!("{} is switched off.", channel.channel.name))
    } else if opt_outs::is_opted_out(&mut tx, &kept.ours, &kept.peer).await? {
        Some(format!("{} asked not to be written to from {}.", kept.peer, kept.ours))
    } else {
        None
    };
    if let Some(words) = refusal {
        change(&mut tx, &mut kept, DeliveryState::Failed, Some(words), now).await?;
        save(app, tx).await?;
        return Ok(Attempt::Over);
    }
    if let Some(gap) = channel.settings.gap()
        && let Some(free_at) = deliveries::take_slot(&mut tx, &kept.ours, now, gap).await?
    {
        return Ok(Attempt::Later(free_at));
    }
    let message = messages::find(&mut tx, kept.message_id).await?.ok_or(AppError::NotFound)?;
    let mut mail = letters::outbound(&mut tx, &kept, &message, &channel).await?;
    if let Some(mail) = &mut mail {
        mail.files = files;
    }
    kept.attempts += 1;
    change(&mut tx, &mut kept, DeliveryState::Sending, None, now).await?;
    save(app, tx).await?;
    let public_url = &app.config.server.public_url;
    let outbound = Outbound {
        delivery: kept.id,
        status_url: format!("{public_url}/hooks/{}/{}?delivery={}", channel.provider, channel.key, kept.id),
        ours: kept.ours,
        peer: kept.peer,
        text: message.body,
        media_urls: message.attachments.iter().map(|file| format!("{public_url}{}", file.path())).collect(),
        mail,
    };
    Ok(Attempt::Send(Box::new((outbound, channel))))
}

/// The bytes that go with a mail: read before anything is locked, since they come from elsewhere.
async fn letter_files(app: &App, id: DeliveryId) -> Result<Vec<OutboundFile>, AppError> {
    let mut conn = app.db.conn().await?;
    let Some(kept) = deliveries::find(&mut conn, id).await? else { return Ok(Vec::new()) };
    let message = messages::find(&mut conn, kept.message_id).await?.ok_or(AppError::NotFound)?;
    drop(conn);
    if message.mail.is_none() || kept.state != DeliveryState::Queued {
        return Ok(Vec::new());
    }
    letters::files(app, &message).await
}

/// Writes what became of an attempt.
///
/// # Errors
/// If the database fails; then the outcome is asked for later.
pub async fn end(app: &App, id: DeliveryId, outcome: Outcome) -> Result<Next, AppError> {
    let now = app.clock.now();
    let Some((mut tx, mut kept)) = lock(app, id).await? else { return Ok(Next::Done) };
    let next = match outcome {
        Outcome::Accepted { provider_id, .. } => {
            kept.provider_id = provider_id.or(kept.provider_id);
            health::put_sent(&mut tx, kept.channel_id, now).await?;
            // A report may have been quicker than the answer.
            let state = kept.state.after_report(DeliveryState::Sent);
            change(&mut tx, &mut kept, state, None, now).await?;
            Next::Done
        }
        // A report came meanwhile: it knows better.
        _ if kept.state != DeliveryState::Sending => Next::Done,
        Outcome::Failed(failure) => fail(&mut tx, &mut kept, failure, now).await?,
        Outcome::Unknown(words) => {
            unconfirmed(&mut tx, &mut kept, &words, now).await?;
            Next::Done
        }
    };
    save(app, tx).await?;
    Ok(next)
}

/// Takes in what a provider reports. False if it is about no delivery that we know (yet).
///
/// # Errors
/// If the database fails.
pub async fn report(app: &App, channel: &ConfiguredChannel, report: StatusReport) -> Result<bool, AppError> {
    let mut conn = app.db.conn().await?;
    let found = match (report.delivery, &report.provider_id) {
        (Some(id), _) => deliveries::find(&mut conn, id).await?,
        (None, Some(id)) => deliveries::find_by_provider_id(&mut conn, channel.channel.id, id).await?,
        (None, None) => None,
    };
    drop(conn);
    let Some(found) = found.filter(|found| found.channel_id == channel.channel.id) else { return Ok(false) };
    let now = app.clock.now();
    let Some((mut tx, mut kept)) = lock(app, found.id).await? else { return Ok(false) };
    let state = kept.state.after_report(report.state.state());
    if state == kept.state && (kept.provider_id.is_some() || report.provider_id.is_none()) {
        return Ok(true);
    }
    kept.provider_id = kept.provider_id.or(report.provider_id);
    let words = match report.state {
        crate::domain::Reported::Failed(failure) if state == DeliveryState::Failed => {
            kept.code = Some(failure.code);
            if failure.class == FailureClass::OptedOut {
                opt_outs::put(&mut tx, kept.channel_id, &kept.ours, &kept.peer, now).await?;
            }
            Some(failure.words)
        }
        _ => None,
    };
    change(&mut tx, &mut kept, state, words, now).await?;
    save(app, tx).await?;
    Ok(true)
}

/// A delivery whose outcome is still unknown, for asking the provider; none if it is known by now.
///
/// # Errors
/// If the database fails.
pub async fn unsettled(app: &App, id: DeliveryId) -> Result<Option<(Outbound, ConfiguredChannel)>, AppError> {
    let mut conn = app.db.conn().await?;
    let Some(kept) = deliveries::find(&mut conn, id).await? else { return Ok(None) };
    if kept.state != DeliveryState::Unconfirmed {
        return Ok(None);
    }
    let channel = channels::find(&mut conn, kept.channel_id).await?.ok_or(AppError::NotFound)?;
    let message = messages::find(&mut conn, kept.message_id).await?.ok_or(AppError::NotFound)?;
    let outbound = Outbound {
        delivery: kept.id,
        ours: kept.ours,
        peer: kept.peer,
        text: message.body,
        media_urls: Vec::new(),
        status_url: String::new(),
        mail: None,
    };
    Ok(Some((outbound, channel)))
}

/// Writes what a provider answered about a delivery whose outcome was unknown.
///
/// # Errors
/// If the database fails.
pub async fn settle(app: &App, id: DeliveryId, outcome: Outcome) -> Result<(), AppError> {
    let now = app.clock.now();
    let Some((mut tx, mut kept)) = lock(app, id).await? else { return Ok(()) };
    if kept.state != DeliveryState::Unconfirmed {
        return Ok(());
    }
    match outcome {
        Outcome::Accepted { provider_id, .. } => {
            kept.provider_id = provider_id.or(kept.provider_id);
            change(&mut tx, &mut kept, DeliveryState::Sent, None, now).await?;
        }
        Outcome::Failed(failure) => {
            kept.code = Some(failure.code);
            change(&mut tx, &mut kept, DeliveryState::Failed, Some(failure.words), now).await?;
        }
        Outcome::Unknown(_) => return Ok(()),
    }
    save(app, tx).await
}

/// The delivery under its conversation's lock; the lock comes first, as every writer of a conversation must have it.
async fn lock(app: &App, id: DeliveryId) -> Result<Option<(Tx, Kept)>, AppError> {
    let Some(found) = deliveries::find(&mut app.db.conn().await?, id).await? else { return Ok(None) };
    let mut tx = app.db.begin().await?;
    conversations::lock(&mut tx, found.conversation_id).await?;
    Ok(deliveries::find(&mut tx, id).await?.map(|kept| (tx, kept)))
}

async fn fail(tx: &mut Tx, kept: &mut Kept, failure: Failure, now: Time) -> Result<Next, AppError> {
    kept.code = Some(failure.code);
    match failure.class {
        FailureClass::OptedOut => {
            opt_outs::put(tx, kept.channel_id, &kept.ours, &kept.peer, now).await?;
        }
        FailureClass::Account | FailureClass::Retry => {
            health::put_failing(tx, kept.channel_id, &failure.words, now).await?;
        }
        FailureClass::After(_) | FailureClass::Recipient | FailureClass::Message => {}
    }
    if failure.class.is_passing() && kept.attempts < MOST_ATTEMPTS {
        change(tx, kept, DeliveryState::Queued, Some(failure.words), now).await?;
        let pause = match failure.class {
            FailureClass::After(asked) => micros(asked),
            _ => pause(kept.attempts, kept.id),
        };
        return Ok(Next::Retry(now.plus(pause)));
    }
    change(tx, kept, DeliveryState::Failed, Some(failure.words), now).await?;
    Ok(Next::Done)
}

/// Doubles with each attempt, and differs by a quarter from one delivery to another, so that after an outage not all
/// come at once.
fn pause(attempts: i64, id: DeliveryId) -> i64 {
    let doublings = attempts.clamp(1, 30) - 1;
    let base = (FIRST_PAUSE << doublings).min(LONGEST_PAUSE);
    let (_, low) = id.0.as_u64_pair();
    let spread = i64::try_from(low % 256).unwrap_or_default();
    base - base / 4 + base / 4 * spread / 128
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(LONGEST_PAUSE).clamp(Time::SECOND, Time::DAY)
}

async fn unconfirmed(tx: &mut Tx, kept: &mut Kept, words: &str, now: Time) -> Result<(), AppError> {
    change(tx, kept, DeliveryState::Unconfirmed, Some(words.to_owned()), now).await?;
    jobs::insert(tx, Work::Settle(kept.id), None, now.plus(SETTLE_AFTER), now).await?;
    Ok(())
}

/// Writes a state with its message's copy, and tells everybody.
pub(super) async fn change(
    tx: &mut Tx,
    kept: &mut Kept,
    state: DeliveryState,
    words: Option<String>,
    now: Time,
) -> Result<(), AppError> {
    kept.state = state;
    kept.words.clone_from(&words);
    kept.updated_at = now;
    deliveries::update(tx, kept).await?;
    let delivery = Delivery { state, at: now, words };
    messages::update_delivery(tx, kept.message_id, &delivery).await?;
    let message = messages::find(tx, kept.message_id).await?.ok_or(AppError::NotFound)?;
    let conversation = conversations::find(tx, kept.conversation_id).await?.ok_or(AppError::NotFound)?;
    let event = Event::MessageChanged {
        conversation_id: conversation.id,
        facts: conversation.facts(),
        message: Box::new(message),
    };
    events::append(tx, &event, None, now).await?;
    Ok(())
}

async fn save(app: &App, tx: Tx) -> Result<(), AppError> {
    tx.commit().await?;
    app.hub.committed();
    Ok(())
}

/// The lane in which a conversation's messages leave one after another.
#[must_use]
pub fn lane(conversation: ConversationId) -> uuid::Uuid {
    conversation.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn pauses_double_differ_and_have_an_end() {
        let id = |low: u64| DeliveryId(Uuid::from_u64_pair(0, low));
        for attempts in 1..=12 {
            let (short, long) = (pause(attempts, id(0)), pause(attempts, id(255)));
            assert!(short < long && long <= LONGEST_PAUSE * 5 / 4, "{attempts}: {short} {long}");
        }
        assert!(pause(2, id(7)) > pause(1, id(7)));
        assert_eq!(pause(30, id(7)), pause(12, id(7)));
    }
}
