//! The database as such: opening it, transactions that are left, migrations.

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
    migrating_again_does_nothing
);

async fn what_is_not_committed_is_gone(app: TestApp) {
    let team = Team { id: new_id(), name: "Ghosts".into() };
    let mut tx = app.tx().await;
    teams::insert(&mut tx, &team, app.clock.now()).await.expect("a team");
    events::append(&mut tx, &Event::TeamChanged { team, members: vec![] }, None, app.clock.now())
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
