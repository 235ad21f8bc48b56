//! Whether somebody takes work, and what becomes of what they own.

use serde_json::json;

use super::{lines, sam, standing};
use crate::{
    domain::{Availability, Event, Push, Status, SystemLine, Time},
    server::store::history,
    tests::{
        kit::{Actor, TestApp},
        on_both,
    },
};

on_both!(
    what_is_chosen_is_told_to_everybody,
    away_by_itself_ends_by_itself_and_what_is_chosen_stays,
    the_customers_next_message_hands_over,
    away_alone_keeps_what_is_owned,
    a_resolved_conversation_does_not_come_back_to_whoever_hands_over,
    whoever_hands_over_may_still_answer,
);

async fn choose(actor: &Actor, availability: Availability) {
    let answer = actor.call("set_availability", json!({ "availability": availability })).await.ok();
    assert_eq!(answer, json!(availability));
}

async fn what_is_chosen_is_told_to_everybody(app: TestApp) {
    let (ann, ben) = (app.operator("Ann").await, app.operator("Ben").await);
    let mut view = ben.inbox("all").await;
    assert_eq!(view.staff.availability(ann.id), Availability::Online, "whoever has chosen nothing is there");
    let mut hears = ben.stream(view.as_of.resume_from()).await;
    for availability in [Availability::Away, Availability::Offline, Availability::Online] {
        choose(&ann, availability).await;
        let Push::Event { at, event, mark } = hears.push().await else { panic!("an event is due") };
        assert_eq!(event, Event::AvailabilityChanged { operator_id: ann.id, availability });
        view.apply(at, &event, mark);
        assert_eq!(view.staff, ben.inbox("all").await.staff);
    }
    let refused = ann.call("set_availability", json!({ "availability": "idle" })).await;
    assert_eq!(refused.status.as_u16(), 422, "nobody chooses that");
}

async fn away_by_itself_ends_by_itself_and_what_is_chosen_stays(app: TestApp) {
    let ann = app.operator("Ann").await;
    let idle = async |idle: bool| {
        ann.call("set_idle", json!({ "idle": idle })).await.ok().as_str().map(str::to_owned)
    };
    assert_eq!(idle(true).await.as_deref(), Some("idle"));
    assert_eq!(idle(true).await.as_deref(), Some("idle"));
    assert_eq!(idle(false).await.as_deref(), Some("online"));
    for chosen in [Availability::Away, Availability::HandingOver, Availability::Offline] {
        choose(&ann, chosen).await;
        for quiet in [true, false] {
            assert_eq!(idle(quiet).await.as_deref(), Some(chosen.as_str()));
        }
    }
}

async fn the_customers_next_message_hands_over(app: TestApp) {
    let (ann, ben, visitor) = (app.operator("Ann").await, app.operator("Ben").await, app.visitor());
    for away in [Availability::HandingOver, Availability::Offline] {
        let id = visitor.say("Hello").await;
        choose(&ann, Availability::Online).await;
        ann.reply(id, "Hi", i64::MAX).await.ok();
        choose(&ann, away).await;
        assert_eq!(standing(&ann, id).await.0, Status::Active, "nothing happens until the customer writes");
        app.clock.advance(Time::MINUTE);
        visitor.say("Are you there?").await;
        assert_eq!(standing(&ben, id).await, (Status::Waiting, None, Some(app.support)));
        let conversation = ben.thread(id).await.conversation;
        assert_eq!(conversation.awaiting_reply_since, Some(app.clock.now()));
        assert!(ben.inbox("all").await.unread.contains(&id), "it is the team's now");

        let messages = ben.thread(id).await.messages;
        let last: Vec<_> = messages.iter().rev().take(2).map(|it| (it.system, it.body.as_str())).collect();
        let line = (Some(SystemLine::HandedOver), "Ann is away: back to the queue");
        assert_eq!(last, [(None, "Are you there?"), line]);
        let mut conn = app.db.conn().await.expect("a connection");
        let changes = history::list_ownership_changes(&mut conn, id).await.expect("changes");
        let last = changes.last().expect("a change");
        assert_eq!((last.from, last.to, last.by), (Some(ann.id), None, None), "who owned it is on record");
        assert_eq!(last.reason, "handed over");
        ben.act("resolve", id).await.ok();
    }
}

async fn away_alone_keeps_what_is_owned(app: TestApp) {
    let (ann, visitor) = (app.operator("Ann").await, app.visitor());
    let id = visitor.say("Hello").await;
    ann.reply(id, "Hi", 1).await.ok();
    choose(&ann, Availability::Away).await;
    visitor.say("Are you there?").await;
    assert_eq!(standing(&ann, id).await, (Status::Active, Some(ann.id), Some(app.support)));
    choose(&ann, Availability::Online).await;
    ann.call("set_idle", json!({ "idle": true })).await.ok();
    visitor.say("Hello?").await;
    assert_eq!(standing(&ann, id).await.1, Some(ann.id));
}

async fn a_resolved_conversation_does_not_come_back_to_whoever_hands_over(app: TestApp) {
    let (ann, ben, visitor) = (app.operator("Ann").await, app.operator("Ben").await, app.visitor());
    let id = visitor.say("Hello").await;
    ann.reply(id, "Hi", 1).await.ok();
    ann.act("resolve", id).await.ok();
    choose(&ann, Availability::HandingOver).await;
    visitor.say("One more thing").await;
    assert_eq!(standing(&ben, id).await, (Status::Waiting, None, Some(app.support)));
    let lines = lines(&ben, id).await;
    assert!(lines.contains(&"Ann is away: back to the queue".to_owned()), "{lines:?}");
    assert!(lines.last().is_some_and(|line| line.ends_with("wrote again: reopened")), "{lines:?}");
    // By a colleague it comes back to its owner: somebody wants it to.
    let sam = sam(&app).await;
    sam.call("assign", json!({ "id": id, "to": ann.id })).await.ok();
    sam.act("resolve", id).await.ok();
    sam.act("reopen", id).await.ok();
    assert_eq!(standing(&ben, id).await.1, Some(ann.id));
}

async fn whoever_hands_over_may_still_answer(app: TestApp) {
    let (ann, visitor) = (app.operator("Ann").await, app.visitor());
    choose(&ann, Availability::HandingOver).await;
    let id = visitor.say("Hello").await;
    ann.reply(id, "Quickly, before I go", 1).await.ok();
    assert_eq!(standing(&ann, id).await.1, Some(ann.id));
    visitor.say("Thank you").await;
    assert_eq!(standing(&ann, id).await.0, Status::Waiting);
}
