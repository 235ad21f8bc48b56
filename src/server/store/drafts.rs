//! What operators have written and not sent.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    schema::drafts,
    types::{Micros, Uid},
};
use crate::domain::{ConversationId, OperatorId, Time};

pub async fn find(
    conn: &mut Conn,
    operator: OperatorId,
    conversation: ConversationId,
) -> Result<Option<String>, StoreError> {
    Ok(on!(conn, |c| drafts::table
        .find((Uid::of(conversation), Uid::of(operator)))
        .select(drafts::body)
        .first(c)
        .await
        .optional()?))
}

/// Keeps a draft; an empty one is forgotten.
pub async fn put(
    conn: &mut Conn,
    operator: OperatorId,
    conversation: ConversationId,
    body: &str,
    now: Time,
) -> Result<(), StoreError> {
    let key = (Uid::of(conversation), Uid::of(operator));
    if body.is_empty() {
        on!(conn, |c| diesel::delete(drafts::table.find(key)).execute(c).await?);
        return Ok(());
    }
    let content = (drafts::body.eq(body), drafts::updated_at.eq(Micros(now)));
    on!(conn, |c| diesel::insert_into(drafts::table)
        .values((drafts::conversation_id.eq(key.0), drafts::operator_id.eq(key.1), content))
        .on_conflict((drafts::conversation_id, drafts::operator_id))
        .do_update()
        .set(content)
        .execute(c)
        .await?);
    Ok(())
}
