//! The promises that are kept under races and faults. Each prints its trials and failures; `PROMISE_TRIALS` multiplies
//! the counts.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use futures::future::join_all;
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use serde_json::json;

use super::{
    contacts::contact_of,
    gateway::{Gateway, Mood, tell, text},
    kit::{Actor, Stream, TestApp},
    on_both,
};
use crate::{
    domain::{
        AppError, Audience, Availability, Conflict, ConversationId, Event, Hue, Position, Push, Queue, Role,
        Status, Tag, Team, Thread, Time, View,
    },
    server::{
        actions::{
            accounts,
            contacts::{merge, rename, undo_merge},
        },
        clock::new_id,
        jobs::runner::drain,
        store::{conversations, events},
    },
};

on_both!(
    p3_a_repeated_send_is_one_message,
    p3_a_visitors_first_message_raced_with_itself,
    p4_a_cut_stream_resumes_without_gap_or_repeat,
    p5_snapshot_and_events_are_a_fresh_snapshot,
    p6_one_order_for_everybody_whatever_the_clock_does,
    p7_of_many_at_once_exactly_one_owns,
);

#[expect(clippy::disallowed_methods, reason = "a longer run is asked for by the environment")]
pub fn trials(ordinary: usize) -> usize {
    ordinary * std::env::var("PROMISE_TRIALS").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

pub fn report(promise: &str, app: &TestApp, trials: usize) {
    println!("{promise} on {}: {trials} trials, 0 failures", app.db.system());
}

async fn p3_a_repeated_send_is_one_message(app: TestApp) {
    let ann = app.operator("Ann").await;
    let id = app.visitor().say("Hello").await;
    let rounds = trials(50);
    for round in 0..rounds {
        let client = new_id();
        let body = format!("Answer {round}");
        // Four at once: parallel, or as after a lost answer.
        let sends = (0..4).map(|_| ann.reply_as(id, client, &body, i64::MAX, false));
        let stored: BTreeSet<String> =
            join_all(sends).await.into_iter().map(|answer| answer.ok()["id"].to_string()).collect();
        assert_eq!(stored.len(), 1);
        let other = ann.reply_as(id, client, "Other words", i64::MAX, false).await;
        assert_eq!(other.status, StatusCode::CONFLICT);
    }
    let count = ann.thread(id).await.conversation.last_seq;
    assert_eq!(
        count,
        i64::try_from(rounds).expect("few") + 2,
        "one message a round, the first line and the claim"
    );
    report("P3", &app, rounds * 4);
}

async fn p3_a_visitors_first_message_raced_with_itself(app: TestApp) {
    let rounds = trials(12);
    for _ in 0..rounds {
        let (visitor, client) = (app.visitor(), new_id());
        let answers = join_all((0..5).map(|_| visitor.say_as(client, "Hello"))).await;
        let stored: BTreeSet<String> =
            answers.into_iter().map(|answer| answer.ok()["conversation"]["id"].to_string()).collect();
        assert_eq!(stored.len(), 1);
    }
    let count = conversations::count(&mut app.db.conn().await.expect("a connection")).await.expect("a count");
    assert_eq!(count, i64::try_from(rounds).expect("few"));
    report("P3 (first message)", &app, rounds * 5);
}

/// Writers go on while a reader is cut again and again, and resumes at its last place.
async fn p4_a_cut_stream_resumes_without_gap_or_repeat(app: TestApp) {
    let sam = app.person("Sam", Role::Supervisor, &[]).await;
    let start = sam.inbox("all").await.as_of.resume_from();
    let cuts = trials(100);
    let per_writer = cuts / 2;
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let visitor = app.visitor();
            tokio::spawn(async move {
                let mut acknowledged = Vec::new();
                for number in 0..per_writer {
                    let body = format!("{writer}-{number}");
                    visitor.say(&body).await;
                    acknowledged.push(body);
                }
                acknowledged
            })
        })
        .collect();
    let total = per_writer * 4;
    let mut place = start;
    let mut heard = Vec::new();
    let mut stream = sam.stream(place).await;
    let mut runner = TestRunner::deterministic();
    while heard.len() < total {
        let Push::Event { at, event, .. } = stream.push().await else { panic!("no reset is due") };
        assert!(at > place, "in order");
        place = at;
        if let Event::ConversationChanged { messages, .. } = event {
            heard.extend(messages.into_iter().map(|message| message.body));
        }
        if (0..total * 2 / cuts.max(1)).new_tree(&mut runner).expect("a number").current() == 0 {
            drop(stream);
            stream = sam.stream(place).await;
        }
    }
    let mut acknowledged: Vec<String> =
        join_all(writers).await.into_iter().flat_map(|writer| writer.expect("a writer")).collect();
    for writer in 0..4 {
        let prefix = format!("{writer}-");
        let order: Vec<_> = heard.iter().filter(|body| body.starts_with(&prefix)).collect();
        assert!(order.windows(2).all(|pair| number(pair[0]) < number(pair[1])), "each writer in order");
    }
    heard.sort();
    acknowledged.sort();
    assert_eq!(heard, acknowledged, "everything that was acknowledged, once");
    report("P4", &app, cuts);
}

