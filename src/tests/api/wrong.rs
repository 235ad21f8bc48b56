//! Bad input is refused with a word for it, and nothing comes of it.

use axum::{
    body::Body,
    http::{Method, header},
};
use serde_json::{Value, json};

use super::{HELPER, Workspace, workspace};
use crate::{
    server::store::conversations,
    tests::{kit::TestApp, on_both},
};

on_both!(
    what_cannot_be_opened_is_not,
    what_cannot_be_said_is_not,
    what_is_no_request_is_refused,
    what_is_not_there_is_not_found,
    a_question_that_makes_no_sense_is_refused,
);

async fn what_cannot_be_opened_is_not(app: TestApp) {
    let Workspace { helper, .. } = workspace(&app).await;
    let with = |field: &str, value: Value| {
        let mut body = json!({ "channel": HELPER });
        body[field] = value;
        body
    };
    let past = |text: String| json!({ "sender": "customer", "text": text });
    let many: Vec<Value> = (0..501).map(|_| past("x".into())).collect();
    for (body, field) in [
        (json!({}), None),
        (json!([]), None),
        (json!("x"), None),
        (with("channel", json!(7)), None),
        (with("chanel", json!("a typing error")), None),
        (with("channel", json!("")), Some("channel")),
        (with("channel", json!("a\u{0}b")), Some("channel")),
        (with("external_id", json!("a b")), Some("external_id")),
        (with("external_id", json!("x".repeat(201))), Some("external_id")),
        (with("handler", json!("robot")), None),
        (with("contact", json!({ "name": "n".repeat(121) })), Some("contact.name")),
        (with("contact", json!({ "email": "nobody" })), Some("contact.email")),
        (with("contact", json!({ "email": " \t" })), Some("contact.email")),
        (with("contact", json!({ "external_id": "é" })), Some("contact.external_id")),
        (with("history", json!(many)), Some("history")),
        (with("history", json!([past(" \n ".into())])), Some("text")),
        (with("history", json!([past("x".repeat(10_001))])), Some("text")),
        (with("history", json!([{ "sender": "system", "text": "x" }])), None),
        (with("history", json!([{ "sender": "bot", "text": "x", "sent_at": "yesterday" }])), None),
    ] {
        let answer = helper.post("/conversations", body.clone()).await;
        let shown: String = body.to_string().chars().take(80).collect();
        assert_eq!(answer.problem(422), "invalid", "{shown}");
        assert_eq!(answer.json["field"].as_str(), field, "{shown} {}", answer.text);
    }
    let count = conversations::count(&mut app.db.conn().await.expect("a connection")).await;
    assert_eq!(count.expect("a count"), 0);
}

async fn what_cannot_be_said_is_not(app: TestApp) {
    let Workspace { helper, admin, .. } = workspace(&app).await;
    let id = helper.begin("Hello").await;
    for (what, body, status) in [
        ("messages", json!({ "control_epoch": 0 }), 422),
        ("messages", json!({ "text": "x" }), 422),
        ("messages", json!({ "control_epoch": "0", "text": "x" }), 422),
        ("messages", json!({ "control_epoch": 0, "text": "" }), 422),
        ("messages", json!({ "control_epoch": 0, "text": " \u{7} " }), 422),
        ("messages", json!({ "control_epoch": 0, "text": "x".repeat(10_001) }), 422),
        ("messages", json!({ "control_epoch": 0, "text": "x".repeat(1_000_000) }), 413),
        ("messages", json!({ "control_epoch": -1, "text": "x" }), 409),
        ("messages", json!({ "control_epoch": 0, "text": "x", "to": "somebody else" }), 422),
        ("customer-messages", json!({ "text": "x".repeat(10_001) }), 422),
        ("customer-messages", json!({ "text": "x", "external_id": "a b" }), 422),
        ("partial", json!({ "control_epoch": 0, "text": "x".repeat(10_001) }), 422),
        ("typing", json!({ "control_epoch": 0, "on": "yes" }), 422),
        ("handoff", json!({ "control_epoch": 0, "summary": "x".repeat(2_001) }), 422),
        ("handoff", json!({ "control_epoch": 0, "confidence": 101 }), 422),
        ("handoff", json!({ "control_epoch": 0, "cause": "tired" }), 422),
    ] {
        let answer = helper.post(&format!("/conversations/{id}/{what}"), body).await;
        answer.problem(status);
    }
    let thread = admin.thread(id).await;
    assert_eq!((thread.messages.len(), thread.conversation.control_epoch), (1, 0));
}

