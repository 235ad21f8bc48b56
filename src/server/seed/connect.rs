//! The demo's channels for texts and mail, and what they are connected to: the simulated providers of the server that
//! runs.

use std::net::SocketAddr;

use serde_json::json;

use super::SeedError;
use crate::{
    domain::Event,
    server::{
        app::App,
        store::{
            channels::{self, UNCONNECTED},
            events,
        },
    },
};

/// The key of the demo's SMS channel.
pub const SMS_KEY: &str = "demo-sms";

/// The number of the demo's SMS channel.
pub const SMS_NUMBER: &str = "+15550100";

/// What the channel and its simulated provider sign with. Everybody may know it: there is a demo only where the public
/// URL is this machine's own.
pub const SMS_SECRET: &str = "the-demo-signs-with-this-and-nothing-else-does";

/// What the simulated provider wants to be shown for a picture; as open as [`SMS_SECRET`].
pub const SMS_MEDIA_TOKEN: &str = "the-demo-shows-this-for-its-pictures-and-for-nothing-else";

/// The key of the demo's email channel.
pub const EMAIL_KEY: &str = "demo-email";

/// The address of the demo's email channel.
pub const EMAIL_ADDRESS: &str = "support@acme.test";

/// What the simulated mail server signs with; as open as [`SMS_SECRET`].
pub const EMAIL_HOOK_SECRET: &str = "the-demo-signs-its-mails-with-this-and-nothing-else-does";

/// What conversations' addresses are proven with, in hex; as open as [`SMS_SECRET`].
pub const EMAIL_TOKEN_SECRET: &str = "6576657279626f6479206b6e6f77732074686973206f6e653a20612064656d6f";

/// A channel of the demo, and what it is to be connected to.
struct Line {
    key: &'static str,
    /// The adapter that speaks to its provider.
    provider: &'static str,
    /// What none but the demo's credentials have in them.
    secret: &'static str,
    /// None where there is no demo.
    credentials: Option<String>,
}

/// Connects the demo's channels, where they are there, to the simulated providers of this server: their addresses may be
/// others at each start. Where there is no demo (any more), they are disconnected, because everybody may know their
/// secrets. Where nothing changes, nothing is written. The mail server is there where the demo is.
///
/// # Errors
/// If the database fails, or there is no key for credentials and none can be made.
pub async fn connect_demo(app: &App, mail_server: Option<SocketAddr>) -> Result<(), SeedError> {
    let server = &app.config.server;
    let sms = server.demo.then(|| {
        let url = format!("{}/demo/provider/messages", server.public_url);
        json!({
            "url": url,
            "secret": SMS_SECRET,
            "media_hosts": [app.config.host()],
            "media_token": SMS_MEDIA_TOKEN,
        })
    });
    let email = mail_server.map(|at| {
        json!({
            "address": EMAIL_ADDRESS,
            "token_secret": EMAIL_TOKEN_SECRET,
            "hook_secret": EMAIL_HOOK_SECRET,
            "smtp": { "host": at.ip(), "port": at.port(), "security": "none" },
        })
    });
    for (key, provider, secret, credentials) in
        [(SMS_KEY, "webhook", SMS_SECRET, sms), (EMAIL_KEY, "mail", EMAIL_HOOK_SECRET, email)]
    {
        let credentials = credentials.map(|credentials| credentials.to_string());
        connect(app, Line { key, provider, secret, credentials }).await?;
    }
    Ok(())
}

async fn connect(app: &App, line: Line) -> Result<(), SeedError> {
    let mut tx = app.db.begin().await?;
    let Some(mut found) = channels::find_by_key(&mut tx, line.key).await? else { return Ok(()) };
    let place = found.credentials_place();
    // Credentials that cannot be read are written anew.
    let known = found.credentials.as_deref().and_then(|sealed| app.vault.open(&place, sealed).ok());
    if let Some(wanted) = line.credentials {
        if found.provider == line.provider && known.as_ref() == Some(&wanted) {
            return Ok(());
        }
        found.provider = line.provider.into();
        found.credentials = Some(app.vault.seal(&place, &wanted)?);
    } else if known.is_some_and(|known| known.contains(line.secret)) {
        found.provider = UNCONNECTED.into();
        found.credentials = None;
    } else {
        return Ok(());
    }
    channels::update(&mut tx, &found).await?;
    let connected = found.provider != UNCONNECTED;
    // A mail server on another port is nothing that operators see.
    if found.channel.connected != connected {
        found.channel.connected = connected;
        let event = Event::ChannelChanged { channel: found.channel };
        events::append(&mut tx, &event, None, app.clock.now()).await?;
    }
    tx.commit().await?;
    app.hub.committed();
    Ok(())
}
