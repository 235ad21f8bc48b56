//! What belongs to the whole workspace.

use super::audit::{self, Done};
use crate::{
    domain::{AppError, AuditKind, clean_line, setup::only_admins},
    server::{app::App, auth::session::SignedIn, store::workspace},
};

/// The longest name, in characters.
const LONGEST_NAME: usize = 60;

/// Calls the workspace by another name.
///
/// # Errors
/// If the caller is no admin, or the name cannot be used.
pub async fn rename(app: &App, me: &SignedIn, name: &str) -> Result<String, AppError> {
    only_admins(me)?;
    let name = clean_line(name);
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(AppError::invalid("name", format!("Give a name of at most {LONGEST_NAME} characters.")));
    }
    let mut tx = app.db.begin().await?;
    let was = workspace::find_name(&mut tx).await?;
    if was != name {
        workspace::update_name(&mut tx, &name).await?;
        let done = Done::plain(AuditKind::WorkspaceRenamed, &name).saying(format!("before: {was}"));
        audit::record(&mut tx, &me.into(), done, app.clock.now()).await?;
    }
    tx.commit().await?;
    Ok(name)
}
