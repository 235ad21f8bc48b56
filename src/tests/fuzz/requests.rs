//! Good requests of each provider, signed here by the provider's own rule.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use ed25519_dalek::{Signer, SigningKey};
use hmac::{Hmac, Mac};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::{covered, mutation::MIME};
use crate::{domain::Time, server::channels::Hook};

/// When they are signed, and when they come.
pub const AT: Time = Time(1_700_000_000 * Time::SECOND);
const SECONDS: &str = "1700000000";
/// What their addresses begin with.
pub const HOST: &str = "https://desk.test";
/// Of Mailgun's requests.
pub const TOKENS: [&str; 2] = ["c0ffee0123456789", "c0ffee9876543210"];

const SECRET: &str = "a secret of these tests";
const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
const DELIVERY: &str = "01a203fc-5c00-7000-8000-000000000001";
const MAIL: &str = "From: Ana <ana@x.test>\r\nTo: support@acme.test\r\nMessage-ID: <1@x.test>\r\nSubject: An order\r\n\
    Date: Sun, 22 Nov 2026 10:00:00 +0000\r\n\r\nWhere is it?\r\n";
const NOTICE: &str =
    "From: Ben <ben@x.test>\r\nMessage-ID: <2@x.test>\r\nContent-Type: text/html\r\n\r\n<p>Thanks</p>\r\n";

/// What means something in a form, an address or JSON.
const FIELDS: &[&str] = &[
    "&",
    "=",
    "%00",
    "%",
    "+",
    "&a=b",
    "?",
    "#",
    ":443",
    "&delivery=1",
    "&sig=0",
    "&Body=",
    "&MessageSid=SM1",
    "&bodySHA256=0",
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    "null",
    "1e999",
    "-1",
    "\\u0000",
    "\\ud800",
    "\"type\":\"status\"",
    "\"event_id\":\"e9\"",
    "v1=",
    ", v1=00",
    "1700000001",
    "Basic ",
    "application/json",
    "multipart/form-data; boundary=b",
    "--b\r\n",
    "\r\n\r\n",
    "charset=utf-16",
    "é",
    " ",
    "\0",
];

/// A provider's way of proving that it is itself.
pub struct Scheme {
    pub provider: &'static str,
    pub credentials: Value,
    pub good: Vec<Hook>,
    /// What proves a request, in each way in which it can be read.
    pub covered: fn(&Hook) -> Vec<Vec<u8>>,
    pub words: &'static [&'static str],
    /// In an ordinary run.
    pub rounds: u64,
}

pub fn schemes() -> Vec<Scheme> {
    vec![twilio(), telnyx(), vonage(), kannel(), webhook(), mail(), mailgun(), postmark()]
}

