use base64::{Engine, engine::general_purpose::STANDARD};
use proptest::prelude::*;

use super::super::testing::{Answering, DELIVERY, client, hook, outbound, serve, stored};
use super::*;

const TOKEN: &str = "t0ken_of-test";
const ID: &str = "973a2cb6-d7fa-43e4-be95-74647ec82d01";
/// As Kannel fills the `post-url` that it is given.
const MESSAGE: &str = "/hooks/kannel/k?id=973a2cb6-d7fa-43e4-be95-74647ec82d01&from=%2B447700900123&to=%2B15550009999\
    &at=2020-01-01+14:00:00";
const PLAIN: &str = "text/plain; charset=\"UTF-8\"";

fn credentials() -> Credentials {
    Credentials {
        url: "http://127.0.0.1:9/cgi-bin/sendsms".to_owned(),
        username: "app".to_owned(),
        password: "p&w".to_owned(),
        token: TOKEN.to_owned(),
        region: "GB".to_owned(),
    }
}

fn kannel() -> Kannel {
    Kannel::new(credentials()).expect("they can be used")
}

fn at(url: &str) -> Kannel {
    Kannel::new(Credentials { url: format!("{url}/cgi-bin/sendsms"), ..credentials() }).expect("an address")
}

fn check(method: Method, target: &str, authorization: &str) -> Result<String, Rejected> {
    let headers = [("authorization", authorization), ("content-type", PLAIN)];
    let hook = hook(method, &format!("https://desk.test{target}"), &headers, b"hello");
    kannel().verify(&hook, Time(0)).map(|verified| verified.key)
}

fn basic(pair: &str) -> String {
    format!("Basic {}", STANDARD.encode(pair))
}

#[test]
fn only_what_brings_the_token_is_taken() {
    let key = Ok(format!("message:{ID}"));
    for user in ["kannel", "anybody", ""] {
        assert_eq!(check(Method::POST, MESSAGE, &basic(&format!("{user}:{TOKEN}"))), key, "{user}");
    }
    for wrong in [
        basic("kannel:t0ken_of-tesT"),
        basic("kannel:t0ken_of-test "),
        basic("kannel:t0ken"),
        basic("kannel:"),
        basic(TOKEN),
        basic(&format!("{TOKEN}:kannel")),
        format!("Bearer {TOKEN}"),
        TOKEN.to_owned(),
        String::new(),
    ] {
        let got = check(Method::POST, &format!("{MESSAGE}&token={TOKEN}"), &wrong);
        assert_eq!(got, Err(Rejected::Signature), "{wrong}");
    }
    let hook = hook(Method::POST, MESSAGE, &[], b"hello");
    assert_eq!(kannel().verify(&hook, Time(0)), Err(Rejected::Signature));
}

#[test]
fn each_state_is_an_event_of_its_own() {
    let good = basic(&format!("kannel:{TOKEN}"));
    for (method, target, want) in [
        (Method::GET, "/h?delivery=1&id=a&state=8&answer=ACK%2F", Ok("status:a:8")),
        (Method::GET, "/h?delivery=1&id=a&state=1", Ok("status:a:1")),
        (Method::GET, "/h?delivery=1&id=b&state=1", Ok("status:b:1")),
        (Method::POST, "/h?id=a", Ok("message:a")),
        (Method::POST, "/h?from=1&to=2", Err(Rejected::Foreign("Kannel"))),
        (Method::POST, "/h?id=&from=1&to=2", Err(Rejected::Foreign("Kannel"))),
        // As `get-url` has it.
        (Method::GET, "/h?id=a&from=1&to=2&text=hello", Err(Rejected::Foreign("Kannel"))),
    ] {
        assert_eq!(check(method, target, &good), want.map(str::to_owned), "{target}");
    }
}

fn parse(target: &str, content_type: &str, body: &[u8]) -> Result<Vec<Inbound>, Unreadable> {
    kannel().parse(&stored(target, content_type, body))
}

