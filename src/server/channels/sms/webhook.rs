//! Our own webhook, for gateways and scripts that speak no other provider's language.
//!
//! Both directions are a POST of JSON with two headers: `X-Live-Operator-Timestamp`, seconds since the epoch, and
//! `X-Live-Operator-Signature`, one or more of `v1=` and the hex HMAC-SHA256 over `{timestamp}.{raw body}`, separated
//! by commas. What is older than five minutes is refused. Fields that are not named here are ignored.
//!
//! In:
//! - `{"event_id", "type": "message", "from", "to", "text", "name"?, "media"?: [url | {"url", "content_type"}],
//!   "sent_at"?}`;
//! - `{"event_id", "type": "status", "delivery" | "id", "state": "sending" | "sent" | "delivered" | "read" | "failed",
//!   "error"?, "code"?, "at"?}`;
//! - `{"event_id", "type": "consent", "from", "to", "opted_in"}`.
//!
//! Out: `{"delivery", "from", "to", "text", "media": [url], "status_url"}`. A 2xx with `{"id"}` takes the message; a
//! 4xx with `{"error", "code"}` refuses it. The codes `opted_out`, `recipient`, `message`, `account` and `retry` say
//! why. A `delivery` that comes again is the same message: it must be sent once and answered as before. So nothing
//! that goes wrong on the way leaves its outcome unknown.
//!
//! Files that come with messages are fetched from the channel's `media_hosts` and from no other; the first of them is
//! shown `Authorization: Bearer {media_token}`, if the channel has one.

use futures::future::BoxFuture;
use http::{HeaderValue, header::CONTENT_TYPE};
use reqwest::Url;
use serde::Deserialize;
use serde_json::json;

use super::{
    super::{
        super::clock::Clock, Adapter, Answer, Failure, FailureClass, Hook, Inbound, InboundMessage,
        MediaLink, Outbound, Outcome, Rejected, Reported, StatusReport, Stored, Unreadable, Verified,
    },
    BadCredentials, check_age, dates, delivery_of, header, normalise,
    sign::{self, Hash},
    wire::{Refusal, Repeated, Reply, exchange, text},
    with_consent,
};
use crate::domain::Time;

const TIMESTAMP: &str = "x-live-operator-timestamp";
const SIGNATURE: &str = "x-live-operator-signature";
/// More signatures than this are not looked at.
const MOST_SIGNATURES: usize = 4;
const LONGEST_ID: usize = 200;

/// What connects a channel to a gateway.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// Where messages are posted to.
    pub url: String,
    pub secret: String,
    /// The other secret while both are live. What we send is signed with both.
    #[serde(default)]
    pub other_secret: Option<String>,
    /// ISO 3166: how to read numbers without a country code.
    #[serde(default)]
    pub region: String,
    /// The hosts that its media lie on, each with its port where that is not the usual one.
    #[serde(default)]
    pub media_hosts: Vec<String>,
    /// What the first of them is shown.
    #[serde(default)]
    pub media_token: Option<String>,
}

/// A gateway.
pub struct Webhook {
    credentials: Credentials,
    clock: Clock,
}

impl Webhook {
    /// # Errors
    /// If a secret is empty, the token cannot be sent, or something named a host is none.
    pub fn new(mut credentials: Credentials, clock: Clock) -> Result<Self, BadCredentials> {
        if credentials.secret.is_empty() {
            return Err(BadCredentials("secret: it must not be empty"));
        }
        if credentials.other_secret.as_deref() == Some("") {
            return Err(BadCredentials("other_secret: it must not be empty"));
        }
        let cannot_be_sent = |token: &String| token.is_empty() || HeaderValue::from_str(token).is_err();
        if credentials.media_token.as_ref().is_some_and(cannot_be_sent) {
            return Err(BadCredentials("media_token: letters, digits and signs without accents are wanted"));
        }
        for host in &mut credentials.media_hosts {
            *host = media_host(host)
                .ok_or(BadCredentials("media_hosts: hosts are wanted, such as files.example.com"))?;
        }
        Ok(Self { credentials, clock })
    }

