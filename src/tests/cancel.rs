//! Messages that are taken back before they leave, and what else operators do about one that did not get out.

use axum::http::StatusCode;
use serde_json::json;

use super::{
    gateway::{Gateway, Mood, tell, text},
    kit::{Actor, Answer, TestApp},
    on_both,
};
use crate::{
    domain::{
        AppError, Conflict, ConversationId, DeliveryState, Event, Message, Push, Queue, Status, SystemLine,
        Time,
    },
    server::{
        clock::new_id,
        jobs::runner::drain,
        store::{
            conversations,
            deliveries::{self, Kept},
        },
    },
};

on_both!(
    what_waits_is_taken_back_and_never_leaves,
    what_was_taken_back_is_sent_when_somebody_says_so,
    what_has_left_is_not_taken_back,
    of_a_runner_and_whoever_cancels_one_wins,
    without_its_answer_the_customer_waits_again,
    a_cancelled_reply_stops_no_colleague,
    what_a_chat_shows_is_not_taken_back,
    what_somebody_does_about_a_message_stands_in_the_thread,
    what_a_provider_says_of_consent_stands_in_the_thread_once,
);

const OURS: &str = "+15550100";
const VERA: &str = "+14155550123";

/// A customer's conversation by SMS, with one message in it.
async fn begun(app: &TestApp, ann: &Actor) -> (Gateway, ConversationId) {
    let gateway = Gateway::start().await;
    gateway.connect(app, "sms", OURS, "webhook").await;
    tell(app, "sms", &text("m1", VERA, OURS, "Is it open on Sunday?")).await.ok();
    drain(app).await;
    let id = ann.inbox("all").await.rows.first().expect("a conversation").conversation.id;
    (gateway, id)
}

/// Replies whatever colleagues have written; the message as it was stored.
async fn say(actor: &Actor, id: ConversationId, body: &str) -> Message {
    let answer = actor.reply_as(id, new_id(), body, 99, true).await;
    serde_json::from_value(answer.ok()).expect("a message")
}

async fn act(actor: &Actor, function: &str, id: ConversationId, seq: i64) -> Answer {
    actor.call(function, json!({ "conversation_id": id, "seq": seq })).await
}

async fn cancel(actor: &Actor, id: ConversationId, seq: i64) -> Answer {
    act(actor, "cancel_message", id, seq).await
}

async fn state(actor: &Actor, id: ConversationId, seq: i64) -> DeliveryState {
    let thread = actor.thread(id).await;
    let message = thread.messages.into_iter().find(|message| message.seq == seq).expect("it is there");
    message.delivery.expect("it goes out").state
}

/// Since when the customer waits.
async fn waits(actor: &Actor, id: ConversationId) -> Option<Time> {
    actor.thread(id).await.conversation.awaiting_reply_since
}

/// The system lines of a kind.
async fn lines(actor: &Actor, id: ConversationId, line: SystemLine) -> Vec<String> {
    let messages = actor.thread(id).await.messages;
    messages.into_iter().filter(|message| message.system == Some(line)).map(|message| message.body).collect()
}