fn number(body: &str) -> usize {
    body.split_once('-').and_then(|(_, number)| number.parse().ok()).expect("a numbered body")
}

/// Our number, and customers who write to it.
const OURS: &str = "+15550100";
const TEXTERS: [&str; 2] = ["+14155550123", "+14155550124"];

/// Random work; a view that is kept by events equals one that is loaded anew, for every kind of event.
async fn p5_snapshot_and_events_are_a_fresh_snapshot(app: TestApp) {
    let people = [
        app.operator("Ann").await,
        app.operator("Ben").await,
        app.person("Sam", Role::Supervisor, &[]).await,
    ];
    let visitors: Vec<_> = (0..4).map(|_| app.visitor()).collect();
    let mut ids = Vec::new();
    for visitor in &visitors {
        ids.push(visitor.say("Hello").await);
    }
    let gateway = Gateway::start().await;
    gateway.connect(&app, "sms", OURS, "webhook").await;
    for from in TEXTERS {
        app.clock.advance(Time::SECOND);
        texted(&app, from, "Hello").await;
        ids.push(people[0].inbox("all").await.rows[0].conversation.id);
    }
    let mut runner = TestRunner::deterministic();
    let seeds = trials(100);
    let (mut kinds, mut opted_out) = (BTreeSet::new(), 0);
    for seed in 0..seeds {
        let watcher = &people[seed % people.len()];
        let queue = Queue::FIXED[seed % Queue::FIXED.len()];
        let mut inbox = watcher.inbox(&queue.to_string()).await;
        let watched = ids[seed % ids.len()];
        let mut thread = watcher.thread(watched).await;
        let from = thread.as_of.resume_from().min(inbox.as_of.resume_from());
        for _ in 0..4 {
            random_deed(&app, &gateway, &people, &visitors, &mut ids, &mut runner).await;
        }
        let missed = missed(watcher, from).await;
        let fresh = watcher.inbox(&queue.to_string()).await;
        for (at, push) in missed {
            let Push::Event { event, mark, .. } = push else { continue };
            kinds.insert(event.kind());
            inbox.apply(at, &event, mark);
            thread.apply(at, &event, &inbox.me);
            // Twice is once.
            inbox.apply(at, &event, mark);
            thread.apply(at, &event, &inbox.me);
        }
        assert_eq!(inbox.rows, fresh.rows, "rows of {queue}, seed {seed}");
        assert_eq!(inbox.counts, fresh.counts, "counts, seed {seed}");
        assert_eq!(inbox.unread, fresh.unread, "unread, seed {seed}");
        assert_eq!(inbox.staff, fresh.staff, "staff, seed {seed}");
        assert_eq!(inbox.notifications, fresh.notifications, "notifications, seed {seed}");
        assert_eq!(
            (&inbox.channels, &inbox.teams, &inbox.operators),
            (&fresh.channels, &fresh.teams, &fresh.operators)
        );
        assert_eq!((&inbox.tags, &inbox.views), (&fresh.tags, &fresh.views), "tags and views, seed {seed}");
        let anew = watcher.thread(watched).await;
        let parts = |thread: &Thread| {
            let first = anew.messages.first().map_or(0, |message| message.seq);
            let messages: Vec<_> = thread.messages.iter().filter(|m| m.seq >= first).cloned().collect();
            (
                thread.conversation.clone(),
                (thread.contact.clone(), thread.also.clone()),
                messages,
                thread.mark,
                thread.others.clone(),
                thread.is_opted_out(),
            )
        };
        assert_eq!(parts(&thread), parts(&anew), "thread, seed {seed}");
        opted_out += usize::from(anew.is_opted_out());
    }
    let all = [
        "availability_changed",
        "channel_changed",
        "contact_changed",
        "conversation_changed",
        "message_changed",
        "notification_added",
        "notifications_read",
        "operator_changed",
        "read_mark_moved",
        "tag_changed",
        "team_changed",
        "team_deleted",
        "view_changed",
        "view_deleted",
    ];
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), all, "every kind of event was seen");
    assert!(opted_out > 0, "some asked for no more messages");
    report("P5", &app, seeds);
}

