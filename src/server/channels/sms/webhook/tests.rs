use std::time::Duration;

use http::Method;
use proptest::prelude::*;
use serde_json::Value;

use super::super::testing::{Answering, DELIVERY, client, hook, nobody, outbound, serve, stored};
use super::*;

const EVENT: &str =
    r#"{"event_id":"e1","type":"message","from":"+15550001111","to":"+15550009999","text":"hi"}"#;
/// Made with OpenSSL over `1700000000.` and the event, with the secret `whsec_now`.
const GOOD: &str = "v1=5b490b15cde555822b0a9bdf62ace349c673a95bb9d49cb3e20d3dfc85814236";
const SIGNED_AT: i64 = 1_700_000_000;

fn credentials() -> Credentials {
    Credentials {
        url: "https://gateway.test/send".to_owned(),
        secret: "whsec_now".to_owned(),
        other_secret: None,
        region: "GB".to_owned(),
        media_hosts: vec!["files.gateway.test".to_owned()],
        media_token: Some("token".to_owned()),
    }
}

fn webhook() -> Webhook {
    Webhook::new(credentials(), Clock::manual(Time(SIGNED_AT * Time::SECOND))).expect("a secret")
}

fn check(
    webhook: &Webhook,
    timestamp: &str,
    signature: &str,
    body: &str,
    age: i64,
) -> Result<String, Rejected> {
    let headers = [(TIMESTAMP, timestamp), (SIGNATURE, signature)];
    let hook = hook(Method::POST, "https://desk.test/x", &headers, body.as_bytes());
    webhook.verify(&hook, Time((SIGNED_AT + age) * Time::SECOND)).map(|verified| verified.key)
}

fn signed(timestamp: &str, body: &str) -> String {
    let signature = webhook().signatures(timestamp, body.as_bytes()).next().expect("a secret");
    format!("v1={}", sign::hex(&signature))
}

#[test]
fn another_implementations_signature_is_good() {
    assert_eq!(check(&webhook(), "1700000000", GOOD, EVENT, 0).as_deref(), Ok("e1"));
    assert_eq!(signed("1700000000", EVENT), GOOD);
    for signature in [&format!("v1=00, {GOOD}"), &format!("v0=1,{GOOD},v2=x"), &GOOD.replace('b', "B")] {
        assert_eq!(check(&webhook(), "1700000000", signature, EVENT, 0).as_deref(), Ok("e1"), "{signature}");
    }
}

#[test]
fn tampering_is_found() {
    for (timestamp, signature, body) in [
        ("1700000001", GOOD, EVENT),
        ("1700000000", GOOD, &EVENT.replace("hi", "ho")),
        ("1700000000", GOOD, &format!("{EVENT}\n")),
        ("1700000000", &GOOD.replace("v1=5", "v1=6"), EVENT),
        ("1700000000", &GOOD[3..], EVENT),
        ("1700000000", &format!("v1=1,v1=2,v1=3,v1=4,{GOOD}"), EVENT),
        ("1700000000", "v1=", EVENT),
        ("1700000000", "", EVENT),
        ("x", &signed("x", EVENT), EVENT),
    ] {
        let got = check(&webhook(), timestamp, signature, body, 0);
        assert_eq!(got, Err(Rejected::Signature), "{timestamp} {signature}");
    }
    let unsigned = hook(Method::POST, "https://desk.test/x", &[], EVENT.as_bytes());
    assert_eq!(webhook().verify(&unsigned, Time(0)), Err(Rejected::Signature));
}

#[test]
fn old_requests_are_stale() {
    for (age, want) in [(300, None), (301, Some(301)), (-300, None), (-301, Some(-301))] {
        let got = check(&webhook(), "1700000000", GOOD, EVENT, age);
        assert_eq!(got.err(), want.map(Rejected::Stale), "{age}");
    }
}