async fn what_waits_is_taken_back_and_never_leaves(app: TestApp) {
    let ann = app.operator("Ann").await;
    let (gateway, id) = begun(&app, &ann).await;
    gateway.set(Mood::Down);
    let first = say(&ann, id, "From ten to five.").await;
    let second = say(&ann, id, "From ten to four.").await;
    // So often that the next attempt is minutes away.
    for _ in 0..6 {
        drain(&app).await;
        app.clock.advance(2 * Time::MINUTE);
    }
    drain(&app).await;
    assert_eq!(state(&ann, id, first.seq).await, DeliveryState::Queued);
    gateway.set(Mood::Takes);

    let mut hears = ann.stream(ann.inbox("all").await.as_of.resume_from()).await;
    cancel(&ann, id, first.seq).await.ok();
    let told = loop {
        if let Push::Event { event: Event::MessageChanged { message, .. }, .. } = hears.push().await
            && message.is_cancelled()
        {
            break message;
        }
    };
    assert_eq!(told.seq, first.seq);
    let Push::Event { event: Event::ConversationChanged { messages, .. }, .. } = hears.push().await else {
        panic!("its line comes with it");
    };
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0].system, Some(SystemLine::SendCancelled));
    assert_eq!(messages[0].body, "Ann cancelled a message before it was sent");
    assert!(!messages[0].is_public());

    // What stood behind it leaves at once, and not when the other would have been due.
    drain(&app).await;
    assert_eq!(state(&ann, id, second.seq).await, DeliveryState::Sent);
    app.clock.advance(Time::DAY);
    drain(&app).await;
    let taken: Vec<String> = gateway.taken().into_iter().map(|sent| sent.text).collect();
    assert_eq!(taken, ["From ten to four."]);
    assert_eq!(state(&ann, id, first.seq).await, DeliveryState::Cancelled);
    let again = cancel(&ann, id, first.seq).await.conflict();
    assert_eq!(again, Conflict::Delivery { state: DeliveryState::Cancelled });
}

async fn what_was_taken_back_is_sent_when_somebody_says_so(app: TestApp) {
    let (ann, ben) = (app.operator("Ann").await, app.operator("Ben").await);
    let (gateway, id) = begun(&app, &ann).await;
    let asked_at = waits(&ann, id).await;
    let message = say(&ann, id, "From ten to four.").await;
    cancel(&ann, id, message.seq).await.ok();
    assert_eq!(waits(&ann, id).await, asked_at);
    ann.act("release", id).await.ok();
    let refused = act(&ben, "mark_sent", id, message.seq).await.conflict();
    assert_eq!(refused, Conflict::Delivery { state: DeliveryState::Cancelled });
    // It is a reply like any other: who sends it owns the conversation.
    act(&ben, "send_again", id, message.seq).await.ok();
    let now = ben.thread(id).await.conversation;
    assert_eq!((now.status, now.owner_id, now.awaiting_reply_since), (Status::Active, Some(ben.id), None));
    drain(&app).await;
    assert_eq!(gateway.taken().len(), 1);
    assert_eq!(state(&ann, id, message.seq).await, DeliveryState::Sent);
    let sent = gateway.taken().pop().expect("it was sent");
    assert_eq!((sent.to.as_str(), sent.text.as_str()), (VERA, "From ten to four."));
}

async fn what_has_left_is_not_taken_back(app: TestApp) {
    let ann = app.operator("Ann").await;
    let (_gateway, id) = begun(&app, &ann).await;
    let message = say(&ann, id, "From ten to four.").await;
    drain(&app).await;
    let answer = cancel(&ann, id, message.seq).await;
    assert_eq!(answer.conflict(), Conflict::Delivery { state: DeliveryState::Sent });
    assert!(AppError::from(answer.conflict()).to_string().contains("is out already"));
    for seq in [1, 99] {
        assert_eq!(cancel(&ann, id, seq).await.status, StatusCode::NOT_FOUND, "nothing that goes out");
    }
    assert_eq!(waits(&ann, id).await, None);
    assert!(lines(&ann, id, SystemLine::SendCancelled).await.is_empty());
}

