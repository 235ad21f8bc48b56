//! Streams: what operators and visitors are sent while they look.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use serde_json::json;

use super::{
    kit::{TestApp, Visitor},
    on_both,
};
use crate::{
    domain::{Event, Position, Push, Role, Signal, Time, Typist},
    server::{actions::accounts, actions::maintain, store::events},
};

on_both!(
    operators_and_visitors_hear_each_other,
    operators_hear_only_what_they_may_see,
    what_passes_out_of_sight_is_told_without_its_contents,
    typing_is_heard_by_the_other_side,
    who_looks_is_told_to_colleagues_alone,
    a_place_that_is_too_old_is_told_to_reload,
    access_that_changes_ends_the_stream,
    streams_need_somebody,
    a_tab_that_joins_is_given_what_it_missed,
    visitors_learn_when_somebody_comes_and_when_nobody_is_left,
);

async fn operators_and_visitors_hear_each_other(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let from = ann.inbox("all").await.as_of.resume_from();
    let mut ann_hears = ann.stream(from).await;
    let id = visitor.say("Hello").await;
    let Push::Event { event: Event::ConversationChanged { conversation, was, messages }, mark, .. } =
        ann_hears.push().await
    else {
        panic!("an event is due")
    };
    assert_eq!((conversation.id, was, mark), (id, None, None));
    assert_eq!(messages.iter().map(|m| m.body.as_str()).collect::<Vec<_>>(), ["Hello"]);

    let cursor = visitor.chat().await["cursor"].as_str().expect("a cursor").to_owned();
    let mut visitor_hears = visitor.stream(&cursor).await;
    assert_eq!(visitor_hears.next().await.expect("presence").event, "presence");
    ann.reply(id, "Hi, Vic", 1).await.ok();
    let names: Vec<(String, bool)> = [
        visitor_hears.next().await.expect("conversation"),
        visitor_hears.next().await.expect("a line"),
        visitor_hears.next().await.expect("a message"),
    ]
    .into_iter()
    .map(|sse| (sse.event, sse.id.is_some()))
    .collect();
    let expected = [("conversation", false), ("message", false), ("message", true)];
    assert_eq!(names, expected.map(|(name, id)| (name.to_owned(), id)));
}

async fn operators_hear_only_what_they_may_see(app: TestApp) {
    let (ann, nina) = (app.operator("Ann").await, app.person("Nina", Role::Operator, &[app.sales]).await);
    let from = ann.inbox("all").await.as_of.resume_from();
    let mut nina_hears = nina.stream(from).await;
    let id = app.visitor().say("For Support").await;
    ann.reply(id, "Hi", 1).await.ok();
    // Whatever Nina may hear next, it is not that.
    nina.call("save_draft", json!({ "conversation_id": id, "body": "x", "note": false })).await;
    accounts::set_access(&app, ann.id, Role::Supervisor, true).await.expect("a change");
    assert!(matches!(
        nina_hears.push().await,
        Push::Event { event: Event::OperatorChanged { operator }, .. } if operator.id == ann.id
    ));
    assert_eq!(nina.act("load_thread", id).await.status, StatusCode::NOT_FOUND);
}

async fn what_passes_out_of_sight_is_told_without_its_contents(app: TestApp) {
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    let sam = app.person("Sam", Role::Supervisor, &[]).await;
    let id = app.visitor().say("A secret").await;
    // Hers only as long as she owns it.
    let mut tx = app.tx().await;
    let mut conversation =
        crate::server::store::conversations::lock(&mut tx, id).await.expect("a query").expect("it");
    conversation.owner_id = Some(nina.id);
    conversation.status = crate::domain::Status::Active;
    crate::server::store::conversations::update(&mut tx, &conversation).await.expect("an update");
    tx.commit().await.expect("a commit");
    let inbox = nina.inbox("all").await;
    assert_eq!(inbox.rows.len(), 1);
    let mut nina_hears = nina.stream(inbox.as_of.resume_from()).await;
    sam.call("assign", json!({ "id": id, "to": sam.id })).await.ok();
    let push = nina_hears.push().await;
    let text = serde_json::to_string(&push).expect("JSON");
    assert!(!text.contains("secret") && !text.contains("assigned"), "{text}");
    let Push::Event { at, event, mark } = push else { panic!("an event is due") };
    let mut view = inbox;
    view.apply(at, &event, mark);
    assert!(view.rows.is_empty());
}

