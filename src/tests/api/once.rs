//! What is posted is done once.

use axum::http::StatusCode;
use futures::future::join_all;
use serde_json::json;

use super::{HELPER, Workspace, id_of, texts, token, workspace};
use crate::{
    domain::Time,
    server::{
        actions::{
            api_answers::{self, Begun, Slip},
            maintain,
        },
        store::conversations,
    },
    tests::{kit::TestApp, on_both},
};

on_both!(
    the_same_request_at_once_is_done_once,
    the_same_request_again_is_answered_the_same,
    a_key_belongs_to_one_request_of_one_token,
    a_refusal_is_an_answer_too,
    a_request_that_was_cut_off_is_done_again_without_harm,
    answers_are_kept_for_a_day,
);

async fn the_same_request_at_once_is_done_once(app: TestApp) {
    let Workspace { helper, admin, .. } = workspace(&app).await;
    let id = helper.begin("Hello").await;
    for round in 0..10 {
        let (key, path) = (format!("request-{round}"), format!("/conversations/{id}/messages"));
        let body = json!({ "control_epoch": 0, "text": format!("Answer {round}") });
        let answers = join_all((0..8).map(|_| helper.post_as(&key, &path, &body))).await;
        for answer in &answers {
            if answer.status != StatusCode::CREATED {
                assert_eq!(answer.problem(409), "in_progress");
                assert_eq!(answer.headers["retry-after"], "1");
            }
        }
        assert!(answers.iter().any(|answer| answer.status == StatusCode::CREATED));
        let again = helper.post_as(&key, &path, &body).await;
        assert_eq!(again.headers["idempotency-replayed"], "true");
        let first = answers.iter().find(|answer| answer.status == StatusCode::CREATED).expect("one");
        assert_eq!(again.text, first.text);
    }
    let said = admin.thread(id).await.messages;
    assert_eq!(said.len(), 11, "{:?}", said.iter().map(|message| &message.body).collect::<Vec<_>>());
}

async fn the_same_request_again_is_answered_the_same(app: TestApp) {
    let Workspace { helper, .. } = workspace(&app).await;
    let (path, body) = ("/conversations", json!({ "channel": HELPER }));
    let first = helper.post_as("opening-1", path, &body).await;
    let again = helper.post_as("opening-1", path, &body).await;
    assert_eq!((first.status, again.status), (StatusCode::CREATED, StatusCode::CREATED));
    assert_eq!(first.text, again.text);
    assert_eq!(first.headers.get("idempotency-replayed"), None);
    let id = id_of(&first.created());
    for (path, body) in [
        (format!("/conversations/{id}/customer-messages"), json!({ "text": "Hello" })),
        (format!("/conversations/{id}/messages"), json!({ "control_epoch": 0, "text": "Hi" })),
        (format!("/conversations/{id}/handoff"), json!({ "control_epoch": 0, "reason": "Refund" })),
    ] {
        let first = helper.post_as(&path, &path, &body).await;
        assert!(first.status.is_success(), "{path} {}", first.text);
        app.clock.advance(Time::HOUR);
        let again = helper.post_as(&path, &path, &body).await;
        assert_eq!((again.status, again.text), (first.status, first.text), "{path}");
        assert_eq!(again.headers["content-type"], "application/json");
    }
    let transcript = helper.transcript(id).await;
    assert_eq!(texts(&transcript)[..2], ["Hello", "Hi"]);
    assert_eq!(transcript.len(), 3, "and that somebody will come");
    let count = conversations::count(&mut app.db.conn().await.expect("a connection")).await;
    assert_eq!(count.expect("a count"), 1);
}

