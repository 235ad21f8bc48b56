//! Vonage SMS API (developer.vonage.com/messaging/sms).

use form_urlencoded::Serializer;
use futures::future::BoxFuture;
use http::header::CONTENT_TYPE;
use serde::Deserialize;
use serde_json::Value;

use super::{
    super::{
        super::clock::Clock, Adapter, Answer, Failure, FailureClass, Hook, Inbound, InboundMessage, Outbound,
        Outcome, Part, Rejected, Reported, StatusReport, Stored, Unreadable, Verified,
    },
    BadCredentials, dates, delivery_of,
    fields::{Carrier, Fields},
    header,
    sign::{self, Hash},
    wire::{Repeated, Reply, exchange, failed, text},
    with_consent,
};
use crate::domain::{Encoding, Segments, Time};

const API: &str = "https://rest.nexmo.com";

/// What connects a channel to a Vonage account. Its webhooks must be signed, which the account's owner has to ask
/// Vonage for: what is unsigned is not taken.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    pub api_key: String,
    /// Sends; without it, what is sent is signed.
    #[serde(default)]
    pub api_secret: Option<String>,
    /// Signs webhooks.
    pub signature_secret: String,
    #[serde(default)]
    pub signature_method: Method,
}

/// How an account signs, as its settings say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// MD5 over text and secret: what an account has that never chose.
    Md5Hash,
    /// HMAC with MD5.
    Md5,
    Sha1,
    #[default]
    Sha256,
    Sha512,
}

/// A Vonage account.
pub struct Vonage {
    credentials: Credentials,
    clock: Clock,
    api: String,
}

impl Vonage {
    /// # Errors
    /// If there is no secret to check signatures with.
    pub fn new(credentials: Credentials, clock: Clock) -> Result<Self, BadCredentials> {
        if credentials.signature_secret.is_empty() {
            return Err(BadCredentials("signature_secret: it must not be empty"));
        }
        Ok(Self { credentials, clock, api: API.to_owned() })
    }

    /// The same account at another address of the API, without a slash at its end.
    #[must_use]
    pub fn at(self, api: &str) -> Self {
        Self { api: api.to_owned(), ..self }
    }

    /// The signature over all values but itself, sorted by name.
    fn signature<'f>(&self, fields: impl Iterator<Item = (&'f str, &'f str)>) -> Vec<u8> {
        let mut pairs: Vec<(&str, &str)> = fields.filter(|(name, _)| *name != "sig").collect();
        pairs.sort_unstable();
        let pair = |(name, value): (&str, &str)| format!("&{name}={}", value.replace(['&', '='], "_"));
        let signed: String = pairs.into_iter().map(pair).collect();
        let secret = &self.credentials.signature_secret;
        let hash = match self.credentials.signature_method {
            Method::Md5Hash => return sign::md5(secret, &signed),
            Method::Md5 => Hash::Md5,
            Method::Sha1 => Hash::Sha1,
            Method::Sha256 => Hash::Sha256,
            Method::Sha512 => Hash::Sha512,
        };
        sign::hmac(hash, secret, &[signed.as_bytes()])
    }

    fn form(&self, message: &Outbound) -> String {
        let delivery = message.delivery.to_string();
        let kind = if Segments::of(&message.text).encoding == Encoding::Ucs2 { "unicode" } else { "text" };
        let mut pairs = vec![
            ("api_key", self.credentials.api_key.as_str()),
            ("from", message.ours.trim_start_matches('+')),
            ("to", message.peer.trim_start_matches('+')),
            ("text", &message.text),
            ("type", kind),
            // Receipts bring it back, whatever becomes of the address.
            ("client-ref", &delivery),
            ("callback", &message.status_url),
        ];
        let (seconds, signature);
        match &self.credentials.api_secret {
            Some(secret) => pairs.push(("api_secret", secret)),
            None => {
                seconds = self.clock.now().0.div_euclid(Time::SECOND).to_string();
                pairs.push(("timestamp", &seconds));
                signature = sign::hex(&self.signature(pairs.iter().copied()));
                pairs.push(("sig", &signature));
            }
        }
        Serializer::new(String::new()).extend_pairs(pairs).finish()
    }

    /// Vonage answers 200 even where it refuses; each part of a long message has a status of its own.
    fn answered(reply: &Reply) -> Outcome {
        if !reply.status.is_success() {
            return reply.refused(None, Repeated::Doubled);
        }
        let parts = reply.json["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
        let status = |part: &Value| text(&part["status"]);
        let taken = parts.iter().filter(|part| status(part).as_deref() == Some("0")).count();
        match parts.iter().find(|part| status(part).as_deref() != Some("0")) {
            None if parts.is_empty() => reply.unreadable(Repeated::Doubled),
            None => {
                let provider_id = text(&parts[0]["message-id"]);
                Outcome::Accepted { provider_id, parts: u16::try_from(taken).ok() }
            }
            Some(_) if taken > 0 => {
                Outcome::Unknown(format!("Vonage took {taken} of {} parts of the message.", parts.len()))
            }
            Some(part) => match status(part) {
                Some(code) => {
                    let words =
                        text(&part["error-text"]).unwrap_or_else(|| format!("Vonage's error {code}."));
                    failed(refusal_class(&code), code, &words)
                }
                None => reply.unreadable(Repeated::Doubled),
            },
        }
    }
}

