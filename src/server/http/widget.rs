//! The widget: its pages, and the API that it talks to. Cookie-less: a visitor is known by a bearer token.

use std::net::IpAddr;

use axum::{
    Json,
    extract::{Path, Query, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{Html, IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    events::{After, stream_response},
    files,
    middleware::Peer,
    problem::Problem,
};
use crate::{
    domain::{
        AppError, Attachment, ChannelKind, ClientMsgId, FileId, Hue, VisitorChat, VisitorConversation,
        VisitorMessage,
    },
    server::{
        actions::{
            attach, bots,
            receive::{self, FromVisitor},
            typing,
        },
        app::App,
        auth::token,
        queries::visitor,
        realtime::stream::open_for_visitor,
        store::channels::{self, ConfiguredChannel, SESSION},
    },
};

/// A channel of live sessions, by its public key.
async fn channel(app: &App, key: &str) -> Result<ConfiguredChannel, AppError> {
    let found = channels::find_by_key(&mut app.db.conn().await?, key).await?;
    found
        .filter(|found| found.channel.enabled && found.channel.kind.is_live() && found.provider == SESSION)
        .ok_or(AppError::NotFound)
}

fn colour(channel: &ConfiguredChannel) -> &'static str {
    let of_kind = if channel.channel.kind == ChannelKind::Chatbot { Hue::Violet } else { Hue::Teal };
    channel.channel.hue.unwrap_or(of_kind).hex()
}

/// `GET /widget/{key}/settings.js`: what the loader shows on the host's page.
pub async fn settings(State(app): State<App>, Path(key): Path<String>) -> Result<Response, Problem> {
    let channel = channel(&app, &key).await?;
    let settings = json!({
        "key": channel.key,
        "name": channel.channel.name,
        "label": channel.settings.label,
        "colour": colour(&channel),
        "frame": format!("/widget/frame/{}", channel.key),
    });
    let script = format!("window.LiveOperator.settings({settings});\n");
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=300"),
        // Any site's page loads it as a script.
        (header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    Ok((headers, script).into_response())
}

/// `GET /widget/frame/{key}`: the page in the host page's frame.
pub async fn frame(State(app): State<App>, Path(key): Path<String>) -> Result<Response, Problem> {
    let channel = channel(&app, &key).await?;
    let nonce = token::new_token().map_err(|error| crate::server::error::internal(&error))?;
    let bot = visitor::bot_name(&app, &channel).await?;
    let settings = json!({
        "key": channel.key,
        "name": channel.channel.name,
        "label": channel.settings.label,
        "colour": colour(&channel),
        "greeting": channel.settings.greeting,
        "reply_time": channel.settings.reply_time,
        "prechat": channel.settings.prechat,
        "bot": bot,
    });
    // Inside a script element only "</" could end it early.
    let settings = settings.to_string().replace('<', "\\u003c");
    let page = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Chat</title>\
         <link rel=\"stylesheet\" href=\"/widget/frame.css\">\
         <script type=\"application/json\" id=\"settings\">{settings}</script>\
         <script type=\"module\" src=\"/widget/frame.js\" nonce=\"{nonce}\"></script>\
         </head><body><div id=\"app\"></div></body></html>"
    );
    let sites = match channel.settings.sites.as_slice() {
        [] => "*".to_owned(),
        sites => sites.join(" "),
    };
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; connect-src 'self'; \
         img-src 'self' data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors {sites}"
    );
    let mut response = Html(page).into_response();
    let policy = HeaderValue::from_str(&policy).map_err(|error| crate::server::error::internal(&error))?;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

/// The hash of the visitor's token in the `Authorization` header.
fn token_hash(headers: &HeaderMap) -> Result<Vec<u8>, AppError> {
    let text = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = text.and_then(|text| text.strip_prefix("Bearer ")).ok_or(AppError::Unauthenticated)?;
    // 128 bits in base64url are 22 characters; the widget makes 43.
    let good = (22..=128).contains(&token.len())
        && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if good { Ok(token::hash(token)) } else { Err(AppError::Unauthenticated) }
}

/// `GET /widget/api/{key}/conversation`
pub async fn conversation(
    State(app): State<App>,
    Path(key): Path<String>,
    headers: HeaderMap,
) -> Result<Json<VisitorChat>, Problem> {
    let hash = token_hash(&headers)?;
    let channel = channel(&app, &key).await?;
    let session = visitor::session(&app, &channel, &hash).await?;
    Ok(Json(visitor::open(&app, session.as_ref()).await?))
}

/// What the widget sends.
#[derive(Debug, Deserialize)]
pub struct Sent {
    client_msg_id: ClientMsgId,
    /// May be empty if there are files.
    body: String,
    #[serde(default)]
    files: Vec<FileId>,
    name: Option<String>,
    email: Option<String>,
    #[serde(default)]
    fresh: bool,
}

/// What it gets back.
#[derive(Debug, Serialize)]
pub struct Stored {
    message: VisitorMessage,
    conversation: VisitorConversation,
}

/// `POST /widget/api/{key}/messages`
pub async fn send(
    State(app): State<App>,
    Path(key): Path<String>,
    parts: Parts,
    body: Json<Sent>,
) -> Result<Json<Stored>, Problem> {
    let hash = token_hash(&parts.headers)?;
    limit(&app, &parts, &hash)?;
    let channel = channel(&app, &key).await?;
    let Json(Sent { client_msg_id, body, files, name, email, fresh }) = body;
    let message = FromVisitor { client_msg_id, body, files, name, email, fresh };
    let received = receive::from_visitor(&app, &channel, &hash, message).await?;
    Ok(Json(Stored { message: received.message, conversation: received.conversation }))
}

/// What a visitor's file is called.
#[derive(Debug, Deserialize)]
pub struct Named {
    #[serde(default)]
    name: String,
}

/// `POST /widget/api/{key}/files?name=`: the body is the file.
pub async fn upload(
    State(app): State<App>,
    Path(key): Path<String>,
    Query(named): Query<Named>,
    request: Request,
) -> Result<Json<Attachment>, Problem> {
    let (parts, body) = request.into_parts();
    let hash = token_hash(&parts.headers)?;
    app.limits.upload(&hash, peer(&parts)?)?;
    channel(&app, &key).await?;
    let file = files::receive(named.name, &parts, body).await?;
    Ok(Json(attach::keep(&app, attach::visitor(&hash), file).await?))
}

/// The visitor's unsent text; empty when they have stopped.
#[derive(Debug, Deserialize)]
pub struct Typed {
    text: String,
}

/// `POST /widget/api/{key}/typing`
pub async fn typed(
    State(app): State<App>,
    Path(key): Path<String>,
    parts: Parts,
    Json(body): Json<Typed>,
) -> Result<StatusCode, Problem> {
    let hash = token_hash(&parts.headers)?;
    limit(&app, &parts, &hash)?;
    let channel = channel(&app, &key).await?;
    if let Some(session) = visitor::session(&app, &channel, &hash).await? {
        typing::by_visitor(&app, &channel, &session, &body.text).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /widget/api/{key}/person`
pub async fn ask_for_person(
    State(app): State<App>,
    Path(key): Path<String>,
    parts: Parts,
) -> Result<Json<VisitorConversation>, Problem> {
    let hash = token_hash(&parts.headers)?;
    limit(&app, &parts, &hash)?;
    let channel = channel(&app, &key).await?;
    let session = visitor::session(&app, &channel, &hash).await?.ok_or(AppError::NotFound)?;
    Ok(Json(VisitorConversation::of(&bots::ask_for_person(&app, &session).await?, None)))
}

/// `GET /widget/api/{key}/events?after=`
pub async fn events(
    State(app): State<App>,
    Path(key): Path<String>,
    Query(after): Query<After>,
    parts: Parts,
) -> Result<Response, Problem> {
    let hash = token_hash(&parts.headers)?;
    let channel = channel(&app, &key).await?;
    let session = visitor::session(&app, &channel, &hash).await?.ok_or(AppError::NotFound)?;
    let conversation = session.conversation_id.ok_or(AppError::NotFound)?;
    let frames = open_for_visitor(&app, &session, conversation, after.position(&parts)?).await?;
    Ok(stream_response(frames))
}

fn limit(app: &App, parts: &Parts, hash: &[u8]) -> Result<(), AppError> {
    app.limits.visitor(hash, peer(parts)?)
}

/// Where a request comes from.
fn peer(parts: &Parts) -> Result<IpAddr, AppError> {
    parts.extensions.get::<Peer>().map(|peer| peer.0).ok_or(AppError::Unauthenticated)
}
