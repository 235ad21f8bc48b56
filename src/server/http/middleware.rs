//! What surrounds the routes: who the peer is, where a request comes from, and the headers that every answer carries.

use std::net::{IpAddr, SocketAddr};

use axum::{
    Json,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tracing::Instrument;
use uuid::Uuid;

use super::problem::Problem;
use crate::{
    domain::AppError,
    routes,
    server::{app::App, clock::new_id},
};

/// The address that a request comes from, seen through the proxies that the configuration trusts.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// The address at the other end of the connection.
#[derive(Debug, Clone, Copy)]
pub struct Connected(pub SocketAddr);

/// Finds out who asks, gives the request an id, and logs what became of it.
pub async fn observe(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let connected = request.extensions().get::<Connected>().map(|connected| connected.0.ip());
    let peer = connected.map_or(IpAddr::from([0, 0, 0, 0]), |ip| {
        behind_proxies(ip, request.headers(), &app.config.server.trusted_proxies)
    });
    request.extensions_mut().insert(Peer(peer));
    let id = new_id::<Uuid>();
    let span =
        tracing::info_span!("request", %id, method = %request.method(), path = logged(request.uri().path()));
    async move {
        let start = tokio::time::Instant::now();
        let mut response = next.run(request).await;
        let status = response.status().as_u16();
        let took = start.elapsed().as_millis();
        if status >= 500 {
            tracing::error!(status, took, "failed");
        } else {
            tracing::debug!(status, took, "answered");
        }
        if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
            response.headers_mut().insert("x-request-id", value);
        }
        response
    }
    .instrument(span)
    .await
}

/// A path as it may be logged: what a link ends with that was given to one person is theirs alone.
fn logged(path: &str) -> &str {
    let secret = [routes::INVITATION, routes::RESET]
        .into_iter()
        .find(|above| path.strip_prefix(above).is_some_and(|rest| rest.starts_with('/')));
    secret.unwrap_or(path)
}

/// The first address, from our side, that is not a proxy of ours.
fn behind_proxies(connected: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let mut peer = connected;
    if !trusted.contains(&peer) {
        return peer;
    }
    let forwarded = headers.get_all("x-forwarded-for").iter().rev().filter_map(|value| value.to_str().ok());
    for hop in forwarded.flat_map(|line| line.rsplit(',')) {
        let Ok(ip) = hop.trim().parse() else { break };
        peer = ip;
        if !trusted.contains(&peer) {
            break;
        }
    }
    peer
}

/// Lets requests that change something through only if they come from our own pages (OWASP, "Cross-Site Request
/// Forgery Prevention", origin verification). Routes with a bearer token need it not, and do not have it.
pub async fn require_own_origin(State(app): State<App>, request: Request, next: Next) -> Response {
    if is_own(&app, request.method(), request.headers()) {
        next.run(request).await
    } else {
        tracing::warn!(origin = ?request.headers().get(header::ORIGIN), "a request from another site was refused");
        Problem(AppError::Forbidden).into_response()
    }
}

fn is_own(app: &App, method: &Method, headers: &HeaderMap) -> bool {
    let safe = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    if safe && !headers.contains_key(header::UPGRADE) {
        return true;
    }
    match headers.get(header::ORIGIN) {
        Some(origin) => origin.to_str().is_ok_and(|origin| app.config.is_own_origin(origin)),
        // A browser that sends no Origin says by this header that the request is its own page's.
        None => headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin"),
    }
}

/// The headers that every answer carries, unless a route has set its own.
pub async fn secure_headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let framed = headers.contains_key(header::CONTENT_SECURITY_POLICY);
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=(), payment=()",
        ),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if app.config.is_https() {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000; includeSubDomains"),
        );
    }
    if !framed {
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; base-uri 'none'"),
        );
    }
    response
}

/// What a refusal says, in bytes.
const LARGEST_REFUSAL: usize = 16 * 1024;

/// Arguments of a server function that cannot be read are its caller's fault. Leptos answers them before any code of
/// ours runs, with 500 and the error that would say, in a browser, that an answer cannot be read; every error of ours
/// has a status of its own.
pub async fn refuse_arguments(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, LARGEST_REFUSAL).await else { return parts.status.into_response() };
    match serde_json::from_slice(&bytes) {
        Ok(AppError::Unavailable | AppError::Invalid { .. }) => {
            let error = AppError::invalid("request", "This request cannot be read.");
            (StatusCode::UNPROCESSABLE_ENTITY, Json(error)).into_response()
        }
        _ => Response::from_parts(parts, Body::from(bytes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_links_end_with_is_not_logged() {
        for (path, want) in [
            ("/invitation/0123abcd", "/invitation"),
            ("/reset/0123abcd", "/reset"),
            ("/resets", "/resets"),
            ("/inbox/1", "/inbox/1"),
        ] {
            assert_eq!(logged(path), want);
        }
    }

    #[test]
    fn forwarded_addresses_are_believed_from_own_proxies_alone() {
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static("6.6.6.6, 9.9.9.9, 10.0.0.2"));
        let proxies = [ip("10.0.0.1"), ip("10.0.0.2")];
        assert_eq!(behind_proxies(ip("8.8.8.8"), &headers, &proxies), ip("8.8.8.8"));
        assert_eq!(behind_proxies(ip("10.0.0.1"), &headers, &proxies), ip("9.9.9.9"));
        assert_eq!(behind_proxies(ip("10.0.0.1"), &HeaderMap::new(), &proxies), ip("10.0.0.1"));
    }
}