impl Adapter for Vonage {
    /// The time in a signature is not looked at: what is not answered is sent again for a day. What comes again is
    /// known by its key.
    fn verify(&self, hook: &Hook, _now: Time) -> Result<Verified, Rejected> {
        let carrier =
            Carrier::of(header(&hook.headers, CONTENT_TYPE.as_str()).unwrap_or_default(), &hook.body);
        let fields = Fields::of(carrier, &hook.url, &hook.body).ok_or(Rejected::Signature)?;
        let mut names: Vec<&str> = fields.iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Rejected::Signature);
        }
        let given = fields.get("sig").ok_or(Rejected::Signature)?;
        // A query may hold what we put into the address ourselves.
        let theirs = fields.iter().filter(|(name, _)| carrier != Carrier::Query || *name != "delivery");
        let good = sign::is_hex(&self.signature(fields.iter()), given)
            || sign::is_hex(&self.signature(theirs), given);
        if !good {
            return Err(Rejected::Signature);
        }
        let foreign = Rejected::Foreign("Vonage");
        if fields.get("api-key").is_some_and(|key| key != self.credentials.api_key) {
            return Err(foreign);
        }
        let id = fields.get("messageId").ok_or(foreign)?;
        let key = match (fields.get("status"), fields.get("concat-part")) {
            (Some(status), _) => {
                format!("status:{id}:{status}:{}", fields.get("err-code").unwrap_or_default())
            }
            (None, Some(part)) => format!("message:{id}:{part}"),
            (None, None) => format!("message:{id}"),
        };
        Ok(Verified { key })
    }

    fn parse(&self, stored: &Stored) -> Result<Vec<Inbound>, Unreadable> {
        let unreadable =
            || Unreadable("Vonage sent something that is neither a message nor a receipt.".to_owned());
        let carrier = Carrier::of(&stored.content_type, &stored.body);
        let fields = Fields::of(carrier, &stored.target, &stored.body).ok_or_else(unreadable)?;
        match (fields.get("status"), fields.get("type")) {
            (Some(status), _) => {
                receipt(&fields, status, &stored.target).map(|it| vec![it]).ok_or_else(unreadable)
            }
            (None, Some("binary")) => Ok(vec![Inbound::Ignored("a message of bytes, not of text")]),
            (None, _) => message(&fields).map(with_consent).ok_or_else(unreadable),
        }
    }

    fn answer(&self) -> Answer {
        Answer { status: 200, content_type: "text/plain", body: String::new() }
    }

    fn send<'a>(&'a self, message: &'a Outbound, http: &'a reqwest::Client) -> BoxFuture<'a, Outcome> {
        Box::pin(async move {
            if !message.media_urls.is_empty() {
                let words = "Vonage's SMS API sends no files.";
                return failed(FailureClass::Message, "media".to_owned(), words);
            }
            let request = http
                .post(format!("{}/sms/json", self.api))
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(self.form(message));
            match exchange(request, Repeated::Doubled).await {
                Ok(reply) => Self::answered(&reply),
                Err(outcome) => outcome,
            }
        })
    }

    /// Vonage tells of a message by its id alone, which an attempt without an answer does not know.
    fn look_up<'a>(&'a self, _: &'a Outbound, _: &'a reqwest::Client) -> BoxFuture<'a, Option<Outcome>> {
        Box::pin(std::future::ready(None))
    }

    fn media_hosts(&self) -> Vec<&str> {
        Vec::new()
    }

    fn media_authorization(&self) -> Option<String> {
        None
    }
}

