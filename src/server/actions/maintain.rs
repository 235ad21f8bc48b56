//! Taking out what nobody needs any more.

use super::webhooks;
use crate::{
    domain::{AppError, Time},
    server::{
        app::App,
        store::{api_answers, canned, events, files, notifications, sessions, webhooks::calls},
    },
};

/// So long a request of the HTTP API is known when it comes again.
const ANSWERED: i64 = Time::DAY;
/// So long may a file wait to be sent.
const UNSENT: i64 = Time::DAY;
/// So long may a deleted response be brought back.
const DELETED: i64 = 30 * Time::DAY;
/// So long what somebody was told of, and has read, is kept.
const NOTIFIED: i64 = 90 * Time::DAY;
/// Files that are forgotten in one transaction.
const BATCH: usize = 100;

/// Forgets expired sessions, events that are older than any client may be away, responses that were deleted long ago, and
/// files that were never sent.
///
/// # Errors
/// If the database fails.
pub async fn clean_up(app: &App) -> Result<(), AppError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let sessions = sessions::delete_expired(&mut tx, now).await?;
    let events = events::prune(&mut tx, now.plus(-app.config.server.event_days * Time::DAY)).await?;
    let answers = api_answers::delete_before(&mut tx, now.plus(-ANSWERED)).await?;
    let calls = calls::delete_ended_before(&mut tx, now.plus(-webhooks::KEPT)).await?;
    let canned = canned::delete_deleted_before(&mut tx, now.plus(-DELETED)).await?;
    let notifications = notifications::delete_read_before(&mut tx, now.plus(-NOTIFIED)).await?;
    tx.commit().await?;
    app.limits.forget_quiet();
    let files = forget_unsent(app, now.plus(-UNSENT)).await?;
    if sessions + events + answers + calls + canned + files + notifications > 0 {
        tracing::info!(sessions, events, answers, calls, canned, files, notifications, "cleaned up");
    }
    Ok(())
}

/// First what is known about a file, then its bytes: nobody can send a file that is not there.
async fn forget_unsent(app: &App, before: Time) -> Result<usize, AppError> {
    let limit = i64::try_from(BATCH).unwrap_or(i64::MAX);
    let mut forgotten = 0;
    loop {
        let old = files::list_unsent_before(&mut app.db.conn().await?, before, limit).await?;
        if old.is_empty() {
            return Ok(forgotten);
        }
        let mut gone = Vec::with_capacity(old.len());
        let mut tx = app.db.begin().await?;
        for file in old {
            // It may have been sent meanwhile.
            if files::delete_unsent(&mut tx, file.id).await? {
                gone.push(file);
            }
        }
        tx.commit().await?;
        for file in &gone {
            app.files.discard(&file.key).await;
        }
        forgotten += gone.len();
    }
}
