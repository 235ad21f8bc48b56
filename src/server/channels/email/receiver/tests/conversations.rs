use super::*;

#[tokio::test]
async fn a_mail_by_smtp() {
    let server = start(Protocol::Smtp, Limits::default()).await;
    let mut client = Client::connect(&server).await;
    assert_eq!(client.reply().await, "220 mx.test ESMTP\r\n");
    assert_eq!(
        client.says("EHLO client.test").await,
        "250-mx.test\r\n250-PIPELINING\r\n250-SIZE 37748736\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n\
         250 SMTPUTF8\r\n"
    );
    client
        .converses(&[
            ("MAIL FROM:<ana@acme.test> SIZE=21 BODY=8BITMIME", "250 2.1.0 "),
            ("RCPT TO:<help@desk.test>", "250 2.1.5 "),
            ("DATA", "354 "),
            ("Subject: ü\r\n\r\nHello\r\n.", "250 2.0.0 kept\r\n"),
            ("QUIT", "221 2.0.0 bye\r\n"),
        ])
        .await;
    assert_eq!(client.rest().await, "");
    let want = mail(Some("ana@acme.test"), "help@desk.test", "Subject: ü\r\n\r\nHello\r\n");
    assert_eq!(server.kept(), [want]);
}

#[tokio::test]
async fn lmtp_answers_for_each_recipient_in_order() {
    let server = start(Protocol::Lmtp, Limits::default()).await;
    let mut client = Client::connect(&server).await;
    assert_eq!(client.reply().await, "220 mx.test LMTP\r\n");
    client
        .converses(&[
            ("LHLO mta.test", "250-mx.test\r\n250-PIPELINING\r\n"),
            ("MAIL FROM:<ana@acme.test>", "250 2.1.0 "),
            ("RCPT TO:<keep-later@desk.test>", "250 2.1.5 "),
            ("RCPT TO:<refused@desk.test>", "550 5.1.1 no such 250 address ?\r\n"),
            ("RCPT TO:<later@desk.test>", "451 4.3.0 come back\r\n"),
            ("RCPT TO:<a@desk.test>", "250 2.1.5 "),
            ("RCPT TO:<keep-refused@desk.test>", "250 2.1.5 "),
            ("RCPT TO:<a@desk.test>", "250 2.1.5 "),
            ("DATA", "354 "),
            ("Hello\r\n.", "451 4.3.0 come back\r\n"),
        ])
        .await;
    assert_eq!(client.reply().await, "250 2.0.0 kept\r\n");
    assert_eq!(client.reply().await, "550 5.1.1 no such 250 address ?\r\n");
    assert_eq!(client.reply().await, "250 2.0.0 kept\r\n");
    client.converses(&[("NOOP", "250 2.0.0 ok\r\n"), ("QUIT", "221 ")]).await;
    let want = mail(Some("ana@acme.test"), "a@desk.test", "Hello\r\n");
    assert_eq!(server.kept(), [want.clone(), want]);
}

#[tokio::test]
async fn smtp_has_one_answer_for_all_recipients() {
    let server = start(Protocol::Smtp, Limits::default()).await;
    let mut client = Client::greeted(&server).await;
    client.converses(&[("EHLO client.test", "250")]).await;
    let cases: &[(&[&str], &str)] = &[
        (&["a", "b"], "250 2.0.0 kept\r\n"),
        (&["a", "keep-later", "keep-refused"], "451 4.3.0 come back\r\n"),
        (&["keep-refused", "keep-later"], "451 4.3.0 come back\r\n"),
        (&["keep-refused", "a"], "250 2.0.0 kept\r\n"),
        (&["keep-refused", "keep-refused2"], "554 5.0.0 no such 250 address ?\r\n"),
    ];
    for &(recipients, want) in cases {
        client.converses(&[("MAIL FROM:<ana@acme.test>", "250 2.1.0 ")]).await;
        for recipient in recipients {
            let reply = client.says(&format!("RCPT TO:<{recipient}@desk.test>")).await;
            assert!(reply.starts_with("250 2.1.5 "), "{reply}");
        }
        client.converses(&[("DATA", "354 "), ("Hello\r\n.", want), ("NOOP", "250 2.0.0 ok")]).await;
    }
    let kept: Vec<String> = server.kept().into_iter().map(|mail| mail.recipient).collect();
    assert_eq!(kept, ["a@desk.test", "b@desk.test", "a@desk.test", "a@desk.test"]);
}

#[tokio::test]
async fn bounces_have_no_sender() {
    let server = start(Protocol::Lmtp, Limits::default()).await;
    let mut client = Client::greeted(&server).await;
    client
        .converses(&[
            ("LHLO mta.test", "250"),
            ("MAIL FROM:<>", "250 2.1.0 "),
            ("RCPT TO:<postmaster>", "250 2.1.5 "),
            ("DATA", "354 "),
            (".", "250 2.0.0 kept"),
        ])
        .await;
    assert_eq!(server.kept(), [mail(None, "postmaster", "")]);
}

