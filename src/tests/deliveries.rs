//! Messages on their way out and in through a provider: nothing lost, nothing twice, in order.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use futures::future::join_all;
use serde_json::{Value, json};

use super::{
    gateway::{Gateway, Mood, Sent, signed_with, tell, text},
    kit::{Actor, TestApp},
    on_both,
};
use crate::{
    domain::{
        ConversationId, DeliveryState, Event, HookState, Message, Push, Queue, SenderKind, Status, Time,
    },
    server::{
        jobs::runner::drain,
        store::{conversations, health},
    },
};

on_both!(
    a_text_becomes_a_conversation_and_the_reply_goes_back,
    a_wrong_signature_leaves_no_trace,
    what_cannot_be_read_is_kept,
    parts_become_one_message,
    stop_stops_replies_until_start,
    a_refused_message_says_why_and_can_be_sent_again,
    p9_an_outage_delays_and_loses_nothing,
    p10_what_may_have_been_sent_is_not_sent_again,
    p11_what_is_told_again_is_one_message,
    two_numbers_never_cross,
    one_number_sends_no_faster_than_it_may,
    texts_keep_their_order,
);

const OURS: &str = "+15550100";
const VERA: &str = "+14155550123";

/// The newest conversation, which the operator must see.
async fn newest(actor: &Actor) -> ConversationId {
    actor.inbox("all").await.rows.first().expect("a conversation").conversation.id
}

/// The newest message that somebody has written.
async fn last(actor: &Actor, id: ConversationId) -> Message {
    let messages = actor.thread(id).await.messages;
    messages.into_iter().rfind(|message| message.system.is_none()).expect("a message")
}

fn state(message: &Message) -> DeliveryState {
    message.delivery.as_ref().expect("it goes out").state
}

async fn a_text_becomes_a_conversation_and_the_reply_goes_back(app: TestApp) {
    let (gateway, ann) = (Gateway::start().await, app.operator("Ann").await);
    let channel = gateway.connect(&app, "sms", OURS, "webhook").await;
    assert_eq!(
        tell(&app, "sms", &text("m1", VERA, OURS, "Is it open on Sunday?")).await.status,
        StatusCode::OK
    );
    drain(&app).await;
    let id = newest(&ann).await;
    let thread = ann.thread(id).await;
    assert_eq!(thread.conversation.status, Status::Waiting);
    assert_eq!(thread.conversation.contact_name, VERA);
    assert_eq!(thread.contact.phone.as_deref(), Some(VERA));
    assert_eq!(
        (thread.messages[0].body.as_str(), thread.messages[0].channel_id),
        ("Is it open on Sunday?", channel)
    );

    let from = ann.inbox("all").await.as_of.resume_from();
    let mut ann_hears = ann.stream(from).await;
    ann.reply(id, "From ten to four.", 1).await.ok();
    assert_eq!(state(&last(&ann, id).await), DeliveryState::Queued);
    drain(&app).await;
    let sent = Sent { from: OURS.into(), to: VERA.into(), text: "From ten to four.".into() };
    assert_eq!(gateway.taken(), [sent]);
    let message = last(&ann, id).await;
    assert_eq!(state(&message), DeliveryState::Sent);

    let mut heard = Vec::new();
    while heard.last() != Some(&DeliveryState::Sent) {
        if let Push::Event { event: Event::MessageChanged { message, .. }, .. } = ann_hears.push().await {
            heard.push(state(&message));
        }
    }
    assert_eq!(heard, [DeliveryState::Sending, DeliveryState::Sent]);

    let delivery = super::delivery_of(&app, message.id).await;
    let report = json!({ "event_id": "s1", "type": "status", "delivery": delivery.id, "state": "delivered" });
    assert_eq!(tell(&app, "sms", &report).await.status, StatusCode::OK);
    drain(&app).await;
    assert_eq!(state(&last(&ann, id).await), DeliveryState::Delivered);
    let health = health::find(&mut app.db.conn().await.expect("a connection"), channel).await.expect("read");
    let health = health.expect("it has been used");
    assert!(
        health.last_sent_at.is_some() && health.last_received_at.is_some() && health.failing_since.is_none()
    );

    // The same customer again goes on in the same conversation, also when it was resolved not long ago.
    ann.act("resolve", id).await.ok();
    tell(&app, "sms", &text("m2", VERA, OURS, "Thanks")).await.ok();
    drain(&app).await;
    let again = ann.thread(id).await;
    assert_eq!(again.conversation.status, Status::Active);
    assert_eq!(again.messages.last().expect("messages").body, "Thanks");
    // Much later it is another one, which names the first.
    ann.act("resolve", id).await.ok();
    app.clock.advance(8 * Time::DAY);
    tell(&app, "sms", &text("m3", VERA, OURS, "One more thing")).await.ok();
    drain(&app).await;
    let app_db = &mut app.db.conn().await.expect("a connection");
    let me = ann.me().await;
    let all = conversations::list(app_db, &me, Queue::All, None, 10).await.expect("a list");
    let fresh = all.iter().find(|c| c.id != id && c.contact_name == VERA).expect("another conversation");
    assert_eq!(fresh.previous_id, Some(id));
}

