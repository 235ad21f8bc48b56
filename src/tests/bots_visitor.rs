//! What visitors see of a bot: its words while it has the word, and nothing of it once a person has.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{
    kit::{Sse, Stream, TestApp, Visitor},
    on_both, update_settings,
};
use crate::{
    domain::{Bot, BotKind, ConversationId, Signal},
    server::{
        actions::{bots, handle},
        clock::new_id,
        realtime::Heard,
        store::{
            bots::{ConfiguredBot, Settings as BotSettings, insert},
            channels::Settings,
            conversations,
        },
    },
};

on_both!(
    an_answer_is_seen_growing_until_a_person_steps_in,
    a_stream_that_opens_after_a_takeover_hears_nothing_of_the_bot,
    another_conversations_bot_is_not_heard,
    who_asks_for_a_person_is_told_once,
);

/// Has a bot answer in the test's channel.
async fn serve(app: &TestApp) -> Bot {
    let bot = Bot { id: new_id(), kind: BotKind::Api, name: "Fern".into(), enabled: true };
    let configured = ConfiguredBot {
        bot: bot.clone(),
        settings: BotSettings::default(),
        secret: None,
        created_at: app.clock.now(),
    };
    let mut tx = app.tx().await;
    insert(&mut tx, &configured).await.expect("a bot");
    tx.commit().await.expect("a commit");
    update_settings(app, app.channel, |settings| settings.bot = Some(bot.id)).await;
    bot
}

async fn listen(visitor: &Visitor) -> Stream {
    let cursor = visitor.chat().await["cursor"].as_str().expect("a cursor").to_owned();
    visitor.stream(&cursor).await
}

/// Everything that is heard until then.
async fn until(hears: &mut Stream, last: impl Fn(&Sse) -> bool) -> Vec<Sse> {
    let mut heard = Vec::new();
    while !heard.last().is_some_and(&last) {
        heard.push(hears.next().await.expect("the stream is open"));
    }
    heard
}

fn is_answering(sse: &Sse) -> bool {
    sse.event == "answering"
}

/// What a bot wrote under an epoch, as it comes from another server: late.
async fn late(app: &TestApp, id: ConversationId, control_epoch: i64) {
    let mut conn = app.db.conn().await.expect("a connection");
    let conversation = conversations::find(&mut conn, id).await.expect("a query").expect("a conversation");
    app.hub.signal(Heard {
        signal: Signal::Answering {
            conversation_id: id,
            control_epoch,
            bot: "Fern".into(),
            text: Some("Too late".into()),
            on: true,
        },
        facts: conversation.facts(),
        contact_id: conversation.contact_id,
    });
}

async fn an_answer_is_seen_growing_until_a_person_steps_in(app: TestApp) {
    let bot = serve(&app).await;
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let id = visitor.say("How often do I water a fern?").await;
    let mut hears = listen(&visitor).await;
    for text in [None, Some("Twice"), Some("Twice a week")] {
        bots::write(&app, &bot, id, 0, text.map(str::to_owned), true).await.expect("it has the word");
        let heard = until(&mut hears, is_answering).await.pop().expect("something");
        assert_eq!(heard.data, json!({ "bot": "Fern", "control_epoch": 0, "text": text, "on": true }));
        assert_eq!(heard.id, None, "it is no event: whoever comes back is not told again");
    }

    ann.act("take_over", id).await.ok();
    let joined = |sse: &Sse| sse.data["body"] == "Ann joined the conversation";
    let told = until(&mut hears, joined).await;
    assert_eq!(told[0].event, "conversation", "the bubble is withdrawn before anything else is shown");
    assert_eq!((&told[0].data["handler"], &told[0].data["control_epoch"]), (&json!("human"), &json!(1)));
    for epoch in [0, 1] {
        late(&app, id, epoch).await;
    }
    ann.reply(id, "Less in winter", i64::MAX).await.ok();
    let heard = until(&mut hears, |sse| sse.data["body"] == "Less in winter").await;
    assert!(!heard.iter().any(is_answering), "{heard:?}");

    handle::give_back(&app, &ann.me().await, id, "").await.expect("hers to give");
    let given_back = until(&mut hears, |sse| sse.event == "conversation").await.pop().expect("an event");
    assert_eq!((&given_back.data["handler"], &given_back.data["bot"]), (&json!("bot"), &json!("Fern")));
    for epoch in [0, 1] {
        late(&app, id, epoch).await;
    }
    bots::write(&app, &bot, id, 2, Some("Once a week".into()), true).await.expect("it has the word again");
    let heard = until(&mut hears, is_answering).await.pop().expect("something");
    assert_eq!(heard.data["text"], "Once a week", "and nothing of what was begun before");
}

