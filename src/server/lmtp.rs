//! Mail that a mail server hands over (LMTP, RFC 2033): kept before it is taken, like a provider's hook.
//!
//! It stands behind a mail server of the same network, which knows who may send what: no TLS, no sign-in, and so only on
//! an address that strangers do not reach.

use bytes::Bytes;
use futures::future::BoxFuture;
use tokio::net::TcpListener;

use super::{
    actions::hooks::{self, Told},
    app::App,
    channels::email::{
        self,
        receiver::{Limits, Protocol, Sink, Verdict, serve},
    },
    store::channels::{self, ConfiguredChannel},
};
use crate::domain::{AppError, ChannelKind};

/// Takes mail until the server stops.
pub async fn run(app: App, listener: TcpListener) {
    let hostname = app.config.host().to_owned();
    let stopped = {
        let app = app.clone();
        async move { app.hub.stopped().await }
    };
    serve(listener, Protocol::Lmtp, &hostname, Limits::default(), Inbox(app), stopped).await;
}

/// Our mailboxes: one for each email channel.
#[derive(Clone)]
struct Inbox(App);

impl Inbox {
    /// The channel that an address belongs to, with or without what stands after a "+".
    async fn channel(&self, address: &str) -> Result<Option<ConfiguredChannel>, AppError> {
        let mut conn = self.0.db.conn().await?;
        let all = channels::list_configured(&mut conn, ChannelKind::Email).await?;
        Ok(all.into_iter().find(|channel| email::is_address_of(address, &channel.settings.address)))
    }

    async fn take(&self, sender: Option<&str>, recipient: &str, raw: Bytes) -> Result<Verdict, AppError> {
        let Some(channel) = self.channel(recipient).await? else { return Ok(unknown(recipient)) };
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("sender", sender.unwrap_or_default())
            .append_pair("recipient", recipient)
            .finish();
        let told = Told {
            key: email::key_of(&raw),
            target: format!("/lmtp?{query}"),
            content_type: "message/rfc822".into(),
            body: raw.into(),
        };
        hooks::keep(&self.0, channel.channel.id, told).await?;
        Ok(Verdict::Taken)
    }
}

impl Sink for Inbox {
    fn accepts<'a>(&'a self, address: &'a str) -> BoxFuture<'a, Verdict> {
        Box::pin(async move {
            match self.channel(address).await {
                Ok(Some(_)) => Verdict::Taken,
                Ok(None) => unknown(address),
                Err(error) => later(&error),
            }
        })
    }

    fn keep<'a>(&'a self, sender: Option<&'a str>, recipient: &'a str, raw: Bytes) -> BoxFuture<'a, Verdict> {
        Box::pin(async move { self.take(sender, recipient, raw).await.unwrap_or_else(|error| later(&error)) })
    }
}

fn unknown(address: &str) -> Verdict {
    Verdict::Refused(format!("no mailbox here has the address {address}"))
}

/// Whatever is wrong with us, the mail server tries again.
fn later(error: &AppError) -> Verdict {
    tracing::warn!(%error, "a mail could not be kept; the mail server brings it again");
    Verdict::Later("the mail could not be kept just now".into())
}
