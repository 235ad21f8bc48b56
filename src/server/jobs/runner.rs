//! Does the jobs: each by one server at a time, those of one lane one after another, the others beside each other.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::Semaphore,
    task::JoinSet,
    time::{sleep, timeout},
};

use super::{answer, deliver, fetch_media, read_hook, service_mail, webhook};
use crate::{
    domain::{AppError, Time},
    server::{
        actions::{organise, teams, work},
        app::App,
        store::jobs::{Leased, Work},
    },
};

/// Jobs that one server does at once.
const AT_ONCE: usize = 16;
/// How long a job may take before another server may have it: longer than any request to a provider.
const LEASE: i64 = Time::MINUTE;
/// Jobs of other servers are looked for this often.
const LOOK: Duration = Duration::from_secs(1);

/// What becomes of a job.
pub enum Done {
    Finished,
    /// To be done again, not before then.
    Later(Time, Option<String>),
    /// Not begun, for want of room; to be taken again, not before then.
    NotBegun(Time),
}

/// Does jobs until the server stops; then ends what is under way.
pub async fn run(app: App) {
    let mut under_way = JoinSet::new();
    let places = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        let taken = tokio::select! {
            () = app.hub.stopped() => break,
            taken = take(&app, places.available_permits()) => taken,
        };
        let any = !taken.is_empty();
        for job in taken {
            let Ok(place) = places.clone().try_acquire_owned() else { break };
            let app = app.clone();
            under_way.spawn(async move {
                work_on(&app, job).await;
                drop(place);
                // The next of its lane may be due.
                app.work.notify_one();
            });
        }
        while under_way.try_join_next().is_some() {}
        if !any || places.available_permits() == 0 {
            let pause = pause(&app).await;
            tokio::select! {
                () = app.hub.stopped() => break,
                // Time-out and call are the same: look again.
                _ = timeout(pause, app.work.notified()) => {}
            }
        }
    }
    while under_way.join_next().await.is_some() {}
}

/// Does every job that is due, and those that follow from them; what tests call instead of waiting.
pub async fn drain(app: &App) {
    loop {
        let taken = take(app, AT_ONCE).await;
        if taken.is_empty() {
            return;
        }
        let mut under_way = JoinSet::new();
        for job in taken {
            let app = app.clone();
            under_way.spawn(async move { work_on(&app, job).await });
        }
        under_way.join_all().await;
    }
}

async fn take(app: &App, places: usize) -> Vec<Leased> {
    if places == 0 {
        return Vec::new();
    }
    let now = app.clock.now();
    match work::take(app, now, now.plus(LEASE), places).await {
        Ok(taken) => taken,
        Err(error) => {
            tracing::warn!(%error, "jobs cannot be taken; trying again");
            sleep(LOOK).await;
            Vec::new()
        }
    }
}

async fn pause(app: &App) -> Duration {
    let now = app.clock.now();
    match work::next_due(app, now).await {
        Ok(Some(due)) => {
            Duration::from_micros(due.since(now).max(0).unsigned_abs()).clamp(Duration::from_millis(1), LOOK)
        }
        _ => LOOK,
    }
}

async fn work_on(app: &App, job: Leased) {
    let result = match job.work {
        Work::Deliver(id) => deliver::deliver(app, id).await,
        Work::Settle(id) => deliver::settle(app, &job, id).await,
        Work::ReadHook(id) => read_hook::read(app, id, 0).await,
        Work::CallWebhook(id) => webhook::call(app, id).await,
        Work::AnswerTurn(id) => answer::answer(app, id).await,
        Work::WatchTurn(id) => answer::watch(app, id).await,
        Work::ReadAgain(id, looks) => read_hook::read(app, id, looks).await,
        Work::FetchMedia(id) => fetch_media::fetch(app, &job, id).await,
        Work::EmptyTeam(id) => teams::empty(app, id).await.map(|()| Done::Finished),
        Work::SendServiceMail(id) => service_mail::send(app, &job, id).await,
        Work::EndSnooze(id) => organise::wake_due(app, id).await.map(|()| Done::Finished),
    };
    let done = result.unwrap_or_else(|error| {
        tracing::warn!(job = job.id, work = ?job.work, attempts = job.attempts, %error, "a job failed");
        Done::Later(app.clock.now().plus(after_error(&error, job.attempts)), Some(error.to_string()))
    });
    let ended = match done {
        Done::Finished => work::finish(app, &job).await,
        Done::Later(at, why) => work::postpone(app, &job, at, why.as_deref()).await,
        Done::NotBegun(at) => work::put_back(app, &job, at).await,
    };
    // Else the lease ends by itself, and the job is done again: each is such that this does no harm.
    if let Err(error) = ended {
        tracing::warn!(job = job.id, %error, "the end of a job could not be written");
    }
}

/// A database that is away comes back; what else fails is our fault, and not in a hurry.
fn after_error(error: &AppError, attempts: i64) -> i64 {
    match error {
        AppError::Unavailable => Time::SECOND,
        _ => Time::SECOND << attempts.clamp(1, 10),
    }
}
