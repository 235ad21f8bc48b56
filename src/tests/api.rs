//! The HTTP API, as sibling apps use it.

mod document;
mod filtering;
mod once;
mod opening;
mod reading;
mod relaying;
mod speaking;
mod tokens;
mod wrong;

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::kit::{Actor, Answer, TestApp};
use crate::{
    domain::{ApiTokenId, Bot, BotId, BotKind, Channel, ChannelId, ChannelKind, ConversationId, Role},
    server::{
        actions::api_tokens,
        clock::new_id,
        store::{
            bots::{self, ConfiguredBot},
            channels::{self, ConfiguredChannel},
        },
    },
};

/// The key of the channel that the sibling app's bot answers on.
pub const HELPER: &str = "helper";

/// A program with a token.
#[derive(Clone)]
pub struct Sibling {
    test: TestApp,
    pub token: String,
    id: ApiTokenId,
}

impl Sibling {
    fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.test.send(self.request(Method::GET, path).body(Body::empty()).expect("a request")).await
    }

    /// Posts something that has not been posted before.
    async fn post(&self, path: &str, body: Value) -> Answer {
        self.post_as(&new_id::<Uuid>().to_string(), path, &body).await
    }

    async fn post_as(&self, key: &str, path: &str, body: &Value) -> Answer {
        let request = self
            .request(Method::POST, path)
            .header("idempotency-key", key)
            .header(header::CONTENT_TYPE, "application/json");
        self.test.send(request.body(Body::from(body.to_string())).expect("a request")).await
    }

    /// Opens a conversation on the bot's channel, and relays a customer's first message.
    pub async fn begin(&self, text: &str) -> ConversationId {
        let opened = self.post("/conversations", json!({ "channel": HELPER })).await.created();
        let id = id_of(&opened);
        self.relay(id, text).await.created();
        id
    }

    async fn relay(&self, id: ConversationId, text: &str) -> Answer {
        self.post(&format!("/conversations/{id}/customer-messages"), json!({ "text": text })).await
    }

    async fn say(&self, id: ConversationId, control_epoch: i64, text: &str) -> Answer {
        let body = json!({ "control_epoch": control_epoch, "text": text });
        self.post(&format!("/conversations/{id}/messages"), body).await
    }

    /// All that this token may read of a conversation.
    async fn transcript(&self, id: ConversationId) -> Vec<Value> {
        let page = self.get(&format!("/conversations/{id}/messages?limit=200")).await.ok();
        page["messages"].as_array().expect("messages").clone()
    }
}

impl Answer {
    /// The JSON of what was made.
    #[track_caller]
    fn created(self) -> Value {
        assert_eq!(self.status, StatusCode::CREATED, "{}", self.text);
        self.json
    }

    /// The word of a problem that must have this status.
    #[track_caller]
    fn problem(&self, status: u16) -> &str {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(self.json["status"], status, "{}", self.text);
        self.json["code"].as_str().expect("a code")
    }
}

fn id_of(json: &Value) -> ConversationId {
    serde_json::from_value(json["id"].clone()).expect("an id")
}

fn texts(messages: &[Value]) -> Vec<&str> {
    messages.iter().filter_map(|message| message["text"].as_str()).collect()
}

/// A sibling app's bot.
async fn bot(app: &TestApp, name: &str) -> Bot {
    let bot = Bot { id: new_id(), kind: BotKind::Api, name: name.into(), enabled: true };
    let configured = ConfiguredBot {
        bot: bot.clone(),
        settings: bots::Settings::default(),
        secret: None,
        created_at: app.clock.now(),
    };
    let mut tx = app.tx().await;
    bots::insert(&mut tx, &configured).await.expect("a bot");
    tx.commit().await.expect("a commit");
    bot
}

/// A channel of the chatbot, where this bot answers if there is one.
async fn channel(app: &TestApp, key: &str, bot: Option<BotId>) -> ChannelId {
    let channel = Channel {
        id: new_id(),
        kind: ChannelKind::Chatbot,
        name: "Helper".into(),
        hue: None,
        team_id: Some(app.support),
        enabled: true,
        connected: true,
        address: String::new(),
    };
    let configured = ConfiguredChannel {
        channel: channel.clone(),
        key: key.into(),
        provider: channels::SESSION.into(),
        credentials: None,
        settings: channels::Settings { bot, ..channels::Settings::default() },
        created_at: app.clock.now(),
    };
    let mut tx = app.tx().await;
    channels::insert(&mut tx, &configured).await.expect("a channel");
    tx.commit().await.expect("a commit");
    channel.id
}

async fn token(app: &TestApp, admin: &Actor, bot: Option<BotId>) -> Sibling {
    let (token, secret) =
        api_tokens::create(app, &admin.signed_in().await, "A sibling", bot).await.expect("a token");
    Sibling { test: app.clone(), token: secret, id: token.id }
}

/// A workspace with a bot of a sibling app, the channel that it answers on, and a CRM that acts as no bot.
pub struct Workspace {
    pub admin: Actor,
    pub bot: Bot,
    pub helper: Sibling,
    pub crm: Sibling,
}

pub async fn workspace(app: &TestApp) -> Workspace {
    let admin = app.person("Ada", Role::Admin, &[]).await;
    let bot = bot(app, "Fern").await;
    channel(app, HELPER, Some(bot.id)).await;
    let helper = token(app, &admin, Some(bot.id)).await;
    let crm = token(app, &admin, None).await;
    Workspace { admin, bot, helper, crm }
}
