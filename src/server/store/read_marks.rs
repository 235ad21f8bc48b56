//! How far operators have read.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, StoreError, db::on, fixed::Fixed, schema::read_marks, types::Uid};
use crate::domain::{ConversationId, OperatorId, ReadMark};

type Columns = (Uid, Uid, i64, i64);

fn read((conversation, operator, seq, customer_messages): Columns) -> (ConversationId, OperatorId, ReadMark) {
    (conversation.to(), operator.to(), ReadMark { seq, customer_messages })
}

pub async fn find(
    conn: &mut Conn,
    operator: OperatorId,
    conversation: ConversationId,
) -> Result<Option<ReadMark>, StoreError> {
    let columns: Option<Columns> = on!(conn, |c| read_marks::table
        .find((Uid::of(conversation), Uid::of(operator)))
        .first(c)
        .await
        .optional()?);
    Ok(columns.map(|columns| read(columns).2))
}

/// One operator's marks in some conversations.
pub async fn list_of(
    conn: &mut Conn,
    operator: OperatorId,
    conversations: &[ConversationId],
) -> Result<Vec<(ConversationId, ReadMark)>, StoreError> {
    let ids: Vec<Uid> = conversations.iter().map(|id| Uid::of(*id)).collect();
    let columns: Vec<Columns> = on!(conn, |c| read_marks::table
        .filter(read_marks::operator_id.eq(Uid::of(operator)))
        .filter(read_marks::conversation_id.eq_any(ids))
        .load(c)
        .await?);
    Ok(columns.into_iter().map(read).map(|(conversation, _, mark)| (conversation, mark)).collect())
}

/// Everybody's marks in some conversations.
pub async fn list_in(
    conn: &mut Conn,
    conversations: &[ConversationId],
) -> Result<Vec<(ConversationId, OperatorId, ReadMark)>, StoreError> {
    let ids: Vec<Uid> = conversations.iter().map(|id| Uid::of(*id)).collect();
    let columns: Vec<Columns> =
        on!(conn, |c| read_marks::table.filter(read_marks::conversation_id.eq_any(ids)).load(c).await?);
    Ok(columns.into_iter().map(read).collect())
}

/// Puts an operator's mark, wherever it was.
pub async fn put(
    conn: &mut Conn,
    operator: OperatorId,
    conversation: ConversationId,
    mark: ReadMark,
) -> Result<(), StoreError> {
    let place = (read_marks::seq.eq(mark.seq), read_marks::customer_messages.eq(mark.customer_messages));
    on!(conn, |c| Fixed(
        diesel::insert_into(read_marks::table)
            .values((
                read_marks::conversation_id.eq(Uid::of(conversation)),
                read_marks::operator_id.eq(Uid::of(operator)),
                place,
            ))
            .on_conflict((read_marks::conversation_id, read_marks::operator_id))
            .do_update()
            .set(place)
    )
    .execute(c)
    .await?);
    Ok(())
}

/// Puts an operator's mark where they have none yet.
pub async fn put_if_missing(
    conn: &mut Conn,
    operator: OperatorId,
    conversation: ConversationId,
    mark: ReadMark,
) -> Result<(), StoreError> {
    on!(conn, |c| diesel::insert_into(read_marks::table)
        .values((
            read_marks::conversation_id.eq(Uid::of(conversation)),
            read_marks::operator_id.eq(Uid::of(operator)),
            read_marks::seq.eq(mark.seq),
            read_marks::customer_messages.eq(mark.customer_messages),
        ))
        .on_conflict_do_nothing()
        .execute(c)
        .await?);
    Ok(())
}
