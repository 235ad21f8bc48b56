//! An SMS provider in this process: it takes what is sent to it over real HTTP, answers as told, and signs what it
//! tells us.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{Method, Request, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::kit::{Answer, TestApp};
use crate::{
    domain::{Channel, ChannelId, ChannelKind, Time},
    server::{
        clock::new_id,
        store::channels::{self, ConfiguredChannel, Settings},
    },
};

pub const SECRET: &str = "a shared secret";

/// How the provider answers one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    Takes,
    /// 503, as in an outage.
    Down,
    /// Takes it, and the answer is lost.
    TakesSilently,
    /// The number does not exist.
    Refuses,
    /// The customer has told it not to bring any more.
    OptedOut,
}

/// What was sent to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub from: String,
    pub to: String,
    pub text: String,
}

#[derive(Default)]
struct Inner {
    /// For the next messages; then the last of them, or [`Mood::Takes`].
    moods: VecDeque<Mood>,
    mood: Option<Mood>,
    taken: Vec<Sent>,
    asked: usize,
}

#[derive(Clone)]
pub struct Gateway {
    pub url: String,
    inner: Arc<Mutex<Inner>>,
}

impl Gateway {
    pub async fn start() -> Self {
        let inner = Arc::new(Mutex::new(Inner::default()));
        let router = Router::new()
            .route("/send", post(send))
            .route("/2010-04-01/Accounts/{sid}/Messages.json", get(list).post(send_form))
            .with_state(inner.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { crate::tests::gateway::serve(listener, router).await });
        Self { url, inner }
    }

    /// From now on.
    pub fn set(&self, mood: Mood) {
        self.inner.lock().expect("no panic").mood = Some(mood);
    }

    /// What it has taken, in order.
    pub fn taken(&self) -> Vec<Sent> {
        self.inner.lock().expect("no panic").taken.clone()
    }

    /// How often it was asked to take something.
    pub fn asked(&self) -> usize {
        self.inner.lock().expect("no panic").asked
    }

    /// Connects a channel of the workspace to it.
    pub async fn connect(&self, test: &TestApp, key: &str, ours: &str, provider: &str) -> ChannelId {
        let id = new_id();
        let credentials = match provider {
            "twilio" => json!({ "account_sid": "AC1", "auth_token": SECRET, "api": self.url }),
            _ => json!({ "url": format!("{}/send", self.url), "secret": SECRET }),
        };
        let mut configured = ConfiguredChannel {
            channel: Channel {
                id,
                kind: ChannelKind::Sms,
                name: format!("SMS {ours}"),
                hue: None,
                team_id: Some(test.support),
                enabled: true,
                connected: true,
                address: ours.to_owned(),
            },
            key: key.to_owned(),
            provider: provider.to_owned(),
            credentials: None,
            settings: Settings { address: ours.to_owned(), ..Settings::default() },
            created_at: test.clock.now(),
        };
        let place = configured.credentials_place();
        configured.credentials = Some(test.vault.seal(&place, &credentials.to_string()).expect("a key"));
        let mut tx = test.tx().await;
        channels::insert(&mut tx, &configured).await.expect("a channel");
        tx.commit().await.expect("a commit");
        id
    }
}

pub async fn serve(listener: tokio::net::TcpListener, router: Router) {
    axum_serve(listener, router).await;
}

async fn axum_serve(listener: tokio::net::TcpListener, router: Router) {
    use hyper_util::{
        rt::{TokioExecutor, TokioIo},
        server::conn::auto::Builder,
        service::TowerToHyperService,
    };
    loop {
        let Ok((stream, _)) = listener.accept().await else { return };
        let service = TowerToHyperService::new(router.clone());
        tokio::spawn(async move {
            // A connection that breaks is part of the tests.
            let _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn send(State(inner): State<Arc<Mutex<Inner>>>, body: Bytes) -> Response {
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let sent = Sent { from: text("from"), to: text("to"), text: text("text") };
    let id = body["delivery"].clone();
    answer(&inner, sent, json!({ "id": id }))
}

async fn send_form(State(inner): State<Arc<Mutex<Inner>>>, body: Bytes) -> Response {
    let fields: std::collections::BTreeMap<String, String> =
        form_urlencoded::parse(&body).into_owned().collect();
    let text = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let sent = Sent { from: text("From"), to: text("To"), text: text("Body") };
    let id = format!("SM{}", new_id::<uuid::Uuid>().simple());
    let mut response = answer(&inner, sent, json!({ "sid": id, "status": "queued", "num_segments": "1" }));
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::CREATED;
    }
    response
}

/// Nothing is found: what became of a message stays unknown.
async fn list() -> Response {
    axum::Json(json!({ "messages": [] })).into_response()
}

fn answer(inner: &Mutex<Inner>, sent: Sent, good: Value) -> Response {
    let mut inner = inner.lock().expect("no panic");
    inner.asked += 1;
    let mood = inner.moods.pop_front().or(inner.mood).unwrap_or(Mood::Takes);
    match mood {
        Mood::Takes => {
            inner.taken.push(sent);
            axum::Json(good).into_response()
        }
        Mood::Down => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Mood::TakesSilently => {
            inner.taken.push(sent);
            // An answer that breaks off.
            let broken = futures::stream::iter([Err::<Bytes, _>(std::io::Error::other("cut"))]);
            Response::builder()
                .header(header::CONTENT_LENGTH, 100)
                .body(Body::from_stream(broken))
                .expect("a response")
        }
        Mood::Refuses => {
            let words = json!({ "error": "This number does not exist.", "code": "recipient" });
            (StatusCode::UNPROCESSABLE_ENTITY, axum::Json(words)).into_response()
        }
        Mood::OptedOut => {
            let words = json!({ "error": "The recipient has opted out.", "code": "opted_out" });
            (StatusCode::UNPROCESSABLE_ENTITY, axum::Json(words)).into_response()
        }
    }
}

/// A signed request to our hook.
pub fn signed(test: &TestApp, key: &str, body: &Value) -> Request<Body> {
    signed_with(test, key, body, SECRET)
}

pub fn signed_with(test: &TestApp, key: &str, body: &Value, secret: &str) -> Request<Body> {
    let body = body.to_string();
    let timestamp = test.clock.now().0.div_euclid(Time::SECOND).to_string();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length");
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(body.as_bytes());
    let signature: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    Request::builder()
        .method(Method::POST)
        .uri(format!("/hooks/webhook/{key}"))
        .header(header::CONTENT_TYPE, "application/json")
        .header("x-live-operator-timestamp", timestamp)
        .header("x-live-operator-signature", format!("v1={signature}"))
        .body(Body::from(body))
        .expect("a request")
}

/// A customer's text, as the provider tells it.
pub fn text(id: &str, from: &str, to: &str, text: &str) -> Value {
    json!({ "event_id": id, "type": "message", "from": from, "to": to, "text": text })
}

pub async fn tell(test: &TestApp, key: &str, body: &Value) -> Answer {
    test.send(signed(test, key, body)).await
}
