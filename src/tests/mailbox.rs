//! P12: a mail that is fetched comes once, whatever happens to the mailbox, to what fetches it and to the mails.
//!
//! The mailbox is a mail server in this process, behind real sockets; what fetches is the jobs as they run in
//! production. What was put into the mailbox is compared with what operators see.

mod desk;
mod letters;
mod poison;

use std::{future::poll_fn, pin::pin, task::Poll};

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

use self::{
    desk::{Mailbox, Running, finish},
    letters::{LETTERS, Letters},
    poison::{Poison, assert_visible},
};
use super::{
    kit::TestApp,
    on_both,
    promises::{report, trials},
};
use crate::{
    domain::Time,
    server::{
        actions::fetch,
        channels::email::key_of,
        store::{
            hooks,
            mail_cursors::{self, Cursor},
        },
    },
};

on_both!(
    p12_a_long_outage,
    p12_new_numbers_while_mails_are_read,
    p12_a_crash_at_each_command,
    p12_a_crash_in_the_transaction,
    p12_crashes_at_any_time,
    p12_two_fetchers,
    p12_poison_among_good_mails,
);

/// Days without the mail server: what came meanwhile is fetched when it is back, and people were told.
async fn p12_a_long_outage(app: TestApp) {
    let (mailbox, letters) = (Mailbox::connect(&app).await, Letters::new());
    let running = Running::begin(&app);
    mailbox.until_read().await;
    let (before, meanwhile) = letters.all().split_at(5);
    before.iter().for_each(|letter| mailbox.take(&letter.raw));
    mailbox.until_read().await;

    mailbox.server.change(|state| state.is_away = true);
    app.clock.advance(30 * Time::DAY);
    meanwhile.iter().for_each(|letter| mailbox.take(&letter.raw));
    mailbox.server.until(|state| state.turned_away >= 2).await;
    mailbox.until_told().await;

    mailbox.server.change(|state| {
        state.is_away = false;
        state.heard.clear();
    });
    mailbox.until_read().await;
    assert_eq!(mailbox.trouble().await, None, "it is over");
    finish(&app, running).await;
    letters.assert_each_once(&app).await;
    report("P12 (long outage)", &app, LETTERS);
}

/// The mailbox is numbered anew in the middle of reading it, and once more in the middle of looking it through.
async fn p12_new_numbers_while_mails_are_read(app: TestApp) {
    let (mailbox, letters) = (Mailbox::connect(&app).await, Letters::new());
    let running = Running::begin(&app);
    mailbox.until_read().await;
    let (first, later) = letters.all().split_at(14);
    let (second, third) = later.split_at(3);

    // Seven are read, the eighth is being fetched.
    mailbox.hold_back("UID FETCH 8 (UID BODY");
    first.iter().for_each(|letter| mailbox.take(&letter.raw));
    mailbox.until_held(1).await;
    mailbox.renumber(Some("UID FETCH 205 (UID BODY"));
    second.iter().for_each(|letter| mailbox.take(&letter.raw));
    // The look through the mailbox has come to its fifth mail.
    mailbox.until_held(2).await;
    mailbox.renumber(None);
    mailbox.until_read().await;
    third.iter().for_each(|letter| mailbox.take(&letter.raw));
    mailbox.until_read().await;

    assert_eq!(mailbox.server.look(|state| state.validity), 3);
    finish(&app, running).await;
    letters.assert_each_once(&app).await;
    report("P12 (new numbers)", &app, LETTERS);
}

/// Everything is dropped while the server answers: before each mail's size, before its bytes, and after it was kept but
/// before it was marked. Each time the jobs begin anew.
async fn p12_a_crash_at_each_command(app: TestApp) {
    let (mailbox, letters) = (Mailbox::begun(&app).await, Letters::new());
    let mut crashes = 0;
    for (uid, letter) in (1..).zip(letters.all()) {
        mailbox.take(&letter.raw);
        for command in [
            format!("UID FETCH {uid} (UID RFC822.SIZE)"),
            format!("UID FETCH {uid} (UID BODY.PEEK[])"),
            format!("UID STORE {uid} "),
        ] {
            mailbox.hold_back(&command);
            crashes += 1;
            let running = Running::begin(&app);
            mailbox.until_held(crashes).await;
            running.crash(&app).await;
        }
    }
    mailbox.answer_all();
    let running = Running::begin(&app);
    mailbox.until_idle().await;
    finish(&app, running).await;
    letters.assert_each_once(&app).await;
    report("P12 (crash between commands)", &app, crashes);
}