#[test]
fn a_message_is_read_in_the_charset_that_is_named() {
    let utf16: Vec<u8> = "hi é 🙂".encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (content_type, body, text) in [
        (PLAIN, "hi é 🙂".as_bytes(), "hi é 🙂"),
        ("text/plain; charset=\"UTF-16BE\"", &utf16, "hi é 🙂"),
        ("text/plain;Charset=utf-16be", b"\xfe\xff\x00a", "a"),
        // Its bytes alone would be a mark of UTF-8.
        ("text/plain; charset=\"UTF-16BE\"", b"\xef\xbb\xbf\x61", "\u{efbb}\u{bf61}"),
        ("text/plain; charset=\"ISO-8859-1\"", b"caf\xe9", "café"),
        ("text/plain", b"caf\xc3\xa9", "café"),
        (PLAIN, b"\xff", "\u{fffd}"),
        (PLAIN, b"", ""),
    ] {
        let want = InboundMessage {
            provider_id: ID.to_owned(),
            ours: "+15550009999".to_owned(),
            peer: "+447700900123".to_owned(),
            peer_name: None,
            text: text.to_owned(),
            part: None,
            media: Vec::new(),
            sent_at: Some(Time(1_577_887_200_000_000)),
            mail: None,
        };
        let want = Ok(vec![Inbound::Message(Box::new(want))]);
        assert_eq!(parse(MESSAGE, content_type, body), want, "{content_type}");
    }
    assert!(parse(MESSAGE, "text/plain; charset=\"klingon\"", b"a").is_err());
    let binary = parse(MESSAGE, "application/octet-stream", b"\x01\x02");
    assert!(matches!(&binary.expect("readable")[..], [Inbound::Ignored(_)]));
}

#[test]
fn numbers_are_read_as_carriers_and_people_write_them() {
    for (raw, want) in [
        ("+447700900123", "+447700900123"),
        ("447700900123", "+447700900123"),
        ("14155550123", "+14155550123"),
        ("00447700900123", "+447700900123"),
        ("07700900123", "+447700900123"),
        ("62226", "62226"),
        ("ACME", "ACME"),
    ] {
        let target = format!("/h?id=1&from={}&to=62226", raw.replace('+', "%2B"));
        let got = parse(&target, PLAIN, b"a").expect("readable");
        assert!(matches!(&got[..], [Inbound::Message(it)] if it.peer == want && it.ours == "62226"), "{raw}");
    }
}

#[test]
fn whoever_says_stop_is_heard() {
    for (word, want) in [("STOP", Some(false)), (" start ", Some(true)), ("stop it", None)] {
        let got = parse(MESSAGE, PLAIN, word.as_bytes()).expect("readable");
        let heard = match &got[..] {
            [Inbound::Consent { ours, peer, opted_in }, Inbound::Message(_)] => {
                assert_eq!((ours.as_str(), peer.as_str()), ("+15550009999", "+447700900123"));
                Some(*opted_in)
            }
            [Inbound::Message(_)] => None,
            other => panic!("{other:?}"),
        };
        assert_eq!(heard, want, "{word}");
    }
}

