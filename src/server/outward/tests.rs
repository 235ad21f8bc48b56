//! Asking servers of this machine that behave badly, over real connections.

use std::{
    future::pending,
    sync::{Arc, Mutex},
};

use http::{HeaderValue, header::AUTHORIZATION};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::*;
use crate::server::app::client_builder;

/// What a server does after its answer.
#[derive(Debug, Clone, Copy)]
enum Then {
    Close,
    /// Nothing more comes.
    Hang,
    /// The same, again and again.
    Repeat(&'static str),
}

struct Server {
    authority: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Gives every connection the same answer.
    async fn start(answer: &'static str, then: Then) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let authority = listener.local_addr().expect("bound").to_string();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let hears = heard.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let request = hear(&mut stream).await;
                hears.lock().expect("no panic").push(request);
                tokio::spawn(async move {
                    // Whoever asks may go away before the end.
                    let mut goes_on = stream.write_all(answer.as_bytes()).await.is_ok();
                    match then {
                        Then::Close => {}
                        Then::Hang => pending().await,
                        Then::Repeat(piece) => {
                            while goes_on {
                                goes_on = stream.write_all(piece.as_bytes()).await.is_ok();
                            }
                        }
                    }
                });
            }
        });
        Self { authority, heard }
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().expect("no panic").clone()
    }

    /// Who may ask it.
    fn outward(&self) -> Outward {
        outward(&self.authority)
    }

    async fn get(&self, longest: Duration) -> Result<Answer, OutwardError> {
        let outward = self.outward();
        outward.send(request(&outward, &format!("http://{}/a", self.authority), longest)).await
    }
}

/// All of a request, or as much as comes of what is none.
async fn hear(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let read = stream.read(&mut piece).await.unwrap_or_default();
        bytes.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let is_whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            body.len() >= length.map_or(0, |length| length.parse().expect("a number"))
        });
        if read == 0 || is_whole || !bytes[0].is_ascii_alphabetic() {
            return text;
        }
    }
}

fn outward(allowed: &str) -> Outward {
    Outward::new(vec![allowed.parse().expect(allowed)], client_builder)
}

fn request(outward: &Outward, address: &str, longest: Duration) -> Request {
    Request {
        method: Method::GET,
        target: outward.target(address).expect(address),
        headers: HeaderMap::new(),
        body: Bytes::new(),
        longest,
    }
}

const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(300);

#[tokio::test]
async fn what_is_asked_arrives_and_so_does_the_answer() {
    let server =
        Server::start("HTTP/1.1 201 Created\r\nX-A: b\r\nContent-Length: 3\r\n\r\nabc", Then::Close).await;
    let outward = server.outward();
    let mut request = request(&outward, &format!("http://{}/a?b=c", server.authority), LONG);
    request.method = Method::POST;
    request.headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer x"));
    request.body = Bytes::from_static(b"hello");
    let answer = outward.send(request).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::CREATED);
    assert_eq!(answer.header(&HeaderName::from_static("x-a")), Some("b"));
    assert_eq!(answer.bytes(3).await.expect("a body"), "abc");
    let heard = server.heard().concat();
    assert!(heard.starts_with("POST /a?b=c HTTP/1.1\r\n"), "{heard}");
    assert!(heard.contains("authorization: Bearer x\r\n") && heard.ends_with("\r\n\r\nhello"), "{heard}");
}

#[tokio::test]
async fn bodies_have_a_bound_whatever_they_say() {
    const MOST: usize = 10;
    for (answer, then, want) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789", Then::Close, Ok("0123456789")),
        ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n0123456789abc", Then::Close, Ok("012")),
        ("HTTP/1.1 200 OK\r\n\r\n0123456789", Then::Close, Ok("0123456789")),
        ("HTTP/1.1 204 No Content\r\n\r\n", Then::Close, Ok("")),
        ("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n", Then::Hang, Err(true)),
        ("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\n", Then::Repeat("0"), Err(true)),
        ("HTTP/1.1 200 OK\r\n\r\n0123456789a", Then::Close, Err(true)),
        ("HTTP/1.1 200 OK\r\n\r\n", Then::Repeat("0123456"), Err(true)),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", Then::Repeat("1\r\n0\r\n"), Err(true)),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n012", Then::Close, Err(false)),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n0\r\n", Then::Close, Err(false)),
    ] {
        let server = Server::start(answer, then).await;
        let got = server.get(LONG).await.expect("a head").bytes(MOST).await;
        match (want, got) {
            (Ok(want), Ok(got)) => assert_eq!(got, want, "{answer:?}"),
            (Err(true), Err(OutwardError::TooLarge { most: MOST })) => {}
            (Err(false), Err(error @ OutwardError::Broken { .. })) => assert!(error.is_passing()),
            (want, got) => panic!("{answer:?} gave {got:?} and not {want:?}"),
        }
    }
}

#[tokio::test]
async fn answers_have_a_bound_in_time() {
    for answer in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\na"] {
        let server = Server::start(answer, Then::Hang).await;
        let got = match server.get(SHORT).await {
            Ok(answer) => answer.bytes(10).await.expect_err("no end"),
            Err(error) => error,
        };
        assert_eq!(got, OutwardError::Silent { host: "127.0.0.1".into() }, "{answer:?}");
        assert!(got.is_passing());
    }
}