fn message(fields: &Fields) -> Option<InboundMessage> {
    let part = if fields.get("concat") == Some("true") { Some(part(fields)?) } else { None };
    Some(InboundMessage {
        provider_id: fields.get("messageId")?.to_owned(),
        ours: address(fields.get("to")?),
        peer: address(fields.get("msisdn")?),
        peer_name: None,
        text: fields.get("text").unwrap_or_default().to_owned(),
        part,
        media: Vec::new(),
        sent_at: fields.get("message-timestamp").and_then(dates::iso),
        mail: None,
    })
}

fn part(fields: &Fields) -> Option<Part> {
    let number = fields.get("concat-part")?.parse().ok()?;
    let total = fields.get("concat-total")?.parse().ok()?;
    let reference = fields.get("concat-ref")?.to_owned();
    (1..=total).contains(&number).then_some(Part { reference, number, total })
}

/// International numbers come without their plus sign.
fn address(raw: &str) -> String {
    let raw = raw.trim();
    let number = raw.len() > 8 && raw.bytes().all(|b| b.is_ascii_digit());
    if number { format!("+{raw}") } else { raw.to_owned() }
}

fn receipt(fields: &Fields, status: &str, target: &str) -> Option<Inbound> {
    let provider_id = fields.get("messageId")?.to_owned();
    let failure = || {
        let code = fields.get("err-code").unwrap_or(status);
        Failure {
            class: receipt_class(code),
            code: code.to_owned(),
            words: format!("Vonage reports {status}."),
        }
    };
    let state = match status {
        "buffered" => Reported::Sending,
        "accepted" => Reported::Sent,
        "delivered" => Reported::Delivered,
        "failed" | "rejected" | "expired" | "deleted" => Reported::Failed(failure()),
        _ => return Some(Inbound::Ignored("a receipt that says nothing")),
    };
    let delivery = fields.get("client-ref").and_then(|id| id.parse().ok()).or_else(|| delivery_of(target));
    Some(Inbound::Status(StatusReport {
        delivery,
        provider_id: Some(provider_id),
        state,
        at: fields.get("message-timestamp").and_then(dates::iso),
    }))
}

/// The status of a refused message.
fn refusal_class(code: &str) -> FailureClass {
    match code {
        // Throttled; an internal error; too many connections.
        "1" | "5" | "10" => FailureClass::Retry,
        // No such prefix; barred; no such network.
        "6" | "7" | "22" => FailureClass::Recipient,
        // Credentials; barred, no credit, not enabled; signature, sender; not on a trial's list.
        "4" | "8" | "9" | "11" | "14" | "15" | "29" => FailureClass::Account,
        _ => FailureClass::Message,
    }
}

/// The `err-code` of a receipt.
fn receipt_class(code: &str) -> FailureClass {
    match code.trim_start_matches('0') {
        // Unknown; absent for now, busy; the network; no credit left at the peer, a full gateway; general.
        "1" | "2" | "7" | "8" | "15" | "16" | "99" => FailureClass::Retry,
        // Absent for good, barred, ported, no number, no route, unreachable, blocked.
        "3" | "4" | "5" | "9" | "11" | "12" | "14" => FailureClass::Recipient,
        "53" => FailureClass::OptedOut,
        // The sender is not registered as its country asks.
        "50" | "51" | "54" => FailureClass::Account,
        _ => FailureClass::Message,
    }
}

#[cfg(test)]
mod tests;
