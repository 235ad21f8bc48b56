//! The list: what stands where, in which order, and what it costs.

use std::collections::BTreeSet;

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use serde_json::json;

use super::{
    gateway::{Gateway, tell, text},
    kit::TestApp,
    on_both,
};
use crate::{
    domain::{
        Availability, BulkAction, Counts, Filter, Listing, PAGE_ROWS, Queue, QueueCell, Role, Staff, Status,
        Time,
    },
    server::{jobs::runner::drain, queries, store::queue_counts},
};

on_both!(
    pages_are_the_whole_list_in_order,
    queues_agree_with_the_model,
    pages_cost_a_fixed_number_of_queries
);

async fn pages_are_the_whole_list_in_order(app: TestApp) {
    let ann = app.operator("Ann").await;
    let mut expected = Vec::new();
    for number in 0..(PAGE_ROWS * 2 + 5) {
        // Some share their time: the id breaks the tie.
        app.clock.advance(if number % 3 == 0 { 0 } else { Time::SECOND });
        expected.push((app.clock.now(), app.visitor().say("Hello").await));
    }
    expected.sort_by(|a, b| b.cmp(a));
    for queue in ["all", "needs-answer"] {
        let inbox = ann.inbox(queue).await;
        let mut got: Vec<_> = inbox.rows.iter().map(|row| row.conversation.id).collect();
        let mut next = inbox.next;
        while let Some(from) = next {
            let arguments = json!({ "queue": inbox.queue, "from": from });
            let page: crate::domain::Page =
                serde_json::from_value(ann.call("list_conversations", arguments).await.ok()).expect("a page");
            assert!(page.rows.len() <= PAGE_ROWS);
            got.extend(page.rows.iter().map(|row| row.conversation.id));
            next = page.next;
        }
        let mut want: Vec<_> = expected.iter().map(|(_, id)| *id).collect();
        if queue == "needs-answer" {
            want.reverse();
        }
        assert_eq!(got, want, "{queue}");
    }
}

