//! What an operator is told of.

use crate::{
    domain::{AppError, Me, Notification, NotificationId, NotificationList, NotificationRules},
    server::{app::App, store::notifications},
};

/// A stretch of an operator's notifications, the newest first, from behind one on. Of a conversation that has passed out
/// of their sight only that there was something is left.
///
/// # Errors
/// If the database fails.
pub async fn list(app: &App, me: &Me, behind: Option<NotificationId>) -> Result<NotificationList, AppError> {
    let mut conn = app.db.conn().await?;
    let mut found = notifications::list(&mut conn, me.id, behind, Notification::PAGE + 1).await?;
    let has_more = found.len() > Notification::PAGE;
    found.truncate(Notification::PAGE);
    let next = found.last().filter(|_| has_more).map(|(last, _)| last.id);
    let shown =
        found.into_iter().map(
            |(notification, facts)| if me.sees(&facts) { notification } else { notification.out_of_sight() },
        );
    Ok(NotificationList { notifications: shown.collect(), next, now: app.clock.now() })
}

/// What an operator wants to be told of.
///
/// # Errors
/// If the database fails.
pub async fn rules(app: &App, me: &Me) -> Result<NotificationRules, AppError> {
    let said = notifications::list_rules(&mut app.db.conn().await?, me.id).await?;
    Ok(NotificationRules::of(&said))
}
