//! The database as such: opening it, transactions that are left, migrations.

use std::collections::BTreeSet;

use super::{kit::TestApp, on_both};
use crate::{
    domain::{Event, Team},
    server::{
        clock::new_id,
        store::{Create, DatabaseUrl, Db, StoreError, events, teams},
    },
};

on_both!(
    what_is_not_committed_is_gone,
    a_dropped_transaction_leaves_the_way_free,
    of_writers_at_once_each_gets_what_it_was_told,
    migrating_again_does_nothing
);

async fn what_is_not_committed_is_gone(app: TestApp) {
    let team = Team { id: new_id(), name: "Ghosts".into() };
    let mut tx = app.tx().await;
    teams::insert(&mut tx, &team, app.clock.now()).await.expect("a team");
    events::append(
        &mut tx,
        &Event::TeamChanged { team, members: vec![], was: vec![] },
        None,
        app.clock.now(),
    )
    .await
    .expect("an event");
    drop(tx);
    let names: Vec<String> = teams::list(&mut app.db.conn().await.expect("a connection"))
        .await
        .expect("a list")
        .into_iter()
        .map(|team| team.name)
        .collect();
    assert_eq!(names, ["Sales team", "Support team"]);
}

async fn a_dropped_transaction_leaves_the_way_free(app: TestApp) {
    for number in 0..20 {
        let mut tx = app.tx().await;
        let team = Team { id: new_id(), name: format!("Team {number}") };
        teams::insert(&mut tx, &team, app.clock.now()).await.expect("a team");
        if number % 2 == 0 {
            tx.commit().await.expect("a commit");
        }
    }
    let count = teams::list(&mut app.db.conn().await.expect("a connection")).await.expect("a list").len();
    assert_eq!(count, 12);
}

/// Some commit, some fail, some are dropped, some are cut while they wait: what was acknowledged is there, and nothing
/// else is. On SQLite those at once share a commit.
async fn of_writers_at_once_each_gets_what_it_was_told(app: TestApp) {
    const WRITERS: usize = 200;
    let write = |number: usize| {
        let app = app.clone();
        async move {
            let mut tx = app.tx().await;
            let id = new_id();
            let name = format!("Writer {number}");
            teams::insert(&mut tx, &Team { id, name }, app.clock.now()).await.expect("a team");
            match number % 5 {
                // The same name again: the statement fails, and with it the transaction.
                0 => {
                    let again = Team { id: new_id(), name: format!("WRITER {number}") };
                    let error = teams::insert(&mut tx, &again, app.clock.now()).await;
                    assert!(matches!(error, Err(StoreError::Duplicate(_))), "{error:?}");
                    None
                }
                1 => None,
                _ => tx.commit().await.ok().map(|()| number),
            }
        }
    };
    let writers: Vec<_> = (0..WRITERS).map(|number| tokio::spawn(write(number))).collect();
    // Those who wait are cut wherever they are.
    let cut: Vec<_> = (WRITERS..WRITERS + 50).map(|number| tokio::spawn(write(number))).collect();
    tokio::task::yield_now().await;
    for writer in &cut {
        writer.abort();
    }
    let mut told = Vec::new();
    for writer in writers {
        told.extend(writer.await.expect("a writer does not panic"));
    }
    for writer in cut {
        // Whether it was quicker than the cut is its own affair.
        let _ = writer.await;
    }
    // Nothing is left in the way of the next, and nothing is left undone.
    write(1_002).await.expect("a commit");
    let names: BTreeSet<String> = teams::list(&mut app.db.conn().await.expect("a connection"))
        .await
        .expect("a list")
        .into_iter()
        .map(|team| team.name)
        .collect();
    assert_eq!(told.len(), WRITERS / 5 * 3);
    for number in 0..WRITERS {
        assert_eq!(names.contains(&format!("Writer {number}")), told.contains(&number), "writer {number}");
    }
    println!("{WRITERS} writers at once, {} acknowledged", told.len());
}

async fn migrating_again_does_nothing(app: TestApp) {
    assert_eq!(app.db.migrate().await.expect("it migrates"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistyped_path_makes_no_database() {
    let path = std::env::temp_dir().join(format!("no-such-{}.db", new_id::<uuid::Uuid>()));
    let url = DatabaseUrl::parse(&format!("sqlite://{}", path.display())).expect("a good URL");
    let error = Db::open(&url, Create::No).await.err().expect("there is none");
    assert!(error.to_string().contains("there is no database at"), "{error}");
    assert!(!path.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_opened_is_said_in_a_sentence() {
    for (url, names) in [
        ("sqlite:///proc/nowhere/x.db", "cannot create the folder"),
        ("postgres://nobody@127.0.0.1:1/none", "cannot reach PostgreSQL"),
    ] {
        let url = DatabaseUrl::parse(url).expect("a good URL");
        let error = Db::open(&url, Create::IfMissing).await.err().expect("it cannot be opened");
        assert!(matches!(error, StoreError::Config(_)), "{error:?}");
        assert!(error.to_string().contains(names), "{error}");
    }
}

/// Another program, such as a backup, may hold the file for a while.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_another_program_holds_is_waited_for() {
    let app = TestApp::on_sqlite().await;
    let other =
        Db::open(&DatabaseUrl::parse(&app.url).expect("a good URL"), Create::No).await.expect("opens");
    let held = other.begin().await.expect("the file is free");
    let waiter = tokio::spawn({
        let app = app.clone();
        async move {
            let mut tx = app.tx().await;
            let team = Team { id: new_id(), name: "Patient".into() };
            teams::insert(&mut tx, &team, app.clock.now()).await.expect("a team");
            tx.commit().await
        }
    });
    // Reading goes on meanwhile.
    let read = teams::list(&mut app.db.conn().await.expect("a connection")).await.expect("a list");
    assert_eq!(read.len(), 2);
    assert!(!waiter.is_finished());
    drop(held);
    waiter.await.expect("it does not panic").expect("its turn comes");
}
