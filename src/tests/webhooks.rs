//! Webhooks out: what is told, to whom, how often, and what becomes of it.

mod ear;

use axum::http::StatusCode;
use serde_json::{Value, json};

use self::ear::{Ear, Heard};
use super::{
    kit::{Actor, TestApp},
    on_both, update_settings,
};
use crate::{
    domain::{
        Bot, BotId, BotKind, CallState, Role, SavedWebhook, Time, WebhookCall, WebhookId, WebhookKind,
        WebhookList,
    },
    server::{
        actions::webhooks,
        clock::new_id,
        jobs::runner::drain,
        store::{
            bots::{self, ConfiguredBot, Settings},
            events,
            webhooks::{calls, cursor},
        },
    },
};

on_both!(
    what_happens_is_told_signed_and_in_order,
    two_servers_tell_each_thing_once,
    a_bot_is_asked_and_told_when_it_loses_the_word,
    a_bot_is_told_of_its_own_conversations_and_no_notes,
    what_fails_is_tried_again_as_the_same_call,
    a_webhook_that_is_gone_is_switched_off,
    a_call_can_be_made_again,
    nobody_is_told_what_was_before,
    what_left_the_log_is_skipped_and_said,
    what_cannot_be_used_is_refused,
);

/// A webhook that an admin has made.
struct Made {
    admin: Actor,
    id: WebhookId,
    secret: String,
}

impl Made {
    async fn now(&self) -> WebhookList {
        let list = self.admin.call("list_webhooks", json!({})).await.ok();
        serde_json::from_value(list).expect("a list")
    }

    async fn calls(&self) -> Vec<WebhookCall> {
        let calls = self.admin.call("list_webhook_calls", json!({ "id": self.id })).await.ok();
        serde_json::from_value(calls).expect("calls")
    }
}

/// A webhook that wants to be told everything.
pub fn form(url: &str, bot: Option<BotId>) -> Value {
    json!({
        "name": "CRM", "url": url, "bot_id": bot, "kinds": WebhookKind::ALL, "enabled": true, "new_secret": false,
    })
}

async fn webhook(app: &TestApp, ear: &Ear, bot: Option<BotId>) -> Made {
    let admin = app.person("Admin", Role::Admin, &[]).await;
    let saved = admin.call("save_webhook", json!({ "id": null, "form": form(&ear.url, bot) })).await.ok();
    let saved: SavedWebhook = serde_json::from_value(saved).expect("a webhook");
    Made { admin, id: saved.webhook.id, secret: saved.secret.expect("a secret") }
}

/// A sibling app's bot that answers the test's live chat.
async fn bot(app: &TestApp) -> BotId {
    let bot = Bot { id: new_id(), kind: BotKind::Api, name: "Fern".into(), enabled: true };
    let id = bot.id;
    let configured =
        ConfiguredBot { bot, settings: Settings::default(), secret: None, created_at: app.clock.now() };
    let mut tx = app.tx().await;
    bots::insert(&mut tx, &configured).await.expect("a bot");
    tx.commit().await.expect("a commit");
    update_settings(app, app.channel, |settings| settings.bot = Some(id)).await;
    id
}

/// Tells all that is in the log, and makes all calls that are due. On PostgreSQL the log is held back while an older
/// transaction runs, of another test too.
pub async fn tell(app: &TestApp) {
    loop {
        while webhooks::feed(app).await.expect("told") {}
        let mut conn = app.db.conn().await.expect("a connection");
        let at = cursor::find(&mut conn).await.expect("a cursor").position;
        if !events::is_held_back(&mut conn, at).await.expect("an answer") {
            break;
        }
        drop(conn);
        tokio::task::yield_now().await;
    }
    drain(app).await;
}

fn kinds(heard: &[Heard]) -> Vec<String> {
    heard.iter().map(|call| call.body["kind"].as_str().expect("a kind").to_owned()).collect()
}

