//! Twilio Programmable Messaging: SMS and MMS (twilio.com/docs/messaging, twilio.com/docs/usage/security).

mod signature;

use base64::{Engine, engine::general_purpose::STANDARD};
use form_urlencoded::Serializer;
use futures::future::BoxFuture;
use http::header::CONTENT_TYPE;
use serde::Deserialize;
use serde_json::Value;

use super::{
    super::{
        Adapter, Answer, Failure, FailureClass, Hook, Inbound, InboundMessage, MediaLink, Outbound, Outcome,
        Rejected, Reported, StatusReport, Stored, Unreadable, Verified,
    },
    dates, delivery_of,
    fields::{Carrier, Fields},
    header,
    sign::{self, Hash},
    wire::{Refusal, Repeated, Reply, exchange, failed, text},
    with_consent, with_word,
};
use crate::domain::{ConsentWord, Time};

const API: &str = "https://api.twilio.com";
/// More files than this come with no message.
const MOST_MEDIA: usize = 50;
/// How far the provider's clock may run behind ours.
const SKEW: i64 = Time::MINUTE;

/// What connects a channel to a Twilio account.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// `AC…`: the account, or subaccount, that the numbers belong to.
    pub account_sid: String,
    /// Signs webhooks with SHA-1; sends if there is no API key.
    pub auth_token: String,
    /// The other token while both are live (Twilio's secondary token).
    #[serde(default)]
    pub other_auth_token: Option<String>,
    /// Sends in place of the token.
    #[serde(default)]
    pub api_key: Option<ApiKey>,
    /// What signs webhooks with SHA-256.
    #[serde(default)]
    pub shared_keys: Vec<SharedKey>,
}

/// An API key of the account.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiKey {
    /// `SK…`
    pub sid: String,
    pub secret: String,
}

/// A key that webhooks name in `X-Twilio-Webhooks-Signature-Settings`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedKey {
    /// `webhooks_sharedkey_…`
    pub id: String,
    pub secret: String,
}

/// A Twilio account.
pub struct Twilio {
    credentials: Credentials,
    api: String,
}

/// What a request tells.
enum Event<'f> {
    Message,
    Status(&'f str),
}

impl Twilio {
    #[must_use]
    pub fn new(credentials: Credentials) -> Self {
        Self { credentials, api: API.to_owned() }
    }

    /// The same account at another address of the API, without a slash at its end.
    #[must_use]
    pub fn at(self, api: &str) -> Self {
        Self { api: api.to_owned(), ..self }
    }

    fn messages(&self) -> String {
        format!("{}/2010-04-01/Accounts/{}/Messages.json", self.api, self.credentials.account_sid)
    }

    fn user(&self) -> (&str, &str) {
        match &self.credentials.api_key {
            Some(key) => (&key.sid, &key.secret),
            None => (&self.credentials.account_sid, &self.credentials.auth_token),
        }
    }

    /// The hash and the secrets that a request claims to be signed with. The claim needs no proof: whoever changes it
    /// still needs one of the secrets.
    fn scheme(&self, settings: Option<&str>) -> Option<(Hash, Vec<&str>)> {
        let setting = |wanted: &str| {
            let pairs = settings.unwrap_or_default().split(',').filter_map(|pair| pair.split_once('='));
            pairs.map(|(name, value)| (name.trim(), value.trim())).find(|(name, _)| *name == wanted)
        };
        let hash = match setting("algorithm") {
            None | Some((_, "" | "HMAC_SHA1")) => Hash::Sha1,
            Some((_, "HMAC_SHA256")) => Hash::Sha256,
            Some(_) => return None,
        };
        let secrets = match setting("key") {
            Some((_, id)) => self
                .credentials
                .shared_keys
                .iter()
                .filter(|key| key.id == id)
                .map(|key| key.secret.as_str())
                .collect(),
            None => {
                let tokens = [Some(&self.credentials.auth_token), self.credentials.other_auth_token.as_ref()];
                tokens.into_iter().flatten().map(String::as_str).collect()
            }
        };
        Some((hash, secrets))
    }

