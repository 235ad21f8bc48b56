//! Jobs: work that must happen after a commit, or at a time. A job is made in the transaction of what makes it
//! necessary, and is there until somebody has finished it.

use diesel::{
    prelude::*,
    sql_types::{BigInt, Text},
};
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Conn, StoreError,
    db::{Kind, on},
    fixed::Fixed,
    schema::jobs,
    types::{Micros, Uid, from_json, to_json},
};
use crate::domain::{
    AwaitedFileId, ConversationId, DeliveryId, HookId, ServiceMailId, TeamId, Time, TurnId, WebhookCallId,
};

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// Gives a message to its provider.
    Deliver(DeliveryId),
    /// Asks a provider what became of a message whose outcome is unknown.
    Settle(DeliveryId),
    /// Reads what a provider told us.
    ReadHook(HookId),
    /// Has a bot answer what a customer wrote.
    AnswerTurn(TurnId),
    /// Looks whether it is at work, and has answered in time.
    WatchTurn(TurnId),
    /// Tells a sibling app something.
    CallWebhook(WebhookCallId),
    /// Reads it once more: it was about a message that was not known, the first time and so many times since.
    ReadAgain(HookId, u8),
    /// Fetches a file that a provider keeps.
    FetchMedia(AwaitedFileId),
    /// Takes what is in work out of a team that was archived.
    EmptyTeam(TeamId),
    /// Wakes a conversation whose snooze is over.
    EndSnooze(ConversationId),
    /// Sends a mail of the installation's own.
    SendServiceMail(ServiceMailId),
}

impl Work {
    const fn kind(self) -> &'static str {
        match self {
            Self::Deliver(_) => "deliver",
            Self::Settle(_) => "settle",
            Self::ReadHook(_) => "read_hook",
            Self::AnswerTurn(_) => "answer_turn",
            Self::WatchTurn(_) => "watch_turn",
            Self::CallWebhook(_) => "call_webhook",
            Self::ReadAgain(..) => "read_again",
            Self::FetchMedia(_) => "fetch_media",
            Self::EmptyTeam(_) => "empty_team",
            Self::EndSnooze(_) => "end_snooze",
            Self::SendServiceMail(_) => "send_service_mail",
        }
    }
}

/// A job that this server has alone until its lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leased {
    pub id: i64,
    /// Tells this lease from a later one of the same job.
    pub epoch: i64,
    /// How often it was taken, with this time.
    pub attempts: i64,
    pub work: Work,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = BigInt)]
    lease_epoch: i64,
    #[diesel(sql_type = BigInt)]
    attempts: i64,
    #[diesel(sql_type = Text)]
    payload: String,
}

/// Takes due jobs. A job of a lane is due only if none before it in the lane is left. Parameters are numbered by their
/// first use, as both databases want.
macro_rules! lease {
    ($locking:literal) => {
        concat!(
            "UPDATE jobs SET lease_until = $1, lease_epoch = lease_epoch + 1, attempts = attempts + 1 WHERE id IN (\
             SELECT due.id FROM jobs AS due WHERE due.run_at <= $2 \
             AND (due.lease_until IS NULL OR due.lease_until <= $2) \
             AND (due.lane IS NULL OR NOT EXISTS \
             (SELECT 1 FROM jobs AS earlier WHERE earlier.lane = due.lane AND earlier.id < due.id)) \
             ORDER BY due.run_at, due.id LIMIT $3",
            $locking,
            ") RETURNING id, lease_epoch, attempts, payload"
        )
    };
}

pub async fn insert(
    conn: &mut Conn,
    work: Work,
    lane: Option<Uuid>,
    run_at: Time,
    now: Time,
) -> Result<(), StoreError> {
    on!(conn, |c| diesel::insert_into(jobs::table)
        .values((
            jobs::kind.eq(work.kind()),
            jobs::payload.eq(to_json(&work)),
            jobs::lane.eq(lane.map(Uid)),
            jobs::run_at.eq(Micros(run_at)),
            jobs::attempts.eq(0),
            jobs::lease_epoch.eq(0),
            jobs::created_at.eq(Micros(now)),
        ))
        .execute(c)
        .await?);
    Ok(())
}

