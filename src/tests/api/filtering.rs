//! The list takes the inbox's filter, by ids or by names.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{HELPER, Workspace, workspace};
use crate::{
    domain::{BulkAction, Priority, Role, Tag, Time},
    server::clock::new_id,
    tests::{kit::TestApp, on_both},
};

on_both!(conditions_narrow_the_list, what_cannot_be_read_is_named);

async fn conditions_narrow_the_list(app: TestApp) {
    let Workspace { crm, helper, admin, .. } = workspace(&app).await;
    let ann = app.person("Ann Lee", Role::Operator, &[app.support]).await;
    let vera = app.visitor();
    let first = json!({ "client_msg_id": new_id::<Uuid>(), "body": "Hello", "name": "Vera Änders" });
    let vera: Value = vera.post("messages", first).await.ok()["conversation"]["id"].clone();
    let vera_id = serde_json::from_value(vera.clone()).expect("an id");
    app.clock.advance(10 * Time::MINUTE);
    let other = json!(app.visitor().say("Hello").await);
    let bots = json!(helper.begin("Hello").await);
    let wanted = json!({ "id": null, "name": "Big deal", "hue": "teal", "archived": false });
    let tag: Tag = serde_json::from_value(admin.call("save_tag", wanted).await.ok()).expect("a tag");
    ann.act("claim", vera_id).await.ok();
    ann.handle(&[vera_id], &BulkAction::Tag { add: [tag.id].into(), remove: [].into() }).await;
    ann.handle(&[vera_id], &BulkAction::Prioritise(Priority::High)).await;
    let until = app.clock.now().plus(Time::HOUR);
    ann.handle(&[vera_id], &BulkAction::Snooze(until)).await;
    let shown = crm.get(&format!("/conversations/{vera_id}")).await.ok();
    assert_eq!((&shown["tags"], &shown["priority"]), (&json!(["Big deal"]), &json!("high")));
    assert_eq!(shown["snoozed_until"], until.rfc3339());
    let past = app.clock.now().plus(-Time::MINUTE).rfc3339();
    for (query, want) in [
        ("status=active".to_owned(), vec![&vera]),
        ("status=waiting,open".to_owned(), vec![&other, &bots]),
        (format!("channel={HELPER}"), vec![&bots]),
        (format!("channel={}", app.channel), vec![&vera, &other]),
        ("team=support%20team&status=waiting,active".to_owned(), vec![&vera, &other]),
        ("team=sales%20team".to_owned(), vec![]),
        ("owner=ann%20lee@test.test".to_owned(), vec![&vera]),
        (format!("owner={},nobody", ann.id), vec![&vera, &other, &bots]),
        ("tag=big%20deal".to_owned(), vec![&vera]),
        (format!("tag={}", tag.id), vec![&vera]),
        ("priority=high,urgent".to_owned(), vec![&vera]),
        ("waiting=5m".to_owned(), vec![&vera]),
        ("created=5m".to_owned(), vec![&other, &bots]),
        (format!("created=..{past}"), vec![&vera]),
        ("text=%C3%A4nders%20VERA".to_owned(), vec![&vera]),
        ("text=nobody".to_owned(), vec![]),
        (String::new(), vec![&vera, &other, &bots]),
    ] {
        let page = crm.get(&format!("/conversations?{query}")).await.ok();
        let conversations = page["conversations"].as_array().expect("conversations");
        let found: BTreeSet<String> = conversations.iter().map(|one| one["id"].to_string()).collect();
        let want: BTreeSet<String> = want.into_iter().map(Value::to_string).collect();
        assert_eq!(found, want, "{query}");
    }
    let own = helper.get("/conversations?status=open,waiting,active").await.ok();
    assert_eq!(own["conversations"].as_array().map(Vec::len), Some(1), "a bot is given its own alone");
}

async fn what_cannot_be_read_is_named(app: TestApp) {
    let Workspace { crm, .. } = workspace(&app).await;
    let long = format!("text={}", "x".repeat(101));
    for (query, field) in [
        ("status=done", "status"),
        ("channel=nowhere", "channel"),
        ("team=nobodys", "team"),
        ("owner=me", "owner"),
        ("owner=x@y.test", "owner"),
        ("tag=none", "tag"),
        ("priority=highest", "priority"),
        ("waiting=soon", "waiting"),
        ("created=2026", "created"),
        (long.as_str(), "text"),
    ] {
        let answer = crm.get(&format!("/conversations?{query}")).await;
        assert_eq!(answer.problem(422), "invalid", "{query}");
        assert_eq!(answer.json["field"], field, "{query}");
    }
}
