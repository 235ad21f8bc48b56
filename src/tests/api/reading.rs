//! What each token may read.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Workspace, channel, id_of, texts, token, workspace};
use crate::{
    domain::{Role, Time},
    server::clock::new_id,
    tests::{kit::TestApp, on_both},
};

on_both!(
    a_bot_reads_its_own_conversations_alone,
    who_acts_as_no_bot_reads_all,
    notes_are_for_the_team_and_its_crm,
    conversations_come_in_stretches,
    messages_come_in_stretches,
);

async fn a_bot_reads_its_own_conversations_alone(app: TestApp) {
    let Workspace { admin, helper, .. } = workspace(&app).await;
    let other = super::bot(&app, "Moss").await;
    channel(&app, "others", Some(other.id)).await;
    let moss = token(&app, &admin, Some(other.id)).await;
    let theirs = id_of(&moss.post("/conversations", json!({ "channel": "others" })).await.created());
    let visitors = app.visitor().say("To people").await;
    let own = helper.begin("Hello").await;
    for foreign in [theirs, visitors] {
        assert_eq!(helper.get(&format!("/conversations/{foreign}")).await.problem(404), "not_found");
        let messages = helper.get(&format!("/conversations/{foreign}/messages")).await;
        assert_eq!(messages.problem(404), "not_found");
        let bodies = [
            ("messages", json!({ "control_epoch": 0, "text": "Hi" })),
            ("partial", json!({ "control_epoch": 0, "text": "Hi" })),
            ("typing", json!({ "control_epoch": 0 })),
            ("handoff", json!({ "control_epoch": 0 })),
            ("customer-messages", json!({ "text": "Hi" })),
        ];
        for (what, body) in bodies {
            let answer = helper.post(&format!("/conversations/{foreign}/{what}"), body).await;
            assert_eq!(answer.problem(404), "not_found", "{what}");
        }
    }
    assert_eq!(ids(&helper.get("/conversations").await.ok()), [json!(own)]);
    assert_eq!(ids(&moss.get("/conversations").await.ok()), [json!(theirs)]);
    assert_eq!(admin.thread(visitors).await.messages.len(), 1);
}

async fn who_acts_as_no_bot_reads_all(app: TestApp) {
    let Workspace { crm, helper, .. } = workspace(&app).await;
    let (visitors, bots) = (app.visitor().say("To people").await, helper.begin("Hello").await);
    let mut listed = ids(&crm.get("/conversations").await.ok());
    listed.sort_by_key(Value::to_string);
    let mut all = [json!(visitors), json!(bots)];
    all.sort_by_key(Value::to_string);
    assert_eq!(listed, all);
    assert_eq!(texts(&crm.transcript(visitors).await), ["To people"]);
    for (what, body) in [
        ("messages", json!({ "control_epoch": 0, "text": "Hi" })),
        ("partial", json!({ "control_epoch": 0, "text": "Hi" })),
        ("typing", json!({ "control_epoch": 0 })),
        ("handoff", json!({ "control_epoch": 0 })),
    ] {
        let answer = crm.post(&format!("/conversations/{bots}/{what}"), body).await;
        assert_eq!(answer.problem(403), "no_bot", "{what}");
    }
}

async fn notes_are_for_the_team_and_its_crm(app: TestApp) {
    let Workspace { crm, helper, admin, .. } = workspace(&app).await;
    let ann = app.person("Ann Lee", Role::Operator, &[app.support]).await;
    let id = helper.begin("Hello").await;
    let note = json!({
        "conversation_id": id, "client_msg_id": new_id::<Uuid>(), "body": "Looks odd", "files": [],
    });
    ann.call("add_note", note).await.ok();
    ann.reply(id, "Hi, Ann here", 2).await.ok();
    ann.call("give_back", json!({ "id": id, "instruction": "Be kind" })).await.ok();
    let public = helper.transcript(id).await;
    assert_eq!(texts(&public), ["Hello", "Ann Lee took over from the AI", "Hi, Ann here"]);
    assert!(!Value::from(public).to_string().contains("odd"));
    let all = crm.transcript(id).await;
    assert_eq!(all.len(), admin.thread(id).await.messages.len());
    let note = all.iter().find(|message| message["note"] == true).expect("the note");
    assert_eq!((&note["text"], &note["sender_name"]), (&json!("Looks odd"), &json!("Ann Lee")));
    let gave_back = all.last().expect("a line");
    assert_eq!(gave_back["system"], "gave_back");
    let shown = helper.get(&format!("/conversations/{id}")).await.ok();
    assert_eq!((&shown["instruction"], &shown["owner"]), (&json!("Be kind"), &json!("Ann Lee")));
    assert_eq!((&shown["handler"], &shown["control_epoch"]), (&json!("bot"), &json!(2)));
}

