//! An SMS provider for the demo's phones. It knows nothing of the rest of the server: our adapter for gateways posts to
//! it, and it posts to our hook, over HTTP and signed, as with a provider elsewhere.

use std::time::Duration;

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use hmac::{Hmac, Mac};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use tokio::time::sleep;
use uuid::Uuid;

use super::{
    super::problem::Problem,
    Demo,
    phones::{Text, TextState, number},
};
use crate::{
    domain::{AppError, Time},
    server::{
        app::App,
        clock::new_id,
        seed::{SMS_KEY, SMS_SECRET},
    },
};

const TIMESTAMP: &str = "x-live-operator-timestamp";
const SIGNATURE: &str = "x-live-operator-signature";
/// How far a signature's time may lie from ours, in seconds.
const WINDOW: u64 = 300;
/// Numbers that end so are out of service, so that a failed reply can be tried.
const OUT_OF_SERVICE: &str = "0000";
/// Each after so long: as quick as a good carrier.
const REPORTS: [(Duration, TextState); 2] =
    [(Duration::from_millis(300), TextState::Sent), (Duration::from_millis(700), TextState::Delivered)];
/// How often a report is told that is not taken, and the pause between.
const TRIES: usize = 3;
const PAUSE: Duration = Duration::from_secs(1);

/// What our adapter posts, as far as it matters here.
#[derive(Deserialize)]
struct Order {
    delivery: Uuid,
    to: String,
    text: String,
}

/// `POST /demo/provider/messages`: takes a message for one of the phones. The same delivery again is the same message.
pub async fn take(State(demo): State<Demo>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    let now = demo.app.clock.now();
    if !is_signed(&headers, &body, now) {
        return Err(AppError::Forbidden.into());
    }
    let Ok(order) = serde_json::from_slice::<Order>(&body) else {
        return Ok(refusal("This is not a message.", "message"));
    };
    let Ok(number) = number(&order.to) else {
        return Ok(refusal("This is not a phone number.", "recipient"));
    };
    if number.ends_with(OUT_OF_SERVICE) {
        return Ok(refusal("This number is not in service.", "recipient"));
    }
    let text = demo.phones.add(&number, Text::of_ours(format!("demo-{}", order.delivery), order.text, now));
    let answer = Json(json!({ "id": text.id })).into_response();
    tokio::spawn(report(demo, number, order.delivery, text.id));
    Ok(answer)
}

fn refusal(words: &str, code: &str) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "error": words, "code": code }))).into_response()
}

/// Tells what becomes of a message.
async fn report(demo: Demo, number: String, delivery: Uuid, id: String) {
    for (after, state) in REPORTS {
        sleep(after).await;
        demo.phones.update_state(&number, &id, state, demo.app.clock.now());
        let event = json!({
            "event_id": new_id::<Uuid>(),
            "type": "status",
            "delivery": delivery,
            "id": id,
            "state": state,
        });
        for attempt in 1..=TRIES {
            let Err(why) = tell(&demo.app, &event).await else { break };
            tracing::warn!(%why, attempt, "a report of the demo's provider was not taken");
            sleep(PAUSE).await;
        }
    }
}

/// Tells our hook something.
///
/// # Errors
/// Why it was not taken, for the log.
pub async fn tell(app: &App, event: &Value) -> Result<(), String> {
    let body = event.to_string();
    let timestamp = seconds(app.clock.now()).to_string();
    let signature = format!("v1={}", signature(&timestamp, body.as_bytes()));
    let request = app
        .client
        .post(format!("{}/hooks/webhook/{SMS_KEY}", app.config.server.public_url))
        .header(header::CONTENT_TYPE, "application/json")
        .header(TIMESTAMP, timestamp)
        .header(SIGNATURE, signature)
        .body(body);
    match request.send().await {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) => Err(format!("the hook answered {}", answer.status())),
        Err(error) => Err(error.to_string()),
    }
}

fn seconds(time: Time) -> i64 {
    time.0.div_euclid(Time::SECOND)
}

/// Our adapter's scheme: the hex HMAC-SHA256 over `{timestamp}.{raw body}`.
fn signature(timestamp: &str, body: &[u8]) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(SMS_SECRET.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(body);
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn is_signed(headers: &HeaderMap, body: &[u8], now: Time) -> bool {
    let (Some(timestamp), Some(given)) = (text(headers, TIMESTAMP), text(headers, SIGNATURE)) else {
        return false;
    };
    let is_fresh = timestamp.parse::<i64>().is_ok_and(|at| at.abs_diff(seconds(now)) <= WINDOW);
    let ours = signature(timestamp, body);
    let mut given = given.split(',').filter_map(|one| one.trim().strip_prefix("v1="));
    is_fresh && given.any(|given| bool::from(ours.as_bytes().ct_eq(given.as_bytes())))
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    const NOW: Time = Time(1_700_000_000 * Time::SECOND);

    fn headers(timestamp: &str, signature: &str) -> HeaderMap {
        [(TIMESTAMP, timestamp), (SIGNATURE, signature)]
            .into_iter()
            .map(|(name, value)| {
                let name = header::HeaderName::from_static(name);
                (name, HeaderValue::from_str(value).expect("plain text"))
            })
            .collect()
    }

    #[test]
    fn only_what_is_signed_now_is_taken() {
        let good = format!("v1={}", signature("1700000000", b"{}"));
        assert!(is_signed(&headers("1700000000", &good), b"{}", NOW));
        assert!(is_signed(&headers("1700000000", &format!("v1=00, {good}")), b"{}", NOW));
        assert!(!is_signed(&headers("1700000000", &good), b"{ }", NOW), "another body");
        assert!(!is_signed(&headers("1700000001", &good), b"{}", NOW), "another time");
        assert!(
            !is_signed(&headers("1700000000", "v1="), b"{}", NOW)
                && !is_signed(&HeaderMap::new(), b"{}", NOW)
        );
        let later = NOW.plus(301 * Time::SECOND);
        assert!(!is_signed(&headers("1700000000", &good), b"{}", later), "too old");
    }
}
