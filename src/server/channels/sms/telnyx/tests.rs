use std::time::Duration;

use ed25519_dalek::{Signer, SigningKey};
use http::Method;
use proptest::prelude::*;

use super::super::testing::{Answering, DELIVERY, client, hook, outbound, serve, stored};
use super::*;

/// The key pair of RFC 8032, section 7.1, test 1.
const SECRET: [u8; 32] = [
    0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44,
    0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
];
const PUBLIC: &str = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
const EVENT: &str =
    r#"{"data":{"event_type":"message.received","id":"bf6307bd-884d-4c1f-b6ea-c62b8c495d3c","payload":{}}}"#;
/// Made with OpenSSL over `1700000000|` and the event.
const SIGNATURE: &str =
    "WuttK/me9KjuGZ9GDl+0FMOLjMHUof9Ph3dnZFbD5axk5K+NwGwcZ22aZA9c7TYm0CWtzGlQAz5VPumGfNH0AA==";
const SIGNED_AT: i64 = 1_700_000_000;

fn telnyx() -> Telnyx {
    Telnyx::new(Credentials {
        api_key: "KEY1".to_owned(),
        public_key: PUBLIC.to_owned(),
        messaging_profile_id: None,
    })
    .expect("a key")
}

fn check(timestamp: &str, signature: &str, body: &str, seconds: i64) -> Result<String, Rejected> {
    let headers = [("telnyx-timestamp", timestamp), ("telnyx-signature-ed25519", signature)];
    let hook = hook(Method::POST, "https://desk.test/x", &headers, body.as_bytes());
    telnyx().verify(&hook, Time(seconds * Time::SECOND)).map(|verified| verified.key)
}

fn signed(timestamp: &str, body: &str) -> String {
    let signature = SigningKey::from_bytes(&SECRET).sign(format!("{timestamp}|{body}").as_bytes());
    STANDARD.encode(signature.to_bytes())
}

#[test]
fn another_implementations_signature_is_good() {
    let got = check("1700000000", SIGNATURE, EVENT, SIGNED_AT + 5);
    assert_eq!(got.as_deref(), Ok("bf6307bd-884d-4c1f-b6ea-c62b8c495d3c"));
    assert_eq!(signed("1700000000", EVENT), SIGNATURE);
}

#[test]
fn tampering_is_found() {
    for (timestamp, signature, body) in [
        ("1700000001", SIGNATURE, EVENT),
        (" 1700000000", SIGNATURE, EVENT),
        ("1700000000", SIGNATURE, &EVENT.replace("c62b", "c62c")),
        ("1700000000", SIGNATURE, &format!("{EVENT} ")),
        ("1700000000", &SIGNATURE.replace("WuttK", "WuttL"), EVENT),
        ("1700000000", &SIGNATURE[..84], EVENT),
        ("1700000000", "", EVENT),
        ("", SIGNATURE, EVENT),
        ("x", &signed("x", EVENT), EVENT),
    ] {
        let got = check(timestamp, signature, body, SIGNED_AT);
        assert_eq!(got, Err(Rejected::Signature), "{timestamp} {signature}");
    }
    let unsigned = hook(Method::POST, "https://desk.test/x", &[("telnyx-timestamp", "1700000000")], b"{}");
    assert_eq!(telnyx().verify(&unsigned, Time(0)), Err(Rejected::Signature));
}

#[test]
fn old_requests_are_stale() {
    for (age, want) in
        [(300, None), (301, Some(301)), (-300, None), (-301, Some(-301)), (86_400, Some(86_400))]
    {
        let got = check("1700000000", SIGNATURE, EVENT, SIGNED_AT + age);
        assert_eq!(got.err(), want.map(Rejected::Stale), "{age}");
    }
}

#[test]
fn a_good_signature_over_no_event_is_foreign() {
    for body in ["", "{}", "[]", r#"{"data":{"id":null}}"#, "\u{0}"] {
        let got = check("1700000000", &signed("1700000000", body), body, SIGNED_AT);
        assert_eq!(got, Err(Rejected::Foreign("Telnyx")), "{body}");
    }
}

#[test]
fn keys_of_another_form_are_refused() {
    // The last is a point of small order, which signs anything; it is a key, but verifies nothing strictly.
    let weak = STANDARD.encode([&[1_u8][..], &[0; 31]].concat());
    for (public_key, good) in
        [(PUBLIC, true), ("", false), ("AAAA", false), ("no base64!", false), (&weak, true)]
    {
        let credentials = Credentials { public_key: public_key.to_owned(), ..telnyx().credentials };
        assert_eq!(Telnyx::new(credentials).is_ok(), good, "{public_key}");
    }
    let telnyx = Telnyx::new(Credentials { public_key: weak, ..telnyx().credentials }).expect("a key");
    let forged = STANDARD.encode([&[1_u8][..], &[0; 63]].concat());
    let headers = [("telnyx-timestamp", "1700000000"), ("telnyx-signature-ed25519", forged.as_str())];
    let hook = hook(Method::POST, "https://desk.test/x", &headers, EVENT.as_bytes());
    assert_eq!(telnyx.verify(&hook, Time(SIGNED_AT * Time::SECOND)), Err(Rejected::Signature));
}

