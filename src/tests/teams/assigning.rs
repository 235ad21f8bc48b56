//! Giving a conversation to a colleague or another team, and taking that back.

use axum::http::StatusCode;
use serde_json::json;

use super::{lines, member, refused_field, sam, standing};
use crate::{
    domain::{Availability, Conflict, ConversationId, Role, Status, TeamId},
    server::{actions::accounts, clock::new_id, store::history},
    tests::{
        kit::{Actor, Answer, TestApp},
        on_both,
    },
};

on_both!(
    an_owner_hands_on_and_takes_it_back,
    what_was_nobodys_goes_back_to_the_queue,
    a_move_takes_it_to_the_other_teams_queue_and_back,
    an_owner_who_works_there_too_goes_along,
    only_supervisors_move_and_only_to_teams_that_are_there,
    nothing_is_taken_back_once_something_has_happened,
    what_went_from_somebody_who_is_gone_goes_to_the_queue,
);

async fn assign(by: &Actor, id: ConversationId, to: &Actor) -> Answer {
    by.call("assign", json!({ "id": id, "to": to.id })).await
}

async fn move_to(by: &Actor, id: ConversationId, to: Option<TeamId>) -> Answer {
    by.call("move_to_team", json!({ "id": id, "to": to })).await
}

async fn an_owner_hands_on_and_takes_it_back(app: TestApp) {
    let (ann, ben) = (app.operator("Ann").await, app.operator("Ben").await);
    let id = app.visitor().say("Hello").await;
    ann.act("claim", id).await.ok();
    assign(&ann, id, &ben).await.ok();
    assert_eq!(standing(&ann, id).await, (Status::Active, Some(ben.id), Some(app.support)));
    assert_eq!(ben.act("undo_assign", id).await.status, StatusCode::CONFLICT, "it was not Ben's doing");
    ann.act("undo_assign", id).await.ok();
    assert_eq!(standing(&ann, id).await, (Status::Active, Some(ann.id), Some(app.support)));
    assert_eq!(
        lines(&ann, id).await,
        ["Ann claimed this conversation", "Ann assigned this to Ben", "Ann took that back"]
    );
    let mut conn = app.db.conn().await.expect("a connection");
    let changes = history::list_ownership_changes(&mut conn, id).await.expect("changes");
    let changes: Vec<_> = changes.into_iter().map(|it| (it.from, it.to, it.by, it.reason)).collect();
    let by = Some(ann.id);
    assert_eq!(
        changes,
        [
            (None, Some(ann.id), by, "claimed".to_owned()),
            (Some(ann.id), Some(ben.id), by, "assigned".to_owned()),
            (Some(ben.id), Some(ann.id), by, "taken back".to_owned()),
        ]
    );
    assert_eq!(ann.act("undo_assign", id).await.status, StatusCode::CONFLICT, "once is enough");
}

async fn what_was_nobodys_goes_back_to_the_queue(app: TestApp) {
    let (sam, ann) = (sam(&app).await, app.operator("Ann").await);
    let id = app.visitor().say("Hello").await;
    assign(&sam, id, &ann).await.ok();
    sam.act("undo_assign", id).await.ok();
    assert_eq!(standing(&ann, id).await, (Status::Waiting, None, Some(app.support)));
    assert!(ann.thread(id).await.conversation.needs_answer(), "the customer waits as before");
}

async fn a_move_takes_it_to_the_other_teams_queue_and_back(app: TestApp) {
    let (sam, ann) = (sam(&app).await, app.operator("Ann").await);
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    let id = app.visitor().say("Hello").await;
    ann.reply(id, "Hi", 1).await.ok();
    move_to(&sam, id, Some(app.sales)).await.ok();
    assert_eq!(standing(&nina, id).await, (Status::Waiting, None, Some(app.sales)));
    assert_eq!(ann.act("load_thread", id).await.status, StatusCode::NOT_FOUND);
    assert!(ann.inbox("all").await.rows.is_empty());
    assert_eq!(lines(&nina, id).await.last().map(String::as_str), Some("Sam moved this to Sales team"));
    let mut conn = app.db.conn().await.expect("a connection");
    let moves = history::list_team_changes(&mut conn, id).await.expect("changes");
    let moves: Vec<_> = moves.into_iter().map(|it| (it.from, it.to, it.by, it.reason)).collect();
    let reason = "moved to another team".to_owned();
    assert_eq!(moves, [(Some(app.support), Some(app.sales), Some(sam.id), reason.clone())]);
    let owners = history::list_ownership_changes(&mut conn, id).await.expect("changes");
    let last = owners.last().map(|it| (it.from, it.to, it.by, it.reason.clone()));
    assert_eq!(last, Some((Some(ann.id), None, Some(sam.id), reason)));
    drop(conn);

    sam.act("undo_assign", id).await.ok();
    assert_eq!(standing(&ann, id).await, (Status::Active, Some(ann.id), Some(app.support)));
    assert_eq!(nina.act("load_thread", id).await.status, StatusCode::NOT_FOUND);
}

