//! Sends mails of the installation's own.

use super::{deliver::adapter, runner::Done};
use crate::{
    domain::{AppError, Outcome, ServiceMailId},
    server::{actions::service_mails, app::App, store::jobs::Leased},
};

/// One attempt. It may be made again though the one before has succeeded, where the server was stopped between the two:
/// as the same mail with the same Message-ID, by which mailboxes know it.
pub async fn send(app: &App, job: &Leased, id: ServiceMailId) -> Result<Done, AppError> {
    let Some((outbound, channel)) = service_mails::begin(app, id).await? else { return Ok(Done::Finished) };
    let outcome = match adapter(app, &channel) {
        Ok(adapter) => adapter.send(&outbound, &app.client).await,
        Err(failure) => Outcome::Failed(failure),
    };
    let again = service_mails::end(app, id, outcome, job.attempts).await?;
    Ok(again.map_or(Done::Finished, |at| Done::Later(at, None)))
}