/// Everything that was written until now after a place: up to an event that is written here, which on PostgreSQL may
/// take a moment to come, while older transactions run.
pub(super) async fn missed(actor: &Actor, after: Position) -> Vec<(Position, Push)> {
    let end = new_id();
    let mut tx = actor.test.tx().await;
    let event = Event::TeamDeleted { team_id: end };
    events::append(&mut tx, &event, None, actor.test.clock.now()).await.expect("an event");
    tx.commit().await.expect("a commit");
    loop {
        let answer = actor.call("events_since", json!({ "after": after })).await.ok();
        let pushes: Option<Vec<Push>> = serde_json::from_value(answer).expect("pushes");
        let events: Vec<(Position, Push)> = pushes
            .expect("no reset is due")
            .into_iter()
            .map(|push| match push {
                Push::Event { at, .. } => (at, push),
                Push::Signal { .. } | Push::Here { .. } | Push::Reset => unreachable!("only events are kept"),
            })
            .collect();
        let is_end = |push: &Push| matches!(push, Push::Event { event: Event::TeamDeleted { team_id }, .. } if *team_id == end);
        if events.last().is_some_and(|(_, push)| is_end(push)) {
            return events;
        }
        tokio::task::yield_now().await;
    }
}

async fn random_deed(
    app: &TestApp,
    gateway: &Gateway,
    people: &[Actor],
    visitors: &[super::kit::Visitor],
    ids: &mut [ConversationId],
    runner: &mut TestRunner,
) {
    let (place, person, deed) =
        (0..ids.len(), 0..people.len(), 0..32_usize).new_tree(runner).expect("a deed").current();
    app.clock.advance(Time::SECOND);
    let (id, actor, texter) = (ids[place], &people[person], TEXTERS[place % TEXTERS.len()]);
    // What is refused changes nothing, which is part of the test.
    match deed {
        0..=2 => match visitors.get(place) {
            Some(visitor) => ids[place] = visitor.say("More").await,
            None => texted(app, texter, "More").await,
        },
        3 | 4 => drop(actor.reply(id, "An answer", i64::MAX).await),
        5 => drop(actor.act("claim", id).await),
        6 => drop(actor.act("release", id).await),
        7 => drop(actor.act("resolve", id).await),
        8 => drop(actor.act("reopen", id).await),
        9 => drop(actor.call("mark_read", json!({ "id": id, "seq": i64::MAX })).await),
        10 => drop(actor.call("mark_unread", json!({ "id": id, "from_seq": 1 })).await),
        11 | 21 => {
            let client = new_id::<uuid::Uuid>();
            let note =
                json!({ "conversation_id": id, "client_msg_id": client, "body": "@Ann, @Ben", "files": [] });
            drop(actor.call("add_note", note).await);
        }
        12 | 22 | 23 | 24 => {
            let (me, contact) = (actor.me().await, contact_of(app, id).await);
            let other = contact_of(app, ids[(place + 1 + person) % ids.len()]).await;
            let changed = match deed {
                12 => {
                    let name = format!("Customer {}", app.clock.now().0 % 1_000);
                    rename(app, &me, contact, &name).await
                }
                22 => merge(app, &me, contact, other).await,
                _ => undo_merge(app, &me, contact).await,
            };
            assert!(matches!(changed, Ok(()) | Err(AppError::Conflict { .. })), "{changed:?}");
        }
        13 => rearrange(app).await,
        14 => texted(app, texter, "STOP").await,
        15 | 16 => texted(app, texter, "START").await,
        17 | 18 => {
            let function = if deed == 17 { "send_again" } else { "cancel_message" };
            let seq = actor.thread(id).await.conversation.last_seq;
            drop(actor.call(function, json!({ "conversation_id": id, "seq": seq })).await);
        }
        19 => gateway.set(Mood::Refuses),
        20 => gateway.set(Mood::OptedOut),
        26 => {
            let to = people[(person + 1) % people.len()].id;
            drop(actor.call("assign", json!({ "id": id, "to": to })).await);
        }
        // Out of its team and back: in everybody's sight all the time.
        27 | 28 => {
            let to = (deed == 27).then_some(app.support);
            drop(people[2].call("move_to_team", json!({ "id": id, "to": to })).await);
        }
        29 => drop(people[2].act("undo_assign", id).await),
        30 | 31 => {
            let choice = Availability::CHOICES[place % Availability::CHOICES.len()];
            actor.call("set_availability", json!({ "availability": choice })).await.ok();
        }
        25 => drop(actor.call("read_notifications", json!({ "id": null })).await),
        _ => gateway.set(Mood::Takes),
    }
}

