//! Bots in the settings: making and changing them, trying them, what they count, and which channel each answers.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use form_urlencoded::Serializer;
use serde_json::json;

use super::{
    kit::{Actor, Answer, TestApp},
    on_both,
};
use crate::{
    domain::{
        AppError, BotId, BotKind, FaqEntry, Handler, Role,
        setup::{BotCounts, BotList, BotSetup, BotTrial, ChannelSetup, TrialResult},
    },
    routes,
    server::{
        clock::new_id,
        jobs::runner::drain,
        queries,
        store::{
            bots::{self, ConfiguredBot},
            faq,
        },
    },
};

on_both!(
    a_bot_is_made_and_changed_and_its_key_never_comes_back,
    what_cannot_be_used_names_its_field,
    a_bot_is_tried_in_no_conversation,
    supervisors_see_what_each_bot_does,
    a_channels_bot_and_its_words_are_set_by_its_form,
);

type Fields<'a> = &'a [(&'a str, &'a str)];

async fn post(actor: &Actor, function: &str, fields: Fields<'_>) -> Answer {
    let body = Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("/fn/{function}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, "http://127.0.0.1:3000")
        .header(header::COOKIE, actor.cookie())
        .body(Body::from(body))
        .expect("a request");
    actor.test.send(request).await
}

#[track_caller]
fn refused_field(answer: &Answer) -> String {
    match serde_json::from_value(answer.json.clone()) {
        Ok(AppError::Invalid { field, .. }) => field,
        _ => panic!("no field: {}", answer.text),
    }
}

fn setup_of(answer: Answer) -> BotSetup {
    serde_json::from_value(answer.ok()).expect("a bot")
}

async fn configured(app: &TestApp, id: BotId) -> ConfiguredBot {
    let mut conn = app.db.conn().await.expect("a connection");
    bots::find(&mut conn, id).await.expect("read").expect("a bot")
}

/// What its endpoint would be told.
async fn key_of(app: &TestApp, id: BotId) -> Option<String> {
    let bot = configured(app, id).await;
    let sealed = bot.secret.as_ref()?;
    Some(app.vault.open(&bot.secret_place(), sealed).expect("it opens"))
}

async fn faq_bot(admin: &Actor) -> BotId {
    let fields = [("kind", "faq"), ("enabled", "true"), ("form[name]", "Fern")];
    setup_of(post(admin, "save_bot", &fields).await).bot.id
}

async fn know(app: &TestApp, question: &str, answer: &str) {
    let at = app.clock.now();
    let entry = FaqEntry {
        id: new_id(),
        question: question.into(),
        answer: answer.into(),
        enabled: true,
        created_at: at,
        updated_at: at,
    };
    let mut tx = app.tx().await;
    faq::insert(&mut tx, &entry).await.expect("an entry");
    tx.commit().await.expect("a commit");
}

const MODEL: Fields<'static> = &[
    ("kind", "openai"),
    ("enabled", "true"),
    ("form[name]", "Moss"),
    ("form[values][endpoint]", "https://model.example/v1/"),
    ("form[values][model]", "small"),
    ("form[values][prompt]", "You are kind."),
    ("form[values][uses_faq]", "false"),
    ("form[values][most_tokens]", "100"),
    ("form[values][history]", "2000"),
];

/// The same elsewhere.
fn model_at(endpoint: &str) -> Vec<(&str, &str)> {
    let moved = |(name, value): &(&'static str, &'static str)| match *name {
        "form[values][endpoint]" => (*name, endpoint),
        _ => (*name, *value),
    };
    MODEL.iter().map(moved).collect()
}

/// A change of the bot `id`.
fn changed<'a>(id: &'a str, more: Fields<'a>) -> Vec<(&'a str, &'a str)> {
    [&[("id", id)][..], MODEL, more].concat()
}