async fn conversations_come_in_stretches(app: TestApp) {
    let Workspace { helper, crm, .. } = workspace(&app).await;
    let mut own = Vec::new();
    for number in 0..7 {
        // Three of the same time: their ids decide.
        if number % 3 == 0 {
            app.clock.advance(Time::MINUTE);
        }
        own.push(json!(helper.begin("Hello").await));
        app.visitor().say("To people").await;
    }
    for sibling in [&helper, &crm] {
        let mut found = Vec::new();
        let mut path = "/conversations?limit=2".to_owned();
        loop {
            let page = sibling.get(&path).await.ok();
            found.extend(page["conversations"].as_array().expect("conversations").clone());
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/conversations?limit=2&after={next}");
        }
        let times: Vec<&str> = found.iter().filter_map(|one| one["updated_at"].as_str()).collect();
        assert!(times.is_sorted(), "{times:?}");
        let listed: Vec<Value> = found.iter().map(|one| one["id"].clone()).collect();
        assert!(own.iter().all(|id| listed.iter().filter(|one| *one == id).count() == 1));
        assert_eq!(listed.len(), if std::ptr::eq(sibling, &helper) { 7 } else { 14 });
    }
    let latest = app.clock.now().rfc3339();
    let since = helper.get(&format!("/conversations?updated_after={latest}")).await.ok();
    assert_eq!(ids(&since), own[6..], "that one is given again");
    let never = app.clock.now().plus(Time::SECOND).rfc3339();
    let none = helper.get(&format!("/conversations?updated_after={never}")).await.ok();
    assert_eq!(none, json!({ "conversations": [], "next": null }));
}

async fn messages_come_in_stretches(app: TestApp) {
    let Workspace { helper, admin, .. } = workspace(&app).await;
    let id = helper.begin("1").await;
    for text in ["2", "3", "4", "5"] {
        helper.relay(id, text).await.created();
    }
    let path = |after: i64| format!("/conversations/{id}/messages?after={after}&limit=2");
    let page = |json: &Value| {
        let texts: Vec<String> =
            texts(json["messages"].as_array().expect("messages")).into_iter().map(str::to_owned).collect();
        (texts, json["next"].clone())
    };
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    for (after, want, next) in [
        (0, &["1", "2"][..], json!(2)),
        (2, &["3", "4"][..], json!(4)),
        (4, &["5"][..], Value::Null),
        (5, &[][..], Value::Null),
        (9_007_199_254_740_991, &[][..], Value::Null),
    ] {
        assert_eq!(page(&helper.get(&path(after)).await.ok()), (owned(want), next), "{after}");
    }
    let note = json!({ "conversation_id": id, "client_msg_id": new_id::<Uuid>(), "body": "x", "files": [] });
    admin.call("add_note", note).await.ok();
    helper.relay(id, "7").await.created();
    let (texts, next) = page(&helper.get(&path(4)).await.ok());
    assert_eq!((texts, next), (owned(&["5"]), json!(6)), "a stretch may hold what is not for a bot");
    assert_eq!(page(&helper.get(&path(6)).await.ok()), (owned(&["7"]), Value::Null));
}

fn ids(page: &Value) -> Vec<Value> {
    page["conversations"].as_array().expect("conversations").iter().map(|one| one["id"].clone()).collect()
}
