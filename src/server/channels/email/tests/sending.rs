use std::{collections::BTreeSet, sync::Arc};

use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpListener,
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

use super::{
    super::{
        super::{Failure, FailureClass, Outbound, Outcome},
        credentials::{Credentials, Security, SigningKey},
        outbound::Outbox,
        parse::Mail,
        threading::{conversation_in, message_id},
    },
    CONVERSATION, DELIVERY, credentials, outbound, secret,
};
use crate::domain::Mailbox;

const ROOT: &str = include_str!("../imap/fixtures/root.pem");
const SERVER: &[u8] = include_bytes!("../imap/fixtures/server.pem");
const SERVER_KEY: &[u8] = include_bytes!("../imap/fixtures/server_key.pem");
const ED25519: &str = include_str!("../fixtures/ed25519.pem");

/// What the server answers to a line that begins so. Nothing: it goes away.
type Script = &'static [(&'static str, &'static str)];

/// The beginning of no line: what the server says first.
const GREETING: &str = "greeting";

const USUAL: Script = &[
    (GREETING, "220 mx.test"),
    ("EHLO", "250-mx.test\r\n250 AUTH PLAIN LOGIN"),
    ("AUTH", "235 2.7.0 welcome"),
    ("MAIL", "250 2.1.0 ok"),
    ("RCPT", "250 2.1.5 ok"),
    ("DATA", "354 go on"),
    (".", "250 2.0.0 queued as 1"),
    ("QUIT", "221 bye"),
];

/// A mail server in the same process: it takes one connection.
struct Server {
    port: u16,
    said: JoinHandle<Vec<String>>,
}

impl Server {
    async fn start(script: Script, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let said = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.expect("a connection");
            match tls {
                None => converse(stream, script).await,
                Some(tls) => match tls.accept(stream).await {
                    Ok(stream) => converse(stream, script).await,
                    Err(_) => Vec::new(),
                },
            }
        });
        Self { port, said }
    }

    /// The lines that the client wrote.
    async fn said(self) -> Vec<String> {
        self.said.await.expect("the server ran")
    }
}

async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin, script: Script) -> Vec<String> {
    let (reading, mut writing) = tokio::io::split(stream);
    let mut lines = BufReader::new(reading).lines();
    let (mut said, mut line, mut in_mail) = (Vec::new(), GREETING.to_owned(), false);
    loop {
        if !in_mail || line == "." {
            let answer = script.iter().chain(USUAL).find(|(start, _)| line.starts_with(*start));
            let answer = answer.map_or("500 5.5.1 what?", |(_, answer)| *answer);
            if answer.is_empty() || writing.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
                return said;
            }
            in_mail = answer.starts_with("354");
        }
        match lines.next_line().await {
            Ok(Some(next)) => line = next,
            _ => return said,
        }
        said.push(line.clone());
    }
}

/// The mail among the lines of a conversation.
fn mail_in(said: &[String]) -> Option<String> {
    let start = said.iter().position(|line| line == "DATA")? + 1;
    let length = said[start..].iter().position(|line| line == ".")?;
    let lines = said[start..start + length].iter().map(|line| line.strip_prefix('.').unwrap_or(line));
    Some(lines.map(|line| format!("{line}\r\n")).collect())
}

fn credentials_at(port: u16) -> Credentials {
    let mut credentials = credentials();
    credentials.smtp.port = port;
    credentials
}

fn with_login(mut credentials: Credentials) -> Credentials {
    credentials.smtp.username = Some("acme".to_owned());
    credentials.smtp.password = Some("open sesame".to_owned());
    credentials
}

async fn send(credentials: &Credentials, message: &Outbound) -> Outcome {
    Outbox::of(credentials).expect("an outbox").send(message).await
}

fn failure(outcome: Outcome) -> Failure {
    match outcome {
        Outcome::Failed(failure) => failure,
        other => panic!("{other:?}"),
    }
}

fn accepted() -> Outcome {
    Outcome::Accepted { provider_id: Some(message_id(DELIVERY, "support@acme.test")), parts: None }
}

