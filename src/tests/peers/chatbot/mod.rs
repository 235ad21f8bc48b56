//! A real chatbot server answers our conversations, through the public contract alone: `bridge.py` is the sibling app
//! between the two, told by our webhook and speaking by our API.
//!
//! The chatbot server is `agent.py`, on Microsoft's 365 Agents SDK; the tests start it. In its place they take a Rasa that
//! `TEST_RASA_URL` names. Rasa weighs 2.5 GB and wants Python 3.10 or older, so it is set up by hand:
//!
//! ```sh
//! python3.10 -m venv /tmp/rasa && /tmp/rasa/bin/pip install uv
//! /tmp/rasa/bin/uv pip install --python /tmp/rasa/bin/python rasa==3.6.21
//! cp -r src/tests/peers/chatbot/rasa /tmp/rasa/bot && cd /tmp/rasa/bot
//! /tmp/rasa/bin/rasa train --data data.yml --fixed-model-name bot
//! /tmp/rasa/bin/rasa run -i 127.0.0.1 -p 5005 --enable-api --credentials credentials.yml -m models/bot.tar.gz
//! ```
//!
//! and then `TEST_RASA_URL=http://127.0.0.1:5005`. Both say the same and do the same.

mod gate;

use std::{path::Path, process::Command, time::Duration};

use serde_json::{Value, json};
use tokio::net::TcpListener;

use self::gate::Gate;
use super::{
    super::{
        bots::{bot, of_bot},
        kit::{Actor, TestApp},
        on_both,
        webhooks::{form, tell},
    },
    process::{Peer, free_port, python, until, wait_for_port},
};
use crate::{
    domain::{
        ApiToken, BotKind, ConversationId, Handler, Handoff, HandoffReason, Role, SavedWebhook, Status,
    },
    server::{
        app,
        bot_check::{self, Patience, Subject},
        clock::Clock,
        store::bots::Settings,
    },
};

on_both!(
    a_chatbot_answers_and_hands_off_with_a_card,
    a_late_answer_is_refused_and_the_chatbot_goes_on_when_it_is_given_back,
);

const QUESTION: &str = "How long does delivery take?";

/// A program beside this file.
fn script(python: &Path, name: &str) -> Command {
    let mut command = Command::new(python);
    command.arg(format!("{}/src/tests/peers/chatbot/{name}", env!("CARGO_MANIFEST_DIR")));
    command
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Agent,
    Rasa,
}

/// The chatbot server.
struct Chatbot {
    kind: Kind,
    url: String,
    /// If the test has started it.
    _agent: Option<Peer>,
}

impl Chatbot {
    async fn start(python: &Path) -> Self {
        if let Some(url) = std::env::var_os("TEST_RASA_URL") {
            return Self { kind: Kind::Rasa, url: url.into_string().expect("an address"), _agent: None };
        }
        let port = free_port();
        let agent = Peer::start(script(python, "agent.py").arg(port.to_string()));
        wait_for_port(port).await;
        Self { kind: Kind::Agent, url: format!("http://127.0.0.1:{port}"), _agent: Some(agent) }
    }

    /// How the bridge is told where it is.
    const fn option(&self) -> &'static str {
        match self.kind {
            Kind::Agent => "--activities",
            Kind::Rasa => "--rasa",
        }
    }

    /// Whether it is silent in a conversation, by its own account. Rasa says so; of an agent it shows.
    async fn is_paused(&self, id: ConversationId) -> bool {
        let (client, url) = (app::client(Duration::from_secs(10)), &self.url);
        let request = match self.kind {
            Kind::Agent => {
                let activity = json!({
                    "type": "message", "text": QUESTION, "id": "0", "deliveryMode": "expectReplies",
                    "channelId": "live-operator", "serviceUrl": url, "conversation": { "id": id },
                    "from": { "id": "customer" }, "recipient": { "id": "bot" },
                });
                let post = client.post(format!("{url}/api/messages"));
                post.header("content-type", "application/json").body(activity.to_string())
            }
            Kind::Rasa => client.get(format!("{url}/conversations/{id}/tracker?include_events=NONE")),
        };
        let text = request.send().await.expect("it answers").text().await.expect("text");
        let answer: Value = serde_json::from_str(&text).expect("JSON");
        answer["paused"] == true || answer["activities"] == json!([])
    }
}

/// What the bridge has to know of us.
struct Ours<'o> {
    api: &'o str,
    token: &'o str,
    secret: &'o str,
}

/// The sibling app, which is told at `/hook` of this port.
async fn bridge(python: &Path, port: u16, chatbot: &Chatbot, ours: Ours<'_>) -> Peer {
    let mut command = script(python, "bridge.py");
    command.args(["--port", &port.to_string(), "--api", ours.api]);
    command.args(["--token", ours.token, "--secret", ours.secret]).args([chatbot.option(), &chatbot.url]);
    let bridge = Peer::start(&command);
    wait_for_port(port).await;
    bridge
}

/// A workspace whose live chat the chatbot answers.
struct Desk {
    test: TestApp,
    ann: Actor,
    gate: Gate,
    chatbot: Chatbot,
    _bridge: Peer,
}

