//! Where the mails of one channel's mailbox go.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use futures::future::BoxFuture;

use crate::{
    domain::AppError,
    server::{
        actions::fetch,
        app::App,
        channels::email::imap::{Failed, Inbox, Place},
        store::{channels::ConfiguredChannel, mail_cursors::Cursor},
    },
};

pub(super) struct Intake<'a> {
    app: &'a App,
    channel: &'a ConfiguredChannel,
    /// Whether a mail was kept since somebody asked.
    kept: AtomicBool,
    /// Whether people were told that the mailbox cannot be read. It may have been so when the server last stopped.
    told: AtomicBool,
}

impl<'a> Intake<'a> {
    pub(super) const fn new(app: &'a App, channel: &'a ConfiguredChannel) -> Self {
        Self { app, channel, kept: AtomicBool::new(false), told: AtomicBool::new(true) }
    }

    /// Whether a mail was kept since this was asked before.
    pub(super) fn take_kept(&self) -> bool {
        self.kept.swap(false, SeqCst)
    }

    /// Tells whoever looks after the channel that its mailbox cannot be read.
    pub(super) async fn tell(&self, why: &str) {
        self.told.store(true, SeqCst);
        if let Err(error) = fetch::failing(self.app, self.channel.channel.id, why).await {
            tracing::warn!(channel = %self.channel.key, %error, "a failing mailbox could not be noted");
        }
    }
}

impl Inbox for Intake<'_> {
    fn place(&self) -> BoxFuture<'_, Result<Option<Place>, Failed>> {
        Box::pin(async move {
            let cursor = fetch::cursor(self.app, self.channel.channel.id).await.map_err(failed)?;
            Ok(cursor.map(|cursor| Place { validity: cursor.uid_validity, uid: cursor.last_uid }))
        })
    }

    fn keep<'a>(&'a self, raw: &'a [u8], place: Place) -> BoxFuture<'a, Result<(), Failed>> {
        Box::pin(async move {
            fetch::keep_fetched(self.app, self.channel, raw, cursor(place)).await.map_err(failed)?;
            self.kept.store(true, SeqCst);
            Ok(())
        })
    }

    fn begin(&self, place: Place) -> BoxFuture<'_, Result<Place, Failed>> {
        Box::pin(async move {
            let known =
                fetch::begin(self.app, self.channel.channel.id, cursor(place)).await.map_err(failed)?;
            Ok(Place { validity: known.uid_validity, uid: known.last_uid })
        })
    }

    fn skip(&self, place: Place) -> BoxFuture<'_, Result<(), Failed>> {
        Box::pin(async move {
            fetch::skip(self.app, self.channel.channel.id, cursor(place)).await.map_err(failed)
        })
    }

    fn up_to_date(&self) -> BoxFuture<'_, Result<(), Failed>> {
        Box::pin(async move {
            if self.told.load(SeqCst) {
                fetch::well(self.app, self.channel.channel.id).await.map_err(failed)?;
                self.told.store(false, SeqCst);
            }
            Ok(())
        })
    }
}

const fn cursor(place: Place) -> Cursor {
    Cursor { uid_validity: place.validity, last_uid: place.uid }
}

fn failed(error: AppError) -> Failed {
    Failed(error.to_string())
}
