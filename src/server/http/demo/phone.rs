//! `/demo/phone`: a customer's phone, for a person to text the shop with.

use axum::{
    Json,
    extract::{Path, Query, State},
    http::header,
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    super::problem::Problem,
    Demo, not_taken,
    phones::{Text, number},
    pictures::{self, Picture},
    provider::{media_url, note},
};
use crate::{
    domain::{AppError, clean_text},
    server::{clock::new_id, seed::SMS_NUMBER},
};

const PAGE: &str = include_str!("../../../../public/demo/phone.html");

/// Ten segments: phones send no longer texts.
const LONGEST: usize = 1_600;

/// The picture in base64, and the text.
pub const LARGEST_BODY: usize = pictures::LARGEST / 3 * 4 + 64 * 1024;

/// `GET /demo/phone`
pub async fn page() -> Response {
    let policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                  img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(PAGE)).into_response()
}

/// Whose texts are asked for.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    number: String,
    /// The newest [`Text::changed`] that is known already.
    #[serde(default)]
    after: i64,
}

/// `GET /demo/phone/messages?number=&after=`
pub async fn list(
    State(demo): State<Demo>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Vec<Text>>, Problem> {
    let number = number(&wanted.number)?;
    Ok(Json(demo.phones.list(&number, wanted.after)))
}

/// What a customer writes.
#[derive(Debug, Deserialize)]
pub struct Written {
    number: String,
    text: String,
    /// In base64.
    #[serde(default)]
    picture: Option<String>,
}

/// `POST /demo/phone/messages`: the text is on the phone once our hook has taken it.
pub async fn send(State(demo): State<Demo>, Json(written): Json<Written>) -> Result<Response, Problem> {
    let number = number(&written.number)?;
    let text = clean_text(&written.text);
    let picture = written.picture.as_deref().map(Picture::read).transpose()?;
    if text.is_empty() && picture.is_none() {
        return Err(AppError::invalid("text", "Write a text first.").into());
    }
    if text.chars().count() > LONGEST {
        let words = format!("A text has at most {LONGEST} characters.");
        return Err(AppError::invalid("text", words).into());
    }
    let now = demo.app.clock.now();
    let id = picture.as_ref().map(|picture| picture.id);
    let text = Text::of_customer(new_id::<Uuid>().to_string(), text, id, now);
    let media = picture
        .iter()
        .map(|picture| json!({ "url": media_url(&demo.app, picture.id), "content_type": picture.kind }));
    let event = json!({
        "event_id": text.id,
        "type": "message",
        "from": number,
        "to": SMS_NUMBER,
        "text": text.text,
        "media": media.collect::<Vec<_>>(),
    });
    // It is there before anybody hears of it.
    if let Some(picture) = picture {
        demo.pictures.keep(&number, picture, now);
    }
    match note(&event).tell(&demo.app).await {
        Ok(()) => Ok(Json(demo.phones.add(&number, text)).into_response()),
        Err(why) => {
            tracing::warn!(%why, "a text of the demo's phone was not taken");
            Ok(not_taken("text"))
        }
    }
}

/// `GET /demo/phone/pictures/{id}`: what the phone itself has sent.
pub async fn picture(State(demo): State<Demo>, Path(id): Path<Uuid>) -> Result<Picture, Problem> {
    Ok(demo.pictures.find(id).ok_or(AppError::NotFound)?)
}
