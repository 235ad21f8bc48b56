//! Several at once: there is one owner and one truth, whoever was quicker.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use futures::future::join_all;
use serde_json::json;

use super::{member, sam, standing};
use crate::{
    domain::{Availability, ConversationId, Push, Role, Status},
    server::store::history,
    tests::{
        kit::{Actor, TestApp},
        on_both,
        promises::{report, trials},
    },
};

on_both!(
    those_who_assign_at_once_make_one_history,
    a_reply_while_its_writer_is_taken_out_of_the_team_is_whole_or_not_at_all,
    a_claim_while_it_is_handed_over_leaves_one_owner,
    p22_whoever_is_taken_out_of_a_team_hears_no_more_of_it,
    p22_an_inbox_that_loads_meanwhile_is_of_one_moment,
    what_is_unread_stays_true_while_members_come_and_go,
);

/// Each change of owner begins where the one before has ended.
async fn check_history(app: &TestApp, id: ConversationId, actor: &Actor) {
    let mut conn = app.db.conn().await.expect("a connection");
    let changes = history::list_ownership_changes(&mut conn, id).await.expect("changes");
    let mut owner = None;
    for change in &changes {
        assert_eq!(change.from, owner, "{changes:?}");
        owner = change.to;
    }
    assert_eq!(standing(actor, id).await.1, owner);
}

async fn those_who_assign_at_once_make_one_history(app: TestApp) {
    let (sam, ada) = (sam(&app).await, app.person("Ada", Role::Admin, &[]).await);
    let (ann, ben) = (app.operator("Ann").await, app.operator("Ben").await);
    let rounds = trials(25);
    for _ in 0..rounds {
        let id = app.visitor().say("Hello").await;
        let to = |who: &Actor| json!({ "id": id, "to": who.id });
        let (one, other, claimed) =
            tokio::join!(sam.call("assign", to(&ann)), ada.call("assign", to(&ben)), ben.act("claim", id),);
        one.ok();
        other.ok();
        assert!(matches!(claimed.status, StatusCode::OK | StatusCode::CONFLICT), "{}", claimed.text);
        let (status, owner, _) = standing(&sam, id).await;
        assert_eq!(status, Status::Active);
        assert!([Some(ann.id), Some(ben.id)].contains(&owner));
        check_history(&app, id, &sam).await;
    }
    report("Assigning at once", &app, rounds);
}

async fn a_reply_while_its_writer_is_taken_out_of_the_team_is_whole_or_not_at_all(app: TestApp) {
    let (sam, ann) = (sam(&app).await, app.operator("Ann").await);
    let rounds = trials(25);
    for round in 0..rounds {
        let id = app.visitor().say("Hello").await;
        let (reply, removed) =
            tokio::join!(ann.reply(id, "On its way", 1), member(&sam, "remove_member", app.support, ann.id),);
        removed.ok();
        let thread = sam.thread(id).await;
        let said = thread.messages.iter().filter(|message| message.body == "On its way").count();
        match reply.status {
            // She was quicker: then it is hers, and stays in her sight.
            StatusCode::OK => {
                assert_eq!((said, thread.conversation.owner_id), (1, Some(ann.id)), "round {round}");
                assert!(ann.inbox("all").await.rows.iter().any(|row| row.conversation.id == id));
            }
            StatusCode::NOT_FOUND => {
                assert_eq!((said, thread.conversation.owner_id), (0, None), "round {round}");
                assert!(ann.inbox("all").await.rows.iter().all(|row| row.conversation.id != id));
            }
            other => panic!("{other} {}", reply.text),
        }
        check_history(&app, id, &sam).await;
        assert_eq!(ann.inbox("unassigned").await.rows.len(), 0, "the team's queue is out of her sight");
        member(&sam, "add_member", app.support, ann.id).await.ok();
    }
    report("Removal and reply at once", &app, rounds);
}

