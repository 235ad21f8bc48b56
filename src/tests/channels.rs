//! The settings of channels: who reaches them, what they never tell, and what a change does.

mod forms;
mod working;

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use form_urlencoded::Serializer;
use serde_json::{Value, json};

use super::{
    gateway::{Gateway, SECRET},
    kit::{Actor, Answer, TestApp},
    on_both,
};
use crate::{
    domain::{
        AppError, ChannelId, HookId, Hue, Role,
        setup::{ChannelList, ChannelSetup},
    },
    routes,
    server::{
        clock::new_id,
        queries,
        store::channels::{self, ConfiguredChannel},
    },
};

on_both!(only_admins_reach_the_settings);

const OURS: &str = "+14155550100";
const HERE: &str = "http://127.0.0.1:3000";

type Fields = Vec<(String, String)>;

fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Sends a form as the app does, or as a browser does by itself.
async fn submit(actor: &Actor, function: &str, fields: &Fields, browser: Option<&str>) -> Answer {
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(format!("/fn/{function}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, HERE)
        .header(header::COOKIE, actor.cookie());
    if let Some(page) = browser {
        request =
            request.header(header::ACCEPT, "text/html").header(header::REFERER, format!("{HERE}{page}"));
    }
    let body = Serializer::new(String::new()).extend_pairs(fields).finish();
    actor.test.send(request.body(Body::from(body)).expect("a request")).await
}

async fn post(actor: &Actor, function: &str, fields: &Fields) -> Answer {
    submit(actor, function, fields, None).await
}

async fn page(actor: &Actor, path: &str) -> String {
    let request = Request::builder().uri(path).header(header::COOKIE, actor.cookie());
    let answer = actor.test.send(request.body(Body::empty()).expect("a request")).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}");
    answer.text
}

async fn list(admin: &Actor) -> ChannelList {
    serde_json::from_value(admin.call("load_channels", json!({})).await.ok()).expect("a list")
}

async fn setup(admin: &Actor, id: ChannelId) -> ChannelSetup {
    serde_json::from_value(admin.call("load_channel", json!({ "id": id })).await.ok()).expect("a setup")
}

async fn configured(app: &TestApp, id: ChannelId) -> ConfiguredChannel {
    let mut conn = app.db.conn().await.expect("a connection");
    channels::find(&mut conn, id).await.expect("read").expect("a channel")
}

/// What is sealed, opened.
async fn credentials(app: &TestApp, id: ChannelId) -> Value {
    let text = app.credentials(&configured(app, id).await).expect("they open");
    serde_json::from_str(&text).expect("JSON")
}

#[track_caller]
fn refused_field(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text);
    match serde_json::from_value(answer.json.clone()) {
        Ok(AppError::Invalid { field, .. }) => field,
        _ => panic!("no field: {}", answer.text),
    }
}

/// A channel that speaks to a gateway, made by the form.
async fn connect(admin: &Actor, gateway: &Gateway) -> ChannelId {
    let (url, team) = (format!("{}/send", gateway.url), admin.test.support.to_string());
    let wanted = fields(&[
        ("provider", "webhook"),
        ("form[name]", "Support line"),
        ("form[team]", &team),
        ("form[values][address]", OURS),
        ("form[values][region]", "US"),
        ("form[values][sends_per_minute]", "0"),
        ("form[values][url]", &url),
        ("form[values][secret]", SECRET),
        ("form[values][other_secret]", "s3cret-second"),
    ]);
    let made = post(admin, "connect_channel", &wanted).await.ok();
    serde_json::from_value(made["id"].clone()).expect("an id")
}

/// The form of a channel as its page shows it: secrets are empty.
fn unchanged(setup: &ChannelSetup) -> Fields {
    let channel = &setup.state.channel;
    let team = channel.team_id.map(|team| team.to_string()).unwrap_or_default();
    let mut form = fields(&[
        ("id", &channel.id.to_string()),
        ("form[name]", &channel.name),
        ("form[team]", &team),
        ("form[hue]", channel.hue.map(Hue::as_str).unwrap_or_default()),
        ("form[reopen_days]", &setup.reopen_days.to_string()),
    ]);
    form.extend(
        setup.shown.values.iter().map(|(key, value)| (format!("form[values][{key}]"), value.clone())),
    );
    form
}

/// The same with one field written anew.
fn with(mut form: Fields, name: &str, value: &str) -> Fields {
    form.retain(|(other, _)| other != name);
    form.push((name.to_owned(), value.to_owned()));
    form
}

async fn only_admins_reach_the_settings(app: TestApp) {
    let (gateway, ada) = (Gateway::start().await, app.person("Ada", Role::Admin, &[]).await);
    let id = connect(&ada, &gateway).await;
    let before = setup(&ada, id).await;
    let hook = new_id::<HookId>();
    let (id_text, hook_text) = (id.to_string(), hook.to_string());
    let writes = [
        ("connect_channel", fields(&[("provider", "session"), ("form[name]", "Mine")])),
        ("edit_channel", with(unchanged(&before), "form[name]", "Mine")),
        ("switch_channel", fields(&[("id", &id_text), ("on", "false")])),
        ("make_dkim_key", fields(&[("id", &id_text)])),
        ("check_dns", fields(&[("id", &id_text)])),
        ("send_test", fields(&[("id", &id_text), ("to", "+14155550123")])),
        ("read_again", fields(&[("id", &hook_text)])),
    ];
    let reads = [
        ("load_channels", json!({})),
        ("load_new_channel", json!({})),
        ("load_channel", json!({ "id": id })),
        ("load_unread", json!({})),
    ];
    let own = routes::channel(id);
    let pages = [routes::CHANNELS, routes::NEW_CHANNEL, own.as_str(), routes::UNREAD];
    let sam = app.person("Sam", Role::Supervisor, &[app.support]).await;
    for actor in [&app.operator("Ann").await, &sam] {
        for (function, arguments) in &reads {
            let answer = actor.call(function, arguments.clone()).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{function}");
        }
        for (function, form) in &writes {
            assert_eq!(post(actor, function, form).await.status, StatusCode::FORBIDDEN, "{function}");
        }
        for path in pages {
            let page = page(actor, path).await;
            assert!(page.contains("Only admins can open the settings") && !page.contains("Support line"));
        }
        assert!(!page(actor, routes::INBOX).await.contains(routes::CHANNELS), "no link either");
        let raw = queries::channels::as_it_came(&app, &actor.me().await, hook).await;
        assert_eq!(raw, Err(AppError::Forbidden));
    }
    assert_eq!(setup(&ada, id).await, before);
    assert_eq!(list(&ada).await.channels.len(), 2, "the kit's and this one");
    assert_eq!(gateway.asked(), 0);
    for path in pages {
        assert!(page(&ada, path).await.contains("Back to inbox"), "{path}");
    }
    assert!(page(&ada, routes::CHANNELS).await.contains("Support line"));
    assert!(page(&ada, routes::INBOX).await.contains(routes::CHANNELS));
}
