//! Opening conversations, and bringing them in.

use futures::future::join_all;
use serde_json::{Value, json};

use super::{HELPER, Workspace, channel, id_of, texts, token, workspace};
use crate::{
    domain::{Handler, SenderKind, Status, Time},
    server::store::conversations,
    tests::{
        kit::{KEY, TestApp},
        on_both, update_settings,
    },
};

on_both!(
    a_conversation_comes_with_what_was_said,
    the_same_conversation_again_is_the_same,
    one_that_waits_for_people_waits_since_the_customer_asked,
    a_customer_is_known_again_by_the_apps_name_for_them,
    a_channel_is_opened_by_who_may,
);

fn history() -> Value {
    json!([
        { "sender": "customer", "text": "Where is my order?", "sent_at": "2025-10-09T08:00:00Z" },
        { "sender": "bot", "text": "Which one?", "sent_at": "2025-10-09T08:00:01Z" },
        { "sender": "operator", "sender_name": "Otto", "text": "I will look.", "sent_at": "2025-10-09T08:01:00Z" },
        { "sender": "customer", "text": "<b>#12</b>", "sent_at": "2099-01-01T00:00:00Z" },
    ])
}

async fn a_conversation_comes_with_what_was_said(app: TestApp) {
    let Workspace { admin, bot, helper, .. } = workspace(&app).await;
    let opened = helper
        .post(
            "/conversations",
            json!({
                "channel": HELPER, "external_id": "chat-1", "history": history(),
                "contact": { "name": "Vic", "email": "vic@x.test", "phone": "+15550100", "external_id": "u1" },
            }),
        )
        .await
        .created();
    assert_eq!(opened["channel"], json!({ "key": HELPER, "kind": "chatbot", "name": "Helper" }));
    assert_eq!((&opened["status"], &opened["handler"]), (&json!("open"), &json!("bot")));
    assert_eq!((&opened["external_id"], &opened["control_epoch"]), (&json!("chat-1"), &json!(0)));
    assert_eq!(opened["contact"]["external_id"], "u1");
    assert_eq!((&opened["bot"], &opened["team"]), (&json!("Fern"), &json!("Support team")));
    let thread = admin.thread(id_of(&opened)).await;
    let said: Vec<_> = thread
        .messages
        .iter()
        .map(|message| (message.seq, message.sender, message.sender_name.as_str(), message.body.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            (1, SenderKind::Contact, "Vic", "Where is my order?"),
            (2, SenderKind::Bot, "Fern", "Which one?"),
            (3, SenderKind::Operator, "Otto", "I will look."),
            (4, SenderKind::Contact, "Vic", "<b>#12</b>"),
        ]
    );
    assert_eq!(thread.messages[1].sender_id, Some(bot.id.into()));
    assert_eq!(thread.messages[0].created_at.rfc3339(), "2025-10-09T08:00:00Z");
    assert_eq!(thread.messages[3].created_at, app.clock.now(), "nothing was said later than now");
    assert_eq!(thread.conversation.customer_messages, 2);
    assert_eq!(thread.contact.email.as_deref(), Some("vic@x.test"));
    let inbox = admin.inbox("ai").await;
    assert_eq!(inbox.rows.len(), 1, "it stands in the queue of the AI");
    assert_eq!(inbox.rows[0].conversation, thread.conversation);
}

async fn the_same_conversation_again_is_the_same(app: TestApp) {
    let Workspace { helper, admin, .. } = workspace(&app).await;
    let body = json!({ "channel": HELPER, "external_id": "chat-1", "history": history() });
    let answers = join_all((0..6).map(|_| helper.post("/conversations", body.clone()))).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 1, "{:?}", answers.iter().map(|answer| &answer.text).collect::<Vec<_>>());
    assert!(answers.iter().all(|answer| matches!(answer.status.as_u16(), 200 | 201)));
    let id = id_of(&answers[0].json);
    assert!(answers.iter().all(|answer| id_of(&answer.json) == id));
    assert_eq!(admin.thread(id).await.messages.len(), 4, "its history is there once");
    let count = conversations::count(&mut app.db.conn().await.expect("a connection")).await;
    assert_eq!(count.expect("a count"), 1);
    let other = helper.post("/conversations", json!({ "channel": HELPER, "external_id": "chat-2" })).await;
    assert_ne!(id_of(&other.created()), id);
    let unnamed = json!({ "channel": HELPER });
    let first = id_of(&helper.post("/conversations", unnamed.clone()).await.created());
    assert_ne!(id_of(&helper.post("/conversations", unnamed).await.created()), first);
}