#[tokio::test]
async fn addresses_in_other_letters_are_announced() {
    let server = start(Protocol::Smtp, Limits::default()).await;
    let mut client = Client::greeted(&server).await;
    client
        .converses(&[
            ("EHLO client.test", "250"),
            ("MAIL FROM:<ana@acme.test>", "250 2.1.0 "),
            ("RCPT TO:<grün@desk.test>", "553 5.6.7 "),
            ("RSET", "250 2.0.0 "),
            ("MAIL FROM:<änne@acme.test>", "553 5.6.7 "),
            ("MAIL FROM:<änne@acme.test> SMTPUTF8", "250 2.1.0 "),
            ("RCPT TO:<grün@desk.test>", "250 2.1.5 "),
            ("DATA", "354 "),
            ("Hello\r\n.", "250 2.0.0 kept"),
        ])
        .await;
    assert_eq!(server.kept(), [mail(Some("änne@acme.test"), "grün@desk.test", "Hello\r\n")]);
}

#[tokio::test]
async fn commands_have_their_order() {
    let server = start(Protocol::Smtp, Limits::default()).await;
    let mut client = Client::greeted(&server).await;
    client
        .converses(&[
            ("LHLO mta.test", "500 5.5.1 "),
            ("MAIL FROM:<ana@acme.test>", "503 5.5.1 "),
            ("HELO client.test", "250 mx.test\r\n"),
            ("RCPT TO:<a@desk.test>", "503 5.5.1 "),
            ("DATA", "503 5.5.1 "),
            ("MAIL FROM:<ana@acme.test>", "250 2.1.0 "),
            ("MAIL FROM:<ben@acme.test>", "503 5.5.1 "),
            ("DATA", "503 5.5.1 "),
            ("RCPT TO:<refused@desk.test>", "550 5.1.1 "),
            ("DATA", "503 5.5.1 "),
            ("RCPT TO:<a@desk.test>", "250 2.1.5 "),
            ("DATA", "354 "),
            ("One\r\n.", "250 2.0.0 kept"),
            ("RCPT TO:<a@desk.test>", "503 5.5.1 "),
        ])
        .await;
    assert_eq!(server.kept(), [mail(Some("ana@acme.test"), "a@desk.test", "One\r\n")]);
}

#[tokio::test]
async fn a_mail_that_was_begun_can_be_forgotten() {
    let server = start(Protocol::Smtp, Limits::default()).await;
    let mut client = Client::greeted(&server).await;
    client.converses(&[("EHLO client.test", "250")]).await;
    for forget in ["RSET", "EHLO client.test", "HELO client.test"] {
        client
            .converses(&[
                ("MAIL FROM:<ana@acme.test>", "250 2.1.0 "),
                ("RCPT TO:<a@desk.test>", "250 2.1.5 "),
                (forget, "250"),
                ("DATA", "503 5.5.1 "),
            ])
            .await;
    }
    assert_eq!(server.kept(), []);
}

#[tokio::test]
async fn lmtp_is_not_smtp() {
    let server = start(Protocol::Lmtp, Limits::default()).await;
    let mut client = Client::greeted(&server).await;
    client
        .converses(&[
            ("EHLO client.test", "500 5.5.1 "),
            ("HELO client.test", "500 5.5.1 "),
            ("MAIL FROM:<ana@acme.test>", "503 5.5.1 "),
            ("LHLO client.test", "250"),
            ("MAIL FROM:<ana@acme.test>", "250 2.1.0 "),
            ("DATA", "503 5.5.1 "),
        ])
        .await;
}

#[tokio::test]
async fn small_talk() {
    let server = start(Protocol::Smtp, Limits::default()).await;
    let mut client = Client::greeted(&server).await;
    client
        .converses(&[
            ("NOOP now", "250 2.0.0 "),
            ("HELP", "214 2.0.0 "),
            ("VRFY ana", "252 2.0.0 "),
            ("EXPN list", "502 5.5.1 "),
            ("STARTTLS", "502 5.5.1 "),
            ("AUTH PLAIN AGEAYg==", "502 5.5.1 "),
            ("RSET", "250 2.0.0 "),
            ("EHLO client.test", "250"),
            ("BOGUS", "500 5.5.1 "),
            ("MAIL FROM:<ana@acme.test> BODY=BINARYMIME", "555 5.5.4 "),
            ("QUIT", "221 2.0.0 "),
        ])
        .await;
    assert_eq!(client.rest().await, "");
}
