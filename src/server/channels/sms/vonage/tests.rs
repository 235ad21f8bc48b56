use std::time::Duration;

use proptest::prelude::*;

use super::super::testing::{Answering, DELIVERY, client, hook, outbound, serve, stored};
use super::*;

const FORM: &str = "application/x-www-form-urlencoded";
const INBOUND: &str = "msisdn=447700900001&to=447700900000&messageId=0A0000000123ABCD1&text=Hello+%26+a%3Db+%C3%A9\
    &type=text&keyword=HELLO&api-key=abcd1234&message-timestamp=2020-01-01+14%3A00%3A00&timestamp=1577887200\
    &nonce=aaaaaaaa-bbbb";
const KEY: &str = "message:0A0000000123ABCD1";

fn credentials(signature_method: Method) -> Credentials {
    Credentials {
        api_key: "abcd1234".to_owned(),
        api_secret: Some("secret".to_owned()),
        signature_secret: "my_secret".to_owned(),
        signature_method,
    }
}

fn vonage(method: Method) -> Vonage {
    Vonage::new(credentials(method), Clock::manual(Time(1_577_887_200 * Time::SECOND))).expect("a secret")
}

fn check(
    vonage: &Vonage,
    method: &str,
    url: &str,
    content_type: &str,
    body: &str,
) -> Result<String, Rejected> {
    let headers = [("content-type", content_type)];
    let method = method.parse().expect("a method");
    let verified = vonage.verify(&hook(method, url, &headers, body.as_bytes()), Time(0));
    verified.map(|verified| verified.key)
}

fn signed(form: &str) -> String {
    let signature = vonage(Method::Sha256).signature(Fields::form(form.as_bytes()).iter());
    format!("{form}&sig={}", sign::hex(&signature))
}

/// Signatures made in Python by the rule of Vonage's own library.
const SIGNATURES: [(Method, &str); 5] = [
    (Method::Md5Hash, "2c5d978d05b443edff7289415ffa8afb"),
    (Method::Md5, "1613e5ee33c1d9930da6a24e8ee6f443"),
    (Method::Sha1, "4907b094921f1f39492adc42f06a519d1d495ae8"),
    (Method::Sha256, "40edca7eda5681ad4a9e193e6a32c404338ef9e832d3238ef160b3a146467f14"),
    (
        Method::Sha512,
        "6535e924cf2f6dac4980a6a1b37dbcc9bba81aee0648c833682ad4114d37d03132629b2b4f57336464293d1c0ead33eb\
         2dc02c58d94de0bda40781f82b91dc48",
    ),
];

#[test]
fn each_method_signs_each_form_of_request() {
    for (method, signature) in SIGNATURES {
        let vonage = vonage(method);
        let form = format!("{INBOUND}&sig={}", signature.to_uppercase());
        assert_eq!(check(&vonage, "POST", "https://d.test/x", FORM, &form).as_deref(), Ok(KEY), "{method:?}");
        let url = format!("https://d.test/x?{form}");
        assert_eq!(check(&vonage, "GET", &url, "", "").as_deref(), Ok(KEY), "{method:?}");
        let ours = format!("https://d.test/x?delivery=1&{form}");
        assert_eq!(check(&vonage, "GET", &ours, "", "").as_deref(), Ok(KEY), "{method:?}");
        let fields = Fields::form(form.as_bytes());
        let object: serde_json::Map<String, Value> =
            fields.iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
        let json = Value::Object(object).to_string();
        let got = check(&vonage, "POST", "https://d.test/x?delivery=1", "application/json", &json);
        assert_eq!(got.as_deref(), Ok(KEY), "{method:?}");
        let number = json.replace("\"1577887200\"", "1577887200");
        assert_ne!(number, json);
        let got = check(&vonage, "POST", "https://d.test/x", "application/json", &number);
        assert_eq!(got.as_deref(), Ok(KEY), "{method:?}");
        for (other, _) in SIGNATURES.iter().filter(|(other, _)| *other != method) {
            let vonage = self::vonage(*other);
            assert_eq!(check(&vonage, "POST", "/", FORM, &form), Err(Rejected::Signature), "{other:?}");
        }
    }
}

