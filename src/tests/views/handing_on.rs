//! Giving many to somebody else at once, by the rules of giving one, and taking that back wherever nothing has happened
//! since.

use serde_json::json;
use uuid::Uuid;

use crate::{
    domain::{
        AppError, BotKind, BulkAction, BulkItem, BulkOutcome, Conflict, Conversation, ConversationId,
        Handler, OperatorId, Reversal, Role, Status, TeamId, Time, reversals,
    },
    server::{
        clock::new_id,
        store::{
            bots::Settings,
            history::{self, OwnershipChange},
            turns,
        },
    },
    tests::{
        bots::bot,
        kit::{Actor, TestApp},
        on_both,
        promises::{report, trials},
    },
};

on_both!(
    many_are_assigned_and_are_what_they_were_again,
    many_are_moved_and_are_what_they_were_again,
    many_are_given_away_by_the_rules_of_one,
    what_has_happened_since_stays,
    only_what_one_has_done_oneself_is_taken_back,
    what_the_ai_had_it_has_again,
    two_who_assign_the_same_at_once_leave_one_truth,
    two_who_assign_the_same_to_one_do_it_once,
);

async fn undo(actor: &Actor, items: &[BulkItem]) -> Vec<BulkItem> {
    let answer = actor.call("undo_many", json!({ "items": reversals(items) })).await;
    serde_json::from_value(answer.ok()).expect("items")
}

fn refusals(items: &[BulkItem]) -> Vec<Option<AppError>> {
    let refusal = |item: &BulkItem| match &item.outcome {
        BulkOutcome::Refused(error) => Some(error.clone()),
        BulkOutcome::Done(_) | BulkOutcome::Unchanged => None,
    };
    items.iter().map(refusal).collect()
}

/// Whose it is, and whether it waits or sleeps.
type Standing = (Status, Option<OperatorId>, Option<TeamId>, Option<Time>, Option<Time>);

fn standing(conversation: &Conversation) -> Standing {
    (
        conversation.status,
        conversation.owner_id,
        conversation.team_id,
        conversation.awaiting_reply_since,
        conversation.snoozed_until,
    )
}

async fn standings(actor: &Actor, ids: &[ConversationId]) -> Vec<Standing> {
    let mut all = Vec::new();
    for id in ids {
        all.push(standing(&actor.thread(*id).await.conversation));
    }
    all
}

/// All changes of owner, each of which begins where the one before has ended.
async fn owners(app: &TestApp, id: ConversationId) -> Vec<OwnershipChange> {
    let mut conn = app.db.conn().await.expect("a connection");
    let changes = history::list_ownership_changes(&mut conn, id).await.expect("changes");
    let mut owner = None;
    for change in &changes {
        assert_eq!(change.from, owner, "{changes:?}");
        owner = change.to;
    }
    changes
}

/// Nobody's, somebody's, somebody's who sleeps, and nobody's that was released.
async fn four(app: &TestApp, ann: &Actor) -> Vec<ConversationId> {
    let mut ids = Vec::new();
    for _ in 0..4 {
        app.clock.advance(Time::MINUTE);
        ids.push(app.visitor().say("Hello").await);
    }
    for id in &ids[1..] {
        ann.act("claim", *id).await.ok();
    }
    ann.reply(ids[1], "Hi", i64::MAX).await.ok();
    ann.handle(&ids[2..3], &BulkAction::Snooze(app.clock.now().plus(Time::HOUR))).await;
    ann.act("release", ids[3]).await.ok();
    app.clock.advance(Time::MINUTE);
    ids
}

