use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{
    super::{
        super::{Adapter, Hook, NoAdapter, Rejected, Stored},
        key_of, mailgun, postmark, raw,
    },
    FIXTURES, HOOK_SECRET, credentials,
};
use crate::{
    domain::{Inbound, InboundMessage, Time},
    server::clock::Clock,
};

const MAIL: &str =
    "From: ana@shop.test\r\nMessage-ID: <ana-1@shop.test>\r\nSubject: A question\r\n\r\nHello\r\n";
const SIGNED_AT: i64 = 1_700_000_000;
const TARGET: &str = "/hooks/mail/k?sender=ana%40shop.test&recipient=support%40acme.test";
/// Made with another implementation over `1700000000.`, the query, `.` and the mail.
const GOOD: &str = "v1=3d84f8bd91f517c1ea0938c2e40f0a5301da99ddbfa6a20e3deb139afcec3e02";
/// The same without a query.
const BARE: &str = "v1=46c1a174a6a56d7d2522aa17728a1fe6348f2b328d7804a94fbe6401ddccb839";
/// The same over `1700000000` and the token `a1b2c3d4`, as Mailgun signs.
const MAILGUN: &str = "dd3a3569c47599c404ce85686e8aa315522334798e93def306361bff4ad596df";

type Made = Result<std::sync::Arc<dyn Adapter>, NoAdapter>;
type Maker = fn(Value, &Clock) -> Made;

fn adapter(make: Maker) -> std::sync::Arc<dyn Adapter> {
    make(serde_json::to_value(credentials()).expect("JSON"), &Clock::System).expect("an adapter")
}

