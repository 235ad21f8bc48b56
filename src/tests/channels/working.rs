//! What a change of a channel does to what goes out and comes in.

use serde_json::{Value, json};

use super::{
    super::{
        gateway::{Gateway, Mood, SECRET, tell, text},
        hooks_of,
        kit::{Actor, Answer, TestApp},
        on_both,
    },
    OURS, configured, connect, fields, list, page, post, refused_field, setup, unchanged, with,
};
use crate::{
    domain::{
        AppError, ChannelId, ConversationId, DeliveryState, Event, HookState, Push, Role, Time,
        setup::{ChannelState, Tested, UnreadList},
    },
    routes,
    server::{jobs::runner::drain, queries, store::channels},
};

on_both!(
    a_channel_that_is_off_sends_nothing,
    a_test_tells_how_the_channel_is,
    what_could_not_be_read_is_read_again_after_a_repair,
);

const VERA: &str = "+14155550123";

async fn state(admin: &Actor, id: ChannelId) -> ChannelState {
    let found = list(admin).await.channels.into_iter().find(|state| state.channel.id == id);
    found.expect("it is in the list")
}

async fn unread(admin: &Actor) -> UnreadList {
    serde_json::from_value(admin.call("load_unread", json!({})).await.ok()).expect("a list")
}

/// The newest conversation.
async fn newest(actor: &Actor) -> ConversationId {
    actor.inbox("all").await.rows.first().expect("a conversation").conversation.id
}

async fn a_channel_that_is_off_sends_nothing(app: TestApp) {
    let (gateway, ada) = (Gateway::start().await, app.person("Ada", Role::Admin, &[]).await);
    let ann = app.operator("Ann").await;
    let id = connect(&ada, &gateway).await;
    let key = configured(&app, id).await.key;
    tell(&app, &key, &text("m1", VERA, OURS, "Hello")).await.ok();
    drain(&app).await;
    let conversation = newest(&ann).await;
    // On its way already when the switch is turned.
    ann.reply(conversation, "First", 9).await.ok();
    let id_text = id.to_string();
    let mut stream = ada.stream(ada.inbox("all").await.as_of.resume_from()).await;
    let off = post(&ada, "switch_channel", &fields(&[("id", &id_text), ("on", "false")])).await.ok();
    assert_eq!(off["enabled"], false);
    let push = stream.push().await;
    assert!(
        matches!(&push, Push::Event { event: Event::ChannelChanged { channel }, .. } if !channel.enabled),
        "{push:?}"
    );
    drain(&app).await;
    let messages = ann.thread(conversation).await.messages;
    let first = messages.into_iter().find(|message| message.body == "First").expect("it was stored");
    assert_eq!(first.delivery.map(|delivery| delivery.state), Some(DeliveryState::Failed));
    assert_eq!(refused_field(&ann.reply(conversation, "Second", 99).await), "channel");
    let test = fields(&[("id", &id_text), ("to", VERA)]);
    assert_eq!(refused_field(&post(&ada, "send_test", &test).await), "to");
    assert_eq!(gateway.asked(), 0);

    post(&ada, "switch_channel", &fields(&[("id", &id_text), ("on", "true")])).await.ok();
    ann.reply(conversation, "Third", 99).await.ok();
    drain(&app).await;
    assert_eq!(gateway.taken().last().map(|sent| sent.text.clone()), Some("Third".to_owned()));
}

