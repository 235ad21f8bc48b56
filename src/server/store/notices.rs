//! PostgreSQL's LISTEN and NOTIFY, for servers that share a database.

use diesel::sql_types::Text;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use futures::StreamExt;

use super::{Db, StoreError, db::Kind, fixed::Fixed};

/// Hears notices on a connection of its own until that breaks.
///
/// # Errors
/// Why it broke.
pub async fn listen(db: &Db, mut on_notice: impl FnMut(&str)) -> Result<(), StoreError> {
    let Some(conn) = db.listener().await else {
        return Ok(());
    };
    let mut conn = conn?;
    conn.batch_execute("LISTEN live_operator").await?;
    let mut notices = std::pin::pin!(conn.notifications_stream());
    while let Some(notice) = notices.next().await {
        on_notice(&notice?.payload);
    }
    Ok(())
}

/// Sends a notice, of less than 8,000 bytes. Nothing happens where no other server can be.
///
/// # Errors
/// If the database cannot be reached.
pub async fn send(db: &Db, text: &str) -> Result<(), StoreError> {
    let mut conn = db.conn().await?;
    match conn.kind() {
        Kind::Sqlite(_) => {}
        Kind::Postgres(c) => {
            let query = diesel::sql_query("SELECT pg_notify('live_operator', $1)").bind::<Text, _>(text);
            Fixed(query).execute(c).await?;
        }
    }
    Ok(())
}