async fn a_wrong_signature_leaves_no_trace(app: TestApp) {
    let (gateway, ann) = (Gateway::start().await, app.operator("Ann").await);
    gateway.connect(&app, "sms", OURS, "webhook").await;
    let body = text("m1", VERA, OURS, "Hello");
    assert_eq!(app.send(signed_with(&app, "sms", &body, "a guess")).await.status, StatusCode::FORBIDDEN);
    let good = signed_with(&app, "sms", &body, super::gateway::SECRET);
    app.clock.advance(10 * Time::MINUTE);
    assert_eq!(app.send(good).await.status, StatusCode::FORBIDDEN, "a replay");
    for (key, want) in [("another", StatusCode::NOT_FOUND), (super::kit::KEY, StatusCode::NOT_FOUND)] {
        assert_eq!(tell(&app, key, &body).await.status, want, "{key}");
    }
    drain(&app).await;
    assert!(ann.inbox("all").await.rows.is_empty());
}

async fn what_cannot_be_read_is_kept(app: TestApp) {
    let (gateway, ann) = (Gateway::start().await, app.operator("Ann").await);
    gateway.connect(&app, "sms", OURS, "webhook").await;
    let nonsense = json!({ "event_id": "x1", "type": "message", "from": 7 });
    assert_eq!(tell(&app, "sms", &nonsense).await.status, StatusCode::OK, "telling it again would not help");
    drain(&app).await;
    assert!(ann.inbox("all").await.rows.is_empty());
    let kept = super::hooks_of(&app).await;
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].state, HookState::Unreadable);
    assert!(kept[0].remark.is_some());
    assert_eq!(serde_json::from_slice::<Value>(&kept[0].body).expect("as it came"), nonsense);
}

async fn parts_become_one_message(app: TestApp) {
    use crate::{
        domain::{InboundMessage, Part},
        server::{actions::provided, store::channels},
    };
    let (gateway, ann) = (Gateway::start().await, app.operator("Ann").await);
    let channel = gateway.connect(&app, "sms", OURS, "webhook").await;
    let channel =
        channels::find(&mut app.db.conn().await.expect("a connection"), channel).await.expect("read");
    let channel = channel.expect("a channel");
    let part = |number: u16, words: &str| InboundMessage {
        provider_id: format!("p{number}"),
        ours: OURS.into(),
        peer: VERA.into(),
        peer_name: None,
        text: words.into(),
        part: Some(Part { reference: "r".into(), number, total: 3 }),
        media: vec![],
        sent_at: None,
        mail: None,
    };
    for (number, words) in [(3, "c"), (1, "a"), (1, "a"), (3, "c")] {
        provided::message(&app, &channel, crate::server::clock::new_id(), part(number, words))
            .await
            .expect("taken");
        assert!(ann.inbox("all").await.rows.is_empty(), "one is missing");
    }
    provided::message(&app, &channel, crate::server::clock::new_id(), part(2, "b")).await.expect("taken");
    let id = newest(&ann).await;
    assert_eq!(last(&ann, id).await.body, "abc");
}

