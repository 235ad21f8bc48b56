//! `/canned/export.csv`: the canned responses that somebody can use, as a table.

use axum::{
    extract::State,
    http::request::Parts,
    response::{IntoResponse, Response},
};

use super::{guard, problem::Problem, unread::saved_as};
use crate::server::{app::App, queries::canned};

/// To be saved.
pub async fn table(State(app): State<App>, parts: Parts) -> Result<Response, Problem> {
    let me = guard::signed_in(&app, &parts).await?;
    let table = canned::export(&app, &me).await?;
    Ok((saved_as("attachment; filename=\"canned-responses.csv\""), table).into_response())
}
