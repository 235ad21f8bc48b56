//! The dashboard. For supervisors and admins.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::domain::{AppError, Board, Range, Report};

/// How much work there is now.
///
/// # Errors
/// If the caller is neither supervisor nor admin, or the database fails.
#[server(prefix = "/fn", endpoint = "load_board", input = Json)]
pub async fn load_board() -> Result<Board, AppError> {
    use crate::server::{http::guard, queries::dashboard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        dashboard::board(&app, &me).await
    })
    .await
}

/// What happened in a range of days, which begin by a clock so many minutes east of UTC.
///
/// # Errors
/// As [`load_board`]; if there are no such days.
#[server(prefix = "/fn", endpoint = "load_report", input = Json)]
pub async fn load_report(range: Range, minutes_east: i64) -> Result<Report, AppError> {
    use crate::server::{http::guard, queries::metrics};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        metrics::report(&app, &me, range, minutes_east).await
    })
    .await
}
