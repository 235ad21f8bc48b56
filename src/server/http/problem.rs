//! Errors as problem details (RFC 9457), for everything that is not a server function.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::domain::AppError;

/// An error on its way out.
pub struct Problem(pub AppError);

#[derive(Serialize)]
struct Details {
    r#type: &'static str,
    title: &'static str,
    detail: String,
    code: &'static str,
    status: u16,
}

impl<E: Into<AppError>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let error = self.0;
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let details = Details {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            detail: error.to_string(),
            code: error.code(),
            status: status.as_u16(),
        };
        let mut response = (status, Json(details)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = retry_after(&error) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// Seconds after which the same request may succeed.
#[must_use]
pub const fn retry_after(error: &AppError) -> Option<u64> {
    match error {
        AppError::RateLimited { retry_after } => Some(*retry_after),
        AppError::Unavailable => Some(1),
        _ => None,
    }
}
