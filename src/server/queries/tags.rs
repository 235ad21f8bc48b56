//! Tags, for those who look after them.

use crate::{
    domain::{AppError, Me, Tag, setup::only_supervisors},
    server::{app::App, store::tags},
};

/// All tags by name, the archived too.
///
/// # Errors
/// If the caller is neither supervisor nor admin, or the database fails.
pub async fn list(app: &App, me: &Me) -> Result<Vec<Tag>, AppError> {
    only_supervisors(me)?;
    Ok(tags::list(&mut app.db.conn().await?).await?)
}
