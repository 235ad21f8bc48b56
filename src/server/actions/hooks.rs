//! What providers tell us: kept before it is read.

use crate::{
    domain::{AppError, ChannelId, HookId, HookState, Time},
    server::{
        app::App,
        clock::new_id,
        store::{
            Tx,
            hooks::{self, Kept},
            jobs::{self, Work},
        },
    },
};

/// A request whose signature is good.
#[derive(Debug, Clone)]
pub struct Told {
    /// The same for every repetition of the same event.
    pub key: String,
    /// Path and query.
    pub target: String,
    pub content_type: String,
    pub body: Vec<u8>,
}

/// Keeps what a provider told, with the job of reading it. The same event again is not kept twice.
///
/// # Errors
/// If the database fails: the provider has to tell it again.
pub async fn keep(app: &App, channel: ChannelId, told: Told) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    let is_new = put(&mut tx, channel, told, app.clock.now()).await?;
    tx.commit().await?;
    if is_new {
        app.work.notify_one();
    }
    Ok(())
}

/// The same in a transaction that does more; false if it was kept before.
pub(super) async fn put(tx: &mut Tx, channel: ChannelId, told: Told, now: Time) -> Result<bool, AppError> {
    let kept = Kept {
        id: new_id(),
        channel_id: channel,
        key: told.key,
        target: told.target,
        content_type: told.content_type,
        body: told.body,
        state: HookState::Waiting,
        remark: None,
        received_at: now,
    };
    let is_new = hooks::insert(tx, &kept).await?;
    if is_new {
        // One after another, so that a customer's messages keep their order.
        jobs::insert(tx, Work::ReadHook(kept.id), Some(channel.into()), now, now).await?;
    }
    Ok(is_new)
}

/// Has something read once more, so many microseconds from now.
///
/// # Errors
/// If the database fails.
pub async fn read_again(app: &App, id: HookId, looks: u8, after: i64) -> Result<(), AppError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    jobs::insert(&mut tx, Work::ReadAgain(id, looks), None, now.plus(after), now).await?;
    tx.commit().await?;
    Ok(())
}

/// Notes what became of it.
///
/// # Errors
/// If the database fails.
pub async fn close(app: &App, hook: &Kept, state: HookState, remark: Option<&str>) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    hooks::update_state(&mut tx, hook.id, state, remark).await?;
    tx.commit().await?;
    Ok(())
}
