//! Getting in, and the words for not getting in.

use tokio::net::TcpListener;

use super::{super::testing::root, *};

#[tokio::test]
async fn encryption_is_as_it_was_asked_for() {
    for security in [Security::None, Security::Tls, Security::Starttls] {
        let server = Server::start(security).await;
        server.change(|state| {
            state.capabilities = "STARTTLS IDLE";
            state.arrive(b"one");
        });
        let (imap, desk) = (server.imap(), Desk::at(1, 0));
        let mut follower = Follower { pace: PACE, ..Follower::new(&imap, Some(root()), MADE) };
        catch_up(&mut follower, &desk).await;
        assert_eq!(desk.mails(), ["one"], "{security:?}");
        let first = server.look(|state| state.heard[0].clone());
        assert_eq!(first == "STARTTLS", security == Security::Starttls, "{first}");
    }
}

#[tokio::test]
async fn a_certificate_of_nobody_s_is_refused_before_anything_is_said() {
    for security in [Security::Tls, Security::Starttls] {
        let server = Server::start(security).await;
        server.change(|state| state.capabilities = "STARTTLS IDLE");
        let imap = server.imap();
        let end = end_of(&mut follower(&imap), &Desk::fresh()).await;
        assert!(matches!(&end, End::Tls(why) if why.contains("UnknownIssuer")), "{end}");
        assert_eq!(server.look(|state| state.heard("LOGIN")), 0);
    }
}

#[tokio::test]
async fn without_starttls_no_password_is_sent() {
    let server = Server::start(Security::Starttls).await;
    let imap = server.imap();
    let end = end_of(&mut follower(&imap), &Desk::fresh()).await;
    assert_eq!(end, End::Tls("it refuses STARTTLS: what?".to_owned()));
    assert_eq!(server.look(|state| state.heard("LOGIN")), 0);
}

#[tokio::test]
async fn a_greeting_tells_whether_it_is_a_mail_server() {
    for (greeting, end) in [
        ("* BYE too many connections", End::Closed("too many connections".to_owned())),
        ("HTTP/1.1 400 Bad Request", End::Foreign),
        ("* CAPABILITY IMAP4rev1", End::Foreign),
    ] {
        let server = server_with(&[]).await;
        server.change(|state| state.greeting = greeting);
        let imap = server.imap();
        assert_eq!(end_of(&mut follower(&imap), &Desk::fresh()).await, end, "{greeting}");
    }
}

#[tokio::test]
async fn a_wrong_password_and_a_missing_folder_are_told_in_the_server_s_words() {
    let server = server_with(&[]).await;
    let imap = Imap { password: "wrong".to_owned(), ..server.imap() };
    let end = end_of(&mut follower(&imap), &Desk::fresh()).await;
    assert_eq!(end, End::Login("[AUTHENTICATIONFAILED] Wrong name or password".to_owned()));
    assert!(!end.is_passing());

    let imap = Imap { folder: "Sent \"mail\"".to_owned(), ..server.imap() };
    let end = end_of(&mut follower(&imap), &Desk::fresh()).await;
    assert_eq!(end, End::Folder("[NONEXISTENT] there is no such folder".to_owned()));
    assert_eq!(server.look(|state| state.heard("SELECT \"Sent \\\"mail\\\"\"")), 1);
}

#[tokio::test]
async fn a_server_that_is_away_or_silent_may_be_back_later() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("bound").port();
    let imap = Imap { host: "127.0.0.1".to_owned(), port, ..server_with(&[]).await.imap() };
    let pace = Pace { patience: Duration::from_millis(50), ..PACE };
    let mut follower = Follower { pace, ..follower(&imap) };
    // It takes the connection and says nothing.
    let silent = end_of(&mut follower, &Desk::fresh()).await;
    assert_eq!(silent, End::Silent);
    drop(listener);
    follower.pace = PACE;
    let away = end_of(&mut follower, &Desk::fresh()).await;
    assert!(matches!(away, End::Away(_)), "{away}");
    assert!(silent.is_passing() && away.is_passing());
}
