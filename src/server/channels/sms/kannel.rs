//! Kannel (kannel.org), the open gateway that people run themselves: it speaks SMPP and the other protocols of
//! carriers, and HTTP to us.
//!
//! Out goes a GET to its `sendsms`. In comes a POST of its `sms-service`, whose `post-url` is ours, with the text as
//! its body; and a GET for each state of a message that we sent, to the `dlr-url` that we name with it. Kannel fills
//! the escapes of these addresses: `%I` is the id of what it tells, the same when it tells it again; `%p` who wrote,
//! `%P` to whom, `%t` when, in UTC; `%d` the state, `%A` what the carrier said.
//!
//! Kannel signs nothing. What proves that it is Kannel is a token in both addresses, which it sends as the password of
//! basic authentication, so that the token stands in no log of ours and in no hook that is kept. Therefore both
//! directions belong on TLS, or on a network that nobody else is on.

use encoding_rs::UTF_8;
use form_urlencoded::Serializer;
use futures::future::BoxFuture;
use http::{Method, StatusCode, Uri};
use serde::Deserialize;

use super::{
    super::{
        Adapter, Answer, Failure, FailureClass, Hook, Inbound, InboundMessage, Outbound, Outcome, Rejected,
        Reported, StatusReport, Stored, Unreadable, Verified,
    },
    BadCredentials, dates, delivery_of,
    fields::Fields,
    has_password, normalise,
    wire::{Refusal, Repeated, Reply, exchange, failed},
    with_consent,
};
use crate::domain::{Encoding, Segments, Time};

/// Every state that Kannel knows: delivered, not delivered, buffered, taken by the carrier, refused by it.
const ALL_STATES: &str = "31";
/// How Kannel's answer to a message that it takes begins: now, later, or where it does not wait for its other half.
const TAKEN: [&str; 3] = ["0:", "3:", "Sent."];

/// No HTTP client has longer addresses. Texts that are too long for it are hundreds of messages at the carrier.
const LONGEST_ORDER: usize = 65_000;

/// What connects a channel to a Kannel.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// Of its `sendsms`: `https://kannel.example:13013/cgi-bin/sendsms`.
    pub url: String,
    /// Of its `sendsms-user`.
    pub username: String,
    pub password: String,
    /// What it proves itself with. It stands in addresses that Kannel fills, and so has only plain characters.
    pub token: String,
    /// ISO 3166: how to read numbers without a country code.
    #[serde(default)]
    pub region: String,
}

/// A Kannel.
pub struct Kannel {
    credentials: Credentials,
}

impl Kannel {
    /// # Errors
    /// If its address is none, or the token cannot stand in one.
    pub fn new(credentials: Credentials) -> Result<Self, BadCredentials> {
        if !is_address(&credentials.url) {
            let words = "url: an address such as https://kannel.example:13013/cgi-bin/sendsms is wanted";
            return Err(BadCredentials(words));
        }
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if credentials.token.is_empty() || !credentials.token.bytes().all(is_plain) {
            return Err(BadCredentials("token: only letters, digits, - and _ can stand in an address"));
        }
        Ok(Self { credentials })
    }

    /// Where Kannel is to report states, with the token and with what Kannel fills in.
    fn report_url(&self, status_url: &str) -> String {
        let user = format!("://kannel:{}@", self.credentials.token);
        format!("{}&id=%I&state=%d&at=%t&answer=%A", status_url.replacen("://", &user, 1))
    }

    /// The address that has a message sent.
    fn order(&self, message: &Outbound) -> String {
        // Blanks would make several receivers of one.
        let to: String = message.peer.split_whitespace().collect();
        let coding = if Segments::of(&message.text).encoding == Encoding::Ucs2 { "2" } else { "0" };
        let report_url = self.report_url(&message.status_url);
        let pairs = [
            ("username", self.credentials.username.as_str()),
            ("password", &self.credentials.password),
            ("from", &message.ours),
            ("to", &to),
            ("text", &message.text),
            ("charset", "UTF-8"),
            ("coding", coding),
            ("dlr-mask", ALL_STATES),
            ("dlr-url", &report_url),
        ];
        let query = Serializer::new(String::new()).extend_pairs(pairs).finish();
        format!("{}?{query}", self.credentials.url)
    }