async fn what_is_no_request_is_refused(app: TestApp) {
    let Workspace { helper, .. } = workspace(&app).await;
    let send = async |key: Option<&str>, kind: Option<&str>, body: &str| {
        let mut request = helper.request(Method::POST, "/conversations");
        for (name, value) in [("idempotency-key", key), ("content-type", kind)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        app.send(request.body(Body::from(body.to_owned())).expect("a request")).await
    };
    let (key, as_json) = (Some("12345678"), Some("application/json"));
    let good = r#"{"channel":"helper"}"#;
    for (key, kind, body, status, code) in [
        (None, as_json, good, 400, "idempotency_key"),
        (Some("short"), as_json, good, 400, "idempotency_key"),
        (Some("with a blank"), as_json, good, 400, "idempotency_key"),
        (key, None, good, 415, "unsupported_media_type"),
        (key, Some("text/plain"), good, 415, "unsupported_media_type"),
        (key, as_json, "", 400, "malformed"),
        (key, as_json, "{", 400, "malformed"),
        (key, as_json, r#"{"channel":"helper"} and more"#, 400, "malformed"),
        (key, as_json, "channel=helper", 400, "malformed"),
    ] {
        let answer = send(key, kind, body).await;
        assert_eq!(answer.problem(status), code, "{body}");
    }
    let cookie = app.operator("Ann").await.cookie();
    let request = helper.request(Method::GET, "/conversations");
    let mut request = request.header(header::COOKIE, cookie).body(Body::empty()).expect("a request");
    request.headers_mut().remove(header::AUTHORIZATION);
    assert_eq!(app.send(request).await.problem(401), "unauthenticated", "a cookie opens nothing here");
    let foreign = helper.request(Method::GET, "/conversations").header(header::ORIGIN, "https://evil.test");
    let answer = app.send(foreign.body(Body::empty()).expect("a request")).await;
    assert!(!answer.headers.contains_key("access-control-allow-origin"));
    assert_eq!(answer.headers["cache-control"], "no-store");
}

async fn what_is_not_there_is_not_found(app: TestApp) {
    let Workspace { helper, crm, .. } = workspace(&app).await;
    let id = helper.begin("Hello").await;
    for path in [
        "/nothing".to_owned(),
        "/conversations/".to_owned(),
        "/conversations/7".to_owned(),
        "/conversations/%00".to_owned(),
        "/conversations/%ff".to_owned(),
        "/conversations/00000000-0000-0000-0000-000000000000".to_owned(),
        format!("/conversations/{id}/nothing"),
        format!("/conversations/{id}/messages/1"),
    ] {
        for sibling in [&helper, &crm] {
            assert_eq!(sibling.get(&path).await.problem(404), "not_found", "{path}");
        }
    }
    for (method, path, allowed) in [
        (Method::DELETE, "/conversations".to_owned(), "GET,POST"),
        (Method::PUT, format!("/conversations/{id}"), "GET"),
        (Method::PATCH, format!("/conversations/{id}/messages"), "GET,POST"),
        (Method::GET, format!("/conversations/{id}/handoff"), "POST"),
        (Method::OPTIONS, "/openapi.json".to_owned(), "GET"),
    ] {
        let request = helper.request(method, &path).body(Body::empty()).expect("a request");
        let answer = app.send(request).await;
        assert_eq!(answer.problem(405), "method_not_allowed", "{path}");
        let told = answer.headers[header::ALLOW].to_str().expect("text");
        assert!(allowed.split(',').all(|method| told.split(',').any(|one| one == method)), "{path}: {told}");
    }
}

async fn a_question_that_makes_no_sense_is_refused(app: TestApp) {
    let Workspace { helper, .. } = workspace(&app).await;
    let id = helper.begin("Hello").await;
    for (path, field) in [
        ("/conversations?limit=0".to_owned(), "limit"),
        ("/conversations?limit=101".to_owned(), "limit"),
        ("/conversations?limit=x".to_owned(), "query"),
        ("/conversations?limit=1&limit=2".to_owned(), "query"),
        ("/conversations?updated_after=yesterday".to_owned(), "updated_after"),
        ("/conversations?after=5".to_owned(), "after"),
        (format!("/conversations/{id}/messages?after=-1"), "after"),
        (format!("/conversations/{id}/messages?after=9007199254740992"), "after"),
        (format!("/conversations/{id}/messages?after=99999999999999999999"), "query"),
        (format!("/conversations/{id}/messages?limit=201"), "limit"),
    ] {
        let answer = helper.get(&path).await;
        assert_eq!(answer.problem(422), "invalid", "{path}");
        assert_eq!(answer.json["field"], field, "{path}");
    }
}