async fn a_bot_is_made_and_changed_and_its_key_never_comes_back(app: TestApp) {
    let ada = app.person("Ada", Role::Admin, &[]).await;
    let made = post(&ada, "save_bot", &[MODEL, &[("form[values][key]", " sk-first ")]].concat()).await;
    let location = made.headers.get(header::LOCATION).cloned();
    let mut told = vec![made.text.clone()];
    let setup = setup_of(made);
    let id = setup.bot.id;
    assert_eq!(location.expect("it goes on"), routes::bot(id).as_str());
    assert_eq!((setup.bot.kind, setup.bot.name.as_str(), setup.bot.enabled), (BotKind::OpenAi, "Moss", true));
    assert_eq!(setup.shown.values["endpoint"], "https://model.example/v1");
    assert_eq!(setup.shown.values["uses_faq"], "false");
    assert!(setup.shown.secrets.contains("key"));
    assert_eq!(key_of(&app, id).await.as_deref(), Some("sk-first"));
    let sealed = configured(&app, id).await.secret.expect("a key");
    assert!(!sealed.windows(8).any(|bytes| bytes == b"sk-first"), "it is sealed");

    let id_text = id.to_string();
    let kept = post(&ada, "save_bot", &changed(&id_text, &[("form[values][key]", "")])).await;
    assert_eq!(kept.headers.get(header::LOCATION), None, "it stays on its page");
    told.push(kept.text);
    assert_eq!(key_of(&app, id).await.as_deref(), Some("sk-first"), "what is left empty stays");
    told.push(post(&ada, "save_bot", &changed(&id_text, &[("form[values][key]", "sk-second")])).await.text);
    assert_eq!(key_of(&app, id).await.as_deref(), Some("sk-second"));
    told.push(ada.call("load_bot", json!({ "id": id })).await.text);
    told.push(ada.call("list_bots", json!({})).await.text);
    for text in &told {
        assert!(!text.contains("sk-first") && !text.contains("sk-second"), "{text}");
    }
    let gone = setup_of(post(&ada, "save_bot", &changed(&id_text, &[("form[forget][key]", "on")])).await);
    assert!(gone.shown.secrets.is_empty());
    assert_eq!(key_of(&app, id).await, None);

    let other = [("id", id_text.as_str()), ("kind", "faq"), ("enabled", "false"), ("form[name]", "Reed")];
    let other = post(&ada, "save_bot", &[&other[..], &MODEL[3..]].concat()).await;
    let other = setup_of(other);
    assert_eq!((other.bot.kind, other.bot.enabled), (BotKind::OpenAi, false), "its kind stays");
    let missing = new_id::<BotId>().to_string();
    let missing = post(&ada, "save_bot", &[&[("id", missing.as_str())][..], MODEL].concat()).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

async fn what_cannot_be_used_names_its_field(app: TestApp) {
    let ada = app.person("Ada", Role::Admin, &[]).await;
    let long = "x".repeat(81);
    for (name, value, field) in [
        ("form[name]", "", "name"),
        ("form[name]", long.as_str(), "name"),
        ("form[values][endpoint]", "", "endpoint"),
        ("form[values][endpoint]", "http://model.example/v1", "endpoint"),
        ("form[values][endpoint]", "https://10.0.0.1/v1", "endpoint"),
        ("form[values][endpoint]", "https://model.example/v1?a=b", "endpoint"),
        ("form[values][model]", " ", "model"),
        ("form[values][most_tokens]", "0", "most_tokens"),
        ("form[values][history]", "many", "history"),
        ("form[values][uses_faq]", "maybe", "uses_faq"),
        ("form[values][key]", "two words", "key"),
    ] {
        let mut fields: Vec<(&str, &str)> =
            MODEL.iter().copied().filter(|(other, _)| *other != name).collect();
        fields.push((name, value));
        let refused = post(&ada, "save_bot", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}={value}: {}", refused.text);
        assert_eq!(refused_field(&refused), field, "{name}={value}");
    }
    let surer =
        [("kind", "faq"), ("enabled", "true"), ("form[name]", "F"), ("form[values][threshold]", "1001")];
    assert_eq!(refused_field(&post(&ada, "save_bot", &surer).await), "threshold");
    // Of what the configuration allows, an unencrypted address too is one.
    assert_eq!(post(&ada, "save_bot", &model_at("http://127.0.0.1:9/v1")).await.status, StatusCode::OK);
    let list: BotList = serde_json::from_value(ada.call("list_bots", json!({})).await.ok()).expect("a list");
    assert_eq!(list.bots.len(), 1, "what was refused is not kept");
}

async fn a_bot_is_tried_in_no_conversation(app: TestApp) {
    let ada = app.person("Ada", Role::Admin, &[]).await;
    know(&app, "How long does delivery take?", "Three days.").await;
    let id = faq_bot(&ada).await.to_string();
    let ask = async |question: &str| -> BotTrial {
        let answer = post(&ada, "try_bot", &[("id", id.as_str()), ("question", question)]).await;
        serde_json::from_value(answer.ok()).expect("a trial")
    };
    let known = ask("how long does delivery take").await;
    assert_eq!(known.result, TrialResult::Answer { text: "Three days.".into() });
    assert!(known.confidence.is_some_and(|confidence| confidence > 900));
    let unknown = ask("Do you sell bicycles?").await;
    assert!(matches!(unknown.result, TrialResult::Person { .. }), "{unknown:?}");
    let empty = post(&ada, "try_bot", &[("id", id.as_str()), ("question", " ")]).await;
    assert_eq!(refused_field(&empty), "question");
    let mut conn = app.db.conn().await.expect("a connection");
    assert!(faq::list_unanswered(&mut conn, 9).await.expect("read").is_empty(), "no customer asked it");
    assert!(ada.inbox("all").await.rows.is_empty());

    // Nobody listens there.
    let model = setup_of(post(&ada, "save_bot", &model_at("http://127.0.0.1:9/v1")).await).bot.id.to_string();
    let answer = post(&ada, "try_bot", &[("id", model.as_str()), ("question", "Hello")]).await;
    let trial: BotTrial = serde_json::from_value(answer.ok()).expect("a trial");
    assert!(matches!(trial.result, TrialResult::Failure { .. }), "{trial:?}");

    let own = [("kind", "api"), ("enabled", "true"), ("form[name]", "Ours")];
    let own = setup_of(post(&ada, "save_bot", &own).await).bot.id.to_string();
    let answer = post(&ada, "try_bot", &[("id", own.as_str()), ("question", "Hello")]).await;
    assert_eq!(refused_field(&answer), "question");
}

async fn supervisors_see_what_each_bot_does(app: TestApp) {
    let (ada, sue) =
        (app.person("Ada", Role::Admin, &[]).await, app.person("Sue", Role::Supervisor, &[]).await);
    know(&app, "How long does delivery take?", "Three days.").await;
    let id = faq_bot(&ada).await;
    super::update_settings(&app, app.channel, |settings| settings.bot = Some(id)).await;
    let (vera, wim, xena) = (app.visitor(), app.visitor(), app.visitor());
    let of_vera = vera.say("How long does delivery take?").await;
    wim.say("How long does delivery take?").await;
    drain(&app).await;
    wim.say("human").await;
    let of_xena = xena.say("Do you sell bicycles?").await;
    drain(&app).await;
    let list = async || -> BotList {
        serde_json::from_value(sue.call("list_bots", json!({})).await.ok()).expect("a list")
    };
    assert!(!list().await.may_change);
    let counts = BotCounts { holds: 1, answered: 2, resolved: 0, handed_off: 2, failed: 0 };
    assert_eq!(list().await.bots[0].counts, counts);
    for id in [of_vera, of_xena] {
        sue.call("resolve", json!({ "id": id })).await.ok();
    }
    let counts = BotCounts { holds: 0, resolved: 1, ..counts };
    assert_eq!(list().await.bots[0].counts, counts, "the other one had gone to a person");
    let (quiet, me) = (app.quiet().await, sue.me().await);
    let cost = async || {
        let before = quiet.db.queries();
        queries::bots::list(&quiet, &me).await.expect("a list");
        quiet.db.queries() - before
    };
    let with_one = cost().await;
    for _ in 0..3 {
        faq_bot(&ada).await;
    }
    assert_eq!(cost().await, with_one, "however many there are");
}

async fn a_channels_bot_and_its_words_are_set_by_its_form(app: TestApp) {
    let (ada, ann) = (app.person("Ada", Role::Admin, &[]).await, app.operator("Ann").await);
    know(&app, "How long does delivery take?", "Three days.").await;
    let bot = faq_bot(&ada).await.to_string();
    let (channel, team) = (app.channel.to_string(), app.support.to_string());
    let common = [("id", channel.as_str()), ("form[name]", "Test shop"), ("form[team]", team.as_str())];
    let gone = new_id::<BotId>().to_string();
    let refused =
        post(&ada, "edit_channel", &[&common[..], &[("form[values][bot]", gone.as_str())]].concat()).await;
    assert_eq!(refused_field(&refused), "bot");
    let ai = [
        ("form[values][bot]", bot.as_str()),
        ("form[values][person_phrases]", "Mensch\r\n\r\nOperator"),
        ("form[values][handed_off_words]", ""),
        ("form[values][offline_words]", ""),
        ("form[values][suggestions]", "true"),
    ];
    let saved = post(&ada, "edit_channel", &[&common[..], &ai].concat()).await.ok();
    let saved: ChannelSetup = serde_json::from_value(saved).expect("a channel");
    assert_eq!(saved.shown.values["bot"], bot);
    assert_eq!(saved.shown.values["person_phrases"], "Mensch\nOperator");
    assert_eq!(saved.shown.values["suggestions"], "true");
    assert_eq!(saved.shown.values["handed_off_words"], "", "emptied is empty, not as at first");
    let serves = ada.call("load_bot", json!({ "id": bot })).await.ok();
    let serves: BotSetup = serde_json::from_value(serves).expect("a bot");
    assert_eq!(serves.serves.iter().map(|channel| channel.id).collect::<Vec<_>>(), [app.channel]);

    let vera = app.visitor();
    let id = vera.say("How long does delivery take?").await;
    drain(&app).await;
    let thread = ann.thread(id).await;
    assert_eq!(thread.conversation.handler, Handler::Bot);
    assert_eq!(thread.messages.last().expect("an answer").body, "Three days.");
    vera.say("mensch!").await;
    let thread = ann.thread(id).await;
    assert_eq!(thread.conversation.handler, Handler::Human);
    assert!(thread.messages.last().expect("a card").handoff.is_some(), "the customer is told nothing");

    // A form that says nothing about it leaves it.
    let plain = post(&ada, "edit_channel", &common).await.ok();
    let plain: ChannelSetup = serde_json::from_value(plain).expect("a channel");
    assert_eq!(plain.shown.values["bot"], bot);
    let none = [("form[values][bot]", "")];
    let none = post(&ada, "edit_channel", &[&common[..], &none].concat()).await.ok();
    let none: ChannelSetup = serde_json::from_value(none).expect("a channel");
    assert_eq!(none.shown.values["bot"], "");
    let next = app.visitor().say("Hello").await;
    assert_eq!(ann.thread(next).await.conversation.handler, Handler::Human);
}
