//! Teams: who is in them, what that lets them see, and what each has in work.

mod archiving;
mod assigning;
mod availability;
mod races;

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{
    kit::{Actor, Answer, Stream, TestApp},
    on_both,
};
use crate::{
    domain::{
        AppError, ConversationId, Event, OperatorId, Position, Push, Queue, Role, Status, Team, TeamId,
        Workload,
    },
    server::clock::new_id,
};

on_both!(
    a_team_is_made_and_renamed_before_everybodys_eyes,
    a_name_is_had_once,
    members_come_and_go_with_what_they_see,
    what_somebody_owns_stays_theirs,
    a_place_from_before_a_change_of_team_is_loaded_anew,
    operators_know_the_members_of_their_own_teams_alone,
    a_channel_sends_what_begins_to_its_team,
    loads_are_what_is_owned_and_in_sight,
    whoever_has_a_page_open_is_here,
);

/// A supervisor of no team.
async fn sam(app: &TestApp) -> Actor {
    app.person("Sam", Role::Supervisor, &[]).await
}

async fn member(actor: &Actor, function: &str, team: TeamId, operator: OperatorId) -> Answer {
    actor.call(function, json!({ "id": team, "operator": operator })).await
}

async fn make(actor: &Actor, name: &str) -> TeamId {
    let team: Team = serde_json::from_value(actor.call("create_team", json!({ "name": name })).await.ok())
        .expect("a team");
    team.id
}

/// Which input was not taken.
#[track_caller]
fn refused_field(answer: &Answer) -> String {
    match serde_json::from_value(answer.json.clone()) {
        Ok(AppError::Invalid { field, .. }) => field,
        _ => panic!("{} {}", answer.status, answer.text),
    }
}

/// The next event that is about a team.
async fn team_event(hears: &mut Stream) -> Event {
    loop {
        match hears.push().await {
            Push::Event {
                event: event @ (Event::TeamChanged { .. } | Event::TeamDeleted { .. }), ..
            } => {
                return event;
            }
            Push::Event { .. } => {}
            other => panic!("an event is due: {other:?}"),
        }
    }
}

async fn a_team_is_made_and_renamed_before_everybodys_eyes(app: TestApp) {
    let (sam, ann) = (sam(&app).await, app.operator("Ann").await);
    let mut view = ann.inbox("all").await;
    let mut hears = ann.stream(view.as_of.resume_from()).await;
    let refused = ann.call("create_team", json!({ "name": "Mine" })).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let id = make(&sam, "  Second \n level ").await;
    sam.call("rename_team", json!({ "id": id, "name": "Third level" })).await.ok();
    let mut names = Vec::new();
    while names.len() < 2 {
        let Push::Event { at, event, mark } = hears.push().await else { panic!("an event is due") };
        if let Event::TeamChanged { team, .. } = &event {
            names.push(team.name.clone());
        }
        view.apply(at, &event, mark);
    }
    assert_eq!(names, ["Second level", "Third level"]);
    let fresh = ann.inbox("all").await;
    assert_eq!((&view.teams, &view.counts), (&fresh.teams, &fresh.counts));
    assert_eq!(fresh.teams.len(), 3);
}

