//! What is kept equals what is counted, after whatever people, customers and a bot do.

use std::collections::{BTreeMap, BTreeSet};

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use serde_json::json;

use super::{board, employ_bot, report, same, tallies};
use crate::{
    domain::{
        Board, ChannelCell, Conversation, ConversationId, Counted, Event, Load, Message, OperatorId, Push,
        QueueCell, Range, Role, Scope, SenderKind, SystemLine, Tally, Time,
    },
    server::{
        actions::maintain,
        store::{conversations, history, messages},
    },
    tests::{
        kit::{Actor, TestApp, Visitor},
        on_both,
    },
};

on_both!(kept_numbers_are_the_counted_ones, episodes_are_what_the_threads_say, events_keep_the_board_true);

/// Customers, people and a bot, after so much at random.
struct Place {
    sam: Actor,
    conversations: BTreeSet<ConversationId>,
}

async fn at_random(app: &TestApp, steps: usize, pause: i64) -> Place {
    employ_bot(app).await;
    let sam = app.person("Sam", Role::Supervisor, &[]).await;
    let people = [app.operator("Ann").await, app.operator("Ben").await, sam.clone()];
    let visitors: Vec<Visitor> = (0..7).map(|_| app.visitor()).collect();
    let mut ids = Vec::new();
    for visitor in &visitors {
        app.clock.advance(pause);
        ids.push(visitor.say("Hello").await);
    }
    let mut conversations: BTreeSet<ConversationId> = ids.iter().copied().collect();
    let mut runner = TestRunner::deterministic();
    let step = (0..visitors.len(), 0..people.len(), 0..11_usize);
    for _ in 0..steps {
        let (customer, person, deed) = step.new_tree(&mut runner).expect("a step").current();
        app.clock.advance(pause);
        let (visitor, actor, id) = (&visitors[customer], &people[person], ids[customer]);
        // Refusals are part of it.
        match deed {
            0 | 1 => ids[customer] = visitor.say("More").await,
            2 => drop(actor.reply(id, "An answer", i64::MAX).await),
            3 => drop(actor.act("claim", id).await),
            4 => drop(actor.act("take_over", id).await),
            5 => drop(actor.act("release", id).await),
            6 => drop(actor.call("give_back", json!({ "id": id, "instruction": "" })).await),
            7 => drop(visitor.post("person", json!({})).await),
            8 => drop(actor.act("reopen", id).await),
            _ => drop(actor.act("resolve", id).await),
        }
        conversations.insert(ids[customer]);
    }
    Place { sam, conversations }
}

async fn kept_numbers_are_the_counted_ones(app: TestApp) {
    let place = at_random(&app, 130, Time::SECOND).await;
    let kept = board(&place.sam).await;
    let all: Vec<Conversation> =
        place.sam.inbox("all").await.rows.into_iter().map(|row| row.conversation).collect();
    assert_eq!(all.len(), place.conversations.len());

    // Added up anew.
    let cells: Vec<QueueCell> = all.iter().map(|one| QueueCell { facts: one.facts(), count: 1 }).collect();
    let of_channel = |one: &Conversation| {
        let (channel_id, facts) = (one.channel_id, one.facts());
        let held = Load::ALL.iter().filter(move |load| load.holds(&facts));
        held.map(move |load| ChannelCell { channel_id, load: *load, count: 1 })
    };
    let channels: Vec<ChannelCell> = all.iter().flat_map(of_channel).collect();
    let counted = Board::sum(&cells, &channels, kept.now, kept.as_of.clone());
    assert_eq!(kept, counted);

    // And each is the length of its list.
    let mut scopes = vec![Scope::All, Scope::Team(Some(app.support)), Scope::Team(None)];
    scopes.push(Scope::Channel(app.channel));
    scopes.extend(place.sam.inbox("all").await.operators.into_iter().map(|one| Scope::Operator(one.id)));
    let mut numbers = 0;
    for load in Load::ALL.iter().copied() {
        let rows = place.sam.inbox(&load.queue().to_string()).await.rows;
        let shown: Vec<Conversation> = rows
            .into_iter()
            .map(|row| row.conversation)
            .filter(|one| load.statuses().is_empty() || load.statuses().contains(&one.status))
            .collect();
        for scope in &scopes {
            let length = shown.iter().filter(|one| scope.holds(&one.facts(), one.channel_id)).count();
            let length = i64::try_from(length).expect("few");
            assert_eq!(kept.get(*scope, load), length, "{load:?} {scope:?}");
            numbers += usize::from(length > 0);
        }
    }
    assert!(numbers > 5, "only {numbers} numbers say anything");
}