fn parse(target: &str, body: &Value) -> Result<Vec<Inbound>, Unreadable> {
    telnyx().parse(&stored(target, "application/json", body.to_string().as_bytes()))
}

fn received(text: &str) -> Value {
    json!({"data": {
        "record_type": "event", "id": "bf6307bd", "event_type": "message.received",
        "occurred_at": "2019-01-23T18:10:02.574Z",
        "payload": {
            "direction": "inbound", "id": "7ee4241c", "type": "MMS",
            "from": {"phone_number": "+18665550001", "carrier": "T-MOBILE USA, INC."},
            "to": [{"phone_number": "+18445550001", "status": "delivered"}],
            "text": text,
            "media": [{"url": "https://media.telnyx.com/a.png", "content_type": "image/png", "size": 1}, {"size": 2}],
            "novel": {"field": []},
        },
    }})
}

#[test]
fn a_message_is_read() {
    let want = InboundMessage {
        provider_id: "7ee4241c".to_owned(),
        ours: "+18445550001".to_owned(),
        peer: "+18665550001".to_owned(),
        peer_name: None,
        text: "Hello, Wörld!".to_owned(),
        part: None,
        media: vec![MediaLink {
            url: "https://media.telnyx.com/a.png".to_owned(),
            content_type: Some("image/png".to_owned()),
        }],
        sent_at: Some(Time(1_548_267_002_574_000)),
        mail: None,
    };
    assert_eq!(parse("/", &received("Hello, Wörld!")), Ok(vec![Inbound::Message(Box::new(want))]));
    let mut plain = received("hi");
    plain["data"]["payload"]["to"] = json!("12345");
    assert!(
        matches!(&parse("/", &plain).expect("readable")[..], [Inbound::Message(it)] if it.ours == "12345")
    );
}

#[test]
fn words_of_consent_are_told_beside_the_message() {
    for (text, want) in [("stop all", Some(false)), ("START", Some(true)), ("help", None), ("no stop", None)]
    {
        let got = parse("/", &received(text)).expect("readable");
        let consent = got.iter().find_map(|it| match it {
            Inbound::Consent { ours, peer, opted_in } => {
                assert_eq!((ours.as_str(), peer.as_str()), ("+18445550001", "+18665550001"));
                Some(*opted_in)
            }
            _ => None,
        });
        assert_eq!(consent, want, "{text}");
        assert!(matches!(got.last(), Some(Inbound::Message(_))), "{text}");
    }
}

#[test]
fn statuses_name_the_delivery_and_the_reason() {
    use FailureClass::{Account, Message, OptedOut, Recipient, Retry};
    let target = format!("/hooks/sms/1?x=1&delivery={DELIVERY}");
    let report = |status: &str, errors: Value| {
        let event = json!({"data": {
            "id": "e1", "event_type": "message.finalized", "occurred_at": "2019-12-09T21:32:15Z",
            "payload": {
                "id": "m1", "to": [{"status": status}], "errors": errors,
                "completed_at": "2019-12-09T21:32:14.148+00:00",
            },
        }});
        match &parse(&target, &event).expect("readable")[..] {
            [Inbound::Status(report)] => {
                assert_eq!((report.delivery, report.provider_id.as_deref()), (Some(DELIVERY), Some("m1")));
                assert_eq!(report.at, Some(Time(1_575_927_134_148_000)));
                Some(report.state.clone())
            }
            _ => None,
        }
    };
    for (status, want) in [
        ("queued", Some(Reported::Sending)),
        ("sent", Some(Reported::Sent)),
        ("delivery_unconfirmed", Some(Reported::Sent)),
        ("delivered", Some(Reported::Delivered)),
        ("read", Some(Reported::Read)),
        ("novel", None),
    ] {
        assert_eq!(report(status, json!([])), want, "{status}");
    }
    for (code, want) in [
        (json!("40300"), OptedOut),
        (json!(40001), Recipient),
        (json!("40006"), Retry),
        (json!("40003"), Message),
        (json!("40100"), Account),
        (json!("1"), Message),
        (json!(null), Message),
    ] {
        let got = report("delivery_failed", json!([{"code": code, "title": "No", "detail": "Why"}]));
        let Some(Reported::Failed(failure)) = got else { panic!("{code}: {got:?}") };
        assert_eq!(failure.class, want, "{code}");
    }
}

