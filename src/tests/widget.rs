//! What visitors do.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use serde_json::{Value, json};

use super::{
    kit::{KEY, TestApp},
    on_both,
};
use crate::{
    domain::{Channel, ChannelKind, Handler, Status, Time},
    server::{
        clock::new_id,
        store::{
            channels::{self, ConfiguredChannel, SESSION, Settings, UNCONNECTED},
            conversations,
        },
    },
};

on_both!(
    the_first_message_makes_contact_and_conversation,
    a_visitor_sees_only_what_is_public,
    a_resolved_conversation_reopens_for_its_owner,
    after_the_window_a_new_conversation_follows_the_old,
    a_fresh_start_follows_a_resolved_conversation_alone,
    names_fill_what_was_empty,
    a_person_can_be_asked_for,
    bad_input_is_refused_and_nothing_is_stored,
    the_frame_says_who_may_embed_it,
    channels_of_live_sessions_have_a_widget_and_others_have_none,
);

async fn the_first_message_makes_contact_and_conversation(app: TestApp) {
    let visitor = app.visitor();
    assert_eq!(visitor.chat().await["conversation"], Value::Null);
    let answer = visitor
        .post(
            "messages",
            json!({ "client_msg_id": new_id::<uuid::Uuid>(), "body": " Hi\r\nthere ", "name": "Vic" }),
        )
        .await
        .ok();
    assert_eq!(answer["message"]["body"], "Hi\nthere");
    assert_eq!(answer["message"]["seq"], 1);
    assert_eq!(answer["conversation"]["status"], "waiting");
    let chat = visitor.chat().await;
    assert_eq!(chat["contact"]["name"], "Vic");
    assert_eq!(chat["messages"].as_array().map(Vec::len), Some(1));
}

async fn a_visitor_sees_only_what_is_public(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann Lee").await);
    let id = visitor.say("Hello").await;
    let client = new_id::<uuid::Uuid>();
    let note = json!({ "conversation_id": id, "client_msg_id": client, "body": "Looks odd", "files": [] });
    ann.call("add_note", note).await.ok();
    ann.reply(id, "Hello, Vic", 1).await.ok();
    ann.act("release", id).await.ok();
    let chat = visitor.chat().await;
    let bodies: Vec<&str> =
        chat["messages"].as_array().expect("messages").iter().filter_map(|m| m["body"].as_str()).collect();
    assert_eq!(bodies, ["Hello", "Ann Lee joined the conversation", "Hello, Vic"]);
    assert!(!chat.to_string().contains("odd"));
    let other = app.visitor().chat().await;
    assert_eq!(other["messages"], json!([]), "another browser sees nothing of it");
}

async fn a_resolved_conversation_reopens_for_its_owner(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let id = visitor.say("Hello").await;
    ann.reply(id, "Hi", 1).await.ok();
    ann.act("resolve", id).await.ok();
    app.clock.advance(6 * Time::DAY);
    assert_eq!(visitor.say("One more thing").await, id);
    let thread = ann.thread(id).await;
    assert_eq!((thread.conversation.status, thread.conversation.owner_id), (Status::Active, Some(ann.id)));
    assert_eq!(thread.conversation.resolved_at, None);
    assert_eq!(thread.conversation.awaiting_reply_since, Some(app.clock.now()));
}

async fn after_the_window_a_new_conversation_follows_the_old(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let old = visitor.say("Hello").await;
    ann.reply(old, "Hi", 1).await.ok();
    ann.act("resolve", old).await.ok();
    app.clock.advance(7 * Time::DAY + Time::SECOND);
    let new = visitor.say("Me again").await;
    assert_ne!(new, old);
    let thread = ann.thread(new).await;
    assert_eq!(thread.conversation.previous_id, Some(old));
    assert_eq!(thread.conversation.status, Status::Waiting);
    assert_eq!(thread.others.iter().map(|other| other.id).collect::<Vec<_>>(), [old]);
    assert_eq!(visitor.say("Still there?").await, new, "the session has moved on");
}

async fn a_fresh_start_follows_a_resolved_conversation_alone(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let first = visitor.say("Hello").await;
    let fresh = |id: uuid::Uuid| json!({ "client_msg_id": id, "body": "Something else", "fresh": true });
    let answer = visitor.post("messages", fresh(new_id())).await.ok();
    assert_eq!(answer["conversation"]["id"], json!(first), "it is not resolved: the wish is not granted");
    ann.act("resolve", first).await.ok();
    let id = new_id();
    let second = visitor.post("messages", fresh(id)).await.ok()["conversation"]["id"].clone();
    assert_ne!(second, json!(first));
    let again = visitor.post("messages", fresh(id)).await.ok()["conversation"]["id"].clone();
    assert_eq!(again, second, "the same message again makes no third conversation");
}

async fn names_fill_what_was_empty(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let id = visitor.say("Hello").await;
    assert!(ann.thread(id).await.conversation.contact_name.starts_with("Visitor "));
    let named = |name: &str| json!({ "client_msg_id": new_id::<uuid::Uuid>(), "body": "x", "name": name, "email": "v@x.test" });
    visitor.post("messages", named("Vic")).await.ok();
    visitor.post("messages", named("Somebody Else")).await.ok();
    let thread = ann.thread(id).await;
    assert_eq!(thread.conversation.contact_name, "Vic");
    assert_eq!(thread.contact.email.as_deref(), Some("v@x.test"));
}

