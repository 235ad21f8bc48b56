//! The audit log as admins read it.

use crate::{
    domain::{AppError, AuditFilter, AuditKind, AuditPage, AuditQuery, Me, setup::only_admins},
    server::{
        app::App,
        store::{audit, operators},
        table,
    },
};

/// A stretch of the log.
///
/// # Errors
/// If the caller is no admin, or the database fails.
pub async fn list(app: &App, me: &Me, query: &AuditQuery) -> Result<AuditPage, AppError> {
    only_admins(me)?;
    let mut tx = app.db.snapshot().await?;
    // One more tells whether there is more.
    let mut entries = audit::list(&mut tx, &query.filter(), AuditPage::ROWS + 1).await?;
    let people = operators::list(&mut tx).await?;
    tx.commit().await?;
    let rows = usize::try_from(AuditPage::ROWS).unwrap_or(usize::MAX);
    let has_more = entries.len() > rows;
    entries.truncate(rows);
    let next = entries.last().filter(|_| has_more).map(|last| last.id);
    Ok(AuditPage { entries, next, people, now: app.clock.now() })
}

/// The newest of all that a filter lets through, as a table in CSV (RFC 4180), in UTC.
///
/// # Errors
/// If the caller is no admin, or the database fails.
pub async fn table(app: &App, me: &Me, query: &AuditQuery) -> Result<Vec<u8>, AppError> {
    only_admins(me)?;
    let filter = AuditFilter { before: None, ..query.filter() };
    let entries = audit::list(&mut app.db.conn().await?, &filter, AuditPage::MOST).await?;
    let rows = entries.into_iter().map(|entry| {
        [
            entry.at.rfc3339(),
            entry.by_name,
            AuditKind::label(entry.kind).to_owned(),
            entry.subject_name,
            entry.details,
            entry.address,
        ]
    });
    table::write(["time", "who", "action", "whom or what", "details", "address"], rows)
}
