//! Mails of the installation's own: invitations, and links for whoever has forgotten their password.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use serde_json::json;
use uuid::Uuid;

use super::{
    kit::{Actor, Answer, TestApp},
    on_both,
    post::{Post, arrive},
};
use crate::{
    domain::{ChannelId, Invited, OneTimeLink, PeopleList, Role, ServiceMail, ServiceMailState, Time},
    server::{
        actions::accounts::{self, NewAccount},
        jobs::runner::drain,
        store::{channels, service_mails},
    },
};

on_both!(
    a_mailed_invitation_works_once,
    what_was_not_sent_is_tried_again_with_another_link,
    a_link_that_is_void_is_not_mailed,
    a_mail_that_is_refused_or_comes_back_says_why,
    a_stranger_does_not_learn_who_has_an_account,
    a_forgotten_password_is_reset_by_mail,
    asking_too_often_is_refused,
);

const OURS: &str = "support@acme.test";
const PASSWORD: &str = "a good password";

/// Sends a form as a page does.
async fn send(app: &TestApp, function: &str, fields: &[(&str, &str)]) -> Answer {
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("/fn/{function}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, app.config.server.public_url.as_str())
        .body(Body::from(form))
        .expect("a request");
    app.send(request).await
}

async fn try_to_invite(admin: &Actor, email: &str) -> Answer {
    let form = json!({ "email": email, "role": "operator", "teams": [], "mail": true });
    admin.call("invite_person", json!({ "form": form })).await
}

async fn invite(admin: &Actor, email: &str) -> Invited {
    serde_json::from_value(try_to_invite(admin, email).await.ok()).expect("an invitation")
}

async fn people(admin: &Actor) -> PeopleList {
    serde_json::from_value(admin.call("load_people", json!({})).await.ok()).expect("people")
}

/// How the mail of the only invitation stands.
async fn mail(admin: &Actor) -> ServiceMail {
    let mut list = people(admin).await.invitations;
    assert_eq!(list.len(), 1);
    list.remove(0).mail.expect("a mail")
}

async fn accept(app: &TestApp, link: &OneTimeLink) -> Answer {
    send(app, "accept_invitation", &[("token", token(&link.url)), ("name", "New"), ("password", PASSWORD)])
        .await
}

/// What a link ends with.
fn token(url: &str) -> &str {
    url.rsplit('/').next().expect("a token")
}

/// The link in a text.
fn link_in(text: &str) -> String {
    let mut words = text.split_whitespace();
    words.find(|word| word.starts_with("http")).expect("a link").to_owned()
}

async fn switch(app: &TestApp, channel: ChannelId, on: bool) {
    let mut tx = app.tx().await;
    let mut configured = channels::find(&mut tx, channel).await.expect("read").expect("a channel");
    configured.channel.enabled = on;
    channels::update(&mut tx, &configured).await.expect("written");
    tx.commit().await.expect("a commit");
}

/// What is kept of the text of the newest mail about something.
async fn text_of(app: &TestApp, about: Uuid) -> Option<Vec<u8>> {
    let mut conn = app.db.conn().await.expect("a connection");
    let mut found = service_mails::list_about(&mut conn, &[about], 1).await.expect("read");
    found.remove(0).text
}

async fn a_mailed_invitation_works_once(app: TestApp) {
    let (post, admin) = (Post::start().await, app.person("Ada", Role::Admin, &[]).await);
    assert!(!people(&admin).await.can_mail);
    let refused = try_to_invite(&admin, "new@x.test").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("no email channel"), "{}", refused.text);
    assert!(people(&admin).await.invitations.is_empty(), "nobody is invited by halves");

    post.connect(&app, "mail", OURS).await;
    assert!(people(&admin).await.can_mail);
    let invited = invite(&admin, "new@x.test").await;
    assert_eq!(mail(&admin).await.standing(), "Waiting");
    let about = invited.invitation.id.into();
    let sealed = text_of(&app, about).await.expect("it waits");
    let secret = token(&invited.link.url).as_bytes();
    assert!(!sealed.windows(secret.len()).any(|part| part == secret), "nobody reads it in the database");

    drain(&app).await;
    let reached = post.reached();
    let [mailed] = reached.as_slice() else { panic!("one mail: {reached:?}") };
    assert_eq!((mailed.recipient.as_str(), mailed.sender.as_deref()), ("new@x.test", Some(OURS)));
    assert!(String::from_utf8_lossy(&mailed.raw).contains("Auto-Submitted: auto-generated"));
    let read = mailed.mail();
    assert_eq!(read.subject, "Ada invites you to Live Operator");
    assert_eq!(link_in(&read.text), invited.link.url);
    let sent = mail(&admin).await;
    assert_eq!((sent.standing().as_str(), sent.to.as_str()), ("Sent", "new@x.test"));
    assert_eq!(text_of(&app, about).await, None, "it is gone with the mail");

    assert_eq!(accept(&app, &invited.link).await.headers[header::LOCATION], "/inbox");
    assert_eq!(accept(&app, &invited.link).await.status, StatusCode::NOT_FOUND, "once");
}

