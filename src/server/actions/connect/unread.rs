//! What came in and could not be read.

use crate::{
    domain::{AppError, HookId, HookState, Me, setup::only_admins},
    server::{
        app::App,
        store::{
            hooks,
            jobs::{self, Work},
        },
    },
};

/// Has something read once more that could not be read; after whatever was in the way is mended. What is being read
/// already is not read twice.
///
/// # Errors
/// If the caller is no admin, or there is nothing by this id.
pub async fn read_again(app: &App, me: &Me, id: HookId) -> Result<(), AppError> {
    only_admins(me)?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let hook = hooks::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    if hook.state != HookState::Unreadable {
        return Ok(());
    }
    hooks::update_state(&mut tx, id, HookState::Waiting, None).await?;
    // In its channel's lane, as when it came.
    jobs::insert(&mut tx, Work::ReadHook(id), Some(hook.channel_id.into()), now, now).await?;
    tx.commit().await?;
    app.work.notify_one();
    Ok(())
}
