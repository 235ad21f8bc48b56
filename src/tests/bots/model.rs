//! A language model in this process, as an endpoint would serve it.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use futures::{StreamExt, stream};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::{server::store::bots::Settings, tests::gateway::serve};

/// What it answers next, and then again.
#[derive(Debug, Clone, Copy)]
pub enum Says {
    Whole(&'static [&'static str]),
    /// These words, and each only when it is let.
    Slowly(&'static [&'static str]),
    /// These words, and then the connection ends.
    Cut(&'static [&'static str]),
    Status(u16),
    Garbage,
    HandsOff,
    /// These words; but if the customer's last ones have this in them, it hands off.
    Unless(&'static str, &'static [&'static str]),
}

struct Inner {
    says: Mutex<Says>,
    asked: Mutex<Vec<Value>>,
    step: Notify,
}

#[derive(Clone)]
pub struct Model {
    url: String,
    inner: Arc<Inner>,
}

impl Model {
    pub async fn start() -> Self {
        let inner = Arc::new(Inner {
            says: Mutex::new(Says::Whole(&["Hello."])),
            asked: Mutex::default(),
            step: Notify::new(),
        });
        let router = Router::new().route("/v1/chat/completions", post(complete)).with_state(inner.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/v1", listener.local_addr().expect("an address"));
        tokio::spawn(serve(listener, router));
        Self { url, inner }
    }

    pub fn settings(&self) -> Settings {
        Settings { endpoint: self.url.clone(), model: "test".into(), ..Settings::default() }
    }

    pub fn will(&self, says: Says) {
        *self.inner.says.lock().expect("no panic") = says;
    }

    /// Lets one more word of a slow answer go.
    pub fn step(&self) {
        self.inner.step.notify_one();
    }

    /// Every request so far.
    pub fn asked(&self) -> Vec<Value> {
        self.inner.asked.lock().expect("no panic").clone()
    }
}

fn event(delta: &Value, finish: Option<&str>) -> String {
    format!("data: {}\n\n", json!({ "choices": [{ "index": 0, "delta": delta, "finish_reason": finish }] }))
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| event(&json!({ "content": word }), None)).collect()
}

fn end(finish: &str) -> String {
    format!("{}data: [DONE]\n\n", event(&json!({}), Some(finish)))
}

fn hands_off() -> String {
    let call = json!({ "name": "handoff_to_human", "arguments": "{\"goal\":\"A refund\"}" });
    event(&json!({ "tool_calls": [{ "index": 0, "function": call }] }), None) + &end("tool_calls")
}

/// What the model is to answer.
fn last_words(asked: &Value) -> &str {
    let last = asked["messages"].as_array().and_then(|messages| messages.last());
    last.and_then(|message| message["content"].as_str()).expect("words")
}

async fn complete(State(inner): State<Arc<Inner>>, body: Bytes) -> Response {
    let asked: Value = serde_json::from_slice(&body).expect("JSON");
    let is_about = last_words(&asked).to_owned();
    inner.asked.lock().expect("no panic").push(asked);
    let says = *inner.says.lock().expect("no panic");
    let text = match says {
        Says::Status(status) => {
            return StatusCode::from_u16(status).expect("a status").into_response();
        }
        Says::Slowly(slow) => {
            let parts = words(slow).into_iter().chain([end("stop")]);
            let slow = stream::iter(parts).then(move |part| {
                let inner = inner.clone();
                async move {
                    inner.step.notified().await;
                    Ok::<_, std::io::Error>(part)
                }
            });
            return Response::new(Body::from_stream(slow));
        }
        Says::Unless(word, _) if is_about.contains(word) => hands_off(),
        Says::Whole(whole) | Says::Unless(_, whole) => words(whole).concat() + &end("stop"),
        Says::Cut(cut) => words(cut).concat(),
        Says::Garbage => "data: <html>\n\n".into(),
        Says::HandsOff => hands_off(),
    };
    text.into_response()
}