impl Desk {
    /// None where there are no peers.
    async fn open(test: TestApp) -> Option<Self> {
        let python = python()?;
        // The bridge goes by the world's clock, and takes no call that is old.
        test.clock.advance(Clock::System.now().since(test.clock.now()));
        let (ann, ada) = (test.operator("Ann").await, test.person("Ada", Role::Admin, &[]).await);
        let fern = bot(&test, BotKind::Api, Settings::default()).await.id;
        let made = ada.call("create_api_token", json!({ "name": "Bridge", "bot": fern })).await.ok();
        let (_, token): (ApiToken, String) = serde_json::from_value(made).expect("a token");
        let port = free_port();
        let form = form(&format!("http://127.0.0.1:{port}/hook"), Some(fern));
        let saved = ada.call("save_webhook", json!({ "id": null, "form": form })).await.ok();
        let saved: SavedWebhook = serde_json::from_value(saved).expect("a webhook");
        let secret = saved.secret.expect("a secret");
        let (gate, chatbot) = (Gate::start(&test).await, Chatbot::start(&python).await);
        let ours = Ours { api: &gate.url, token: &token, secret: &secret };
        let bridge = bridge(&python, port, &chatbot, ours).await;
        Some(Self { test, ann, gate, chatbot, _bridge: bridge })
    }

    /// What the bot has said in a conversation.
    async fn said(&self, id: ConversationId) -> Vec<String> {
        of_bot(&self.ann.thread(id).await.messages).into_iter().map(str::to_owned).collect()
    }

    /// Waits until the newest that the bot has said is this.
    async fn hears(&self, id: ConversationId, words: &str) {
        until(words, async || {
            tell(&self.test).await;
            self.said(id).await.last().filter(|said| *said == words).map(|_| ())
        })
        .await;
    }

    /// What the bridge has asked of us, and was answered, once it is so much.
    async fn passed(&self, count: usize) -> Vec<String> {
        until(&format!("{count} requests have passed"), async || {
            Some(self.gate.passed()).filter(|passed| passed.len() >= count)
        })
        .await
    }

    /// Waits until there is a card, which says why the bot hands off.
    async fn card(&self, id: ConversationId) -> Handoff {
        until("a card", async || {
            tell(&self.test).await;
            let messages = self.ann.thread(id).await.messages;
            messages.into_iter().find_map(|message| message.handoff).map(|handoff| *handoff)
        })
        .await
    }

    /// Waits until the chatbot server is silent in a conversation.
    async fn pauses(&self, id: ConversationId) {
        until("the chatbot server is paused", async || {
            tell(&self.test).await;
            self.chatbot.is_paused(id).await.then_some(())
        })
        .await;
    }
}

async fn a_chatbot_answers_and_hands_off_with_a_card(app: TestApp) {
    let Some(desk) = Desk::open(app).await else { return };
    let vera = desk.test.visitor();
    let id = vera.say(QUESTION).await;
    desk.hears(id, "Three days.").await;
    assert_eq!(desk.passed(2).await, ["typing 204", "messages 201"]);
    assert!(vera.chat().await.to_string().contains("Three days."));
    let wish = "May I talk to a human, please?";
    vera.say(wish).await;
    let card = desk.card(id).await;
    let conversation = desk.ann.thread(id).await.conversation;
    assert_eq!((conversation.status, conversation.handler), (Status::Waiting, Handler::Human));
    assert_eq!((card.reason, card.goal.as_deref()), (HandoffReason::Asked, Some(wish)));
    assert_eq!(card.words.as_deref(), Some("The customer wants to talk to a person."));
    assert_eq!(card.summary.as_deref(), Some("They would not have it from a bot."));
    assert_eq!(desk.passed(4).await[2..], ["typing 204", "handoff 200"]);
    desk.pauses(id).await;
    // It does not know everything, and says so.
    let other = desk.test.visitor().say("What is the moon made of?").await;
    assert_eq!(desk.card(other).await.reason, HandoffReason::Unsure);
}

async fn a_late_answer_is_refused_and_the_chatbot_goes_on_when_it_is_given_back(app: TestApp) {
    let Some(desk) = Desk::open(app).await else { return };
    let vera = desk.test.visitor();
    desk.gate.shut();
    let id = vera.say(QUESTION).await;
    tell(&desk.test).await;
    until("an answer is on its way", async || desk.gate.is_holding().then_some(())).await;
    desk.ann.act("take_over", id).await.ok();
    desk.gate.open();
    assert_eq!(desk.passed(2).await, ["typing 204", "messages 409 stale"]);
    assert_eq!(desk.said(id).await, [""; 0]);
    assert!(!vera.chat().await.to_string().contains("Three days."));
    let ai = desk.ann.thread(id).await.conversation.ai.expect("a bot");
    assert_eq!(ai.suggestion.expect("its words").text, "Three days.");
    desk.pauses(id).await;

    vera.say("And to Norway?").await;
    tell(&desk.test).await;
    assert_eq!(desk.gate.passed().len(), 2, "nobody asks it");
    let back = json!({ "id": id, "instruction": "To Norway it takes five." });
    desk.ann.call("give_back", back).await.ok();
    desk.hears(id, "Three days. My colleague adds: To Norway it takes five.").await;
    assert_eq!(desk.said(id).await.len(), 1);
    assert!(!desk.chatbot.is_paused(id).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bridge_keeps_the_contract() {
    let Some(python) = python() else { return };
    let kit = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let api = format!("http://{}", kit.local_addr().expect("an address"));
    let (chatbot, port) = (Chatbot::start(&python).await, free_port());
    let ours = Ours { api: &api, token: "lo_test", secret: "a shared secret" };
    let _bridge = bridge(&python, port, &chatbot, ours).await;
    let seconds = Duration::from_secs;
    let patience = Patience { alive: seconds(10), answer: seconds(20), quiet: seconds(1) };
    let url = format!("http://127.0.0.1:{port}/hook");
    let subject = Subject { url, secret: "a shared secret".to_owned(), patience };
    let mut findings = Vec::new();
    let say = |finding: &bot_check::Finding| findings.push(finding.clone());
    let passed = bot_check::run(subject, app::client(patience.alive), kit, say).await;
    assert!(passed, "{findings:#?}");
}
