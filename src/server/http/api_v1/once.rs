//! What is posted, and that it is done once.

use axum::{
    body::to_bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use super::{LARGEST_BODY, refused::Refused};
use crate::{
    domain::{ApiCaller, AppError},
    server::{
        actions::api_answers::{self, Begun, Slip},
        app::App,
    },
};

/// The header that names a request.
pub const KEY: &str = "idempotency-key";
/// On an answer that is given once more.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// A request with a JSON body and a key.
#[derive(Debug)]
pub struct Posted<T> {
    pub asked: T,
    pub key: Key,
}

/// By what its sender knows a request.
#[derive(Debug)]
pub struct Key {
    text: String,
    /// SHA-256 of method, path and body.
    request: Vec<u8>,
}

impl Key {
    /// The same with who sent it.
    pub fn of(self, caller: &ApiCaller) -> Slip {
        Slip { token: caller.token, key: self.text, request: self.request }
    }
}

impl<T: DeserializeOwned> FromRequest<App> for Posted<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, _: &App) -> Result<Self, Refused> {
        let (parts, body) = request.into_parts();
        let text = key_of(&parts.headers)?;
        if !is_json(&parts.headers) {
            let detail = "Send JSON, with the header Content-Type: application/json.";
            return Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail));
        }
        // What stops it is the limit, or the sender, who hears nothing any more.
        let too_large = |_| AppError::TooLarge { largest: LARGEST_BODY };
        let bytes = to_bytes(body, LARGEST_BODY).await.map_err(too_large)?;
        let asked = serde_json::from_slice(&bytes).map_err(|error| unreadable(&error))?;
        let mut hash = Sha256::new();
        for part in [parts.method.as_str().as_bytes(), parts.uri.path().as_bytes(), &bytes[..]] {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        Ok(Self { asked, key: Key { text, request: hash.finalize().to_vec() } })
    }
}

fn key_of(headers: &HeaderMap) -> Result<String, Refused> {
    let wrong = || {
        let detail = "Send the header Idempotency-Key with 8 to 128 visible ASCII characters.";
        Refused::new(StatusCode::BAD_REQUEST, "idempotency_key", detail)
    };
    let key = headers.get(KEY).and_then(|value| value.to_str().ok()).ok_or_else(wrong)?;
    let fits = (8..=128).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(key.to_owned()) } else { Err(wrong()) }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

/// What is no JSON at all is told from JSON of another shape.
fn unreadable(error: &serde_json::Error) -> Refused {
    if error.is_data() {
        Refused::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", error.to_string())
    } else {
        Refused::new(StatusCode::BAD_REQUEST, "malformed", error.to_string())
    }
}

/// An answer, as it goes out and is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: StatusCode,
    /// JSON.
    pub body: String,
}

impl Answer {
    /// An answer with a body.
    pub fn new(status: StatusCode, body: &impl Serialize) -> Self {
        let body = serde_json::to_string(body);
        Self { status, body: body.expect("wire shapes have string keys and no failing serialisers") }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let failed = self.status.is_client_error() || self.status.is_server_error();
        let kind = if failed { "application/problem+json" } else { "application/json" };
        let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(kind))];
        (self.status, headers, self.body).into_response()
    }
}

/// Does the work of a request if it has not been done, and keeps the answer for whoever asks the same again. What failed
/// for a reason that passes is not kept: it can be tried again.
pub async fn once(
    app: &App,
    slip: &Slip,
    work: impl Future<Output = Result<Answer, Refused>>,
) -> Result<Response, Refused> {
    match api_answers::begin(app, slip).await? {
        Begun::Free => {}
        Begun::Answered { status, body } => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let mut response = Answer { status, body }.into_response();
            response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
            return Ok(response);
        }
        Begun::UnderWay => return Err(Refused::in_progress()),
        Begun::Reused => {
            let detail = "This Idempotency-Key was used for another request.";
            return Err(Refused::new(StatusCode::CONFLICT, "idempotency_key_reused", detail));
        }
    }
    let answer = match work.await {
        Ok(answer) => answer,
        Err(refused) if refused.is_final() => refused.answer(),
        Err(refused) => {
            api_answers::forget(app, slip).await?;
            return Err(refused);
        }
    };
    if let Err(error) = api_answers::keep(app, slip, answer.status.as_u16(), &answer.body).await {
        // It is done. Who asks again waits until it counts as cut off, and then nothing is done twice.
        tracing::warn!(%error, "an answer could not be kept");
    }
    Ok(answer.into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_long_enough_and_can_be_seen() {
        let long = "k".repeat(128);
        for (key, fits) in [
            ("12345678", true),
            (long.as_str(), true),
            ("1234567", false),
            ("1234 5678", false),
            ("k".repeat(129).as_str(), false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(KEY, HeaderValue::from_str(key).expect("a header"));
            assert_eq!(key_of(&headers).is_ok(), fits, "{key:?}");
        }
        assert!(key_of(&HeaderMap::new()).is_err());
    }

    #[test]
    fn json_is_known_by_its_name_alone() {
        for (kind, is) in [
            ("application/json", true),
            ("Application/JSON; charset=utf-8", true),
            ("text/plain", false),
            ("application/jsonx", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
            assert_eq!(is_json(&headers), is, "{kind}");
        }
        assert!(!is_json(&HeaderMap::new()));
    }
}