async fn a_stream_that_opens_after_a_takeover_hears_nothing_of_the_bot(app: TestApp) {
    serve(&app).await;
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let id = visitor.say("Hello").await;
    ann.act("take_over", id).await.ok();
    let mut hears = listen(&visitor).await;
    // Then the stream is there.
    until(&mut hears, |sse| sse.event == "presence").await;
    for epoch in [0, 1] {
        late(&app, id, epoch).await;
    }
    ann.call("set_typing", json!({ "conversation_id": id, "on": true })).await.ok();
    let heard = until(&mut hears, |sse| sse.event == "typing").await;
    assert!(!heard.iter().any(is_answering), "{heard:?}");
}

async fn another_conversations_bot_is_not_heard(app: TestApp) {
    let bot = serve(&app).await;
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let first = visitor.say("Hello").await;
    ann.act("resolve", first).await.ok();
    let mut hears = listen(&visitor).await;
    let fresh = json!({ "client_msg_id": new_id::<uuid::Uuid>(), "body": "Something else", "fresh": true });
    let answer = visitor.post("messages", fresh).await.ok();
    let second: ConversationId = serde_json::from_value(answer["conversation"]["id"].clone()).expect("an id");
    until(&mut hears, |sse| sse.data["body"] == "Something else").await;
    late(&app, first, 0).await;
    bots::write(&app, &bot, second, 0, Some("Here".into()), true).await.expect("it has the word");
    let heard = until(&mut hears, is_answering).await.pop().expect("something");
    assert_eq!(heard.data["text"], "Here", "the conversation that the widget shows now");
}

async fn who_asks_for_a_person_is_told_once(app: TestApp) {
    serve(&app).await;
    let words = Settings::default();
    let alone = app.visitor();
    alone.say("Hello").await;
    let answer = alone.post("person", Value::Null).await.ok();
    assert_eq!((&answer["handler"], &answer["control_epoch"]), (&json!("human"), &json!(1)));
    assert_eq!(alone.post("person", Value::Null).await.status, StatusCode::CONFLICT);
    assert_eq!(notices(&alone).await, [words.offline_words], "nobody is there");

    let ann = app.operator("Ann").await;
    let _here = ann.stream(ann.inbox("all").await.as_of.resume_from()).await;
    let visitor = app.visitor();
    visitor.say("Hello").await;
    visitor.say("Talk to a person!").await;
    let expected = words.handed_off_words.replace("{wait}", &words.reply_time);
    assert_eq!(
        notices(&visitor).await,
        [expected],
        "somebody is there, and a phrase asks as the button does"
    );
}

/// What the channel tells a visitor, beside what happens.
async fn notices(visitor: &Visitor) -> Vec<String> {
    let chat = visitor.chat().await;
    let messages = chat["messages"].as_array().expect("messages");
    assert!(messages.iter().all(|message| message["system"] != "handed_off"), "that is the team's: {chat}");
    messages
        .iter()
        .filter(|message| message["sender"] == "system" && message["system"].is_null())
        .filter_map(|message| message["body"].as_str().map(str::to_owned))
        .collect()
}