fn hook(method: Method, target: &str, headers: &[(&'static str, &str)], body: &[u8]) -> Hook {
    let field = |(name, value): &(&'static str, &str)| {
        (HeaderName::from_static(name), HeaderValue::from_str(value).expect("a value"))
    };
    Hook {
        method,
        url: format!("{HOST}{target}"),
        headers: headers.iter().map(field).collect::<HeaderMap>(),
        body: Bytes::copy_from_slice(body),
        peer: [127, 0, 0, 1].into(),
    }
}

fn post(target: &str, headers: &[(&'static str, &str)], body: impl AsRef<[u8]>) -> Hook {
    hook(Method::POST, target, headers, body.as_ref())
}

fn form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn hmac(parts: &[&[u8]]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any length");
    parts.iter().for_each(|part| mac.update(part));
    hex(&mac.finalize().into_bytes())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn twilio() -> Scheme {
    let signed = |target: &str, content_type: &str, body: &str| {
        let values: String = match content_type {
            FORM => {
                let mut pairs: Vec<(String, String)> =
                    form_urlencoded::parse(body.as_bytes()).into_owned().collect();
                pairs.sort();
                pairs.into_iter().flat_map(|(name, value)| [name, value]).collect()
            }
            _ => String::new(),
        };
        let mut mac = Hmac::<Sha1>::new_from_slice(SECRET.as_bytes()).expect("any length");
        mac.update(format!("{HOST}{target}{values}").as_bytes());
        let signature = STANDARD.encode(mac.finalize().into_bytes());
        post(target, &[("content-type", content_type), ("x-twilio-signature", &signature)], body)
    };
    let numbers = [("AccountSid", "AC1"), ("From", "+15550001111"), ("To", "+15550009999")];
    let with = |more: &[(&str, &str)]| form(&[&numbers[..], more].concat());
    let message = with(&[("MessageSid", "SM1"), ("SmsStatus", "received"), ("Body", "Grüße & = +")]);
    let files = with(&[
        ("MessageSid", "MM2"),
        ("SmsStatus", "received"),
        ("NumMedia", "1"),
        ("MediaUrl0", "https://api.twilio.com/a"),
        ("MediaContentType0", "image/png"),
    ]);
    let status = with(&[("MessageSid", "SM3"), ("MessageStatus", "undelivered"), ("ErrorCode", "30005")]);
    let json = json!({
        "AccountSid": "AC1", "From": "+1", "To": "+2", "MessageSid": "SM4", "SmsStatus": "received", "Body": "stop",
    })
    .to_string();
    let hashed = format!("/hooks/twilio/k?bodySHA256={}", hex(&Sha256::digest(json.as_bytes())));
    Scheme {
        provider: "twilio",
        credentials: json!({ "account_sid": "AC1", "auth_token": SECRET }),
        good: vec![
            signed("/hooks/twilio/k", FORM, &message),
            signed("/hooks/twilio/k", FORM, &files),
            signed(&format!("/hooks/twilio/k?delivery={DELIVERY}"), FORM, &status),
            signed(&hashed, JSON, &json),
        ],
        covered: covered::twilio,
        words: FIELDS,
        rounds: 800,
    }
}

fn telnyx() -> Scheme {
    let key = SigningKey::from_bytes(&[7; 32]);
    let signed = |target: &str, body: &Value| {
        let signature = key.sign(format!("{SECONDS}|{body}").as_bytes());
        let signature = STANDARD.encode(signature.to_bytes());
        let headers = [
            ("content-type", JSON),
            ("telnyx-timestamp", SECONDS),
            ("telnyx-signature-ed25519", signature.as_str()),
        ];
        post(target, &headers, body.to_string())
    };
    let message = json!({ "data": {
        "id": "e1", "event_type": "message.received", "occurred_at": "2019-01-23T18:10:02.574Z",
        "payload": {
            "id": "m1", "from": { "phone_number": "+18665550001" }, "to": [{ "phone_number": "+18445550001" }],
            "text": "Hello", "media": [{ "url": "https://media.telnyx.com/a.png", "content_type": "image/png" }],
        },
    } });
    let status = json!({ "data": {
        "id": "e2", "event_type": "message.finalized",
        "payload": { "id": "m2", "to": [{ "status": "delivery_failed" }], "errors": [{ "code": "40001" }] },
    } });
    Scheme {
        provider: "telnyx",
        credentials: json!({ "api_key": "KEY1", "public_key": STANDARD.encode(key.verifying_key().to_bytes()) }),
        good: vec![
            signed("/hooks/telnyx/k", &message),
            signed(&format!("/hooks/telnyx/k?delivery={DELIVERY}"), &status),
        ],
        covered: covered::telnyx,
        words: FIELDS,
        // Checking one takes a while where nothing is optimised.
        rounds: 150,
    }
}

fn vonage() -> Scheme {
    let signature = |pairs: &[(&str, &str)]| {
        let mut pairs = pairs.to_vec();
        pairs.sort_unstable();
        let pair = |(name, value): (&str, &str)| format!("&{name}={}", value.replace(['&', '='], "_"));
        hmac(&[pairs.into_iter().map(pair).collect::<String>().as_bytes()])
    };
    let signed = |pairs: &[(&str, &str)]| {
        let signature = signature(pairs);
        form(&[pairs, &[("sig", signature.as_str())][..]].concat())
    };
    let message = [
        ("msisdn", "447700900001"),
        ("to", "447700900000"),
        ("messageId", "0A1"),
        ("text", "Hello & a=b é"),
        ("type", "text"),
        ("api-key", "abcd1234"),
        ("message-timestamp", "2020-01-01 14:00:00"),
    ];
    let part = [
        ("msisdn", "447700900001"),
        ("to", "447700900000"),
        ("messageId", "0A2"),
        ("text", "Hel"),
        ("concat", "true"),
        ("concat-ref", "7"),
        ("concat-part", "1"),
        ("concat-total", "2"),
    ];
    let receipt = [
        ("msisdn", "447700900001"),
        ("to", "ACME"),
        ("messageId", "0C1"),
        ("status", "failed"),
        ("err-code", "6"),
    ];
    let mut object: Value =
        message.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
    object["sig"] = signature(&message).into();
    let target = format!("/hooks/vonage/k?delivery={DELIVERY}&{}", signed(&receipt));
    Scheme {
        provider: "vonage",
        credentials: json!({ "api_key": "abcd1234", "signature_secret": SECRET, "signature_method": "sha256" }),
        good: vec![
            post("/hooks/vonage/k", &[("content-type", FORM)], signed(&message)),
            post("/hooks/vonage/k", &[("content-type", FORM)], signed(&part)),
            post("/hooks/vonage/k", &[("content-type", JSON)], object.to_string()),
            hook(Method::GET, &target, &[], b""),
        ],
        covered: covered::vonage,
        words: FIELDS,
        rounds: 800,
    }
}

fn basic(user: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:a-token")))
}

fn kannel() -> Scheme {
    let message = "/hooks/kannel/k?id=a1&from=%2B447700900123&to=%2B15550009999&at=2020-01-01+14:00:00";
    let report =
        format!("/hooks/kannel/k?delivery={DELIVERY}&id=b1&state=2&answer=NACK%2F0x0000000b%2FInvalid");
    let token = basic("kannel");
    let text = [("authorization", token.as_str()), ("content-type", "text/plain; charset=\"ISO-8859-1\"")];
    Scheme {
        provider: "kannel",
        credentials: json!({
            "url": "https://kannel.test/cgi-bin/sendsms", "username": "app", "password": "p", "token": "a-token",
        }),
        good: vec![
            post(message, &text, b"gr\xfc\xdfe"),
            hook(Method::GET, &report, &[("authorization", &token)], b""),
        ],
        covered: covered::password,
        words: FIELDS,
        rounds: 600,
    }
}

fn webhook() -> Scheme {
    let signed = |target: &str, body: &Value| {
        let body = body.to_string();
        let signature = format!("v1={}", hmac(&[SECONDS.as_bytes(), b".", body.as_bytes()]));
        let headers = [
            ("content-type", JSON),
            ("x-live-operator-timestamp", SECONDS),
            ("x-live-operator-signature", signature.as_str()),
        ];
        post(target, &headers, body)
    };
    let (from, to) = ("+15550001111", "+15550009999");
    let message = json!({
        "event_id": "e1", "type": "message", "from": from, "to": to, "text": "Grüße 🙂", "name": "Ana",
        "media": ["https://files.test/a", { "url": "https://files.test/b", "content_type": "image/png" }],
    });
    let status = json!({
        "event_id": "e2", "type": "status", "delivery": DELIVERY, "state": "failed", "code": "recipient",
    });
    let consent = json!({ "event_id": "e3", "type": "consent", "from": from, "to": to, "opted_in": false });
    Scheme {
        provider: "webhook",
        credentials: json!({ "url": "https://gateway.test/send", "secret": SECRET, "region": "GB" }),
        good: vec![
            signed("/hooks/webhook/k", &message),
            signed("/hooks/webhook/k", &status),
            signed("/hooks/webhook/k", &consent),
        ],
        covered: covered::webhook,
        words: FIELDS,
        rounds: 800,
    }
}

fn email() -> Value {
    json!({
        "address": "support@acme.test",
        "token_secret": "07".repeat(32),
        "hook_secret": SECRET,
        "smtp": { "host": "127.0.0.1", "port": 25, "security": "none" },
    })
}

fn mail() -> Scheme {
    let signed = |query: &str, mail: &str| {
        let parts = [SECONDS.as_bytes(), b".", query.as_bytes(), b".", mail.as_bytes()];
        let signature = format!("v1={}", hmac(&parts));
        let headers = [
            ("content-type", "message/rfc822"),
            ("x-live-operator-timestamp", SECONDS),
            ("x-live-operator-signature", signature.as_str()),
        ];
        post(&format!("/hooks/mail/k?{query}"), &headers, mail)
    };
    Scheme {
        provider: "mail",
        credentials: email(),
        good: vec![
            signed("sender=ana%40x.test&recipient=support%40acme.test", MAIL),
            signed("sender=&recipient=support%40acme.test", NOTICE),
        ],
        covered: covered::mail,
        words: MIME,
        rounds: 400,
    }
}

fn mailgun() -> Scheme {
    let fields = |token: &'static str, mail: &'static str| {
        [
            ("recipient", "support@acme.test".to_owned()),
            ("sender", "ana@x.test".to_owned()),
            ("timestamp", SECONDS.to_owned()),
            ("token", token.to_owned()),
            ("signature", hmac(&[SECONDS.as_bytes(), token.as_bytes()])),
            ("body-mime", mail.to_owned()),
        ]
    };
    let encoded =
        form_urlencoded::Serializer::new(String::new()).extend_pairs(fields(TOKENS[0], MAIL)).finish();
    let part = |(name, value): (&str, String)| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let parts: String = fields(TOKENS[1], NOTICE).into_iter().map(part).collect();
    Scheme {
        provider: "mailgun",
        credentials: email(),
        good: vec![
            post("/hooks/mailgun/k", &[("content-type", FORM)], encoded),
            post(
                "/hooks/mailgun/k",
                &[("content-type", "multipart/form-data; boundary=b")],
                format!("{parts}--b--\r\n"),
            ),
        ],
        covered: covered::mailgun,
        words: FIELDS,
        rounds: 400,
    }
}

fn postmark() -> Scheme {
    let proof = format!("Basic {}", STANDARD.encode(format!("postmark:{SECRET}")));
    let sent = |mail: &str| {
        let event = json!({ "RawEmail": mail, "OriginalRecipient": "support@acme.test" }).to_string();
        post("/hooks/postmark/k", &[("authorization", &proof), ("content-type", JSON)], event)
    };
    Scheme {
        provider: "postmark",
        credentials: email(),
        good: vec![sent(MAIL), sent(NOTICE)],
        covered: covered::password,
        words: FIELDS,
        rounds: 400,
    }
}
