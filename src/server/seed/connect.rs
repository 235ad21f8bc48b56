//! The demo's SMS channel and what it is connected to: the simulated provider of the server that runs.

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

/// The adapter that speaks to it.
const GATEWAY: &str = "webhook";

/// Connects the demo's SMS channel, if there is one, to the simulated provider of this server: its address may be
/// another at each start. Where there is no demo (any more), the channel is disconnected, because everybody may know its
/// secret. Where nothing changes, nothing is written.
///
/// # Errors
/// If the database fails, or there is no key for credentials and none can be made.
pub async fn connect_demo(app: &App) -> Result<(), SeedError> {
    let mut tx = app.db.begin().await?;
    let Some(mut sms) = channels::find_by_key(&mut tx, SMS_KEY).await? else { return Ok(()) };
    let place = sms.credentials_place();
    // Credentials that cannot be read are written anew.
    let known = sms.credentials.as_deref().and_then(|sealed| app.vault.open(&place, sealed).ok());
    if app.config.server.demo {
        let url = format!("{}/demo/provider/messages", app.config.server.public_url);
        let wanted = json!({ "url": url, "secret": SMS_SECRET }).to_string();
        if sms.provider == GATEWAY && known.as_ref() == Some(&wanted) {
            return Ok(());
        }
        sms.provider = GATEWAY.into();
        sms.credentials = Some(app.vault.seal(&place, &wanted)?);
    } else if known.is_some_and(|known| known.contains(SMS_SECRET)) {
        sms.provider = UNCONNECTED.into();
        sms.credentials = None;
    } else {
        return Ok(());
    }
    channels::update(&mut tx, &sms).await?;
    sms.channel.connected = sms.provider != UNCONNECTED;
    let event = Event::ChannelChanged { channel: sms.channel };
    events::append(&mut tx, &event, None, app.clock.now()).await?;
    tx.commit().await?;
    app.hub.committed();
    Ok(())
}