async fn many_are_assigned_and_are_what_they_were_again(app: TestApp) {
    let (sam, ann) = (app.person("Sam", Role::Supervisor, &[]).await, app.operator("Ann").await);
    let ben = app.operator("Ben").await;
    let ids = four(&app, &ann).await;
    let before = standings(&sam, &ids).await;
    let items = sam.handle(&ids, &BulkAction::Assign(ben.id)).await;
    assert_eq!(refusals(&items), vec![None; 4]);
    assert_eq!(reversals(&items).len(), 4, "each can be taken back");
    for (id, before) in ids.iter().zip(&before) {
        let now = sam.thread(*id).await;
        let want = (Status::Active, Some(ben.id), Some(app.support), before.3, None);
        assert_eq!(standing(&now.conversation), want);
        let last = now.messages.last().map(|line| line.body.clone());
        assert_eq!(last.as_deref(), Some("Sam assigned this to Ben"));
        let change = owners(&app, *id).await.pop().expect("a change");
        assert_eq!((change.by, change.reason.as_str()), (Some(sam.id), "assigned"));
    }
    assert_eq!(ann.inbox("all").await.staff.load(ben.id).active, 4);
    let again = sam.handle(&ids, &BulkAction::Assign(ben.id)).await;
    assert!(again.iter().all(|item| item.outcome == BulkOutcome::Unchanged), "{again:?}");

    app.clock.advance(Time::MINUTE);
    let undone = undo(&sam, &items).await;
    assert!(undone.iter().all(|item| item.outcome == BulkOutcome::Done(None)), "{undone:?}");
    assert_eq!(standings(&sam, &ids).await, before);
    for id in &ids {
        let change = owners(&app, *id).await.pop().expect("a change");
        assert_eq!((change.by, change.reason.as_str()), (Some(sam.id), "taken back"));
    }
    assert_eq!(ann.inbox("all").await.staff.load(ben.id).active, 0);
    let twice = undo(&sam, &items).await;
    assert_eq!(refusals(&twice), vec![Some(Conflict::ChangedSince.into()); 4]);
    assert_eq!(standings(&sam, &ids).await, before);
}

async fn many_are_moved_and_are_what_they_were_again(app: TestApp) {
    let (sam, ann) = (app.person("Sam", Role::Supervisor, &[]).await, app.operator("Ann").await);
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    let ids = four(&app, &ann).await;
    let before = standings(&sam, &ids).await;
    let items = sam.handle(&ids, &BulkAction::Move(app.sales)).await;
    assert_eq!(refusals(&items), vec![None; 4]);
    for now in standings(&nina, &ids).await {
        assert_eq!((now.0, now.1, now.2), (Status::Waiting, None, Some(app.sales)));
    }
    assert!(ann.inbox("all").await.rows.is_empty());
    let mut conn = app.db.conn().await.expect("a connection");
    for id in &ids {
        let changes = history::list_team_changes(&mut conn, *id).await.expect("changes");
        let changes: Vec<_> = changes.into_iter().map(|it| (it.from, it.to, it.by, it.reason)).collect();
        let reason = "moved to another team".to_owned();
        assert_eq!(changes, [(Some(app.support), Some(app.sales), Some(sam.id), reason)]);
    }
    drop(conn);
    let again = sam.handle(&ids, &BulkAction::Move(app.sales)).await;
    assert!(again.iter().all(|item| item.outcome == BulkOutcome::Unchanged), "{again:?}");

    app.clock.advance(Time::MINUTE);
    let undone = undo(&sam, &items).await;
    assert!(undone.iter().all(|item| item.outcome == BulkOutcome::Done(None)), "{undone:?}");
    assert_eq!(standings(&ann, &ids).await, before);
    assert!(nina.inbox("all").await.rows.is_empty());
}

async fn many_are_given_away_by_the_rules_of_one(app: TestApp) {
    let (sam, ann) = (app.person("Sam", Role::Supervisor, &[]).await, app.operator("Ann").await);
    let ben = app.operator("Ben").await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(app.visitor().say("Hello").await);
    }
    ann.act("claim", ids[0]).await.ok();
    ben.act("claim", ids[1]).await.ok();
    sam.call("move_to_team", json!({ "id": ids[3], "to": app.sales })).await.ok();
    ann.act("resolve", ids[4]).await.ok();
    let nowhere: ConversationId = new_id();
    let asked: Vec<ConversationId> = ids.iter().copied().chain([nowhere]).collect();
    let (forbidden, hidden) = (Some(AppError::Forbidden), Some(AppError::NotFound));

    let moved = ann.handle(&asked, &BulkAction::Move(app.sales)).await;
    let no = [forbidden.clone(), forbidden.clone(), forbidden.clone(), hidden.clone(), forbidden.clone()];
    assert_eq!(
        refusals(&moved),
        [&no[..], std::slice::from_ref(&hidden)].concat(),
        "that is a supervisor's to do"
    );

    let given = ann.handle(&asked, &BulkAction::Assign(ben.id)).await;
    let some = [None, forbidden.clone(), forbidden.clone(), hidden.clone(), forbidden, hidden.clone()];
    assert_eq!(refusals(&given), some, "she gives away her own alone");
    assert_eq!(ann.thread(ids[0]).await.conversation.owner_id, Some(ben.id));

    let given = sam.handle(&asked, &BulkAction::Assign(ben.id)).await;
    let resolved = AppError::from(Conflict::Status { status: Status::Resolved });
    assert_eq!(given[0].outcome, BulkOutcome::Unchanged);
    assert_eq!(given[1].outcome, BulkOutcome::Unchanged);
    assert!(matches!(given[2].outcome, BulkOutcome::Done(Some(Reversal::HandedOn { .. }))));
    let elsewhere = refusals(&given[3..4]).remove(0);
    assert!(matches!(elsewhere, Some(AppError::Invalid { field, .. }) if field == "operator"));
    assert_eq!(refusals(&given[4..]), [Some(resolved), hidden]);

    let gone = refusals(&sam.handle(&ids[..1], &BulkAction::Move(new_id())).await).remove(0);
    assert!(matches!(gone, Some(AppError::Invalid { field, .. }) if field == "team"));
}