async fn stop_stops_replies_until_start(app: TestApp) {
    let (gateway, ann) = (Gateway::start().await, app.operator("Ann").await);
    gateway.connect(&app, "sms", OURS, "webhook").await;
    tell(&app, "sms", &text("m1", VERA, OURS, "Hello")).await.ok();
    drain(&app).await;
    let id = newest(&ann).await;
    ann.reply(id, "On its way", 1).await.ok();
    tell(&app, "sms", &text("m2", VERA, OURS, " stop ")).await.ok();
    drain(&app).await;
    let seen = ann.thread(id).await.conversation.last_seq;
    let refused = ann.reply(id, "Wait", seen).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("asked for no more messages"), "{}", refused.text);
    tell(&app, "sms", &text("m3", VERA, OURS, "START")).await.ok();
    drain(&app).await;
    let seen = ann.thread(id).await.conversation.last_seq;
    ann.reply(id, "Welcome back", seen).await.ok();
    drain(&app).await;
    assert_eq!(gateway.taken().last().expect("sent").text, "Welcome back");
}

async fn a_refused_message_says_why_and_can_be_sent_again(app: TestApp) {
    let (gateway, ann) = (Gateway::start().await, app.operator("Ann").await);
    gateway.connect(&app, "sms", OURS, "webhook").await;
    tell(&app, "sms", &text("m1", VERA, OURS, "Hello")).await.ok();
    drain(&app).await;
    let id = newest(&ann).await;
    gateway.set(Mood::Refuses);
    ann.reply(id, "Hi", 1).await.ok();
    drain(&app).await;
    let message = last(&ann, id).await;
    assert_eq!(state(&message), DeliveryState::Failed);
    let words = message.delivery.and_then(|delivery| delivery.words).expect("a reason");
    assert!(words.contains("This number does not exist."), "{words}");
    gateway.set(Mood::Takes);
    let again = json!({ "conversation_id": id, "seq": message.seq });
    ann.call("send_again", again.clone()).await.ok();
    drain(&app).await;
    assert_eq!(state(&last(&ann, id).await), DeliveryState::Sent);
    assert_eq!(gateway.taken().len(), 1);
    assert_eq!(ann.call("send_again", again).await.status, StatusCode::CONFLICT, "it is out");
}

/// Conversations with so many customers, each with a first message.
async fn customers(app: &TestApp, ann: &Actor, count: usize) -> BTreeMap<String, ConversationId> {
    for number in 0..count {
        let from = format!("+1415555{number:04}");
        tell(app, "sms", &text(&format!("first-{number}"), &from, OURS, "Hello")).await.ok();
    }
    drain(app).await;
    let me = ann.me().await;
    let conn = &mut app.db.conn().await.expect("a connection");
    let all = conversations::list(conn, &me, Queue::All, None, 1_000).await.expect("a list");
    all.into_iter().map(|c| (c.contact_name.clone(), c.id)).collect()
}

async fn p9_an_outage_delays_and_loses_nothing(app: TestApp) {
    const CUSTOMERS: usize = 12;
    const REPLIES: usize = 3;
    let (gateway, other, ann) = (Gateway::start().await, Gateway::start().await, app.operator("Ann").await);
    gateway.connect(&app, "sms", OURS, "webhook").await;
    other.connect(&app, "other", "+15550200", "webhook").await;
    let customers = customers(&app, &ann, CUSTOMERS).await;
    tell(&app, "other", &text("o1", "+14165550000", "+15550200", "Hello")).await.ok();
    drain(&app).await;
    let elsewhere = newest(&ann).await;
    gateway.set(Mood::Down);
    for (number, id) in customers.values().enumerate() {
        for reply in 0..REPLIES {
            ann.reply_as(*id, crate::server::clock::new_id(), &format!("{number}:{reply}"), 99, true)
                .await
                .ok();
        }
    }
    ann.reply(elsewhere, "Not held up", 1).await.ok();
    // Two minutes of outage.
    for _ in 0..12 {
        drain(&app).await;
        app.clock.advance(10 * Time::SECOND);
    }
    assert_eq!(other.taken().len(), 1, "another channel is not held up");
    assert!(gateway.taken().is_empty());
    assert!(gateway.asked() > CUSTOMERS, "it was tried again");
    gateway.set(Mood::Takes);
    for _ in 0..60 {
        app.clock.advance(30 * Time::SECOND);
        drain(&app).await;
    }
    let mut taken: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for sent in gateway.taken() {
        taken.entry(sent.to).or_default().push(sent.text);
    }
    for (number, name) in customers.keys().enumerate() {
        let want: Vec<String> = (0..REPLIES).map(|reply| format!("{number}:{reply}")).collect();
        assert_eq!(taken.get(name), Some(&want), "each once, in order");
    }
    println!("P9 on {}: {} replies through an outage of 2 min", app.db.system(), CUSTOMERS * REPLIES);
}

