//! SMS with the programs of others: the providers' own libraries, and a gateway with a carrier behind it.

mod carrier;
mod kannel;
mod orders;
mod signatures;

use std::{path::Path, process::Command};

use serde_json::Value;
use tokio::net::TcpListener;

use super::{
    super::kit::{Actor, TestApp},
    process::run,
};
use crate::{
    domain::{ConversationId, Message, SenderKind, setup::Provider},
    server::{
        actions::connect::{NamedChannel, connect_named},
        http,
        jobs::runner::drain,
        store::channels::{ConfiguredChannel, Settings},
    },
};

const OURS: &str = "+14155550100";
const VERA: &str = "+447700900123";

/// The server at another public address. Nobody listens there yet.
pub async fn at(test: TestApp, port: u16) -> TestApp {
    test.configured(|config| config.server.public_url = format!("http://127.0.0.1:{port}")).await
}

/// From now on the server listens at its public address.
pub async fn listen(test: &TestApp) {
    let listener = TcpListener::bind(test.config.host()).await.expect("the port is free");
    let (app, router) = (test.app.clone(), test.router.clone());
    tokio::spawn(async move { http::serve(&app, listener, router, std::future::pending()).await });
}

/// A channel, as the command line makes it.
async fn connect(test: &TestApp, provider: Provider, credentials: &Value) -> ConfiguredChannel {
    let named = NamedChannel {
        provider,
        name: provider.label().to_owned(),
        team: Some("Support team".to_owned()),
        settings: Settings {
            address: OURS.to_owned(),
            region: "GB".to_owned(),
            sends_per_minute: 0,
            ..Settings::default()
        },
        credentials: credentials.to_string(),
    };
    connect_named(test, named).await.expect("a channel")
}

/// Has a provider's own library do something.
fn library(python: &Path, what: &str, order: &Value) -> Value {
    const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/peers/libraries.py");
    let printed = run(Command::new(python).args([SCRIPT, what]).arg(order.to_string()));
    serde_json::from_str(&printed).expect("JSON")
}

/// The newest conversation with what people said in it, if there is any.
async fn newest(ann: &Actor) -> Option<(ConversationId, Vec<Message>)> {
    let id = ann.inbox("all").await.rows.first()?.conversation.id;
    let mut messages = ann.thread(id).await.messages;
    messages.retain(|message| message.sender != SenderKind::System);
    Some((id, messages))
}

/// An operator's reply to all that is there.
async fn reply(ann: &Actor, id: ConversationId, words: &str) {
    let seen = ann.thread(id).await.conversation.last_seq;
    ann.reply(id, words, seen).await.ok();
    drain(&ann.test).await;
}