async fn typing_is_heard_by_the_other_side(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let id = visitor.say("Hello").await;
    let from = ann.inbox("all").await.as_of.resume_from();
    let mut ann_hears = ann.stream(from).await;
    let cursor = visitor.chat().await["cursor"].as_str().expect("a cursor").to_owned();
    let mut visitor_hears = visitor.stream(&cursor).await;
    let presence = visitor_hears.next().await.expect("presence");
    assert_eq!((presence.event.as_str(), &presence.data), ("presence", &json!({ "online": true })));

    visitor.post("typing", json!({ "text": "I wonder" })).await;
    let signal = loop {
        let push: Push = serde_json::from_value(ann_hears.next().await.expect("open").data).expect("a push");
        if let Push::Signal { signal: signal @ Signal::Typing { .. } } = push {
            break signal;
        }
    };
    let expected = Signal::Typing {
        conversation_id: id,
        typist: Typist::Contact,
        on: true,
        preview: Some("I wonder".into()),
    };
    assert_eq!(signal, expected);

    assert_eq!(
        ann.call("set_typing", json!({ "conversation_id": id, "on": true })).await.status,
        StatusCode::OK
    );
    let typing = visitor_hears.next().await.expect("typing");
    assert_eq!(
        (typing.event.as_str(), typing.data),
        ("typing", json!({ "who": "operator", "name": "Ann", "on": true }))
    );
}

async fn who_looks_is_told_to_colleagues_alone(app: TestApp) {
    let (visitor, ann, ben) = (app.visitor(), app.operator("Ann").await, app.operator("Ben").await);
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    let id = visitor.say("Hello").await;
    // Where servers can share a database, the colleague is on another one.
    let other = if app.db.is_shared() { app.second_server().await } else { app.clone() };
    let from = ann.inbox("all").await.as_of.resume_from();
    let mut ben_hears = ben.stream_on(&other, from).await;
    let mut nina_hears = nina.stream(from).await;
    let cursor = visitor.chat().await["cursor"].as_str().expect("a cursor").to_owned();
    let mut visitor_hears = visitor.stream(&cursor).await;
    assert_eq!(visitor_hears.next().await.expect("presence").event, "presence");

    let look = async |who: &crate::tests::kit::Actor, on: bool| {
        who.call("set_looking", json!({ "conversation_id": id, "on": on })).await.status
    };
    assert_eq!(look(&nina, true).await, StatusCode::NOT_FOUND);
    for on in [true, false] {
        assert_eq!(look(&ann, on).await, StatusCode::OK);
        let heard = loop {
            let push: Push =
                serde_json::from_value(ben_hears.next().await.expect("open").data).expect("a push");
            if let Push::Signal { signal: signal @ Signal::Looking { .. } } = push {
                break signal;
            }
        };
        let name = "Ann".to_owned();
        assert_eq!(heard, Signal::Looking { conversation_id: id, operator_id: ann.id, name, on });
    }
    // What both hear next is no look.
    ann.reply(id, "Hi", 1).await.ok();
    assert_eq!(visitor_hears.next().await.expect("open").event, "conversation");
    app.visitor().say("For everybody").await;
    accounts::set_access(&app, ben.id, Role::Supervisor, true).await.expect("a change");
    loop {
        let push: Push = serde_json::from_value(nina_hears.next().await.expect("open").data).expect("a push");
        match push {
            Push::Signal { signal } => assert!(!matches!(signal, Signal::Looking { .. }), "{signal:?}"),
            Push::Event { event: Event::OperatorChanged { .. }, .. } => break,
            _ => {}
        }
    }
}