async fn what_happens_is_told_signed_and_in_order(app: TestApp) {
    let (ann, ear) = (app.operator("Ann").await, Ear::start().await);
    let made = webhook(&app, &ear, None).await;
    let id = app.visitor().say("Hello").await;
    ann.act("claim", id).await.ok();
    ann.reply(id, "Hi", i64::MAX).await.ok();
    let note =
        json!({ "conversation_id": id, "client_msg_id": new_id::<uuid::Uuid>(), "body": "VIP", "files": [] });
    ann.call("add_note", note).await.ok();
    ann.act("resolve", id).await.ok();
    tell(&app).await;
    let heard = ear.heard();
    let told = [
        "conversation.created",
        "message.created",
        "status.changed",
        "owner.changed",
        "message.created",
        "message.created",
        "status.changed",
    ];
    assert_eq!(kinds(&heard), told);
    for call in &heard {
        assert_eq!(call.signature, webhooks::signature(&made.secret, call.seconds, &call.text));
        assert_eq!(call.body["id"], call.id.as_str());
        assert_eq!(call.body["conversation"]["id"], id.to_string());
    }
    let ids: std::collections::BTreeSet<_> = heard.iter().map(|call| &call.id).collect();
    assert_eq!(ids.len(), heard.len());
    assert_eq!(
        (&heard[1].body["message"]["text"], &heard[1].body["message"]["seq"]),
        (&json!("Hello"), &json!(1))
    );
    assert_eq!(
        (&heard[3].body["actor"], &heard[3].body["conversation"]["owner"]),
        (&json!("Ann"), &json!("Ann"))
    );
    assert_eq!((&heard[5].body["message"]["note"], &heard[5].body["actor"]), (&json!(true), &json!("Ann")));
    assert_eq!(heard[6].body["conversation"]["status"], "resolved");
    tell(&app).await;
    assert_eq!(ear.heard().len(), heard.len(), "nothing is told again");
    assert!(made.calls().await.iter().all(|call| (call.state, call.status) == (CallState::Done, Some(200))));
}

async fn two_servers_tell_each_thing_once(app: TestApp) {
    let (other, ear) = (app.second_server().await, Ear::start().await);
    webhook(&app, &ear, None).await;
    for _ in 0..10 {
        app.visitor().say("Hello").await;
    }
    futures::future::join(tell(&app), tell(&other)).await;
    tell(&app).await;
    let heard = ear.heard();
    assert_eq!(kinds(&heard).iter().filter(|kind| *kind == "conversation.created").count(), 10);
    assert_eq!(heard.len(), 20);
}

async fn a_bot_is_asked_and_told_when_it_loses_the_word(app: TestApp) {
    let (ann, ear) = (app.operator("Ann").await, Ear::start().await);
    let fern = bot(&app).await;
    webhook(&app, &ear, Some(fern)).await;
    let vera = app.visitor();
    let id = vera.say("Hello").await;
    tell(&app).await;
    let asked = ear.of_kind("turn.asked").pop().expect("a call");
    let turn = &asked.body["turn"];
    assert_eq!((&turn["control_epoch"], &turn["seq"]), (&json!(0), &json!(1)));
    assert_eq!(turn["transcript"][0]["text"], "Hello");
    assert!(ear.of_kind("turn.ended").is_empty());
    ann.act("take_over", id).await.ok();
    tell(&app).await;
    let ended = ear.of_kind("turn.ended").pop().expect("a call");
    assert_eq!(ended.body["turn"], json!({ "control_epoch": 0 }));
    assert_eq!(
        (&ended.body["actor"], &ended.body["conversation"]["control_epoch"]),
        (&json!("Ann"), &json!(1))
    );

    vera.say("Are you there?").await;
    let back = json!({ "id": id, "instruction": "Be brief." });
    ann.call("give_back", back).await.ok();
    tell(&app).await;
    assert_eq!(ear.of_kind("given_back").len(), 1);
    let again = ear.of_kind("turn.asked").pop().expect("a call");
    assert_eq!(
        (&again.body["turn"]["control_epoch"], &again.body["turn"]["instruction"]),
        (&json!(2), &json!("Be brief."))
    );
    app.clock.advance(6 * Time::SECOND);
    drain(&app).await;
    tell(&app).await;
    let card = ear.of_kind("handed_off").pop().expect("a call");
    assert_eq!(card.body["message"]["handoff"]["reason"], "silent");
    assert_eq!(ear.of_kind("turn.ended").len(), 2);
}

