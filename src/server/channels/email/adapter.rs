//! What the providers of email share: they differ only in how they hand a mail in.

use std::{borrow::Cow, sync::Arc};

use futures::future::BoxFuture;

use super::{
    super::{
        Adapter, Answer, BadCredentials, Hook, Inbound, Outbound, Outcome, Rejected, Stored, Unreadable,
        Verified,
    },
    credentials::Credentials,
    inbound::Inbox,
    outbound::Outbox,
    parse::ReturnPath,
    raw,
};
use crate::domain::Time;

/// A mail as it came, and its envelope as far as that is known.
pub(super) struct Arrival<'a> {
    pub(super) raw: Cow<'a, [u8]>,
    pub(super) sender: Option<ReturnPath>,
    pub(super) recipients: Vec<String>,
}

/// How a provider hands a mail in.
pub(super) trait Intake: Send + Sync {
    /// The most bytes that a hook may have.
    const LARGEST: usize;

    /// Checks a hook with its secret and names its mail.
    fn verify(&self, secret: &str, hook: &Hook, now: Time) -> Result<Verified, Rejected>;

    /// Takes the mail out of the form in which the provider's hook brought it.
    fn open<'s>(&self, stored: &'s Stored) -> Result<Arrival<'s>, Unreadable>;
}

/// A channel of email.
pub(super) struct Email<I> {
    intake: I,
    hook_secret: Option<String>,
    inbox: Inbox,
    outbox: Outbox,
}

impl<I: Intake + 'static> Email<I> {
    /// # Errors
    /// If the credentials do not fit.
    pub(super) fn adapter(credentials: Credentials, intake: I) -> Result<Arc<dyn Adapter>, BadCredentials> {
        credentials.check()?;
        let inbox = Inbox::of(&credentials)?;
        let outbox = Outbox::of(&credentials)?;
        Ok(Arc::new(Self { intake, hook_secret: credentials.hook_secret, inbox, outbox }))
    }
}

impl<I: Intake> Adapter for Email<I> {
    fn verify(&self, hook: &Hook, now: Time) -> Result<Verified, Rejected> {
        let secret = self.hook_secret.as_deref().ok_or(Rejected::Signature)?;
        self.intake.verify(secret, hook, now)
    }

    /// A mail that was fetched, or taken by LMTP, is kept as it is, whatever the provider.
    fn parse(&self, stored: &Stored) -> Result<Vec<Inbound>, Unreadable> {
        let arrival = if raw::is_mail(&stored.content_type) {
            raw::arrival(stored)
        } else {
            self.intake.open(stored)?
        };
        self.inbox.read(&arrival)
    }

    fn largest_hook(&self) -> usize {
        I::LARGEST
    }

    fn answer(&self) -> Answer {
        Answer { status: 200, content_type: "text/plain", body: String::new() }
    }

    fn send<'a>(&'a self, message: &'a Outbound, _: &'a reqwest::Client) -> BoxFuture<'a, Outcome> {
        Box::pin(self.outbox.send(message))
    }

    /// No server tells what became of a mail. Nor is there a need to ask: sending again is safe.
    fn look_up<'a>(&'a self, _: &'a Outbound, _: &'a reqwest::Client) -> BoxFuture<'a, Option<Outcome>> {
        Box::pin(std::future::ready(None))
    }

    /// Files come in the mail itself.
    fn media_hosts(&self) -> Vec<&str> {
        Vec::new()
    }

    fn media_authorization(&self) -> Option<String> {
        None
    }
}
