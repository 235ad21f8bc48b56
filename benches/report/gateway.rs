//! An SMS gateway as the server sees it: it takes every text at once, and keeps a ledger.

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use axum::{Json, Router, extract::State, routing::post};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

use crate::error::{Context, Result};

/// A text that was taken.
pub struct Taken {
    /// The customer's number.
    pub to: String,
    pub text: String,
    pub at: Instant,
}

type Ledger = Arc<Mutex<Vec<Taken>>>;

/// A gateway that is open until it is dropped.
pub struct Gateway {
    /// Where texts are posted to.
    pub url: String,
    ledger: Ledger,
    serving: JoinHandle<io::Result<()>>,
}

impl Gateway {
    pub async fn open() -> Result<Self> {
        let doing = "the gateway cannot be opened";
        let listener = TcpListener::bind("127.0.0.1:0").await.context(doing)?;
        let url = format!("http://{}/texts", listener.local_addr().context(doing)?);
        let ledger = Ledger::default();
        let router = Router::new().route("/texts", post(take)).with_state(ledger.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { url, ledger, serving })
    }

    /// What was taken, in that order.
    pub fn ledger(&self) -> MutexGuard<'_, Vec<Taken>> {
        locked(&self.ledger)
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn locked(ledger: &Ledger) -> MutexGuard<'_, Vec<Taken>> {
    ledger.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The part of a text's JSON that counts here.
#[derive(Deserialize)]
struct Text {
    delivery: String,
    to: String,
    text: String,
}

async fn take(State(ledger): State<Ledger>, Json(text): Json<Text>) -> Json<Value> {
    let at = Instant::now();
    let Text { delivery, to, text } = text;
    locked(&ledger).push(Taken { to, text, at });
    Json(json!({ "id": delivery }))
}