#[test]
fn nonsense_is_unreadable() {
    let received = |payload: Value| json!({"data": {"event_type": "message.received", "payload": payload}});
    for body in [
        json!(null),
        json!([1]),
        json!({"data": {}}),
        received(json!({})),
        received(json!({"id": "1", "from": {}, "to": []})),
    ] {
        assert!(parse("/", &body).is_err(), "{body}");
    }
    let other = json!({"data": {"event_type": "call.answered", "id": "1"}});
    assert!(matches!(&parse("/", &other).expect("readable")[..], [Inbound::Ignored(_)]));
}

#[tokio::test]
async fn a_send_is_one_json_object() {
    let body = r#"{"data":{"id":"40385f64","parts":1,"to":[{"status":"queued"}],"errors":[]}}"#;
    let server = serve(Answering { status: "200 OK", headers: "", body }).await;
    let mut message = outbound("Grüße 🙂");
    message.media_urls = vec!["https://desk.test/a".to_owned()];
    let got = telnyx().at(&format!("{}/v2", server.url)).send(&message, &client()).await;
    assert_eq!(got, Outcome::Accepted { provider_id: Some("40385f64".to_owned()), parts: Some(1) });
    let request = server.request().await;
    assert_eq!(request.line, "POST /v2/messages");
    assert_eq!(request.header("authorization"), "Bearer KEY1");
    assert_eq!(request.header("content-type"), "application/json");
    assert_eq!(
        serde_json::from_str::<Value>(&request.body).expect("JSON"),
        json!({
            "from": "+15550009999", "to": "+15550001111", "text": "Grüße 🙂",
            "media_urls": ["https://desk.test/a"], "webhook_url": message.status_url,
        })
    );
    assert_eq!(telnyx().look_up(&message, &client()).await, None);
}

#[tokio::test]
async fn refusals_have_the_class_of_their_code() {
    use FailureClass::{Account, After, Message, OptedOut, Recipient, Retry};
    for (status, headers, body, want) in [
        (
            "422 Unprocessable Entity",
            "",
            r#"{"errors":[{"code":"40310","title":"Invalid 'to'"}]}"#,
            Recipient,
        ),
        ("400 Bad Request", "", r#"{"errors":[{"code":"40300","title":"Blocked"}]}"#, OptedOut),
        ("400 Bad Request", "", r#"{"errors":[{"code":"40302","title":"Large"}]}"#, Message),
        ("401 Unauthorized", "", r#"{"errors":[{"code":"10009","title":"Auth"}]}"#, Account),
        ("403 Forbidden", "", r#"{"errors":[{"code":"5","title":"New"}]}"#, Account),
        (
            "429 Too Many Requests",
            "retry-after: 2\r\n",
            r#"{"errors":[{"code":"10011"}]}"#,
            After(Duration::from_secs(2)),
        ),
        ("500 Internal Server Error", "", r#"{"errors":[{"code":"10007"}]}"#, Retry),
    ] {
        let server = serve(Answering { status, headers, body }).await;
        let got = telnyx().at(&server.url).send(&outbound("hi"), &client()).await;
        let Outcome::Failed(failure) = got else { panic!("{status} {body}: {got:?}") };
        assert_eq!(failure.class, want, "{status} {body}");
    }
    for (status, body) in [("502 Bad Gateway", "<html>"), ("200 OK", "{}")] {
        let server = serve(Answering { status, headers: "", body }).await;
        let got = telnyx().at(&server.url).send(&outbound("hi"), &client()).await;
        assert!(matches!(got, Outcome::Unknown(_)), "{status} {got:?}");
    }
}

proptest! {
    #[test]
    fn no_input_makes_it_panic(
        body in prop::collection::vec(any::<u8>(), 0..200), timestamp in "[ -~]{0,20}", signature in "[ -~]{0,90}",
        event in prop_oneof![Just("message.received"), Just("message.sent"), Just("x")],
        payload in "[\\[\\]{}\",:a-z0-9]{0,60}",
    ) {
        let like = format!(r#"{{"data":{{"id":1,"event_type":"{event}","payload":{payload}}}}}"#);
        let headers = [("telnyx-timestamp", timestamp.as_str()), ("telnyx-signature-ed25519", signature.as_str())];
        for body in [&body[..], like.as_bytes()] {
            prop_assert!(telnyx().verify(&hook(Method::POST, "x", &headers, body), Time(0)).is_err());
            let _ = telnyx().parse(&stored("x", "application/json", body));
        }
    }

    #[test]
    fn a_signature_is_good_for_its_own_bytes_alone(at in 0..EVENT.len(), byte in any::<u8>()) {
        let mut body = EVENT.as_bytes().to_vec();
        body[at] = byte;
        let headers = [("telnyx-timestamp", "1700000000"), ("telnyx-signature-ed25519", SIGNATURE)];
        let got = telnyx().verify(&hook(Method::POST, "x", &headers, &body), Time(SIGNED_AT * Time::SECOND));
        prop_assert_eq!(got.is_ok(), body == EVENT.as_bytes());
    }
}
