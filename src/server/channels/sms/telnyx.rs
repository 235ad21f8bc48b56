//! Telnyx Messaging, API v2 (developers.telnyx.com/docs/messaging).

use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, VerifyingKey};
use futures::future::BoxFuture;
use http::header::CONTENT_TYPE;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    super::{
        Adapter, Answer, Failure, FailureClass, Hook, Inbound, InboundMessage, MediaLink, Outbound, Outcome,
        Rejected, Reported, StatusReport, Stored, Unreadable, Verified,
    },
    BadCredentials, check_age, dates, delivery_of, header,
    wire::{Refusal, Repeated, Reply, exchange, text},
    with_consent,
};
use crate::domain::Time;

const API: &str = "https://api.telnyx.com/v2";

/// What connects a channel to a Telnyx account.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    pub api_key: String,
    /// The account's public key: 32 bytes in base64.
    pub public_key: String,
    /// The profile that sends; needed only where the sender is no number.
    #[serde(default)]
    pub messaging_profile_id: Option<String>,
}

/// A Telnyx account.
pub struct Telnyx {
    credentials: Credentials,
    key: VerifyingKey,
    api: String,
}

impl Telnyx {
    /// # Errors
    /// If the public key is none.
    pub fn new(credentials: Credentials) -> Result<Self, BadCredentials> {
        let bad = BadCredentials("public_key: 32 bytes in base64 are wanted");
        let bytes = STANDARD.decode(credentials.public_key.trim()).map_err(|_| bad.clone())?;
        let key = VerifyingKey::try_from(bytes.as_slice()).map_err(|_| bad)?;
        Ok(Self { credentials, key, api: API.to_owned() })
    }

    /// The same account at another address of the API, with its version and without a slash at its end.
    #[must_use]
    pub fn at(self, api: &str) -> Self {
        Self { api: api.to_owned(), ..self }
    }

    fn answered(reply: &Reply) -> Outcome {
        if reply.status.is_success() {
            let data = &reply.json["data"];
            let parts = data["parts"].as_u64().and_then(|parts| u16::try_from(parts).ok());
            return match text(&data["id"]) {
                Some(id) => Outcome::Accepted { provider_id: Some(id), parts },
                None => reply.unreadable(Repeated::Doubled),
            };
        }
        reply.refused(refusal(&reply.json["errors"][0]), Repeated::Doubled)
    }
}

impl Adapter for Telnyx {
    fn verify(&self, hook: &Hook, now: Time) -> Result<Verified, Rejected> {
        let seconds = header(&hook.headers, "telnyx-timestamp").ok_or(Rejected::Signature)?;
        let given = header(&hook.headers, "telnyx-signature-ed25519").ok_or(Rejected::Signature)?;
        let given = STANDARD.decode(given).map_err(|_| Rejected::Signature)?;
        let given = Signature::from_slice(&given).map_err(|_| Rejected::Signature)?;
        let signed = [seconds.as_bytes(), b"|", &hook.body].concat();
        // Strict: no key of small order and no second signature for the same bytes.
        self.key.verify_strict(&signed, &given).map_err(|_| Rejected::Signature)?;
        check_age(seconds.parse().map_err(|_| Rejected::Signature)?, now)?;
        let event: Value = serde_json::from_slice(&hook.body).unwrap_or_default();
        let id = text(&event["data"]["id"]).ok_or(Rejected::Foreign("Telnyx"))?;
        Ok(Verified { key: id })
    }

    fn parse(&self, stored: &Stored) -> Result<Vec<Inbound>, Unreadable> {
        let event: Value =
            serde_json::from_slice(&stored.body).map_err(|error| Unreadable(format!("no JSON: {error}")))?;
        let data = &event["data"];
        let unreadable = || Unreadable("Telnyx sent an event without an id or an address.".to_owned());
        match data["event_type"].as_str() {
            Some("message.received") => message(data).map(with_consent).ok_or_else(unreadable),
            Some("message.sent" | "message.finalized") => {
                status(data, &stored.target).map(|it| vec![it]).ok_or_else(unreadable)
            }
            Some(_) => Ok(vec![Inbound::Ignored("an event that is no message")]),
            None => Err(Unreadable("Telnyx sent something that is no event.".to_owned())),
        }
    }

    fn answer(&self) -> Answer {
        Answer { status: 200, content_type: "text/plain", body: String::new() }
    }