async fn a_name_is_had_once(app: TestApp) {
    let sam = sam(&app).await;
    let id = make(&sam, "Second level").await;
    for name in ["support TEAM", "", &"x".repeat(Team::LONGEST_NAME + 1)] {
        for (function, arguments) in
            [("create_team", json!({ "name": name })), ("rename_team", json!({ "id": id, "name": name }))]
        {
            let answer = sam.call(function, arguments).await;
            assert_eq!(refused_field(&answer), "name", "{function} {name:?}");
        }
    }
    // Its own, written otherwise.
    sam.call("rename_team", json!({ "id": id, "name": "second LEVEL" })).await.ok();
    let gone = sam.call("rename_team", json!({ "id": new_id::<TeamId>(), "name": "Nothing" })).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

async fn members_come_and_go_with_what_they_see(app: TestApp) {
    let sam = sam(&app).await;
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    let visitor = app.visitor();
    let id = visitor.say("For Support").await;
    let before = nina.inbox("all").await;
    assert!(before.rows.is_empty() && before.unread.is_empty());
    assert_eq!(before.counts.get(Queue::Team(app.support)), 0);

    let mut hears = nina.stream(before.as_of.resume_from()).await;
    let refused = member(&nina, "add_member", app.support, nina.id).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    member(&sam, "add_member", app.support, nina.id).await.ok();
    // In it already: nothing changes.
    member(&sam, "add_member", app.support, nina.id).await.ok();
    assert_eq!(hears.push().await, Push::Reset);
    assert!(hears.next().await.is_none(), "and closes");
    let within = nina.inbox("all").await;
    assert_eq!(within.rows.iter().map(|row| row.conversation.id).collect::<Vec<_>>(), [id]);
    assert_eq!(within.unread, BTreeSet::from([id]), "nobody owns it, and she has not read it");
    assert_eq!(within.counts.get(Queue::Team(app.support)), 1);
    nina.act("claim", id).await.ok();
    nina.act("release", id).await.ok();

    let mut hears = nina.stream(nina.inbox("all").await.as_of.resume_from()).await;
    member(&sam, "remove_member", app.support, nina.id).await.ok();
    assert_eq!(hears.push().await, Push::Reset);
    assert!(hears.next().await.is_none(), "and closes");
    let after = nina.inbox("all").await;
    assert!(after.rows.is_empty() && after.unread.is_empty());
    for function in ["load_thread", "claim"] {
        assert_eq!(nina.act(function, id).await.status, StatusCode::NOT_FOUND, "{function}");
    }
    // Whatever she hears from now on, it is not that.
    let mut hears = nina.stream(after.as_of.resume_from()).await;
    visitor.say("More for Support").await;
    sam.call("set_availability", json!({ "availability": "away" })).await.ok();
    let Push::Event { event, .. } = hears.push().await else { panic!("an event is due") };
    assert!(matches!(event, Event::AvailabilityChanged { operator_id, .. } if operator_id == sam.id));
}

async fn what_somebody_owns_stays_theirs(app: TestApp) {
    let (sam, ann) = (sam(&app).await, app.operator("Ann").await);
    let (visitor, other) = (app.visitor(), app.visitor());
    let (owned, queued) = (visitor.say("Hello").await, other.say("Hello").await);
    ann.act("claim", owned).await.ok();
    assert_eq!(ann.inbox("all").await.unread, BTreeSet::from([owned, queued]));
    member(&sam, "remove_member", app.support, ann.id).await.ok();
    let inbox = ann.inbox("all").await;
    assert_eq!(inbox.rows.iter().map(|row| row.conversation.id).collect::<Vec<_>>(), [owned]);
    assert_eq!(inbox.unread, BTreeSet::from([owned]));
    ann.reply(owned, "Still me", i64::MAX).await.ok();
}

/// Also where somebody has gone and come back meanwhile: the view lacks what happened in between.
async fn a_place_from_before_a_change_of_team_is_loaded_anew(app: TestApp) {
    let (sam, ann, ben) = (sam(&app).await, app.operator("Ann").await, app.operator("Ben").await);
    let from = ann.inbox("all").await.as_of.resume_from();
    for function in ["remove_member", "add_member"] {
        member(&sam, function, app.support, ann.id).await.ok();
    }
    let missed = async |actor: &Actor, after: Position| -> Option<Vec<Push>> {
        let answer = actor.call("events_since", json!({ "after": after })).await.ok();
        serde_json::from_value(answer).expect("pushes")
    };
    // On PostgreSQL the last events may be held back by transactions of other databases, for a moment.
    let waiting = async { while missed(&ann, from).await.is_some() {} };
    tokio::time::timeout(std::time::Duration::from_secs(10), waiting).await.expect("she loads anew");
    assert!(missed(&ben, from).await.is_some(), "of others' comings and goings one merely learns");
}

async fn operators_know_the_members_of_their_own_teams_alone(app: TestApp) {
    let (sam, ann) = (sam(&app).await, app.operator("Ann").await);
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    let mut view = ann.inbox("all").await;
    assert_eq!(view.staff.members, BTreeMap::from([(app.support, BTreeSet::from([ann.id]))]));
    let everything = [(app.support, BTreeSet::from([ann.id])), (app.sales, BTreeSet::from([nina.id]))];
    assert_eq!(sam.inbox("all").await.staff.members, BTreeMap::from(everything));

    let start = view.as_of.resume_from();
    let (mut ann_hears, mut sam_hears) = (ann.stream(start).await, sam.stream(start).await);
    let nora = app.person("Nora", Role::Operator, &[]).await;
    member(&sam, "add_member", app.sales, nora.id).await.ok();
    let Event::TeamChanged { members, was, .. } = team_event(&mut ann_hears).await else { panic!("changed") };
    assert!(members.is_empty() && was.is_empty(), "the team is not hers");
    let Event::TeamChanged { members, was, .. } = team_event(&mut sam_hears).await else { panic!("changed") };
    assert_eq!(BTreeSet::from_iter(members), BTreeSet::from([nina.id, nora.id]));
    assert_eq!(was, [nina.id]);

    member(&sam, "add_member", app.support, nora.id).await.ok();
    let Push::Event { at, event, mark } = ann_hears.push().await else { panic!("an event is due") };
    view.apply(at, &event, mark);
    assert_eq!(view.staff.members, ann.inbox("all").await.staff.members);
    assert!(view.staff.is_member(app.support, nora.id));
}

async fn a_channel_sends_what_begins_to_its_team(app: TestApp) {
    let (sam, ann) = (sam(&app).await, app.operator("Ann").await);
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    let begun = app.visitor().say("Hello").await;
    let route = |team: Value| json!({ "id": app.channel, "team": team });
    let refused = ann.call("set_channel_team", route(json!(app.sales))).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let unknown = sam.call("set_channel_team", route(json!(new_id::<TeamId>()))).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let mut hears = ann.stream(ann.inbox("all").await.as_of.resume_from()).await;
    sam.call("set_channel_team", route(json!(app.sales))).await.ok();
    let Push::Event { event: Event::ChannelChanged { channel }, .. } = hears.push().await else {
        panic!("an event is due")
    };
    assert_eq!(channel.team_id, Some(app.sales));
    let sold = app.visitor().say("Hello").await;
    assert_eq!(nina.thread(sold).await.conversation.team_id, Some(app.sales));
    assert_eq!(ann.thread(begun).await.conversation.team_id, Some(app.support), "what has begun stays");
    sam.call("set_channel_team", route(Value::Null)).await.ok();
    let free = app.visitor().say("Hello").await;
    for actor in [&ann, &nina] {
        assert_eq!(actor.thread(free).await.conversation.team_id, None, "everybody sees it");
    }
}

async fn loads_are_what_is_owned_and_in_sight(app: TestApp) {
    let (sam, ann) = (sam(&app).await, app.operator("Ann").await);
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    let mut ids: Vec<ConversationId> = Vec::new();
    for _ in 0..3 {
        ids.push(app.visitor().say("Hello").await);
    }
    ann.reply(ids[0], "Hi", 1).await.ok();
    ann.act("claim", ids[1]).await.ok();
    ann.reply(ids[2], "Hi", 1).await.ok();
    ann.act("resolve", ids[2]).await.ok();
    for actor in [&ann, &sam] {
        let load = actor.inbox("all").await.staff.load(ann.id);
        assert_eq!(load, Workload { active: 2, needs_answer: 1 });
    }
    assert_eq!(nina.inbox("all").await.staff.load(ann.id), Workload::default(), "not in her sight");
}

/// Where servers can share a database, one of them is on another one.
async fn whoever_has_a_page_open_is_here(app: TestApp) {
    let elsewhere = if app.db.is_shared() { app.second_server().await } else { app.clone() };
    let (ann, ben) = (app.operator("Ann").await, app.operator("Ben").await);
    let from = ann.inbox("all").await.as_of.resume_from();
    let mut hears = ann.stream(from).await;
    let mut until = async |expected: &[OperatorId]| {
        let expected: BTreeSet<OperatorId> = expected.iter().copied().collect();
        loop {
            let push: Push = serde_json::from_value(hears.next().await.expect("open").data).expect("a push");
            if matches!(&push, Push::Here { operators } if *operators == expected) {
                return;
            }
        }
    };
    until(&[ann.id]).await;
    let ben_hears = ben.stream_on(&elsewhere, from).await;
    until(&[ann.id, ben.id]).await;
    assert_eq!(ann.inbox("all").await.staff.here, BTreeSet::from([ann.id, ben.id]));
    drop(ben_hears);
    // Another server's are forgotten when nothing has been heard of them for a while.
    if !app.db.is_shared() {
        until(&[ann.id]).await;
    }
}

/// What stands in the thread of a conversation by itself, in its order.
async fn lines(actor: &Actor, id: ConversationId) -> Vec<String> {
    let messages = actor.thread(id).await.messages;
    messages.into_iter().filter(|message| message.system.is_some()).map(|message| message.body).collect()
}

/// Who has a conversation, in which status and team.
async fn standing(actor: &Actor, id: ConversationId) -> (Status, Option<OperatorId>, Option<TeamId>) {
    let conversation = actor.thread(id).await.conversation;
    (conversation.status, conversation.owner_id, conversation.team_id)
}
