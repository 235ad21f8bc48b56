//! What operators do: ownership, status, unread, whose turn it is.

use axum::http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    kit::{Actor, TestApp},
    on_both,
};
use crate::{
    domain::{Conflict, Role, SenderKind, Status, SystemLine},
    server::{actions::accounts, clock::new_id, store::history},
};

on_both!(
    arguments_that_cannot_be_read_are_the_callers_fault,
    the_first_reply_claims,
    a_colleagues_reply_stops_a_blind_send,
    a_note_and_a_look_claim_nothing,
    reply_to_resolved_conversation_reopens_it,
    release_resolve_reopen,
    refusals_change_nothing,
    assigning_keeps_a_history,
    a_disabled_owners_work_returns_to_the_queue,
    unread_is_counted_by_customer_messages,
    an_old_conversation_is_read_for_a_new_account,
    drafts_are_each_operators_own,
    repeated_sends_are_one_message,
);

async fn the_first_reply_claims(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let id = visitor.say("Hello").await;
    let message = ann.reply(id, "Hi", 1).await.ok();
    assert_eq!(message["sender_name"], "Ann");
    assert_eq!(message["delivery"]["state"], "sent");
    let thread = ann.thread(id).await;
    assert_eq!((thread.conversation.status, thread.conversation.owner_id), (Status::Active, Some(ann.id)));
    assert_eq!(thread.conversation.awaiting_reply_since, None);
    let lines: Vec<_> = thread.messages.iter().map(|m| (m.seq, m.sender, m.system)).collect();
    assert_eq!(
        lines,
        [
            (1, SenderKind::Contact, None),
            (2, SenderKind::System, Some(SystemLine::Claimed)),
            (3, SenderKind::Operator, None)
        ]
    );
    let chat = visitor.chat().await;
    assert_eq!(chat["conversation"]["owner"], json!({ "name": "Ann", "initials": "A" }));
}

async fn a_colleagues_reply_stops_a_blind_send(app: TestApp) {
    let (visitor, ann, ben) = (app.visitor(), app.operator("Ann").await, app.operator("Ben").await);
    let id = visitor.say("Hello").await;
    ann.reply(id, "Hi from Ann", 1).await.ok();
    let client = new_id();
    let blind = ben.reply_as(id, client, "Hi from Ben", 1, false).await;
    assert_eq!(blind.status, StatusCode::CONFLICT);
    let Conflict::ColleagueReplied { name, message, .. } = blind.conflict() else { panic!("{}", blind.text) };
    assert_eq!((name.as_str(), message.body.as_str()), ("Ann", "Hi from Ann"));
    assert_eq!(ben.thread(id).await.conversation.last_seq, 3, "nothing was sent");
    ben.reply_as(id, client, "Hi from Ben", 1, true).await.ok();
    let thread = ben.thread(id).await;
    assert_eq!(thread.conversation.owner_id, Some(ann.id), "a participant, not the owner");
    assert_eq!(thread.conversation.last_seq, 4);
}

async fn a_note_and_a_look_claim_nothing(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let id = visitor.say("Hello").await;
    ann.thread(id).await;
    ann.call("mark_read", json!({ "id": id, "seq": 1 })).await.ok();
    let note =
        json!({ "conversation_id": id, "client_msg_id": new_id::<Uuid>(), "body": "Careful", "files": [] });
    assert_eq!(ann.call("add_note", note).await.ok()["note"], true);
    let conversation = ann.thread(id).await.conversation;
    assert_eq!((conversation.status, conversation.owner_id), (Status::Waiting, None));
    assert!(conversation.needs_answer(), "a note answers nobody");
}

async fn reply_to_resolved_conversation_reopens_it(app: TestApp) {
    let (visitor, ann, ben) = (app.visitor(), app.operator("Ann").await, app.operator("Ben").await);
    let id = visitor.say("Hello").await;
    ann.reply(id, "Hi", 1).await.ok();
    ann.act("resolve", id).await.ok();
    ben.reply(id, "One more thing from us", 4).await.ok();
    let conversation = ben.thread(id).await.conversation;
    assert_eq!((conversation.status, conversation.owner_id), (Status::Active, Some(ann.id)));
}

async fn release_resolve_reopen(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let id = visitor.say("Hello").await;
    let claimed = ann.act("claim", id).await.ok();
    assert_eq!(claimed["status"], "active");
    assert_ne!(claimed["awaiting_reply_since"], Value::Null, "claiming is not answering");
    let released = ann.act("release", id).await.ok();
    assert_eq!((released["status"].as_str(), &released["owner_id"]), (Some("waiting"), &Value::Null));
    ann.act("take_over", id).await.ok();
    let resolved = ann.act("resolve", id).await.ok();
    assert_eq!(resolved["status"], "resolved");
    assert_eq!(resolved["resolved_at"], json!(app.clock.now()));
    assert_eq!(resolved["resolved_by"], json!(ann.id));
    assert_eq!(resolved["awaiting_reply_since"], Value::Null);
    let reopened = ann.act("reopen", id).await.ok();
    assert_eq!((reopened["status"].as_str(), &reopened["owner_id"]), (Some("active"), &json!(ann.id)));
}

