//! Canned responses and macros: who sees and changes which, what is filled when, and what never leaves.

mod sending;
mod tables;

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use form_urlencoded::Serializer;
use serde_json::json;

use super::{
    kit::{Actor, Answer, TestApp},
    on_both,
};
use crate::{
    domain::{AppError, Canned, CannedId, CannedList, CannedScope, Role, Time},
    server::{actions::maintain, store::canned},
};

on_both!(
    a_response_is_written_changed_deleted_and_brought_back,
    what_cannot_be_used_names_its_field,
    everybody_sees_their_own_their_teams_and_everyones,
    a_shortcut_is_one_responses_in_its_scope,
    what_was_deleted_is_kept_for_a_while,
    the_pages_read_without_javascript,
);

/// Sends a form as the page does.
async fn form(actor: &Actor, function: &str, fields: &[(&str, &str)]) -> Answer {
    let body = Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("/fn/{function}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, actor.test.config.server.public_url.as_str())
        .header(header::COOKIE, actor.cookie());
    actor.test.send(request.body(Body::from(body)).expect("a request")).await
}

async fn save(actor: &Actor, scope: &str, shortcut: &str, text: &str) -> Answer {
    let title = format!("About {shortcut}");
    let fields = [
        ("form[scope]", scope),
        ("form[shortcut]", shortcut),
        ("form[title]", title.as_str()),
        ("form[text]", text),
    ];
    form(actor, "save_canned", &fields).await
}

/// Writes a response that can be used.
async fn written(actor: &Actor, scope: &str, shortcut: &str, text: &str) -> Canned {
    serde_json::from_value(save(actor, scope, shortcut, text).await.ok()).expect("a response")
}

async fn list(actor: &Actor) -> CannedList {
    serde_json::from_value(actor.call("list_canned", json!({})).await.ok()).expect("a list")
}

/// What an operator can use, by shortcut.
async fn shortcuts(actor: &Actor) -> Vec<String> {
    list(actor).await.rows.into_iter().map(|row| row.canned.shortcut).collect()
}

/// How often a response was sent: by the operator, and by everybody.
async fn uses(actor: &Actor, id: CannedId) -> (i64, i64) {
    let list = list(actor).await;
    let row = list.rows.iter().find(|row| row.canned.id == id).expect("a row");
    (row.mine, row.all)
}

#[track_caller]
fn refusal(answer: &Answer) -> (String, String) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
    match serde_json::from_value(answer.json.clone()) {
        Ok(AppError::Invalid { field, message }) => (field, message),
        _ => panic!("no field: {}", answer.text),
    }
}

async fn delete(actor: &Actor, id: CannedId) -> StatusCode {
    form(actor, "delete_canned", &[("id", &id.to_string())]).await.status
}

async fn restore(actor: &Actor, id: CannedId) -> Answer {
    form(actor, "restore_canned", &[("id", &id.to_string())]).await
}

async fn load(actor: &Actor, id: CannedId) -> StatusCode {
    actor.call("load_canned", json!({ "id": id })).await.status
}

async fn a_response_is_written_changed_deleted_and_brought_back(app: TestApp) {
    let ann = app.operator("Ann").await;
    let canned = written(&ann, "personal", "/Refund", "Hi {{customer.name | default(\"there\")}}\r\n").await;
    assert_eq!(
        (canned.scope, canned.shortcut.as_str(), canned.text.as_str()),
        (CannedScope::Personal(ann.id), "refund", "Hi {{customer.name | default(\"there\")}}")
    );
    app.clock.advance(Time::MINUTE);
    let id = canned.id.to_string();
    let fields = [
        ("id", id.as_str()),
        ("form[scope]", "personal"),
        ("form[shortcut]", "money"),
        ("form[title]", "Money"),
        ("form[text]", "It comes."),
        ("next", "/canned"),
    ];
    let answer = form(&ann, "save_canned", &fields).await;
    assert_eq!(answer.headers[header::LOCATION], "/canned");
    let changed: Canned = serde_json::from_value(answer.ok()).expect("a response");
    assert_eq!((changed.id, changed.created_at), (canned.id, canned.created_at));
    assert!(changed.updated_at > canned.updated_at);
    assert_eq!(list(&ann).await.rows[0].canned, changed);

    assert_eq!(delete(&ann, canned.id).await, StatusCode::OK);
    assert_eq!(shortcuts(&ann).await, [""; 0]);
    assert_eq!(load(&ann, canned.id).await, StatusCode::NOT_FOUND);
    assert_eq!(delete(&ann, canned.id).await, StatusCode::NOT_FOUND);
    restore(&ann, canned.id).await.ok();
    assert_eq!(list(&ann).await.rows[0].canned, changed, "as it was");
    assert_eq!(restore(&ann, canned.id).await.status, StatusCode::NOT_FOUND, "it is not deleted");
}

