//! `/demo/mailbox`: a customer's mail client, for a person to write to the shop with.

use axum::{
    Json,
    extract::{Path, Query, State},
    http::header,
    response::{Html, IntoResponse, Response},
};
use bytes::Bytes;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    super::problem::Problem,
    Demo, mail_server,
    mailboxes::{Mail, address},
    not_taken,
    written::{LARGEST_FILES, Written},
};
use crate::{
    domain::AppError,
    server::{channels::email::is_address_of, error::internal, seed::EMAIL_ADDRESS},
};

const PAGE: &str = include_str!("../../../../public/demo/mailbox.html");

/// The files in base64, and the text.
pub const LARGEST_BODY: usize = LARGEST_FILES / 3 * 4 + 1024 * 1024;

/// `GET /demo/mailbox`
pub async fn page() -> Response {
    let policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                  img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    let page = Html(PAGE.replace("{{shop}}", EMAIL_ADDRESS));
    ([(header::CONTENT_SECURITY_POLICY, policy)], page).into_response()
}

/// Whose mails are asked for.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    address: String,
    /// The newest [`Mail::changed`] that is known already.
    #[serde(default)]
    after: i64,
}

/// `GET /demo/mailbox/mails?address=&after=`
pub async fn list(
    State(demo): State<Demo>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Vec<Mail>>, Problem> {
    let address = address(&wanted.address)?;
    Ok(Json(demo.mailboxes.list(&address, wanted.after)))
}

/// `POST /demo/mailbox/mails`: the mail is in the mailbox once our hook has taken it, if it is for the shop. Whoever
/// else it is for has it then too.
pub async fn send(State(demo): State<Demo>, Json(written): Json<Written>) -> Result<Response, Problem> {
    let now = demo.app.clock.now();
    let letter = written.letter(now)?;
    let raw = Bytes::from(letter.write().map_err(|error| internal(&error))?);
    let sender = letter.from.email.to_string();
    let (shop, others): (Vec<String>, Vec<String>) =
        letter.recipients().into_iter().partition(|to| is_address_of(to, EMAIL_ADDRESS));
    if !shop.is_empty() {
        let note = mail_server::note(Some(&sender), &shop, raw.clone());
        if let Err(why) = note.tell(&demo.app).await {
            tracing::warn!(%why, "a mail of the demo's mailbox was not taken");
            return Ok(not_taken("mail"));
        }
    }
    let mail = demo.mailboxes.add(&sender, Mail::written(&raw, now).map_err(|error| internal(&error))?);
    // A mail to oneself is there already.
    for other in others {
        demo.mailboxes.add(&other, Mail::received(&raw, now).map_err(|error| internal(&error))?);
    }
    Ok(Json(mail).into_response())
}

/// `GET /demo/mailbox/mails/{id}/files/{number}`: as a file to be saved, never to be shown. The page says its name.
pub async fn file(
    State(demo): State<Demo>,
    Path((id, number)): Path<(Uuid, usize)>,
) -> Result<Response, Problem> {
    let file = demo.mailboxes.file(id, number).ok_or(AppError::NotFound)?;
    let headers =
        [(header::CONTENT_TYPE, "application/octet-stream"), (header::CONTENT_DISPOSITION, "attachment")];
    Ok((headers, file.bytes).into_response())
}
