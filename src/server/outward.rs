//! Requests to addresses that strangers or admins name: of files that providers keep, and whatever else lies elsewhere.
//!
//! Whoever names an address may name one inside: of this machine, of its network, of the cloud that it runs in. So only
//! what is on the internet is asked, by HTTPS, and what is connected to is the very address that was looked at. What an
//! installation has inside all the same, its configuration names ([`AllowedHost`]). No redirect is followed by itself:
//! its target is an address like any other ([`Outward::sent_on`]). Answers have bounds in time and in size, whatever
//! they say of themselves.

mod internet;
mod target;

use std::{error::Error, iter::successors, time::Duration};

use bytes::{Bytes, BytesMut};
use http::{
    HeaderMap, HeaderName, Method, StatusCode,
    header::{LOCATION, RETRY_AFTER},
};
use reqwest::{ClientBuilder, redirect::Policy};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::config::AllowedHost;
use crate::domain::size_label;
use internet::{NotOnInternet, OnInternet};
pub use target::{Refusal, Target};

/// Large answers that are taken at once: each is in memory whole, and its host may be slow.
const LARGE_AT_ONCE: usize = 4;

/// Asks whom others name.
pub struct Outward {
    allowed: Vec<AllowedHost>,
    /// Connects to what is on the internet.
    outside: reqwest::Client,
    /// Connects to the hosts that the configuration allows, wherever they are.
    anywhere: reqwest::Client,
    large: Semaphore,
}

/// Something to ask.
#[derive(Debug)]
pub struct Request {
    pub method: Method,
    pub target: Target,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// The longest that it may take, with the whole answer.
    pub longest: Duration,
}

/// What was answered: its head, and its body as it comes.
#[derive(Debug)]
pub struct Answer {
    host: String,
    response: reqwest::Response,
}

/// Why there is no answer, or none that is taken; for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutwardError {
    /// Nobody was asked.
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("{host} cannot be reached: {cause}.")]
    Unreachable { host: String, cause: String },
    #[error("{host} did not answer in time.")]
    Silent { host: String },
    #[error("{host} broke off: {cause}.")]
    Broken { host: String, cause: String },
    #[error("It is larger than {}.", size_label(*.most as u64))]
    TooLarge { most: usize },
}

impl Outward {
    /// `builder` says how TLS is spoken and how long connecting may take.
    #[must_use]
    pub fn new(allowed: Vec<AllowedHost>, builder: impl Fn() -> ClientBuilder) -> Self {
        // A proxy would look names up by itself, and connect to whatever it finds.
        let built = |builder: ClientBuilder| {
            let client = builder.no_proxy().redirect(Policy::none()).build();
            client.expect("a client needs nothing that could be missing")
        };
        Self {
            allowed,
            outside: built(builder().dns_resolver(OnInternet).https_only(true)),
            anywhere: built(builder()),
            large: Semaphore::new(LARGE_AT_ONCE),
        }
    }

    /// Reads an address that may be asked.
    ///
    /// # Errors
    /// Why it is not asked. That its name leads inside is found only when it is.
    pub fn target(&self, address: &str) -> Result<Target, Refusal> {
        Target::read(address, &self.allowed)
    }

    /// Where an answer sends on to, if it does. Nobody has been asked there.
    ///
    /// # Errors
    /// Why nobody will be.
    pub fn sent_on(&self, answer: &Answer) -> Result<Option<Target>, Refusal> {
        if !matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
            return Ok(None);
        }
        let location = answer.header(&LOCATION).ok_or(Refusal::NoAddress)?;
        let url = answer.response.url().join(location).map_err(|_| Refusal::NoAddress)?;
        Target::new(url, &self.allowed).map(Some)
    }

    /// Asks once.
    ///
    /// # Errors
    /// If no answer begins.
    pub async fn send(&self, request: Request) -> Result<Answer, OutwardError> {
        let Request { method, target, headers, body, longest } = request;
        let client = if target.is_allowed() { &self.anywhere } else { &self.outside };
        let (host, url) = target.into_parts();
        match client.request(method, url).headers(headers).body(body).timeout(longest).send().await {
            Ok(response) => Ok(Answer { host, response }),
            Err(error) => Err(OutwardError::of(&error, host)),
        }
    }

    /// Room for a large answer, as long as it is held; none just now.
    pub fn room(&self) -> Option<SemaphorePermit<'_>> {
        self.large.try_acquire().ok()
    }
}

impl Answer {
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// A header that is text.
    #[must_use]
    pub fn header(&self, name: &HeaderName) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// How long to wait before the same is asked again, where it says so in seconds (RFC 9110 § 10.2.3).
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.header(&RETRY_AFTER)?.trim().parse().ok().map(Duration::from_secs)
    }

    /// The next piece of the body; none at its end.
    ///
    /// # Errors
    /// If it breaks off.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, OutwardError> {
        self.response.chunk().await.map_err(|error| OutwardError::of(&error, self.host.clone()))
    }

    /// The whole body, if it has no more bytes than these.
    ///
    /// # Errors
    /// If it is larger, or breaks off.
    pub async fn bytes(mut self, most: usize) -> Result<Bytes, OutwardError> {
        // What it says of its size spares the rest, but it may say anything.
        if self.response.content_length().is_some_and(|length| length > most as u64) {
            return Err(OutwardError::TooLarge { most });
        }
        let mut bytes = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
            if chunk.len() > most - bytes.len() {
                return Err(OutwardError::TooLarge { most });
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.freeze())
    }
}

impl OutwardError {
    /// Whether the same may go better later.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Silent { .. } | Self::Broken { .. })
    }

    /// The address is left out: it may hold a secret.
    fn of(error: &reqwest::Error, host: String) -> Self {
        let causes = || successors(error.source(), |&cause| cause.source());
        if causes().any(|cause| cause.is::<NotOnInternet>()) {
            return Self::Refused(Refusal::Inside { host });
        }
        if error.is_timeout() {
            return Self::Silent { host };
        }
        let cause = causes().last().map_or_else(|| "no more is known".to_owned(), ToString::to_string);
        if error.is_connect() { Self::Unreachable { host, cause } } else { Self::Broken { host, cause } }
    }
}

#[cfg(test)]
mod tests;