#[test]
fn no_value_can_be_changed() {
    let form = signed(INBOUND);
    assert_eq!(check(&vonage(Method::Sha256), "POST", "/", FORM, &form).as_deref(), Ok(KEY));
    for (old, new) in [
        ("Hello", "hello"),
        ("to=447700900000", "to=447700900009"),
        ("&nonce=aaaaaaaa-bbbb", ""),
        ("&keyword", "&delivery=1&keyword"),
        ("&keyword", "&to=1&keyword"),
        ("&sig=", "&gis="),
        ("&sig=", "&sig=0"),
        ("messageId", "messageid"),
    ] {
        let changed = form.replace(old, new);
        assert_ne!(changed, form, "{old}");
        let got = check(&vonage(Method::Sha256), "POST", "/", FORM, &changed);
        assert_eq!(got, Err(Rejected::Signature), "{old}");
    }
    // The signature in the query does not cover a body.
    let url = format!("https://d.test/x?{form}");
    for content_type in [FORM, "application/json", "text/plain"] {
        let got = check(&vonage(Method::Sha256), "POST", &url, content_type, "text=Bye");
        assert_eq!(got, Err(Rejected::Signature), "{content_type}");
    }
    assert!(
        Vonage::new(
            Credentials { signature_secret: String::new(), ..credentials(Method::Md5) },
            Clock::System
        )
        .is_err()
    );
}

#[test]
fn good_signatures_over_no_message_are_foreign() {
    let body = signed(&INBOUND.replace("abcd1234", "other"));
    let got = check(&vonage(Method::Sha256), "POST", "/", FORM, &body);
    assert_eq!(got, Err(Rejected::Foreign("Vonage")));
    let got = check(&vonage(Method::Sha256), "POST", "/", FORM, &signed("a=b"));
    assert_eq!(got, Err(Rejected::Foreign("Vonage")));
}

#[test]
fn parts_and_states_are_events_of_their_own() {
    let keys: Vec<String> =
        ["text=a", "concat-part=1", "concat-part=2", "status=accepted", "status=delivered"]
            .into_iter()
            .map(|rest| signed(&format!("messageId=1&{rest}")))
            .map(|form| check(&vonage(Method::Sha256), "POST", "/", FORM, &form).expect("good"))
            .collect();
    let want = ["message:1", "message:1:1", "message:1:2", "status:1:accepted:", "status:1:delivered:"];
    assert_eq!(keys, want);
}

fn parse(target: &str, content_type: &str, body: &str) -> Result<Vec<Inbound>, Unreadable> {
    vonage(Method::Sha256).parse(&stored(target, content_type, body.as_bytes()))
}

#[test]
fn a_message_is_read_from_each_form_of_request() {
    let want = InboundMessage {
        provider_id: "0A0000000123ABCD1".to_owned(),
        ours: "+447700900000".to_owned(),
        peer: "+447700900001".to_owned(),
        peer_name: None,
        text: "Hello & a=b é".to_owned(),
        part: None,
        media: Vec::new(),
        sent_at: Some(Time(1_577_887_200_000_000)),
        mail: None,
    };
    let want = Ok(vec![Inbound::Message(Box::new(want))]);
    assert_eq!(parse("/hooks", FORM, INBOUND), want);
    assert_eq!(parse(&format!("/hooks?{INBOUND}"), "", ""), want);
    let json = r#"{"msisdn":"447700900001","to":"447700900000","messageId":"0A0000000123ABCD1",
        "text":"Hello & a=b é","type":"unicode","message-timestamp":"2020-01-01 14:00:00"}"#;
    assert_eq!(parse("/hooks", "application/json", json), want);
}

#[test]
fn short_codes_and_names_have_no_plus_sign() {
    for (raw, want) in [("447700900001", "+447700900001"), ("62226", "62226"), ("ACME", "ACME")] {
        let got = parse("/", FORM, &format!("messageId=1&msisdn={raw}&to=62226&text=a")).expect("readable");
        assert!(matches!(&got[..], [Inbound::Message(it)] if it.peer == want && it.ours == "62226"), "{raw}");
    }
}