async fn a_claim_while_it_is_handed_over_leaves_one_owner(app: TestApp) {
    let (sam, ann, ben) = (sam(&app).await, app.operator("Ann").await, app.operator("Ben").await);
    let rounds = trials(25);
    for round in 0..rounds {
        let (visitor, away) = (app.visitor(), Availability::HandingOver);
        let id = visitor.say("Hello").await;
        ann.call("set_availability", json!({ "availability": "online" })).await.ok();
        ann.reply(id, "Hi", 1).await.ok();
        ann.call("set_availability", json!({ "availability": away })).await.ok();
        let (_, claimed) = tokio::join!(visitor.say("Are you there?"), ben.act("claim", id));
        let (status, owner, _) = standing(&sam, id).await;
        match claimed.status {
            StatusCode::OK => assert_eq!((status, owner), (Status::Active, Some(ben.id)), "round {round}"),
            // Ann owned it still.
            StatusCode::CONFLICT => assert_eq!((status, owner), (Status::Waiting, None), "round {round}"),
            other => panic!("{other} {}", claimed.text),
        }
        let thread = sam.thread(id).await;
        assert!(thread.conversation.needs_answer(), "the customer waits, whoever has it");
        assert!(thread.messages.iter().any(|message| message.body == "Are you there?"));
        check_history(&app, id, &sam).await;
    }
    report("Handing over and claim at once", &app, rounds);
}

/// While customers write, somebody is taken out of the team: after the end of her stream she is sent nothing of it.
async fn p22_whoever_is_taken_out_of_a_team_hears_no_more_of_it(app: TestApp) {
    let (sam, ann) = (sam(&app).await, app.operator("Ann").await);
    let visitor = app.visitor();
    visitor.say("Hello").await;
    let rounds = trials(10);
    for round in 0..rounds {
        let from = ann.inbox("all").await.as_of.resume_from();
        let mut hears = ann.stream(from).await;
        let writing = async {
            for number in 0..5 {
                visitor.say(&format!("{round}-{number}")).await;
            }
        };
        let (removed, ()) = tokio::join!(member(&sam, "remove_member", app.support, ann.id), writing);
        removed.ok();
        let late = format!("{round}-late");
        visitor.say(&late).await;
        let mut heard = String::new();
        while let Some(sse) = hears.next().await {
            heard.push_str(&sse.data.to_string());
        }
        assert!(heard.ends_with("\"reset\""), "told to load anew, and cut");
        assert!(!heard.contains(&late));
        assert!(ann.inbox("all").await.rows.is_empty());
        member(&sam, "add_member", app.support, ann.id).await.ok();
    }
    report("P22 (teams)", &app, rounds);
}

/// Either it is loaded without the team, or the stream from there says that it is to be loaded anew.
async fn p22_an_inbox_that_loads_meanwhile_is_of_one_moment(app: TestApp) {
    let (sam, ann) = (sam(&app).await, app.operator("Ann").await);
    app.visitor().say("Hello").await;
    let rounds = trials(25);
    for round in 0..rounds {
        let (inbox, removed) =
            tokio::join!(ann.inbox("all"), member(&sam, "remove_member", app.support, ann.id));
        removed.ok();
        if inbox.me.teams.contains(&app.support) {
            assert_eq!(inbox.rows.len(), 1, "round {round}");
            assert_eq!(ann.stream(inbox.as_of.resume_from()).await.push().await, Push::Reset);
        } else {
            assert!(inbox.rows.is_empty() && inbox.unread.is_empty(), "round {round}");
        }
        member(&sam, "add_member", app.support, ann.id).await.ok();
    }
    report("P22 (loading meanwhile)", &app, rounds);
}

async fn what_is_unread_stays_true_while_members_come_and_go(app: TestApp) {
    let (sam, ann, ben) = (sam(&app).await, app.operator("Ann").await, app.operator("Ben").await);
    let visitors: Vec<_> = (0..4).map(|_| app.visitor()).collect();
    let ids = join_all(visitors.iter().map(|visitor| visitor.say("Hello"))).await;
    let rounds = trials(15);
    for round in 0..rounds {
        let function = if round % 2 == 0 { "remove_member" } else { "add_member" };
        let writing = join_all(visitors.iter().map(|visitor| visitor.say("More")));
        let handling = async {
            let deed = if round % 3 == 0 { "claim" } else { "release" };
            ben.act(deed, ids[round % ids.len()]).await
        };
        let reading = ben.call("mark_read", json!({ "id": ids[(round + 1) % ids.len()], "seq": i64::MAX }));
        let changing = member(&sam, function, app.support, ann.id);
        let (_, _, _, changed) = tokio::join!(writing, handling, reading, changing);
        changed.ok();
        for actor in [&ann, &ben] {
            let (me, inbox) = (actor.me().await, actor.inbox("all").await);
            let minded =
                inbox.rows.iter().filter(|row| me.minds(&row.conversation.facts()) && row.unread(&me) > 0);
            let minded: BTreeSet<_> = minded.map(|row| row.conversation.id).collect();
            assert_eq!(inbox.unread, minded, "{}, round {round}", me.name);
        }
    }
    report("Unread while members come and go", &app, rounds);
}
