//! A model's endpoint that breaks what it streams, in every way that llmock knows. What was half said is never said.

use std::process::Command;

use super::{
    super::{
        bots::{bot, of_bot},
        kit::TestApp,
        on_both,
    },
    process::{Peer, free_port, python, wait_for_port},
};
use crate::{
    domain::{BotKind, Handler, HandoffReason, Status, SystemLine},
    server::{jobs::runner::drain, store::bots::Settings},
};

on_both!(what_is_whole_is_said_and_what_is_broken_is_a_handoff);

const WHOLE: &str = "Mock response from test.";

/// What goes wrong, and how often: where a stream is broken is drawn anew each time.
const FAULTS: [(&[&str], usize); 6] = [
    (&["--stream-fault", "truncate=1.0"], 8),
    (&["--stream-fault", "disconnect=1.0"], 8),
    (&["--stream-fault", "malformed=1.0"], 8),
    (&["--stream-fault", "stall=1.0", "--stream-stall-seconds", "60"], 1),
    (&["--error-rate-429", "1.0"], 1),
    (&["--error-rate-500", "1.0"], 1),
];

/// An endpoint that always says the same, unless it breaks.
struct Endpoint {
    port: u16,
    _server: Peer,
}

impl Endpoint {
    async fn start(python: &std::path::Path, faults: &[&str]) -> Self {
        let port = free_port();
        let mut command = Command::new(python.with_file_name("llmock"));
        command.args(["serve", "--host", "127.0.0.1", "--log-level", "error", "--tool-mode", "off"]);
        command.args(["--response-style", "static", "--port", &port.to_string()]).args(faults);
        let server = Peer::start(&command);
        wait_for_port(port).await;
        Self { port, _server: server }
    }

    fn settings(&self) -> Settings {
        let endpoint = format!("http://127.0.0.1:{}/v1", self.port);
        Settings { endpoint, model: "test".into(), ..Settings::default() }
    }
}

async fn what_is_whole_is_said_and_what_is_broken_is_a_handoff(app: TestApp) {
    let Some(python) = python() else { return };
    let app = app.configured(|config| config.bots.model_silence_seconds = 2).await;
    let ann = app.operator("Ann").await;

    let endpoint = Endpoint::start(&python, &[]).await;
    bot(&app, BotKind::OpenAi, endpoint.settings()).await;
    let id = app.visitor().say("Hello").await;
    drain(&app).await;
    let thread = ann.thread(id).await;
    assert_eq!(of_bot(&thread.messages), [WHOLE]);
    assert_eq!((thread.conversation.status, thread.conversation.handler), (Status::Open, Handler::Bot));

    for (faults, times) in FAULTS {
        let endpoint = Endpoint::start(&python, faults).await;
        bot(&app, BotKind::OpenAi, endpoint.settings()).await;
        for _ in 0..times {
            let vera = app.visitor();
            let id = vera.say("Hello").await;
            drain(&app).await;
            let thread = ann.thread(id).await;
            let now = (thread.conversation.status, thread.conversation.handler);
            assert_eq!(now, (Status::Waiting, Handler::Human), "{faults:?}");
            assert_eq!(of_bot(&thread.messages), [""; 0], "{faults:?}: half an answer");
            let failed =
                thread.messages.iter().filter(|message| message.system == Some(SystemLine::BotFailed));
            let cards: Vec<_> = failed.filter_map(|message| message.handoff.as_ref()).collect();
            let [card] = cards.as_slice() else { panic!("{faults:?}: {} cards", cards.len()) };
            assert_eq!(card.reason, HandoffReason::Failed);
            assert!(
                card.words.as_ref().is_some_and(|words| words.starts_with("The ")),
                "{faults:?}: {card:?}"
            );
            let chat = vera.chat().await;
            let told = chat["messages"].as_array().expect("messages").iter();
            let told = told.filter(|message| message["sender"] == "system").count();
            assert_eq!(told, 1, "{faults:?}: the customer is told once");
        }
    }
}