    fn answered(reply: &Reply) -> Outcome {
        if reply.status.is_success() {
            return taken(&reply.json).unwrap_or_else(|| reply.unreadable(Repeated::Doubled));
        }
        let refusal = text(&reply.json["code"]).map(|code| Refusal {
            words: text(&reply.json["message"]).unwrap_or_else(|| format!("Twilio's error {code}.")),
            class: class(&code),
            code,
        });
        reply.refused(refusal, Repeated::Doubled)
    }
}

impl Adapter for Twilio {
    /// The scheme signs no time and no borders between names and values: what comes again is known by its key, and
    /// only what has the account and a message's id in their own fields is an event.
    fn verify(&self, hook: &Hook, _now: Time) -> Result<Verified, Rejected> {
        let given = header(&hook.headers, "x-twilio-signature").ok_or(Rejected::Signature)?;
        let settings = header(&hook.headers, "x-twilio-webhooks-signature-settings");
        let (hash, secrets) = self.scheme(settings).ok_or(Rejected::Signature)?;
        let carrier =
            Carrier::of(header(&hook.headers, CONTENT_TYPE.as_str()).unwrap_or_default(), &hook.body);
        let signed = signature::signed_values(carrier, hook).ok_or(Rejected::Signature)?;
        let good = |url: &String| {
            let parts = [url.as_bytes(), signed.as_bytes()];
            secrets.iter().any(|secret| sign::is_base64(&sign::hmac(hash, secret, &parts), given))
        };
        if !signature::addresses(&hook.url).iter().any(good) {
            return Err(Rejected::Signature);
        }
        let foreign = Rejected::Foreign("Twilio");
        let fields = Fields::of(carrier, &hook.url, &hook.body).ok_or(foreign.clone())?;
        let (event, sid) = event(&fields).ok_or(foreign.clone())?;
        let account =
            fields.get("AccountSid").filter(|sid| *sid == self.credentials.account_sid).ok_or(foreign)?;
        let kind = match event {
            Event::Message => "message",
            Event::Status(status) => status,
        };
        Ok(Verified { key: format!("{account}:{sid}:{kind}") })
    }

    fn parse(&self, stored: &Stored) -> Result<Vec<Inbound>, Unreadable> {
        let unreadable =
            || Unreadable("Twilio sent something that is neither a message nor a status.".to_owned());
        let carrier = Carrier::of(&stored.content_type, &stored.body);
        let fields = Fields::of(carrier, &stored.target, &stored.body).ok_or_else(unreadable)?;
        let (event, sid) = event(&fields).ok_or_else(unreadable)?;
        match event {
            Event::Message => message(&fields, sid).ok_or_else(unreadable),
            Event::Status(status) => Ok(vec![self::status(&fields, sid, status, &stored.target)]),
        }
    }

    fn answer(&self) -> Answer {
        // Any text in here would be sent to the customer.
        Answer { status: 200, content_type: "text/xml", body: "<Response/>".to_owned() }
    }

