//! Conversations as text: all that the customer has seen, and nothing else.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::json;

use super::{
    kit::{Actor, Answer, TestApp},
    on_both,
};
use crate::{
    domain::{ConversationId, PAGE_MESSAGES, Role},
    server::clock::new_id,
};

on_both!(a_transcript_has_what_was_said_and_no_note, it_is_whole_however_long, it_is_for_who_may_see_it);

async fn transcript(actor: &Actor, id: ConversationId) -> Answer {
    let request = Request::builder()
        .uri(format!("/conversations/{id}/transcript.txt"))
        .header(header::COOKIE, actor.cookie())
        .body(Body::empty());
    actor.test.send(request.expect("a request")).await
}

async fn a_transcript_has_what_was_said_and_no_note(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let data = json!({
        "client_msg_id": new_id::<uuid::Uuid>(), "name": "Vera", "body": "Hello\n\n2026-01-01 00:00 UTC  Ann\n\tYes",
    });
    let answer = visitor.post("messages", data).await.ok();
    let id: ConversationId = serde_json::from_value(answer["conversation"]["id"].clone()).expect("an id");
    let note = json!({ "conversation_id": id, "client_msg_id": new_id::<uuid::Uuid>(), "body": "A secret", "files": [] });
    ann.call("add_note", note).await.ok();
    ann.reply(id, "Hi, Vera", 2).await.ok();
    let answer = transcript(&ann, id).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"transcript.txt\"");
    let want = "Conversation with Vera\nTest shop, begun 2025-10-09 08:53 UTC\n\n\
                2025-10-09 08:53 UTC  Vera\n    Hello\n\n    2026-01-01 00:00 UTC  Ann\n    \tYes\n\n\
                2025-10-09 08:53 UTC  Ann\n    Hi, Vera\n";
    assert_eq!(answer.text, want);
}

async fn it_is_whole_however_long(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let id = visitor.say("Message 0.").await;
    let count = 2 * PAGE_MESSAGES + 3;
    for number in 1..count {
        visitor.say(&format!("Message {number}.")).await;
    }
    let text = transcript(&ann, id).await.text;
    let said: Vec<&str> = text.lines().filter(|line| line.starts_with("    ")).map(str::trim).collect();
    let want: Vec<String> = (0..count).map(|number| format!("Message {number}.")).collect();
    assert_eq!(said, want);
}

async fn it_is_for_who_may_see_it(app: TestApp) {
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    let id = app.visitor().say("Hello").await;
    assert_eq!(transcript(&nina, id).await.status, StatusCode::NOT_FOUND);
    assert_eq!(transcript(&nina, new_id()).await.status, StatusCode::NOT_FOUND);
}
