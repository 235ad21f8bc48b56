//! P20: every public endpoint has a row here, and every (endpoint, role) pair is tried.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header, request::Builder},
};
use leptos::server_fn::axum::server_fn_paths;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    contacts::contact_of,
    kit::{Actor, TestApp},
    on_both,
};
use crate::{
    domain::{Canned, CannedId, CannedScope, ContactId, ConversationId, Role},
    server::{clock::new_id, store::canned},
};

on_both!(p20_every_endpoint_is_guarded);

/// What an endpoint asks of the caller.
#[derive(Clone, Copy, PartialEq)]
enum Needs {
    /// Nothing: it is where one signs in or out.
    Nobody,
    /// A session; what it gives is cut to what the operator may see.
    Session,
    /// A session; it is about whoever asks, and nobody else.
    Oneself,
    /// To see the conversation.
    Sight,
    /// To own it, or to be a supervisor.
    Ownership,
    /// To be a supervisor or an admin.
    Supervisor,
    /// To be an admin.
    Admin,
}

const MATRIX: &[(&str, Needs)] = &[
    ("/fn/sign_in", Needs::Nobody),
    ("/fn/sign_in_code", Needs::Nobody),
    ("/fn/sign_out", Needs::Nobody),
    ("/fn/forgot_password", Needs::Nobody),
    ("/fn/load_invitation", Needs::Nobody),
    ("/fn/accept_invitation", Needs::Nobody),
    ("/fn/load_reset", Needs::Nobody),
    ("/fn/reset_password", Needs::Nobody),
    ("/fn/load_inbox", Needs::Session),
    ("/fn/list_conversations", Needs::Session),
    ("/fn/events_since", Needs::Session),
    // Of each conversation the answer says whether the caller may.
    ("/fn/handle_many", Needs::Session),
    ("/fn/undo_many", Needs::Session),
    ("/fn/save_view", Needs::Session),
    ("/fn/delete_view", Needs::Session),
    ("/fn/restore_view", Needs::Session),
    ("/fn/count_views", Needs::Session),
    ("/fn/list_tags", Needs::Supervisor),
    ("/fn/save_tag", Needs::Supervisor),
    ("/fn/load_thread", Needs::Sight),
    ("/fn/load_older", Needs::Sight),
    ("/fn/load_newer", Needs::Sight),
    ("/fn/load_thread_at", Needs::Sight),
    ("/fn/search", Needs::Session),
    ("/fn/load_notifications", Needs::Session),
    ("/fn/read_notifications", Needs::Session),
    ("/fn/load_notification_rules", Needs::Session),
    ("/fn/set_notification_rule", Needs::Session),
    ("/fn/find_anything", Needs::Session),
    ("/fn/list_contacts", Needs::Session),
    ("/fn/send_reply", Needs::Sight),
    ("/fn/preview_reply", Needs::Sight),
    ("/fn/add_note", Needs::Sight),
    ("/fn/send_again", Needs::Sight),
    ("/fn/mark_sent", Needs::Sight),
    ("/fn/cancel_message", Needs::Sight),
    ("/fn/fetch_again", Needs::Sight),
    ("/fn/save_draft", Needs::Sight),
    ("/fn/set_typing", Needs::Sight),
    ("/fn/set_looking", Needs::Sight),
    ("/fn/mark_read", Needs::Sight),
    ("/fn/mark_unread", Needs::Sight),
    ("/fn/claim", Needs::Sight),
    ("/fn/take_over", Needs::Sight),
    ("/fn/release", Needs::Ownership),
    ("/fn/resolve", Needs::Ownership),
    ("/fn/reopen", Needs::Ownership),
    ("/fn/assign", Needs::Ownership),
    ("/fn/move_to_team", Needs::Supervisor),
    ("/fn/undo_assign", Needs::Sight),
    ("/fn/set_availability", Needs::Session),
    ("/fn/set_idle", Needs::Session),
    ("/fn/list_archived_teams", Needs::Supervisor),
    ("/fn/create_team", Needs::Supervisor),
    ("/fn/rename_team", Needs::Supervisor),
    ("/fn/archive_team", Needs::Supervisor),
    ("/fn/restore_team", Needs::Supervisor),
    ("/fn/add_member", Needs::Supervisor),
    ("/fn/remove_member", Needs::Supervisor),
    ("/fn/set_channel_team", Needs::Supervisor),
    ("/fn/move_mail", Needs::Sight),
    ("/fn/load_transcript_mail", Needs::Sight),
    ("/fn/mail_transcript", Needs::Sight),
    ("/fn/load_contact", Needs::Sight),
    ("/fn/load_timeline", Needs::Sight),
    ("/fn/find_contacts", Needs::Sight),
    ("/fn/rename_contact", Needs::Sight),
    ("/fn/add_address", Needs::Sight),
    ("/fn/remove_address", Needs::Sight),
    ("/fn/merge_contacts", Needs::Sight),
    ("/fn/undo_merge", Needs::Sight),
    ("/fn/set_attribute", Needs::Sight),
    ("/fn/remove_attribute", Needs::Sight),
    ("/fn/add_contact_note", Needs::Sight),
    ("/fn/remove_contact_note", Needs::Sight),
    ("/fn/restore_contact_note", Needs::Sight),
    ("/fn/block_contact", Needs::Ownership),
    ("/fn/unblock_contact", Needs::Sight),
    ("/fn/load_channels", Needs::Admin),
    ("/fn/load_new_channel", Needs::Admin),
    ("/fn/load_channel", Needs::Admin),
    ("/fn/load_unread", Needs::Admin),
    ("/fn/connect_channel", Needs::Admin),
    ("/fn/edit_channel", Needs::Admin),
    ("/fn/switch_channel", Needs::Admin),
    ("/fn/make_dkim_key", Needs::Admin),
    ("/fn/check_dns", Needs::Admin),
    ("/fn/send_test", Needs::Admin),
    ("/fn/read_again", Needs::Admin),
    ("/fn/give_back", Needs::Ownership),
    ("/fn/dismiss_suggestion", Needs::Sight),
    ("/fn/load_board", Needs::Supervisor),
    ("/fn/load_report", Needs::Supervisor),
    ("/fn/list_bots", Needs::Supervisor),
    ("/fn/load_bot", Needs::Admin),
    ("/fn/save_bot", Needs::Admin),
    ("/fn/try_bot", Needs::Admin),
    ("/fn/list_faq", Needs::Supervisor),
    ("/fn/load_faq_entry", Needs::Supervisor),
    ("/fn/save_faq_entry", Needs::Supervisor),
    ("/fn/delete_faq_entry", Needs::Supervisor),
    ("/fn/import_faq", Needs::Supervisor),
    ("/fn/try_question", Needs::Supervisor),
    ("/fn/list_questions", Needs::Supervisor),
    ("/fn/list_canned", Needs::Session),
    ("/fn/load_canned", Needs::Session),
    ("/fn/import_canned", Needs::Session),
    // Of everyone's: whose else they are, has tests of its own.
    ("/fn/save_canned", Needs::Supervisor),
    ("/fn/delete_canned", Needs::Supervisor),
    ("/fn/restore_canned", Needs::Supervisor),
    ("/fn/list_api_tokens", Needs::Admin),
    ("/fn/create_api_token", Needs::Admin),
    ("/fn/revoke_api_token", Needs::Admin),
    ("/fn/list_webhooks", Needs::Admin),
    ("/fn/save_webhook", Needs::Admin),
    ("/fn/delete_webhook", Needs::Admin),
    ("/fn/list_webhook_calls", Needs::Admin),
    ("/fn/call_again", Needs::Admin),
    ("/fn/load_people", Needs::Admin),
    ("/fn/invite_person", Needs::Admin),
    ("/fn/mail_invitation", Needs::Admin),
    ("/fn/withdraw_invitation", Needs::Admin),
    ("/fn/set_role", Needs::Admin),
    ("/fn/load_leaving", Needs::Admin),
    ("/fn/disable_person", Needs::Admin),
    ("/fn/enable_person", Needs::Admin),
    ("/fn/make_reset_link", Needs::Admin),
    ("/fn/remove_second_step", Needs::Admin),
    ("/fn/load_workspace", Needs::Admin),
    ("/fn/rename_workspace", Needs::Admin),
    ("/fn/load_audit", Needs::Admin),
    ("/fn/load_profile", Needs::Oneself),
    ("/fn/save_profile", Needs::Oneself),
    ("/fn/change_password", Needs::Oneself),
    ("/fn/begin_second_step", Needs::Oneself),
    ("/fn/switch_on_second_step", Needs::Oneself),
    ("/fn/switch_off_second_step", Needs::Oneself),
    ("/fn/renew_recovery_codes", Needs::Oneself),
    ("/fn/end_session", Needs::Oneself),
    ("/fn/end_other_sessions", Needs::Oneself),
];

