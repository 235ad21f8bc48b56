//! An SMS provider for the demo's phones. It knows nothing of the rest of the server: our adapter for gateways posts to
//! it, and it posts to our hook, over HTTP and signed, as with a provider elsewhere. Pictures it keeps until they are
//! fetched.

use std::time::Duration;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};
use subtle::ConstantTimeEq;
use tokio::time::sleep;
use uuid::Uuid;

use super::{
    super::problem::Problem,
    Demo,
    hook::{Note, SIGNATURE, TIMESTAMP, seconds, signature},
    phones::{Text, TextState, number},
    pictures::Picture,
};
use crate::{
    domain::{AppError, Time},
    server::{
        app::App,
        clock::new_id,
        seed::{SMS_KEY, SMS_MEDIA_TOKEN, SMS_SECRET},
    },
};

/// How far a signature's time may lie from ours, in seconds.
const WINDOW: u64 = 300;
/// Numbers that end so are out of service, so that a failed reply can be tried.
const OUT_OF_SERVICE: &str = "0000";
/// Each after so long: as quick as a good carrier.
const REPORTS: [(Duration, TextState); 2] =
    [(Duration::from_millis(300), TextState::Sent), (Duration::from_millis(700), TextState::Delivered)];

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

/// Where it keeps a picture.
pub fn media_url(app: &App, picture: Uuid) -> String {
    format!("{}/demo/provider/media/{picture}", app.config.server.public_url)
}

/// `GET /demo/provider/media/{id}`: a picture, for whoever has the token.
pub async fn media(
    State(demo): State<Demo>,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
) -> Result<Picture, Problem> {
    let given =
        text(&headers, header::AUTHORIZATION.as_str()).and_then(|given| given.strip_prefix("Bearer "));
    if !given.is_some_and(|given| bool::from(given.as_bytes().ct_eq(SMS_MEDIA_TOKEN.as_bytes()))) {
        return Err(AppError::Forbidden.into());
    }
    Ok(demo.pictures.find(id).ok_or(AppError::NotFound)?)
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
        note(&event).insist(&demo.app).await;
    }
}

/// An event for our hook.
pub fn note(event: &Value) -> Note {
    Note {
        hook: format!("webhook/{SMS_KEY}"),
        query: None,
        secret: SMS_SECRET,
        content_type: "application/json",
        body: event.to_string().into(),
    }
}

fn is_signed(headers: &HeaderMap, body: &[u8], now: Time) -> bool {
    let (Some(timestamp), Some(given)) = (text(headers, TIMESTAMP), text(headers, SIGNATURE)) else {
        return false;
    };
    let is_fresh = timestamp.parse::<i64>().is_ok_and(|at| at.abs_diff(seconds(now)) <= WINDOW);
    let ours = signature(SMS_SECRET, &[timestamp.as_bytes(), body]);
    let mut given = given.split(',').filter_map(|one| one.trim().strip_prefix("v1="));
    is_fresh && given.any(|given| bool::from(ours.as_bytes().ct_eq(given.as_bytes())))
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    const NOW: Time = Time(1_700_000_000 * Time::SECOND);

    fn headers(timestamp: &str, signature: &str) -> HeaderMap {
        [(TIMESTAMP, timestamp), (SIGNATURE, signature)]
            .into_iter()
            .map(|(name, value)| {
                let name = HeaderName::from_static(name);
                (name, HeaderValue::from_str(value).expect("plain text"))
            })
            .collect()
    }

    #[test]
    fn only_what_is_signed_now_is_taken() {
        let good = format!("v1={}", signature(SMS_SECRET, &[b"1700000000", b"{}"]));
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