    fn answered(reply: &Reply) -> Outcome {
        if reply.status.is_success() {
            return if TAKEN.iter().any(|start| reply.text.starts_with(*start)) {
                Outcome::Accepted { provider_id: None, parts: None }
            } else {
                reply.unreadable(Repeated::Doubled)
            };
        }
        reply.refused(refusal(reply), Repeated::Doubled)
    }

    /// A number as everything else compares it. Carriers leave out the plus sign, and some write 00 for it.
    fn address(&self, raw: &str) -> Option<String> {
        let raw = raw.trim();
        let international = match raw.strip_prefix("00") {
            None if raw.starts_with('0') => None,
            without => Some(without.unwrap_or(raw)),
        };
        let address = match international.filter(|it| it.len() > 8 && it.bytes().all(|b| b.is_ascii_digit()))
        {
            Some(digits) => format!("+{digits}"),
            None => normalise(raw, &self.credentials.region),
        };
        (!address.is_empty()).then_some(address)
    }

    fn message(&self, fields: &Fields, text: String) -> Option<InboundMessage> {
        Some(InboundMessage {
            provider_id: fields.get("id")?.to_owned(),
            ours: self.address(fields.get("to")?)?,
            peer: self.address(fields.get("from")?)?,
            peer_name: None,
            text,
            part: None,
            media: Vec::new(),
            sent_at: fields.get("at").and_then(dates::iso),
            mail: None,
        })
    }
}

impl Adapter for Kannel {
    fn verify(&self, hook: &Hook, _now: Time) -> Result<Verified, Rejected> {
        if !has_password(&hook.headers, &self.credentials.token) {
            return Err(Rejected::Signature);
        }
        let foreign = Rejected::Foreign("Kannel");
        let fields = Fields::query(&hook.url);
        let id = fields.get("id").ok_or(foreign.clone())?;
        match fields.get("state") {
            Some(state) => Ok(Verified { key: format!("status:{id}:{state}") }),
            // By a GET, a message has its text elsewhere, where its bytes are not what its charset says.
            None if hook.method == Method::POST => Ok(Verified { key: format!("message:{id}") }),
            None => Err(foreign),
        }
    }

    fn parse(&self, stored: &Stored) -> Result<Vec<Inbound>, Unreadable> {
        let unreadable = |words: &str| Unreadable(words.to_owned());
        let fields = Fields::query(&stored.target);
        if let Some(state) = fields.get("state") {
            let report = report(&fields, state, &stored.target);
            return report.map(|it| vec![it]).ok_or_else(|| unreadable("Kannel names no message of ours."));
        }
        if stored.content_type.starts_with("application/octet-stream") {
            return Ok(vec![Inbound::Ignored("a message of bytes, not of text")]);
        }
        let text = text(&stored.content_type, &stored.body)
            .ok_or_else(|| unreadable("Kannel names a charset that is not known."))?;
        let message = self.message(&fields, text);
        message
            .map(with_consent)
            .ok_or_else(|| unreadable("Kannel sent a message without an id or an address."))
    }

    fn answer(&self) -> Answer {
        // Any text in here may be sent to the customer, and any success but 200 and 202 counts as none.
        Answer { status: 200, content_type: "text/plain", body: String::new() }
    }

    fn send<'a>(&'a self, message: &'a Outbound, http: &'a reqwest::Client) -> BoxFuture<'a, Outcome> {
        Box::pin(async move {
            if !message.media_urls.is_empty() {
                return failed(FailureClass::Message, "media".to_owned(), "Kannel sends no files.");
            }
            let order = self.order(message);
            if order.len() > LONGEST_ORDER {
                return failed(FailureClass::Message, "length".to_owned(), "This is too long for one SMS.");
            }
            match exchange(http.get(order), Repeated::Doubled).await {
                Ok(reply) => Self::answered(&reply),
                Err(outcome) => outcome,
            }
        })
    }

    /// Kannel gives messages no id and tells of none; but if it took one, its reports name it.
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