    fn send<'a>(&'a self, message: &'a Outbound, http: &'a reqwest::Client) -> BoxFuture<'a, Outcome> {
        Box::pin(async move {
            let mut body = json!({
                "from": message.ours,
                "to": message.peer,
                "text": message.text,
                "webhook_url": message.status_url,
            });
            if !message.media_urls.is_empty() {
                body["media_urls"] = json!(message.media_urls);
            }
            if let Some(profile) = &self.credentials.messaging_profile_id {
                body["messaging_profile_id"] = json!(profile);
            }
            let request = http
                .post(format!("{}/messages", self.api))
                .bearer_auth(&self.credentials.api_key)
                .header(CONTENT_TYPE, "application/json")
                .body(body.to_string());
            match exchange(request, Repeated::Doubled).await {
                Ok(reply) => Self::answered(&reply),
                Err(outcome) => outcome,
            }
        })
    }

    /// Telnyx tells of a message by its id alone, which an attempt without an answer does not know.
    fn look_up<'a>(&'a self, _: &'a Outbound, _: &'a reqwest::Client) -> BoxFuture<'a, Option<Outcome>> {
        Box::pin(std::future::ready(None))
    }

    fn media_hosts(&self) -> Vec<&str> {
        vec!["media.telnyx.com"]
    }

    fn media_authorization(&self) -> Option<String> {
        None
    }
}

/// An address as Telnyx writes it: an object, in some events in a list, or plain text.
fn address(value: &Value) -> Option<String> {
    let value = value.get(0).unwrap_or(value);
    text(value.get("phone_number").unwrap_or(value)).map(|number| number.trim().to_owned())
}

fn message(data: &Value) -> Option<InboundMessage> {
    let payload = &data["payload"];
    let link = |file: &Value| {
        Some(MediaLink { url: text(&file["url"])?, content_type: text(&file["content_type"]) })
    };
    Some(InboundMessage {
        provider_id: text(&payload["id"])?,
        ours: address(&payload["to"])?,
        peer: address(&payload["from"])?,
        peer_name: None,
        text: text(&payload["text"]).unwrap_or_default(),
        part: None,
        media: payload["media"].as_array().into_iter().flatten().filter_map(link).collect(),
        sent_at: time(&payload["received_at"]).or_else(|| time(&data["occurred_at"])),
        mail: None,
    })
}

fn time(value: &Value) -> Option<Time> {
    dates::iso(value.as_str()?)
}

fn status(data: &Value, target: &str) -> Option<Inbound> {
    let payload = &data["payload"];
    let provider_id = text(&payload["id"])?;
    let status = payload["to"][0]["status"].as_str().unwrap_or_default();
    let state = match status {
        "queued" | "sending" => Reported::Sending,
        // Unconfirmed is final: the carrier took it and will say no more.
        "sent" | "delivery_unconfirmed" => Reported::Sent,
        "delivered" => Reported::Delivered,
        "read" => Reported::Read,
        "sending_failed" | "delivery_failed" | "expired" => Reported::Failed(failure(payload, status)),
        _ => return Some(Inbound::Ignored("a status that Telnyx has not documented")),
    };
    Some(Inbound::Status(StatusReport {
        delivery: delivery_of(target),
        provider_id: Some(provider_id),
        state,
        at: time(&payload["completed_at"]).or_else(|| time(&data["occurred_at"])),
    }))
}

fn failure(payload: &Value, status: &str) -> Failure {
    let refusal = refusal(&payload["errors"][0]).unwrap_or_else(|| Refusal {
        code: status.to_owned(),
        words: format!("Telnyx reports {status}."),
        class: None,
    });
    // Without a known code nothing is said against the number, and nothing is sent twice.
    let class = refusal.class.unwrap_or(FailureClass::Message);
    Failure { class, code: refusal.code, words: refusal.words }
}

fn refusal(error: &Value) -> Option<Refusal> {
    let code = text(&error["code"])?;
    let words = text(&error["detail"]).or_else(|| text(&error["title"]));
    let words = words.unwrap_or_else(|| format!("Telnyx's error {code}."));
    Some(Refusal { class: class(&code), words, code })
}

/// Telnyx's messaging error codes, as far as they matter to sending.
fn class(code: &str) -> Option<FailureClass> {
    Some(match code.parse().ok()? {
        // Too many requests; the carrier is down or slow; a queue or a day's quota is full.
        10011 | 40004 | 40006 | 40011 | 40014 | 40016 | 40018 | 40318 | 40320 => FailureClass::Retry,
        40300 => FailureClass::OptedOut,
        // No route, undeliverable, no such number, no number at all.
        10002 | 10016 | 40001 | 40008 | 40012 | 40310 | 40319 => FailureClass::Recipient,
        // Spam, expired, bad text or media, too large.
        40002 | 40003 | 40005 | 40009 | 40015 | 40017 | 40301 | 40302 | 40304 | 40316 | 40317 | 40322
        | 40328 => FailureClass::Message,
        // Credentials and credit; the sender is not ours, not registered, not for messages, not for that region.
        10009
        | 10010
        | 20100
        | 40010
        | 40013
        | 40100
        | 40305..=40309
        | 40311..=40315
        | 40321
        | 40329
        | 40333 => FailureClass::Account,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
