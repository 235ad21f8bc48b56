//! Putting off: out of the queues of work, and back by itself.

use crate::{
    domain::{
        BulkAction, BulkItem, BulkOutcome, Conflict, ConversationId, Event, Push, Queue, Role, Status,
        SystemLine, Thread, Time,
    },
    server::jobs::runner::drain,
    tests::{
        kit::{Actor, TestApp},
        on_both,
        promises::missed,
    },
};

on_both!(
    what_is_snoozed_is_out_of_work_until_it_is_due,
    a_longer_snooze_outlives_the_shorter,
    the_customers_message_wakes_in_its_own_transaction,
    a_change_of_status_or_owner_ends_a_snooze,
    what_cannot_be_put_off_is_refused,
    a_restarted_server_wakes_what_is_due,
);

async fn snooze(actor: &Actor, id: ConversationId, until: Time) -> BulkOutcome {
    outcome(actor.handle(&[id], &BulkAction::Snooze(until)).await)
}

fn outcome(items: Vec<BulkItem>) -> BulkOutcome {
    let [item] = <[BulkItem; 1]>::try_from(items).expect("one conversation");
    item.outcome
}

/// In which queues a conversation is listed, each of which counts it.
async fn queues(actor: &Actor, id: ConversationId) -> Vec<Queue> {
    let mut found = Vec::new();
    for queue in Queue::FIXED {
        let inbox = actor.inbox(&queue.to_string()).await;
        let is_there = inbox.rows.iter().any(|row| row.conversation.id == id);
        assert_eq!(inbox.counts.get(queue), i64::from(is_there), "{queue}");
        if is_there {
            found.push(queue);
        }
    }
    found
}

fn lines(thread: &Thread) -> Vec<(SystemLine, &str)> {
    thread.messages.iter().filter_map(|said| Some((said.system?, said.body.as_str()))).collect()
}

async fn what_is_snoozed_is_out_of_work_until_it_is_due(app: TestApp) {
    let ann = app.operator("Ann").await;
    let id = app.visitor().say("Hello").await;
    let before = [Queue::All, Queue::NeedsAnswer, Queue::Unassigned];
    assert_eq!(queues(&ann, id).await, before);
    let until = app.clock.now().plus(Time::HOUR);
    assert!(matches!(snooze(&ann, id, until).await, BulkOutcome::Done(Some(_))));
    assert_eq!(queues(&ann, id).await, [Queue::All, Queue::Snoozed]);
    let now = ann.thread(id).await.conversation;
    assert_eq!((now.status, now.snoozed_until), (Status::Waiting, Some(until)), "its status is what it was");
    assert!(now.needs_answer(), "and the customer waits still");
    assert_eq!(snooze(&ann, id, until).await, BulkOutcome::Unchanged);

    app.clock.advance(Time::HOUR - Time::SECOND);
    drain(&app).await;
    assert_eq!(queues(&ann, id).await, [Queue::All, Queue::Snoozed], "not a second too early");
    app.clock.advance(Time::SECOND);
    drain(&app).await;
    assert_eq!(queues(&ann, id).await, before);
    let thread = ann.thread(id).await;
    assert_eq!(
        lines(&thread),
        [
            (SystemLine::Snoozed, "Ann snoozed this until 2025-10-09 09:53 UTC"),
            (SystemLine::Woke, "The snooze has ended"),
        ]
    );
    drain(&app).await;
    assert_eq!(ann.thread(id).await.messages, thread.messages, "once");
}

async fn a_longer_snooze_outlives_the_shorter(app: TestApp) {
    let ann = app.operator("Ann").await;
    let id = app.visitor().say("Hello").await;
    let now = app.clock.now();
    snooze(&ann, id, now.plus(Time::HOUR)).await;
    snooze(&ann, id, now.plus(2 * Time::HOUR)).await;
    app.clock.advance(Time::HOUR + Time::SECOND);
    drain(&app).await;
    assert_eq!(queues(&ann, id).await, [Queue::All, Queue::Snoozed]);
    assert!(matches!(outcome(ann.handle(&[id], &BulkAction::Wake).await), BulkOutcome::Done(Some(_))));
    assert_eq!(queues(&ann, id).await, [Queue::All, Queue::NeedsAnswer, Queue::Unassigned]);
    assert_eq!(outcome(ann.handle(&[id], &BulkAction::Wake).await), BulkOutcome::Unchanged);
    let woken = ann.thread(id).await.messages;
    app.clock.advance(Time::HOUR);
    drain(&app).await;
    assert_eq!(ann.thread(id).await.messages, woken, "what is awake is let be");
}