/// Whether a query can be added to a text to make an address on the web.
fn is_address(text: &str) -> bool {
    let is_web = |uri: &Uri| matches!(uri.scheme_str(), Some("http" | "https"));
    !text.contains('#') && text.parse::<Uri>().is_ok_and(|uri| is_web(&uri) && uri.query().is_none())
}

/// The text of a message: bytes in a charset that is named with each.
fn text(content_type: &str, body: &[u8]) -> Option<String> {
    let charset = content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
    });
    let encoding = match charset {
        Some(label) => encoding_rs::Encoding::for_label(label.as_bytes())?,
        None => UTF_8,
    };
    Some(encoding.decode_with_bom_removal(body).0.into_owned())
}

fn report(fields: &Fields, state: &str, target: &str) -> Option<Inbound> {
    let delivery = Some(delivery_of(target)?);
    let state = match state {
        "1" => Reported::Delivered,
        "2" | "16" => Reported::Failed(failure(fields.get("answer").unwrap_or_default())),
        // The carrier has it; buffered, it waits for the phone.
        "4" | "8" => Reported::Sent,
        _ => return Some(Inbound::Ignored("a state that Kannel has not documented")),
    };
    let at = fields.get("at").and_then(dates::iso);
    Some(Inbound::Status(StatusReport { delivery, provider_id: None, state, at }))
}

/// Why a message was not delivered: `NACK/0x0000000b/Invalid Destination Address` where the carrier did not take it,
/// and else the carrier's receipt (SMPP 3.4, appendix B), `id:… stat:UNDELIV err:001 text:…`.
fn failure(answer: &str) -> Failure {
    if let Some(refusal) = answer.strip_prefix("NACK/") {
        let (code, words) = refusal.split_once('/').unwrap_or(("refused", refusal));
        let words = match words {
            "" => "The carrier refused it.".to_owned(),
            words => format!("The carrier refused it: {words}."),
        };
        return Failure { class: refusal_class(code), code: code.to_owned(), words };
    }
    let value = |name: &str| {
        let (_, rest) = answer.split_once(name)?;
        rest.split(' ').next().filter(|value| !value.is_empty())
    };
    let state = value("stat:").unwrap_or("UNDELIV");
    Failure {
        // What the codes mean is each carrier's own affair: nothing is said against the number.
        class: FailureClass::Message,
        code: value("err:").unwrap_or(state).to_owned(),
        words: format!("The carrier reports {state}."),
    }
}

/// A `command_status` (SMPP 3.4, § 5.1.3), as far as it matters to sending.
fn refusal_class(code: &str) -> FailureClass {
    match code.strip_prefix("0x").and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
        // The destination: its address, its type and its plan.
        Some(0x0b | 0x50 | 0x51) => FailureClass::Recipient,
        // Ours: likewise; the bind, the password, the system, the type of service.
        Some(0x0a | 0x48 | 0x49 | 0x0d | 0x0e | 0x0f | 0x15 | 0x53) => FailureClass::Account,
        _ => FailureClass::Message,
    }
}

/// What Kannel says itself about a message that it did not take: a line of plain text. Markup is somebody's before it,
/// and so is every server error but 503.
fn refusal(reply: &Reply) -> Option<Refusal> {
    let words = reply.text.trim();
    let by_status = reply.status.is_client_error() || reply.status == StatusCode::SERVICE_UNAVAILABLE;
    let is_own = by_status && !words.is_empty() && !words.contains(['<', '\n']);
    is_own.then(|| Refusal {
        code: format!("http-{}", reply.status.as_u16()),
        // No carrier of it takes this number, or a list forbids it.
        class: (words.starts_with("Not routable") || words.starts_with("Number(s)"))
            .then_some(FailureClass::Recipient),
        words: words.to_owned(),
    })
}

#[cfg(test)]
mod tests;