    /// The same gateway at another address.
    #[must_use]
    pub fn at(mut self, url: &str) -> Self {
        url.clone_into(&mut self.credentials.url);
        self
    }

    fn signatures(&self, timestamp: &str, body: &[u8]) -> impl Iterator<Item = Vec<u8>> {
        let secrets = [Some(&self.credentials.secret), self.credentials.other_secret.as_ref()];
        let sign =
            move |secret: &String| sign::hmac(Hash::Sha256, secret, &[timestamp.as_bytes(), b".", body]);
        secrets.into_iter().flatten().map(sign)
    }

    fn normalise(&self, address: &str) -> Option<String> {
        let address = normalise(address, &self.credentials.region);
        (!address.is_empty()).then_some(address)
    }

    fn read(&self, event: Event, target: &str) -> Option<Vec<Inbound>> {
        Some(match event {
            Event::Message { event_id, from, to, text, name, media, sent_at } => {
                with_consent(InboundMessage {
                    provider_id: event_id,
                    ours: self.normalise(&to)?,
                    peer: self.normalise(&from)?,
                    peer_name: name.filter(|name| !name.trim().is_empty()),
                    text,
                    part: None,
                    media: media.into_iter().map(Media::link).collect(),
                    sent_at: sent_at.as_deref().and_then(dates::iso),
                    mail: None,
                })
            }
            Event::Status { delivery, id, state, error, code, at } => {
                let delivery = match delivery {
                    Some(id) => Some(id.parse().ok()?),
                    None => delivery_of(target),
                };
                // A report must be of something.
                if delivery.is_none() && id.is_none() {
                    return None;
                }
                let state = state.reported(error, code);
                let at = at.as_deref().and_then(dates::iso);
                vec![Inbound::Status(StatusReport { delivery, provider_id: id, state, at })]
            }
            Event::Consent { from, to, opted_in } => {
                vec![Inbound::Consent { ours: self.normalise(&to)?, peer: self.normalise(&from)?, opted_in }]
            }
            Event::Other => vec![Inbound::Ignored("an event of a type that is not known")],
        })
    }

    fn answered(reply: &Reply) -> Outcome {
        if reply.status.is_success() {
            return match text(&reply.json["id"]) {
                Some(id) => Outcome::Accepted { provider_id: Some(id), parts: None },
                None => reply.unreadable(Repeated::Recognised),
            };
        }
        let (error, code) = (text(&reply.json["error"]), text(&reply.json["code"]));
        let refusal = (error.is_some() || code.is_some()).then(|| Refusal {
            class: code.as_deref().and_then(class),
            words: error.unwrap_or_else(|| "The gateway says no more.".to_owned()),
            code: code.unwrap_or_else(|| format!("http-{}", reply.status.as_u16())),
        });
        reply.refused(refusal, Repeated::Recognised)
    }
}

impl Adapter for Webhook {
    fn verify(&self, hook: &Hook, now: Time) -> Result<Verified, Rejected> {
        let timestamp = header(&hook.headers, TIMESTAMP).ok_or(Rejected::Signature)?;
        let given = header(&hook.headers, SIGNATURE).ok_or(Rejected::Signature)?;
        let given = given.split(',').take(MOST_SIGNATURES).filter_map(|one| one.trim().strip_prefix("v1="));
        let ours: Vec<Vec<u8>> = self.signatures(timestamp, &hook.body).collect();
        let mut pairs = given.flat_map(|given| ours.iter().map(move |ours| (ours, given)));
        if !pairs.any(|(ours, given)| sign::is_hex(ours, given)) {
            return Err(Rejected::Signature);
        }
        check_age(timestamp.parse().map_err(|_| Rejected::Signature)?, now)?;
        match serde_json::from_slice(&hook.body) {
            Ok(Id { event_id }) if (1..=LONGEST_ID).contains(&event_id.len()) => {
                Ok(Verified { key: event_id })
            }
            _ => Err(Rejected::Foreign("Live Operator webhook")),
        }
    }