#[test]
fn parts_say_where_they_belong() {
    let message = "messageId=1&msisdn=447700900001&to=447700900000&type=text&text=STOP";
    let part = |rest: &str| match parse("/", FORM, &format!("{message}&{rest}")) {
        // A part is no whole message, and so no word of consent.
        Ok(got) => match &got[..] {
            [Inbound::Message(it)] => Some(it.part.clone()),
            [Inbound::Consent { opted_in: false, .. }, Inbound::Message(it)] if it.part.is_none() => {
                Some(None)
            }
            other => panic!("{other:?}"),
        },
        Err(_) => None,
    };
    let second = Part { reference: "7A".to_owned(), number: 2, total: 3 };
    for (rest, want) in [
        ("concat=true&concat-ref=7A&concat-part=2&concat-total=3", Some(Some(second))),
        ("concat=false", Some(None)),
        ("", Some(None)),
        ("concat=true&concat-ref=7A&concat-part=4&concat-total=3", None),
        ("concat=true&concat-ref=7A&concat-part=0&concat-total=3", None),
        ("concat=true&concat-part=1&concat-total=3", None),
        ("concat=true", None),
    ] {
        assert_eq!(part(rest), want, "{rest}");
    }
    let binary = parse("/", FORM, "messageId=1&msisdn=1&to=2&type=binary&data=00&udh=00");
    assert!(matches!(&binary.expect("readable")[..], [Inbound::Ignored(_)]));
}

#[test]
fn receipts_name_the_delivery_and_the_reason() {
    use FailureClass::{Account, Message, OptedOut, Recipient, Retry};
    let report = |target: &str, rest: &str| {
        let body =
            format!("msisdn=447700900001&to=ACME&messageId=0C&message-timestamp=2020-01-01+14:00:00&{rest}");
        match &parse(target, FORM, &body).expect("readable")[..] {
            [Inbound::Status(report)] => {
                assert_eq!((report.delivery, report.provider_id.as_deref()), (Some(DELIVERY), Some("0C")));
                assert_eq!(report.at, Some(Time(1_577_887_200_000_000)));
                Some(report.state.clone())
            }
            _ => None,
        }
    };
    let named = format!("client-ref={DELIVERY}");
    let target = format!("/hooks?delivery={DELIVERY}");
    for (status, want) in [
        ("buffered", Some(Reported::Sending)),
        ("accepted", Some(Reported::Sent)),
        ("delivered", Some(Reported::Delivered)),
        ("unknown", None),
    ] {
        assert_eq!(report("/hooks", &format!("{named}&status={status}")), want, "{status}");
        assert_eq!(report(&target, &format!("status={status}&err-code=0")), want, "{status}");
    }
    for (code, want) in [
        ("1", Retry),
        ("2", Retry),
        ("3", Recipient),
        ("9", Recipient),
        ("009", Recipient),
        ("6", Message),
        ("53", OptedOut),
        ("54", Account),
        ("1000", Message),
        ("", Message),
    ] {
        let got = report(&target, &format!("status=failed&err-code={code}"));
        let Some(Reported::Failed(failure)) = got else { panic!("{code}: {got:?}") };
        assert_eq!(failure.class, want, "{code}");
    }
}

#[test]
fn nonsense_is_unreadable() {
    for (content_type, body) in
        [(FORM, "a=b"), ("application/json", "[]"), ("text/plain", "x"), ("", ""), (FORM, "status=delivered")]
    {
        assert!(parse("/hooks", content_type, body).is_err(), "{content_type} {body}");
    }
}

const TAKEN: &str = r#"{"message-count":"1","messages":[{"to":"1","message-id":"0C1","status":"0"}]}"#;

#[tokio::test]
async fn a_send_is_one_form() {
    for (text, kind) in [("Hi & €", "text"), ("Привет", "unicode")] {
        let server = serve(Answering { status: "200 OK", headers: "", body: TAKEN }).await;
        let message = outbound(text);
        let got = vonage(Method::Sha256).at(&server.url).send(&message, &client()).await;
        assert_eq!(got, Outcome::Accepted { provider_id: Some("0C1".to_owned()), parts: Some(1) });
        let request = server.request().await;
        assert_eq!((request.line.as_str(), request.header("content-type")), ("POST /sms/json", FORM));
        let fields = Fields::form(request.body.as_bytes());
        let delivery = DELIVERY.to_string();
        let want = [
            ("api_key", "abcd1234"),
            ("from", "15550009999"),
            ("to", "15550001111"),
            ("text", text),
            ("type", kind),
            ("client-ref", &delivery),
            ("callback", &message.status_url),
            ("api_secret", "secret"),
        ];
        assert_eq!(fields.iter().collect::<Vec<_>>(), want);
    }
}

