//! The contract kit, against bots that keep the contract and bots that do not.

mod ours;

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use futures::future::BoxFuture;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use uuid::Uuid;

use super::gateway::serve;
use crate::server::{
    actions::webhooks::{SIGNATURE, TIMESTAMP, signature},
    app,
    bot_check::{self, Finding, Patience, Subject, Verdict},
    clock::new_id,
};

const SECRET: &str = "a shared secret";

/// What a bot does of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Habit {
    Keeps,
    /// It goes on when it is told that nobody waits.
    IgnoresEnds,
    IgnoresEpochs,
    /// It knows a conversation by the epoch that it was first asked under.
    ClingsToEpochs,
    Silent,
    AnswersEveryCall,
    /// It takes every call, whoever signed it.
    Trusts,
    /// It makes another key for each attempt.
    ForgetsKeys,
}

/// What a bot does about a question: the end of the address that it posts to, and with what.
type Mind = Box<dyn Fn(String) -> BoxFuture<'static, (&'static str, Value)> + Send + Sync>;

struct Bot {
    habit: Habit,
    mind: Mind,
    /// Where the API is.
    api: String,
    client: reqwest::Client,
    calls: Mutex<HashSet<String>>,
    /// The epoch under which each conversation's first turn was asked, and the newest that has ended.
    first: Mutex<HashMap<String, i64>>,
    ended: Mutex<HashMap<String, i64>>,
}

impl Bot {
    async fn send(&self, id: &str, deed: &str, key: &str, body: &Value) -> Option<u16> {
        let request = self
            .client
            .post(format!("{}/api/v1/conversations/{id}/{deed}", self.api))
            .bearer_auth("lo_test")
            .header("idempotency-key", key)
            .header("content-type", "application/json")
            .body(body.to_string());
        request.send().await.ok().map(|response| response.status().as_u16())
    }

    async fn answer(&self, call: Value) {
        let id = call["conversation"]["id"].as_str().expect("an id").to_owned();
        let asked_under = epoch_of(&call);
        let first = *self.first.lock().expect("no panic").entry(id.clone()).or_insert(asked_under);
        let epoch = match self.habit {
            Habit::IgnoresEpochs => 0,
            Habit::ClingsToEpochs => first,
            _ => asked_under,
        };
        let asked = call["turn"]["transcript"][0]["text"].as_str().expect("a question").to_owned();
        self.send(&id, "typing", &fresh_key(), &json!({ "control_epoch": epoch, "on": true })).await;
        let (deed, mut body) = (self.mind)(asked).await;
        body["control_epoch"] = json!(epoch);
        let mut key = fresh_key();
        let mut attempts = tokio::time::interval(Duration::from_millis(20));
        loop {
            attempts.tick().await;
            let is_over =
                self.ended.lock().expect("no panic").get(&id).is_some_and(|ended| *ended >= asked_under);
            if is_over && self.habit != Habit::IgnoresEnds {
                return;
            }
            if self.send(&id, deed, &key, &body).await != Some(503) {
                return;
            }
            if self.habit == Habit::ForgetsKeys {
                key = fresh_key();
            }
        }
    }
}

/// The epoch that a turn was asked under.
fn epoch_of(call: &Value) -> i64 {
    call["turn"]["control_epoch"].as_i64().expect("an epoch")
}

/// It knows one answer, and what a human is.
fn plain() -> Mind {
    Box::new(|asked| {
        let decided = if asked.contains("human") {
            ("handoff", json!({ "cause": "asked" }))
        } else {
            ("messages", json!({ "text": "Three days." }))
        };
        Box::pin(std::future::ready(decided))
    })
}

fn fresh_key() -> String {
    new_id::<Uuid>().to_string()
}