#[test]
fn reports_name_the_delivery_and_the_reason() {
    use FailureClass::{Account, Message, Recipient};
    let report = |state: &str, answer: &str| {
        let query = Serializer::new(String::new()).append_pair("answer", answer).finish();
        let target = format!("/h?delivery={DELIVERY}&id=1&state={state}&at=2020-01-01+14:00:00&{query}");
        match &parse(&target, "", b"").expect("readable")[..] {
            [Inbound::Status(report)] => {
                assert_eq!((report.delivery, report.provider_id.as_deref()), (Some(DELIVERY), None));
                assert_eq!(report.at, Some(Time(1_577_887_200_000_000)));
                Some(report.state.clone())
            }
            _ => None,
        }
    };
    for (state, want) in [
        ("1", Some(Reported::Delivered)),
        ("4", Some(Reported::Sent)),
        ("8", Some(Reported::Sent)),
        ("32", None),
        ("x", None),
    ] {
        assert_eq!(report(state, "ACK/"), want, "{state}");
    }
    let undelivered =
        "id:m1 sub:001 dlvrd:001 submit date:2611221600 done date:2611221601 stat:UNDELIV err:034 text:x";
    for (state, answer, class, code, words) in [
        ("2", undelivered, Message, "034", "The carrier reports UNDELIV."),
        ("2", "stat:EXPIRED", Message, "EXPIRED", "The carrier reports EXPIRED."),
        ("2", "", Message, "UNDELIV", "The carrier reports UNDELIV."),
        (
            "16",
            "NACK/0x0000000b/Invalid Destination Address",
            Recipient,
            "0x0000000b",
            "The carrier refused it: Invalid Destination Address.",
        ),
        (
            "16",
            "NACK/0x0000000a/Invalid Source Address",
            Account,
            "0x0000000a",
            "The carrier refused it: Invalid Source Address.",
        ),
        ("16", "NACK/Retries Exceeded", Message, "refused", "The carrier refused it: Retries Exceeded."),
        ("16", "NACK/", Message, "refused", "The carrier refused it."),
    ] {
        let want = Failure { class, code: code.to_owned(), words: words.to_owned() };
        assert_eq!(report(state, answer), Some(Reported::Failed(want)), "{answer}");
    }
}

#[test]
fn nonsense_is_unreadable() {
    for target in [
        "/h",
        "/h?id=1&from=%2B447700900123",
        "/h?id=1&to=62226",
        "/h?id=1&to=62226&from=+",
        "/h?id=1&state=1",
        "/h?id=1&state=1&delivery=x",
    ] {
        assert!(parse(target, PLAIN, b"hello").is_err(), "{target}");
    }
}

const ACCEPTED: Answering =
    Answering { status: "202 Accepted", headers: "", body: "0: Accepted for delivery" };

#[tokio::test]
async fn a_send_is_one_get() {
    for (text, coding) in [("Hi & € 100%d", "0"), ("Привет 🙂", "2")] {
        let server = serve(ACCEPTED).await;
        let message = Outbound { peer: "07700 900123".to_owned(), ..outbound(text) };
        let got = at(&server.url).send(&message, &client()).await;
        assert_eq!(got, Outcome::Accepted { provider_id: None, parts: None });
        let request = server.request().await;
        let target = request.line.strip_prefix("GET /cgi-bin/sendsms?").expect("a GET");
        let report = format!(
            "https://kannel:{TOKEN}@desk.test/hooks/sms/1?delivery={DELIVERY}&id=%I&state=%d&at=%t&answer=%A"
        );
        let want = [
            ("username", "app"),
            ("password", "p&w"),
            ("from", "+15550009999"),
            ("to", "07700900123"),
            ("text", text),
            ("charset", "UTF-8"),
            ("coding", coding),
            ("dlr-mask", "31"),
            ("dlr-url", &report),
        ];
        assert_eq!(Fields::form(target.as_bytes()).iter().collect::<Vec<_>>(), want);
        assert_eq!((request.body.as_str(), request.header("authorization")), ("", ""));
    }
}

#[tokio::test]
async fn answers_have_classes() {
    use FailureClass::{Account, Message, Recipient, Retry};
    let send = async |status, body| {
        let server = serve(Answering { status, headers: "", body }).await;
        at(&server.url).send(&outbound("hi"), &client()).await
    };
    for (status, body, class, words) in [
        ("403 Forbidden", "Authorization failed for sendsms", Account, "Authorization failed for sendsms"),
        ("403 Forbidden", "Not routable. Do not try again.", Recipient, "Not routable. Do not try again."),
        ("401 Unauthorized", "", Account, "The provider answered 401 Unauthorized."),
        ("404 Not Found", "Unknown request.", Account, "Unknown request."),
        (
            "400 Bad Request",
            "Number(s) has/have been denied by white- and/or black-lists.",
            Recipient,
            "Number(s) has/have been denied by white- and/or black-lists.",
        ),
        (
            "400 Bad Request",
            "Charset or body misformed, rejected",
            Message,
            "Charset or body misformed, rejected",
        ),
        ("400 Bad Request", "<html>", Message, "The provider answered 400 Bad Request."),
        (
            "503 Service Unavailable",
            "Temporal failure, try again later.",
            Retry,
            "Temporal failure, try again later.",
        ),
    ] {
        let got = send(status, body).await;
        let Outcome::Failed(failure) = got else { panic!("{body}: {got:?}") };
        assert_eq!((failure.class, failure.words.as_str()), (class, words), "{status} {body}");
        assert_eq!(failure.code, format!("http-{}", &status[..3]));
    }
    for body in ["3: Queued for later delivery", "Sent. Message splits: 2"] {
        assert!(matches!(send("202 Accepted", body).await, Outcome::Accepted { .. }), "{body}");
    }
    for (status, body) in [
        ("200 OK", "<html>"),
        ("202 Accepted", ""),
        ("500 Internal Server Error", "Sending failed."),
        ("504 Gateway Timeout", "upstream request timeout"),
        ("", ""),
    ] {
        assert!(matches!(send(status, body).await, Outcome::Unknown(_)), "{status} {body}");
    }
}