/// A message is taken for sending and taken back at the same moment: it leaves, or it does not, and whoever asked knows.
async fn of_a_runner_and_whoever_cancels_one_wins(app: TestApp) {
    const TRIALS: usize = 20;
    let ann = app.operator("Ann").await;
    let (gateway, first) = begun(&app, &ann).await;
    for number in 1..TRIALS {
        let from = format!("+1415556{number:04}");
        tell(&app, "sms", &text(&format!("r{number}"), &from, OURS, "Hello")).await.ok();
    }
    drain(&app).await;
    let me = ann.me().await;
    let mut conn = app.db.conn().await.expect("a connection");
    let all = conversations::list(&mut conn, &me, Queue::All, None, 100).await.expect("a list");
    drop(conn);
    assert!(all.len() == TRIALS && all.iter().any(|conversation| conversation.id == first));
    let mut cancelled = 0;
    for (trial, conversation) in all.into_iter().enumerate() {
        let id = conversation.id;
        let body = format!("trial {trial}");
        let seq = say(&ann, id, &body).await.seq;
        let runner = tokio::spawn({
            let app = app.clone();
            async move { drain(&app).await }
        });
        let canceller = tokio::spawn({
            let ann = ann.clone();
            async move {
                // Looking first gives the runner time to come near, in every other trial.
                if trial % 2 == 1 {
                    ann.thread(id).await;
                }
                cancel(&ann, id, seq).await
            }
        });
        let answer = canceller.await.expect("no panic");
        runner.await.expect("no panic");
        drain(&app).await;
        let times = gateway.taken().iter().filter(|sent| sent.text == body).count();
        let state = state(&ann, id, seq).await;
        if answer.status == StatusCode::OK {
            assert_eq!((times, state), (0, DeliveryState::Cancelled), "{body}");
            cancelled += 1;
        } else {
            assert!(matches!(answer.conflict(), Conflict::Delivery { .. }), "{}", answer.text);
            assert_eq!((times, state), (1, DeliveryState::Sent), "{body}");
        }
    }
    let sent = TRIALS - cancelled;
    println!("Cancel on {}: {TRIALS} races, {cancelled} taken back, {sent} sent", app.db.system());
}

async fn without_its_answer_the_customer_waits_again(app: TestApp) {
    let ann = app.operator("Ann").await;
    let (gateway, id) = begun(&app, &ann).await;
    let asked_at = waits(&ann, id).await.expect("the customer waits");
    app.clock.advance(Time::MINUTE);
    tell(&app, "sms", &text("m2", VERA, OURS, "Hello?")).await.ok();
    drain(&app).await;

    gateway.set(Mood::Down);
    app.clock.advance(Time::MINUTE);
    let first = say(&ann, id, "Yes.").await;
    let second = say(&ann, id, "From ten to four.").await;
    drain(&app).await;
    assert_eq!(waits(&ann, id).await, None);
    cancel(&ann, id, first.seq).await.ok();
    assert_eq!(waits(&ann, id).await, None, "there is another answer");
    app.clock.advance(Time::MINUTE);
    tell(&app, "sms", &text("m3", VERA, OURS, "And on Monday?")).await.ok();
    drain(&app).await;
    assert!(waits(&ann, id).await > Some(asked_at));
    cancel(&ann, id, second.seq).await.ok();
    assert_eq!(waits(&ann, id).await, Some(asked_at), "since the first question");
    let queue = ann.inbox("needs-answer").await;
    assert_eq!(queue.rows.first().map(|row| row.conversation.id), Some(id));

    // What is resolved needs no answer, whatever is taken back.
    let third = say(&ann, id, "Closed.").await;
    ann.act("resolve", id).await.ok();
    cancel(&ann, id, third.seq).await.ok();
    let now = ann.thread(id).await.conversation;
    assert_eq!((now.status, now.awaiting_reply_since), (Status::Resolved, None));
    // Nor do those that were asked before it, once the customer goes on.
    app.clock.advance(Time::MINUTE);
    tell(&app, "sms", &text("m4", VERA, OURS, "One more thing")).await.ok();
    drain(&app).await;
    let asked_at = waits(&ann, id).await;
    let fourth = say(&ann, id, "What is it?").await;
    cancel(&ann, id, fourth.seq).await.ok();
    assert!(asked_at.is_some());
    assert_eq!(waits(&ann, id).await, asked_at);
}

async fn a_cancelled_reply_stops_no_colleague(app: TestApp) {
    let (ann, ben) = (app.operator("Ann").await, app.operator("Ben").await);
    let (_gateway, id) = begun(&app, &ann).await;
    let message = say(&ann, id, "From ten to five.").await;
    let stopped = ben.reply(id, "From ten to four.", 1).await;
    assert!(matches!(stopped.conflict(), Conflict::ColleagueReplied { .. }));
    cancel(&ann, id, message.seq).await.ok();
    ben.reply(id, "From ten to four.", 1).await.ok();
}