async fn what_cannot_be_used_names_its_field(app: TestApp) {
    let sue = app.person("Sue", Role::Supervisor, &[]).await;
    let long = "x".repeat(Canned::LONGEST_TEXT + 1);
    for (scope, shortcut, text, field) in [
        ("personal", "two words", "x", "shortcut"),
        ("personal", "a", long.as_str(), "text"),
        ("personal", "a", "Hi {{customer.nmae}}", "text"),
        ("personal", "a", "Hi {{customer.name | default(\"\")}}", "text"),
        ("nobody", "a", "x", "scope"),
        ("0199a000-0000-7000-8000-000000000000", "a", "x", "scope"),
    ] {
        assert_eq!(refusal(&save(&sue, scope, shortcut, text).await).0, field, "{scope} {shortcut} {text}");
    }
    let (_, message) = refusal(&save(&sue, "everyone", "a", "One\nTwo {{customer.nmae}}").await);
    assert!(message.starts_with("Line 2, column 5: “{{customer.nmae}}” is no macro."), "{message}");
    assert_eq!(shortcuts(&sue).await, [""; 0]);
}

async fn everybody_sees_their_own_their_teams_and_everyones(app: TestApp) {
    use StatusCode as Is;
    let (ann, ben) = (app.operator("Ann").await, app.operator("Ben").await);
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    let (sue, ada) =
        (app.person("Sue", Role::Supervisor, &[]).await, app.person("Ada", Role::Admin, &[]).await);
    let support = app.support.to_string();
    let own = written(&ann, "personal", "anns", "x").await.id;
    let team = written(&sue, &support, "supports", "x").await.id;
    let all = written(&sue, "everyone", "everyones", "x").await.id;

    assert_eq!(shortcuts(&ann).await, ["anns", "everyones", "supports"]);
    assert_eq!(shortcuts(&ben).await, ["everyones", "supports"]);
    assert_eq!(shortcuts(&nina).await, ["everyones"]);
    assert_eq!(shortcuts(&sue).await, ["everyones", "supports"], "what is personal is nobody else's");
    assert_eq!(shortcuts(&ada).await, ["everyones", "supports"]);

    for (actor, id, read, change) in [
        (&ben, own, Is::NOT_FOUND, Is::NOT_FOUND),
        (&sue, own, Is::NOT_FOUND, Is::NOT_FOUND),
        (&ada, own, Is::NOT_FOUND, Is::NOT_FOUND),
        (&ann, team, Is::OK, Is::FORBIDDEN),
        (&nina, team, Is::NOT_FOUND, Is::NOT_FOUND),
        (&ann, all, Is::OK, Is::FORBIDDEN),
        (&nina, all, Is::OK, Is::FORBIDDEN),
    ] {
        assert_eq!(load(actor, id).await, read);
        assert_eq!(delete(actor, id).await, change);
        let id = id.to_string();
        let fields = [
            ("id", id.as_str()),
            ("form[scope]", "personal"),
            ("form[shortcut]", "taken"),
            ("form[title]", "Taken"),
            ("form[text]", "x"),
        ];
        assert_eq!(form(actor, "save_canned", &fields).await.status, change, "nor made one's own");
    }
    for scope in ["everyone", support.as_str()] {
        assert_eq!(save(&ann, scope, "b", "x").await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(delete(&ada, team).await, StatusCode::OK);
    assert_eq!(restore(&ann, team).await.status, StatusCode::FORBIDDEN);
    assert_eq!(restore(&nina, team).await.status, StatusCode::NOT_FOUND);
    restore(&sue, team).await.ok();
}

async fn a_shortcut_is_one_responses_in_its_scope(app: TestApp) {
    let (ann, ben) = (app.operator("Ann").await, app.operator("Ben").await);
    let sue = app.person("Sue", Role::Supervisor, &[]).await;
    let (support, sales) = (app.support.to_string(), app.sales.to_string());
    let first = written(&ann, "personal", "hi", "x").await;
    for (actor, scope) in
        [(&ben, "personal"), (&sue, "everyone"), (&sue, support.as_str()), (&sue, sales.as_str())]
    {
        written(actor, scope, "hi", "x").await;
        let (field, message) = refusal(&save(actor, scope, "HI", "x").await);
        assert_eq!(field, "shortcut");
        assert!(message.starts_with("/hi is another response’s already."), "{message}");
    }
    assert_eq!(delete(&ann, first.id).await, StatusCode::OK);
    let second = written(&ann, "personal", "hi", "y").await;
    assert_eq!(refusal(&restore(&ann, first.id).await).0, "shortcut", "it has gone to another");
    assert_eq!(delete(&ann, second.id).await, StatusCode::OK);
    restore(&ann, first.id).await.ok();
    let mine = list(&ann).await.rows;
    assert_eq!(mine.iter().filter(|row| row.canned.shortcut == "hi").count(), 3);
    assert!(mine.iter().any(|row| row.canned == first));
}

async fn what_was_deleted_is_kept_for_a_while(app: TestApp) {
    let ann = app.operator("Ann").await;
    let id = written(&ann, "personal", "hi", "x").await.id;
    assert_eq!(delete(&ann, id).await, StatusCode::OK);
    app.clock.advance(29 * Time::DAY);
    maintain::clean_up(&app).await.expect("tidied");
    let mut conn = app.db.conn().await.expect("a connection");
    assert!(canned::find_deleted(&mut conn, id).await.expect("a query").is_some());
    app.clock.advance(2 * Time::DAY);
    maintain::clean_up(&app).await.expect("tidied");
    assert!(canned::find_deleted(&mut conn, id).await.expect("a query").is_none());
}

/// A page as the server renders it.
async fn page(actor: &Actor, path: &str) -> String {
    let request = Request::builder().uri(path).header(header::COOKIE, actor.cookie()).body(Body::empty());
    let answer = actor.test.send(request.expect("a request")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.text
}

async fn the_pages_read_without_javascript(app: TestApp) {
    let (ann, sue) = (app.operator("Ann").await, app.person("Sue", Role::Supervisor, &[]).await);
    assert!(page(&ann, "/canned").await.contains("No canned responses yet"));
    let all = written(&sue, "everyone", "refund", "<b>Money</b> for {{customer.name}}").await.id;
    let own = written(&ann, "personal", "glaze", "By hand").await.id;
    let found = page(&ann, "/canned?q=money").await;
    let titles =
        |page: &str| ["About refund", "About glaze"].map(|title| page.contains(&format!(">{title}<")));
    assert_eq!(titles(&found), [true, false]);
    assert!(found.contains("&lt;b&gt;Money&lt;/b&gt; for {{customer.name}}"), "a text is text");
    assert_eq!(titles(&page(&ann, "/canned?scope=personal").await), [false, true]);

    let mine = page(&ann, &format!("/canned/{own}")).await;
    assert!(mine.contains("form[text]") && mine.contains(">By hand</textarea>"), "hers to change");
    let theirs = page(&ann, &format!("/canned/{all}")).await;
    assert!(!theirs.contains("form[text]") && theirs.contains("Supervisors and admins look after it"));
    assert!(theirs.contains("&lt;b&gt;Money&lt;/b&gt; for Vera Lind"), "with a sample");
    assert!(page(&sue, &format!("/canned/{own}")).await.contains("There is no such response"));
}