/// What keeps a mail is dropped wherever it waits for the database. The mail and its place are both there, or neither.
async fn p12_a_crash_in_the_transaction(app: TestApp) {
    let (mailbox, letters) = (Mailbox::begun(&app).await, Letters::new());
    let mut crashes = 0;
    for (uid, letter) in (1..).zip(letters.all()) {
        mailbox.take(&letter.raw);
        let place = Cursor { uid_validity: 1, last_uid: uid };
        for waits in 0.. {
            let keeping = fetch::keep_fetched(&app, &mailbox.channel, &letter.raw, place);
            match dropped_after(waits, keeping).await {
                Some(kept) => kept.expect("the database is well"),
                None => crashes += 1,
            }
            // As whoever begins anew: what has its place is not fetched again.
            if left_behind(&app, &mailbox, &letter.raw, place).await {
                break;
            }
        }
    }
    let running = Running::begin(&app);
    mailbox.until_idle().await;
    finish(&app, running).await;
    letters.assert_each_once(&app).await;
    assert!(crashes > 0, "some were interrupted");
    report("P12 (crash in the transaction)", &app, crashes);
}

/// Runs something until it has waited so many times and has to wait once more, and drops it there. None if it did not
/// come to its end.
async fn dropped_after<T>(mut waits: usize, what: impl Future<Output = T>) -> Option<T> {
    let mut what = pin!(what);
    poll_fn(|context| match what.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending if waits == 0 => Poll::Ready(None),
        Poll::Pending => {
            waits -= 1;
            Poll::Pending
        }
    })
    .await
}

/// Whether a mail and its place are kept, at one moment.
async fn left_behind(app: &TestApp, mailbox: &Mailbox, raw: &[u8], place: Cursor) -> bool {
    let (channel, key) = (mailbox.channel.channel.id, key_of(raw));
    let mut tx = app.db.snapshot().await.expect("a snapshot");
    let kept = hooks::list_newest(&mut tx, 100).await.expect("read");
    let cursor = mail_cursors::find(&mut tx, channel).await.expect("read");
    tx.commit().await.expect("nothing was written");
    let is_kept = kept.iter().any(|hook| hook.key == key);
    assert_eq!(is_kept, cursor == Some(place), "both or neither");
    is_kept
}

/// Everything is dropped at moments that are drawn, while mails come in.
async fn p12_crashes_at_any_time(app: TestApp) {
    let (mailbox, letters) = (Mailbox::begun(&app).await, Letters::new());
    let mut runner = TestRunner::deterministic();
    let (crashes, mut arrived) = (trials(40), 0);
    for round in 1..=crashes {
        let due = letters.all().iter().take(LETTERS * round / crashes).skip(arrived);
        due.clone().for_each(|letter| mailbox.take(&letter.raw));
        arrived += due.count();
        let (commands, turns) =
            (1..14_usize, 0..400_usize).new_tree(&mut runner).expect("two numbers").current();
        mailbox.server.change(|state| state.heard.clear());
        let running = Running::begin(&app);
        let has_heard_enough = |heard: &[String]| heard.len() >= commands || desk::is_idle(heard);
        mailbox.server.until(|state| has_heard_enough(&state.heard)).await;
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
        running.crash(&app).await;
    }
    mailbox.server.change(|state| state.heard.clear());
    let running = Running::begin(&app);
    mailbox.until_idle().await;
    finish(&app, running).await;
    letters.assert_each_once(&app).await;
    report("P12 (crash at any time)", &app, crashes);
}

/// Two servers on one database fetch each mail at the same time. On SQLite, which has one server, one follows the
/// mailbox twice.
async fn p12_two_fetchers(app: TestApp) {
    let (mailbox, letters) = (Mailbox::begun(&app).await, Letters::new());
    let second = if app.db.is_shared() { app.second_server().await } else { app.clone() };
    let fetchers = [Running::begin(&app), Running::begin(&second)];
    mailbox.server.until(|state| state.heard("IDLE") >= 2).await;
    for (uid, letter) in (1..).zip(letters.all()) {
        mailbox.hold_back(&format!("UID FETCH {uid} (UID BODY"));
        mailbox.take(&letter.raw);
        // Both have asked for its bytes before either has them.
        mailbox.until_held(2 * uid).await;
        mailbox.answer_all();
        let marked = format!("UID STORE {uid} ");
        mailbox.server.until(|state| state.heard(&marked) == 2).await;
    }
    for fetcher in fetchers {
        finish(&app, fetcher).await;
    }
    letters.assert_each_once(&app).await;
    report("P12 (two fetchers)", &app, LETTERS);
}

/// Mails that cannot be read hold up nobody, and people see them.
async fn p12_poison_among_good_mails(app: TestApp) {
    let (mailbox, mut letters, poison) = (Mailbox::begun(&app).await, Letters::new(), Poison::all());
    letters.shorten(LETTERS - poison.len());
    let running = Running::begin(&app);
    let mut good = letters.all().iter();
    for bad in &poison {
        good.by_ref().take(2).for_each(|letter| mailbox.take(&letter.raw));
        mailbox.take(&bad.raw);
    }
    good.for_each(|letter| mailbox.take(&letter.raw));
    mailbox.until_read().await;
    finish(&app, running).await;
    assert_visible(&app, &poison).await;
    letters.extend(poison.into_iter().filter_map(Poison::shown));
    letters.assert_each_once(&app).await;
    report("P12 (poison)", &app, LETTERS);
}
