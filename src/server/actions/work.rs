//! Taking jobs and giving them back.

use crate::{
    domain::{AppError, Time},
    server::{
        app::App,
        store::jobs::{self, Leased},
    },
};

/// Takes at most so many due jobs until `until`.
///
/// # Errors
/// If the database fails.
pub async fn take(app: &App, now: Time, until: Time, places: usize) -> Result<Vec<Leased>, AppError> {
    // Looking costs a reader; only what is there takes the writer.
    if !jobs::any_due(&mut app.db.conn().await?, now).await? {
        return Ok(Vec::new());
    }
    let mut tx = app.db.begin().await?;
    let limit = i64::try_from(places).unwrap_or(i64::MAX);
    let taken = jobs::lease(&mut tx, now, until, limit).await?;
    tx.commit().await?;
    Ok(taken)
}

/// When the next job is due that is not due now.
///
/// # Errors
/// If the database fails.
pub async fn next_due(app: &App, now: Time) -> Result<Option<Time>, AppError> {
    Ok(jobs::next_due(&mut app.db.conn().await?, now).await?)
}

/// Ends a job.
///
/// # Errors
/// If the database fails.
pub async fn finish(app: &App, job: &Leased) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    jobs::finish(&mut tx, job).await?;
    tx.commit().await?;
    Ok(())
}

/// Gives a job back that was not begun, to be taken again later. The attempt does not count.
///
/// # Errors
/// If the database fails.
pub async fn put_back(app: &App, job: &Leased, at: Time) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    jobs::put_back(&mut tx, job, at).await?;
    tx.commit().await?;
    Ok(())
}

/// Gives a job back, to be done later.
///
/// # Errors
/// If the database fails.
pub async fn postpone(app: &App, job: &Leased, at: Time, why: Option<&str>) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    jobs::postpone(&mut tx, job, at, why).await?;
    tx.commit().await?;
    Ok(())
}