async fn a_key_belongs_to_one_request_of_one_token(app: TestApp) {
    let Workspace { helper, bot, admin, .. } = workspace(&app).await;
    let id = helper.begin("Hello").await;
    let path = format!("/conversations/{id}/messages");
    let body = json!({ "control_epoch": 0, "text": "Hi" });
    helper.post_as("one-and-only", &path, &body).await.created();
    let other = json!({ "control_epoch": 0, "text": "Hi there" });
    assert_eq!(helper.post_as("one-and-only", &path, &other).await.problem(409), "idempotency_key_reused");
    let elsewhere = helper.post_as("one-and-only", "/conversations", &json!({ "channel": HELPER })).await;
    assert_eq!(elsewhere.problem(409), "idempotency_key_reused");
    let second = token(&app, &admin, Some(bot.id)).await;
    second.post_as("one-and-only", &path, &other).await.created();
    assert_eq!(texts(&helper.transcript(id).await), ["Hello", "Hi", "Hi there"]);
}

async fn a_refusal_is_an_answer_too(app: TestApp) {
    let Workspace { helper, admin, .. } = workspace(&app).await;
    let id = helper.begin("Hello").await;
    let path = format!("/conversations/{id}/messages");
    let body = json!({ "control_epoch": 0, "text": "Hi" });
    admin.act("take_over", id).await.ok();
    let first = helper.post_as("too-late-1", &path, &body).await;
    assert_eq!(first.problem(409), "stale");
    admin.call("give_back", json!({ "id": id, "instruction": "" })).await.ok();
    let again = helper.post_as("too-late-1", &path, &body).await;
    assert_eq!((again.problem(409), &again.text), ("stale", &first.text));
    assert_eq!(again.headers["idempotency-replayed"], "true");
}

async fn a_request_that_was_cut_off_is_done_again_without_harm(app: TestApp) {
    let Workspace { helper, admin, .. } = workspace(&app).await;
    let id = helper.begin("Hello").await;
    let path = format!("/conversations/{id}/messages");
    let body = json!({ "control_epoch": 0, "text": "Hi" });
    helper.post_as("cut-off-1", &path, &body).await.created();
    // As if the server had gone between the message and the answer.
    let slip = |request: &[u8]| Slip { token: helper.id, key: "cut-off-1".into(), request: request.to_vec() };
    let mut tx = app.tx().await;
    let kept = crate::server::store::api_answers::find(&mut tx, helper.id, "cut-off-1").await;
    let request = kept.expect("read").expect("an answer").request;
    let gone = app.clock.now().plus(Time::SECOND);
    crate::server::store::api_answers::delete_before(&mut tx, gone).await.expect("forgotten");
    tx.commit().await.expect("a commit");
    assert_eq!(api_answers::begin(&app, &slip(&request)).await, Ok(Begun::Free));
    assert_eq!(api_answers::begin(&app, &slip(b"another")).await, Ok(Begun::Reused));
    app.clock.advance(Time::MINUTE);
    assert_eq!(helper.post_as("cut-off-1", &path, &body).await.problem(409), "in_progress");
    app.clock.advance(Time::SECOND);
    let answers = join_all((0..4).map(|_| helper.post_as("cut-off-1", &path, &body))).await;
    assert!(answers.iter().any(|answer| answer.status == StatusCode::CREATED));
    assert!(answers.iter().all(|answer| matches!(answer.status.as_u16(), 201 | 409)));
    assert_eq!(admin.thread(id).await.messages.len(), 2, "it was said once");
}

async fn answers_are_kept_for_a_day(app: TestApp) {
    let Workspace { helper, .. } = workspace(&app).await;
    let (path, body) = ("/conversations", json!({ "channel": HELPER, "external_id": "chat-1" }));
    helper.post_as("opening-1", path, &body).await.created();
    app.clock.advance(Time::DAY);
    maintain::clean_up(&app).await.expect("tidy");
    assert_eq!(helper.post_as("opening-1", path, &body).await.status, StatusCode::CREATED, "as it was");
    app.clock.advance(Time::SECOND);
    maintain::clean_up(&app).await.expect("tidy");
    assert_eq!(helper.post_as("opening-1", path, &body).await.status, StatusCode::OK, "as it is");
}