/// A visitor who is away gets a reply by mail too; in the chat it is there from the first moment.
async fn what_a_chat_shows_is_not_taken_back(app: TestApp) {
    let ann = app.operator("Ann").await;
    let visitor = app.visitor();
    let id = visitor.say("Hello").await;
    let here = say(&ann, id, "Hi").await;
    let answer = cancel(&ann, id, here.seq).await.conflict();
    assert_eq!(answer, Conflict::Delivery { state: DeliveryState::Sent });
    // As it is where a channel for mail is connected: on its way by mail, too.
    let delivery = super::delivery_of(&app, here.id).await;
    let mut tx = app.tx().await;
    let queued = Kept { state: DeliveryState::Queued, ..delivery };
    deliveries::update(&mut tx, &queued).await.expect("written");
    tx.commit().await.expect("a commit");
    let refused = cancel(&ann, id, here.seq).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("can read this in the chat already"), "{}", refused.text);
    assert!(visitor.chat().await.to_string().contains("Hi"));
}

async fn what_somebody_does_about_a_message_stands_in_the_thread(app: TestApp) {
    let ann = app.operator("Ann").await;
    let (gateway, id) = begun(&app, &ann).await;
    gateway.set(Mood::Refuses);
    let message = say(&ann, id, "From ten to four.").await;
    drain(&app).await;
    gateway.set(Mood::Takes);
    act(&ann, "send_again", id, message.seq).await.ok();
    drain(&app).await;
    assert_eq!(lines(&ann, id, SystemLine::SentAgain).await, ["Ann sent a message again"]);
    assert_eq!(gateway.taken().len(), 1);

    gateway.set(Mood::Refuses);
    let other = say(&ann, id, "And on Monday from nine.").await;
    drain(&app).await;
    act(&ann, "mark_sent", id, other.seq).await.ok();
    assert_eq!(lines(&ann, id, SystemLine::MarkedSent).await, ["Ann marked a message as sent"]);
    assert_eq!(state(&ann, id, other.seq).await, DeliveryState::Sent);
}

async fn what_a_provider_says_of_consent_stands_in_the_thread_once(app: TestApp) {
    let ann = app.operator("Ann").await;
    let (gateway, id) = begun(&app, &ann).await;
    gateway.set(Mood::OptedOut);
    let first = say(&ann, id, "From ten to four.").await;
    let second = say(&ann, id, "And on Monday too.").await;
    drain(&app).await;
    for seq in [first.seq, second.seq] {
        assert_eq!(state(&ann, id, seq).await, DeliveryState::Failed);
    }
    let said = format!("The provider says that {VERA} wants no more messages from {OURS}");
    assert_eq!(lines(&ann, id, SystemLine::OptedOut).await, [said.as_str()]);
    assert!(ann.thread(id).await.is_opted_out());
    assert_eq!(ann.reply(id, "Hello?", 99).await.status, StatusCode::UNPROCESSABLE_ENTITY);

    // The customer wants them again; then it is a report that tells.
    gateway.set(Mood::Takes);
    tell(&app, "sms", &text("m2", VERA, OURS, "START")).await.ok();
    drain(&app).await;
    let third = say(&ann, id, "Welcome back.").await;
    drain(&app).await;
    let delivery = super::delivery_of(&app, third.id).await.id;
    for event in ["s1", "s2"] {
        let report = json!({
            "event_id": event, "type": "status", "delivery": delivery, "state": "failed",
            "error": "The recipient has opted out.", "code": "opted_out",
        });
        tell(&app, "sms", &report).await.ok();
        drain(&app).await;
    }
    assert_eq!(state(&ann, id, third.seq).await, DeliveryState::Failed);
    assert_eq!(lines(&ann, id, SystemLine::OptedOut).await, [said.as_str(), said.as_str()], "one each time");
}