async fn what_has_happened_since_stays(app: TestApp) {
    let (sam, ann) = (app.person("Sam", Role::Supervisor, &[]).await, app.operator("Ann").await);
    let ben = app.operator("Ben").await;
    let visitors: Vec<_> = (0..4).map(|_| app.visitor()).collect();
    let mut ids = Vec::new();
    for visitor in &visitors {
        ids.push(visitor.say("Hello").await);
    }
    let before = standings(&sam, &ids).await;
    let items = sam.handle(&ids, &BulkAction::Assign(ben.id)).await;
    visitors[0].say("More").await;
    ben.act("release", ids[1]).await.ok();
    let note = json!({
        "conversation_id": ids[2], "client_msg_id": new_id::<Uuid>(), "body": "I know her", "files": [],
    });
    ann.call("add_note", note).await.ok();
    let now = standings(&sam, &ids[..3]).await;
    let changed = Some(AppError::from(Conflict::ChangedSince));
    assert_eq!(refusals(&undo(&sam, &items).await), [changed.clone(), changed.clone(), changed, None]);
    assert_eq!(standings(&sam, &ids[..3]).await, now, "nobody's work is undone");
    assert_eq!(standings(&sam, &ids[3..]).await, before[3..]);
}

/// How to take something back comes from the browser, which may say anything.
async fn only_what_one_has_done_oneself_is_taken_back(app: TestApp) {
    let (sam, ann) = (app.person("Sam", Role::Supervisor, &[]).await, app.operator("Ann").await);
    let ben = app.operator("Ben").await;
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    let id = app.visitor().say("Hello").await;
    ann.act("claim", id).await.ok();
    let given = sam.handle(&[id], &BulkAction::Assign(ben.id)).await;
    let changed = Some(AppError::from(Conflict::ChangedSince));
    assert_eq!(refusals(&undo(&ann, &given).await), std::slice::from_ref(&changed), "it was not her doing");
    assert_eq!(refusals(&undo(&nina, &given).await), [Some(AppError::NotFound)]);
    let said = |seq: i64, was_ais: bool| {
        let reversal = Reversal::HandedOn { seq, was_ais, snoozed_until: Some(Time(i64::MAX)) };
        vec![BulkItem { id, outcome: BulkOutcome::Done(Some(reversal)) }]
    };
    let last = ann.thread(id).await.conversation.last_seq;
    assert_eq!(refusals(&undo(&sam, &said(last - 1, false)).await), [changed]);
    assert_ne!(refusals(&undo(&sam, &said(last, true)).await), [None], "there is no AI");
    assert_eq!(ann.thread(id).await.conversation.owner_id, Some(ben.id));
    assert_eq!(refusals(&undo(&sam, &said(last, false)).await), [None]);
    let now = ann.thread(id).await.conversation;
    assert_eq!((now.owner_id, now.snoozed_until), (Some(ann.id), None), "and sleeps for no such time");

    let handed = ann.handle(&[id], &BulkAction::Assign(ben.id)).await;
    let last = ann.thread(id).await.conversation.last_seq;
    assert_eq!(refusals(&undo(&ann, &said(last, true)).await), [Some(AppError::Forbidden)]);
    assert_eq!(refusals(&undo(&ann, &handed).await), [None], "what she has handed on she has again");
    assert_eq!(ann.thread(id).await.conversation.owner_id, Some(ann.id));
}