/// A canned response that everybody can use.
const EVERYONES: CannedId = CannedId(Uuid::from_u128(0x0199_1f00_0000_7000_8000_0000_0000_0001));

/// Arguments that fit every server function at once: each takes what it knows.
fn arguments(path: &str, id: ConversationId, contact: ContactId, to: Uuid) -> Value {
    let client = new_id::<Uuid>();
    match path {
        "/fn/load_inbox" => json!({ "queue": "All" }),
        "/fn/list_conversations" => json!({ "queue": "All", "from": null }),
        "/fn/events_since" => json!({ "after": { "xid": 0, "id": 0 } }),
        "/fn/handle_many" => json!({ "ids": [id], "action": "mark_read" }),
        "/fn/undo_many" => json!({ "items": [] }),
        "/fn/save_view" => {
            json!({ "id": null, "form": { "name": "Tried", "audience": "me", "listing": { "queue": "All" } } })
        }
        "/fn/save_tag" => json!({ "id": null, "name": "Tried", "hue": "teal", "archived": false }),
        "/fn/load_older" => json!({ "id": id, "before": 9 }),
        "/fn/load_newer" => json!({ "id": id, "after": 0 }),
        "/fn/load_thread_at" => json!({ "id": id, "seq": 1 }),
        "/fn/search" => json!({ "text": "hello", "below": null }),
        "/fn/load_notifications" => json!({ "behind": null }),
        "/fn/read_notifications" => json!({ "id": null }),
        "/fn/find_anything" => json!({ "words": "x" }),
        "/fn/list_contacts" => json!({ "words": "", "below": null }),
        "/fn/send_reply" => {
            json!({
                "conversation_id": id, "client_msg_id": client, "body": "x", "files": [],
                "seen_seq": 99, "anyway": true,
            })
        }
        "/fn/add_note" => {
            json!({ "conversation_id": id, "client_msg_id": client, "body": "x", "files": [] })
        }
        "/fn/save_draft" => json!({ "conversation_id": id, "body": "x", "note": false }),
        "/fn/mail_transcript" => json!({ "id": id, "to": "x@x.test", "minutes_east": 0 }),
        "/fn/move_mail" => json!({ "conversation_id": id, "seq": 1, "to": null }),
        "/fn/send_again" | "/fn/mark_sent" | "/fn/cancel_message" => {
            json!({ "conversation_id": id, "seq": 3 })
        }
        "/fn/fetch_again" => json!({ "conversation_id": id, "seq": 3, "file": to }),
        "/fn/set_typing" | "/fn/set_looking" => json!({ "conversation_id": id, "on": true }),
        "/fn/mark_read" => json!({ "id": id, "seq": 1 }),
        "/fn/mark_unread" => json!({ "id": id, "from_seq": 1 }),
        "/fn/assign" => json!({ "id": id, "to": to }),
        "/fn/move_to_team" => json!({ "id": id, "to": null }),
        "/fn/set_availability" => json!({ "availability": "online" }),
        "/fn/set_idle" => json!({ "idle": false }),
        "/fn/create_team" => json!({ "name": client }),
        "/fn/rename_team" => json!({ "id": client, "name": "Tried" }),
        // Of no team: what is tried after it needs those that there are.
        "/fn/archive_team" => json!({ "id": client, "into": null }),
        "/fn/add_member" | "/fn/remove_member" => json!({ "id": client, "operator": to }),
        "/fn/set_channel_team" => json!({ "id": client, "team": null }),
        "/fn/load_contact" => json!({ "id": contact }),
        "/fn/load_timeline" => json!({ "id": contact, "from": { "at": 0, "id": id } }),
        "/fn/find_contacts" => json!({ "id": contact, "words": "x" }),
        "/fn/give_back" => json!({ "id": id, "instruction": "" }),
        "/fn/dismiss_suggestion" => json!({ "id": id, "suggestion": client }),
        "/fn/save_webhook" => json!({ "id": null, "form": {
            "name": "x", "url": "https://x.example/h", "bot_id": null, "kinds": ["message.created"],
            "enabled": true, "new_secret": false,
        } }),
        "/fn/load_report" => json!({ "range": { "last": 7 }, "minutes_east": 0 }),
        "/fn/list_faq" => json!({ "words": "" }),
        "/fn/import_faq" => json!({ "format": "csv", "text": "question,answer\nA?,B." }),
        "/fn/preview_reply" => json!({ "conversation_id": id, "body": "x" }),
        "/fn/load_canned" => json!({ "id": EVERYONES }),
        "/fn/import_canned" => json!({ "text": "shortcut,title,text\ntried,Tried,x" }),
        "/fn/create_api_token" => json!({ "name": "Tried", "bot": null }),
        "/fn/invite_person" => {
            json!({ "form": { "email": format!("{client}@x.test"), "role": "operator", "teams": [] } })
        }
        "/fn/set_role" => json!({ "id": id, "role": "operator" }),
        "/fn/load_audit" => json!({ "query": {} }),
        "/fn/begin_second_step" | "/fn/switch_off_second_step" | "/fn/renew_recovery_codes" => {
            json!({ "password": "x" })
        }
        "/fn/switch_on_second_step" => json!({ "code": "x" }),
        _ => json!({ "id": id }),
    }
}