#[tokio::test]
async fn a_mail_is_handed_over() {
    let mut message = outbound();
    message.text = ".\n..two\nend".to_owned();
    message.mail.as_mut().expect("a mail").cc =
        vec![Mailbox { address: "bo@shop.test".to_owned(), name: None }];
    let mut mails = BTreeSet::new();
    for _ in 0..2 {
        let server = Server::start(&[], None).await;
        let credentials = with_login(credentials_at(server.port));
        assert_eq!(send(&credentials, &message).await, accepted());
        let said = server.said().await;
        assert_eq!(said[0], "EHLO acme.test");
        assert_eq!(said[1], "AUTH PLAIN AGFjbWUAb3BlbiBzZXNhbWU=");
        let sender = said[2].strip_prefix("MAIL FROM:<").and_then(|rest| rest.strip_suffix('>'));
        let sender = sender.expect("a sender");
        assert!(sender.starts_with("support+") && sender.ends_with("@acme.test"), "{sender}");
        assert_eq!(conversation_in(sender, &[secret()]), Some(CONVERSATION));
        assert_eq!(said[3..5], ["RCPT TO:<ana@shop.test>", "RCPT TO:<bo@shop.test>"]);
        assert_eq!(said.last().map(String::as_str), Some("QUIT"));
        let raw = mail_in(&said).expect("a mail");
        let mail = Mail::read(raw.as_bytes()).expect("a mail");
        assert!(mail.text.starts_with(".\n..two\nend\n"), "{}", mail.text);
        assert_eq!(mail.reply_to[0].address, sender);
        assert_eq!(mail.from.as_ref().and_then(|from| from.name.as_deref()), Some("Olga at Acme"));
        assert_eq!(mail.message_id, Some(message_id(DELIVERY, "support@acme.test")));
        mails.insert(raw);
    }
    assert_eq!(mails.len(), 1, "each attempt sends the same bytes");
}

#[tokio::test]
async fn what_a_server_refuses_has_a_class() {
    use FailureClass::{Account, Message, Recipient, Retry};
    let cases: &[(Script, FailureClass, &str, &str)] = &[
        (&[("RCPT", "550 5.1.1 no such user")], Recipient, "5.1.1", "ana@shop.test: 5.1.1 no such user"),
        (&[("RCPT", "550-5.1.1 no\r\n550 5.1.1 user")], Recipient, "5.1.1", "ana@shop.test: 5.1.1 no user"),
        (&[("RCPT", "552 mailbox full")], Recipient, "552", "ana@shop.test: mailbox full"),
        (&[("RCPT", "451 4.7.1 greylisted")], Retry, "4.7.1", "ana@shop.test: 4.7.1 greylisted"),
        (&[("RCPT", "530 5.7.0 log in first")], Account, "5.7.0", "ana@shop.test: 5.7.0 log in first"),
        (&[("MAIL", "553 5.7.1 not yours")], Account, "5.7.1", "5.7.1 not yours"),
        (&[("MAIL", "552 5.3.4 too large")], Message, "5.3.4", "5.3.4 too large"),
        (&[("MAIL", "421 4.3.2 later")], Retry, "4.3.2", "4.3.2 later"),
        (&[("DATA", "554 5.5.1 no valid recipients")], Message, "5.5.1", "5.5.1 no valid recipients"),
        (&[(".", "554 5.7.1 spam")], Message, "5.7.1", "5.7.1 spam"),
        (&[(".", "452 4.3.1 disk full")], Retry, "4.3.1", "4.3.1 disk full"),
        (&[(".", "550 version 4.1.2 of it")], Message, "550", "version 4.1.2 of it"),
        (&[("AUTH", "535 5.7.8 wrong password")], Account, "5.7.8", "5.7.8 wrong password"),
        (&[("AUTH", "454 4.7.0 later")], Retry, "4.7.0", "4.7.0 later"),
        (&[("EHLO", "502 no")], Account, "502", "no"),
        (&[(GREETING, "554 5.7.1 go away")], Account, "5.7.1", "5.7.1 go away"),
        (&[(GREETING, "421 4.3.2 later")], Retry, "4.3.2", "4.3.2 later"),
        // It speaks no way of logging in that we do.
        (&[("EHLO", "250 mx.test")], Account, "connection", "127.0.0.1: "),
        // Lost before, and after, all of the mail is written.
        (&[(GREETING, "")], Retry, "connection", "127.0.0.1: "),
        (&[("RCPT", "")], Retry, "connection", "127.0.0.1: "),
        (&[(".", "")], Retry, "connection", "127.0.0.1: "),
        (&[(".", "nonsense")], Retry, "connection", "127.0.0.1: "),
    ];
    for &(script, class, code, words) in cases {
        let server = Server::start(script, None).await;
        let got = failure(send(&with_login(credentials_at(server.port)), &outbound()).await);
        assert_eq!((got.class, got.code.as_str()), (class, code), "{script:?}: {got:?}");
        assert!(got.words.starts_with(words), "{script:?}: {got:?}");
        server.said().await;
    }
}