async fn what_the_ai_had_it_has_again(app: TestApp) {
    let (sam, ann) = (app.person("Sam", Role::Supervisor, &[]).await, app.operator("Ann").await);
    let bot = bot(&app, BotKind::Api, Settings::default()).await;
    let id = app.visitor().say("Hello").await;
    assert_eq!(ann.thread(id).await.conversation.status, Status::Open);
    let items = sam.handle(&[id], &BulkAction::Assign(ann.id)).await;
    let mut conn = app.db.conn().await.expect("a connection");
    assert_eq!(turns::find_waiting(&mut conn, id).await.expect("a query"), None, "it has lost the word");
    assert_eq!(undo(&sam, &items).await[0].outcome, BulkOutcome::Done(None));
    let now = ann.thread(id).await.conversation;
    assert_eq!((now.status, now.handler, now.owner_id), (Status::Open, Handler::Bot, None));
    let asked = turns::find_waiting(&mut conn, id).await.expect("a query").expect("it is asked again");
    assert_eq!((asked.bot_id, asked.control_epoch), (bot.id, now.control_epoch));
    drop(conn);

    let moved = sam.handle(&[id], &BulkAction::Move(app.sales)).await;
    let there = sam.thread(id).await.conversation;
    assert_eq!((there.status, there.team_id), (Status::Open, Some(app.sales)), "the AI goes on");
    assert_eq!(undo(&sam, &moved).await[0].outcome, BulkOutcome::Done(None));
    let back = sam.thread(id).await.conversation;
    assert_eq!(
        (back.status, back.team_id, back.control_epoch),
        (Status::Open, Some(app.support), now.control_epoch)
    );
}

/// Each conversation is the later one's; when both take it back, it is as the earlier one has left it.
async fn two_who_assign_the_same_at_once_leave_one_truth(app: TestApp) {
    let (sam, ada) =
        (app.person("Sam", Role::Supervisor, &[]).await, app.person("Ada", Role::Admin, &[]).await);
    let (ann, ben) = (app.operator("Ann").await, app.operator("Ben").await);
    let rounds = trials(8);
    for round in 0..rounds {
        let mut ids = Vec::new();
        for _ in 0..4 {
            ids.push(app.visitor().say("Hello").await);
        }
        let backwards: Vec<ConversationId> = ids.iter().rev().copied().collect();
        let (to_ann, to_ben) = (BulkAction::Assign(ann.id), BulkAction::Assign(ben.id));
        let (ones, mut others) = tokio::join!(sam.handle(&ids, &to_ann), ada.handle(&backwards, &to_ben));
        others.reverse();
        assert_eq!((reversals(&ones).len(), reversals(&others).len()), (4, 4), "round {round}");
        let mut first = Vec::new();
        for id in &ids {
            let changes = owners(&app, *id).await;
            assert_eq!(changes.len(), 2, "round {round}: {changes:?}");
            assert_eq!(sam.thread(*id).await.conversation.owner_id, changes[1].to);
            first.push(changes[0].to);
        }
        let (one, other) = tokio::join!(undo(&sam, &ones), undo(&ada, &others));
        for (place, id) in ids.iter().enumerate() {
            let done = [&one, &other].map(|items| items[place].outcome == BulkOutcome::Done(None));
            // Whoever was later has undone theirs; the earlier one's is not the last thing that happened.
            let want = if first[place] == Some(ann.id) { [false, true] } else { [true, false] };
            assert_eq!(done, want, "round {round}: {one:?} {other:?}");
            let now = sam.thread(*id).await.conversation;
            assert_eq!((now.status, now.owner_id), (Status::Active, first[place]), "round {round}");
            assert_eq!(owners(&app, *id).await.len(), 3);
        }
    }
    report("Assigning many at once", &app, rounds);
}

async fn two_who_assign_the_same_to_one_do_it_once(app: TestApp) {
    let (sam, ada) =
        (app.person("Sam", Role::Supervisor, &[]).await, app.person("Ada", Role::Admin, &[]).await);
    let ann = app.operator("Ann").await;
    let mut ids = Vec::new();
    for _ in 0..6 {
        ids.push(app.visitor().say("Hello").await);
    }
    let to_ann = BulkAction::Assign(ann.id);
    let (ones, others) = tokio::join!(sam.handle(&ids, &to_ann), ada.handle(&ids, &to_ann));
    for (one, other) in ones.iter().zip(&others) {
        let unchanged = [one, other].iter().filter(|item| item.outcome == BulkOutcome::Unchanged).count();
        assert_eq!(unchanged, 1, "{one:?} {other:?}");
        assert_eq!(owners(&app, one.id).await.len(), 1);
    }
}