async fn p20_every_endpoint_is_guarded(app: TestApp) {
    let served: BTreeSet<&str> = server_fn_paths().map(|(path, _)| path).collect();
    let rows: BTreeSet<&str> = MATRIX.iter().map(|(path, _)| *path).collect();
    assert_eq!(served, rows, "every server function has a row in the matrix, and no row is left over");

    write_everyones(&app).await;
    let owner = app.operator("Owner").await;
    let colleague = app.operator("Colleague").await;
    let outsider = app.person("Outsider", Role::Operator, &[app.sales]).await;
    let supervisor = app.person("Supervisor", Role::Supervisor, &[]).await;
    let admin = app.person("Admin", Role::Admin, &[]).await;
    let callers: [(&str, Option<&Actor>); 6] = [
        ("nobody", None),
        ("outsider", Some(&outsider)),
        ("colleague", Some(&colleague)),
        ("owner", Some(&owner)),
        ("supervisor", Some(&supervisor)),
        ("admin", Some(&admin)),
    ];
    let mut pairs = 0;
    for (path, needs) in MATRIX.iter().filter(|(_, needs)| *needs != Needs::Nobody) {
        for (role, caller) in callers {
            let id = app.visitor().say("Hello").await;
            owner.reply(id, "Hi", 1).await.ok();
            let status = call(&app, path, id, caller, owner.id.into()).await;
            let expected = match (needs, role) {
                (_, "nobody") => Some(StatusCode::UNAUTHORIZED),
                (Needs::Session | Needs::Oneself, _) | (Needs::Supervisor | Needs::Admin, "admin") => None,
                (Needs::Supervisor, "supervisor") => None,
                (Needs::Supervisor | Needs::Admin, _) => Some(StatusCode::FORBIDDEN),
                (_, "outsider") => Some(StatusCode::NOT_FOUND),
                (Needs::Ownership, "colleague") => Some(StatusCode::FORBIDDEN),
                _ => None,
            };
            match expected {
                Some(refusal) => assert_eq!(status, refusal, "{path} by {role}"),
                // Allowed: done, or not possible as things stand, but never a refusal of the person.
                None if matches!(needs, Needs::Supervisor | Needs::Admin | Needs::Oneself)
                    || matches!(
                        *path,
                        "/fn/move_mail"
                            | "/fn/mail_transcript"
                            | "/fn/give_back"
                            | "/fn/delete_view"
                            | "/fn/restore_view"
                    ) =>
                {
                    assert!(
                        matches!(status.as_u16(), 200 | 302 | 404 | 409 | 422),
                        "{path} by {role}: {status}"
                    );
                }
                None => assert!(matches!(status.as_u16(), 200 | 409), "{path} by {role}: {status}"),
            }
            pairs += 1;
        }
    }
    for (role, caller) in callers {
        let want = match role {
            "nobody" => StatusCode::UNAUTHORIZED,
            "outsider" => StatusCode::NOT_FOUND,
            _ => StatusCode::OK,
        };
        let id = app.visitor().say("Hello").await;
        owner.reply(id, "Hi", 1).await.ok();
        assert_eq!(upload(&app, id, caller).await, want, "/files by {role}");
        pairs += 1;
    }
    println!("P20 on {}: {pairs} pairs of endpoint and role, 0 failures", app.db.system());
    pages_and_streams(&app).await;
}