async fn p10_what_may_have_been_sent_is_not_sent_again(app: TestApp) {
    const TRIALS: usize = 50;
    let (gateway, ann) = (Gateway::start().await, app.operator("Ann").await);
    gateway.connect(&app, "sms", OURS, "webhook").await;
    let silent = Gateway::start().await;
    silent.connect(&app, "twilio", "+15550300", "twilio").await;
    silent.set(Mood::TakesSilently);
    let customers = customers(&app, &ann, TRIALS).await;
    // Their next messages came by the other provider, so the replies go there.
    let mut ids = Vec::new();
    for (name, id) in &customers {
        let mut tx = app.tx().await;
        let mut now = conversations::lock(&mut tx, *id).await.expect("locked").expect("there");
        now.reply_channel_id = super::channel_of(&mut tx, "twilio").await;
        now.reply_route = Some(crate::domain::ReplyRoute { ours: "+15550300".into(), peer: name.clone() });
        conversations::update(&mut tx, &now).await.expect("written");
        tx.commit().await.expect("a commit");
        ann.reply(*id, "Sent once", 1).await.ok();
        ids.push(*id);
    }
    for _ in 0..20 {
        drain(&app).await;
        app.clock.advance(5 * Time::MINUTE);
    }
    assert_eq!(silent.taken().len(), TRIALS, "none is sent twice, though no answer came");
    for id in &ids {
        assert_eq!(state(&last(&ann, *id).await), DeliveryState::Unconfirmed);
    }
    // A person looks, and says so; and a report settles another.
    let message = last(&ann, ids[0]).await;
    ann.call("mark_sent", json!({ "conversation_id": ids[0], "seq": message.seq })).await.ok();
    assert_eq!(state(&last(&ann, ids[0]).await), DeliveryState::Sent);
    println!("P10 on {}: {TRIALS} lost answers, no message twice", app.db.system());
}

async fn p11_what_is_told_again_is_one_message(app: TestApp) {
    const MESSAGES: usize = 200;
    const TIMES: usize = 10;
    const REPORTED: usize = 20;
    let (gateway, ann) = (Gateway::start().await, app.operator("Ann").await);
    gateway.connect(&app, "sms", OURS, "webhook").await;
    let from = |number: usize| format!("+1416555{number:04}");
    let numbers: Vec<usize> = (0..MESSAGES).collect();
    for some in numbers.chunks(20) {
        let told = some.iter().flat_map(|number| (0..TIMES).map(move |time| (*number, time))).map(
            |(number, time)| {
                let (app, from) = (app.clone(), from(number));
                async move {
                    let body = text(&format!("t{number}"), &from, OURS, "Hello");
                    tell(&app, "sms", &body).await.ok();
                    // Others read at the same time.
                    if number % 10 == 0 && time % 3 == 0 {
                        drain(&app).await;
                    }
                }
            },
        );
        join_all(told).await;
        drain(&app).await;
    }
    let me = ann.me().await;
    let conn = &mut app.db.conn().await.expect("a connection");
    let all = conversations::list(conn, &me, Queue::All, None, 1_000).await.expect("a list");
    assert_eq!(all.len(), MESSAGES);
    assert!(all.iter().all(|conversation| conversation.customer_messages == 1));
    for (trial, conversation) in all.iter().take(REPORTED).enumerate() {
        ann.reply(conversation.id, "Hi", 1).await.ok();
        drain(&app).await;
        let message = last(&ann, conversation.id).await;
        let delivery = super::delivery_of(&app, message.id).await.id;
        let mut best = DeliveryState::Sent;
        let mut words = ["sent", "delivered", "read", "sent", "delivered"];
        words.rotate_left(trial % 5);
        for (place, word) in words.into_iter().enumerate() {
            let event = format!("s{trial}-{place}");
            let report = json!({ "event_id": event, "type": "status", "delivery": delivery, "state": word });
            tell(&app, "sms", &report).await.ok();
            drain(&app).await;
            let now = state(&last(&ann, conversation.id).await);
            assert_eq!(now.after_report(best), now, "{best:?} went back to {now:?}");
            best = now;
        }
        assert_eq!(best, DeliveryState::Read);
    }
    let tellings = MESSAGES * TIMES;
    println!("P11 on {}: {tellings} tellings of {MESSAGES} messages, {REPORTED} deliveries", app.db.system());
}