async fn one_that_waits_for_people_waits_since_the_customer_asked(app: TestApp) {
    let Workspace { helper, admin, .. } = workspace(&app).await;
    let open = async |history: Value| {
        let body = json!({ "channel": HELPER, "handler": "human", "history": history });
        let id = id_of(&helper.post("/conversations", body).await.created());
        admin.thread(id).await.conversation
    };
    let asked = open(json!([
        { "sender": "operator", "text": "Anything else?", "sent_at": "2025-10-09T08:00:00Z" },
        { "sender": "customer", "text": "Yes", "sent_at": "2025-10-09T08:00:01Z" },
        { "sender": "bot", "text": "A person will help you.", "sent_at": "2025-10-09T08:00:02Z" },
        { "sender": "customer", "text": "Good", "sent_at": "2025-10-09T08:00:03Z" },
    ]))
    .await;
    assert_eq!((asked.status, asked.handler, asked.owner_id), (Status::Waiting, Handler::Human, None));
    let since = asked.awaiting_reply_since.map(Time::rfc3339);
    assert_eq!(since.as_deref(), Some("2025-10-09T08:00:01Z"), "the bot is no person");
    assert!(asked.ai.is_some(), "it can be given back to the bot");
    let answered =
        open(json!([{ "sender": "customer", "text": "Thanks" }, { "sender": "operator", "text": "Bye" }]));
    assert_eq!(answered.await.awaiting_reply_since, None);
    assert_eq!(open(json!([])).await.awaiting_reply_since, None);
}

async fn a_customer_is_known_again_by_the_apps_name_for_them(app: TestApp) {
    let Workspace { helper, bot, .. } = workspace(&app).await;
    channel(&app, "other", Some(bot.id)).await;
    let open = async |channel: &str, contact: Value| {
        app.clock.advance(Time::SECOND);
        let opened =
            helper.post("/conversations", json!({ "channel": channel, "contact": contact })).await.created();
        opened["contact"].clone()
    };
    let first = open(HELPER, json!({ "external_id": "u1", "email": "vic@x.test" })).await;
    let second = open(HELPER, json!({ "external_id": "u1", "name": "Vic", "email": "else@x.test" })).await;
    assert_eq!(second["id"], first["id"]);
    assert_eq!((&second["name"], &second["email"]), (&json!("Vic"), &json!("vic@x.test")), "what was empty");
    let stranger = open(HELPER, json!({ "email": "vic@x.test" })).await;
    assert_ne!(stranger["id"], first["id"], "an address proves nothing");
    let elsewhere = open("other", json!({ "external_id": "u1" })).await;
    assert_ne!(elsewhere["id"], first["id"], "another app may call somebody else so");
    let listed = helper.get("/conversations").await.ok();
    let names: Vec<_> = listed["conversations"]
        .as_array()
        .expect("conversations")
        .iter()
        .map(|conversation| conversation["contact"]["external_id"].as_str())
        .collect();
    assert_eq!(names, [Some("u1"), Some("u1"), None, Some("u1")]);
}

async fn a_channel_is_opened_by_who_may(app: TestApp) {
    let Workspace { helper, crm, admin, bot, .. } = workspace(&app).await;
    channel(&app, "people", None).await;
    let other = super::bot(&app, "Moss").await;
    channel(&app, "others", Some(other.id)).await;
    let moss = token(&app, &admin, Some(other.id)).await;
    for (sibling, key, status) in [
        (&helper, "people", 422),
        (&helper, "others", 422),
        (&helper, "nowhere", 422),
        (&moss, HELPER, 422),
        (&moss, "others", 201),
        (&crm, "people", 201),
        (&crm, HELPER, 201),
        (&helper, KEY, 422),
    ] {
        let answer = sibling.post("/conversations", json!({ "channel": key })).await;
        assert_eq!(answer.status.as_u16(), status, "{key} {}", answer.text);
    }
    let people = crm.post("/conversations", json!({ "channel": "people", "handler": "bot" })).await;
    assert_eq!((people.problem(422), &people.json["field"]), ("invalid", &json!("handler")));
    update_settings(&app, app.channel, |settings| settings.bot = Some(bot.id)).await;
    let opened = helper.post("/conversations", json!({ "channel": KEY })).await.created();
    assert_eq!(opened["channel"]["kind"], "live_chat");
    let id = id_of(&crm.post("/conversations", json!({ "channel": HELPER })).await.created());
    crm.relay(id, "Hello").await.created();
    helper.say(id, 0, "Hi").await.created();
    assert_eq!(texts(&crm.transcript(id).await), ["Hello", "Hi"]);
}