#[tokio::test]
async fn whoever_is_away_may_come_back() {
    let nobody =
        TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("bound").to_string();
    // Nothing is at the one, and the other speaks no TLS.
    let plain = Server::start("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", Then::Close).await;
    for (authority, scheme) in [(&nobody, "http"), (&plain.authority, "https")] {
        let outward = outward(authority);
        let asked = outward.send(request(&outward, &format!("{scheme}://{authority}/secret"), LONG)).await;
        let error = asked.expect_err("nobody answers");
        assert!(matches!(&error, OutwardError::Unreachable { host, .. } if host == "127.0.0.1"), "{error:?}");
        assert!(error.is_passing() && !error.to_string().contains("secret"), "{error}");
    }
}

/// The name passes, since only its addresses tell; but nobody is connected to.
#[tokio::test]
async fn a_name_that_leads_inside_is_not_asked() {
    let server = Server::start("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", Then::Close).await;
    let port = server.authority.rsplit_once(':').expect("a port").1;
    // It is the host that is allowed, not where it is.
    let outward = server.outward();
    for name in ["localhost", "LOCALHOST."] {
        let asked = outward.send(request(&outward, &format!("https://{name}:{port}/"), LONG)).await;
        let error = asked.expect_err("it is not asked");
        assert_eq!(error, OutwardError::Refused(Refusal::Inside { host: "localhost".into() }), "{name}");
        assert!(!error.is_passing());
    }
    assert!(server.heard().is_empty());
}

#[tokio::test]
async fn a_name_that_leads_nowhere_may_yet_lead_somewhere() {
    let outward = outward("a.lan");
    let asked = outward.send(request(&outward, "https://no-such-host.invalid/", LONG)).await;
    let error = asked.expect_err("there is none");
    assert!(error.is_passing(), "{error:?}");
}

#[tokio::test]
async fn nobody_is_followed_without_a_look() {
    let inside = |host: &str| Err(Refusal::Inside { host: host.to_owned() });
    for (answer, want) in [
        ("HTTP/1.1 302 Found\r\nLocation: https://cdn.example.com/b\r\n\r\n", Ok(Some("cdn.example.com"))),
        (
            "HTTP/1.1 307 Temporary Redirect\r\nLocation: //cdn.example.com:8443\r\n\r\n",
            Err(Refusal::Unencrypted { host: "cdn.example.com".into() }),
        ),
        (
            "HTTP/1.1 301 Moved\r\nLocation: https://169.254.169.254/latest/\r\n\r\n",
            inside("169.254.169.254"),
        ),
        (
            "HTTP/1.1 308 Moved\r\nLocation: https://127.0.0.1:1/\r\n\r\n",
            Err(Refusal::Port { host: "127.0.0.1".into(), port: 1 }),
        ),
        ("HTTP/1.1 303 See Other\r\nLocation: https://127.0.0.1/\r\n\r\n", inside("127.0.0.1")),
        (
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n",
            Err(Refusal::Unencrypted { host: "127.0.0.1".into() }),
        ),
        ("HTTP/1.1 302 Found\r\nLocation: https://a:b@cdn.example.com/\r\n\r\n", Err(Refusal::Credentials)),
        ("HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n\r\n", Err(Refusal::NoAddress)),
        ("HTTP/1.1 302 Found\r\n\r\n", Err(Refusal::NoAddress)),
        ("HTTP/1.1 200 OK\r\nLocation: https://cdn.example.com/b\r\n\r\n", Ok(None)),
        ("HTTP/1.1 304 Not Modified\r\nLocation: https://cdn.example.com/b\r\n\r\n", Ok(None)),
    ] {
        let server = Server::start(answer, Then::Close).await;
        let outward = server.outward();
        let got = outward.sent_on(&server.get(LONG).await.expect("a head"));
        let got = got.map(|target| target.map(|target| target.authority().to_owned()));
        assert_eq!(got, want.map(|host| host.map(str::to_owned)), "{answer:?}");
        assert_eq!(server.heard().len(), 1);
    }
    // Below the same address, which is allowed.
    let server = Server::start("HTTP/1.1 302 Found\r\nLocation: ../b\r\n\r\n", Then::Close).await;
    let target = server.outward().sent_on(&server.get(LONG).await.expect("a head"));
    let target = target.expect("it may be asked").expect("a target");
    assert_eq!((target.authority(), target.file_name()), (server.authority.as_str(), "b"));
}

#[tokio::test]
async fn a_server_says_when_to_come_again() {
    for (header, want) in [
        ("Retry-After: 120\r\n", Some(120)),
        ("Retry-After:  7 \r\n", Some(7)),
        ("Retry-After: -1\r\n", None),
        ("Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n", None),
        ("", None),
    ] {
        let answer = format!("HTTP/1.1 429 Too Many Requests\r\n{header}Content-Length: 0\r\n\r\n");
        let server = Server::start(answer.leak(), Then::Close).await;
        let got = server.get(LONG).await.expect("a head").retry_after();
        assert_eq!(got, want.map(Duration::from_secs), "{header}");
    }
}

#[tokio::test]
async fn there_is_room_for_some_large_answers() {
    let outward = outward("a.lan");
    let mut held: Vec<_> = (0..LARGE_AT_ONCE).map(|_| outward.room().expect("room")).collect();
    assert!(outward.room().is_none());
    held.pop();
    assert!(outward.room().is_some());
}