/// A reply leaves from the number that the customer wrote to last, whatever came before.
async fn two_numbers_never_cross(app: TestApp) {
    let (gateway, ann) = (Gateway::start().await, app.operator("Ann").await);
    let numbers = [("one", "+15550111"), ("two", "+15550222")];
    for (key, ours) in numbers {
        gateway.connect(&app, key, ours, "webhook").await;
    }
    let mut told = 0;
    for customer in 0..6_usize {
        let from = format!("+1417555{customer:04}");
        for step in 0..4_usize {
            let (key, ours) = numbers[(customer * 7 + step * step + customer / 2) % 2];
            tell(&app, key, &text(&format!("c{customer}-{step}"), &from, ours, "Hello")).await.ok();
            drain(&app).await;
            let id = newest(&ann).await;
            let words = format!("to {customer} at {step}");
            ann.reply_as(id, crate::server::clock::new_id(), &words, 99, true).await.ok();
            drain(&app).await;
            let sent = Sent { from: ours.into(), to: from.clone(), text: words };
            assert_eq!(gateway.taken().last(), Some(&sent));
            told += 1;
            app.clock.advance(Time::SECOND);
        }
    }
    let from: BTreeSet<String> = gateway.taken().into_iter().map(|sent| sent.from).collect();
    assert_eq!(from.len(), 2);
    println!("{told} replies by two numbers");
}

async fn one_number_sends_no_faster_than_it_may(app: TestApp) {
    let (gateway, ann) = (Gateway::start().await, app.operator("Ann").await);
    let channel = gateway.connect(&app, "sms", OURS, "webhook").await;
    super::update_settings(&app, channel, |settings| settings.sends_per_minute = 60).await;
    let customers = customers(&app, &ann, 5).await;
    for id in customers.values() {
        ann.reply(*id, "Hi", 1).await.ok();
    }
    for second in 1..=5 {
        drain(&app).await;
        assert_eq!(gateway.taken().len(), second, "one a second");
        app.clock.advance(Time::SECOND);
    }
    let thread = ann.thread(*customers.values().next().expect("one")).await;
    assert_eq!(thread.messages.iter().filter(|m| m.sender == SenderKind::Operator).count(), 1);
}

/// A customer's texts keep their order, and a report about nothing that we know does not hold them up.
async fn texts_keep_their_order(app: TestApp) {
    let (gateway, ann) = (Gateway::start().await, app.operator("Ann").await);
    gateway.connect(&app, "sms", OURS, "webhook").await;
    let stray = json!({ "event_id": "s", "type": "status", "id": "of-somebody-else", "state": "sent" });
    tell(&app, "sms", &stray).await.ok();
    let want: Vec<String> = (0..30).map(|number| format!("text {number}")).collect();
    for (number, words) in want.iter().enumerate() {
        tell(&app, "sms", &text(&format!("m{number}"), VERA, OURS, words)).await.ok();
    }
    drain(&app).await;
    let thread = ann.thread(newest(&ann).await).await;
    let got: Vec<String> = thread.messages.into_iter().map(|message| message.body).collect();
    assert_eq!(got, want);
    // It is looked for again for a while, then it is done with.
    for _ in 0..8 {
        app.clock.advance(Time::MINUTE);
        drain(&app).await;
    }
    let stray = super::hooks_of(&app).await.into_iter().find(|hook| hook.key == "s").expect("kept");
    assert_eq!(stray.state, HookState::Done);
    assert!(stray.remark.is_some());
}
