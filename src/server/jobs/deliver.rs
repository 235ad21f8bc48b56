//! Gives messages to their providers.

use super::runner::Done;
use crate::{
    domain::{AppError, DeliveryId, Failure, FailureClass, Outcome, Time},
    server::{
        actions::deliver::{self, Attempt, Next},
        app::App,
        channels::Adapter,
        store::{channels::ConfiguredChannel, jobs::Leased},
    },
};

/// How often a provider is asked what became of a message, before it is left to people.
const MOST_QUESTIONS: i64 = 5;

/// One attempt.
pub async fn deliver(app: &App, id: DeliveryId) -> Result<Done, AppError> {
    let (outbound, channel) = match deliver::begin(app, id).await? {
        Attempt::Over => return Ok(Done::Finished),
        Attempt::Later(at) => return Ok(Done::Later(at, None)),
        Attempt::Send(send) => *send,
    };
    let outcome = match adapter(app, &channel) {
        Ok(adapter) => adapter.send(&outbound, &app.client).await,
        Err(failure) => Outcome::Failed(failure),
    };
    Ok(match deliver::end(app, id, outcome).await? {
        Next::Done => Done::Finished,
        Next::Retry(at) => Done::Later(at, None),
    })
}

/// Asks the provider about a message whose outcome is unknown. A report that comes meanwhile ends it too.
pub async fn settle(app: &App, job: &Leased, id: DeliveryId) -> Result<Done, AppError> {
    let Some((outbound, channel)) = deliver::unsettled(app, id).await? else {
        return Ok(Done::Finished);
    };
    let Ok(adapter) = adapter(app, &channel) else { return Ok(Done::Finished) };
    if let Some(outcome) = adapter.look_up(&outbound, &app.client).await {
        deliver::settle(app, id, outcome).await?;
        return Ok(Done::Finished);
    }
    if job.attempts >= MOST_QUESTIONS {
        return Ok(Done::Finished);
    }
    Ok(Done::Later(app.clock.now().plus(Time::MINUTE << job.attempts), None))
}

/// What speaks to a channel's provider, or why nothing can.
pub(super) fn adapter(
    app: &App,
    channel: &ConfiguredChannel,
) -> Result<std::sync::Arc<dyn Adapter>, Failure> {
    app.adapter(channel).map_err(|words| Failure {
        class: FailureClass::Account,
        code: "not connected".into(),
        words,
    })
}
