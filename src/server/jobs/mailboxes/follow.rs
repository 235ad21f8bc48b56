//! One channel's mailbox, over one connection after another.

use tokio::{
    sync::watch,
    time::{Instant, sleep},
};

use super::{
    backoff::{self, LONGEST},
    intake::Intake,
};
use crate::server::{
    app::App,
    channels::email::{
        credentials::Credentials,
        imap::{End, Follower},
    },
    store::channels::ConfiguredChannel,
};

/// So many failures in a row of a kind that passes by itself are told to people.
const TELLING: u32 = 3;

/// Fetches until the sender of `stopping` is gone. Without a mailbox, or with credentials that cannot be used, it just
/// waits for that: they change only with the channel.
pub(super) async fn follow(app: App, channel: ConfiguredChannel, mut stopping: watch::Receiver<()>) {
    let intake = Intake::new(&app, &channel);
    match credentials(&app, &channel) {
        Ok(credentials) => fetch(&channel, &credentials, &intake, &mut stopping).await,
        Err(why) => intake.tell(&why).await,
    }
    // It never changes: this waits for its sender to go.
    let _ = stopping.changed().await;
}

fn credentials(app: &App, channel: &ConfiguredChannel) -> Result<Credentials, String> {
    let sealed = channel.credentials.as_deref().ok_or("the channel has no credentials")?;
    let json = app.vault.open(&channel.credentials_place(), sealed).map_err(|error| error.to_string())?;
    serde_json::from_str(&json).map_err(|error| format!("the channel's credentials cannot be used: {error}"))
}

/// Connects again and again.
async fn fetch(
    channel: &ConfiguredChannel,
    credentials: &Credentials,
    intake: &Intake<'_>,
    stopping: &mut watch::Receiver<()>,
) {
    let Some(imap) = &credentials.imap else { return };
    let root = match credentials.root() {
        Ok(root) => root,
        Err(bad) => return intake.tell(&bad.to_string()).await,
    };
    let mut follower = Follower::new(imap, root, channel.created_at);
    let mut failures = 0;
    loop {
        let began = Instant::now();
        let end = follower.follow(intake, stopping.clone()).await;
        if end == End::Stopped {
            return;
        }
        // A connection that was of use is no failure, whatever ended it.
        if intake.take_kept() || began.elapsed() >= LONGEST {
            failures = 0;
        }
        failures += 1;
        tracing::info!(channel = %channel.key, %end, failures, "the connection to a mailbox ended");
        if failures >= TELLING || !end.is_passing() {
            intake.tell(&end.to_string()).await;
        }
        tokio::select! {
            _ = stopping.changed() => return,
            () = sleep(backoff::pause(failures)) => {}
        }
    }
}
