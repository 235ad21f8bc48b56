//! Fetches the mail of email channels: a task for each, as long as the channel is enabled and the server runs.
//!
//! Every server of an installation does so. Two that fetch the same mail do no harm: it is kept once, by its key.

mod backoff;
mod follow;
mod intake;

use std::{collections::HashMap, time::Duration};

use tokio::{
    sync::watch,
    task::{JoinError, JoinSet},
    time::interval,
};

use crate::{
    domain::{AppError, ChannelId, ChannelKind},
    server::{
        app::App,
        store::channels::{self, ConfiguredChannel},
    },
};

/// How often channels are looked at.
const LOOK: Duration = Duration::from_secs(30);

/// A channel as it was when its task began.
struct Followed {
    channel: ConfiguredChannel,
    /// Its task ends when this is gone.
    stop: watch::Sender<()>,
}

/// Follows all mailboxes until the server stops; then what is being kept is kept to its end.
pub async fn run(app: App) {
    let mut followed = HashMap::new();
    let mut tasks = JoinSet::new();
    let mut looks = interval(LOOK);
    loop {
        tokio::select! {
            () = app.hub.stopped() => break,
            _ = looks.tick() => {}
        }
        while let Some(ended) = tasks.try_join_next() {
            note(ended);
        }
        if let Err(error) = look(&app, &mut followed, &mut tasks).await {
            tracing::warn!(%error, "email channels cannot be looked at; trying again");
        }
    }
    drop(followed);
    while let Some(ended) = tasks.join_next().await {
        note(ended);
    }
}

/// Ends the tasks of channels that are gone or have changed, and begins those that there should be.
async fn look(
    app: &App,
    followed: &mut HashMap<ChannelId, Followed>,
    tasks: &mut JoinSet<()>,
) -> Result<(), AppError> {
    let mut channels = channels::list_configured(&mut app.db.conn().await?, ChannelKind::Email).await?;
    channels.retain(|channel| channel.channel.enabled && channel.credentials.is_some());
    // A task that failed has closed its end.
    followed.retain(|_, followed| !followed.stop.is_closed() && channels.contains(&followed.channel));
    for channel in channels {
        followed.entry(channel.channel.id).or_insert_with(|| {
            let (stop, stopping) = watch::channel(());
            tasks.spawn(follow::follow(app.clone(), channel.clone(), stopping));
            Followed { channel, stop }
        });
    }
    Ok(())
}

/// Only a fault of ours, or of the library that parses what servers say, ends a task by anything but its end.
fn note(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "following a mailbox failed; it is begun again");
    }
}