    fn send<'a>(&'a self, message: &'a Outbound, http: &'a reqwest::Client) -> BoxFuture<'a, Outcome> {
        Box::pin(async move {
            let (user, secret) = self.user();
            let request = http
                .post(self.messages())
                .basic_auth(user, Some(secret))
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form(message));
            match exchange(request, Repeated::Doubled).await {
                Ok(reply) => Self::answered(&reply),
                Err(outcome) => outcome,
            }
        })
    }

    /// Looks for the one message with this text that was made for this peer since the delivery was, which its id
    /// tells. A message found may be another delivery's with the same text: whoever asks must refuse an id that is
    /// known already. Finding none proves nothing, since the list lags behind.
    fn look_up<'a>(
        &'a self,
        message: &'a Outbound,
        http: &'a reqwest::Client,
    ) -> BoxFuture<'a, Option<Outcome>> {
        Box::pin(async move {
            let (seconds, _) = message.delivery.0.get_timestamp()?.to_unix();
            let since = Time(i64::try_from(seconds).ok()?.checked_mul(Time::SECOND)?).plus(-SKEW);
            let (user, secret) = self.user();
            let request = http
                .get(format!("{}?{}", self.messages(), query(message, since)))
                .basic_auth(user, Some(secret));
            let reply =
                exchange(request, Repeated::Recognised).await.ok().filter(|it| it.status.is_success())?;
            let mut found = reply.json["messages"].as_array()?.iter().filter(|it| is_it(it, message, since));
            let it = found.next()?;
            if found.next().is_some() { None } else { taken(it) }
        })
    }

    fn media_hosts(&self) -> Vec<&str> {
        // The API redirects to the others: to the second with authentication enforced, to the last without.
        vec!["api.twilio.com", "mms.twiliocdn.com", "media.twiliocdn.com", "s3-external-1.amazonaws.com"]
    }

    fn media_authorization(&self) -> Option<String> {
        let (user, secret) = self.user();
        Some(format!("Basic {}", STANDARD.encode(format!("{user}:{secret}"))))
    }
}

/// The event and the message's id. Statuses have `MessageStatus`; some old callbacks have `SmsStatus` alone.
fn event(fields: &Fields) -> Option<(Event<'_>, &str)> {
    let sid = fields.get("MessageSid")?;
    let is_sid =
        (sid.starts_with("SM") || sid.starts_with("MM")) && sid.bytes().all(|b| b.is_ascii_alphanumeric());
    let known = is_sid && fields.get("From").is_some() && fields.get("To").is_some();
    let status = fields.get("MessageStatus").or_else(|| fields.get("SmsStatus"));
    match status {
        _ if !known => None,
        Some("received" | "receiving") => Some((Event::Message, sid)),
        Some(status) if status.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') => {
            Some((Event::Status(status), sid))
        }
        _ => None,
    }
}

fn message(fields: &Fields, sid: &str) -> Option<Vec<Inbound>> {
    let files = fields.get("NumMedia").and_then(|number| number.parse().ok()).unwrap_or(0).min(MOST_MEDIA);
    let link = |at: usize| {
        let url = fields.get(&format!("MediaUrl{at}"))?.to_owned();
        Some(MediaLink { url, content_type: fields.get(&format!("MediaContentType{at}")).map(str::to_owned) })
    };
    let message = InboundMessage {
        provider_id: sid.to_owned(),
        ours: fields.get("To")?.trim().to_owned(),
        peer: fields.get("From")?.trim().to_owned(),
        peer_name: None,
        text: fields.get("Body").unwrap_or_default().to_owned(),
        part: None,
        media: (0..files).filter_map(link).collect(),
        sent_at: None,
        mail: None,
    };
    // With Advanced Opt-Out the words are the account's own, and Twilio says what they mean.
    Some(match fields.get("OptOutType") {
        Some("STOP") => with_word(message, Some(ConsentWord::Stop)),
        Some("START") => with_word(message, Some(ConsentWord::Start)),
        Some("HELP") => with_word(message, Some(ConsentWord::Help)),
        _ => with_consent(message),
    })
}

