//! What forms make of channels, and what comes back: never a secret.

use axum::http::{StatusCode, header};
use serde_json::json;

use super::{
    super::{gateway::Gateway, kit::TestApp, on_both},
    Fields, HERE, OURS, configured, connect, credentials, fields, list, page, post, refused_field, setup,
    submit, unchanged, with,
};
use crate::{
    domain::{
        ChannelId, Event, Hue, Push, Role, Time,
        setup::{ChannelSetup, Field, FieldKind, Provider, Section},
    },
    routes,
    server::clock::new_id,
};

on_both!(
    every_provider_is_connected_by_its_form_and_no_secret_comes_back,
    secrets_stay_where_the_form_leaves_them_empty,
    what_cannot_be_used_names_its_field,
    a_form_works_without_javascript,
    a_key_is_made_once_and_shows_its_public_half,
);

const KEY_PEM: &str = include_str!("../../server/channels/email/fixtures/ed25519.pem");

/// What is written into a field to try it.
fn example(section: &Section, field: &Field) -> String {
    let key = section.key(field);
    match (field.kind, key.as_str()) {
        (FieldKind::Choice(choices), _) => choices[0].0.to_owned(),
        (FieldKind::Number { .. }, _) => "465".into(),
        (_, "public_key") => "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=".into(),
        (_, "dkim_private_key") => KEY_PEM.into(),
        (_, "region") => "GB".into(),
        (_, "sites") => "https://shop.example".into(),
        (_, "aliases") => "sales@acme.test\r\nbilling@acme.test".into(),
        (_, "url") => "https://gateway.acme.test/send".into(),
        // A certificate is wanted there, and none at all is fine.
        (_, "ca") => String::new(),
        (_, "address") => OURS.into(),
        _ if field.secret => format!("s3cret-{key}"),
        _ if key.ends_with("host") || key.ends_with("hosts") => "mx.acme.test".into(),
        _ => format!("an-{}", key.replace('_', "-")),
    }
}

fn whole_form(provider: Provider) -> Fields {
    let mut form = fields(&[("provider", provider.as_str()), ("form[name]", provider.label())]);
    for section in provider.sections() {
        for field in section.fields {
            form.push((format!("form[values][{}]", section.key(field)), example(section, field)));
        }
    }
    let is_mail = provider.credentials().iter().any(|section| section.object == Some("smtp"));
    if is_mail { with(form, "form[values][address]", "help@acme.test") } else { form }
}

async fn every_provider_is_connected_by_its_form_and_no_secret_comes_back(app: TestApp) {
    let ada = app.person("Ada", Role::Admin, &[]).await;
    for provider in Provider::ALL.iter().copied() {
        let from = ada.inbox("all").await.as_of.resume_from();
        let mut stream = ada.stream(from).await;
        let made = post(&ada, "connect_channel", &whole_form(provider)).await;
        assert_eq!(made.status, StatusCode::OK, "{provider:?}: {}", made.text);
        let id: ChannelId = serde_json::from_value(made.json["id"].clone()).expect("an id");
        assert_eq!(made.headers[header::LOCATION], routes::channel(id).as_str());
        // An event of the provider before may have been held back until now.
        let is_told = |push: &Push| matches!(push, Push::Event { event: Event::ChannelChanged { channel }, .. } if channel.id == id);
        let push = loop {
            let push = stream.push().await;
            if is_told(&push) {
                break push;
            }
        };

        let setup = setup(&ada, id).await;
        assert_eq!((setup.state.provider, setup.trouble.as_ref()), (Some(provider), None));
        assert!(!setup.pastes.is_empty());
        let edited = post(&ada, "edit_channel", &unchanged(&setup)).await;
        assert_eq!(edited.status, StatusCode::OK, "{provider:?}: {}", edited.text);
        let told = [
            made.text,
            serde_json::to_string(&push).expect("JSON"),
            edited.text,
            ada.call("load_channels", json!({})).await.text,
            ada.call("load_channel", json!({ "id": id })).await.text,
            page(&ada, &routes::channel(id)).await,
            page(&ada, routes::CHANNELS).await,
        ];
        let mut secrets = vec!["s3cret-".to_owned(), "PRIVATE KEY".to_owned()];
        if provider == Provider::Session {
            assert_eq!(configured(&app, id).await.credentials, None);
        } else {
            let kept = credentials(&app, id).await;
            let made_by_us = kept["token_secret"].as_str().map(str::to_owned);
            assert_eq!(made_by_us.is_some(), kept.get("smtp").is_some(), "{provider:?}");
            secrets.extend(made_by_us);
            let sealed = configured(&app, id).await.credentials.expect("credentials");
            assert!(!sealed.windows(7).any(|bytes| bytes == b"s3cret-"), "they are sealed");
        }
        for text in &told {
            for secret in &secrets {
                assert!(!text.contains(secret), "{provider:?} told {secret}");
            }
        }
        for section in provider.sections() {
            for field in section.fields.iter().filter(|field| field.secret) {
                assert!(setup.shown.secrets.contains(&section.key(field)), "{provider:?} {}", field.label);
            }
        }
    }
}