async fn the_customers_message_wakes_in_its_own_transaction(app: TestApp) {
    let ann = app.operator("Ann").await;
    let visitor = app.visitor();
    let id = visitor.say("Hello").await;
    ann.reply(id, "Hi", 1).await.ok();
    snooze(&ann, id, app.clock.now().plus(Time::DAY)).await;
    ann.reply(id, "One thing more", 9).await.ok();
    assert_eq!(queues(&ann, id).await, [Queue::All, Queue::Snoozed], "a reply of its owner wakes nobody");
    let from = ann.inbox("all").await.as_of.resume_from();
    assert_eq!(visitor.say("And another thing").await, id);
    assert_eq!(queues(&ann, id).await, [Queue::All, Queue::Mine, Queue::NeedsAnswer]);
    let changes: Vec<_> = missed(&ann, from)
        .await
        .into_iter()
        .filter_map(|(_, push)| match push {
            Push::Event { event: Event::ConversationChanged { conversation, was, messages }, .. } => {
                Some((conversation, was, messages))
            }
            _ => None,
        })
        .collect();
    let [(conversation, was, messages)] = changes.as_slice() else { panic!("one change: {changes:?}") };
    assert!(was.expect("it was there").snoozed && conversation.snoozed_until.is_none());
    let [line, message] = messages.as_slice() else { panic!("a line and a message: {messages:?}") };
    assert_eq!(line.system, Some(SystemLine::Woke));
    assert!(line.body.ends_with("wrote: the snooze has ended"), "{}", line.body);
    assert_eq!(message.body, "And another thing");
    app.clock.advance(2 * Time::DAY);
    drain(&app).await;
    assert_eq!(ann.thread(id).await.conversation.last_seq, message.seq, "nothing is left to wake");
}

async fn a_change_of_status_or_owner_ends_a_snooze(app: TestApp) {
    let ann = app.operator("Ann").await;
    let ben = app.operator("Ben").await;
    let sam = app.person("Sam", Role::Supervisor, &[]).await;
    for (deed, by_ann) in [("resolve", true), ("release", true), ("assign", true), ("claim", false)] {
        let id = app.visitor().say("Hello").await;
        if by_ann {
            ann.act("claim", id).await.ok();
        }
        snooze(&sam, id, app.clock.now().plus(Time::HOUR)).await;
        assert!(ben.thread(id).await.conversation.snoozed_until.is_some());
        match deed {
            "assign" => sam.call(deed, serde_json::json!({ "id": id, "to": ben.id })).await.ok(),
            "claim" => ben.act(deed, id).await.ok(),
            _ => ann.act(deed, id).await.ok(),
        };
        assert_eq!(ben.thread(id).await.conversation.snoozed_until, None, "{deed}");
    }
    let id = app.visitor().say("Hello").await;
    ann.act("claim", id).await.ok();
    snooze(&ann, id, app.clock.now().plus(Time::HOUR)).await;
    ann.act("claim", id).await.ok();
    assert!(ann.thread(id).await.conversation.snoozed_until.is_some(), "nothing has changed");
}

async fn what_cannot_be_put_off_is_refused(app: TestApp) {
    let ann = app.operator("Ann").await;
    let ben = app.operator("Ben").await;
    let id = app.visitor().say("Hello").await;
    let now = app.clock.now();
    for until in [now, now.plus(-1), now.plus(400 * Time::DAY), Time(i64::MAX), Time(i64::MIN)] {
        let refused = snooze(&ann, id, until).await;
        assert!(matches!(&refused, BulkOutcome::Refused(error) if error.code() == "invalid"), "{refused:?}");
    }
    ann.act("claim", id).await.ok();
    let refused = snooze(&ben, id, now.plus(Time::HOUR)).await;
    assert!(matches!(&refused, BulkOutcome::Refused(error) if error.code() == "forbidden"), "it is Ann's");
    ann.act("resolve", id).await.ok();
    let refused = snooze(&ann, id, now.plus(Time::HOUR)).await;
    assert_eq!(refused, BulkOutcome::Refused(Conflict::Status { status: Status::Resolved }.into()));
}

async fn a_restarted_server_wakes_what_is_due(app: TestApp) {
    let ann = app.operator("Ann").await;
    let id = app.visitor().say("Hello").await;
    snooze(&ann, id, app.clock.now().plus(Time::HOUR)).await;
    let second = app.second_server().await;
    app.clock.advance(3 * Time::HOUR);
    drain(&second).await;
    assert_eq!(ann.thread(id).await.conversation.snoozed_until, None);
}
