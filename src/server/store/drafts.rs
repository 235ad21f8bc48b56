//! What operators have written and not sent.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    schema::drafts,
    types::{Micros, Uid},
};
use crate::domain::{ConversationId, Draft, OperatorId, Time};

pub async fn find(
    conn: &mut Conn,
    operator: OperatorId,
    conversation: ConversationId,
) -> Result<Option<Draft>, StoreError> {
    let found: Option<(String, bool)> = on!(conn, |c| drafts::table
        .find((Uid::of(conversation), Uid::of(operator)))
        .select((drafts::body, drafts::note))
        .first(c)
        .await
        .optional()?);
    Ok(found.map(|(body, note)| Draft::new(body, note)))
}

/// Keeps a draft; an empty one is forgotten.
pub async fn put(
    conn: &mut Conn,
    operator: OperatorId,
    conversation: ConversationId,
    draft: &Draft,
    now: Time,
) -> Result<(), StoreError> {
    if draft.body.is_empty() {
        return delete(conn, operator, conversation).await;
    }
    let key = (Uid::of(conversation), Uid::of(operator));
    let content = (
        drafts::body.eq(draft.body.as_str()),
        drafts::note.eq(draft.note),
        drafts::updated_at.eq(Micros(now)),
    );
    on!(conn, |c| diesel::insert_into(drafts::table)
        .values((drafts::conversation_id.eq(key.0), drafts::operator_id.eq(key.1), content))
        .on_conflict((drafts::conversation_id, drafts::operator_id))
        .do_update()
        .set(content)
        .execute(c)
        .await?);
    Ok(())
}

pub async fn delete(
    conn: &mut Conn,
    operator: OperatorId,
    conversation: ConversationId,
) -> Result<(), StoreError> {
    let key = (Uid::of(conversation), Uid::of(operator));
    on!(conn, |c| diesel::delete(drafts::table.find(key)).execute(c).await?);
    Ok(())
}
