//! Taking out what nobody needs any more, and packing what is only read.

use std::collections::BTreeSet;

use super::webhooks;
use crate::{
    domain::{AppError, Day, Period, Time},
    server::{
        app::App,
        store::{
            Tx, api_answers, audit, canned, episodes, events, files, half_sign_ins, invitations,
            measured_days, notifications, password_resets, service_mails, sessions, views, webhooks::calls,
        },
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
/// So long can a deleted view be had back.
const DELETED_VIEW: i64 = Time::DAY;
/// So long is it known what became of a mail of our own.
const MAILED: i64 = 30 * Time::DAY;
/// So long is it known who signed in, out or in vain. What was changed is known for good.
const SIGN_INS: i64 = 180 * Time::DAY;
/// Files that are forgotten in one transaction.
const BATCH: usize = 100;
/// Days that are packed in one transaction.
const DAYS_AT_ONCE: usize = 20;

/// Forgets expired sessions, events that are older than any client may be away, responses that were deleted long ago, and
/// files that were never sent; packs what is counted of days that are over.
///
/// # Errors
/// If the database fails.
pub async fn clean_up(app: &App) -> Result<(), AppError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let sessions = forget_ways_in(&mut tx, now).await?;
    let events = events::prune(&mut tx, now.plus(-app.config.server.event_days * Time::DAY)).await?;
    let answers = api_answers::delete_before(&mut tx, now.plus(-ANSWERED)).await?;
    let calls = calls::delete_ended_before(&mut tx, now.plus(-webhooks::KEPT)).await?;
    let canned = canned::delete_deleted_before(&mut tx, now.plus(-DELETED)).await?;
    let notifications = notifications::delete_read_before(&mut tx, now.plus(-NOTIFIED)).await?;
    let mails = service_mails::delete_ended_before(&mut tx, now.plus(-MAILED)).await?;
    views::delete_before(&mut tx, now.plus(-DELETED_VIEW)).await?;
    tx.commit().await?;
    app.limits.forget_quiet();
    let files = forget_unsent(app, now.plus(-UNSENT)).await?;
    pack_days(app).await?;
    if sessions + events + answers + calls + canned + files + mails + notifications > 0 {
        tracing::info!(sessions, events, answers, calls, canned, files, mails, notifications, "cleaned up");
    }
    Ok(())
}

/// Packs the days that are over since a day: by then nothing is added to them any more, whatever a clock does.
///
/// # Errors
/// If the database fails.
pub async fn pack_days(app: &App) -> Result<(), AppError> {
    let mut conn = app.db.conn().await?;
    let Some(first) = episodes::find_first_beginning(&mut conn).await? else { return Ok(()) };
    let period = Period { first: Day::of(first, 0), last: Day::of(app.clock.now(), 0).plus(-2) };
    let packed: BTreeSet<Day> = measured_days::list_packed(&mut conn, period).await?.into_iter().collect();
    drop(conn);
    let days = (0..period.days()).map(|place| period.first.plus(place));
    let missing: Vec<Day> = days.filter(|day| !packed.contains(day)).collect();
    for some in missing.chunks(DAYS_AT_ONCE) {
        let mut tx = app.db.begin().await?;
        for day in some {
            measured_days::pack(&mut tx, *day).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Sessions, and what leads to one, that are of no use any more; and old entries about them.
async fn forget_ways_in(tx: &mut Tx, now: Time) -> Result<usize, AppError> {
    let sessions = sessions::delete_expired(tx, now).await? + half_sign_ins::delete_expired(tx, now).await?;
    let links = invitations::delete_expired_before(tx, now).await?
        + password_resets::delete_expired_before(tx, now).await?;
    Ok(sessions + links + audit::delete_sign_ins_before(tx, now.plus(-SIGN_INS)).await?)
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
