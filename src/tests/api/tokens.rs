//! Tokens: who may make them, what they open, and that they end.

use serde_json::json;

use super::{Sibling, Workspace, channel, token, workspace};
use crate::{
    domain::{AppError, Role, Time},
    server::{
        actions::api_tokens,
        auth::limits::Limits,
        clock::new_id,
        config,
        store::{api_tokens::list, bots},
    },
    tests::{kit::TestApp, on_both},
};

on_both!(
    admins_alone_make_and_revoke_tokens,
    a_token_is_kept_as_its_hash_alone,
    a_revoked_token_is_refused_at_the_next_request,
    when_a_token_was_used_is_noted_to_the_minute,
    a_bot_that_is_off_does_not_speak,
);

async fn admins_alone_make_and_revoke_tokens(app: TestApp) {
    let Workspace { admin, bot, helper, .. } = workspace(&app).await;
    for role in [Role::Operator, Role::Supervisor] {
        let me = app.person(role.as_str(), role, &[app.support]).await.signed_in().await;
        assert_eq!(api_tokens::create(&app, &me, "Mine", None).await, Err(AppError::Forbidden));
        assert_eq!(api_tokens::list(&app, &me).await, Err(AppError::Forbidden));
        assert_eq!(api_tokens::revoke(&app, &me, helper.id).await, Err(AppError::Forbidden));
    }
    let me = admin.signed_in().await;
    let shown = api_tokens::list(&app, &me).await.expect("a list");
    assert_eq!(shown.len(), 2);
    let helpers = shown.iter().find(|token| token.id == helper.id).expect("it is there");
    assert_eq!((helpers.bot_name.as_deref(), helpers.created_by.as_deref()), (Some("Fern"), Some("Ada")));
    assert_eq!(helpers.bot_id, Some(bot.id));
    for (name, bot) in [("", None), (&*"n".repeat(81), None), ("A name", Some(new_id()))] {
        let made = api_tokens::create(&app, &me, name, bot).await;
        assert!(matches!(made, Err(AppError::Invalid { .. })), "{name:?} {made:?}");
    }
    api_tokens::revoke(&app, &me, helper.id).await.expect("revoked");
    assert_eq!(api_tokens::revoke(&app, &me, helper.id).await, Err(AppError::NotFound));
}

async fn a_token_is_kept_as_its_hash_alone(app: TestApp) {
    let Workspace { helper, .. } = workspace(&app).await;
    assert!(helper.token.starts_with("lo_") && helper.token.len() == 46, "{}", helper.token);
    let kept = list(&mut app.db.conn().await.expect("a connection")).await.expect("read");
    for token in kept {
        assert_eq!(token.token_hash.len(), 32);
        assert!(!format!("{token:?}").contains(&helper.token));
    }
}

async fn a_revoked_token_is_refused_at_the_next_request(app: TestApp) {
    let Workspace { admin, helper, .. } = workspace(&app).await;
    let id = helper.begin("Hello").await;
    helper.say(id, 0, "Hi").await.created();
    api_tokens::revoke(&app, &admin.signed_in().await, helper.id).await.expect("revoked");
    let refused = helper.say(id, 0, "How can I help?").await;
    assert_eq!(refused.problem(401), "unauthenticated");
    assert_eq!(refused.headers["www-authenticate"], "Bearer");
    assert_eq!(helper.get("/conversations").await.problem(401), "unauthenticated");
    assert_eq!(admin.thread(id).await.conversation.last_seq, 2, "nothing came of it");
    for wrong in ["", "lo_", "lo_wrong", &*"x".repeat(46), &*format!("lo_{}", "a".repeat(43))] {
        let stranger = Sibling { token: wrong.to_owned(), ..helper.clone() };
        assert_eq!(stranger.get("/conversations").await.problem(401), "unauthenticated", "{wrong:?}");
    }
}

async fn when_a_token_was_used_is_noted_to_the_minute(app: TestApp) {
    let Workspace { admin, helper, .. } = workspace(&app).await;
    let me = admin.signed_in().await;
    let used = async || {
        let shown = api_tokens::list(&app, &me).await.expect("a list");
        shown.into_iter().find(|token| token.id == helper.id).expect("it is there").last_used_at
    };
    assert_eq!(used().await, None);
    let first = app.clock.now();
    helper.get("/conversations").await.ok();
    app.clock.advance(59 * Time::SECOND);
    helper.get("/conversations").await.ok();
    assert_eq!(used().await, Some(first));
    app.clock.advance(Time::SECOND);
    helper.get("/conversations").await.ok();
    assert_eq!(used().await, Some(first.plus(Time::MINUTE)));
}

async fn a_bot_that_is_off_does_not_speak(app: TestApp) {
    let Workspace { helper, bot, .. } = workspace(&app).await;
    let id = helper.begin("Hello").await;
    let mut tx = app.tx().await;
    let mut configured = bots::find(&mut tx, bot.id).await.expect("read").expect("a bot");
    configured.bot.enabled = false;
    bots::update(&mut tx, &configured).await.expect("written");
    tx.commit().await.expect("a commit");
    assert_eq!(helper.say(id, 0, "Hi").await.problem(403), "bot_off");
    assert_eq!(helper.get("/conversations").await.status, 200, "what was said can be read all the same");
    let admin = app.person("Alma", Role::Admin, &[]).await;
    channel(&app, "other", Some(bot.id)).await;
    let crm = token(&app, &admin, None).await;
    let opened = crm.post("/conversations", json!({ "channel": "other" })).await.created();
    assert_eq!((&opened["handler"], &opened["status"]), (&json!("human"), &json!("waiting")));
}

#[test]
fn a_token_and_a_conversation_have_their_limits() {
    let limits = Limits::new(&config::Limits { api_requests_per_minute: 2, ..config::Limits::default() });
    let (one, other) = (new_id(), new_id());
    assert!(limits.api(one).is_ok() && limits.api(one).is_ok());
    let Err(AppError::RateLimited { retry_after }) = limits.api(one) else { panic!("a limit") };
    assert!((1..=60).contains(&retry_after));
    assert!(limits.api(other).is_ok(), "each token has its own");
    let (here, there) = (new_id(), new_id());
    assert!((0..10).all(|_| limits.partial(one, here).is_ok()));
    assert!(limits.partial(one, here).is_err());
    assert!(limits.partial(one, there).is_ok() && limits.partial(other, here).is_ok());
}