/// A text comes in, and everything that waits goes out.
async fn texted(app: &TestApp, from: &str, words: &str) {
    tell(app, "sms", &text(&new_id::<uuid::Uuid>().to_string(), from, OURS, words)).await.ok();
    drain(app).await;
}

async fn rearrange(app: &TestApp) {
    use crate::server::store::{channels, operators, tags, teams, views};
    let mut tx = app.tx().await;
    let now = app.clock.now();
    let team = Team { id: new_id(), name: format!("Team {}", now.0) };
    teams::insert(&mut tx, &team, now).await.expect("a team");
    let gone = new_id();
    let channel = channels::find(&mut tx, app.channel).await.expect("a query").expect("the channel").channel;
    let tag = Tag { id: new_id(), name: format!("Tag {}", now.0), hue: Hue::Teal, archived: false };
    tags::insert(&mut tx, &tag, now).await.expect("a tag");
    let by = operators::list(&mut tx).await.expect("people")[0].id;
    let view = |audience: Audience| View {
        id: new_id(),
        name: format!("View {} {audience:?}", now.0),
        audience,
        listing: Queue::Mine.into(),
        by,
    };
    let (seen, deleted) = (view(Audience::Everyone), view(Audience::Everyone));
    let hidden = view(Audience::Me);
    for view in [&seen, &hidden] {
        views::insert(&mut tx, view, now).await.expect("a view");
    }
    for event in [
        Event::TeamChanged { team, members: vec![], was: vec![] },
        Event::TeamDeleted { team_id: gone },
        Event::ChannelChanged { channel },
        Event::TagChanged { tag },
        Event::ViewChanged { view: Box::new(seen), was: None },
        Event::ViewChanged { view: Box::new(hidden), was: Some(Audience::Everyone) },
        Event::ViewChanged { view: Box::new(deleted.clone()), was: None },
        Event::ViewDeleted { view_id: deleted.id },
    ] {
        events::append(&mut tx, &event, None, now).await.expect("an event");
    }
    tx.commit().await.expect("a commit");
    let new = accounts::NewAccount {
        email: format!("p{}@test.test", now.0),
        name: format!("Person {}", now.0),
        password: "a good password".into(),
        role: Role::Operator,
        teams: vec![],
    };
    accounts::add(app, new).await.expect("an account");
}

