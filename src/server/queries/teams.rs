//! Teams that are in no list any more.

use crate::{
    domain::{AppError, ArchivedTeam, Me, setup::only_supervisors},
    server::{app::App, store::teams},
};

/// Archived teams, the last that was archived first.
///
/// # Errors
/// If the role does not allow it, or the database fails.
pub async fn archived(app: &App, me: &Me) -> Result<Vec<ArchivedTeam>, AppError> {
    only_supervisors(me)?;
    Ok(teams::list_archived(&mut app.db.conn().await?).await?)
}