async fn a_bot_is_told_of_its_own_conversations_and_no_notes(app: TestApp) {
    let (ann, ear, all) = (app.operator("Ann").await, Ear::start().await, Ear::start().await);
    let fern = bot(&app).await;
    webhook(&app, &ear, Some(fern)).await;
    let crm = json!({ "id": null, "form": form(&all.url, None) });
    app.person("Other", Role::Admin, &[]).await.call("save_webhook", crm).await.ok();
    let of_fern = app.visitor().say("Hello").await;
    update_settings(&app, app.channel, |settings| settings.bot = None).await;
    app.visitor().say("Not for Fern").await;
    let note = json!({ "conversation_id": of_fern, "client_msg_id": new_id::<uuid::Uuid>(), "body": "VIP", "files": [] });
    ann.call("add_note", note).await.ok();
    tell(&app).await;
    let told: String = ear.heard().iter().map(|call| call.text.as_str()).collect();
    assert!(told.contains("Hello") && !told.contains("VIP") && !told.contains("Not for Fern"), "{told}");
    let told: String = all.heard().iter().map(|call| call.text.as_str()).collect();
    assert!(told.contains("Hello") && told.contains("VIP") && told.contains("Not for Fern"), "{told}");
    assert!(all.of_kind("turn.asked").is_empty(), "turns are for bots");
}

async fn what_fails_is_tried_again_as_the_same_call(app: TestApp) {
    let ear = Ear::start().await;
    let made = webhook(&app, &ear, None).await;
    ear.answer(StatusCode::INTERNAL_SERVER_ERROR, "out of order");
    app.visitor().say("Hello").await;
    tell(&app).await;
    assert_eq!(ear.heard().len(), 1, "the second waits for the first");
    let hurt = made.now().await.webhooks.remove(0);
    assert!(hurt.failing_since.is_some());
    assert_eq!(hurt.failing_words.as_deref(), Some("It answered 500: out of order"));
    let waiting = made.calls().await;
    let first = waiting.iter().find(|call| call.kind == WebhookKind::ConversationCreated).expect("a call");
    assert_eq!((first.state, first.attempts, first.status), (CallState::Waiting, 1, Some(500)));
    assert_eq!(first.words.as_deref(), Some("out of order"));
    ear.answer(StatusCode::NO_CONTENT, "");
    app.clock.advance(7 * Time::SECOND);
    drain(&app).await;
    let heard = ear.heard();
    assert_eq!(kinds(&heard), ["conversation.created", "conversation.created", "message.created"]);
    assert_eq!((&heard[0].id, &heard[0].text), (&heard[1].id, &heard[1].text));
    assert!(heard[0].seconds < heard[1].seconds);
    assert_eq!(made.now().await.webhooks[0].failing_since, None);

    ear.answer(StatusCode::BAD_GATEWAY, "");
    app.visitor().say("Hello").await;
    tell(&app).await;
    for _ in 0..24 {
        app.clock.advance(17 * Time::HOUR);
        drain(&app).await;
    }
    // By then the admin would have to sign in again.
    let mut conn = app.db.conn().await.expect("a connection");
    let mut calls = calls::list_newest(&mut conn, made.id, 30).await.expect("read");
    calls.retain(|call| call.state != CallState::Done);
    let ends: Vec<_> = calls.iter().map(|call| (call.state, call.attempts, call.status)).collect();
    assert_eq!(ends, [(CallState::Failed, 12, Some(502)), (CallState::Failed, 12, Some(502))]);
}

async fn a_webhook_that_is_gone_is_switched_off(app: TestApp) {
    let ear = Ear::start().await;
    let made = webhook(&app, &ear, None).await;
    ear.answer(StatusCode::GONE, "");
    app.visitor().say("Hello").await;
    tell(&app).await;
    assert!(!made.now().await.webhooks[0].enabled);
    assert_eq!(ear.heard().len(), 1, "what was on its way is not told");
    assert!(made.calls().await.iter().all(|call| call.state == CallState::Failed));
    assert!(!webhooks::feed(&app).await.expect("an answer"));
}

