//! People: how they come in, what they prove when they sign in, how they are let out, and what is kept of it.

mod audit;
mod second_step;
mod streams;

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use futures::future::join_all;
use serde_json::{Value, json};

use super::{
    kit::{Actor, Answer, TestApp},
    on_both,
};
use crate::{
    domain::{AsOf, Invited, Leaving, OneTimeLink, Operator, PeopleList, Profile, Push, Role, Status, Time},
    server::{
        actions::accounts::{self, NewAccount},
        store::operators,
    },
};

on_both!(
    an_invitation_makes_one_account,
    of_many_who_follow_one_invitation_one_gets_in,
    invitations_expire_are_replaced_and_withdrawn,
    a_link_resets_a_password_once,
    a_new_password_ends_other_sessions_alone,
    what_becomes_of_a_leavers_work_is_said_first,
    nothing_becomes_theirs_who_are_being_disabled,
    there_is_always_an_admin,
    a_session_is_ended_from_another_with_its_stream,
);

const HERE: &str = "http://127.0.0.1:3000";
const PASSWORD: &str = "a good password";

fn request(path: &str, cookie: &str, kind: &str, body: String) -> Request<Body> {
    Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::CONTENT_TYPE, kind)
        .header(header::ORIGIN, HERE)
        .header(header::COOKIE, cookie)
        .body(Body::from(body))
        .expect("a request")
}

/// Sends a form.
async fn send(app: &TestApp, function: &str, cookie: &str, fields: &[(&str, &str)]) -> Answer {
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    app.send(request(&format!("/fn/{function}"), cookie, "application/x-www-form-urlencoded", form)).await
}

/// Calls a server function with whatever cookie.
async fn call(app: &TestApp, function: &str, cookie: &str, arguments: Value) -> Answer {
    app.send(request(&format!("/fn/{function}"), cookie, "application/json", arguments.to_string())).await
}

async fn get(app: &TestApp, path: &str, cookie: &str) -> Answer {
    let request = Request::builder().uri(path).header(header::COOKIE, cookie).body(Body::empty());
    app.send(request.expect("a request")).await
}

/// The cookies that an answer keeps.
fn kept(answer: &Answer) -> Vec<String> {
    let cookies = answer.headers.get_all(header::SET_COOKIE).into_iter();
    let pairs = cookies.filter_map(|cookie| cookie.to_str().expect("text").split(';').next());
    pairs.filter(|pair| !pair.ends_with('=')).map(str::to_owned).collect()
}

/// The only one.
#[track_caller]
fn cookie(answer: &Answer) -> String {
    let kept = kept(answer);
    assert_eq!(kept.len(), 1, "{} {}", answer.status, answer.text);
    kept[0].clone()
}

async fn sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    send(app, "sign_in", "", &[("email", email), ("password", password), ("next", "/inbox")]).await
}

/// Somebody with a password.
async fn account(app: &TestApp, name: &str, role: Role) -> Operator {
    let new = NewAccount {
        email: format!("{}@test.test", name.to_lowercase()),
        name: name.into(),
        password: PASSWORD.into(),
        role,
        teams: vec![],
    };
    accounts::add(app, new).await.expect("an account")
}

/// What a link ends with.
fn token(link: &OneTimeLink) -> &str {
    link.url.rsplit('/').next().expect("a token")
}

async fn invite(app: &TestApp, admin: &Actor, email: &str) -> Invited {
    let form = json!({ "email": email, "role": "supervisor", "teams": [app.sales] });
    serde_json::from_value(admin.call("invite_person", json!({ "form": form })).await.ok())
        .expect("an invitation")
}

async fn people(admin: &Actor) -> PeopleList {
    serde_json::from_value(admin.call("load_people", json!({})).await.ok()).expect("people")
}

async fn profile(app: &TestApp, cookie: &str) -> Profile {
    serde_json::from_value(call(app, "load_profile", cookie, json!({})).await.ok()).expect("a profile")
}

/// The kinds of what is in the log, newest first, as far as a query wants it.
async fn log(admin: &Actor, query: Value) -> Vec<String> {
    let page = admin.call("load_audit", json!({ "query": query })).await.ok();
    let entries = page["entries"].as_array().expect("a list").iter();
    entries.map(|entry| entry["kind"].as_str().expect("a word").to_owned()).collect()
}

