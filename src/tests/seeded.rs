//! The demo data.

use super::{kit::TestApp, on_both};
use crate::{
    domain::{Counts, Me, Queue, QueueCell, Role, Status, Time},
    server::{
        actions::accounts,
        app::App,
        queries,
        seed::{self, SeedError, demo_id},
        store::{conversations, queue_counts},
    },
};

on_both!(the_demo_goes_into_an_empty_database_alone, the_demo_is_whole);

async fn the_demo_goes_into_an_empty_database_alone(app: TestApp) {
    app.operator("Ann").await;
    assert!(matches!(seed::demo(&app).await, Err(SeedError::OtherData)));
}

async fn the_demo_is_whole(app: TestApp) {
    let app: &App = &app;
    seed::demo(app).await.expect("teams and a channel alone are no data of anybody");
    let me = Me {
        id: demo_id(12),
        name: "Sam".into(),
        email: "sam@demo.test".into(),
        role: Role::Supervisor,
        teams: vec![],
        created_at: Time(0),
    };
    let mut conn = app.db.conn().await.expect("a connection");
    let all = conversations::list(&mut conn, &me, Queue::All, None, 1_000).await.expect("a list");
    assert_eq!(all.len(), 60);
    for status in Status::ALL {
        assert!(all.iter().any(|c| c.status == *status), "{status:?}");
    }
    let counted: Vec<QueueCell> = all.iter().map(|c| QueueCell { facts: c.facts(), count: 1 }).collect();
    let cells = queue_counts::list(&mut conn).await.expect("cells");
    assert_eq!(Counts::sum(&cells, &me, []), Counts::sum(&counted, &me, []));
    let peer = std::net::IpAddr::from([127, 0, 0, 1]);
    accounts::sign_in(app, "olga@demo.test", seed::PASSWORD, peer).await.expect("the printed password works");
    assert!(matches!(seed::demo(app).await, Err(SeedError::Already)));
    for conversation in all {
        let thread = queries::thread::open(app, &me, conversation.id).await.expect("a thread");
        let seqs: Vec<i64> = thread.messages.iter().map(|m| m.seq).collect();
        assert_eq!(seqs, (1..=conversation.last_seq).collect::<Vec<_>>());
    }
}