async fn an_owner_who_works_there_too_goes_along(app: TestApp) {
    let (sam, ann) = (sam(&app).await, app.operator("Ann").await);
    member(&sam, "add_member", app.sales, ann.id).await.ok();
    let (hers, his) = (app.visitor().say("Hello").await, app.visitor().say("Hello").await);
    ann.reply(hers, "Hi", 1).await.ok();
    sam.reply(his, "Hi", 1).await.ok();
    for id in [hers, his] {
        move_to(&sam, id, Some(app.sales)).await.ok();
    }
    assert_eq!(standing(&ann, hers).await, (Status::Active, Some(ann.id), Some(app.sales)));
    assert_eq!(standing(&sam, his).await, (Status::Active, Some(sam.id), Some(app.sales)));
    sam.act("undo_assign", hers).await.ok();
    assert_eq!(standing(&ann, hers).await, (Status::Active, Some(ann.id), Some(app.support)));
}

async fn only_supervisors_move_and_only_to_teams_that_are_there(app: TestApp) {
    let (sam, ann) = (sam(&app).await, app.operator("Ann").await);
    let id = app.visitor().say("Hello").await;
    ann.act("claim", id).await.ok();
    assert_eq!(move_to(&ann, id, Some(app.sales)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(refused_field(&move_to(&sam, id, Some(new_id())).await), "team");
    let before = standing(&sam, id).await;
    move_to(&sam, id, Some(app.support)).await.ok();
    assert_eq!(standing(&sam, id).await, before, "it is there already");
    assert_eq!(lines(&sam, id).await.len(), 1, "and nothing is said about it");
    sam.act("resolve", id).await.ok();
    let resolved = move_to(&sam, id, Some(app.sales)).await;
    assert_eq!(resolved.conflict(), Conflict::Status { status: Status::Resolved });
}

async fn nothing_is_taken_back_once_something_has_happened(app: TestApp) {
    let (sam, ann, visitor) = (sam(&app).await, app.operator("Ann").await, app.visitor());
    let id = visitor.say("Hello").await;
    assign(&sam, id, &ann).await.ok();
    visitor.say("More").await;
    let late = sam.act("undo_assign", id).await;
    assert_eq!(late.conflict(), Conflict::MovedOn);
    assert_eq!(standing(&sam, id).await.1, Some(ann.id));
    let outsider = app.person("Nina", Role::Operator, &[app.sales]).await;
    assert_eq!(outsider.act("undo_assign", id).await.status, StatusCode::NOT_FOUND);
}

async fn what_went_from_somebody_who_is_gone_goes_to_the_queue(app: TestApp) {
    let (sam, ann, ben) = (sam(&app).await, app.operator("Ann").await, app.operator("Ben").await);
    let id = app.visitor().say("Hello").await;
    ann.reply(id, "Hi", 1).await.ok();
    assign(&sam, id, &ben).await.ok();
    accounts::set_access(&app, ann.id, Role::Operator, false).await.expect("a change");
    sam.act("undo_assign", id).await.ok();
    assert_eq!(standing(&ben, id).await, (Status::Waiting, None, Some(app.support)));
    // Whoever is merely away gets it back.
    let back = app.visitor().say("Hello").await;
    ben.reply(back, "Hi", 1).await.ok();
    ben.call("set_availability", json!({ "availability": Availability::HandingOver })).await.ok();
    assign(&sam, back, &sam).await.ok();
    sam.act("undo_assign", back).await.ok();
    assert_eq!(standing(&ben, back).await.1, Some(ben.id));
}
