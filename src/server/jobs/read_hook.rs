//! Reads what providers told us.

use tokio::task::block_in_place;

use super::runner::Done;
use crate::{
    domain::{AppError, HookId, HookState, Inbound, Time},
    server::{
        actions::{deliver, hooks, provided},
        app::App,
        channels::Stored,
        store::{channels, hooks as store},
    },
};

/// A report may come before we know the provider's id of the message: so often it is looked for again.
const MOST_LOOKS: u8 = 6;

/// Everything that one request tells. Each thing that it tells may be taken in twice without harm.
pub async fn read(app: &App, id: HookId, looks: u8) -> Result<Done, AppError> {
    let mut conn = app.db.conn().await?;
    let Some(hook) = store::find(&mut conn, id).await? else { return Ok(Done::Finished) };
    let Some(channel) = channels::find(&mut conn, hook.channel_id).await? else { return Ok(Done::Finished) };
    drop(conn);
    let stored = Stored {
        target: hook.target.clone(),
        content_type: hook.content_type.clone(),
        body: hook.body.clone(),
    };
    let told = match app.adapter(&channel) {
        // A large mail takes a while.
        Ok(adapter) => block_in_place(|| adapter.parse(&stored)).map_err(|unreadable| unreadable.to_string()),
        Err(words) => Err(words),
    };
    let told = match told {
        Ok(told) => told,
        Err(why) => {
            tracing::warn!(hook = %id, channel = %channel.key, %why, "a provider's request cannot be read");
            hooks::close(app, &hook, HookState::Unreadable, Some(&why)).await?;
            return Ok(Done::Finished);
        }
    };
    let mut remark = None;
    for inbound in told {
        match inbound {
            Inbound::Message(message) => provided::message(app, &channel, id, *message).await?,
            Inbound::Consent { ours, peer, opted_in } => {
                provided::consent(app, &channel, &ours, &peer, opted_in).await?;
            }
            Inbound::Status(report) => {
                if !deliver::report(app, &channel, report).await? {
                    if looks < MOST_LOOKS {
                        // As a job of its own, so that what comes after it need not wait.
                        hooks::read_again(app, id, looks + 1, Time::SECOND << looks).await?;
                        return Ok(Done::Finished);
                    }
                    remark = Some("This is about a message that we have not sent.");
                }
            }
            Inbound::Ignored(why) => remark = Some(why),
        }
    }
    hooks::close(app, &hook, HookState::Done, remark).await?;
    Ok(Done::Finished)
}