fn hook(target: &str, headers: &[(&'static str, &str)], body: &[u8]) -> Hook {
    let headers: HeaderMap = headers
        .iter()
        .map(|(name, value)| {
            (HeaderName::from_static(name), HeaderValue::from_str(value).expect("a header's value"))
        })
        .collect();
    Hook {
        method: Method::POST,
        url: format!("https://desk.test{target}"),
        headers,
        body: Bytes::copy_from_slice(body),
        peer: std::net::IpAddr::from([127, 0, 0, 1]),
    }
}

fn check(make: Maker, hook: &Hook, age: i64) -> Result<String, Rejected> {
    adapter(make).verify(hook, Time((SIGNED_AT + age) * Time::SECOND)).map(|verified| verified.key)
}

fn message(make: Maker, target: &str, content_type: &str, body: &[u8]) -> Result<InboundMessage, String> {
    let (target, content_type) = (target.to_owned(), content_type.to_owned());
    let stored = Stored { target, content_type, body: body.to_vec() };
    match adapter(make).parse(&stored).map_err(|error| error.0)?.pop() {
        Some(Inbound::Message(message)) => Ok(*message),
        other => panic!("{other:?}"),
    }
}

fn raw_hook(target: &str, timestamp: &str, signature: &str, content_type: &str, body: &str) -> Hook {
    let headers = [
        ("x-live-operator-timestamp", timestamp),
        ("x-live-operator-signature", signature),
        ("content-type", content_type),
    ];
    hook(target, &headers, body.as_bytes())
}

#[test]
fn a_raw_mail_is_signed_with_its_envelope() {
    let key = key_of(MAIL.as_bytes());
    for (target, signature) in
        [(TARGET, GOOD), (TARGET, &GOOD.replace('d', "D")), ("/hooks/mail/k", BARE), ("/x?", BARE)]
    {
        let hook = raw_hook(target, "1700000000", signature, "Message/RFC822; x=y", MAIL);
        assert_eq!(check(raw, &hook, 0), Ok(key.clone()), "{target}");
    }
    for (target, timestamp, signature, body) in [
        (&*TARGET.replace("support", "sales"), "1700000000", GOOD, MAIL),
        ("/hooks/mail/k", "1700000000", GOOD, MAIL),
        (TARGET, "1700000001", GOOD, MAIL),
        (TARGET, "1700000000", GOOD, &MAIL.replace("Hello", "Hallo")),
        (TARGET, "1700000000", &GOOD[3..], MAIL),
        (TARGET, "1700000000", &GOOD.replace("v1=3", "v1=4"), MAIL),
        (TARGET, "1700000000", "v1=", MAIL),
        (TARGET, "1700000000", "", MAIL),
    ] {
        let hook = raw_hook(target, timestamp, signature, "message/rfc822", body);
        assert_eq!(check(raw, &hook, 0), Err(Rejected::Signature), "{target} {timestamp} {signature}");
    }
    let unsigned = hook(TARGET, &[("content-type", "message/rfc822")], MAIL.as_bytes());
    assert_eq!(check(raw, &unsigned, 0), Err(Rejected::Signature));
    let form = raw_hook(TARGET, "1700000000", GOOD, "text/plain", MAIL);
    assert_eq!(check(raw, &form, 0), Err(Rejected::Foreign("raw mail")));
}

#[test]
fn old_signatures_are_stale() {
    let raw_mail = raw_hook(TARGET, "1700000000", GOOD, "message/rfc822", MAIL);
    let form = mailgun_form("1700000000", MAILGUN, Some(MAIL));
    let form = hook("/x", &[("content-type", FORM)], form.as_bytes());
    for (age, want) in [(300, None), (-300, None), (301, Some(301)), (-301, Some(-301))] {
        assert_eq!(check(raw, &raw_mail, age).err(), want.map(Rejected::Stale), "{age}");
        assert_eq!(check(mailgun, &form, age).err(), want.map(Rejected::Stale), "{age}");
    }
}

#[test]
fn without_a_secret_no_hook_is_taken() {
    let mut credentials = credentials();
    credentials.hook_secret = None;
    let adapter = raw(serde_json::to_value(credentials).expect("JSON"), &Clock::System).expect("an adapter");
    let hook = raw_hook(TARGET, "1700000000", GOOD, "message/rfc822", MAIL);
    assert_eq!(adapter.verify(&hook, Time(SIGNED_AT * Time::SECOND)), Err(Rejected::Signature));
}

const FORM: &str = "application/x-www-form-urlencoded";

fn mailgun_form(timestamp: &str, signature: &str, mail: Option<&str>) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("recipient", "Sales+x@acme.test, x@y.test").append_pair("sender", "");
    form.append_pair("timestamp", timestamp).append_pair("token", "a1b2c3d4");
    form.append_pair("signature", signature);
    if let Some(mail) = mail {
        form.append_pair("body-mime", mail);
    }
    form.finish()
}

#[test]
fn mailgun_signs_a_time_and_a_token() {
    let check = |content_type: &str, body: &str| {
        self::check(mailgun, &hook("/x", &[("content-type", content_type)], body.as_bytes()), 0)
    };
    let good = mailgun_form("1700000000", MAILGUN, Some(MAIL));
    assert_eq!(check(FORM, &good), Ok(key_of(MAIL.as_bytes())));
    // Kept all the same: people learn from it what to change.
    assert_eq!(check(FORM, &mailgun_form("1700000000", MAILGUN, None)), Ok("a1b2c3d4".to_owned()));
    for (content_type, body) in [
        (FORM, &*mailgun_form("1700000001", MAILGUN, Some(MAIL))),
        (FORM, &mailgun_form("1700000000", &MAILGUN.replace("dd", "de"), Some(MAIL))),
        (FORM, &mailgun_form("1700000000", "", Some(MAIL))),
        (FORM, &good.replace("a1b2", "a1b3")),
        (FORM, &good.replace("token=", "taken=")),
        (FORM, ""),
        ("application/json", &good),
        ("multipart/form-data", &good),
    ] {
        assert_eq!(check(content_type, body), Err(Rejected::Signature), "{content_type} {body}");
    }
}

#[test]
fn mailgun_names_the_envelope() {
    let body = mailgun_form("1700000000", MAILGUN, Some(MAIL));
    let got = message(mailgun, "/hooks/mailgun/k?as=mime", FORM, body.as_bytes()).expect("readable");
    assert_eq!((got.ours.as_str(), got.text.as_str()), ("sales@acme.test", "Hello"));
    assert!(got.mail.is_some_and(|mail| mail.automatic.is_some()), "nobody sent it, by the envelope");
    let words = message(mailgun, "/x", FORM, b"sender=a").expect_err("no mail");
    assert!(words.contains("end in “mime”"), "{words}");
    assert!(message(mailgun, "/x", "text/plain", b"sender=a").is_err());
}

#[test]
fn postmark_knows_a_password() {
    let event = json!({ "FromName": "Ana", "RawEmail": MAIL, "Attachments": [{}] }).to_string();
    let authorization = |pair: &str| format!("Basic {}", STANDARD.encode(pair));
    let check = |authorization: &str, body: &str| {
        self::check(postmark, &hook("/x", &[("authorization", authorization)], body.as_bytes()), 9_999)
    };
    let good = authorization(&format!("any:{HOOK_SECRET}"));
    assert_eq!(check(&good, &event), Ok(key_of(MAIL.as_bytes())));
    assert_eq!(check(&good.replace("Basic", "basic"), &event), Ok(key_of(MAIL.as_bytes())));
    assert_eq!(check(&good, "{}").map(|key| key.len()), Ok(64), "kept all the same");
    assert_eq!(check(&good, "no JSON"), Err(Rejected::Foreign("Postmark")));
    for given in [
        &*authorization("any:wrong"),
        &authorization(&format!("any:{HOOK_SECRET}x")),
        &authorization(&format!("{HOOK_SECRET}:")),
        &authorization(HOOK_SECRET),
        &authorization(""),
        &good.replace("Basic", "Bearer"),
        "Basic",
        "Basic %%%",
        "",
    ] {
        assert_eq!(check(given, &event), Err(Rejected::Signature), "{given}");
    }
    let without = hook("/x", &[], event.as_bytes());
    assert_eq!(self::check(postmark, &without, 0), Err(Rejected::Signature));
}

#[test]
fn postmark_sends_the_raw_mail() {
    let event = json!({ "RawEmail": MAIL, "OriginalRecipient": "sales+x@acme.test" }).to_string();
    let got = message(postmark, "/x", "application/json", event.as_bytes()).expect("readable");
    assert_eq!((got.ours.as_str(), got.text.as_str()), ("sales@acme.test", "Hello"));
    for (body, said) in
        [("{}", "Include raw email"), (r#"{"RawEmail":null}"#, "Include raw email"), ("[]", "no event")]
    {
        let words = message(postmark, "/x", "application/json", body.as_bytes()).expect_err("no mail");
        assert!(words.contains(said), "{words}");
    }
}

#[test]
fn a_mail_as_it_is_is_read_by_all_of_them() {
    for make in [raw as Maker, mailgun, postmark] {
        for target in ["/imap", "/lmtp?sender=ana%40shop.test&recipient=support%40acme.test"] {
            let got = message(make, target, "message/rfc822", MAIL.as_bytes()).expect("readable");
            assert_eq!((got.ours.as_str(), got.text.as_str()), ("support@acme.test", "Hello"));
        }
        assert_eq!(adapter(make).answer().status, 200);
        assert!(adapter(make).largest_hook() > 30 * 1024 * 1024);
    }
    assert!(message(raw, "/x", "text/plain", MAIL.as_bytes()).is_err());
}

proptest! {
    // Each case is read in 45 ways.
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_input_makes_them_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..300), target in "/[ -~]{0,60}", header in "[ -~]{0,60}",
        (_, fixture) in prop::sample::select(FIXTURES), at in any::<prop::sample::Index>(),
    ) {
        let mut mutated = fixture.to_vec();
        let at = at.index(mutated.len());
        mutated.splice(at..at, bytes.iter().copied());
        let event = json!({ "RawEmail": String::from_utf8_lossy(&mutated) }).to_string();
        let content_types = ["message/rfc822", "application/json", FORM, "multipart/form-data; boundary=b", &header];
        let headers = |content_type| [
            ("content-type", content_type), ("authorization", header.as_str()),
            ("x-live-operator-timestamp", header.as_str()), ("x-live-operator-signature", header.as_str()),
        ];
        for make in [raw as Maker, mailgun, postmark] {
            let adapter = adapter(make);
            for content_type in content_types {
                for body in [&bytes[..], &mutated, event.as_bytes()] {
                    prop_assert!(adapter.verify(&hook(&target, &headers(content_type), body), Time(0)).is_err());
                    let stored = Stored {
                        target: target.clone(),
                        content_type: content_type.to_owned(),
                        body: body.to_vec(),
                    };
                    let _ = adapter.parse(&stored);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_signature_is_good_for_its_own_bytes_alone(at in 0..MAIL.len(), byte in any::<u8>()) {
        let mut body = MAIL.as_bytes().to_vec();
        body[at] = byte;
        let mut hook = raw_hook(TARGET, "1700000000", GOOD, "message/rfc822", "");
        let is_same = body == MAIL.as_bytes();
        hook.body = body.into();
        prop_assert_eq!(check(raw, &hook, 0).is_ok(), is_same);
    }
}