async fn write_everyones(app: &TestApp) {
    let now = app.clock.now();
    let response = Canned {
        id: EVERYONES,
        scope: CannedScope::Everyone,
        shortcut: "everyones".into(),
        title: "Everyone’s".into(),
        text: "x".into(),
        created_at: now,
        updated_at: now,
    };
    let mut tx = app.tx().await;
    canned::insert(&mut tx, &response).await.expect("a response");
    tx.commit().await.expect("a commit");
}

async fn call(app: &TestApp, path: &str, id: ConversationId, caller: Option<&Actor>, to: Uuid) -> StatusCode {
    let contact = contact_of(app, id).await;
    let (kind, body) = match plain_form(app, path, contact) {
        Some(form) => ("application/x-www-form-urlencoded", form),
        None => ("application/json", arguments(path, id, contact, to).to_string()),
    };
    let request = from_own_page(path, caller).header(header::CONTENT_TYPE, kind);
    app.send(request.body(Body::from(body)).expect("a request")).await.status
}

/// What the pages send that work without JavaScript too.
fn plain_form(app: &TestApp, path: &str, contact: ContactId) -> Option<String> {
    let (channel, team) = (app.channel, app.support);
    Some(match path {
        "/fn/connect_channel" => "provider=session&form[name]=Tried".to_owned(),
        "/fn/edit_channel" => format!("id={channel}&form[name]=Test+shop&form[team]={team}"),
        "/fn/switch_channel" => format!("id={channel}&on=true"),
        "/fn/save_bot" => "kind=faq&enabled=true&form[name]=Tried".to_owned(),
        "/fn/try_bot" => format!("id={channel}&question=x"),
        "/fn/save_faq_entry" => "form[question]=Tried%3F&form[answer]=Yes".to_owned(),
        "/fn/delete_faq_entry" => format!("id={channel}"),
        "/fn/try_question" => "question=x".to_owned(),
        "/fn/save_canned" => {
            "form[shortcut]=new&form[title]=Tried&form[text]=x&form[scope]=everyone".to_owned()
        }
        "/fn/delete_canned" | "/fn/restore_canned" => format!("id={EVERYONES}"),
        "/fn/send_test" => format!("id={channel}&to=x"),
        "/fn/make_dkim_key" | "/fn/check_dns" | "/fn/read_again" => format!("id={channel}"),
        "/fn/rename_contact" => format!("id={contact}&name=Tried"),
        "/fn/add_address" => format!("id={contact}&address=tried%40x.test"),
        "/fn/remove_address" => format!("id={contact}&kind=email&address=tried%40x.test"),
        "/fn/merge_contacts" => format!("id={contact}&other={contact}"),
        "/fn/undo_merge" => format!("id={contact}&gone={contact}"),
        "/fn/set_attribute" => format!("id={contact}&name=Tried&value=x"),
        "/fn/remove_attribute" => format!("id={contact}&name=Tried"),
        "/fn/add_contact_note" => format!("id={contact}&text=Tried"),
        "/fn/remove_contact_note" | "/fn/restore_contact_note" => format!("id={contact}&note={contact}"),
        "/fn/block_contact" | "/fn/unblock_contact" => format!("id={contact}"),
        "/fn/set_notification_rule" => "rule=new_in_queue&on=false".to_owned(),
        "/fn/rename_workspace" => "name=Tried".to_owned(),
        "/fn/save_profile" => "name=Tried&time_zone=".to_owned(),
        "/fn/change_password" => "current=x&password=x".to_owned(),
        _ => return None,
    })
}

