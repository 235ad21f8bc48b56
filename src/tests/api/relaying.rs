//! What customers write to a sibling app.

use futures::future::join_all;
use serde_json::json;

use super::{HELPER, Workspace, id_of, texts, workspace};
use crate::{
    domain::{Handler, HandoffReason, Status, Time},
    server::{
        jobs::runner::drain,
        store::{channels, turns},
    },
    tests::{kit::TestApp, on_both},
};

on_both!(
    a_customers_message_asks_the_bot,
    a_bot_that_is_silent_has_failed,
    the_same_message_is_taken_once,
    a_resolved_conversation_goes_on_or_is_followed,
    what_comes_at_once_is_followed_by_one_conversation,
    a_channel_that_is_off_takes_nothing,
);

async fn a_customers_message_asks_the_bot(app: TestApp) {
    let Workspace { helper, admin, bot, .. } = workspace(&app).await;
    let opened = helper.post("/conversations", json!({ "channel": HELPER, "external_id": "chat-1" })).await;
    let id = id_of(&opened.created());
    let taken = helper.relay(id, " Hello\r\nthere ").await.created();
    assert_eq!((&taken["message"]["text"], &taken["message"]["seq"]), (&json!("Hello\nthere"), &json!(1)));
    assert_eq!(taken["message"]["sender"], "contact");
    assert_eq!(
        (id_of(&taken["conversation"]), &taken["conversation"]["external_id"]),
        (id, &json!("chat-1"))
    );
    let mut conn = app.db.conn().await.expect("a connection");
    let turn = turns::find_waiting(&mut conn, id).await.expect("read").expect("the bot is asked");
    assert_eq!((turn.bot_id, turn.control_epoch, turn.seq), (bot.id, 0, 1));
    helper.say(id, 0, "Hi").await.created();
    assert_eq!(turns::find_waiting(&mut conn, id).await.expect("read"), None, "it has answered");
    admin.act("take_over", id).await.ok();
    let taken = helper.relay(id, "Are you a person?").await.created();
    assert_eq!(taken["conversation"]["handler"], "human");
    assert_eq!(turns::find_waiting(&mut conn, id).await.expect("read"), None, "a person has the word");
    assert!(admin.thread(id).await.conversation.needs_answer());
}

async fn a_bot_that_is_silent_has_failed(app: TestApp) {
    let Workspace { helper, admin, .. } = workspace(&app).await;
    let (silent, slow) = (helper.begin("Hello").await, helper.begin("Hello").await);
    let alive = helper.post(&format!("/conversations/{slow}/typing"), json!({ "control_epoch": 0 })).await;
    assert_eq!(alive.status, 204, "{}", alive.text);
    app.clock.advance(5 * Time::SECOND);
    drain(&app).await;
    let thread = admin.thread(silent).await;
    assert_eq!((thread.conversation.status, thread.conversation.handler), (Status::Waiting, Handler::Human));
    let card = thread.messages.iter().find_map(|message| message.handoff.as_ref()).expect("a card");
    assert_eq!(card.reason, HandoffReason::Silent);
    assert_eq!(helper.say(silent, 0, "Sorry, I was away").await.problem(409), "stale");
    assert_eq!(admin.thread(slow).await.conversation.handler, Handler::Bot, "it has shown that it lives");
    helper.say(slow, 0, "Hi").await.created();
}

