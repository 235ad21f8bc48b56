//! What we send to a provider's API is what its own library sends there for the same message.

use std::sync::{Arc, Mutex};

use axum::{
    Json, Router,
    body::{Body, to_bytes},
    extract::State,
    http::{HeaderMap, Request, StatusCode, header},
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{
    super::{
        super::{
            gateway::{self, Gateway, Sent},
            kit::TestApp,
            on_both,
        },
        process::python,
    },
    OURS, VERA, library,
};
use crate::{
    domain::{Outbound, Outcome},
    server::clock::new_id,
};

on_both!(
    twilios_library_orders_as_we_do,
    telnyxs_library_orders_as_we_do,
    twilios_library_gets_along_with_our_stand_in,
);

const STATUS_URL: &str = "https://desk.test/hooks/provider/key?delivery=1&x=y";
const WORDS: &str = "From ten to four. & = + % é €";

/// A provider that writes down what it is asked for.
#[derive(Clone)]
struct Recorder {
    url: String,
    orders: Arc<Mutex<Vec<Order>>>,
}

/// What a provider looks at in a request.
#[derive(Debug, PartialEq, Eq)]
struct Order {
    method: String,
    target: String,
    authorization: String,
    said: Said,
}

#[derive(Debug, PartialEq, Eq)]
enum Said {
    /// In the order of their names; of one name, in the order in which they came.
    Pairs(Vec<(String, String)>),
    Json(Value),
}

impl Recorder {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let recorder = Self { url, orders: Arc::default() };
        let router = Router::new().fallback(record).with_state(recorder.clone());
        tokio::spawn(gateway::serve(listener, router));
        recorder
    }

    /// The one order since the last that was asked for.
    fn order(&self) -> Order {
        let mut orders = self.orders.lock().expect("no panic");
        assert_eq!(orders.len(), 1, "{orders:?}");
        orders.pop().expect("one")
    }
}

/// An answer that is good enough for both providers.
async fn record(State(recorder): State<Recorder>, request: Request<Body>) -> (StatusCode, Json<Value>) {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a body");
    let text = |name| text_of(&parts.headers, name);
    let said = match text(header::CONTENT_TYPE).split(';').next() {
        Some("application/json") => Said::Json(serde_json::from_slice(&body).expect("JSON")),
        Some("application/x-www-form-urlencoded") => {
            let mut pairs: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
            pairs.sort_by(|(one, _), (other, _)| one.cmp(other));
            Said::Pairs(pairs)
        }
        other => panic!("{other:?}"),
    };
    recorder.orders.lock().expect("no panic").push(Order {
        method: parts.method.to_string(),
        target: parts.uri.to_string(),
        authorization: text(header::AUTHORIZATION),
        said,
    });
    let answer = json!({
        "sid": "SM1", "status": "queued", "num_segments": "2", "data": { "id": "SM1", "parts": 2 },
    });
    (StatusCode::CREATED, Json(answer))
}

fn text_of(headers: &HeaderMap, name: header::HeaderName) -> String {
    headers.get(name).map(|value| value.to_str().expect("text").to_owned()).unwrap_or_default()
}

fn message(ours: &str, media_urls: &[&str]) -> Outbound {
    Outbound {
        delivery: new_id(),
        ours: ours.to_owned(),
        peer: VERA.to_owned(),
        text: WORDS.to_owned(),
        media_urls: media_urls.iter().map(|url| (*url).to_owned()).collect(),
        status_url: STATUS_URL.to_owned(),
        mail: None,
    }
}

/// What we order of a provider, and what we make of its answer.
async fn ours(
    test: &TestApp,
    recorder: &Recorder,
    provider: &str,
    credentials: &Value,
    message: &Outbound,
) -> Order {
    let adapter = test.channels.adapter(provider, &credentials.to_string(), &test.clock);
    let outcome = adapter.expect("an adapter").send(message, &test.client).await;
    assert_eq!(outcome, Outcome::Accepted { provider_id: Some("SM1".to_owned()), parts: Some(2) });
    recorder.order()
}

const FILES: [&str; 2] = ["https://desk.test/files/1", "https://desk.test/files/2?a=b&c"];

async fn twilios_library_orders_as_we_do(test: TestApp) {
    let Some(python) = python() else { return };
    let recorder = Recorder::start().await;
    let plain = json!({ "account_sid": "AC1", "auth_token": "token", "api": recorder.url });
    let by_key = json!({
        "account_sid": "AC1", "auth_token": "token", "api": recorder.url,
        "api_key": { "sid": "SK1", "secret": "secret" },
    });
    let number = json!({ "to": VERA, "from_": OURS, "body": WORDS, "status_callback": STATUS_URL });
    let service = json!({
        "to": VERA, "messaging_service_sid": "MG1", "body": WORDS, "media_url": FILES,
        "status_callback": STATUS_URL,
    });
    for (credentials, user, secret, message, arguments) in [
        (&plain, "AC1", "token", message(OURS, &[]), &number),
        (&by_key, "SK1", "secret", message("MG1", &FILES), &service),
    ] {
        let ours = ours(&test, &recorder, "twilio", credentials, &message).await;
        let order = json!({
            "api": recorder.url, "account": "AC1", "user": user, "secret": secret, "message": arguments,
        });
        let made = library(&python, "twilio-send", &order);
        assert_eq!(made, json!({ "id": "SM1", "status": "queued", "parts": "2" }));
        assert_eq!(ours, recorder.order());
    }
}

async fn telnyxs_library_orders_as_we_do(test: TestApp) {
    let Some(python) = python() else { return };
    let recorder = Recorder::start().await;
    let api = format!("{}/v2", recorder.url);
    let key = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    let plain = json!({ "api_key": "KEY1", "public_key": key, "api": api });
    let of_profile =
        json!({ "api_key": "KEY1", "public_key": key, "api": api, "messaging_profile_id": "profile" });
    let text = json!({ "to": VERA, "from_": OURS, "text": WORDS, "webhook_url": STATUS_URL });
    let files = json!({
        "to": VERA, "from_": "ACME", "text": WORDS, "webhook_url": STATUS_URL, "media_urls": FILES,
        "messaging_profile_id": "profile",
    });
    for (credentials, message, arguments) in
        [(&plain, message(OURS, &[]), &text), (&of_profile, message("ACME", &FILES), &files)]
    {
        let ours = ours(&test, &recorder, "telnyx", credentials, &message).await;
        let order = json!({ "api": api, "key": "KEY1", "message": arguments });
        let made = library(&python, "telnyx-send", &order);
        assert_eq!(made, json!({ "id": "SM1", "parts": 2 }));
        assert_eq!(ours, recorder.order());
    }
}

/// The stand-in of the other tests is one that Twilio's library takes for Twilio.
async fn twilios_library_gets_along_with_our_stand_in(_: TestApp) {
    let Some(python) = python() else { return };
    let gateway = Gateway::start().await;
    let message = json!({ "to": VERA, "from_": OURS, "body": WORDS, "status_callback": STATUS_URL });
    let order = json!({
        "api": gateway.url, "account": "AC1", "user": "AC1", "secret": "token", "message": message,
    });
    let made = library(&python, "twilio-send", &order);
    assert_eq!((&made["status"], &made["parts"]), (&json!("queued"), &json!("1")));
    assert!(made["id"].as_str().is_some_and(|id| id.starts_with("SM")), "{made}");
    assert_eq!(gateway.taken(), [Sent { from: OURS.into(), to: VERA.into(), text: WORDS.into() }]);
}