async fn a_call_can_be_made_again(app: TestApp) {
    let ear = Ear::start().await;
    let made = webhook(&app, &ear, None).await;
    app.visitor().say("Hello").await;
    tell(&app).await;
    let call = made.calls().await.pop().expect("a call");
    made.admin.call("call_again", json!({ "id": call.id })).await.ok();
    drain(&app).await;
    let heard = ear.heard();
    let (first, last) = (&heard[0], heard.last().expect("a call"));
    assert_eq!((heard.len(), &last.id, &last.text), (3, &first.id, &first.text));
    assert_eq!(made.calls().await.len(), 3);
    let unknown = made.admin.call("call_again", json!({ "id": new_id::<uuid::Uuid>() })).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    made.admin.call("delete_webhook", json!({ "id": made.id })).await.ok();
    assert!(made.now().await.webhooks.is_empty());
}

async fn nobody_is_told_what_was_before(app: TestApp) {
    let ear = Ear::start().await;
    app.visitor().say("Before").await;
    assert!(!webhooks::feed(&app).await.expect("an answer"), "nobody wants to be told");
    let mut conn = app.db.conn().await.expect("a connection");
    let at = cursor::find(&mut conn).await.expect("a cursor").position;
    drop(conn);
    webhook(&app, &ear, None).await;
    let mut conn = app.db.conn().await.expect("a connection");
    assert!(cursor::find(&mut conn).await.expect("a cursor").position > at);
    drop(conn);
    app.visitor().say("After").await;
    tell(&app).await;
    assert!(ear.heard().iter().any(|call| call.text.contains("After")));
}

async fn what_left_the_log_is_skipped_and_said(app: TestApp) {
    let ear = Ear::start().await;
    let made = webhook(&app, &ear, None).await;
    assert_eq!(made.now().await.skipped_at, None);
    app.visitor().say("Lost").await;
    let soon = app.clock.now().plus(Time::SECOND);
    loop {
        let mut tx = app.tx().await;
        let gone = events::prune(&mut tx, soon).await.expect("pruned");
        tx.commit().await.expect("a commit");
        if gone > 0 {
            break;
        }
        // The log is held back by another test's transaction.
        tokio::task::yield_now().await;
    }
    tell(&app).await;
    assert!(made.now().await.skipped_at.is_some());
    app.visitor().say("Found").await;
    tell(&app).await;
    let told: String = ear.heard().iter().map(|call| call.text.as_str()).collect();
    assert!(told.contains("Found") && !told.contains("Lost"), "{told}");
}

async fn what_cannot_be_used_is_refused(app: TestApp) {
    let admin = app.person("Admin", Role::Admin, &[]).await;
    let good = form("https://crm.example/hook", None);
    for (field, value) in [
        ("name", json!(" ")),
        ("url", json!("http://10.0.0.1/hook")),
        ("url", json!("no address")),
        ("kinds", json!([])),
        ("kinds", json!(["turn.asked"])),
        ("bot_id", json!(new_id::<uuid::Uuid>())),
    ] {
        let mut wrong = good.clone();
        wrong[field] = value.clone();
        let answer = admin.call("save_webhook", json!({ "id": null, "form": wrong })).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}: {value}");
    }
    let saved = admin.call("save_webhook", json!({ "id": null, "form": good })).await.ok();
    let saved: SavedWebhook = serde_json::from_value(saved).expect("a webhook");
    assert!(saved.webhook.kinds.is_empty(), "all of them");
    let again = admin.call("save_webhook", json!({ "id": saved.webhook.id, "form": good })).await.ok();
    assert_eq!(again["secret"], Value::Null, "a secret is shown once");
    let mut anew = good;
    anew["new_secret"] = json!(true);
    let rotated = admin.call("save_webhook", json!({ "id": saved.webhook.id, "form": anew })).await.ok();
    assert!(rotated["secret"].as_str().is_some_and(|secret| Some(secret) != saved.secret.as_deref()));
}
