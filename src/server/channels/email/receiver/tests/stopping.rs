use super::*;

/// A client whose mail's data begins.
async fn in_data(server: &Running, recipient: &str) -> Client {
    let mut client = Client::greeted(server).await;
    let rcpt = format!("RCPT TO:<{recipient}>");
    client
        .converses(&[
            ("LHLO mta.test", "250"),
            ("MAIL FROM:<>", "250 2.1.0 "),
            (&rcpt, "250 2.1.5 "),
            ("DATA", "354 "),
        ])
        .await;
    client
}

#[tokio::test]
async fn clients_that_wait_are_told() {
    let server = start(Protocol::Smtp, Limits::default()).await;
    let mut client = Client::greeted(&server).await;
    client.converses(&[("EHLO client.test", "250"), ("MAIL FROM:<ana@acme.test>", "250 ")]).await;
    let stopped = tokio::spawn(server.stop());
    assert_eq!(client.rest().await, "421 4.3.2 the server stops, try again later\r\n");
    assert_eq!(stopped.await.expect("no panic"), []);
}

#[tokio::test]
async fn a_mail_that_is_being_sent_is_kept_and_answered() {
    let server = start(Protocol::Lmtp, Limits::default()).await;
    let address = server.address;
    let mut client = in_data(&server, "a@desk.test").await;
    client.send("Hel").await;
    let stopped = tokio::spawn(server.stop());
    let closed = async { while TcpStream::connect(address).await.is_ok() {} };
    timeout(PATIENCE, closed).await.expect("nobody is let in any more");
    client.send("lo\r\n.\r\nQUIT\r\n").await;
    assert_eq!(client.rest().await, "250 2.0.0 kept\r\n221 2.0.0 bye\r\n");
    assert_eq!(stopped.await.expect("no panic"), [mail(None, "a@desk.test", "Hello\r\n")]);
}

#[tokio::test]
async fn a_mail_that_is_being_kept_is_answered() {
    let server = start(Protocol::Lmtp, Limits::default()).await;
    let sink = server.sink.clone();
    let mut client = in_data(&server, "slow@desk.test").await;
    client.send("Hello\r\n.\r\n").await;
    timeout(PATIENCE, sink.begun.notified()).await.expect("it is being kept");
    let stopped = tokio::spawn(server.stop());
    sink.go_on.notify_one();
    let rest = client.rest().await;
    assert!(rest.starts_with("250 2.0.0 kept\r\n421 4.3.2 "), "{rest}");
    assert_eq!(stopped.await.expect("no panic"), [mail(None, "slow@desk.test", "Hello\r\n")]);
}

#[tokio::test]
async fn a_mail_that_breaks_off_is_not_kept() {
    let server = start(Protocol::Lmtp, Limits::default()).await;
    let mut client = in_data(&server, "a@desk.test").await;
    client.send("Hello\r\n.").await;
    drop(client);
    assert_eq!(server.stop().await, []);
}

#[tokio::test]
async fn a_mail_is_kept_though_its_client_leaves() {
    let server = start(Protocol::Lmtp, Limits::default()).await;
    let sink = server.sink.clone();
    let mut client = in_data(&server, "slow@desk.test").await;
    client.send("Hello\r\n.\r\n").await;
    timeout(PATIENCE, sink.begun.notified()).await.expect("it is being kept");
    drop(client);
    sink.go_on.notify_one();
    assert_eq!(server.stop().await, [mail(None, "slow@desk.test", "Hello\r\n")]);
}