async fn what_was_not_sent_is_tried_again_with_another_link(app: TestApp) {
    let (post, admin) = (Post::start().await, app.person("Ada", Role::Admin, &[]).await);
    let channel = post.connect(&app, "mail", OURS).await;
    let invited = invite(&admin, "new@x.test").await;
    switch(&app, channel, false).await;
    drain(&app).await;
    let failed = mail(&admin).await;
    assert_eq!(failed.state, ServiceMailState::Failed);
    assert_eq!(failed.standing(), "Could not be sent: Support mail is switched off.");
    assert_eq!(text_of(&app, invited.invitation.id.into()).await, None, "nobody needs its link");

    let again = json!({ "id": invited.invitation.id });
    let refused = admin.call("mail_invitation", again.clone()).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    switch(&app, channel, true).await;
    let renewed = admin.call("mail_invitation", again.clone()).await.ok();
    let renewed: Invited = serde_json::from_value(renewed).expect("an invitation");
    drain(&app).await;
    assert_eq!(mail(&admin).await.standing(), "Sent");
    let reached = post.reached();
    assert_eq!(reached.len(), 1);
    assert_eq!(link_in(&reached[0].mail().text), renewed.link.url);
    assert_eq!(accept(&app, &invited.link).await.status, StatusCode::NOT_FOUND, "the old one is void");
    assert_eq!(accept(&app, &renewed.link).await.headers[header::LOCATION], "/inbox");
    assert_eq!(admin.call("mail_invitation", again).await.status, StatusCode::NOT_FOUND, "it was used");
}

async fn a_link_that_is_void_is_not_mailed(app: TestApp) {
    let (post, admin) = (Post::start().await, app.person("Ada", Role::Admin, &[]).await);
    post.connect(&app, "mail", OURS).await;
    invite(&admin, "new@x.test").await;
    let second = invite(&admin, "new@x.test").await;
    let other = invite(&admin, "other@x.test").await;
    admin.call("withdraw_invitation", json!({ "id": other.invitation.id })).await.ok();
    drain(&app).await;
    let reached = post.reached();
    let [mailed] = reached.as_slice() else { panic!("one mail: {reached:?}") };
    assert_eq!(link_in(&mailed.mail().text), second.link.url);
}

async fn a_mail_that_is_refused_or_comes_back_says_why(app: TestApp) {
    let (post, admin) = (Post::start().await, app.person("Ada", Role::Admin, &[]).await);
    post.connect(&app, "mail", OURS).await;
    let nobody = invite(&admin, "nobody@x.test").await;
    drain(&app).await;
    let failed = mail(&admin).await;
    assert_eq!(failed.state, ServiceMailState::Failed);
    assert!(failed.standing().contains("no such mailbox"), "{}", failed.standing());
    admin.call("withdraw_invitation", json!({ "id": nobody.invitation.id })).await.ok();

    invite(&admin, "grey@x.test").await;
    drain(&app).await;
    let waits = mail(&admin).await;
    assert_eq!(waits.state, ServiceMailState::Queued);
    assert!(waits.standing().starts_with("Waiting, and tried again soon: "), "{}", waits.standing());
    app.clock.advance(Time::MINUTE);
    drain(&app).await;
    assert_eq!(mail(&admin).await.standing(), "Sent");

    let ours = post.reached().last().expect("a mail").mail().message_id.expect("an id");
    let report = format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@x.test\r\nTo: {OURS}\r\nSubject: Undelivered\r\n\
         Message-ID: <report@x.test>\r\nMIME-Version: 1.0\r\nAuto-Submitted: auto-replied\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.x.test\r\n\r\n\
         Final-Recipient: rfc822; grey@x.test\r\nAction: failed\r\nStatus: 5.1.1\r\n\
         Diagnostic-Code: smtp; 550 5.1.1 mailbox is gone\r\n\r\n\
         --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{ours}>\r\nFrom: {OURS}\r\n\r\n--b--\r\n"
    );
    assert_eq!(arrive(&app, "mail", OURS, &report).await.status, StatusCode::OK);
    drain(&app).await;
    let back = mail(&admin).await;
    assert!(back.standing().contains("mailbox is gone"), "{}", back.standing());
    assert!(admin.inbox("all").await.rows.is_empty(), "it is no conversation");
}

/// Somebody with a password.
async fn account(app: &TestApp, name: &str) -> String {
    let email = format!("{}@x.test", name.to_lowercase());
    let new = NewAccount {
        email: email.clone(),
        name: name.into(),
        password: PASSWORD.into(),
        role: Role::Operator,
        teams: vec![],
    };
    accounts::add(app, new).await.expect("an account");
    email
}