async fn upload(app: &TestApp, id: ConversationId, caller: Option<&Actor>) -> StatusCode {
    let request = from_own_page(&format!("/files?conversation={id}&name=x.txt"), caller);
    app.send(request.body(Body::from("x")).expect("a request")).await.status
}

fn from_own_page(path: &str, caller: Option<&Actor>) -> Builder {
    let request =
        Request::builder().method(Method::POST).uri(path).header(header::ORIGIN, "http://127.0.0.1:3000");
    match caller {
        Some(caller) => request.header(header::COOKIE, caller.cookie()),
        None => request,
    }
}

async fn pages_and_streams(app: &TestApp) {
    let get = |path: &str| Request::builder().uri(path).body(Body::empty()).expect("a request");
    for (path, status) in [
        ("/healthz", StatusCode::OK),
        ("/api/v1", StatusCode::OK),
        ("/api/v1/openapi.json", StatusCode::OK),
        ("/api/v1/conversations", StatusCode::UNAUTHORIZED),
        ("/readyz", StatusCode::OK),
        ("/events?after=0.0", StatusCode::UNAUTHORIZED),
        // The key alone opens a file.
        ("/files/0123456789abcdef0123456789abcdef", StatusCode::NOT_FOUND),
        ("/files/0123456789abcdef0123456789abcdef/thumbnail", StatusCode::NOT_FOUND),
        // Only where the configuration allows it.
        ("/settings/unread/00000000-0000-0000-0000-000000000000/raw", StatusCode::UNAUTHORIZED),
        ("/canned/export.csv", StatusCode::UNAUTHORIZED),
        ("/dashboard/export.csv", StatusCode::UNAUTHORIZED),
        ("/settings/audit.csv", StatusCode::UNAUTHORIZED),
        ("/conversations/00000000-0000-0000-0000-000000000000/transcript", StatusCode::UNAUTHORIZED),
        ("/demo/mailbox", StatusCode::NOT_FOUND),
        ("/demo/mailbox/mails?address=a@b.test", StatusCode::NOT_FOUND),
        ("/demo", StatusCode::NOT_FOUND),
    ] {
        assert_eq!(app.send(get(path)).await.status, status, "{path}");
    }
}
