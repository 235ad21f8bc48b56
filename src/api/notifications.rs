//! What the operator is told of, and what they want to be told of.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::domain::{AppError, NotificationId, NotificationList, NotificationRule, NotificationRules};

/// A stretch of the operator's notifications, the newest first, from behind one on.
///
/// # Errors
/// If nobody is signed in, or the database fails.
#[server(prefix = "/fn", endpoint = "load_notifications", input = Json)]
pub async fn load_notifications(behind: Option<NotificationId>) -> Result<NotificationList, AppError> {
    use crate::server::{http::guard, queries::notifications};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        notifications::list(&app, &me, behind).await
    })
    .await
}

/// Notes that the operator has read one of their notifications; none: all of them.
///
/// # Errors
/// If nobody is signed in, or the database fails.
#[server(prefix = "/fn", endpoint = "read_notifications", input = Json)]
pub async fn read_notifications(id: Option<NotificationId>) -> Result<(), AppError> {
    use crate::server::{actions::notifications, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        notifications::read(&app, &me, id).await
    })
    .await
}

/// What the operator wants to be told of.
///
/// # Errors
/// If nobody is signed in, or the database fails.
#[server(prefix = "/fn", endpoint = "load_notification_rules", input = Json)]
pub async fn load_notification_rules() -> Result<NotificationRules, AppError> {
    use crate::server::{http::guard, queries::notifications};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        notifications::rules(&app, &me).await
    })
    .await
}

/// Switches a rule on or off for the operator. A plain form, which works without JavaScript.
///
/// # Errors
/// If nobody is signed in, or the database fails.
#[server(prefix = "/fn", endpoint = "set_notification_rule")]
pub async fn set_notification_rule(rule: NotificationRule, on: bool) -> Result<NotificationRules, AppError> {
    use crate::server::{actions, http::guard, queries::notifications};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        actions::notifications::set_rule(&app, &me, rule, on).await?;
        notifications::rules(&app, &me).await
    })
    .await
}
