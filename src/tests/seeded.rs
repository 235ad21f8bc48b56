//! The demo data.

use axum::{body::Body, http::Request};

use super::{kit::TestApp, on_both};
use crate::{
    domain::{ChannelKind, Conversation, Counts, Handler, Me, Message, Queue, QueueCell, Role, Status, Time},
    server::{
        actions::sign_in,
        app::App,
        auth::browser::Browser,
        queries,
        seed::{self, SeedError, demo_id},
        store::{conversations, faq, queue_counts, turns},
    },
};

on_both!(
    the_demo_goes_into_an_empty_database_alone,
    the_demo_is_whole,
    the_demos_helper_has_answered_and_handed_off,
);

async fn the_demo_goes_into_an_empty_database_alone(app: TestApp) {
    app.operator("Ann").await;
    assert!(matches!(seed::demo(&app).await, Err(SeedError::OtherData)));
}

async fn the_demo_is_whole(app: TestApp) {
    let app: &App = &app;
    seed::demo(app).await.expect("teams and a channel alone are no data of anybody");
    let me = sam();
    let mut conn = app.db.conn().await.expect("a connection");
    let all = conversations::list(&mut conn, &me, Queue::All, None, 1_000).await.expect("a list");
    assert_eq!(all.len(), 60);
    for status in Status::ALL {
        assert!(all.iter().any(|c| c.status == *status), "{status:?}");
    }
    let counted: Vec<QueueCell> = all.iter().map(|c| QueueCell { facts: c.facts(), count: 1 }).collect();
    let cells = queue_counts::list(&mut conn).await.expect("cells");
    assert_eq!(Counts::sum(&cells, &me, []), Counts::sum(&counted, &me, []));
    let browser = Browser::of("", std::net::IpAddr::from([127, 0, 0, 1]));
    sign_in::sign_in(app, "olga@demo.test", seed::PASSWORD, &browser)
        .await
        .expect("the printed password works");
    assert!(matches!(seed::demo(app).await, Err(SeedError::Already)));
    for conversation in all {
        let thread = queries::thread::open(app, &me, conversation.id).await.expect("a thread");
        let seqs: Vec<i64> = thread.messages.iter().map(|m| m.seq).collect();
        assert_eq!(seqs, (1..=conversation.last_seq).collect::<Vec<_>>());
    }
}

async fn the_demos_helper_has_answered_and_handed_off(app: TestApp) {
    seed::demo(&app).await.expect("seeded");
    let me = sam();
    let mut conn = app.db.conn().await.expect("a connection");
    let all = conversations::list(&mut conn, &me, Queue::All, None, 1_000).await.expect("a list");
    let (helped, others): (Vec<Conversation>, Vec<Conversation>) =
        all.into_iter().partition(|conversation| conversation.channel_kind == ChannelKind::Chatbot);
    assert!(others.iter().all(|other| other.ai.is_none() && other.handler == Handler::Human));
    for conversation in &helped {
        let name = &conversation.contact_name;
        let with_bot = conversation.status == Status::Open;
        assert_eq!(conversation.handler == Handler::Bot, with_bot, "{name}");
        assert_eq!(conversation.control_epoch, i64::from(!with_bot), "{name}");
        assert!(conversation.ai.as_ref().is_some_and(|ai| ai.bot_name == "Fern"), "{name}");
        let waited_for = turns::find_waiting(&mut conn, conversation.id).await.expect("a query");
        assert_eq!(waited_for, None, "{name}: nobody answers what was asked long ago");
        let thread = queries::thread::open(&app, &me, conversation.id).await.expect("a thread");
        let card = |message: &&Message| message.handoff.as_ref().is_some_and(|card| card.goal.is_some());
        assert_eq!(thread.messages.iter().filter(card).count(), usize::from(!with_bot), "{name}");
    }
    let offered = |conversation: &&Conversation| {
        conversation.status == Status::Waiting
            && conversation.ai.as_ref().is_some_and(|ai| ai.suggestion.is_some())
    };
    assert_eq!(helped.iter().filter(offered).count(), 1);
    assert!(faq::list(&mut conn).await.expect("entries").len() >= 25);
    let unanswered = faq::list_unanswered(&mut conn, 100).await.expect("questions");
    assert!(unanswered.len() > 5 && unanswered.is_sorted_by(|one, other| one.asked_at >= other.asked_at));
    let frame = format!("/widget/frame/{}", seed::HELPER_KEY);
    let request = Request::builder().uri(frame).body(Body::empty()).expect("a request");
    assert!(app.send(request).await.text.contains(r#""bot":"Fern""#), "the widget says who answers");
}

fn sam() -> Me {
    Me {
        id: demo_id(12),
        name: "Sam".into(),
        email: "sam@demo.test".into(),
        role: Role::Supervisor,
        teams: vec![],
        created_at: Time(0),
    }
}