async fn refusals_change_nothing(app: TestApp) {
    let (visitor, ann, ben) = (app.visitor(), app.operator("Ann").await, app.operator("Ben").await);
    let id = visitor.say("Hello").await;
    ann.act("claim", id).await.ok();
    let before = ann.thread(id).await.conversation;
    let owned = ben.act("claim", id).await;
    assert_eq!(owned.status, StatusCode::CONFLICT);
    assert!(matches!(owned.conflict(), Conflict::Owned { owner_name, .. } if owner_name == "Ann"));
    for deed in ["release", "resolve"] {
        assert_eq!(ben.act(deed, id).await.status, StatusCode::FORBIDDEN, "{deed}");
    }
    assert_eq!(ann.act("reopen", id).await.status, StatusCode::CONFLICT);
    assert_eq!(ann.thread(id).await.conversation, before);
    assert_eq!(ann.reply(id, " \n ", 1).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(ann.reply(id, &"x".repeat(10_001), 1).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(ann.act("claim", new_id()).await.status, StatusCode::NOT_FOUND);
}

async fn assigning_keeps_a_history(app: TestApp) {
    let (visitor, ann, ben) = (app.visitor(), app.operator("Ann").await, app.operator("Ben").await);
    let nina = app.person("Nina", Role::Operator, &[app.sales]).await;
    let sam = app.person("Sam", Role::Supervisor, &[]).await;
    let id = visitor.say("Hello").await;
    ann.reply(id, "Hi", 1).await.ok();
    let to = |operator| json!({ "id": id, "to": operator });
    assert_eq!(ben.call("assign", to(ben.id)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        ann.call("assign", to(nina.id)).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "she cannot see it"
    );
    ann.call("assign", to(ben.id)).await.ok();
    sam.call("assign", to(sam.id)).await.ok();
    let changes = history::list_ownership_changes(&mut app.db.conn().await.expect("a connection"), id).await;
    let changes: Vec<_> =
        changes.expect("a list").into_iter().map(|c| (c.from, c.to, c.by, c.reason)).collect();
    assert_eq!(
        changes,
        [
            (None, Some(ann.id), Some(ann.id), "replied".to_owned()),
            (Some(ann.id), Some(ben.id), Some(ann.id), "assigned".to_owned()),
            (Some(ben.id), Some(sam.id), Some(sam.id), "assigned".to_owned()),
        ]
    );
}

async fn a_disabled_owners_work_returns_to_the_queue(app: TestApp) {
    let (visitor, other, ann) = (app.visitor(), app.visitor(), app.operator("Ann").await);
    let (active, resolved) = (visitor.say("Hello").await, other.say("Hello").await);
    ann.reply(active, "Hi", 1).await.ok();
    ann.reply(resolved, "Hi", 1).await.ok();
    ann.act("resolve", resolved).await.ok();
    accounts::set_access(&app, ann.id, Role::Operator, false).await.expect("a change");
    let ben = app.operator("Ben").await;
    let conversation = ben.thread(active).await.conversation;
    assert_eq!((conversation.status, conversation.owner_id), (Status::Waiting, None));
    let conversation = ben.thread(resolved).await.conversation;
    assert_eq!((conversation.status, conversation.owner_id), (Status::Resolved, Some(ann.id)));
    other.say("Again").await;
    let conversation = ben.thread(resolved).await.conversation;
    assert_eq!(
        (conversation.status, conversation.owner_id),
        (Status::Waiting, None),
        "no enabled owner: the queue"
    );
}

async fn unread_is_counted_by_customer_messages(app: TestApp) {
    let (visitor, ann, ben) = (app.visitor(), app.operator("Ann").await, app.operator("Ben").await);
    let id = visitor.say("One").await;
    visitor.say("Two").await;
    let unread = async |actor: &Actor| {
        let (inbox, me) = (actor.inbox("all").await, actor.me().await);
        let row = inbox.rows.iter().find(|row| row.conversation.id == id).expect("the row").unread(&me);
        (row, inbox.unread.len())
    };
    assert_eq!(unread(&ann).await, (2, 1));
    ann.call("mark_read", json!({ "id": id, "seq": 1 })).await.ok();
    assert_eq!(unread(&ann).await, (1, 1));
    ann.reply(id, "Hi", 2).await.ok();
    let note =
        json!({ "conversation_id": id, "client_msg_id": new_id::<Uuid>(), "body": "A note", "files": [] });
    ben.call("add_note", note).await.ok();
    assert_eq!(unread(&ann).await, (1, 1), "only customer messages count, and reading is not replying");
    assert_eq!(unread(&ben).await, (2, 0), "a colleague's conversation is not my total's business");
    ann.call("mark_read", json!({ "id": id, "seq": 99 })).await.ok();
    ann.call("mark_read", json!({ "id": id, "seq": 1 })).await.ok();
    assert_eq!(unread(&ann).await, (0, 0), "a mark moves forward only");
    ann.call("mark_unread", json!({ "id": id, "from_seq": 2 })).await.ok();
    assert_eq!(unread(&ann).await, (1, 1));
    visitor.say("Three").await;
    assert_eq!(unread(&ann).await, (2, 1));
    assert_eq!(unread(&ben).await, (3, 0));
}

async fn an_old_conversation_is_read_for_a_new_account(app: TestApp) {
    let (visitor, other) = (app.visitor(), app.visitor());
    let ann = app.operator("Ann").await;
    let (open, done) = (visitor.say("One").await, other.say("One").await);
    ann.reply(done, "Hi", 1).await.ok();
    ann.act("resolve", done).await.ok();
    app.clock.advance(1_000_000);
    let new = accounts::NewAccount {
        email: "new@test.test".into(),
        name: "New".into(),
        password: "a good password".into(),
        role: Role::Supervisor,
        teams: vec![app.support],
    };
    let operator = accounts::add(&app, new).await.expect("an account");
    let mut conn = app.db.conn().await.expect("a connection");
    let account = crate::server::store::operators::find(&mut conn, operator.id);
    let account = account.await.expect("a query").expect("the account");
    let token = crate::server::auth::session::begin(&app, &account).await.expect("a session");
    let me = crate::server::auth::session::me(&app, &token).await.expect("me");
    let unread = async || {
        let inbox = crate::server::queries::inbox::open(&app, &me, crate::domain::Queue::All.into())
            .await
            .expect("an inbox");
        let of = |id| inbox.rows.iter().find(|row| row.conversation.id == id).expect("a row").unread(&me);
        (of(open), of(done), inbox.unread.len())
    };
    assert_eq!(unread().await, (0, 0, 0));
    visitor.say("Two").await;
    other.say("Two").await;
    assert_eq!(unread().await, (1, 1, 1), "what comes after counts; the reopened one is Ann's business");
}

async fn drafts_are_each_operators_own(app: TestApp) {
    let (visitor, ann, ben) = (app.visitor(), app.operator("Ann").await, app.operator("Ben").await);
    let id = visitor.say("Hello").await;
    let draft = |body: &str, note: bool| json!({ "conversation_id": id, "body": body, "note": note });
    let kept = async |actor: &Actor| {
        let draft = actor.thread(id).await.draft;
        (draft.body, draft.note)
    };
    ann.call("save_draft", draft("Dear", true)).await.ok();
    assert_eq!(kept(&ann).await, ("Dear".to_owned(), true), "a note stays one");
    ann.call("save_draft", draft("Dear Vic", false)).await.ok();
    assert_eq!(kept(&ann).await, ("Dear Vic".to_owned(), false));
    assert_eq!(kept(&ben).await, (String::new(), false));
    ann.reply(id, "Dear Vic, hello", 1).await.ok();
    assert_eq!(kept(&ann).await, (String::new(), false), "sending empties it");
}

async fn repeated_sends_are_one_message(app: TestApp) {
    let (visitor, ann) = (app.visitor(), app.operator("Ann").await);
    let id = visitor.say("Hello").await;
    let client = new_id();
    let first = ann.reply_as(id, client, "Hi", 1, false).await.ok();
    let again = ann.reply_as(id, client, "Hi", 1, false).await.ok();
    assert_eq!(first, again);
    assert_eq!(ann.reply_as(id, client, "Other words", 1, false).await.status, StatusCode::CONFLICT);
    let elsewhere = app.visitor().say("Hello").await;
    assert_eq!(ann.reply_as(elsewhere, client, "Hi", 1, false).await.status, StatusCode::CONFLICT);
    assert_eq!(ann.thread(id).await.messages.len(), 3);
}

async fn arguments_that_cannot_be_read_are_the_callers_fault(app: TestApp) {
    let ann = app.operator("Ann").await;
    for arguments in [json!({ "queue": 3 }), json!({}), json!([]), json!("all")] {
        let answer = ann.call("load_inbox", arguments).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
    }
}