    fn parse(&self, stored: &Stored) -> Result<Vec<Inbound>, Unreadable> {
        let event = serde_json::from_slice(&stored.body).map_err(|error| Unreadable(error.to_string()))?;
        let unreadable =
            || Unreadable("An address or the id of the delivery is missing or wrong.".to_owned());
        self.read(event, &stored.target).ok_or_else(unreadable)
    }

    fn answer(&self) -> Answer {
        Answer { status: 200, content_type: "application/json", body: "{}".to_owned() }
    }

    fn send<'a>(&'a self, message: &'a Outbound, http: &'a reqwest::Client) -> BoxFuture<'a, Outcome> {
        Box::pin(async move {
            let body = json!({
                "delivery": message.delivery,
                "from": message.ours,
                "to": message.peer,
                "text": message.text,
                "media": message.media_urls,
                "status_url": message.status_url,
            })
            .to_string();
            let timestamp = self.clock.now().0.div_euclid(Time::SECOND).to_string();
            let signatures: Vec<String> = self
                .signatures(&timestamp, body.as_bytes())
                .map(|signature| format!("v1={}", sign::hex(&signature)))
                .collect();
            let request = http
                .post(&self.credentials.url)
                .header(CONTENT_TYPE, "application/json")
                .header(TIMESTAMP, timestamp)
                .header(SIGNATURE, signatures.join(","))
                .body(body);
            match exchange(request, Repeated::Recognised).await {
                Ok(reply) => Self::answered(&reply),
                Err(outcome) => outcome,
            }
        })
    }

    /// Sending again is how to ask.
    fn look_up<'a>(&'a self, _: &'a Outbound, _: &'a reqwest::Client) -> BoxFuture<'a, Option<Outcome>> {
        Box::pin(std::future::ready(None))
    }

    fn media_hosts(&self) -> Vec<&str> {
        self.credentials.media_hosts.iter().map(String::as_str).collect()
    }

    fn media_authorization(&self) -> Option<String> {
        self.credentials.media_token.as_ref().map(|token| format!("Bearer {token}"))
    }
}

/// A host as addresses on the web have it, with its port where that is not the usual one.
fn media_host(text: &str) -> Option<String> {
    let url = Url::parse(&format!("https://{}", text.trim().trim_end_matches('.'))).ok()?;
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let host = url.authority();
    (is_bare && !host.contains('@')).then(|| host.to_owned())
}

#[derive(Deserialize)]
struct Id {
    event_id: String,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Event {
    Message {
        event_id: String,
        from: String,
        to: String,
        #[serde(default)]
        text: String,
        name: Option<String>,
        #[serde(default)]
        media: Vec<Media>,
        sent_at: Option<String>,
    },
    Status {
        delivery: Option<String>,
        id: Option<String>,
        state: State,
        error: Option<String>,
        code: Option<String>,
        at: Option<String>,
    },
    Consent {
        from: String,
        to: String,
        opted_in: bool,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Media {
    Url(String),
    Link { url: String, content_type: Option<String> },
}

impl Media {
    fn link(self) -> MediaLink {
        match self {
            Self::Url(url) => MediaLink { url, content_type: None },
            Self::Link { url, content_type } => MediaLink { url, content_type },
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Sending,
    Sent,
    Delivered,
    Read,
    Failed,
}

impl State {
    fn reported(self, error: Option<String>, code: Option<String>) -> Reported {
        match self {
            Self::Sending => Reported::Sending,
            Self::Sent => Reported::Sent,
            Self::Delivered => Reported::Delivered,
            Self::Read => Reported::Read,
            Self::Failed => Reported::Failed(Failure {
                class: code.as_deref().and_then(class).unwrap_or(FailureClass::Message),
                code: code.unwrap_or_default(),
                words: error.unwrap_or_else(|| "The gateway says no more.".to_owned()),
            }),
        }
    }
}

fn class(code: &str) -> Option<FailureClass> {
    Some(match code {
        "opted_out" => FailureClass::OptedOut,
        "recipient" => FailureClass::Recipient,
        "message" => FailureClass::Message,
        "account" => FailureClass::Account,
        "retry" => FailureClass::Retry,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
