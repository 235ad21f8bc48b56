//! What becomes of mails that cannot be fetched or kept.

use super::{
    super::{
        reader::{HEADER_TRIES, LARGEST, TRIES},
        testing::Fault,
    },
    *,
};

const MAIL: &str =
    "From: Bob <bob@example.com>\r\nSubject: Help\r\nContent-Type: text/html\r\n\r\n<b>please</b>";

#[tokio::test]
async fn a_mail_that_is_cut_off_is_fetched_again() {
    let server = server_with(&["one", "two", "three"]).await;
    server.change(|state| state.mail(2).faults.push_back(Fault::Cut));
    let imap = server.imap();
    let (mut follower, desk) = (follower(&imap), Desk::at(1, 0));
    assert_eq!(end_of(&mut follower, &desk).await, End::Lost);
    assert_eq!((desk.mails(), desk.place()), (vec!["one".to_owned()], Some((1, 1))));
    assert!(server.look(|state| !state.mails[&2].is_seen));
    catch_up(&mut follower, &desk).await;
    assert_eq!(desk.mails(), ["one", "two", "three"]);
    assert_eq!((desk.look(|kept| kept.came), desk.place()), (3, Some((1, 3))));
}

#[tokio::test]
async fn a_mail_that_could_not_be_kept_stays_unseen_and_comes_again() {
    let server = server_with(&["one"]).await;
    let imap = server.imap();
    let (mut follower, desk) = (follower(&imap), Desk::at(1, 0));
    desk.0.send_modify(|kept| kept.fails = Some(1));
    assert_eq!(end_of(&mut follower, &desk).await, End::NotKept(Failed("the disk is full".to_owned())));
    assert_eq!(desk.place(), Some((1, 0)));
    assert!(server.look(|state| !state.mails[&1].is_seen));
    catch_up(&mut follower, &desk).await;
    assert_eq!((desk.mails(), desk.place()), (vec!["one".to_owned()], Some((1, 1))));
    assert!(server.look(|state| state.mails[&1].is_seen));
}

#[tokio::test]
async fn a_mail_that_cannot_be_had_is_stood_in_for_and_the_next_one_comes() {
    for (fault, end) in [
        (Fault::Cut, End::Lost),
        (Fault::Refused, End::Refused("[SERVERBUG] internal error".to_owned())),
        (Fault::Empty, End::Refused("it gives a mail without content".to_owned())),
        (Fault::Garbled, End::Foreign),
    ] {
        let server = server_with(&[MAIL, "two"]).await;
        server.change(|state| state.mail(1).faults = vec![fault; 100].into());
        let imap = server.imap();
        let (mut follower, desk) = (follower(&imap), Desk::at(1, 0));
        for _ in 0..TRIES {
            assert_eq!(end_of(&mut follower, &desk).await, end);
        }
        catch_up(&mut follower, &desk).await;
        let mails = desk.mails();
        let [stand_in, two] = mails.as_slice() else { panic!("{mails:?}") };
        assert!(
            stand_in.starts_with("From: Bob <bob@example.com>\r\nSubject: Help\r\nMIME-Version"),
            "{stand_in}"
        );
        assert!(stand_in.contains("This mail could not be fetched"), "{stand_in}");
        assert_eq!((two.as_str(), desk.place()), ("two", Some((1, 2))));
        assert!(server.look(|state| !state.mails[&1].is_seen && state.mails[&2].is_seen));
    }
}

#[tokio::test]
async fn a_mail_that_is_had_at_the_last_try_is_whole() {
    let server = server_with(&[MAIL]).await;
    let faults = usize::try_from(TRIES - 1).expect("few");
    server.change(|state| state.mail(1).faults = vec![Fault::Cut; faults].into());
    let imap = server.imap();
    let (mut follower, desk) = (follower(&imap), Desk::at(1, 0));
    for _ in 0..faults {
        assert_eq!(end_of(&mut follower, &desk).await, End::Lost);
    }
    catch_up(&mut follower, &desk).await;
    assert_eq!(desk.mails(), [MAIL]);
}

#[tokio::test]
async fn a_mail_of_which_nothing_can_be_had_is_stood_in_for_too() {
    let server = server_with(&[MAIL, "two"]).await;
    server.change(|state| {
        state.mail(1).faults = vec![Fault::Cut; 100].into();
        state.headless.insert(1);
    });
    let imap = server.imap();
    let (mut follower, desk) = (follower(&imap), Desk::at(1, 0));
    for tries in 0..TRIES + HEADER_TRIES {
        let end = if tries < TRIES { End::Lost } else { End::Refused("not this one".to_owned()) };
        assert_eq!(end_of(&mut follower, &desk).await, end);
    }
    catch_up(&mut follower, &desk).await;
    let mails = desk.mails();
    let [stand_in, two] = mails.as_slice() else { panic!("{mails:?}") };
    assert!(stand_in.contains("its number there is 1 (UIDVALIDITY 1)"), "{stand_in}");
    assert_eq!(two, "two");
}

#[tokio::test]
async fn a_mail_that_is_too_large_is_not_asked_for() {
    for (size, is_whole) in [(LARGEST, true), (LARGEST + 1, false), (u32::MAX, false)] {
        let server = server_with(&[MAIL, "two"]).await;
        server.change(|state| state.mail(1).size = usize::try_from(size).expect("a size"));
        let (imap, desk) = (server.imap(), Desk::at(1, 0));
        let marked = server.until(|state| state.heard("UID STORE 2") == 1);
        assert_eq!(follow(&mut follower(&imap), &desk, marked).await, End::Stopped);
        let mails = desk.mails();
        assert_eq!((mails[0] == MAIL, mails[1].as_str()), (is_whole, "two"), "{size}");
        assert_eq!(mails[0].contains("This mail is too large to be fetched"), !is_whole, "{size}");
        let asked = server.look(|state| state.heard("UID FETCH 1 (UID BODY.PEEK[])"));
        assert_eq!((asked, server.look(|state| state.mails[&1].is_seen)), (usize::from(is_whole), is_whole));
    }
}

#[tokio::test]
async fn large_mails_without_a_header_are_told_apart() {
    let server = server_with(&["no header", "no header"]).await;
    server.change(|state| state.mails.values_mut().for_each(|mail| mail.size = 1_000_000_000));
    let (imap, desk) = (server.imap(), Desk::at(1, 0));
    catch_up(&mut follower(&imap), &desk).await;
    assert_eq!(desk.mails().len(), 2, "{:?}", desk.mails());
}

#[tokio::test]
async fn a_mailbox_whose_flags_cannot_be_changed_is_read_all_the_same() {
    let server = server_with(&["one", "two"]).await;
    server.change(|state| state.is_writable = false);
    let (imap, desk) = (server.imap(), Desk::at(1, 0));
    catch_up(&mut follower(&imap), &desk).await;
    assert_eq!(desk.mails(), ["one", "two"]);
}
