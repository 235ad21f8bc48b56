//! Signing in and out.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use serde_json::json;

use super::{kit::TestApp, on_both};
use crate::{
    domain::{Role, Time},
    server::actions::accounts::{self, NewAccount},
};

on_both!(
    a_password_opens_a_session,
    wrong_passwords_and_unknown_people_are_told_the_same,
    too_many_attempts_are_slowed_down,
    signing_out_ends_the_session,
    a_session_ends_by_itself,
    a_change_of_role_ends_sessions,
    an_address_is_taken_once,
    other_sites_cannot_sign_anybody_in,
);

async fn account(app: &TestApp) {
    let new = NewAccount {
        email: "Ann@Test.test".into(),
        name: " Ann\tLee ".into(),
        password: "a good password".into(),
        role: Role::Admin,
        teams: vec![],
    };
    accounts::add(app, new).await.expect("an account");
}

fn form(email: &str, password: &str, origin: &str) -> Request<Body> {
    Request::builder()
        .method(Method::POST)
        .uri("/fn/sign_in")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, origin)
        .body(Body::from(format!(
            "email={email}&password={}&next=%2Finbox%3Fqueue%3Dmine",
            password.replace(' ', "+")
        )))
        .expect("a request")
}

const HERE: &str = "http://127.0.0.1:3000";

async fn a_password_opens_a_session(app: TestApp) {
    account(&app).await;
    let answer = app.send(form("ann@test.test", "a good password", HERE)).await;
    assert_eq!(answer.headers[header::LOCATION], "/inbox?queue=mine");
    let cookie = answer.headers[header::SET_COOKIE].to_str().expect("text").to_owned();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"),
        "{cookie}"
    );
    let pair = cookie.split(';').next().expect("a pair").to_owned();
    let request = Request::builder()
        .method(Method::POST)
        .uri("/fn/load_inbox")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ORIGIN, HERE)
        .header(header::COOKIE, pair)
        .body(Body::from(json!({ "queue": "All" }).to_string()))
        .expect("a request");
    let inbox = app.send(request).await.ok();
    assert_eq!(inbox["me"]["name"], "Ann Lee");
}

async fn wrong_passwords_and_unknown_people_are_told_the_same(app: TestApp) {
    account(&app).await;
    let wrong = app.send(form("ann@test.test", "a bad password", HERE)).await;
    let nobody = app.send(form("nobody@test.test", "a good password", HERE)).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!((wrong.status, &wrong.text), (nobody.status, &nobody.text));
    assert!(!wrong.headers.contains_key(header::SET_COOKIE));
    let mut plain = form("ann@test.test", "a bad password", HERE);
    for (name, value) in [(header::ACCEPT, "text/html"), (header::REFERER, "http://127.0.0.1:3000/login")] {
        plain.headers_mut().insert(name, value.parse().expect("a header"));
    }
    let answer = app.send(plain).await;
    assert_eq!(answer.status, StatusCode::FOUND, "without JavaScript the form goes back to its page");
    assert!(
        answer.headers[header::LOCATION].to_str().expect("text").starts_with("http://127.0.0.1:3000/login?")
    );
}

async fn too_many_attempts_are_slowed_down(app: TestApp) {
    // The test's own limits allow many; the rule is the same with a small number.
    let limits = crate::server::auth::limits::Limits::new(&crate::server::config::Limits {
        sign_ins_per_minute: 3,
        messages_per_minute: 1,
        uploads_per_minute: 1,
        api_requests_per_minute: 1,
    });
    let peer = std::net::IpAddr::from([10, 0, 0, 1]);
    let outcomes: Vec<bool> = (0..5).map(|_| limits.sign_in("ann@test.test", peer).is_ok()).collect();
    assert_eq!(outcomes, [true, true, true, false, false]);
    assert!(
        limits.sign_in("ben@test.test", peer).is_ok(),
        "another account from the same office is not shut out"
    );
    drop(app);
}

async fn signing_out_ends_the_session(app: TestApp) {
    let ann = app.operator("Ann").await;
    ann.call("load_inbox", json!({ "queue": "All" })).await.ok();
    let request = Request::builder()
        .method(Method::POST)
        .uri("/fn/sign_out")
        .header(header::ORIGIN, HERE)
        .header(header::COOKIE, ann.cookie())
        .body(Body::empty())
        .expect("a request");
    let answer = app.send(request).await;
    assert!(answer.headers[header::SET_COOKIE].to_str().expect("text").contains("Max-Age=0"));
    let after = ann.call("load_inbox", json!({ "queue": "All" })).await;
    assert_eq!(after.status, StatusCode::UNAUTHORIZED);
}

async fn a_session_ends_by_itself(app: TestApp) {
    let ann = app.operator("Ann").await;
    app.clock.advance(13 * Time::DAY);
    ann.call("load_inbox", json!({ "queue": "All" })).await.ok();
    app.clock.advance(13 * Time::DAY);
    ann.call("load_inbox", json!({ "queue": "All" })).await.ok();
    app.clock.advance(14 * Time::DAY + Time::SECOND);
    assert_eq!(ann.call("load_inbox", json!({ "queue": "All" })).await.status, StatusCode::UNAUTHORIZED);
}

async fn a_change_of_role_ends_sessions(app: TestApp) {
    let ann = app.operator("Ann").await;
    accounts::set_access(&app, ann.id, Role::Supervisor, true).await.expect("a change");
    assert_eq!(ann.call("load_inbox", json!({ "queue": "All" })).await.status, StatusCode::UNAUTHORIZED);
}

async fn an_address_is_taken_once(app: TestApp) {
    account(&app).await;
    let again = NewAccount {
        email: "ann@test.test".into(),
        name: "Other".into(),
        password: "a good password".into(),
        role: Role::Operator,
        teams: vec![],
    };
    let error = accounts::add(&app, again).await.expect_err("the address is taken");
    assert_eq!(error.code(), "invalid");
}

async fn other_sites_cannot_sign_anybody_in(app: TestApp) {
    account(&app).await;
    for origin in ["https://evil.test", "null", "http://127.0.0.1:3001"] {
        let answer = app.send(form("ann@test.test", "a good password", origin)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{origin}");
        assert!(!answer.headers.contains_key(header::SET_COOKIE));
    }
    let mut bare = form("ann@test.test", "a good password", HERE);
    bare.headers_mut().remove(header::ORIGIN);
    assert_eq!(app.send(bare).await.status, StatusCode::FORBIDDEN, "neither Origin nor Sec-Fetch-Site");
}