async fn ask(app: &TestApp, email: &str) -> Answer {
    send(app, "forgot_password", &[("email", email)]).await
}

async fn a_stranger_does_not_learn_who_has_an_account(app: TestApp) {
    let (post, admin) = (Post::start().await, app.person("Ada", Role::Admin, &[]).await);
    let ann = account(&app, "Ann").await;
    let refused = ask(&app, &ann).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "nothing can be mailed yet");
    assert_eq!(ask(&app, "stranger@x.test").await.text, refused.text);

    post.connect(&app, "mail", OURS).await;
    let known = ask(&app, &format!(" {} ", ann.to_uppercase())).await;
    let unknown = ask(&app, "stranger@x.test").await;
    assert_eq!(known.headers[header::LOCATION], "/login/forgot?asked=yes");
    assert_eq!(known.headers[header::LOCATION], unknown.headers[header::LOCATION]);
    assert_eq!((known.status, known.text), (unknown.status, unknown.text));
    drain(&app).await;
    let reached = post.reached();
    assert_eq!(reached.len(), 1, "{reached:?}");
    assert_eq!(reached[0].recipient, ann);

    let page = admin.call("load_audit", json!({ "query": { "kind": "reset_asked" } })).await.ok();
    let asked = page["entries"].as_array().expect("a list");
    let names: Vec<&str> = asked.iter().filter_map(|entry| entry["subject_name"].as_str()).collect();
    assert_eq!(names, ["stranger@x.test", "ann@x.test"]);
    assert!(asked.iter().all(|entry| entry["by_name"] == "Somebody" && entry["address"] == "127.0.0.1"));
}

async fn a_forgotten_password_is_reset_by_mail(app: TestApp) {
    let (post, admin) = (Post::start().await, app.person("Ada", Role::Admin, &[]).await);
    post.connect(&app, "mail", OURS).await;
    let ann = account(&app, "Ann").await;
    // Whoever is impatient gets one mail.
    let asked = futures::future::join_all((0..3).map(|_| ask(&app, &ann))).await;
    assert!(asked.iter().all(|answer| answer.headers.contains_key(header::LOCATION)));
    drain(&app).await;
    let reached = post.reached();
    let [mailed] = reached.as_slice() else { panic!("one mail: {reached:?}") };
    let read = mailed.mail();
    assert_eq!(read.subject, "Another password for Live Operator");
    let link = link_in(&read.text);
    let choose = async |link: &str, password: &str| {
        send(&app, "reset_password", &[("token", token(link)), ("password", password)]).await
    };
    assert_eq!(choose(&link, "another good one").await.headers[header::LOCATION], "/login?reset=done");
    assert_eq!(choose(&link, "a third good one").await.status, StatusCode::NOT_FOUND, "once");
    let sign_in = async |password: &str| {
        let fields = [("email", ann.as_str()), ("password", password), ("next", "/inbox")];
        send(&app, "sign_in", &fields).await.headers.contains_key(header::LOCATION)
    };
    assert!(sign_in("another good one").await && !sign_in(PASSWORD).await);

    // Later there is another, and the one before is void.
    app.clock.advance(3 * Time::MINUTE);
    ask(&app, &ann).await;
    drain(&app).await;
    app.clock.advance(3 * Time::MINUTE);
    ask(&app, &ann).await;
    drain(&app).await;
    let links: Vec<String> = post.reached().iter().map(|reached| link_in(&reached.mail().text)).collect();
    assert_eq!(links.len(), 3);
    assert_eq!(choose(&links[1], "a third good one").await.status, StatusCode::NOT_FOUND);
    assert_eq!(choose(&links[2], "a third good one").await.headers[header::LOCATION], "/login?reset=done");

    let people = people(&admin).await.people;
    let id = people.iter().find(|person| person.operator.email == ann).expect("Ann").operator.id;
    admin.call("disable_person", json!({ "id": id })).await.ok();
    app.clock.advance(3 * Time::MINUTE);
    assert!(ask(&app, &ann).await.headers.contains_key(header::LOCATION));
    drain(&app).await;
    assert_eq!(post.reached().len(), 3, "whoever is disabled gets none");
}

async fn asking_too_often_is_refused(app: TestApp) {
    let app = app.configured(|config| config.limits.sign_ins_per_minute = 2).await;
    Post::start().await.connect(&app, "mail", OURS).await;
    for _ in 0..2 {
        assert!(ask(&app, "ann@x.test").await.headers.contains_key(header::LOCATION));
    }
    let refused = ask(&app, "ann@x.test").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers.contains_key(header::RETRY_AFTER));
    assert_eq!(ask(&app, "nonsense").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}
