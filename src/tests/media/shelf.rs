//! A provider's server for files in this process, which gives them out as told, over real HTTP.

use std::{
    collections::{HashMap, VecDeque},
    io,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{Request, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::stream;
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    sync::{Barrier, Notify},
};

use super::super::gateway::serve;

/// How a file is given out.
#[derive(Clone)]
pub enum Reply {
    Gives(Vec<u8>),
    Says(StatusCode),
    /// 429, with so many seconds to wait.
    SaysLater(u64),
    SendsTo(String),
    /// It never ends.
    Endless,
    /// To as many as the barrier wants, at once.
    Together(Arc<Barrier>, Vec<u8>),
}

#[derive(Default)]
struct Inner {
    /// By path; the last of several again and again.
    replies: HashMap<String, VecDeque<Reply>>,
    /// Paths, and what was shown for them.
    asked: Vec<(String, Option<String>)>,
}

/// A provider's server for files.
#[derive(Clone)]
pub struct Shelf {
    pub authority: String,
    inner: Arc<Mutex<Inner>>,
    /// Somebody waits for others to come.
    pub arrived: Arc<Notify>,
}

impl Shelf {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let authority = listener.local_addr().expect("an address").to_string();
        let shelf = Self { authority, inner: Arc::default(), arrived: Arc::default() };
        tokio::spawn(serve(listener, Router::new().fallback(give).with_state(shelf.clone())));
        shelf
    }

    pub fn set<const N: usize>(&self, path: &str, replies: [Reply; N]) {
        self.inner.lock().expect("no panic").replies.insert(path.to_owned(), replies.into());
    }

    /// Puts a file there, and says where.
    pub fn put(&self, path: &str, bytes: &[u8]) -> Value {
        self.set(path, [Reply::Gives(bytes.to_vec())]);
        json!(self.url(path))
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.authority)
    }

    pub fn asked(&self) -> Vec<(String, Option<String>)> {
        self.inner.lock().expect("no panic").asked.clone()
    }
}

async fn give(State(shelf): State<Shelf>, request: Request<Body>) -> Response {
    let path = request.uri().path().to_owned();
    let shown = request.headers().get(header::AUTHORIZATION);
    let shown = shown.map(|value| value.to_str().expect("text").to_owned());
    let reply = {
        let mut inner = shelf.inner.lock().expect("no panic");
        inner.asked.push((path.clone(), shown));
        let replies = inner.replies.get_mut(&path).expect("a path that is known");
        if replies.len() > 1 { replies.pop_front() } else { replies.front().cloned() }
    };
    match reply.expect("a reply") {
        Reply::Gives(bytes) => bytes.into_response(),
        Reply::Says(status) => status.into_response(),
        Reply::SaysLater(seconds) => {
            (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, seconds.to_string())]).into_response()
        }
        Reply::SendsTo(place) => (StatusCode::FOUND, [(header::LOCATION, place)]).into_response(),
        Reply::Endless => {
            static PIECE: [u8; 64 * 1024] = [0; 64 * 1024];
            let pieces = stream::repeat_with(|| Ok::<_, io::Error>(Bytes::from_static(&PIECE)));
            Body::from_stream(pieces).into_response()
        }
        Reply::Together(barrier, bytes) => {
            shelf.arrived.notify_one();
            barrier.wait().await;
            bytes.into_response()
        }
    }
}