async fn the_same_message_is_taken_once(app: TestApp) {
    let Workspace { helper, .. } = workspace(&app).await;
    let id = helper.begin("Hello").await;
    let path = format!("/conversations/{id}/customer-messages");
    let body = json!({ "text": "One more", "external_id": "m-2" });
    let answers = join_all((0..5).map(|_| helper.post(&path, body.clone()))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert!(answers.iter().all(|answer| answer.json["message"] == answers[0].json["message"]));
    let other = helper.post(&path, json!({ "text": "Something else", "external_id": "m-2" })).await;
    assert_eq!(other.problem(409), "id_reused");
    helper.post(&path, json!({ "text": "One more", "external_id": "m-3" })).await.created();
    helper.post(&path, json!({ "text": "One more" })).await.created();
    let elsewhere = helper.begin("Hello").await;
    let elsewhere = format!("/conversations/{elsewhere}/customer-messages");
    helper.post(&elsewhere, body).await.created();
    assert_eq!(texts(&helper.transcript(id).await), ["Hello", "One more", "One more", "One more"]);
}

async fn a_resolved_conversation_goes_on_or_is_followed(app: TestApp) {
    let Workspace { helper, admin, .. } = workspace(&app).await;
    let opened = helper.post("/conversations", json!({ "channel": HELPER, "external_id": "chat-1" })).await;
    let old = id_of(&opened.created());
    helper.relay(old, "Hello").await.created();
    admin.reply(old, "Hi", 1).await.ok();
    admin.act("resolve", old).await.ok();
    app.clock.advance(Time::DAY);
    let reopened = helper.relay(old, "One more thing").await.created();
    assert_eq!(id_of(&reopened["conversation"]), old);
    assert_eq!(reopened["conversation"]["status"], "active");
    admin.act("resolve", old).await.ok();
    app.clock.advance(8 * Time::DAY);
    let followed = helper.relay(old, "Me again").await.created();
    let new = id_of(&followed["conversation"]);
    assert_ne!(new, old);
    assert_eq!(followed["conversation"]["previous_id"], json!(old));
    assert_eq!(followed["conversation"]["external_id"], "chat-1", "to the app it is the same");
    assert_eq!(
        (&followed["conversation"]["handler"], &followed["message"]["seq"]),
        (&json!("bot"), &json!(1))
    );
    let next = helper.relay(old, "Still there?").await.created();
    assert_eq!(id_of(&next["conversation"]), new, "there is one that follows");
    helper.say(new, 0, "Yes").await.created();
    assert_eq!(helper.say(old, 0, "Yes").await.problem(409), "stale");
    let again = helper.post("/conversations", json!({ "channel": HELPER, "external_id": "chat-1" })).await;
    assert_eq!((again.status.as_u16(), id_of(&again.json)), (200, old), "as it was named");
}

async fn what_comes_at_once_is_followed_by_one_conversation(app: TestApp) {
    let Workspace { helper, admin, crm, .. } = workspace(&app).await;
    let old = helper.begin("Hello").await;
    admin.act("resolve", old).await.ok();
    app.clock.advance(8 * Time::DAY);
    let texts: Vec<String> = (0..4).map(|number| format!("Message {number}")).collect();
    let answers = join_all(texts.iter().map(|text| helper.relay(old, text))).await;
    let taken: Vec<_> = answers.into_iter().map(super::Answer::created).collect();
    let new = id_of(&taken[0]["conversation"]);
    assert!(taken.iter().all(|one| id_of(&one["conversation"]) == new));
    let mut said: Vec<String> = admin.thread(new).await.messages.into_iter().map(|m| m.body).collect();
    said.sort();
    assert_eq!(said, texts);
    let all = crm.get("/conversations").await.ok();
    assert_eq!(all["conversations"].as_array().map(Vec::len), Some(2));
}

async fn a_channel_that_is_off_takes_nothing(app: TestApp) {
    let Workspace { crm, helper, admin, .. } = workspace(&app).await;
    let id = helper.begin("Hello").await;
    let mut tx = app.tx().await;
    let found = channels::find_by_key(&mut tx, HELPER).await.expect("read");
    let mut helpers = found.expect("a channel");
    helpers.channel.enabled = false;
    channels::update(&mut tx, &helpers).await.expect("written");
    tx.commit().await.expect("a commit");
    assert_eq!(helper.relay(id, "Anybody?").await.problem(422), "invalid");
    assert_eq!(admin.thread(id).await.messages.len(), 1);
    assert_eq!(crm.post("/conversations", json!({ "channel": HELPER })).await.problem(422), "invalid");
}