#[tokio::test]
async fn what_no_sms_can_carry_is_not_sent() {
    let class = async |message: Outbound| match at("http://127.0.0.1:9").send(&message, &client()).await {
        Outcome::Failed(failure) => (failure.class, failure.code),
        other => panic!("{other:?}"),
    };
    let file = Outbound { media_urls: vec!["https://desk.test/a".to_owned()], ..outbound("hi") };
    assert_eq!(class(file).await, (FailureClass::Message, "media".to_owned()));
    let long = outbound(&"語".repeat(10_000));
    assert_eq!(class(long).await, (FailureClass::Message, "length".to_owned()));
    assert_eq!(class(outbound(&"é".repeat(10_000))).await.0, FailureClass::Retry, "it is tried");
}

#[test]
fn credentials_that_cannot_stand_in_an_address_are_refused() {
    type Change = fn(&mut Credentials);
    let field = |change: Change| {
        let mut credentials = credentials();
        change(&mut credentials);
        Kannel::new(credentials).err().map(|bad| bad.0.split(": ").next().unwrap_or_default())
    };
    let table: [(Change, Option<&str>); 9] = [
        (|_| {}, None),
        (|it| it.url = "https://kannel.test/send".to_owned(), None),
        (|it| it.url = "kannel.test:13013".to_owned(), Some("url")),
        (|it| it.url = "ftp://kannel.test/".to_owned(), Some("url")),
        (|it| it.url = "http://kannel.test/sendsms?a=b".to_owned(), Some("url")),
        (|it| it.url = "http://kannel.test/sendsms#a".to_owned(), Some("url")),
        (|it| it.token.clear(), Some("token")),
        (|it| it.token = "100%d".to_owned(), Some("token")),
        (|it| it.token = "a@b".to_owned(), Some("token")),
    ];
    for (at, (change, want)) in table.into_iter().enumerate() {
        assert_eq!(field(change), want, "{at}");
    }
    let read = |json: &str| serde_json::from_str::<Credentials>(json).map(|it| it.region).ok();
    assert_eq!(read(r#"{"url":"u","username":"a","password":"b","token":"t"}"#).as_deref(), Some(""));
    assert_eq!(read(r#"{"url":"u","username":"a","password":"b","token":"t","x":1}"#), None);
}

proptest! {
    #[test]
    fn no_input_makes_it_panic(
        url in "(?s).{0,60}", kind in 0..4_usize, body in prop::collection::vec(any::<u8>(), 0..200),
        like in "/h\\?((id|from|to|at|state|delivery|answer)=(NACK/|stat:|0x0b|[%a-z0-9]){0,6}&){0,9}",
    ) {
        let content_type = [PLAIN, "text/plain; charset=", "text/plain; charset=\"UTF-16BE\"", ";;="][kind];
        for target in [&url, &like] {
            let hook = hook(Method::POST, target, &[("content-type", content_type)], &body);
            prop_assert!(kannel().verify(&hook, Time(0)).is_err());
            let _ = kannel().parse(&stored(target, content_type, &body));
        }
    }
}
