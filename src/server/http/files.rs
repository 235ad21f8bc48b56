//! `/files`: uploads, and the files of messages.
//!
//! A file's key is the permission to read it: 256 bits that stand in nothing but the messages that it goes with. Nobody
//! has to sign in, because customers' browsers show the pictures of a chat, and providers fetch what goes out by them.
//! Nothing of a file runs here: only pictures that we have drawn ourselves are shown, all else is saved.

use axum::{
    Json,
    body::{Body, to_bytes},
    extract::{Path, Query, Request, State},
    http::{HeaderName, HeaderValue, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{guard, problem::Problem};
use crate::{
    domain::{AppError, Attachment, ConversationId},
    server::{
        actions::attach,
        app::App,
        files::{NewFile, content_type},
        store::files,
    },
};

/// What an operator's upload is for.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    conversation: ConversationId,
    #[serde(default)]
    name: String,
}

/// `POST /files?conversation=&name=`: the body is the file.
pub async fn upload(
    State(app): State<App>,
    Query(wanted): Query<Wanted>,
    request: Request,
) -> Result<Json<Attachment>, Problem> {
    let (parts, body) = request.into_parts();
    let me = guard::signed_in(&app, &parts).await?;
    attach::check_sight(&app, &me, wanted.conversation).await?;
    let file = receive(wanted.name, &parts, body).await?;
    Ok(Json(attach::keep(&app, me.id.into(), file).await?))
}

/// Takes the body of a request as a file.
pub async fn receive(name: String, parts: &Parts, body: Body) -> Result<NewFile, AppError> {
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    // What stops it is the limit, or the sender, who hears nothing any more.
    let too_large = |_| AppError::TooLarge { largest: Attachment::LARGEST };
    let bytes = to_bytes(body, Attachment::LARGEST).await.map_err(too_large)?;
    Ok(NewFile { name, content_type: kind.unwrap_or_default().to_owned(), bytes })
}

/// `GET /files/{key}`
pub async fn show(State(app): State<App>, Path(key): Path<String>) -> Result<Response, Problem> {
    let file = find(&app, &key).await?;
    let stream = app.files.stream(&file.key).await?;
    let how = if file.image.is_some() { "inline" } else { "attachment" };
    let headers = [
        (header::CONTENT_LENGTH, HeaderValue::from(file.size)),
        (header::CONTENT_DISPOSITION, disposition(how, &file.name)),
    ];
    Ok((headers, harmless(&file.content_type), Body::from_stream(stream)).into_response())
}

/// `GET /files/{key}/thumbnail`
pub async fn show_thumbnail(State(app): State<App>, Path(key): Path<String>) -> Result<Response, Problem> {
    let file = find(&app, &key).await?;
    if file.image.is_none() {
        return Err(AppError::NotFound.into());
    }
    let bytes = app.files.read_thumbnail(&file.key).await?;
    Ok((harmless(&content_type(&bytes, "")), bytes).into_response())
}

async fn find(app: &App, key: &str) -> Result<Attachment, AppError> {
    let is_key = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if !is_key {
        return Err(AppError::NotFound);
    }
    files::find_by_key(&mut app.db.conn().await?, key).await?.ok_or(AppError::NotFound)
}

/// The headers of what a stranger has made. A widget on another site shows it, and a mail in its frame; if it is opened
/// by itself, nothing in it may do anything.
fn harmless(content_type: &str) -> [(HeaderName, HeaderValue); 4] {
    let content_type = HeaderValue::from_str(content_type);
    [
        (header::CONTENT_TYPE, content_type.unwrap_or(HeaderValue::from_static("application/octet-stream"))),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin")),
    ]
}

/// `Content-Disposition` with a name: as it is, and for those who read ASCII alone (RFC 6266 § 4, RFC 8187 § 3.2).
fn disposition(how: &str, name: &str) -> HeaderValue {
    let is_plain = |c: char| (c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%')) || c == ' ';
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let whole: String = name
        .bytes()
        .map(|byte| {
            let stays = byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte);
            if stays { char::from(byte).to_string() } else { format!("%{byte:02X}") }
        })
        .collect();
    HeaderValue::from_str(&format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{whole}"))
        .expect("nothing but visible ASCII is left")
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn names_stand_in_a_header_in_both_forms() {
        for (name, want) in [
            ("plan.pdf", "attachment; filename=\"plan.pdf\"; filename*=UTF-8''plan.pdf"),
            ("a b.txt", "attachment; filename=\"a b.txt\"; filename*=UTF-8''a%20b.txt"),
            ("Ü\".html", "attachment; filename=\"__.html\"; filename*=UTF-8''%C3%9C%22.html"),
            (
                "a\r\nSet-Cookie: b=c",
                "attachment; filename=\"a__Set-Cookie: b=c\"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20b%3Dc",
            ),
        ] {
            assert_eq!(disposition("attachment", name).to_str().expect("text"), want);
        }
    }
}
