//! A channel with a mailbox, and the jobs that fetch from it.

use serde_json::json;
use tokio::task::JoinHandle;

use super::super::kit::TestApp;
use crate::{
    domain::{Channel, ChannelKind, Time},
    server::{
        actions::fetch,
        channels::email::{
            credentials::Security,
            imap::testing::{Server, State},
        },
        clock::new_id,
        jobs::{self, runner::drain},
        store::{
            channels::{self, ConfiguredChannel, Settings},
            health,
            mail_cursors::Cursor,
        },
    },
};

pub const OURS: &str = "support@acme.test";

pub struct Mailbox {
    pub server: Server,
    pub channel: ConfiguredChannel,
    app: TestApp,
}

impl Mailbox {
    /// An empty one, that nobody has looked at.
    pub async fn connect(app: &TestApp) -> Self {
        let server = Server::start(Security::None).await;
        let credentials = json!({
            "address": OURS,
            "token_secret": "5e".repeat(32),
            "smtp": { "host": "127.0.0.1", "port": 25, "security": "none" },
            "imap": server.imap(),
        });
        let mut channel = ConfiguredChannel {
            channel: Channel {
                id: new_id(),
                kind: ChannelKind::Email,
                name: "Support mail".into(),
                hue: None,
                team_id: Some(app.support),
                enabled: true,
                connected: true,
                address: OURS.to_owned(),
            },
            key: "mail".to_owned(),
            provider: "mail".to_owned(),
            credentials: None,
            settings: Settings { address: OURS.to_owned(), ..Settings::default() },
            created_at: app.clock.now(),
        };
        let place = channel.credentials_place();
        channel.credentials = Some(app.vault.seal(&place, &credentials.to_string()).expect("a key"));
        let mut tx = app.tx().await;
        channels::insert(&mut tx, &channel).await.expect("a channel");
        tx.commit().await.expect("a commit");
        Self { server, channel, app: app.clone() }
    }

    /// An empty one, that has been read up to its end.
    pub async fn begun(app: &TestApp) -> Self {
        let mailbox = Self::connect(app).await;
        let start = Cursor { uid_validity: 1, last_uid: 0 };
        fetch::skip(app, mailbox.channel.channel.id, start).await.expect("the database is well");
        mailbox
    }

    /// Puts a mail into it.
    pub fn take(&self, raw: &[u8]) {
        let now = self.app.clock.now();
        self.server.change(|state| {
            let uid = state.arrive(raw);
            state.mail(uid).arrived = now;
        });
    }

    /// Answers no commands that begin so, but again all others.
    pub fn hold_back(&self, start: &str) {
        self.server.change(|state| state.held_back = Some(start.to_owned()));
    }

    pub fn answer_all(&self) {
        self.server.change(|state| state.held_back = None);
    }

    /// Gives all mails new numbers and ends all connections; from then on commands that begin so are held back.
    pub fn renumber(&self, held_back: Option<&str>) {
        self.server.change(|state| {
            state.renumber();
            state.held_back = held_back.map(str::to_owned);
            state.heard.clear();
        });
    }

    /// Waits until so many commands in all were not answered at once.
    pub async fn until_held(&self, count: usize) {
        self.server.until(|state| state.held >= count).await;
    }

    /// Waits until whoever fetches waits for new mail.
    pub async fn until_idle(&self) {
        self.server.until(|state| is_idle(&state.heard)).await;
    }

    /// Waits until all mails are marked, and whoever fetches waits for more.
    pub async fn until_read(&self) {
        let is_read = |state: &State| state.mails.values().all(|mail| mail.is_seen) && is_idle(&state.heard);
        self.server.until(is_read).await;
    }

    /// What people are told of the mailbox that cannot be read.
    pub async fn trouble(&self) -> Option<String> {
        let mut conn = self.app.db.conn().await.expect("a connection");
        let health = health::find(&mut conn, self.channel.channel.id).await.expect("read");
        health.and_then(|health| health.failing_words)
    }

    /// Waits until people are told. It is written as soon as the connection has failed too often.
    pub async fn until_told(&self) {
        while self.trouble().await.is_none() {
            tokio::task::yield_now().await;
        }
    }
}

/// Whether the last command was to wait for new mail.
pub fn is_idle(heard: &[String]) -> bool {
    heard.last().is_some_and(|command| command == "IDLE")
}

/// The jobs of a server.
pub struct Running(JoinHandle<()>);

impl Running {
    pub fn begin(app: &TestApp) -> Self {
        Self(jobs::start(app))
    }

    /// Drops everything where it stands, as if the process were killed. What it had leased is free after a while.
    pub async fn crash(self, app: &TestApp) {
        self.0.abort();
        assert!(self.0.await.is_err_and(|error| error.is_cancelled()), "the jobs ran until then");
        app.clock.advance(2 * Time::MINUTE);
    }
}

/// Ends the jobs, and does what they have left undone.
pub async fn finish(app: &TestApp, running: Running) {
    running.crash(app).await;
    drain(app).await;
}
