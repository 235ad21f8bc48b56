//! Many at once: each has its own answer, and what was done is taken back exactly, where it still can be.

use std::collections::BTreeSet;

use serde_json::json;

use super::tag;
use crate::{
    domain::{
        AppError, Before, BotKind, BulkAction, BulkItem, BulkOutcome, Conflict, Conversation, ConversationId,
        Handler, MOST_AT_ONCE, OperatorId, Priority, Reversal, Role, Status, TagId, Time, reversals,
    },
    server::{
        clock::new_id,
        store::{bots::Settings, turns},
    },
    tests::{
        bots::bot,
        kit::{Actor, TestApp},
        on_both,
    },
};

on_both!(
    each_conversation_has_its_own_answer,
    what_was_done_is_taken_back_exactly,
    what_has_changed_since_is_left_as_it_is,
    what_is_taken_back_is_checked_and_not_believed,
    more_than_the_most_are_refused,
    a_colleagues_is_taken_by_who_may_reassign,
    what_was_taken_from_the_bot_is_the_bots_again,
    marks_are_put_back_where_they_were,
);

async fn undo(actor: &Actor, items: &[BulkItem]) -> Vec<BulkItem> {
    let answer = actor.call("undo_many", json!({ "items": reversals(items) })).await;
    serde_json::from_value(answer.ok()).expect("items")
}

fn refusal(item: &BulkItem) -> Option<&AppError> {
    match &item.outcome {
        BulkOutcome::Refused(error) => Some(error),
        BulkOutcome::Done(_) | BulkOutcome::Unchanged => None,
    }
}

fn refusals(items: &[BulkItem]) -> Vec<Option<&AppError>> {
    items.iter().map(refusal).collect()
}

/// What of a conversation a person has set.
type Set = (Status, Option<OperatorId>, Option<Time>, BTreeSet<TagId>, Priority, Option<Time>);

fn set(conversation: &Conversation) -> Set {
    (
        conversation.status,
        conversation.owner_id,
        conversation.awaiting_reply_since,
        conversation.tags.clone(),
        conversation.priority,
        conversation.snoozed_until,
    )
}

async fn each_conversation_has_its_own_answer(app: TestApp) {
    let ann = app.operator("Ann").await;
    let ben = app.operator("Ben").await;
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(app.visitor().say("Hello").await);
    }
    ben.act("claim", ids[1]).await.ok();
    ann.act("claim", ids[2]).await.ok();
    ann.act("resolve", ids[2]).await.ok();
    let nowhere: ConversationId = new_id();
    let asked = [ids[0], ids[1], ids[2], nowhere, ids[0], ids[3]];
    let items = ann.handle(&asked, &BulkAction::Resolve).await;
    assert_eq!(
        items.iter().map(|item| item.id).collect::<Vec<_>>(),
        [ids[0], ids[1], ids[2], nowhere, ids[3]],
        "in their order, and each once"
    );
    assert!(matches!(items[0].outcome, BulkOutcome::Done(Some(_))));
    assert_eq!(items[1].outcome, BulkOutcome::Refused(AppError::Forbidden));
    assert_eq!(items[2].outcome, BulkOutcome::Unchanged);
    assert_eq!(items[3].outcome, BulkOutcome::Refused(AppError::NotFound));
    let status = async |id| ben.thread(id).await.conversation.status;
    assert_eq!(status(ids[0]).await, Status::Resolved);
    assert_eq!(status(ids[1]).await, Status::Active, "Ben's is left to him");
    assert_eq!(status(ids[3]).await, Status::Resolved);
    let taken = ann.handle(&[ids[1]], &BulkAction::Take).await;
    let owned = Conflict::Owned { owner_id: ben.id, owner_name: "Ben".into() };
    assert_eq!(taken[0].outcome, BulkOutcome::Refused(owned.into()));
    for action in [
        BulkAction::Resolve,
        BulkAction::Take,
        BulkAction::Prioritise(Priority::High),
        BulkAction::Snooze(app.clock.now().plus(Time::HOUR)),
        BulkAction::MarkRead,
    ] {
        let items = nina.handle(&ids, &action).await;
        assert_eq!(refusals(&items), vec![Some(&AppError::NotFound); 4], "{action:?}: another team's");
    }
    let stolen = undo(&nina, &ann.handle(&[ids[1]], &BulkAction::Prioritise(Priority::Low)).await).await;
    assert_eq!(refusals(&stolen), [Some(&AppError::NotFound)]);
}