async fn a_place_that_is_too_old_is_told_to_reload(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let from = ann.inbox("all").await.as_of.resume_from();
    visitor.say("Hello").await;
    app.clock.advance(8 * Time::DAY);
    // On PostgreSQL events leave the log once no older transaction runs, in whatever database of the server.
    while events::can_resume(&mut app.db.conn().await.expect("a connection"), from).await.expect("a query") {
        maintain::clean_up(&app).await.expect("a clean-up");
    }
    // The session is that old as well, but still lives.
    assert_eq!(ann.stream(from).await.push().await, Push::Reset);
    let ahead = Position { xid: i64::MAX, id: i64::MAX };
    assert_eq!(ann.stream(ahead).await.push().await, Push::Reset, "a place that the log has not reached");
    assert_eq!(visitor.stream("0.0").await.next().await.expect("open").event, "reset");
    let inbox = ann.inbox("all").await;
    assert_eq!(inbox.rows.len(), 1);
    let mut hears = ann.stream(inbox.as_of.resume_from()).await;
    visitor.say("More").await;
    assert!(matches!(hears.push().await, Push::Event { .. }), "the reloaded view goes on");
}

async fn access_that_changes_ends_the_stream(app: TestApp) {
    let ann = app.operator("Ann").await;
    let mut hears = ann.stream(ann.inbox("all").await.as_of.resume_from()).await;
    accounts::set_access(&app, ann.id, Role::Operator, false).await.expect("a change");
    assert_eq!(hears.push().await, Push::Reset);
    assert!(hears.next().await.is_none(), "and closes");
}

async fn streams_need_somebody(app: TestApp) {
    let get = |path: &str| Request::builder().uri(path).body(Body::empty()).expect("a request");
    assert_eq!(app.send(get("/events?after=0.0")).await.status, StatusCode::UNAUTHORIZED);
    let ann = app.operator("Ann").await;
    let mut bad = get("/events?after=nonsense");
    bad.headers_mut().insert("cookie", ann.cookie().parse().expect("a header"));
    assert_eq!(app.send(bad).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let visitor = app.visitor();
    let early = visitor.request(axum::http::Method::GET, "events?after=0.0", &serde_json::Value::Null);
    assert_eq!(app.send(early).await.status, StatusCode::NOT_FOUND, "nothing to hear yet");
}

async fn a_tab_that_joins_is_given_what_it_missed(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let mut view = ann.inbox("all").await;
    let id = visitor.say("Hello").await;
    ann.reply(id, "Hi", 1).await.ok();
    let fresh = ann.inbox("all").await.rows;
    // On PostgreSQL the last events may be held back by transactions of other databases, for a moment.
    let catching_up = async {
        while view.rows != fresh {
            let after = json!({ "after": view.as_of.resume_from() });
            let missed: Option<Vec<Push>> =
                serde_json::from_value(ann.call("events_since", after).await.ok()).expect("pushes");
            for push in missed.expect("the place is not too old") {
                if let Push::Event { at, event, mark } = push {
                    view.apply(at, &event, mark);
                }
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), catching_up).await.expect("it catches up");
}

/// Where servers can share a database, the operator is on another one than the visitor.
async fn visitors_learn_when_somebody_comes_and_when_nobody_is_left(app: TestApp) {
    let elsewhere = if app.db.is_shared() { app.second_server().await } else { app.clone() };
    let (first, ann) = (app.visitor(), app.operator("Ann").await);
    first.say("Hello").await;
    let visitor = Visitor { test: elsewhere, token: first.token };
    let chat = visitor.chat().await;
    assert_eq!(chat["online"], false);
    let mut visitor_hears = visitor.stream(chat["cursor"].as_str().expect("a cursor")).await;
    let mut presence = async || loop {
        let heard = visitor_hears.next().await.expect("the stream is open");
        if heard.event == "presence" {
            return heard.data["online"].as_bool();
        }
    };
    assert_eq!(presence().await, Some(false));
    let ann_hears = ann.stream(ann.inbox("all").await.as_of.resume_from()).await;
    assert_eq!(presence().await, Some(true));
    drop(ann_hears);
    assert_eq!(presence().await, Some(false));
}