async fn an_invitation_makes_one_account(app: TestApp) {
    let admin = app.person("Ada", Role::Admin, &[]).await;
    let invited = invite(&app, &admin, " New@Test.test ").await;
    let token = token(&invited.link);
    let welcome = call(&app, "load_invitation", "", json!({ "token": token })).await.ok();
    assert_eq!(welcome, json!({ "email": "new@test.test", "invited_by": "Ada" }));
    let weak = [("token", token), ("name", "New"), ("password", "password123")];
    assert_eq!(send(&app, "accept_invitation", "", &weak).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let good = [("token", token), ("name", " Newt\tNew "), ("password", PASSWORD)];
    let answer = send(&app, "accept_invitation", "", &good).await;
    assert_eq!(answer.headers[header::LOCATION], "/inbox");
    let inbox = call(&app, "load_inbox", &cookie(&answer), json!({ "queue": "All" })).await.ok();
    assert_eq!(
        (&inbox["me"]["name"], &inbox["me"]["role"], &inbox["me"]["teams"]),
        (&json!("Newt New"), &json!("supervisor"), &json!([app.sales]))
    );
    assert_eq!(send(&app, "accept_invitation", "", &good).await.status, StatusCode::NOT_FOUND, "once");
    assert!(people(&admin).await.invitations.is_empty());
    let taken = admin.call(
        "invite_person",
        json!({ "form": { "email": "NEW@test.test", "role": "operator", "teams": [] } }),
    );
    assert_eq!(taken.await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(sign_in(&app, "new@test.test", PASSWORD).await.headers[header::LOCATION], "/inbox");
    assert_eq!(log(&admin, json!({})).await, ["signed_in", "person_joined", "person_invited"]);
}

async fn of_many_who_follow_one_invitation_one_gets_in(app: TestApp) {
    let admin = app.person("Ada", Role::Admin, &[]).await;
    let invited = invite(&app, &admin, "new@test.test").await;
    let fields = [("token", token(&invited.link)), ("name", "New"), ("password", PASSWORD)];
    let answers = join_all((0..4).map(|_| send(&app, "accept_invitation", "", &fields))).await;
    assert_eq!(answers.iter().filter(|answer| !kept(answer).is_empty()).count(), 1);
    assert_eq!(people(&admin).await.people.len(), 2);
}

async fn invitations_expire_are_replaced_and_withdrawn(app: TestApp) {
    let admin = app.person("Ada", Role::Admin, &[]).await;
    let look = async |invited: &Invited| {
        call(&app, "load_invitation", "", json!({ "token": token(&invited.link) })).await.status
    };
    let first = invite(&app, &admin, "new@test.test").await;
    let second = invite(&app, &admin, "new@test.test").await;
    assert_eq!((look(&first).await, look(&second).await), (StatusCode::NOT_FOUND, StatusCode::OK));
    admin.call("withdraw_invitation", json!({ "id": second.invitation.id })).await.ok();
    assert_eq!(look(&second).await, StatusCode::NOT_FOUND);
    let again = admin.call("withdraw_invitation", json!({ "id": second.invitation.id })).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    let third = invite(&app, &admin, "new@test.test").await;
    app.clock.advance(7 * Time::DAY);
    assert_eq!(look(&third).await, StatusCode::NOT_FOUND);
    assert!(people(&admin).await.invitations.is_empty());
    assert_eq!(call(&app, "load_invitation", "", json!({ "token": "" })).await.status, StatusCode::NOT_FOUND);
}

async fn a_link_resets_a_password_once(app: TestApp) {
    let admin = app.person("Ada", Role::Admin, &[]).await;
    let ann = account(&app, "Ann", Role::Operator).await;
    let before = cookie(&sign_in(&app, &ann.email, PASSWORD).await);
    let make = async || -> OneTimeLink {
        let made = admin.call("make_reset_link", json!({ "id": ann.id })).await.ok();
        serde_json::from_value(made).expect("a link")
    };
    let (old, link) = (make().await, make().await);
    let choose = async |link: &OneTimeLink, password: &str| {
        send(&app, "reset_password", "", &[("token", token(link)), ("password", password)]).await
    };
    assert_eq!(
        choose(&old, "another good one").await.status,
        StatusCode::NOT_FOUND,
        "a newer one took its place"
    );
    assert_eq!(choose(&link, "short").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answers = join_all((0..3).map(|_| choose(&link, "another good one"))).await;
    let done = answers.iter().filter(|answer| answer.headers.contains_key(header::LOCATION)).count();
    assert_eq!(done, 1, "once");
    assert!(answers.iter().all(|answer| kept(answer).is_empty()), "they sign in with it then");
    assert_eq!(call(&app, "load_profile", &before, json!({})).await.status, StatusCode::UNAUTHORIZED);
    assert!(kept(&sign_in(&app, &ann.email, PASSWORD).await).is_empty());
    cookie(&sign_in(&app, &ann.email, "another good one").await);
    let late = make().await;
    app.clock.advance(Time::DAY);
    let welcome = call(&app, "load_reset", "", json!({ "token": token(&late) })).await;
    assert_eq!(welcome.status, StatusCode::NOT_FOUND);
    admin.call("disable_person", json!({ "id": ann.id })).await.ok();
    let disabled = admin.call("make_reset_link", json!({ "id": ann.id })).await;
    assert_eq!(disabled.status, StatusCode::UNPROCESSABLE_ENTITY);
}

async fn a_new_password_ends_other_sessions_alone(app: TestApp) {
    let ann = account(&app, "Ann", Role::Operator).await;
    let here = cookie(&sign_in(&app, &ann.email, PASSWORD).await);
    let there = cookie(&sign_in(&app, &ann.email, PASSWORD).await);
    let change = async |current: &str, password: &str| {
        let answer =
            send(&app, "change_password", &here, &[("current", current), ("password", password)]).await;
        (answer.status, answer.json["invalid"]["field"].as_str().map(str::to_owned))
    };
    let refused = |field: &str| (StatusCode::UNPROCESSABLE_ENTITY, Some(field.to_owned()));
    assert_eq!(change("not my password", "another good one").await, refused("current"));
    assert_eq!(change(PASSWORD, "short").await, refused("password"));
    assert_eq!(profile(&app, &there).await.sessions.len(), 2);
    assert_eq!(change(PASSWORD, "another good one").await.0, StatusCode::OK);
    assert_eq!(call(&app, "load_profile", &there, json!({})).await.status, StatusCode::UNAUTHORIZED);
    let sessions = profile(&app, &here).await.sessions;
    assert_eq!(sessions.iter().map(|session| session.here).collect::<Vec<_>>(), [true]);
    assert!(kept(&sign_in(&app, &ann.email, PASSWORD).await).is_empty());
}

async fn what_becomes_of_a_leavers_work_is_said_first(app: TestApp) {
    let admin = app.person("Ada", Role::Admin, &[]).await;
    let (ann, first, second) = (app.operator("Ann").await, app.visitor(), app.visitor());
    let (answered, waits) = (first.say("Hello").await, second.say("Hello").await);
    ann.reply(answered, "Hi", 1).await.ok();
    ann.reply(waits, "Hi", 1).await.ok();
    second.say("And now?").await;
    let leaving = admin.call("load_leaving", json!({ "id": ann.id })).await.ok();
    let leaving: Leaving = serde_json::from_value(leaving).expect("what follows");
    let want = Leaving { owned: 2, needs_answer: 1, queues: vec![(Some("Support team".into()), 2)] };
    assert_eq!(leaving, want);
    let myself = admin.call("disable_person", json!({ "id": admin.id })).await;
    assert_eq!(myself.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut hears = ann.stream(ann.inbox("all").await.as_of.resume_from()).await;
    admin.call("disable_person", json!({ "id": ann.id })).await.ok();
    assert_eq!(hears.push().await, Push::Reset);
    assert!(hears.next().await.is_none(), "her stream has closed");
    assert_eq!(ann.call("load_inbox", json!({ "queue": "All" })).await.status, StatusCode::UNAUTHORIZED);
    for id in [answered, waits] {
        let conversation = admin.thread(id).await.conversation;
        assert_eq!((conversation.status, conversation.owner_id), (Status::Waiting, None));
    }
    assert_eq!(log(&admin, json!({ "person": ann.id })).await, ["person_disabled"]);
    admin.call("enable_person", json!({ "id": ann.id })).await.ok();
    assert_eq!(
        ann.call("load_inbox", json!({ "queue": "All" })).await.status,
        StatusCode::UNAUTHORIZED,
        "she signs in anew"
    );
}

async fn nothing_becomes_theirs_who_are_being_disabled(app: TestApp) {
    let admin = app.person("Ada", Role::Admin, &[]).await;
    for round in 0..4 {
        let ann = app.operator(&format!("Ann{round}")).await;
        let mut conversations = Vec::new();
        for _ in 0..3 {
            conversations.push(app.visitor().say("Hello").await);
        }
        let claims = join_all(conversations.iter().map(|id| ann.act("claim", *id)));
        let disabling = admin.call("disable_person", json!({ "id": ann.id }));
        let (claims, disabled) = tokio::join!(claims, disabling);
        if disabled.status == StatusCode::SERVICE_UNAVAILABLE {
            // Every attempt was overtaken by a claim: the admin tries again.
            admin.call("disable_person", json!({ "id": ann.id })).await.ok();
        } else {
            disabled.ok();
        }
        for id in conversations {
            let conversation = admin.thread(id).await.conversation;
            let statuses: Vec<StatusCode> = claims.iter().map(|claim| claim.status).collect();
            assert_eq!((conversation.status, conversation.owner_id), (Status::Waiting, None), "{statuses:?}");
        }
    }
}

async fn there_is_always_an_admin(app: TestApp) {
    let ada = app.person("Ada", Role::Admin, &[]).await;
    let only = ada.call("set_role", json!({ "id": ada.id, "role": "operator" })).await;
    assert_eq!(only.status, StatusCode::UNPROCESSABLE_ENTITY);
    let eve = app.person("Eve", Role::Admin, &[]).await;
    let (one, other) = tokio::join!(
        ada.call("set_role", json!({ "id": eve.id, "role": "operator" })),
        eve.call("disable_person", json!({ "id": ada.id })),
    );
    assert_eq!([one.status, other.status].iter().filter(|status| **status == StatusCode::OK).count(), 1);
    let left = operators::count_admins(&mut app.db.conn().await.expect("a connection")).await;
    assert_eq!(left.expect("a count"), 1);
}

async fn a_session_is_ended_from_another_with_its_stream(app: TestApp) {
    let ann = account(&app, "Ann", Role::Operator).await;
    let here = cookie(&sign_in(&app, &ann.email, PASSWORD).await);
    let there = cookie(&sign_in(&app, &ann.email, PASSWORD).await);
    let inbox = call(&app, "load_inbox", &there, json!({ "queue": "All" })).await.ok();
    let as_of: AsOf = serde_json::from_value(inbox["as_of"].clone()).expect("a place");
    let listen = async |cookie: &str| {
        let path = format!("/events?after={}", as_of.resume_from());
        let request = Request::builder().uri(path).header(header::COOKIE, cookie).body(Body::empty());
        app.open(request.expect("a request")).await
    };
    let (mut hears, mut goes_on) = (listen(&there).await, listen(&here).await);
    let sessions = profile(&app, &here).await.sessions;
    assert_eq!((sessions.len(), sessions[0].here, sessions[1].here), (2, true, false));
    call(&app, "end_session", &here, json!({ "id": sessions[1].id })).await.ok();
    assert_eq!(hears.push().await, Push::Reset);
    assert!(hears.next().await.is_none(), "it has closed");
    assert_eq!(call(&app, "load_profile", &there, json!({})).await.status, StatusCode::UNAUTHORIZED);
    let admin = app.person("Ada", Role::Admin, &[]).await;
    admin.call("save_tag", json!({ "id": null, "name": "VIP", "hue": "red", "archived": false })).await.ok();
    assert!(matches!(goes_on.push().await, Push::Event { .. }), "the other hears on, and nothing of it");
    let again = call(&app, "end_session", &here, json!({ "id": sessions[1].id })).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    let other = app.operator("Ben").await;
    let foreign = other.call("end_session", json!({ "id": sessions[0].id })).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND, "nobody ends another's");
    cookie(&sign_in(&app, &ann.email, PASSWORD).await);
    call(&app, "end_other_sessions", &here, json!({})).await.ok();
    assert_eq!(profile(&app, &here).await.sessions.len(), 1);
}