/// Each action on conversations that wait, are owned, sleep and are tagged already; then all is as it was.
async fn what_was_done_is_taken_back_exactly(app: TestApp) {
    let ann = app.operator("Ann").await;
    let (vip, refund) = (tag(&app, "VIP").await.id, tag(&app, "Refund").await.id);
    let mut ids = Vec::new();
    for place in 0..4 {
        app.clock.advance(Time::MINUTE);
        let visitor = app.visitor();
        let id = visitor.say("Hello").await;
        if place % 2 == 1 {
            ann.reply(id, "Hi", 1).await.ok();
            visitor.say("Are you there?").await;
        }
        ids.push(id);
    }
    ann.handle(&ids[1..3], &BulkAction::Tag { add: [vip].into(), remove: [].into() }).await;
    ann.handle(&ids[2..4], &BulkAction::Prioritise(Priority::Low)).await;
    let hour = app.clock.now().plus(Time::HOUR);
    ann.handle(&ids[2..], &BulkAction::Snooze(hour)).await;
    let now = async || {
        let mut all = Vec::new();
        for id in &ids {
            all.push(set(&ann.thread(*id).await.conversation));
        }
        all
    };
    let before = now().await;
    for action in [
        BulkAction::Resolve,
        BulkAction::Take,
        BulkAction::Tag { add: [vip, refund].into(), remove: [].into() },
        BulkAction::Tag { add: [].into(), remove: [vip, refund].into() },
        BulkAction::Prioritise(Priority::Urgent),
        BulkAction::Prioritise(Priority::None),
        BulkAction::Snooze(hour.plus(Time::HOUR)),
        BulkAction::Wake,
        // Once more, after it was taken back.
        BulkAction::Resolve,
    ] {
        app.clock.advance(Time::MINUTE);
        let items = ann.handle(&ids, &action).await;
        assert_eq!(refusals(&items), vec![None; 4], "{action:?}");
        assert_ne!(now().await, before, "{action:?}");
        let undone = undo(&ann, &items).await;
        assert!(undone.iter().all(|item| item.outcome == BulkOutcome::Done(None)), "{action:?} {undone:?}");
        assert_eq!(now().await, before, "{action:?}");
        let again = undo(&ann, &items).await;
        let is_left = |item: &BulkItem| !matches!(item.outcome, BulkOutcome::Done(_));
        assert!(again.iter().all(is_left), "{action:?}: twice is once: {again:?}");
        assert_eq!(now().await, before, "{action:?}");
    }
}

async fn what_has_changed_since_is_left_as_it_is(app: TestApp) {
    let ann = app.operator("Ann").await;
    let ben = app.operator("Ben").await;
    let changed = Some(AppError::from(Conflict::ChangedSince));
    let visitor = app.visitor();
    let id = visitor.say("Hello").await;

    let taken = ann.handle(&[id], &BulkAction::Take).await;
    ann.reply(id, "Hi", 9).await.ok();
    assert_eq!(refusals(&undo(&ann, &taken).await), [changed.as_ref()], "Ann has answered");

    let given = ann.handle(&[id], &BulkAction::Prioritise(Priority::High)).await;
    ben.handle(&[id], &BulkAction::Prioritise(Priority::Urgent)).await;
    assert_eq!(refusals(&undo(&ann, &given).await), [changed.as_ref()]);
    assert_eq!(ann.thread(id).await.conversation.priority, Priority::Urgent);

    let asleep = ann.handle(&[id], &BulkAction::Snooze(app.clock.now().plus(Time::HOUR))).await;
    visitor.say("One thing more").await;
    assert_eq!(refusals(&undo(&ann, &asleep).await), [changed.as_ref()], "the customer has woken it");

    let resolved = ann.handle(&[id], &BulkAction::Resolve).await;
    visitor.say("And another").await;
    assert_eq!(refusals(&undo(&ann, &resolved).await), [changed.as_ref()], "the customer has reopened it");
    assert_eq!(ann.thread(id).await.conversation.status, Status::Active);
}

