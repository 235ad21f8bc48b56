//! What operators do with what they are told.

use crate::{
    domain::{AppError, Event, Me, NotificationId, NotificationRule, OperatorId, Time},
    server::{
        app::App,
        store::{
            StoreError, Tx, events,
            notifications::{self, Which},
        },
    },
};

/// Notes that an operator has read one of theirs; none: all of them. What is no longer there is read.
///
/// # Errors
/// If the database fails.
pub async fn read(app: &App, me: &Me, id: Option<NotificationId>) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    note_read(&mut tx, me.id, id.map_or(Which::All, Which::One), app.clock.now()).await?;
    tx.commit().await?;
    app.hub.committed();
    Ok(())
}

/// Notes what an operator has read, and tells their tabs.
pub(super) async fn note_read(
    tx: &mut Tx,
    operator_id: OperatorId,
    which: Which,
    at: Time,
) -> Result<(), StoreError> {
    let ids = notifications::update_read(tx, operator_id, which, at).await?;
    if ids.is_empty() {
        return Ok(());
    }
    events::append(tx, &Event::NotificationsRead { operator_id, ids }, None, at).await
}

/// Keeps what an operator wants to be told of from now on.
///
/// # Errors
/// If the database fails.
pub async fn set_rule(app: &App, me: &Me, rule: NotificationRule, on: bool) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    notifications::put_rule(&mut tx, me.id, rule, on).await?;
    Ok(tx.commit().await?)
}
