use super::{
    super::{line::Line, session::MOST_FAULTS},
    *,
};

fn small() -> Limits {
    Limits { largest: 20, most_recipients: 2, ..Limits::default() }
}

/// A text of so many bytes.
fn text(length: usize) -> String {
    format!("{}\r\n", "a".repeat(length - 2))
}

#[tokio::test]
async fn a_mail_that_says_it_is_too_large_is_not_begun() {
    let server = start(Protocol::Smtp, small()).await;
    let mut client = Client::greeted(&server).await;
    client
        .converses(&[
            ("EHLO client.test", "250-mx.test\r\n250-PIPELINING\r\n250-SIZE 20\r\n"),
            ("MAIL FROM:<ana@acme.test> SIZE=21", "552 5.3.4 "),
            ("RCPT TO:<a@desk.test>", "503 5.5.1 "),
            ("MAIL FROM:<ana@acme.test> SIZE=99999999999999999999", "552 5.3.4 "),
            ("MAIL FROM:<ana@acme.test> SIZE=20", "250 2.1.0 "),
        ])
        .await;
}

#[tokio::test]
async fn a_mail_that_is_too_large_is_read_and_not_kept() {
    let server = start(Protocol::Lmtp, small()).await;
    let mut client = Client::greeted(&server).await;
    client.converses(&[("LHLO mta.test", "250")]).await;
    for (length, want) in [(21, "552 5.3.4 "), (20, "250 2.0.0 "), (300_000, "552 5.3.4 "), (2, "250 2.0.0 ")]
    {
        let mail = format!("{}.", text(length));
        client
            .converses(&[
                ("MAIL FROM:<ana@acme.test>", "250 2.1.0 "),
                ("RCPT TO:<a@desk.test>", "250 2.1.5 "),
                ("RCPT TO:<b@desk.test>", "250 2.1.5 "),
                ("DATA", "354 "),
                (&mail, want),
            ])
            .await;
        let other = client.reply().await;
        assert!(other.starts_with(want), "{other}");
    }
    let kept: Vec<usize> = server.kept().iter().map(|mail| mail.raw.len()).collect();
    assert_eq!(kept, [20, 20, 2, 2]);
}

#[tokio::test]
async fn smtp_says_once_that_a_mail_is_too_large() {
    let server = start(Protocol::Smtp, small()).await;
    let mut client = Client::greeted(&server).await;
    let mail = format!("{}.", text(21));
    client
        .converses(&[
            ("EHLO client.test", "250"),
            ("MAIL FROM:<ana@acme.test>", "250 2.1.0 "),
            ("RCPT TO:<a@desk.test>", "250 2.1.5 "),
            ("RCPT TO:<b@desk.test>", "250 2.1.5 "),
            ("DATA", "354 "),
            (&mail, "552 5.3.4 "),
            ("NOOP", "250 2.0.0 ok"),
        ])
        .await;
    assert_eq!(server.kept(), []);
}

#[tokio::test]
async fn a_mail_has_so_many_recipients() {
    let server = start(Protocol::Smtp, small()).await;
    let mut client = Client::greeted(&server).await;
    client
        .converses(&[
            ("EHLO client.test", "250"),
            ("MAIL FROM:<ana@acme.test>", "250 2.1.0 "),
            ("RCPT TO:<refused@desk.test>", "550 5.1.1 "),
            ("RCPT TO:<a@desk.test>", "250 2.1.5 "),
            ("RCPT TO:<b@desk.test>", "250 2.1.5 "),
            ("RCPT TO:<c@desk.test>", "452 4.5.3 "),
            ("DATA", "354 "),
            ("Hello\r\n.", "250 2.0.0 kept"),
        ])
        .await;
    let kept: Vec<String> = server.kept().into_iter().map(|mail| mail.recipient).collect();
    assert_eq!(kept, ["a@desk.test", "b@desk.test"]);
}

#[tokio::test]
async fn a_command_line_has_so_many_bytes() {
    let server = start(Protocol::Smtp, Limits::default()).await;
    let mut client = Client::greeted(&server).await;
    let longest = format!("NOOP {}", "a".repeat(Line::LONGEST - "NOOP \r\n".len()));
    client
        .converses(&[
            (&longest, "250 2.0.0 "),
            (&format!("{longest}a"), "500 5.5.2 "),
            (&longest.repeat(50), "500 5.5.2 "),
            ("NOOP", "250 2.0.0 "),
        ])
        .await;
}

