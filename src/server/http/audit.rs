//! `/settings/audit.csv`: the audit log as a table.

use axum::{
    extract::{Query, State},
    http::request::Parts,
    response::{IntoResponse, Response},
};

use super::{guard, problem::Problem, unread::saved_as};
use crate::{
    domain::AuditQuery,
    server::{app::App, queries},
};

/// To be saved, as far as the query wants it.
pub async fn table(
    State(app): State<App>,
    Query(query): Query<AuditQuery>,
    parts: Parts,
) -> Result<Response, Problem> {
    let me = guard::signed_in(&app, &parts).await?;
    let table = queries::audit::table(&app, &me, &query).await?;
    Ok((saved_as("attachment; filename=\"audit.csv\""), table).into_response())
}