#[tokio::test]
async fn one_refused_recipient_stops_the_mail_for_all() {
    let mut message = outbound();
    message.mail.as_mut().expect("a mail").cc =
        vec![Mailbox { address: "bo@shop.test".to_owned(), name: None }];
    let server = Server::start(&[("RCPT TO:<bo@", "550 5.1.1 unknown")], None).await;
    let got = failure(send(&credentials_at(server.port), &message).await);
    assert_eq!((got.class, got.words.as_str()), (FailureClass::Recipient, "bo@shop.test: 5.1.1 unknown"));
    assert_eq!(mail_in(&server.said().await), None);
}

#[tokio::test]
async fn without_a_connection_nothing_is_lost() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("bound").port();
    drop(listener);
    let nobody = failure(send(&credentials_at(port), &outbound()).await);
    assert_eq!((nobody.class, nobody.code.as_str()), (FailureClass::Retry, "connection"));
    let mut unknown = credentials();
    unknown.smtp.host = "no-such-host.invalid".to_owned();
    assert_eq!(failure(send(&unknown, &outbound()).await).class, FailureClass::Retry);
}

fn acceptor() -> TlsAcceptor {
    let certificate = CertificateDer::from_pem_slice(SERVER).expect("a certificate");
    let key = PrivateKeyDer::from_pem_slice(SERVER_KEY).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring has them")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("the key is the certificate's");
    TlsAcceptor::from(Arc::new(config))
}

#[tokio::test]
async fn tls_trusts_what_it_is_told_to() {
    let secure = |server: &Server, security: Security, ca: Option<&str>| {
        let mut credentials = with_login(credentials_at(server.port));
        credentials.smtp.host = "localhost".to_owned();
        credentials.smtp.security = security;
        credentials.ca = ca.map(str::to_owned);
        credentials
    };
    let server = Server::start(&[], Some(acceptor())).await;
    assert_eq!(send(&secure(&server, Security::Tls, Some(ROOT)), &outbound()).await, accepted());
    assert!(mail_in(&server.said().await).is_some());

    let server = Server::start(&[], Some(acceptor())).await;
    let stranger = failure(send(&secure(&server, Security::Tls, None), &outbound()).await);
    assert_eq!(stranger.class, FailureClass::Retry, "{stranger:?}");
    assert!(server.said().await.is_empty());

    let server = Server::start(&[], None).await;
    let plain = failure(send(&secure(&server, Security::Tls, Some(ROOT)), &outbound()).await);
    assert_eq!(plain.class, FailureClass::Retry, "{plain:?}");

    // Nothing is said in clear to a server without STARTTLS.
    let server = Server::start(&[], None).await;
    let clear = failure(send(&secure(&server, Security::Starttls, Some(ROOT)), &outbound()).await);
    assert_eq!(clear.class, FailureClass::Account, "{clear:?}");
    assert_eq!(server.said().await, ["EHLO acme.test"]);
}

#[test]
fn what_leaves_is_signed() {
    let mut credentials = credentials();
    credentials.dkim = Some(SigningKey { selector: "s1".to_owned(), private_key: ED25519.to_owned() });
    let outbox = Outbox::of(&credentials).expect("an outbox");
    let written = outbox.write(&outbound(), "1@acme.test").expect("a mail");
    let mail = Mail::read(&written.bytes).expect("a mail");
    let signature = mail.field("dkim-signature").expect("a signature").replace(' ', "");
    for part in ["a=ed25519-sha256;", "d=acme.test;s=s1;t=1793696400;"] {
        assert!(signature.contains(part), "{signature}");
    }
    assert_eq!(outbox.write(&outbound(), "1@acme.test"), Ok(written));
    assert_eq!(mail.text, Mail::read(&unsigned().bytes).expect("a mail").text);
}

fn unsigned() -> super::super::compose::Composed {
    Outbox::of(&credentials()).expect("an outbox").write(&outbound(), "1@acme.test").expect("a mail")
}

#[test]
fn what_cannot_be_written_is_not_sent() {
    let outbox = Outbox::of(&credentials()).expect("an outbox");
    let refused = |change: fn(&mut Outbound)| {
        let mut message = outbound();
        change(&mut message);
        outbox.write(&message, "1@acme.test").expect_err("refused").class
    };
    assert_eq!(refused(|it| it.mail = None), FailureClass::Message);
    assert_eq!(refused(|it| it.peer = "ana".to_owned()), FailureClass::Recipient);
    assert_eq!(
        refused(|it| it.mail.as_mut().expect("a mail").subject = "a\nb".to_owned()),
        FailureClass::Message
    );
    // A long name of a mailbox has no room for a token: answers are known by what they refer to.
    let mut message = outbound();
    message.ours = "a-very-long-mailbox-name@acme.test".to_owned();
    let written = outbox.write(&message, "1@acme.test").expect("a mail");
    assert_eq!(written.envelope_from.to_string(), message.ours);
}
