//! The way from the bridge to our API: what a bot says can be held up on it, and what was answered is kept.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::Response,
};
use serde_json::Value;
use tokio::{net::TcpListener, sync::watch};

use crate::{
    server::http,
    tests::{gateway::serve, kit::TestApp},
};

#[derive(Clone)]
pub struct Gate {
    /// Where our API is, behind it.
    pub url: String,
    inner: Arc<Inner>,
}

struct Inner {
    is_shut: watch::Sender<bool>,
    waiting: AtomicUsize,
    passed: Mutex<Vec<String>>,
}

impl Gate {
    /// An open one.
    pub async fn start(test: &TestApp) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let inner = Inner {
            is_shut: watch::Sender::new(false),
            waiting: AtomicUsize::new(0),
            passed: Mutex::default(),
        };
        let gate = Self { url, inner: Arc::new(inner) };
        tokio::spawn(serve(listener, test.router.clone().layer(from_fn_with_state(gate.clone(), pass))));
        gate
    }

    /// What a bot says waits here from now on.
    pub fn shut(&self) {
        self.inner.is_shut.send_replace(true);
    }

    /// Lets what waits here pass.
    pub fn open(&self) {
        self.inner.is_shut.send_replace(false);
    }

    /// Whether something that a bot says waits here.
    pub fn is_holding(&self) -> bool {
        self.inner.waiting.load(Ordering::SeqCst) > 0
    }

    /// What was asked and answered, in order: the end of the address, the status, and the code of a problem.
    pub fn passed(&self) -> Vec<String> {
        self.inner.passed.lock().expect("no panic").clone()
    }
}

async fn pass(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let deed = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
    if deed == "messages" {
        let mut is_shut = gate.inner.is_shut.subscribe();
        gate.inner.waiting.fetch_add(1, Ordering::SeqCst);
        is_shut.wait_for(|is_shut| !is_shut).await.expect("the gate is there");
        gate.inner.waiting.fetch_sub(1, Ordering::SeqCst);
    }
    request.extensions_mut().insert(http::test_peer(SocketAddr::from(([127, 0, 0, 1], 50_000))));
    let (parts, body) = next.run(request).await.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a body");
    let mut passed = format!("{deed} {}", parts.status.as_u16());
    let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
    if let Some(code) = answer["code"].as_str() {
        passed.extend([" ", code]);
    }
    gate.inner.passed.lock().expect("no panic").push(passed);
    Response::from_parts(parts, Body::from(body))
}
