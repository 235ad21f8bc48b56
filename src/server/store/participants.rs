//! Who has a part in a conversation by mail.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, StoreError, db::on, schema::participants, types::Uid};
use crate::domain::ConversationId;

/// Gives an address a part; one that has it keeps it. Addresses are compared as they are given: in lower case.
pub async fn put(conn: &mut Conn, conversation: ConversationId, address: &str) -> Result<(), StoreError> {
    on!(conn, |c| diesel::insert_into(participants::table)
        .values((participants::conversation_id.eq(Uid::of(conversation)), participants::address.eq(address)))
        .on_conflict((participants::conversation_id, participants::address))
        .do_nothing()
        .execute(c)
        .await?);
    Ok(())
}

/// Whether an address has a part.
pub async fn has(conn: &mut Conn, conversation: ConversationId, address: &str) -> Result<bool, StoreError> {
    let found: Option<String> = on!(conn, |c| participants::table
        .find((Uid::of(conversation), address))
        .select(participants::address)
        .first(c)
        .await
        .optional()?);
    Ok(found.is_some())
}