async fn called(State(bot): State<Arc<Bot>>, headers: HeaderMap, body: String) -> StatusCode {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).expect("a header");
    let seconds = text(TIMESTAMP).parse().expect("seconds");
    if bot.habit != Habit::Trusts && text(SIGNATURE) != signature(SECRET, seconds, &body) {
        return StatusCode::FORBIDDEN;
    }
    let call: Value = serde_json::from_str(&body).expect("JSON");
    if bot.habit == Habit::Silent {
        return StatusCode::OK;
    }
    if call["kind"] == "turn.ended" {
        let id = call["conversation"]["id"].as_str().expect("an id").to_owned();
        bot.ended.lock().expect("no panic").insert(id, epoch_of(&call));
        return StatusCode::OK;
    }
    if call["kind"] != "turn.asked" {
        return StatusCode::OK;
    }
    let is_new = bot.calls.lock().expect("no panic").insert(call["id"].to_string());
    if is_new || bot.habit == Habit::AnswersEveryCall {
        tokio::spawn(async move { bot.answer(call).await });
    }
    StatusCode::ACCEPTED
}

/// What the kit finds about a bot, and whether it passes.
async fn check(habit: Habit, mind: Mind) -> (Vec<Finding>, bool) {
    let (kit, hook) = (TcpListener::bind("127.0.0.1:0").await, TcpListener::bind("127.0.0.1:0").await);
    let (kit, hook) = (kit.expect("a port"), hook.expect("a port"));
    let client = app::client(Duration::from_secs(5));
    let bot = Bot {
        habit,
        mind,
        api: format!("http://{}", kit.local_addr().expect("an address")),
        client: client.clone(),
        calls: Mutex::default(),
        first: Mutex::default(),
        ended: Mutex::default(),
    };
    let url = format!("http://{}/hook", hook.local_addr().expect("an address"));
    tokio::spawn(serve(hook, Router::new().route("/hook", post(called)).with_state(Arc::new(bot))));
    let patience = Patience {
        alive: Duration::from_secs(6),
        answer: Duration::from_secs(6),
        quiet: Duration::from_millis(800),
    };
    let subject = Subject { url, secret: SECRET.to_owned(), patience };
    let mut findings = Vec::new();
    let passed = bot_check::run(subject, client, kit, |finding| findings.push(finding.clone())).await;
    (findings, passed)
}

/// What has failed, as it is shown.
fn failed(findings: &[Finding]) -> Vec<String> {
    let failed = findings.iter().filter(|finding| matches!(finding.verdict, Verdict::Fail(_)));
    failed.map(ToString::to_string).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_that_keeps_the_contract_passes() {
    let (findings, passed) = check(Habit::Keeps, plain()).await;
    assert!(passed, "{findings:#?}");
    assert_eq!(findings.len(), 9);
    assert!(findings.iter().all(|finding| finding.verdict == Verdict::Pass), "{findings:#?}");
    assert_eq!(findings[0].to_string(), "pass  answers the call with 2xx");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_that_breaks_the_contract_is_told_what_it_did() {
    for (habit, want) in [
        (
            Habit::IgnoresEnds,
            "FAIL  stops when a person steps in: your bot answered 1 time after a person had stepped in",
        ),
        (
            Habit::IgnoresEpochs,
            "FAIL  answers under the epoch that it was asked under: it was asked under control_epoch 7 and sent 0",
        ),
        (
            Habit::ClingsToEpochs,
            "FAIL  answers under the new epoch when it is given the word back: it was asked under control_epoch 9 and \
             sent 7",
        ),
        (Habit::Silent, "FAIL  shows a sign of life: nothing came from it within 6s"),
        (
            Habit::AnswersEveryCall,
            "FAIL  answers once when the same call comes twice: your bot answered 2 times to one call",
        ),
        (
            Habit::Trusts,
            "FAIL  refuses a call with a wrong signature: it answered 202 to a call that was not signed by us",
        ),
        (
            Habit::ForgetsKeys,
            "FAIL  tries again after a 503, under the same Idempotency-Key: it tried again under another key: a \
             customer may read the same twice",
        ),
    ] {
        let (findings, passed) = check(habit, plain()).await;
        assert!(!passed, "{habit:?}");
        assert_eq!(failed(&findings), [want], "{habit:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_rests_on_a_failure_is_not_tried() {
    let (findings, _) = check(Habit::Silent, plain()).await;
    let not_tried = findings.iter().filter(|finding| finding.verdict == Verdict::NotTried).count();
    assert_eq!(not_tried, 6, "{findings:#?}");
}