async fn a_person_can_be_asked_for(app: TestApp) {
    let visitor = app.visitor();
    assert_eq!(visitor.post("person", Value::Null).await.status, StatusCode::NOT_FOUND);
    let id = visitor.say("Hello").await;
    assert_eq!(
        visitor.post("person", Value::Null).await.status,
        StatusCode::CONFLICT,
        "people answer already"
    );
    let mut tx = app.tx().await;
    let mut conversation = conversations::lock(&mut tx, id).await.expect("a query").expect("a conversation");
    (conversation.status, conversation.handler) = (Status::Open, Handler::Bot);
    conversations::update(&mut tx, &conversation).await.expect("an update");
    tx.commit().await.expect("a commit");
    let answer = visitor.post("person", Value::Null).await.ok();
    assert_eq!((answer["status"].as_str(), answer["handler"].as_str()), (Some("waiting"), Some("human")));
    let chat = visitor.chat().await;
    assert_eq!(chat["messages"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        (&chat["messages"][1]["sender"], &chat["messages"][1]["system"]),
        (&json!("system"), &Value::Null)
    );
    assert_eq!(chat["messages"][1]["body"], Settings::default().offline_words, "in the channel's words");
}

async fn bad_input_is_refused_and_nothing_is_stored(app: TestApp) {
    let visitor = app.visitor();
    let id = || new_id::<uuid::Uuid>();
    for (body, status) in [
        (json!({ "client_msg_id": id(), "body": "" }), 422),
        (json!({ "client_msg_id": id(), "body": " \n\t\u{0} " }), 422),
        (json!({ "client_msg_id": id(), "body": "x".repeat(10_001) }), 422),
        (json!({ "client_msg_id": id(), "body": "x".repeat(300_000) }), 413),
        (json!({ "client_msg_id": "7", "body": "x" }), 422),
        (json!({ "body": "x" }), 422),
        (json!([]), 422),
        (json!({ "client_msg_id": id(), "body": "x", "email": "not an address" }), 422),
        (json!({ "client_msg_id": id(), "body": "x", "name": "n".repeat(121) }), 422),
    ] {
        let answer = visitor.post("messages", body.clone()).await;
        assert_eq!(
            answer.status.as_u16(),
            status,
            "{} {}",
            &body.to_string()[..body.to_string().len().min(80)],
            answer.text
        );
    }
    let mut broken = visitor.request(Method::POST, "messages", &Value::Null);
    *broken.body_mut() = Body::from("{");
    assert_eq!(app.send(broken).await.status, StatusCode::BAD_REQUEST);
    for token in ["", "Bearer ", "Bearer short", "Basic abc", "Bearer ' OR 1=1 --                      "] {
        let mut request = visitor.request(Method::GET, "conversation", &Value::Null);
        request.headers_mut().insert(header::AUTHORIZATION, token.parse().expect("a header"));
        assert_eq!(app.send(request).await.status, StatusCode::UNAUTHORIZED, "{token:?}");
    }
    let unknown = Request::builder()
        .uri("/widget/api/no-such-channel/conversation")
        .header(header::AUTHORIZATION, format!("Bearer {}", visitor.token))
        .body(Body::empty())
        .expect("a request");
    assert_eq!(app.send(unknown).await.status, StatusCode::NOT_FOUND);
    let count = conversations::count(&mut app.db.conn().await.expect("a connection")).await;
    assert_eq!(count.expect("a count"), 0);
}

async fn the_frame_says_who_may_embed_it(app: TestApp) {
    let get = |path: String| Request::builder().uri(path).body(Body::empty()).expect("a request");
    let frame = app.send(get(format!("/widget/frame/{KEY}"))).await;
    assert_eq!(frame.status, StatusCode::OK);
    let policy = frame.headers[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
    assert!(policy.contains("frame-ancestors *") && policy.contains("script-src 'nonce-"), "{policy}");
    let settings = app.send(get(format!("/widget/{KEY}/settings.js"))).await;
    assert!(settings.text.starts_with("window.LiveOperator.settings({"), "{}", settings.text);
    for missing in ["/widget/frame/none", "/widget/none/settings.js"] {
        assert_eq!(app.send(get(missing.into())).await.status, StatusCode::NOT_FOUND);
    }
    let login = app.send(get("/login".into())).await;
    let policy = login.headers[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("nonce-"), "{policy}");
}

async fn channels_of_live_sessions_have_a_widget_and_others_have_none(app: TestApp) {
    for (kind, provider, enabled, served) in [
        (ChannelKind::LiveChat, SESSION, true, true),
        (ChannelKind::Chatbot, SESSION, true, true),
        (ChannelKind::Chatbot, SESSION, false, false),
        (ChannelKind::Chatbot, UNCONNECTED, true, false),
        (ChannelKind::Sms, UNCONNECTED, true, false),
        (ChannelKind::Email, "mail", true, false),
    ] {
        let key = format!("{}-{provider}-{enabled}", kind.as_str());
        let channel = Channel {
            id: new_id(),
            kind,
            name: "Another".into(),
            hue: None,
            team_id: Some(app.support),
            enabled,
            connected: provider != UNCONNECTED,
            address: String::new(),
        };
        let configured = ConfiguredChannel {
            channel,
            key: key.clone(),
            provider: provider.into(),
            credentials: None,
            settings: Settings::default(),
            created_at: app.clock.now(),
        };
        let mut tx = app.tx().await;
        channels::insert(&mut tx, &configured).await.expect("a channel");
        tx.commit().await.expect("a commit");
        let request = Request::builder().uri(format!("/widget/frame/{key}")).body(Body::empty());
        let status = app.send(request.expect("a request")).await.status;
        assert_eq!(status == StatusCode::OK, served, "{key}: {status}");
        assert!(served || status == StatusCode::NOT_FOUND, "{key}: {status}");
    }
}