/// How to take something back comes from the browser, which may say anything.
async fn what_is_taken_back_is_checked_and_not_believed(app: TestApp) {
    let ann = app.operator("Ann").await;
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    let id = app.visitor().say("Hello").await;
    ann.act("claim", id).await.ok();
    let taken = |from: Before, until: Option<Time>, seq: i64| {
        let reversal = Reversal::Taken { seq, from, snoozed_until: until };
        vec![BulkItem { id, outcome: BulkOutcome::Done(Some(reversal)) }]
    };
    let last = ann.thread(id).await.conversation.last_seq;
    let changed = AppError::from(Conflict::ChangedSince);
    let to_nina = undo(&ann, &taken(Before::Colleague(nina.id), None, last)).await;
    assert_eq!(refusals(&to_nina), [Some(&changed)], "she may not see it");
    let to_nobody = undo(&ann, &taken(Before::Colleague(new_id()), None, last)).await;
    assert_eq!(refusals(&to_nobody), [Some(&changed)]);
    let for_good = undo(&ann, &taken(Before::Queue, Some(Time(i64::MAX)), last)).await;
    assert_eq!(refusals(&for_good), [None]);
    let now = ann.thread(id).await.conversation;
    assert_eq!((now.status, now.owner_id, now.snoozed_until), (Status::Waiting, None, None));
}

async fn more_than_the_most_are_refused(app: TestApp) {
    let ann = app.operator("Ann").await;
    let ids: Vec<ConversationId> = (0..=MOST_AT_ONCE).map(|_| new_id()).collect();
    let answer = ann.call("handle_many", json!({ "ids": ids, "action": "resolve" })).await;
    assert_eq!(answer.status, 422, "{}", answer.text);
    assert_eq!(ann.handle(&ids[1..], &BulkAction::Resolve).await.len(), MOST_AT_ONCE);
}

async fn a_colleagues_is_taken_by_who_may_reassign(app: TestApp) {
    let ann = app.operator("Ann").await;
    let sam = app.person("Sam", Role::Supervisor, &[]).await;
    let id = app.visitor().say("Hello").await;
    ann.act("claim", id).await.ok();
    let items = sam.handle(&[id], &BulkAction::Take).await;
    assert_eq!(ann.thread(id).await.conversation.owner_id, Some(sam.id));
    assert_eq!(undo(&sam, &items).await[0].outcome, BulkOutcome::Done(None));
    assert_eq!(ann.thread(id).await.conversation.owner_id, Some(ann.id));
}

async fn what_was_taken_from_the_bot_is_the_bots_again(app: TestApp) {
    let ann = app.operator("Ann").await;
    let bot = bot(&app, BotKind::Api, Settings::default()).await;
    let id = app.visitor().say("Hello").await;
    assert_eq!(ann.thread(id).await.conversation.status, Status::Open);
    let items = ann.handle(&[id], &BulkAction::Take).await;
    let mut conn = app.db.conn().await.expect("a connection");
    assert_eq!(turns::find_waiting(&mut conn, id).await.expect("a query"), None, "it has lost the word");
    assert_eq!(undo(&ann, &items).await[0].outcome, BulkOutcome::Done(None));
    let now = ann.thread(id).await.conversation;
    assert_eq!((now.status, now.handler), (Status::Open, Handler::Bot));
    let asked = turns::find_waiting(&mut conn, id).await.expect("a query").expect("it is asked again");
    assert_eq!((asked.bot_id, asked.control_epoch), (bot.id, now.control_epoch));
}

async fn marks_are_put_back_where_they_were(app: TestApp) {
    let ann = app.operator("Ann").await;
    let visitor = app.visitor();
    let id = visitor.say("One").await;
    visitor.say("Two").await;
    ann.call("mark_read", json!({ "id": id, "seq": 1 })).await.ok();
    let unread = async || {
        let inbox = ann.inbox("all").await;
        (inbox.rows[0].unread(&inbox.me), inbox.unread.len())
    };
    assert_eq!(unread().await, (1, 1));
    let items = ann.handle(&[id], &BulkAction::MarkRead).await;
    assert_eq!(unread().await, (0, 0));
    assert_eq!(ann.handle(&[id], &BulkAction::MarkRead).await[0].outcome, BulkOutcome::Unchanged);
    undo(&ann, &items).await;
    assert_eq!(unread().await, (1, 1));
    let items = ann.handle(&[id], &BulkAction::MarkRead).await;
    visitor.say("Three").await;
    ann.call("mark_read", json!({ "id": id, "seq": 3 })).await.ok();
    let changed = AppError::from(Conflict::ChangedSince);
    assert_eq!(refusals(&undo(&ann, &items).await), [Some(&changed)], "she has read on");
}
