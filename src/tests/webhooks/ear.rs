//! A sibling app in this process, as far as webhooks go.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use serde_json::Value;

use crate::{
    server::actions::webhooks::{CALL, SIGNATURE, TIMESTAMP},
    tests::gateway::serve,
};

/// A call as it came.
#[derive(Debug, Clone)]
pub struct Heard {
    pub id: String,
    pub seconds: i64,
    pub signature: String,
    pub text: String,
    pub body: Value,
}

struct Inner {
    heard: Vec<Heard>,
    answer: (StatusCode, &'static str),
}

#[derive(Clone)]
pub struct Ear {
    pub url: String,
    inner: Arc<Mutex<Inner>>,
}

impl Ear {
    pub async fn start() -> Self {
        let inner = Inner { heard: Vec::new(), answer: (StatusCode::OK, "") };
        let inner = Arc::new(Mutex::new(inner));
        let router = Router::new().route("/hook", post(hear)).with_state(inner.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        tokio::spawn(serve(listener, router));
        Self { url, inner }
    }

    /// From now on.
    pub fn answer(&self, status: StatusCode, words: &'static str) {
        self.inner.lock().expect("no panic").answer = (status, words);
    }

    /// Every call so far, in order.
    pub fn heard(&self) -> Vec<Heard> {
        self.inner.lock().expect("no panic").heard.clone()
    }

    /// Those of a kind.
    pub fn of_kind(&self, kind: &str) -> Vec<Heard> {
        self.heard().into_iter().filter(|call| call.body["kind"] == kind).collect()
    }
}

async fn hear(
    State(inner): State<Arc<Mutex<Inner>>>,
    headers: HeaderMap,
    text: String,
) -> (StatusCode, &'static str) {
    let header = |name: &str| headers[name].to_str().expect("text").to_owned();
    let body = serde_json::from_str(&text).expect("JSON");
    let mut inner = inner.lock().expect("no panic");
    inner.heard.push(Heard {
        id: header(CALL),
        seconds: header(TIMESTAMP).parse().expect("seconds"),
        signature: header(SIGNATURE),
        text,
        body,
    });
    inner.answer
}