async fn secrets_stay_where_the_form_leaves_them_empty(app: TestApp) {
    let (gateway, ada) = (Gateway::start().await, app.person("Ada", Role::Admin, &[]).await);
    let id = connect(&ada, &gateway).await;
    let before = credentials(&app, id).await;
    let shown = setup(&ada, id).await;
    let form = with(unchanged(&shown), "form[values][url]", "https://elsewhere.example/send");
    let form = with(form, "form[hue]", "teal");
    let form = with(with(form, "form[name]", " New \n name "), "form[reopen_days]", "3");
    post(&ada, "edit_channel", &form).await.ok();
    let (after, channel) = (credentials(&app, id).await, configured(&app, id).await);
    assert_eq!(after["url"], "https://elsewhere.example/send");
    assert_eq!((&after["secret"], &after["other_secret"]), (&before["secret"], &before["other_secret"]));
    assert_eq!((channel.channel.name.as_str(), channel.channel.hue), ("New name", Some(Hue::Teal)));
    assert_eq!(channel.settings.reopen_window, 3 * Time::DAY);
    assert_eq!(channel.channel.team_id, Some(app.support));

    let form = with(unchanged(&setup(&ada, id).await), "form[forget][other_secret]", "on");
    let form = with(form, "form[values][secret]", "another secret");
    post(&ada, "edit_channel", &form).await.ok();
    let after = credentials(&app, id).await;
    assert_eq!((after["secret"].as_str(), after.get("other_secret")), (Some("another secret"), None));
    assert!(!setup(&ada, id).await.shown.secrets.contains("other_secret"));
}

async fn what_cannot_be_used_names_its_field(app: TestApp) {
    let ada = app.person("Ada", Role::Admin, &[]).await;
    let nobody = new_id::<ChannelId>().to_string();
    for (provider, name, value, field) in [
        (Provider::Telnyx, "form[values][public_key]", "s3cret-nonsense", "public_key"),
        (Provider::Twilio, "form[values][auth_token]", "", "auth_token"),
        (Provider::Twilio, "form[values][api_key_sid]", "", "api_key_sid"),
        (Provider::Vonage, "form[values][signature_method]", "crc32", "signature_method"),
        (Provider::Kannel, "form[values][url]", "kannel.acme.test:13013", "url"),
        (Provider::Kannel, "form[values][token]", "s3cret-100%d", "token"),
        (Provider::Webhook, "form[values][address]", "", "address"),
        (Provider::Webhook, "form[values][region]", "Utopia", "region"),
        (Provider::Webhook, "form[name]", " ", "name"),
        (Provider::Webhook, "form[team]", nobody.as_str(), "team"),
        (Provider::Mail, "form[values][address]", "help", "address"),
        (Provider::Mail, "form[values][smtp_host]", "", "smtp_host"),
        (Provider::Mail, "form[values][smtp_port]", "99999", "smtp_port"),
        (Provider::Mail, "form[values][dkim_private_key]", "s3cret-nonsense", "dkim_private_key"),
        (Provider::Postmark, "form[values][hook_secret]", "", "hook_secret"),
        (Provider::Session, "form[values][sites]", "shop.example; script-src *", "sites"),
    ] {
        let answer = post(&ada, "connect_channel", &with(whole_form(provider), name, value)).await;
        assert_eq!(refused_field(&answer), field, "{provider:?}");
        assert!(!answer.text.contains("s3cret-"), "{}", answer.text);
    }
    assert_eq!(list(&ada).await.channels.len(), 1, "nothing was made");
}

async fn a_form_works_without_javascript(app: TestApp) {
    let ada = app.person("Ada", Role::Admin, &[]).await;
    let here = routes::new_channel(Provider::Session);
    let form = whole_form(Provider::Session);
    let refused =
        submit(&ada, "connect_channel", &with(form.clone(), "form[name]", ""), Some(here.as_str())).await;
    assert_eq!(refused.status, StatusCode::FOUND);
    let back = refused.headers[header::LOCATION].to_str().expect("text");
    let path = back.strip_prefix(HERE).unwrap_or(back);
    assert!(path.starts_with(&here), "{path}");
    let page = page(&ada, path).await;
    assert!(page.contains("Give a name of at most 120 characters."), "the field says what is wrong");

    let made = submit(&ada, "connect_channel", &form, Some(here.as_str())).await;
    assert_eq!(made.status, StatusCode::FOUND);
    let there = made.headers[header::LOCATION].to_str().expect("text");
    assert!(there.starts_with(routes::CHANNELS) && there != here, "{there}");
}

async fn a_key_is_made_once_and_shows_its_public_half(app: TestApp) {
    let ada = app.person("Ada", Role::Admin, &[]).await;
    let form = with(whole_form(Provider::Mail), "form[values][dkim_private_key]", "");
    let form = with(form, "form[values][dkim_selector]", "");
    let made = post(&ada, "connect_channel", &form).await.ok();
    let id: ChannelId = serde_json::from_value(made["id"].clone()).expect("an id");
    let this = fields(&[("id", &id.to_string())]);
    let answer = post(&ada, "make_dkim_key", &this).await;
    assert!(!answer.text.contains("PRIVATE KEY"), "{}", answer.text);
    let shown: ChannelSetup = serde_json::from_value(answer.ok()).expect("a setup");
    assert!(shown.shown.secrets.contains("dkim_private_key"));
    let record = shown.pastes.iter().find(|paste| paste.text.starts_with("v=DKIM1; k=ed25519; p="));
    let selector = &shown.shown.values["dkim_selector"];
    let name = format!("{selector}._domainkey.acme.test");
    assert!(record.is_some_and(|record| record.help.contains(&name)), "{:?}", shown.pastes);
    let kept = credentials(&app, id).await;
    assert_eq!(refused_field(&post(&ada, "make_dkim_key", &this).await), "dkim_selector", "not twice");

    post(&ada, "edit_channel", &unchanged(&shown)).await.ok();
    assert_eq!(credentials(&app, id).await["dkim"], kept["dkim"], "saving leaves it");
    let without = with(unchanged(&shown), "form[values][dkim_selector]", "");
    post(&ada, "edit_channel", &without).await.ok();
    assert_eq!(credentials(&app, id).await.get("dkim"), None);
    let live = fields(&[("id", &app.channel.to_string())]);
    assert_eq!(refused_field(&post(&ada, "make_dkim_key", &live).await), "dkim_selector");
}