/// Whether any job is due that nobody has.
pub async fn any_due(conn: &mut Conn, now: Time) -> Result<bool, StoreError> {
    let found: Option<i64> = on!(conn, |c| jobs::table
        .filter(jobs::run_at.le(Micros(now)))
        .filter(jobs::lease_until.is_null().or(jobs::lease_until.le(now.0)))
        .select(jobs::id)
        .first(c)
        .await
        .optional()?);
    Ok(found.is_some())
}

/// When the next job is due that is not due now.
pub async fn next_due(conn: &mut Conn, now: Time) -> Result<Option<Time>, StoreError> {
    let next: Option<Micros> = on!(conn, |c| jobs::table
        .filter(jobs::run_at.gt(Micros(now)))
        .order((jobs::run_at, jobs::id))
        .select(jobs::run_at)
        .first(c)
        .await
        .optional()?);
    Ok(next.map(|next| next.0))
}

/// Takes at most so many due jobs until `until`.
pub async fn lease(conn: &mut Conn, now: Time, until: Time, limit: i64) -> Result<Vec<Leased>, StoreError> {
    conn.count_query();
    macro_rules! run {
        ($c:expr, $sql:expr) => {
            Fixed(
                diesel::sql_query($sql)
                    .bind::<BigInt, _>(until.0)
                    .bind::<BigInt, _>(now.0)
                    .bind::<BigInt, _>(limit),
            )
            .load($c)
            .await?
        };
    }
    let mut rows: Vec<Row> = match conn.kind() {
        Kind::Sqlite(c) => run!(c, lease!("")),
        Kind::Postgres(c) => run!(c, lease!(" FOR UPDATE OF due SKIP LOCKED")),
    };
    rows.sort_by_key(|row| row.id);
    rows.into_iter()
        .map(|row| {
            let work = from_json(&row.payload)?;
            Ok(Leased { id: row.id, epoch: row.lease_epoch, attempts: row.attempts, work })
        })
        .collect()
}

/// Ends a job. False if the lease had passed to somebody else.
pub async fn finish(conn: &mut Conn, job: &Leased) -> Result<bool, StoreError> {
    let done = on!(conn, |c| diesel::delete(
        jobs::table.filter(jobs::id.eq(job.id)).filter(jobs::lease_epoch.eq(job.epoch))
    )
    .execute(c)
    .await?);
    Ok(done > 0)
}

/// Removes work that is no longer wanted from its lane, whoever has taken it: who has will find nothing to do.
pub async fn delete(conn: &mut Conn, work: Work, lane: Uuid) -> Result<(), StoreError> {
    on!(conn, |c| diesel::delete(
        jobs::table.filter(jobs::lane.eq(Uid(lane))).filter(jobs::payload.eq(to_json(&work)))
    )
    .execute(c)
    .await?);
    Ok(())
}

/// Gives a job back as it was taken, to be taken again later. False if the lease had passed to somebody else.
pub async fn put_back(conn: &mut Conn, job: &Leased, run_at: Time) -> Result<bool, StoreError> {
    let done = on!(conn, |c| diesel::update(
        jobs::table.filter(jobs::id.eq(job.id)).filter(jobs::lease_epoch.eq(job.epoch))
    )
    .set((
        jobs::run_at.eq(Micros(run_at)),
        jobs::lease_until.eq(None::<i64>),
        jobs::attempts.eq(job.attempts - 1),
    ))
    .execute(c)
    .await?);
    Ok(done > 0)
}

/// Gives a job back, to be done later. False if the lease had passed to somebody else.
pub async fn postpone(
    conn: &mut Conn,
    job: &Leased,
    run_at: Time,
    why: Option<&str>,
) -> Result<bool, StoreError> {
    let done = on!(conn, |c| diesel::update(
        jobs::table.filter(jobs::id.eq(job.id)).filter(jobs::lease_epoch.eq(job.epoch))
    )
    .set((jobs::run_at.eq(Micros(run_at)), jobs::lease_until.eq(None::<i64>), jobs::last_error.eq(why),))
    .execute(c)
    .await?);
    Ok(done > 0)
}