/// Many write into one conversation while the clock jumps: the numbers are dense, and everybody has the same order.
async fn p6_one_order_for_everybody_whatever_the_clock_does(app: TestApp) {
    let (visitor, ann, ben) = (app.visitor(), app.operator("Ann").await, app.operator("Ben").await);
    let id = visitor.say("Hello").await;
    let cursor = visitor.chat().await["cursor"].as_str().expect("a cursor").to_owned();
    let visitor_hears = visitor.stream(&cursor).await;
    let ann_hears = ann.stream(ann.thread(id).await.as_of.resume_from()).await;
    let rounds = trials(30);
    let last = i64::try_from(rounds * 3).expect("few") + 2;
    let by_stream = tokio::spawn(seqs_of_operator(ann_hears, last));
    let to_visitor = tokio::spawn(seqs_of_visitor(visitor_hears, last));
    for round in 0..rounds {
        app.clock.advance(match round % 3 {
            0 => -Time::HOUR,
            1 => Time::DAY,
            _ => 0,
        });
        let reply = |actor: &Actor| {
            let actor = actor.clone();
            async move { actor.reply_as(id, new_id(), "A reply", 0, true).await.ok() }
        };
        tokio::join!(reply(&ann), reply(&ben), visitor.say("A question"));
    }
    assert_eq!(ann.thread(id).await.conversation.last_seq, last);
    let dense: Vec<i64> = (2..=last).collect();
    assert_eq!(by_stream.await.expect("a reader"), dense, "dense and in order on the operator's stream");
    assert_eq!(to_visitor.await.expect("a reader"), dense, "and on the visitor's");
    let mut stored = Vec::new();
    let mut before = last + 1;
    while before > 1 {
        let page = ann.call("load_older", json!({ "id": id, "before": before })).await.ok();
        let seqs: Vec<i64> =
            page.as_array().expect("a page").iter().filter_map(|m| m["seq"].as_i64()).collect();
        before = seqs[0];
        stored.splice(0..0, seqs);
    }
    assert_eq!(stored, (1..=last).collect::<Vec<_>>());
    report("P6", &app, rounds * 3);
}

async fn seqs_of_operator(mut stream: Stream, last: i64) -> Vec<i64> {
    let mut seqs = Vec::new();
    while seqs.last() != Some(&last) {
        if let Push::Event { event: Event::ConversationChanged { messages, .. }, .. } = stream.push().await {
            seqs.extend(messages.into_iter().map(|message| message.seq));
        }
    }
    seqs
}

async fn seqs_of_visitor(mut stream: Stream, last: i64) -> Vec<i64> {
    let mut seqs = Vec::new();
    while seqs.last() != Some(&last) {
        let sse = stream.next().await.expect("open");
        if sse.event == "message" {
            seqs.push(sse.data["seq"].as_i64().expect("a number"));
        }
    }
    seqs
}

