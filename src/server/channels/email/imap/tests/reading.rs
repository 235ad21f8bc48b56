//! Which mails are taken, and in which order.

use super::{super::testing::Fault, *};

#[tokio::test]
async fn the_first_time_only_what_comes_from_then_on_is_taken() {
    let server = server_with(&["old"]).await;
    let imap = server.imap();
    let (mut follower, desk) = (follower(&imap), Desk::fresh());
    catch_up(&mut follower, &desk).await;
    assert_eq!((desk.mails().len(), desk.place()), (0, Some((1, 1))));

    server.change(|state| state.arrive(b"new"));
    follow(&mut follower, &desk, server.until(|state| state.mails[&2].is_seen)).await;
    assert_eq!((desk.mails(), desk.place()), (vec!["new".to_owned()], Some((1, 2))));
    assert!(server.look(|state| !state.mails[&1].is_seen));
}

#[tokio::test]
async fn with_nothing_new_the_last_old_mail_is_not_taken_again() {
    let server = server_with(&["one", "two"]).await;
    let (imap, desk) = (server.imap(), Desk::at(1, 2));
    catch_up(&mut follower(&imap), &desk).await;
    assert_eq!(server.look(|state| state.heard("UID SEARCH UID 3:*")), 1);
    assert_eq!((desk.look(|kept| kept.came), desk.place()), (0, Some((1, 2))));
}

#[tokio::test]
async fn after_an_outage_every_mail_comes_once_and_in_order() {
    let texts: Vec<String> = (1..=23).map(|number| format!("mail {number}")).collect();
    let server = server_with(&texts.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let (imap, desk) = (server.imap(), Desk::at(1, 3));
    catch_up(&mut follower(&imap), &desk).await;
    assert_eq!(desk.mails(), texts[3..]);
    assert_eq!((desk.look(|kept| kept.came), desk.place()), (20, Some((1, 23))));
    assert!(server.look(|state| state.mails.range(4..).all(|(_, mail)| mail.is_seen)));
}

#[tokio::test]
async fn a_mail_that_is_told_of_between_two_commands_is_not_missed() {
    let server = server_with(&["one"]).await;
    server.change(|state| state.mail(1).faults.push_back(Fault::Meanwhile("two")));
    let (imap, desk) = (server.imap(), Desk::at(1, 0));
    catch_up(&mut follower(&imap), &desk).await;
    assert_eq!(desk.mails(), ["one", "two"]);
}

#[tokio::test]
async fn a_mail_that_is_deleted_before_it_is_fetched_is_passed_over() {
    let server = server_with(&["one", "two"]).await;
    server.change(|state| state.mail(1).faults.push_back(Fault::Deleted));
    let (imap, desk) = (server.imap(), Desk::at(1, 0));
    catch_up(&mut follower(&imap), &desk).await;
    assert_eq!((desk.mails(), desk.place()), (vec!["two".to_owned()], Some((1, 2))));
}

#[tokio::test]
async fn a_server_need_not_foretell_numbers() {
    for (mails, place) in [(&["one", "two"][..], (1, 2)), (&[][..], (1, 0))] {
        let server = server_with(mails).await;
        server.change(|state| state.tells_next = false);
        let (imap, desk) = (server.imap(), Desk::fresh());
        catch_up(&mut follower(&imap), &desk).await;
        assert_eq!((desk.mails().len(), desk.place()), (0, Some(place)));
    }
}

/// Three mails: one from well before the channel was made, one from the day before, one from after.
async fn renumbered() -> Server {
    let server = server_with(&["years ago", "the day before", "since"]).await;
    server.change(|state| {
        state.validity = 8;
        state.mail(2).arrived = MADE.plus(-Time::DAY);
        state.mail(3).arrived = MADE.plus(Time::HOUR);
    });
    server
}

#[tokio::test]
async fn with_new_identifiers_all_since_the_channel_was_made_come_again() {
    let server = renumbered().await;
    let (imap, desk) = (server.imap(), Desk::at(7, 50));
    catch_up(&mut follower(&imap), &desk).await;
    // Servers compare days in a time zone of their own: the day before is asked for too.
    assert_eq!(desk.mails(), ["the day before", "since"]);
    assert_eq!((desk.look(|kept| kept.came), desk.place()), (2, Some((8, 3))));
}

#[tokio::test]
async fn a_look_through_that_is_cut_off_begins_anew() {
    let server = renumbered().await;
    let (imap, desk) = (server.imap(), Desk::at(7, 50));
    desk.0.send_modify(|kept| kept.fails = Some(2));
    let mut follower = follower(&imap);
    assert_eq!(end_of(&mut follower, &desk).await, End::NotKept(Failed("the disk is full".to_owned())));
    assert_eq!(desk.place(), Some((7, 50)));
    catch_up(&mut follower, &desk).await;
    assert_eq!(desk.mails(), ["the day before", "since"]);
    assert_eq!((desk.look(|kept| kept.came), desk.place()), (4, Some((8, 3))));
}

#[tokio::test]
async fn a_mailbox_that_was_put_back_from_a_backup_is_looked_through() {
    let server = renumbered().await;
    server.change(|state| state.validity = 7);
    let (imap, desk) = (server.imap(), Desk::at(7, 50));
    catch_up(&mut follower(&imap), &desk).await;
    assert_eq!((desk.mails().len(), desk.place()), (2, Some((7, 3))));
}

#[tokio::test]
async fn an_empty_mailbox_with_new_identifiers_has_nothing_to_look_through() {
    let server = server_with(&[]).await;
    let (imap, desk) = (server.imap(), Desk::at(7, 50));
    catch_up(&mut follower(&imap), &desk).await;
    assert_eq!((desk.mails().len(), desk.place()), (0, Some((1, 0))));
}

#[tokio::test]
async fn two_followers_of_one_mailbox_do_no_harm() {
    let texts = ["one", "two", "three", "four", "five"];
    let server = server_with(&texts).await;
    let (imap, desk) = (server.imap(), Desk::at(1, 0));
    let (mut one, mut other) = (follower(&imap), follower(&imap));
    tokio::join!(catch_up(&mut one, &desk), catch_up(&mut other, &desk));
    assert_eq!(desk.mails(), texts);
}

#[tokio::test]
async fn mails_are_kept_to_the_byte() {
    let every_byte: Vec<u8> = (0..=u8::MAX).cycle().take(70_000).collect();
    let mails: [&[u8]; 7] = [
        b"\0",
        b")\r\n* 2 FETCH (UID 2 BODY[] {3}\r\nabc)\r\nA0001 OK done\r\n",
        b"bare\nlines\rand none at the end",
        b"{100}\r\n",
        "ünïcödé".as_bytes(),
        b"\xff\xfe\x00\x80",
        &every_byte,
    ];
    let server = server_with(&[]).await;
    server.change(|state| {
        for mail in mails {
            state.arrive(mail);
        }
    });
    let (imap, desk) = (server.imap(), Desk::at(1, 0));
    catch_up(&mut follower(&imap), &desk).await;
    desk.look(|kept| assert!(kept.mails == mails, "{:?}", kept.mails));
}
