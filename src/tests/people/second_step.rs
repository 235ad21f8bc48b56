//! Codes after the password, and what stands for them.

use axum::http::{StatusCode, header};
use futures::future::join_all;
use serde_json::json;

use super::{PASSWORD, account, call, cookie, people, profile, send, sign_in};
use crate::{
    domain::{Enrolment, Role, Time},
    server::auth::totp,
    tests::{kit::TestApp, on_both},
};

on_both!(
    a_code_is_asked_for_after_the_password,
    codes_are_guessed_five_times_at_most,
    an_admin_lets_in_who_has_lost_everything,
);

/// Switches two-step sign-in on. Returns the secret and the recovery codes.
async fn with_second_step(app: &TestApp, cookie: &str) -> (String, Vec<String>) {
    let wrong = call(app, "begin_second_step", cookie, json!({ "password": "not my password" })).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let begun = call(app, "begin_second_step", cookie, json!({ "password": PASSWORD })).await.ok();
    let Enrolment { secret, .. } = serde_json::from_value(begun).expect("a secret");
    let wrong = call(app, "switch_on_second_step", cookie, json!({ "code": "" })).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let code = totp::code_at(&secret, app.clock.now());
    let codes = call(app, "switch_on_second_step", cookie, json!({ "code": code })).await.ok();
    (secret, serde_json::from_value(codes).expect("codes"))
}

async fn a_code_is_asked_for_after_the_password(app: TestApp) {
    let ann = account(&app, "Ann", Role::Operator).await;
    let here = cookie(&sign_in(&app, &ann.email, PASSWORD).await);
    let (secret, codes) = with_second_step(&app, &here).await;
    let step = profile(&app, &here).await.second_step;
    assert_eq!((step.on_since, step.codes_left), (Some(app.clock.now()), 10));
    let again = call(&app, "begin_second_step", &here, json!({ "password": PASSWORD })).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "what is on is not replaced");

    let answer = sign_in(&app, &ann.email, PASSWORD).await;
    assert_eq!(answer.headers[header::LOCATION], "/login/code?next=/inbox");
    let half = cookie(&answer);
    assert_eq!(call(&app, "load_profile", &half, json!({})).await.status, StatusCode::UNAUTHORIZED);
    let give = async |half: &str, code: &str| {
        send(&app, "sign_in_code", half, &[("code", code), ("next", "/inbox")]).await
    };
    let now = totp::code_at(&secret, app.clock.now());
    assert_eq!(give(&half, &now).await.status, StatusCode::UNPROCESSABLE_ENTITY, "it has switched it on");
    app.clock.advance(30 * Time::SECOND);
    let now = totp::code_at(&secret, app.clock.now());
    let answer = give(&half, &format!("{} {}", &now[..3], &now[3..])).await;
    assert_eq!(profile(&app, &cookie(&answer)).await.name, "Ann");
    assert_eq!(give(&half, &now).await.status, StatusCode::UNAUTHORIZED, "it was gone through");
    let half = cookie(&sign_in(&app, &ann.email, PASSWORD).await);
    assert_eq!(give(&half, &now).await.status, StatusCode::UNPROCESSABLE_ENTITY, "a code is taken once");

    // A recovery code stands for one, however it is written, once.
    let answer = give(&half, &codes[0].to_lowercase().replace('-', " ")).await;
    assert_eq!(profile(&app, &cookie(&answer)).await.second_step.codes_left, 9);
    let half = cookie(&sign_in(&app, &ann.email, PASSWORD).await);
    assert_eq!(give(&half, &codes[0]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let renewed = call(&app, "renew_recovery_codes", &here, json!({ "password": PASSWORD })).await.ok();
    assert_eq!(
        give(&half, &codes[1]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "others took its place"
    );
    cookie(&give(&half, renewed[0].as_str().expect("a code")).await);

    call(&app, "switch_off_second_step", &here, json!({ "password": PASSWORD })).await.ok();
    assert_eq!(sign_in(&app, &ann.email, PASSWORD).await.headers[header::LOCATION], "/inbox");
}

async fn codes_are_guessed_five_times_at_most(app: TestApp) {
    let ann = account(&app, "Ann", Role::Operator).await;
    let here = cookie(&sign_in(&app, &ann.email, PASSWORD).await);
    let (_, codes) = with_second_step(&app, &here).await;
    let half = cookie(&sign_in(&app, &ann.email, PASSWORD).await);
    let give = async |code: &str| send(&app, "sign_in_code", &half, &[("code", code)]).await.status;
    // What is no code at all is wrong for certain.
    let guesses = join_all((0..8).map(|_| give("wrong"))).await;
    let taken = guesses.iter().filter(|status| **status == StatusCode::UNPROCESSABLE_ENTITY).count();
    assert_eq!(taken, 5, "{guesses:?}");
    assert_eq!(give(&codes[0]).await, StatusCode::UNAUTHORIZED, "the password has to be given again");
    let late = cookie(&sign_in(&app, &ann.email, PASSWORD).await);
    app.clock.advance(10 * Time::MINUTE);
    let answer = send(&app, "sign_in_code", &late, &[("code", &codes[0])]).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "too late");
}

async fn an_admin_lets_in_who_has_lost_everything(app: TestApp) {
    let admin = app.person("Ada", Role::Admin, &[]).await;
    let ann = account(&app, "Ann", Role::Operator).await;
    let here = cookie(&sign_in(&app, &ann.email, PASSWORD).await);
    with_second_step(&app, &here).await;
    let has_step = async || {
        let list = people(&admin).await.people;
        list.iter().any(|person| person.operator.id == ann.id && person.has_second_step)
    };
    assert!(has_step().await);
    admin.call("remove_second_step", json!({ "id": ann.id })).await.ok();
    assert!(!has_step().await);
    let again = admin.call("remove_second_step", json!({ "id": ann.id })).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    assert_eq!(sign_in(&app, &ann.email, PASSWORD).await.headers[header::LOCATION], "/inbox");
}