#[tokio::test]
async fn a_client_may_make_so_many_errors() {
    let server = start(Protocol::Smtp, Limits::default()).await;
    let mut client = Client::greeted(&server).await;
    client.converses(&[("EHLO client.test", "250")]).await;
    for _ in 0..2 {
        client.converses(&[("BOGUS", "500 5.5.1 "); MOST_FAULTS]).await;
        client
            .converses(&[
                ("MAIL FROM:<ana@acme.test>", "250 2.1.0 "),
                ("RCPT TO:<a@desk.test>", "250 2.1.5 "),
                ("DATA", "354 "),
                (".", "250 2.0.0 kept"),
            ])
            .await;
    }
    client.send("BOGUS\r\n".repeat(MOST_FAULTS + 1) + "MAIL FROM:<ana@acme.test>\r\n").await;
    let want = "500 5.5.1 no such command\r\n".repeat(MOST_FAULTS + 1) + "421 4.7.0 too many errors\r\n";
    assert_eq!(client.rest().await, want);
}

#[tokio::test]
async fn what_follows_from_a_refused_mail_is_no_error() {
    let server = start(Protocol::Smtp, small()).await;
    let mut client = Client::greeted(&server).await;
    client.converses(&[("EHLO client.test", "250"), ("MAIL FROM:<> SIZE=21", "552 5.3.4 ")]).await;
    for _ in 0..=MOST_FAULTS {
        client.converses(&[("RCPT TO:<a@desk.test>", "503 5.5.1 "), ("DATA", "503 5.5.1 ")]).await;
    }
    client.converses(&[("NOOP", "250 2.0.0 ")]).await;
}

#[tokio::test]
async fn web_pages_cannot_send_mail() {
    let server = start(Protocol::Lmtp, Limits::default()).await;
    let mut client = Client::greeted(&server).await;
    client
        .send(
            "POST / HTTP/1.1\r\nContent-Type: text/plain\r\n\r\n\
             LHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@desk.test>\r\nDATA\r\nHello\r\n.\r\n",
        )
        .await;
    assert_eq!(client.rest().await, "421 4.7.0 this is a mail server\r\n");
    assert_eq!(server.stop().await, []);
}

#[tokio::test]
async fn silence_ends_a_session() {
    let limits = Limits { idle: Duration::from_millis(50), ..Limits::default() };
    let server = start(Protocol::Smtp, limits).await;
    for said in ["", "NOO"] {
        let mut client = Client::connect(&server).await;
        client.send(said).await;
        assert_eq!(
            client.rest().await,
            "220 mx.test ESMTP\r\n421 4.4.2 nothing was said for too long\r\n",
            "after {said:?}"
        );
    }
}

#[tokio::test]
async fn silence_ends_a_mail_too() {
    let limits = Limits { idle: Duration::from_millis(500), ..Limits::default() };
    let server = start(Protocol::Lmtp, limits).await;
    let mut client = Client::connect(&server).await;
    client.send("LHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@desk.test>\r\nDATA\r\nHello\r\n.").await;
    let rest = client.rest().await;
    let (_, after) = rest.split_once("354 ").expect("data");
    assert!(after.ends_with("\r\n421 4.4.2 nothing was said for too long\r\n"), "{rest}");
    assert_eq!(server.stop().await, []);
}

#[tokio::test]
async fn there_is_room_for_so_many_sessions() {
    let limits = Limits { most_sessions: 1, ..Limits::default() };
    let server = start(Protocol::Smtp, limits).await;
    let mut first = Client::greeted(&server).await;
    let second = Client::connect(&server).await;
    assert_eq!(second.rest().await, "421 4.3.2 too many sessions, try again later\r\n");
    first.converses(&[("QUIT", "221 ")]).await;
    assert_eq!(first.rest().await, "");
    let room = async { while !Client::connect(&server).await.reply().await.starts_with("220 ") {} };
    timeout(PATIENCE, room).await.expect("the first one's place is free");
}