#[tokio::test]
async fn a_send_without_a_secret_is_signed() {
    let server = serve(Answering { status: "200 OK", headers: "", body: TAKEN }).await;
    let mut vonage = vonage(Method::Sha512).at(&server.url);
    vonage.credentials.api_secret = None;
    vonage.send(&outbound("a & b"), &client()).await;
    let request = server.request().await;
    let fields = Fields::form(request.body.as_bytes());
    assert_eq!((fields.get("timestamp"), fields.get("api_secret")), (Some("1577887200"), None));
    // Their rule is the same for both directions.
    let given = fields.get("sig").expect("signed");
    assert!(sign::is_hex(&vonage.signature(fields.iter()), given), "{given}");
}

#[tokio::test]
async fn a_200_may_be_a_refusal() {
    use FailureClass::{Account, Message, Recipient, Retry};
    let send = async |status, body| {
        let server = serve(Answering { status, headers: "", body }).await;
        vonage(Method::Sha256).at(&server.url).send(&outbound("hi"), &client()).await
    };
    for (body, want) in [
        (r#"{"messages":[{"status":"1","error-text":"Throughput Rate Exceeded"}]}"#, Retry),
        (r#"{"messages":[{"status":"2","error-text":"Missing to param"}]}"#, Message),
        (r#"{"messages":[{"status":"4","error-text":"Bad Credentials"}]}"#, Account),
        (r#"{"messages":[{"status":"7","error-text":"Number barred"}]}"#, Recipient),
        (r#"{"messages":[{"status":9}]}"#, Account),
    ] {
        let got = send("200 OK", body).await;
        let Outcome::Failed(failure) = got else { panic!("{body}: {got:?}") };
        assert_eq!(failure.class, want, "{body}");
    }
    for (status, body) in [
        ("200 OK", r#"{"messages":[{"status":"0","message-id":"1"},{"status":"1"}]}"#),
        ("200 OK", r#"{"messages":[]}"#),
        ("200 OK", r#"{"messages":[{}]}"#),
        ("200 OK", "<html>"),
        ("502 Bad Gateway", ""),
    ] {
        assert!(matches!(send(status, body).await, Outcome::Unknown(_)), "{status} {body}");
    }
    let two = send("200 OK", r#"{"messages":[{"status":"0","message-id":"1"},{"status":"0"}]}"#).await;
    assert_eq!(two, Outcome::Accepted { provider_id: Some("1".to_owned()), parts: Some(2) });
    let server =
        serve(Answering { status: "429 Too Many Requests", headers: "Retry-After: 1\r\n", body: "" }).await;
    let got = vonage(Method::Sha256).at(&server.url).send(&outbound("hi"), &client()).await;
    assert!(matches!(got, Outcome::Failed(it) if it.class == FailureClass::After(Duration::from_secs(1))));
}

#[tokio::test]
async fn files_are_not_sent() {
    let message = Outbound { media_urls: vec!["https://desk.test/a".to_owned()], ..outbound("hi") };
    let got = vonage(Method::Sha256).at("http://127.0.0.1:9").send(&message, &client()).await;
    assert!(matches!(got, Outcome::Failed(it) if it.class == FailureClass::Message));
}

#[test]
fn credentials_take_no_unknown_fields() {
    let read = |json: &str| serde_json::from_str::<Credentials>(json).map(|it| it.signature_method).ok();
    assert_eq!(read(r#"{"api_key":"k","signature_secret":"s"}"#), Some(Method::Sha256));
    assert_eq!(
        read(r#"{"api_key":"k","signature_secret":"s","signature_method":"md5hash"}"#),
        Some(Method::Md5Hash)
    );
    assert_eq!(read(r#"{"api_key":"k","signature_secret":"s","signature_method":"none"}"#), None);
    assert_eq!(read(r#"{"api_key":"k","signature_secret":"s","x":1}"#), None);
}

proptest! {
    #[test]
    fn no_input_makes_it_panic(
        url in "(?s).{0,60}", kind in 0..3_usize, body in prop::collection::vec(any::<u8>(), 0..200),
        like in "((sig|messageId|msisdn|to|status|concat|concat-part|concat-total|concat-ref)=[%a-z0-9]{0,6}&){0,9}",
    ) {
        let content_type = [FORM, "application/json", "text/plain"][kind];
        for body in [&body[..], like.as_bytes(), b""] {
            let headers = [("content-type", content_type)];
            let hook = hook(http::Method::POST, &url, &headers, body);
            prop_assert!(vonage(Method::Md5Hash).verify(&hook, Time(0)).is_err());
            let _ = vonage(Method::Md5Hash).parse(&stored(&url, content_type, body));
        }
    }
}
