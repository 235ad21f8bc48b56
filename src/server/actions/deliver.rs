//! Getting messages out: what is written about each attempt, before it and after it.

use std::time::Duration;

use super::{edit::Edit, letters, service_mails};
use crate::{
    domain::{
        AppError, Conversation, ConversationId, Delivery, DeliveryId, DeliveryState, Event, Failure,
        FailureClass, Handler, Outbound, OutboundFile, Outcome, ReplyRoute, Reported, StatusReport,
        SystemLine, Time,
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
pub(super) const MOST_ATTEMPTS: i64 = 10;
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
    let files = letter_files(app, id).await?;
    let Some(mut held) = Held::of(app, id).await? else { return Ok(Attempt::Over) };
    match held.kept.state {
        DeliveryState::Queued => {}
        DeliveryState::Sending => {
            held.unconfirmed("The server was stopped while this was being sent.").await?;
            held.save(app).await?;
            return Ok(Attempt::Over);
        }
        _ => return Ok(Attempt::Over),
    }
    if held.has_lost_word() {
        held.change(DeliveryState::Cancelled, Some("A person stepped in before this left.".to_owned()))
            .await?;
        held.save(app).await?;
        return Ok(Attempt::Over);
    }
    let Held { tx, kept, at, .. } = &mut held;
    let channel = channels::find(tx, kept.channel_id).await?.ok_or(AppError::NotFound)?;
    let refusal = if !channel.channel.enabled {
        Some(format!("{} is switched off.", channel.channel.name))
    } else if opt_outs::is_opted_out(tx, &kept.ours, &kept.peer).await? {
        Some(format!("{} asked not to be written to from {}.", kept.peer, kept.ours))
    } else {
        None
    };
    if let Some(words) = refusal {
        held.change(DeliveryState::Failed, Some(words)).await?;
        held.save(app).await?;
        return Ok(Attempt::Over);
    }
    if let Some(gap) = channel.settings.gap()
        && let Some(free_at) = deliveries::take_slot(tx, &kept.ours, *at, gap).await?
    {
        return Ok(Attempt::Later(free_at));
    }
    let message = messages::find(tx, kept.message_id).await?.ok_or(AppError::NotFound)?;
    let mut mail = letters::outbound(tx, kept, &message, &channel).await?;
    if let Some(mail) = &mut mail {
        mail.files = files;
    }
    let public_url = &app.config.server.public_url;
    let outbound = Outbound {
        delivery: kept.id,
        status_url: format!("{public_url}/hooks/{}/{}?delivery={}", channel.provider, channel.key, kept.id),
        ours: kept.ours.clone(),
        peer: kept.peer.clone(),
        text: message.body,
        media_urls: message.attachments.iter().map(|file| format!("{public_url}{}", file.path())).collect(),
        mail,
    };
    held.kept.attempts += 1;
    held.change(DeliveryState::Sending, None).await?;
    held.save(app).await?;
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
    let Some(mut held) = Held::of(app, id).await? else { return Ok(Next::Done) };
    let next = match outcome {
        Outcome::Accepted { provider_id, .. } => {
            health::put_sent(&mut held.tx, held.kept.channel_id, held.at).await?;
            held.accepted(provider_id).await?;
            Next::Done
        }
        // A report came meanwhile: it knows better.
        _ if held.kept.state != DeliveryState::Sending => Next::Done,
        Outcome::Failed(failure) => held.fail(failure).await?,
        Outcome::Unknown(words) => {
            held.unconfirmed(&words).await?;
            Next::Done
        }
    };
    held.save(app).await?;
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
    let Some(found) = found.filter(|found| found.channel_id == channel.channel.id) else {
        return service_mails::report(app, channel, report).await;
    };
    let Some(mut held) = Held::of(app, found.id).await? else { return Ok(false) };
    let state = held.kept.state.after_report(report.state.state());
    if state == held.kept.state && (held.kept.provider_id.is_some() || report.provider_id.is_none()) {
        return Ok(true);
    }
    held.kept.provider_id = held.kept.provider_id.take().or(report.provider_id);
    let words = match report.state {
        Reported::Failed(failure) if state == DeliveryState::Failed => Some(held.note(failure).await?),
        _ => None,
    };
    held.change(state, words).await?;
    held.save(app).await?;
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
    let Some(mut held) = Held::of(app, id).await? else { return Ok(()) };
    if held.kept.state != DeliveryState::Unconfirmed {
        return Ok(());
    }
    match outcome {
        Outcome::Accepted { provider_id, .. } => held.accepted(provider_id).await?,
        Outcome::Failed(failure) => {
            let words = held.note(failure).await?;
            held.change(DeliveryState::Failed, Some(words)).await?;
        }
        Outcome::Unknown(_) => return Ok(()),
    }
    held.save(app).await
}

/// A delivery under its conversation's lock. Nothing is kept unless [`Held::save`] is called.
struct Held {
    tx: Tx,
    conversation: Conversation,
    kept: Kept,
    /// By what the provider says; nobody knew it before.
    has_just_opted_out: bool,
    at: Time,
}

impl Held {
    /// Whether a bot said it who has not the word any more: nothing of it may follow a person who has stepped in.
    fn has_lost_word(&self) -> bool {
        let Conversation { handler, control_epoch, .. } = &self.conversation;
        self.kept.control_epoch.is_some_and(|epoch| *handler != Handler::Bot || *control_epoch != epoch)
    }

    /// The lock comes first, as every writer of a conversation must have it.
    async fn of(app: &App, id: DeliveryId) -> Result<Option<Self>, AppError> {
        let Some(found) = deliveries::find(&mut app.db.conn().await?, id).await? else { return Ok(None) };
        let mut tx = app.db.begin().await?;
        let Some(conversation) = conversations::lock(&mut tx, found.conversation_id).await? else {
            return Ok(None);
        };
        let Some(kept) = deliveries::find(&mut tx, id).await? else { return Ok(None) };
        Ok(Some(Self { tx, conversation, kept, has_just_opted_out: false, at: app.clock.now() }))
    }

    async fn change(&mut self, state: DeliveryState, words: Option<String>) -> Result<(), AppError> {
        change(&mut self.tx, &mut self.kept, state, words, self.at).await
    }

    async fn accepted(&mut self, provider_id: Option<String>) -> Result<(), AppError> {
        self.kept.provider_id = provider_id.or(self.kept.provider_id.take());
        // A report may have been quicker than the answer: what it said stands.
        let state = self.kept.state.after_report(DeliveryState::Sent);
        let words = self.kept.words.take().filter(|_| state == self.kept.state);
        self.change(state, words).await
    }

    async fn unconfirmed(&mut self, words: &str) -> Result<(), AppError> {
        self.change(DeliveryState::Unconfirmed, Some(words.to_owned())).await?;
        let ask_at = self.at.plus(SETTLE_AFTER);
        Ok(jobs::insert(&mut self.tx, Work::Settle(self.kept.id), None, ask_at, self.at).await?)
    }

    async fn fail(&mut self, failure: Failure) -> Result<Next, AppError> {
        let class = failure.class;
        let words = self.note(failure).await?;
        if matches!(class, FailureClass::Account | FailureClass::Retry) {
            health::put_failing(&mut self.tx, self.kept.channel_id, &words, self.at).await?;
        }
        if class.is_passing() && self.kept.attempts < MOST_ATTEMPTS {
            self.change(DeliveryState::Queued, Some(words)).await?;
            let pause = match class {
                FailureClass::After(asked) => micros(asked),
                _ => pause(self.kept.attempts, self.kept.id),
            };
            return Ok(Next::Retry(self.at.plus(pause)));
        }
        self.change(DeliveryState::Failed, Some(words)).await?;
        Ok(Next::Done)
    }

    /// Notes what a refusal says beside its words, which come back.
    async fn note(&mut self, failure: Failure) -> Result<String, AppError> {
        let Self { tx, kept, at, .. } = self;
        kept.code = Some(failure.code);
        if failure.class == FailureClass::OptedOut
            && !opt_outs::is_opted_out(tx, &kept.ours, &kept.peer).await?
        {
            opt_outs::put(tx, kept.channel_id, &kept.ours, &kept.peer, *at).await?;
            self.has_just_opted_out = true;
        }
        Ok(failure.words)
    }

    /// Commits. What is new about the customer's consent gets its line in the thread, if that is about this very route.
    async fn save(self, app: &App) -> Result<(), AppError> {
        let Self { tx, conversation, kept: Kept { ours, peer, .. }, has_just_opted_out, at } = self;
        let route = ReplyRoute { ours, peer };
        if !has_just_opted_out || conversation.reply_route.as_ref() != Some(&route) {
            tx.commit().await?;
            app.hub.committed();
            return Ok(());
        }
        let name = conversation.contact_name.clone();
        let mut edit = Edit::of(tx, conversation, at);
        let ReplyRoute { ours, peer } = route;
        let text = format!("The provider says that {peer} wants no more messages from {ours}");
        edit.line(SystemLine::OptedOut, &name, text);
        edit.save(app, "consent").await?;
        Ok(())
    }
}

/// Doubles with each attempt, and differs by a quarter from one delivery to another, so that after an outage not all
/// come at once.
pub(super) fn pause(attempts: i64, id: DeliveryId) -> i64 {
    let doublings = attempts.clamp(1, 30) - 1;
    let base = (FIRST_PAUSE << doublings).min(LONGEST_PAUSE);
    let (_, low) = id.0.as_u64_pair();
    let spread = i64::try_from(low % 256).unwrap_or_default();
    base - base / 4 + base / 4 * spread / 128
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(LONGEST_PAUSE).clamp(Time::SECOND, Time::DAY)
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
