//! `/dashboard/export.csv`: what happened in some days, as a table.

use std::collections::HashMap;

use axum::{
    extract::{Query, State},
    http::request::Parts,
    response::{IntoResponse, Response},
};

use super::{guard, problem::Problem, unread::saved_as};
use crate::{
    domain::{AppError, Range},
    server::{app::App, queries::dashboard},
};

/// To be saved. The address names the days as the page's does.
pub async fn table(
    State(app): State<App>,
    Query(asked): Query<HashMap<String, String>>,
    parts: Parts,
) -> Result<Response, Problem> {
    let me = guard::signed_in(&app, &parts).await?;
    let minutes_east = match asked.get("minutes_east") {
        Some(minutes) => minutes
            .parse()
            .map_err(|_| AppError::invalid("minutes_east", "This is not a number of minutes."))?,
        None => 0,
    };
    let range = Range::read(|name| asked.get(name).cloned());
    let table = dashboard::export(&app, &me, range, minutes_east).await?;
    Ok((saved_as("attachment; filename=\"dashboard.csv\""), table).into_response())
}