#[test]
fn two_secrets_are_good_while_they_rotate() {
    let other = |other_secret: &str| {
        let credentials = Credentials {
            secret: "whsec_next".to_owned(),
            other_secret: Some(other_secret.to_owned()),
            ..credentials()
        };
        Webhook::new(credentials, Clock::System)
    };
    let rotating = other("whsec_now").expect("two secrets");
    assert_eq!(check(&rotating, "1700000000", GOOD, EVENT, 0).as_deref(), Ok("e1"));
    let rotated = other("whsec_old").expect("two secrets");
    assert_eq!(check(&rotated, "1700000000", GOOD, EVENT, 0), Err(Rejected::Signature));
    assert!(other("").is_err());
    assert!(Webhook::new(Credentials { secret: String::new(), ..credentials() }, Clock::System).is_err());
}

#[test]
fn a_good_signature_over_no_event_is_foreign() {
    let long = format!(r#"{{"event_id":"{}"}}"#, "x".repeat(201));
    for body in ["", "{}", "[]", r#"{"event_id":""}"#, r#"{"event_id":1}"#, &long] {
        let got = check(&webhook(), "1700000000", &signed("1700000000", body), body, 0);
        assert_eq!(got, Err(Rejected::Foreign("Live Operator webhook")), "{body}");
    }
}

fn parse(target: &str, body: &Value) -> Result<Vec<Inbound>, Unreadable> {
    webhook().parse(&stored(target, "application/json", body.to_string().as_bytes()))
}

#[test]
fn a_message_is_read() {
    let body = json!({
        "event_id": "e1", "type": "message", "from": "07700 900123", "to": "62226", "text": "Grüße 🙂", "name": "Ana",
        "media": ["https://f.test/a", {"url": "https://f.test/b", "content_type": "image/png", "size": 1}],
        "sent_at": "2019-01-23T18:10:02.574Z", "novel": {},
    });
    let want = InboundMessage {
        provider_id: "e1".to_owned(),
        ours: "62226".to_owned(),
        peer: "+447700900123".to_owned(),
        peer_name: Some("Ana".to_owned()),
        text: "Grüße 🙂".to_owned(),
        part: None,
        media: vec![
            MediaLink { url: "https://f.test/a".to_owned(), content_type: None },
            MediaLink { url: "https://f.test/b".to_owned(), content_type: Some("image/png".to_owned()) },
        ],
        sent_at: Some(Time(1_548_267_002_574_000)),
        mail: None,
    };
    assert_eq!(parse("/", &body), Ok(vec![Inbound::Message(Box::new(want))]));
}

#[test]
fn consent_is_told_by_word_or_by_event() {
    let word = json!({"event_id": "e1", "type": "message", "from": "+15550001111", "to": "+15550009999", "text": "Stop"});
    let event = json!({"event_id": "e1", "type": "consent", "from": "+15550001111", "to": "+15550009999", "opted_in": false});
    for body in [word, event] {
        let got = parse("/", &body).expect("readable");
        let want = Inbound::Consent {
            ours: "+15550009999".to_owned(),
            peer: "+15550001111".to_owned(),
            opted_in: false,
        };
        assert_eq!(got[0], want);
    }
}

#[test]
fn statuses_name_the_delivery_or_the_message() {
    let report = |target: &str, body: Value| match parse(target, &body).ok()?.pop() {
        Some(Inbound::Status(report)) => Some(report),
        other => panic!("{other:?}"),
    };
    let status = |rest: Value| {
        let mut body = json!({"event_id": "e1", "type": "status", "state": "delivered"});
        for (name, value) in rest.as_object().expect("an object") {
            body[name] = value.clone();
        }
        body
    };
    let named =
        report("/", status(json!({"delivery": DELIVERY, "at": "2019-12-09T21:32:14Z"}))).expect("readable");
    assert_eq!((named.delivery, named.provider_id, named.state), (Some(DELIVERY), None, Reported::Delivered));
    assert_eq!(named.at, Some(Time(1_575_927_134_000_000)));
    let target = format!("/x?delivery={DELIVERY}");
    let addressed = report(&target, status(json!({"state": "sent"}))).expect("readable");
    assert_eq!((addressed.delivery, addressed.state), (Some(DELIVERY), Reported::Sent));
    let theirs = report("/", status(json!({"id": "m1"}))).expect("readable");
    assert_eq!((theirs.delivery, theirs.provider_id.as_deref()), (None, Some("m1")));
    for nothing in [json!({}), json!({"delivery": "x"}), json!({"id": "m1", "state": "novel"})] {
        assert_eq!(report("/", status(nothing.clone())), None, "{nothing}");
    }
    for (code, want) in [
        ("opted_out", FailureClass::OptedOut),
        ("recipient", FailureClass::Recipient),
        ("retry", FailureClass::Retry),
        ("E42", FailureClass::Message),
    ] {
        let failed =
            report("/", status(json!({"id": "m1", "state": "failed", "code": code, "error": "why"})));
        let failure = Failure { class: want, code: code.to_owned(), words: "why".to_owned() };
        assert_eq!(failed.map(|it| it.state), Some(Reported::Failed(failure)));
    }
}

#[test]
fn nonsense_is_unreadable() {
    for body in [
        json!(null),
        json!({"event_id": "e1"}),
        json!({"event_id": "e1", "type": "message", "from": "+15550001111"}),
        json!({"event_id": "e1", "type": "message", "from": " ", "to": "+15550009999"}),
        json!({"event_id": "e1", "type": "message", "from": "+15550001111", "to": "+15550009999", "media": [1]}),
    ] {
        assert!(parse("/", &body).is_err(), "{body}");
    }
    let novel = parse("/", &json!({"event_id": "e1", "type": "typing"})).expect("readable");
    assert!(matches!(&novel[..], [Inbound::Ignored(_)]));
}

#[tokio::test]
async fn a_send_is_signed_as_what_comes_in() {
    let server = serve(Answering { status: "202 Accepted", headers: "", body: r#"{"id":"g1"}"# }).await;
    let credentials = Credentials { other_secret: Some("whsec_old".to_owned()), ..credentials() };
    let clock = Clock::manual(Time(SIGNED_AT * Time::SECOND));
    let sender = Webhook::new(credentials, clock).expect("secrets").at(&format!("{}/send", server.url));
    let message = Outbound { media_urls: vec!["https://desk.test/a".to_owned()], ..outbound("Grüße") };
    let got = sender.send(&message, &client()).await;
    assert_eq!(got, Outcome::Accepted { provider_id: Some("g1".to_owned()), parts: None });
    let request = server.request().await;
    assert_eq!(request.line, "POST /send");
    assert_eq!(request.header("content-type"), "application/json");
    assert_eq!(
        serde_json::from_str::<Value>(&request.body).expect("JSON"),
        json!({
            "delivery": DELIVERY, "from": "+15550009999", "to": "+15550001111", "text": "Grüße",
            "media": ["https://desk.test/a"], "status_url": message.status_url,
        })
    );
    let (timestamp, signature) = (request.header(TIMESTAMP), request.header(SIGNATURE));
    assert_eq!(timestamp, "1700000000");
    assert_eq!(signature.split(',').count(), 2);
    for secret in ["whsec_now", "whsec_old"] {
        let credentials = Credentials { secret: secret.to_owned(), ..self::credentials() };
        let receiver = Webhook::new(credentials, Clock::System).expect("a secret");
        // A good signature, over what is no event.
        let got = check(&receiver, timestamp, signature, &request.body, 0);
        assert_eq!(got, Err(Rejected::Foreign("Live Operator webhook")), "{secret}");
    }
}

#[test]
fn files_lie_at_hosts_in_one_form() {
    let with = |media_hosts: &[&str], media_token: Option<&str>| {
        let media_hosts = media_hosts.iter().map(|host| (*host).to_owned()).collect();
        let media_token = media_token.map(str::to_owned);
        Webhook::new(Credentials { media_hosts, media_token, ..credentials() }, Clock::System)
    };
    let hosts = ["Files.gateway.test.", " 10.0.0.5:8080 ", "größe.test:443", "[0::1]"];
    let adapter = with(&hosts, None).expect("hosts");
    assert_eq!(adapter.media_hosts(), ["files.gateway.test", "10.0.0.5:8080", "xn--gre-6ka8i.test", "[::1]"]);
    assert_eq!(adapter.media_authorization(), None);
    assert_eq!(webhook().media_authorization().as_deref(), Some("Bearer token"));
    for host in
        ["", "https://files.test", "files.test/a", "a@files.test", "a b", "files.test:x", "a?b", "a#b"]
    {
        assert!(with(&[host], None).is_err_and(|bad| bad.0.starts_with("media_hosts: ")), "{host}");
    }
    for token in ["", "a\nb", "\u{7f}"] {
        assert!(with(&[], Some(token)).is_err_and(|bad| bad.0.starts_with("media_token: ")), "{token:?}");
    }
}

#[tokio::test]
async fn refusals_have_the_class_of_their_code() {
    use FailureClass::{Account, After, Message, OptedOut, Recipient, Retry};
    for (status, headers, body, want, code) in [
        ("400 Bad Request", "", r#"{"error":"gone","code":"recipient"}"#, Recipient, "recipient"),
        ("403 Forbidden", "", r#"{"error":"stopped","code":"opted_out"}"#, OptedOut, "opted_out"),
        ("422 Unprocessable Entity", "", r#"{"error":"what","code":17}"#, Message, "17"),
        ("400 Bad Request", "", r#"{"error":"what"}"#, Message, "http-400"),
        ("401 Unauthorized", "", "", Account, "http-401"),
        ("429 Too Many Requests", "Retry-After: 9\r\n", "", After(Duration::from_secs(9)), "http-429"),
        (
            "400 Bad Request",
            "Retry-After: 9\r\n",
            r#"{"code":"retry"}"#,
            After(Duration::from_secs(9)),
            "retry",
        ),
        ("502 Bad Gateway", "", "<html>", Retry, "http-502"),
        ("200 OK", "", "<html>", Retry, "answer"),
        ("", "", "", Retry, "no-answer"),
    ] {
        let server = serve(Answering { status, headers, body }).await;
        let got = webhook().at(&server.url).send(&outbound("hi"), &client()).await;
        let Outcome::Failed(failure) = got else { panic!("{status} {body}: {got:?}") };
        assert_eq!((failure.class, failure.code.as_str()), (want, code), "{status} {body}");
    }
    let got = webhook().at(&nobody().await).send(&outbound("hi"), &client()).await;
    assert!(matches!(got, Outcome::Failed(it) if it.code == "connect"));
}

#[test]
fn credentials_take_no_unknown_fields() {
    let read = |json: &str| serde_json::from_str::<Credentials>(json).is_ok();
    assert!(read(r#"{"url":"https://g.test","secret":"s"}"#));
    assert!(!read(r#"{"url":"https://g.test","secret":"s","previous":"p"}"#));
}

proptest! {
    #[test]
    fn no_input_makes_it_panic(
        body in prop::collection::vec(any::<u8>(), 0..200), timestamp in "[ -~]{0,20}", signature in "[ -~]{0,90}",
        kind in prop_oneof![Just("message"), Just("status"), Just("consent"), Just("x")],
        value in "[\\[\\]{}\",:a-z0-9]{0,40}",
    ) {
        let like = format!(r#"{{"event_id":"1","type":"{kind}","from":"{value}","to":"1","media":{value},"state":"sent"}}"#);
        let headers = [(TIMESTAMP, timestamp.as_str()), (SIGNATURE, signature.as_str())];
        for body in [&body[..], like.as_bytes()] {
            prop_assert!(webhook().verify(&hook(Method::POST, "x", &headers, body), Time(0)).is_err());
            let _ = webhook().parse(&stored("x", "application/json", body));
        }
    }

    #[test]
    fn a_signature_is_good_for_its_own_bytes_alone(at in 0..EVENT.len(), byte in any::<u8>()) {
        let mut body = EVENT.as_bytes().to_vec();
        body[at] = byte;
        let headers = [(TIMESTAMP, "1700000000"), (SIGNATURE, GOOD)];
        let hook = hook(Method::POST, "x", &headers, &body);
        let got = webhook().verify(&hook, Time(SIGNED_AT * Time::SECOND));
        prop_assert_eq!(got.is_ok(), body == EVENT.as_bytes());
    }
}
