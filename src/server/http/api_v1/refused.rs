//! Why a request is not carried out, as problem details (RFC 9457) with a word that programs can rely on.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{super::problem::retry_after, once::Answer};
use crate::domain::{AppError, Conflict, Handler};

/// Why a request was not carried out (RFC 9457).
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Always `about:blank`: `code` tells one problem from another.
    r#type: &'static str,
    /// The status in words.
    title: &'static str,
    status: u16,
    /// One word for each kind of problem. It does not change.
    code: &'static str,
    /// A sentence for people.
    detail: String,
    /// The field that has to be changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// With `stale`: who answers now.
    #[serde(skip_serializing_if = "Option::is_none")]
    handler: Option<Handler>,
    /// With `stale`: the epoch now.
    #[serde(skip_serializing_if = "Option::is_none")]
    control_epoch: Option<i64>,
}

/// A request that is not carried out.
#[derive(Debug, Clone)]
pub struct Refused {
    status: StatusCode,
    code: &'static str,
    detail: String,
    field: Option<String>,
    stale: Option<(Handler, i64)>,
    /// Seconds.
    retry_after: Option<u64>,
}

impl Refused {
    /// A problem that needs no more than words.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), field: None, stale: None, retry_after: None }
    }

    /// Something that can be read and not be taken.
    pub fn invalid(field: &str, detail: impl Into<String>) -> Self {
        AppError::invalid(field, detail).into()
    }

    /// No token, or none that means anything (any more).
    pub fn unauthenticated() -> Self {
        let detail = "Send a token that has not been revoked, as `Authorization: Bearer lo_…`.";
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", detail)
    }

    /// The same request is being worked on.
    pub fn in_progress() -> Self {
        let detail = "A request with this Idempotency-Key is being worked on.";
        let refused = Self::new(StatusCode::CONFLICT, "in_progress", detail);
        Self { retry_after: Some(1), ..refused }
    }

    /// Whether the same request would be refused again: nothing about it has to be tried anew.
    pub fn is_final(&self) -> bool {
        self.status.is_client_error() && self.status != StatusCode::TOO_MANY_REQUESTS
    }

    /// What is answered.
    pub fn answer(&self) -> Answer {
        let body = ProblemBody {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            code: self.code,
            detail: self.detail.clone(),
            field: self.field.clone(),
            handler: self.stale.map(|(handler, _)| handler),
            control_epoch: self.stale.map(|(_, epoch)| epoch),
        };
        Answer::new(self.status, &body)
    }
}

impl<E: Into<AppError>> From<E> for Refused {
    fn from(error: E) -> Self {
        let error = error.into();
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let code = match &error {
            AppError::Conflict { conflict: Conflict::Stale { .. } } => "stale",
            AppError::Conflict { conflict: Conflict::IdReused } => "id_reused",
            AppError::Conflict { conflict: Conflict::Status { .. } } => "wrong_status",
            other => other.code(),
        };
        let mut refused =
            Self { retry_after: retry_after(&error), ..Self::new(status, code, error.to_string()) };
        match error {
            AppError::Invalid { field, .. } => {
                // What is a message's body to us is its text on the wire.
                refused.field = Some(if field == "body" { "text".to_owned() } else { field });
            }
            AppError::Conflict { conflict: Conflict::Stale { handler, control_epoch } } => {
                refused.stale = Some((handler, control_epoch));
            }
            _ => {}
        }
        refused
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = self.answer().into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            // RFC 6750 § 3.
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
