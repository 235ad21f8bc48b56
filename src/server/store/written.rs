//! What operators wrote where the message says something else, because its macros were filled.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, StoreError, db::on, schema::written, types::Uid};
use crate::domain::MessageId;

pub async fn insert(conn: &mut Conn, message: MessageId, text: &str) -> Result<(), StoreError> {
    on!(conn, |c| diesel::insert_into(written::table)
        .values((written::message_id.eq(Uid::of(message)), written::text.eq(text)))
        .execute(c)
        .await?);
    Ok(())
}

/// What was written for a message; none if it says just that.
pub async fn find(conn: &mut Conn, message: MessageId) -> Result<Option<String>, StoreError> {
    Ok(on!(conn, |c| written::table
        .find(Uid::of(message))
        .select(written::text)
        .first(c)
        .await
        .optional()?))
}
