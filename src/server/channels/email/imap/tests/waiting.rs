//! How new mail is noticed, and how following ends.

use super::*;

/// Follows an empty mailbox until the server has heard a command, puts a mail into it and waits until that is kept.
async fn notice(server: &Server, pace: Pace, command: &str) -> Desk {
    let (imap, desk) = (server.imap(), Desk::fresh());
    let mut follower = Follower { pace, ..Follower::new(&imap, None, MADE) };
    let script = async {
        server.until(|state| state.heard(command) > 0).await;
        server.change(|state| state.arrive(b"new"));
        desk.until(|kept| kept.mails.len() == 1).await;
    };
    assert_eq!(follow(&mut follower, &desk, script).await, End::Stopped);
    desk
}

#[tokio::test]
async fn new_mail_is_told_of_by_idle() {
    let server = server_with(&[]).await;
    notice(&server, PACE, "IDLE").await;
    assert_eq!(server.look(|state| (state.heard("DONE"), state.heard("NOOP"))), (1, 0));
}

#[tokio::test]
async fn without_idle_new_mail_is_looked_for() {
    let server = server_with(&[]).await;
    server.change(|state| state.capabilities = "UIDPLUS");
    notice(&server, PACE, "NOOP").await;
    assert_eq!(server.look(|state| state.heard("IDLE")), 0);
}

#[tokio::test]
async fn a_server_that_does_not_keep_its_promise_of_idle_is_not_asked_again() {
    let server = server_with(&[]).await;
    server.change(|state| state.takes_idle = false);
    notice(&server, PACE, "NOOP").await;
    assert_eq!(server.look(|state| state.heard("IDLE")), 1);
}

#[tokio::test]
async fn idle_is_ended_and_begun_again() {
    let server = server_with(&[]).await;
    let (imap, desk) = (server.imap(), Desk::fresh());
    let pace = Pace { idle: Duration::from_millis(10), ..PACE };
    let mut follower = Follower { pace, ..Follower::new(&imap, None, MADE) };
    let begun = server.until(|state| state.heard("IDLE") >= 4);
    assert_eq!(follow(&mut follower, &desk, begun).await, End::Stopped);
    assert!(server.look(|state| state.heard("DONE")) >= 3);
}

#[tokio::test]
async fn a_dead_connection_is_noticed_at_the_end_of_idle() {
    let server = server_with(&[]).await;
    let (imap, desk) = (server.imap(), Desk::fresh());
    let pace = Pace { idle: Duration::from_millis(10), ..PACE };
    let mut follower = Follower { pace, ..Follower::new(&imap, None, MADE) };
    server.change(|state| state.dies_in_idle = true);
    assert_eq!(end_of(&mut follower, &desk).await, End::Lost);
}

#[tokio::test]
async fn following_ends_when_it_is_to_stop() {
    let server = server_with(&[]).await;
    let (imap, desk) = (server.imap(), Desk::fresh());
    let idles = server.until(|state| state.heard("IDLE") == 1);
    assert_eq!(follow(&mut follower(&imap), &desk, idles).await, End::Stopped);
    assert_eq!(follow(&mut follower(&imap), &desk, std::future::ready(())).await, End::Stopped);
}
