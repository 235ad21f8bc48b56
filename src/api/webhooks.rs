//! Webhooks out. For admins alone.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::domain::{
    AppError, SavedWebhook, WebhookCall, WebhookCallId, WebhookForm, WebhookId, WebhookList,
};

/// All webhooks and how they do.
///
/// # Errors
/// If the caller is no admin.
#[server(prefix = "/fn", endpoint = "list_webhooks", input = Json)]
pub async fn list_webhooks() -> Result<WebhookList, AppError> {
    use crate::server::{actions::webhooks, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        webhooks::list(&app, &me).await
    })
    .await
}

/// Makes a webhook, or changes the one with this id. Its secret is given here and never again.
///
/// # Errors
/// If the caller is no admin or there is no such webhook; the first field that cannot be used.
#[server(prefix = "/fn", endpoint = "save_webhook", input = Json)]
pub async fn save_webhook(id: Option<WebhookId>, form: WebhookForm) -> Result<SavedWebhook, AppError> {
    use crate::server::{actions::webhooks, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        webhooks::save(&app, &me, id, form).await
    })
    .await
}

/// Takes a webhook out with its calls.
///
/// # Errors
/// If the caller is no admin, or there is no such webhook.
#[server(prefix = "/fn", endpoint = "delete_webhook", input = Json)]
pub async fn delete_webhook(id: WebhookId) -> Result<(), AppError> {
    use crate::server::{actions::webhooks, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        webhooks::delete(&app, &me, id).await
    })
    .await
}

/// The last calls of a webhook, newest first.
///
/// # Errors
/// If the caller is no admin, or there is no such webhook.
#[server(prefix = "/fn", endpoint = "list_webhook_calls", input = Json)]
pub async fn list_webhook_calls(id: WebhookId) -> Result<Vec<WebhookCall>, AppError> {
    use crate::server::{actions::webhooks, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        webhooks::calls(&app, &me, id).await
    })
    .await
}

/// Makes a call once more that has ended.
///
/// # Errors
/// If the caller is no admin, there is no such call, or it cannot be made now.
#[server(prefix = "/fn", endpoint = "call_again", input = Json)]
pub async fn call_again(id: WebhookCallId) -> Result<WebhookCall, AppError> {
    use crate::server::{actions::webhooks, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        webhooks::call_again(&app, &me, id).await
    })
    .await
}