/// What the thread of a conversation says of its episodes: read without the status machine.
fn read(
    conversation: &Conversation,
    thread: &[Message],
    owners: &[(Time, Option<OperatorId>)],
) -> Vec<Tally> {
    let mut told = Vec::new();
    let mut tell = |at: Time, operator_id: Option<OperatorId>, what: Counted| {
        let (channel_id, team_id) = (conversation.channel_id, conversation.team_id);
        told.push(Tally { at, channel_id, team_id, operator_id, what });
    };
    let owner_at = |time: Time| owners.iter().rev().find(|(at, _)| *at <= time).and_then(|(_, owner)| *owner);
    let mut with_bot = conversation.ai.is_some();
    let (mut began, mut by_bot, mut with_people) = (conversation.created_at, with_bot, !with_bot);
    let (mut since, mut waited, mut answered, mut handed_off) = (None, 0, false, false);
    let mut last_owner = None;
    tell(began, None, Counted::Began);
    for message in thread {
        let at = message.created_at;
        match message.system {
            Some(SystemLine::HandedOff) => {
                (with_bot, with_people) = (false, true);
                since.get_or_insert(at);
                if !std::mem::replace(&mut handed_off, true) {
                    tell(at, None, Counted::HandedOff);
                }
            }
            Some(SystemLine::GaveBack) => (with_bot, by_bot) = (true, true),
            Some(SystemLine::TookOver | SystemLine::Claimed | SystemLine::Released) => {
                (with_bot, with_people) = (false, true);
            }
            Some(SystemLine::Resolved) => {
                waited += since.take().map_or(0, |since| at.since(since));
                last_owner = owner_at(at);
                let alone = by_bot && !with_people;
                tell(at, last_owner, Counted::Resolved { after: at.since(began), waited, alone });
            }
            Some(SystemLine::Reopened) => {
                (began, by_bot, with_people, with_bot) = (at, false, true, false);
                (since, waited, answered, handed_off) = (None, 0, false, false);
                tell(at, last_owner, Counted::Reopened);
            }
            Some(_) => {}
            None if message.sender == SenderKind::Contact && !with_bot => {
                since.get_or_insert(at);
            }
            None if message.is_public_reply() => {
                (with_bot, with_people) = (false, true);
                if let Some(since) = since.take() {
                    waited += at.since(since);
                    if !std::mem::replace(&mut answered, true) {
                        let by = message.sender_id.map(OperatorId);
                        tell(at, by, Counted::Answered { after: at.since(since) });
                    }
                }
            }
            None => {}
        }
    }
    told
}

async fn episodes_are_what_the_threads_say(app: TestApp) {
    // Over a fortnight, so that there are days to pack.
    let place = at_random(&app, 220, 90 * Time::MINUTE).await;
    let mut want = Vec::new();
    let mut conn = app.db.conn().await.expect("a connection");
    for id in &place.conversations {
        let conversation = conversations::find(&mut conn, *id).await.expect("read").expect("it is there");
        let thread = messages::list_before(&mut conn, *id, i64::MAX, 1_000).await.expect("a thread");
        let changes = history::list_ownership_changes(&mut conn, *id).await.expect("a history");
        let owners: Vec<_> = changes.into_iter().map(|change| (change.at, change.to)).collect();
        want.extend(read(&conversation, &thread, &owners));
    }
    drop(conn);
    want.sort_unstable();
    assert_eq!(tallies(&app).await, want);
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for tally in &want {
        let word = format!("{:?}", tally.what);
        *kinds.entry(word.split(' ').next().unwrap_or_default().to_owned()).or_default() += 1;
    }
    println!("{} tallies on {}: {kinds:?}", want.len(), app.db.system());
    assert_eq!(kinds.len(), 5, "everything has happened: {kinds:?}");

    let told = report(&place.sam, Range::Last(30), 0).await;
    maintain::pack_days(&app).await.expect("packed");
    assert_eq!(report(&place.sam, Range::Last(30), 0).await, told, "packed days say the same");
    let ours = report(&place.sam, Range::Last(30), 345).await.total.now;
    assert_eq!(ours.resolved, told.total.now.resolved, "and so do all of them by another clock");
}

async fn events_keep_the_board_true(app: TestApp) {
    let watcher = app.person("Watcher", Role::Supervisor, &[]).await;
    let mut shown = board(&watcher).await;
    let mut stream = watcher.stream(shown.as_of.resume_from()).await;
    at_random(&app, 60, Time::SECOND).await;
    let last = app.visitor().say("The last").await;
    let mut is_last = false;
    while !is_last {
        let Push::Event { at, event, .. } = stream.push().await else { panic!("no reset") };
        is_last =
            matches!(&event, Event::ConversationChanged { conversation, .. } if conversation.id == last);
        shown.apply(at, &event);
        assert!(!shown.apply(at, &event), "the same once more changes nothing");
    }
    let fresh = board(&watcher).await;
    assert!(same(&shown, &fresh), "{shown:?}\n{fresh:?}");
}
