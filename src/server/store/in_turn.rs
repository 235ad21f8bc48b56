//! Waiting in line for something that is no row.

use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;

use super::{Conn, StoreError, db::Kind};

/// Waits until nobody else has the turn of this name, and keeps it until the transaction ends. It numbers no transaction,
/// so that the numbers of those who wait follow the order of their turns: see [`super::conversations::lock`].
pub async fn take_turn(conn: &mut Conn, name: &str) -> Result<(), StoreError> {
    conn.count_query();
    match conn.kind() {
        // The write transaction is the only one there is.
        Kind::Sqlite(_) => {}
        Kind::Postgres(c) => {
            diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
                .bind::<Text, _>(name)
                .execute(c)
                .await?;
        }
    }
    Ok(())
}
