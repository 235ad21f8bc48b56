//! What belongs to the whole workspace, and its audit log. For admins alone.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::domain::{AppError, AuditPage, AuditQuery};

/// What the workspace is called.
///
/// # Errors
/// If the caller is no admin.
#[server(prefix = "/fn", endpoint = "load_workspace", input = Json)]
pub async fn load_workspace() -> Result<String, AppError> {
    use crate::server::{http::guard, queries::people};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        people::workspace(&app, &me).await
    })
    .await
}

/// Calls the workspace by another name, and returns it as it is kept.
///
/// # Errors
/// If the caller is no admin, or the name cannot be used.
#[server(prefix = "/fn", endpoint = "rename_workspace")]
pub async fn rename_workspace(name: String) -> Result<String, AppError> {
    use crate::server::{actions::workspace, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        workspace::rename(&app, &me, &name).await
    })
    .await
}

/// A stretch of the audit log.
///
/// # Errors
/// If the caller is no admin.
#[server(prefix = "/fn", endpoint = "load_audit", input = Json)]
pub async fn load_audit(query: AuditQuery) -> Result<AuditPage, AppError> {
    use crate::server::{http::guard, queries::audit};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        audit::list(&app, &me, &query).await
    })
    .await
}
