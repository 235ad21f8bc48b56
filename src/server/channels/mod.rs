//! Adapters to providers: bytes in, values out. They know wire formats and nothing of the store.
//!
//! In: [`Adapter::verify`] looks at a request's bytes before anything is parsed; the request is kept as it came, once;
//! later [`Adapter::parse`] turns what was kept into [`Inbound`]s. Out: [`Adapter::send`] tries once and says what
//! became of it. Retrying, ordering and routing are the business of whoever calls. A new provider is a file here and a
//! line in [`Registry::standard`].

pub mod email;
mod fields;
mod sign;
pub mod sms;

use std::{collections::BTreeMap, net::IpAddr, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use futures::future::BoxFuture;
use http::{HeaderMap, Method, header::AUTHORIZATION};
use subtle::ConstantTimeEq;

pub use crate::domain::{
    Failure, FailureClass, Inbound, InboundMessage, MediaLink, Outbound, Outcome, Part, Reported,
    StatusReport,
};
use crate::{domain::Time, server::clock::Clock};

/// A provider's request as it came. Signatures are over bytes: nothing in here has been decoded.
#[derive(Debug, Clone)]
pub struct Hook {
    pub method: Method,
    /// Our configured public URL with the path and query of the request: what a provider signs. Never the Host header.
    pub url: String,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub peer: IpAddr,
}

/// A hook that was stored, and what is needed to read it later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Path and query.
    pub target: String,
    pub content_type: String,
    pub body: Vec<u8>,
}

/// A request whose signature is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The same for every repetition of the same event and for no other of this channel.
    pub key: String,
}

/// Why a request is not taken. Nothing of it is stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    #[error("the signature is missing or wrong")]
    Signature,
    /// Signed too long ago, or in the future: a replay, or a clock that is wrong.
    #[error("the signature is {0} seconds old")]
    Stale(i64),
    /// Signed well, but not what this provider sends.
    #[error("this is not a {0} request")]
    Foreign(&'static str),
}

/// What is said to the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub content_type: &'static str,
    pub body: String,
}

/// A stored request that cannot be read. It is kept and shown to people; reading it again would not help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(pub String);

/// One provider, connected by one channel's credentials.
pub trait Adapter: Send + Sync {
    /// Checks a request's signature over its raw bytes, in constant time, and names its event.
    ///
    /// # Errors
    /// Why it is not taken.
    fn verify(&self, hook: &Hook, now: Time) -> Result<Verified, Rejected>;

    /// Reads a stored request; one request may tell several things.
    ///
    /// # Errors
    /// If it cannot be read.
    fn parse(&self, stored: &Stored) -> Result<Vec<Inbound>, Unreadable>;

    /// The most bytes that a request of this provider may have.
    fn largest_hook(&self) -> usize {
        256 * 1024
    }

    /// What the provider wants to hear when its request is stored, or was before.
    fn answer(&self) -> Answer;

    /// Tries once to send.
    fn send<'a>(&'a self, message: &'a Outbound, http: &'a reqwest::Client) -> BoxFuture<'a, Outcome>;

    /// Asks the provider what became of an attempt whose outcome is unknown; none if it cannot tell.
    fn look_up<'a>(
        &'a self,
        message: &'a Outbound,
        http: &'a reqwest::Client,
    ) -> BoxFuture<'a, Option<Outcome>>;

    /// The hosts that this provider's media lie on. Nothing is fetched from anywhere else.
    fn media_hosts(&self) -> Vec<&str>;

    /// The credentials that a media request to the first of those hosts needs, as an `Authorization` header. No other
    /// host may see them, a redirect's target neither.
    fn media_authorization(&self) -> Option<String>;
}

/// Credentials that no adapter can be made of; the text names the field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadCredentials(pub &'static str);

/// Makes an adapter of a channel's credentials, which are JSON.
type Maker = fn(serde_json::Value, &Clock) -> Result<Arc<dyn Adapter>, NoAdapter>;

/// Why a channel's provider cannot be spoken to; for whoever looks after the channel.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoAdapter {
    #[error("no provider is called {0:?}")]
    Unknown(String),
    #[error("its credentials cannot be used: {0}")]
    Credentials(String),
}

impl From<BadCredentials> for NoAdapter {
    fn from(bad: BadCredentials) -> Self {
        Self::Credentials(bad.to_string())
    }
}

/// The providers that we can speak to.
#[derive(Clone)]
pub struct Registry {
    makers: BTreeMap<&'static str, Maker>,
}

impl Registry {
    /// Those that the product knows.
    #[must_use]
    pub fn standard() -> Self {
        Self { makers: BTreeMap::new() }
            .with("twilio", sms::twilio)
            .with("telnyx", sms::telnyx)
            .with("vonage", sms::vonage)
            .with("kannel", sms::kannel)
            .with("webhook", sms::webhook)
            .with("mail", email::raw)
            .with("mailgun", email::mailgun)
            .with("postmark", email::postmark)
    }

    /// One more.
    #[must_use]
    pub fn with(mut self, provider: &'static str, maker: Maker) -> Self {
        self.makers.insert(provider, maker);
        self
    }

    /// The adapter of a provider with a channel's credentials.
    ///
    /// # Errors
    /// If there is no such provider, or the credentials are not what it needs.
    pub fn adapter(
        &self,
        provider: &str,
        credentials: &str,
        clock: &Clock,
    ) -> Result<Arc<dyn Adapter>, NoAdapter> {
        let maker = self.makers.get(provider).ok_or_else(|| NoAdapter::Unknown(provider.to_owned()))?;
        let credentials =
            serde_json::from_str(credentials).map_err(|error| NoAdapter::Credentials(error.to_string()))?;
        maker(credentials, clock)
    }
}

/// How far a signature's time may lie from ours, in seconds, where a scheme signs one.
const WINDOW_SECONDS: i64 = 300;

/// A header that came exactly once.
fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// Whether a request brings this secret as the password of basic authentication (RFC 7617), whatever user it names: the
/// only proof of those who sign nothing.
fn has_password(headers: &HeaderMap, secret: &str) -> bool {
    let given = header(headers, AUTHORIZATION.as_str()).and_then(password).unwrap_or_default();
    !secret.is_empty() && bool::from(given.as_slice().ct_eq(secret.as_bytes()))
}

fn password(authorization: &str) -> Option<Vec<u8>> {
    let (scheme, code) = authorization.split_once(' ')?;
    let pair = STANDARD.decode(code.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let colon = pair.iter().position(|c| *c == b':')?;
    Some(pair[colon + 1..].to_vec())
}

/// Fails for a time, in seconds since the epoch, that lies outside the window around now.
fn check_age(seconds: i64, now: Time) -> Result<(), Rejected> {
    let age = now.0.div_euclid(Time::SECOND).saturating_sub(seconds);
    if age.unsigned_abs() > WINDOW_SECONDS.unsigned_abs() { Err(Rejected::Stale(age)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_is_open_at_both_ends() {
        let now = Time(1_000_000 * Time::SECOND);
        for (seconds, age) in
            [(999_700, None), (1_000_300, None), (999_699, Some(301)), (1_000_301, Some(-301))]
        {
            let want = age.map_or(Ok(()), |age| Err(Rejected::Stale(age)));
            assert_eq!(check_age(seconds, now), want, "{seconds}");
        }
        assert!(check_age(i64::MIN, now).is_err() && check_age(i64::MAX, Time(i64::MIN)).is_err());
    }
}
