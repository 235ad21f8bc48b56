//! Taking out what nobody needs any more.

use crate::{
    domain::{AppError, Time},
    server::{
        app::App,
        store::{events, sessions},
    },
};

/// Forgets expired sessions, and events that are older than any client may be away.
///
/// # Errors
/// If the database fails.
pub async fn clean_up(app: &App) -> Result<(), AppError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let sessions = sessions::delete_expired(&mut tx, now).await?;
    let events = events::prune(&mut tx, now.plus(-app.config.server.event_days * Time::DAY)).await?;
    tx.commit().await?;
    app.limits.forget_quiet();
    if sessions + events > 0 {
        tracing::info!(sessions, events, "cleaned up");
    }
    Ok(())
}