fn status(fields: &Fields, sid: &str, status: &str, target: &str) -> Inbound {
    let failure = || {
        let code = fields.get("ErrorCode").unwrap_or(status);
        let words =
            fields.get("ErrorMessage").map_or_else(|| format!("Twilio reports {status}."), str::to_owned);
        // Without a known code nothing is said against the number, and nothing is sent twice.
        Failure { class: class(code).unwrap_or(FailureClass::Message), code: code.to_owned(), words }
    };
    let state = match status {
        "accepted" | "scheduled" | "queued" | "sending" => Reported::Sending,
        "sent" | "partially_delivered" => Reported::Sent,
        "delivered" => Reported::Delivered,
        "read" => Reported::Read,
        "failed" | "undelivered" | "canceled" => Reported::Failed(failure()),
        _ => return Inbound::Ignored("a status that Twilio has not documented"),
    };
    Inbound::Status(StatusReport {
        delivery: delivery_of(target),
        provider_id: Some(sid.to_owned()),
        state,
        at: fields.get("RawDlrDoneDate").and_then(dates::receipt),
    })
}

fn is_service(ours: &str) -> bool {
    ours.starts_with("MG")
}

fn form(message: &Outbound) -> String {
    let mut form = Serializer::new(String::new());
    form.append_pair("To", &message.peer);
    form.append_pair(if is_service(&message.ours) { "MessagingServiceSid" } else { "From" }, &message.ours);
    if !message.text.is_empty() {
        form.append_pair("Body", &message.text);
    }
    for url in &message.media_urls {
        form.append_pair("MediaUrl", url);
    }
    form.append_pair("StatusCallback", &message.status_url);
    form.finish()
}

/// Asks for what was sent to this peer since that day.
fn query(message: &Outbound, since: Time) -> String {
    let since = since.rfc3339();
    let (day, _) = since.split_once('T').unwrap_or_default();
    let mut query = Serializer::new(String::new());
    query.append_pair("To", &message.peer);
    if !is_service(&message.ours) {
        query.append_pair("From", &message.ours);
    }
    query.append_pair("DateSent>", day).append_pair("PageSize", "100").finish()
}

/// What a message's JSON says became of it; none if it is no message.
fn taken(json: &Value) -> Option<Outcome> {
    let provider_id = Some(text(&json["sid"])?);
    if let Some(status @ ("failed" | "undelivered" | "canceled")) = json["status"].as_str() {
        let code = text(&json["error_code"]).unwrap_or_else(|| status.to_owned());
        let words = text(&json["error_message"]).unwrap_or_else(|| format!("Twilio reports {status}."));
        return Some(failed(class(&code).unwrap_or(FailureClass::Message), code, &words));
    }
    // A messaging service counts later and says 0.
    let parts = text(&json["num_segments"]).and_then(|number| number.parse().ok()).filter(|parts| *parts > 0);
    Some(Outcome::Accepted { provider_id, parts })
}

fn is_it(json: &Value, message: &Outbound, since: Time) -> bool {
    let sender = if is_service(&message.ours) { "messaging_service_sid" } else { "from" };
    json["to"] == message.peer.as_str()
        && json[sender] == message.ours.as_str()
        && json["direction"].as_str().is_some_and(|way| way.starts_with("outbound"))
        && json["body"].as_str().is_some_and(|body| body.trim() == message.text.trim())
        && json["date_created"].as_str().and_then(dates::rfc2822).is_some_and(|made| made >= since)
}

/// Twilio's error dictionary (twilio.com/docs/api/errors), as far as it matters to sending.
fn class(code: &str) -> Option<FailureClass> {
    Some(match code.parse().ok()? {
        // Too many requests; a full queue; a handset that is off; unknown.
        20429 | 30001 | 30003 | 30008 => FailureClass::Retry,
        21610 => FailureClass::OptedOut,
        // No number, no mobile number, a landline; unknown, blocked, cannot get it from here.
        21211 | 21612 | 21614 | 21635 | 30004 | 30005 | 30006 => FailureClass::Recipient,
        // No text, too long; media; filtered.
        21602 | 21617 | 21620 | 21623 | 30007 => FailureClass::Message,
        // Wrong credentials, suspended; a number not ours, a trial, a region, an unregistered sender.
        20003 | 20005 | 21408 | 21606 | 21608 | 30002 | 30034 => FailureClass::Account,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
