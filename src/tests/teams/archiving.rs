//! Taking a team out of use, and bringing it back.

use serde_json::{Value, json};

use super::{make, refused_field, sam, standing, team_event};
use crate::{
    domain::{Conversation, Event, Queue, Role, Status, TeamId},
    server::{
        clock::new_id,
        jobs::runner::drain,
        store::{history, queue_counts, teams},
    },
    tests::{
        kit::{Actor, Answer, TestApp},
        on_both,
        promises::{report, trials},
    },
};

on_both!(
    what_a_team_had_goes_to_who_takes_over,
    a_channel_is_never_left_without_a_team,
    without_a_channel_it_may_go_to_no_team,
    a_team_comes_back_with_its_members,
    whoever_has_taken_over_may_be_archived_too,
    what_begins_while_its_team_is_archived_goes_where_it_should,
);

async fn archive(actor: &Actor, id: TeamId, into: Option<TeamId>) -> Answer {
    actor.call("archive_team", json!({ "id": id, "into": into })).await
}

async fn route(app: &TestApp, actor: &Actor, team: Value) {
    actor.call("set_channel_team", json!({ "id": app.channel, "team": team })).await.ok();
}

async fn what_a_team_had_goes_to_who_takes_over(app: TestApp) {
    let (sam, ann) = (sam(&app).await, app.operator("Ann").await);
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    let visitors = [app.visitor(), app.visitor(), app.visitor()];
    let mut ids = Vec::new();
    for visitor in &visitors {
        ids.push(visitor.say("Hello").await);
    }
    ann.reply(ids[1], "Hi", 1).await.ok();
    ann.act("resolve", ids[2]).await.ok();
    let mut hears = nina.stream(nina.inbox("all").await.as_of.resume_from()).await;
    archive(&sam, app.support, Some(app.sales)).await.ok();
    assert_eq!(team_event(&mut hears).await, Event::TeamDeleted { team_id: app.support });
    drain(&app).await;

    let inbox = nina.inbox("all").await;
    assert_eq!(inbox.teams.iter().map(|team| team.id).collect::<Vec<_>>(), [app.sales]);
    assert_eq!(inbox.channel(app.channel).expect("it").team_id, Some(app.sales));
    assert_eq!(inbox.counts.get(Queue::Team(app.sales)), 2);
    assert!(inbox.unread.contains(&ids[0]), "it is hers to mind now");
    assert_eq!(standing(&sam, ids[0]).await, (Status::Waiting, None, Some(app.sales)));
    assert_eq!(standing(&sam, ids[1]).await, (Status::Active, Some(ann.id), Some(app.sales)));
    assert_eq!(standing(&ann, ids[2]).await, (Status::Resolved, None, Some(app.support)), "hers to read");
    let mut conn = app.db.conn().await.expect("a connection");
    let changes = history::list_team_changes(&mut conn, ids[0]).await.expect("changes");
    let changes: Vec<_> = changes.into_iter().map(|it| (it.from, it.to, it.by, it.reason)).collect();
    let reason = "the team was archived".to_owned();
    assert_eq!(changes, [(Some(app.support), Some(app.sales), None, reason)]);

    // What comes back to life, and what begins, goes there too.
    visitors[2].say("Again").await;
    assert_eq!(standing(&nina, ids[2]).await, (Status::Waiting, None, Some(app.sales)));
    let begun = app.visitor().say("Hello").await;
    assert_eq!(standing(&nina, begun).await.2, Some(app.sales));
    for into in [Some(app.support), Some(app.sales), Some(new_id())] {
        assert_eq!(refused_field(&archive(&sam, app.sales, into).await), "into", "{into:?}");
    }
}

async fn a_channel_is_never_left_without_a_team(app: TestApp) {
    let sam = sam(&app).await;
    let refused = archive(&sam, app.support, None).await;
    assert_eq!(refused_field(&refused), "into");
    assert!(refused.text.contains("Test shop"), "it names the channel: {}", refused.text);
    assert_eq!(sam.inbox("all").await.teams.len(), 2, "nothing has changed");
}

async fn without_a_channel_it_may_go_to_no_team(app: TestApp) {
    let sam = sam(&app).await;
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    let id = app.visitor().say("Hello").await;
    route(&app, &sam, Value::Null).await;
    archive(&sam, app.support, None).await.ok();
    drain(&app).await;
    assert_eq!(standing(&nina, id).await, (Status::Waiting, None, None), "everybody sees it");
}

async fn a_team_comes_back_with_its_members(app: TestApp) {
    let (sam, ann) = (sam(&app).await, app.operator("Ann").await);
    let id = app.visitor().say("Hello").await;
    archive(&sam, app.support, Some(app.sales)).await.ok();
    let restore = async || sam.call("restore_team", json!({ "id": app.support })).await;
    assert_eq!(refused_field(&restore().await), "team", "it is not empty yet");
    drain(&app).await;
    let archived = sam.call("list_archived_teams", json!({})).await.ok();
    assert_eq!(archived[0]["name"], "Support team");
    assert_eq!(archived[0]["into"], "Sales team");
    let taken = sam.call("create_team", json!({ "name": "Support team" })).await;
    assert_eq!(refused_field(&taken), "name", "it keeps its name");
    restore().await.ok();
    let inbox = ann.inbox("all").await;
    assert!(inbox.team(app.support).is_some() && inbox.staff.is_member(app.support, ann.id));
    assert_eq!(standing(&sam, id).await.2, Some(app.sales), "what went elsewhere stays there");
    assert_eq!(restore().await.status.as_u16(), 404, "it is in use");
}

async fn whoever_has_taken_over_may_be_archived_too(app: TestApp) {
    let (sam, visitor) = (sam(&app).await, app.visitor());
    let third = make(&sam, "Third").await;
    let id = visitor.say("Hello").await;
    sam.act("resolve", id).await.ok();
    archive(&sam, app.support, Some(app.sales)).await.ok();
    archive(&sam, app.sales, Some(third)).await.ok();
    drain(&app).await;
    visitor.say("Again").await;
    assert_eq!(standing(&sam, id).await, (Status::Waiting, None, Some(third)));
}

async fn what_begins_while_its_team_is_archived_goes_where_it_should(app: TestApp) {
    let sam = sam(&app).await;
    let rounds = trials(10);
    for round in 0..rounds {
        let team = make(&sam, &format!("Team {round}")).await;
        route(&app, &sam, json!(team)).await;
        let visitors: Vec<_> = (0..6).map(|_| app.visitor()).collect();
        let coming = visitors.iter().map(|visitor| visitor.say("Hello"));
        let (ids, archived) =
            tokio::join!(futures::future::join_all(coming), archive(&sam, team, Some(app.sales)));
        archived.ok();
        drain(&app).await;
        for id in ids {
            let Conversation { team_id, .. } = sam.thread(id).await.conversation;
            assert_eq!(team_id, Some(app.sales), "round {round}");
        }
        let mut conn = app.db.conn().await.expect("a connection");
        assert_eq!(queue_counts::in_work_of(&mut conn, team).await.expect("a count"), 0);
        assert_eq!(teams::find(&mut conn, team).await.expect("a query"), None);
    }
    report("Archiving", &app, rounds * 6);
}