async fn p7_of_many_at_once_exactly_one_owns(app: TestApp) {
    let mut people = Vec::new();
    for number in 0..16 {
        people.push(app.operator(&format!("Person{number}")).await);
    }
    let rounds = trials(if app.db.is_shared() { 25 } else { 40 });
    for round in 0..rounds {
        let id = app.visitor().say("Hello").await;
        let attempts = people.iter().enumerate().map(|(number, person)| async move {
            let answer = if (number + round) % 2 == 0 {
                person.act("claim", id).await
            } else {
                person.reply(id, "I am here", 1).await
            };
            (person.id, answer)
        });
        let outcomes = join_all(attempts).await;
        let conversation = people[0].thread(id).await.conversation;
        let owner = conversation.owner_id.expect("there is never none");
        assert_eq!(conversation.status, Status::Active);
        let owner_name = &people.iter().position(|person| person.id == owner).map(|n| format!("Person{n}"));
        for (person, answer) in outcomes {
            match answer.status {
                StatusCode::OK => {}
                StatusCode::CONFLICT => {
                    assert_ne!(person, owner, "the winner is never told that they lost");
                    match answer.conflict() {
                        Conflict::Owned { owner_name: told, .. } => {
                            assert_eq!(Some(&told), owner_name.as_ref())
                        }
                        Conflict::ColleagueReplied { name, .. } => assert!(!name.is_empty()),
                        other => panic!("{other:?}"),
                    }
                }
                other => panic!("{other} {}", answer.text),
            }
        }
        let claims = people[0].thread(id).await.messages.iter().filter(|m| m.system.is_some()).count();
        assert_eq!(claims, 1, "one line says who claimed it");
    }
    report("P7", &app, rounds);
}

/// PostgreSQL alone: a slow transaction that began first and commits last must not be passed over by readers that have
/// seen the quick ones, on either of two servers.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn p4_slow_and_fast_transactions_that_overlap_on_two_servers() {
    let Some(app) = TestApp::on_postgres().await else { return };
    let second = app.second_server().await;
    let sam = app.person("Sam", Role::Supervisor, &[]).await;
    let start = sam.inbox("all").await.as_of.resume_from();
    let (mut here, mut there) = (sam.stream(start).await, sam.stream_on(&second, start).await);
    let rounds = trials(20);
    let mut expected = BTreeSet::new();
    for round in 0..rounds {
        let slow_team = Team { id: new_id(), name: format!("slow {round}") };
        let mut slow = app.tx().await;
        let event = Event::TeamChanged { team: slow_team.clone(), members: vec![], was: vec![] };
        events::append(&mut slow, &event, None, app.clock.now()).await.expect("an event");
        for quick in 0..3 {
            let server = if quick % 2 == 0 { &app } else { &second };
            let mut tx = server.tx().await;
            let team = Team { id: new_id(), name: format!("quick {round}.{quick}") };
            expected.insert(team.name.clone());
            let event = Event::TeamChanged { team, members: vec![], was: vec![] };
            events::append(&mut tx, &event, None, app.clock.now()).await.expect("an event");
            tx.commit().await.expect("a commit");
            server.hub.committed();
        }
        // A snapshot taken now holds the quick ones and lacks the slow one; it must be given the slow one once.
        let view = sam.inbox("all").await;
        slow.commit().await.expect("a commit");
        app.hub.committed();
        expected.insert(slow_team.name.clone());
        let mut given = Vec::new();
        for (at, push) in missed(&sam, view.as_of.resume_from()).await {
            if let Push::Event { event: Event::TeamChanged { team, .. }, .. } = push
                && !view.as_of.covers(at)
            {
                given.push(team.name);
            }
        }
        assert_eq!(given, [slow_team.name]);
    }
    for stream in [&mut here, &mut there] {
        let mut heard = Vec::new();
        let mut place = start;
        while heard.len() < expected.len() {
            if let Push::Event { at, event: Event::TeamChanged { team, .. }, .. } = stream.push().await {
                assert!(at > place);
                place = at;
                heard.push(team.name);
            }
        }
        assert_eq!(heard.iter().cloned().collect::<BTreeSet<_>>(), expected);
        assert_eq!(heard.len(), expected.len(), "each once");
    }
    report("P4 (overlap, two servers)", &app, rounds);
}