async fn a_test_tells_how_the_channel_is(app: TestApp) {
    let (gateway, ada) = (Gateway::start().await, app.person("Ada", Role::Admin, &[]).await);
    let id = connect(&ada, &gateway).await;
    let test = fields(&[("id", &id.to_string()), ("to", "(415) 555-0123")]);
    let tested = |answer: Answer| serde_json::from_value::<Tested>(answer.ok()).expect("a result");
    assert_eq!(state(&ada, id).await.health.last_sent_at, None);

    gateway.set(Mood::Down);
    assert!(matches!(tested(post(&ada, "send_test", &test).await), Tested::Failed { .. }));
    let health = state(&ada, id).await.health;
    assert_eq!((health.failing_since, health.last_sent_at), (Some(app.clock.now()), None));
    assert!(health.failing_words.is_some_and(|words| !words.is_empty()));

    gateway.set(Mood::Takes);
    app.clock.advance(Time::MINUTE);
    assert_eq!(tested(post(&ada, "send_test", &test).await), Tested::Accepted);
    let health = state(&ada, id).await.health;
    assert_eq!((health.failing_since, health.last_sent_at), (None, Some(app.clock.now())));
    let sent = gateway.taken().pop().expect("a test");
    assert_eq!((sent.from.as_str(), sent.to.as_str()), (OURS, VERA));

    gateway.set(Mood::Refuses);
    let Tested::Failed { words } = tested(post(&ada, "send_test", &test).await) else { panic!("refused") };
    assert_eq!(words, "This number does not exist.");
    assert_eq!(state(&ada, id).await.health.failing_since, None, "that is the number's fault");

    let wrong = with(test, "to", "nobody");
    assert_eq!(refused_field(&post(&ada, "send_test", &wrong).await), "to");
    let live = fields(&[("id", &app.channel.to_string()), ("to", VERA)]);
    assert_eq!(refused_field(&post(&ada, "send_test", &live).await), "to");
    assert!(ada.inbox("all").await.rows.is_empty(), "it is in no conversation");
}

async fn what_could_not_be_read_is_read_again_after_a_repair(app: TestApp) {
    let (gateway, ada) = (Gateway::start().await, app.person("Ada", Role::Admin, &[]).await);
    let id = connect(&ada, &gateway).await;
    let form = unchanged(&setup(&ada, id).await);
    let mut channel = configured(&app, id).await;
    let message = text("m1", VERA, OURS, "Hello");
    tell(&app, &channel.key, &message).await.ok();
    // Between keeping and reading it the key for credentials is lost.
    channel.credentials = Some(b"nothing that opens".to_vec());
    let mut tx = app.tx().await;
    channels::update(&mut tx, &channel).await.expect("written");
    tx.commit().await.expect("a commit");
    drain(&app).await;

    assert_eq!(state(&ada, id).await.unreadable, 1);
    assert!(setup(&ada, id).await.trouble.is_some());
    let found = unread(&ada).await;
    assert_eq!(found.items.len(), 1);
    let item = &found.items[0];
    let size = i64::try_from(message.to_string().len()).expect("it is short");
    assert_eq!((item.channel_id, item.size, item.received_at), (id, size, app.clock.now()));
    assert!(!item.reason.is_empty());
    let came = queries::channels::as_it_came(&app, &ada.me().await, item.id).await.expect("it is kept");
    assert_eq!(serde_json::from_slice::<Value>(&came).expect("JSON"), message);
    let page = page(&ada, routes::UNREAD).await;
    assert!(page.contains("Read again") && page.contains(&routes::unread_raw(item.id)));

    let again = fields(&[("id", &item.id.to_string())]);
    post(&ada, "read_again", &again).await.ok();
    drain(&app).await;
    assert_eq!(unread(&ada).await.items.len(), 1, "nothing was mended");

    assert_eq!(refused_field(&post(&ada, "edit_channel", &form).await), "secret", "it is lost");
    post(&ada, "edit_channel", &with(form, "form[values][secret]", SECRET)).await.ok();
    post(&ada, "read_again", &again).await.ok();
    // Asking twice reads it once.
    post(&ada, "read_again", &again).await.ok();
    drain(&app).await;
    assert_eq!((unread(&ada).await.items.len(), state(&ada, id).await.unreadable), (0, 0));
    assert_eq!(hooks_of(&app).await[0].state, HookState::Done);
    let conversation = newest(&ada).await;
    assert_eq!(ada.thread(conversation).await.messages[0].body, "Hello");
    assert_eq!(state(&ada, id).await.health.last_received_at, Some(app.clock.now()));
    let gone = queries::channels::as_it_came(&app, &ada.me().await, item.id).await;
    assert_eq!(gone, Err(AppError::NotFound), "what was read is its conversation's affair");
}