/// Random work by several people, while teams and who takes work change; then every list and every count equals what the
/// predicate says of all conversations.
async fn queues_agree_with_the_model(app: TestApp) {
    let sam = app.person("Sam", Role::Supervisor, &[]).await;
    let people = [
        app.operator("Ann").await,
        app.operator("Ben").await,
        app.person("Nina", Role::Operator, &[app.sales]).await,
        sam.clone(),
    ];
    let visitors: Vec<_> = (0..8).map(|_| app.visitor()).collect();
    let mut ids = Vec::new();
    for visitor in &visitors {
        ids.push(visitor.say("Hello").await);
    }
    let mut runner = TestRunner::deterministic();
    let step = (0..visitors.len(), 0..people.len(), 0..18_usize);
    for _ in 0..250 {
        let (visitor, person, deed) = step.new_tree(&mut runner).expect("a step").current();
        app.clock.advance(Time::SECOND);
        let (id, actor, other) = (ids[visitor], &people[person], &people[(person + 1) % people.len()]);
        let team = [app.support, app.sales][visitor % 2];
        let member = json!({ "id": team, "operator": actor.id });
        // Refusals are part of it.
        match deed {
            0 | 1 => ids[visitor] = visitors[visitor].say("More").await,
            2 => drop(actor.reply(id, "An answer", i64::MAX).await),
            3 => drop(actor.act("claim", id).await),
            4 => drop(actor.act("release", id).await),
            5 => drop(actor.act("resolve", id).await),
            6 => drop(actor.act("reopen", id).await),
            7 => drop(actor.call("assign", json!({ "id": id, "to": other.id })).await),
            8 => drop(sam.call("move_to_team", json!({ "id": id, "to": team })).await),
            9 => drop(sam.call("move_to_team", json!({ "id": id, "to": null })).await),
            10 => drop([actor, &sam][visitor % 2].act("undo_assign", id).await),
            11 => drop(sam.call("add_member", member).await.ok()),
            12 => drop(sam.call("remove_member", member).await.ok()),
            13 => {
                let choice = Availability::CHOICES[visitor % Availability::CHOICES.len()];
                actor.call("set_availability", json!({ "availability": choice })).await.ok();
            }
            14 => {
                let action = BulkAction::Snooze(app.clock.now().plus(10 * Time::SECOND));
                drop(actor.handle(&[id], &action).await);
            }
            15 => drop(actor.handle(&[id], &BulkAction::Wake).await),
            // Some of what sleeps is due.
            16 => drain(&app).await,
            _ => drop(actor.call("mark_read", json!({ "id": id, "seq": i64::MAX })).await),
        }
    }
    let everything: Vec<_> = sam.inbox("all").await.rows.into_iter().map(|row| row.conversation).collect();
    let counted: Vec<QueueCell> =
        everything.iter().map(|c| QueueCell { facts: c.facts(), count: 1 }).collect();
    for actor in &people {
        let me = actor.me().await;
        let queues = Queue::FIXED.into_iter().chain([Queue::Team(app.support), Queue::Team(app.sales)]);
        let inbox = actor.inbox("all").await;
        assert_eq!(inbox.staff.loads, Staff::loads_of(&counted, &me), "what {} sees in work", me.name);
        let minded = inbox.rows.iter().filter(|row| {
            let facts = row.conversation.facts();
            me.minds(&facts) && facts.status != Status::Resolved && row.unread(&me) > 0
        });
        let minded: BTreeSet<_> = minded.map(|row| row.conversation.id).collect();
        assert_eq!(inbox.unread, minded, "what {} has not read", me.name);
        for queue in queues {
            let mut want: Vec<_> =
                everything.iter().filter(|c| queue.holds(&c.facts(), &me)).map(|c| c.id).collect();
            let mut got: Vec<_> = actor
                .inbox(&queue.to_string())
                .await
                .rows
                .into_iter()
                .map(|row| row.conversation.id)
                .collect();
            assert_eq!(
                inbox.counts.get(queue),
                i64::try_from(want.len()).expect("few"),
                "{queue} of {}",
                me.name
            );
            want.sort_unstable();
            got.sort_unstable();
            assert_eq!(got, want, "{queue} of {}", me.name);
        }
    }
    // The kept counts, added up anew from the rows.
    let cells = queue_counts::list(&mut app.db.conn().await.expect("a connection")).await.expect("cells");
    let me = sam.me().await;
    let teams = [app.support, app.sales];
    assert_eq!(Counts::sum(&cells, &me, teams), Counts::sum(&counted, &me, teams));
    assert!(cells.iter().all(|cell| cell.count > 0), "{cells:?}");
}

async fn pages_cost_a_fixed_number_of_queries(app: TestApp) {
    let ann = app.operator("Ann").await;
    let me = ann.me().await;
    Gateway::start().await.connect(&app, "sms", "+15550100", "webhook").await;
    tell(&app, "sms", &text("m1", "+14155550123", "+15550100", "Hello")).await.ok();
    drain(&app).await;
    let texted = ann.inbox("all").await.rows[0].conversation.id;
    let id = app.visitor().say("Hello").await;
    let quiet = app.quiet().await;
    let cost = async || {
        let mut costs = Vec::new();
        for queue in [Queue::All, Queue::NeedsAnswer] {
            let before = quiet.db.queries();
            queries::inbox::open(&quiet, &me, queue.into()).await.expect("an inbox");
            costs.push(quiet.db.queries() - before);
        }
        let before = quiet.db.queries();
        queries::inbox::list(&quiet, &me, &Queue::Mine.into(), None, None).await.expect("a page");
        costs.push(quiet.db.queries() - before);
        let filter = Filter { text: "visitor".into(), ..Filter::default() };
        let before = quiet.db.queries();
        let listing = Listing { queue: Queue::All, filter };
        queries::inbox::list(&quiet, &me, &listing, None, None).await.expect("a page");
        costs.push(quiet.db.queries() - before);
        for id in [id, texted] {
            let before = quiet.db.queries();
            queries::thread::open(&quiet, &me, id).await.expect("a thread");
            costs.push(quiet.db.queries() - before);
        }
        costs
    };
    // The last has a route, which may be closed.
    assert_eq!(cost().await, [13, 13, 3, 4, 10, 11]);
    for _ in 0..40 {
        app.visitor().say("Hello").await;
    }
    assert_eq!(cost().await, [13, 13, 3, 4, 10, 11], "the same with more");
}
