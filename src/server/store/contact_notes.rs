//! What operators wrote down about contacts.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    schema::{contact_notes, operators},
    types::{Micros, Uid},
};
use crate::domain::{ContactId, ContactNote, ContactNoteId, Me, OperatorId, Time};

/// Keeps a note of its author's.
pub async fn insert(
    conn: &mut Conn,
    id: ContactNoteId,
    contact: ContactId,
    author: OperatorId,
    text: &str,
    at: Time,
) -> Result<(), StoreError> {
    on!(conn, |c| diesel::insert_into(contact_notes::table)
        .values((
            contact_notes::id.eq(Uid::of(id)),
            contact_notes::contact_id.eq(Uid::of(contact)),
            contact_notes::author_id.eq(Uid::of(author)),
            contact_notes::text.eq(text),
            contact_notes::created_at.eq(Micros(at)),
        ))
        .execute(c)
        .await?);
    Ok(())
}

/// The notes of these contacts, as this operator is shown them, newest first.
pub async fn list(conn: &mut Conn, me: &Me, ids: &[ContactId]) -> Result<Vec<ContactNote>, StoreError> {
    type Columns = (Uid, Uid, String, String, Micros);
    let of: Vec<Uid> = ids.iter().map(|id| Uid::of(*id)).collect();
    let rows: Vec<Columns> = on!(conn, |c| contact_notes::table
        .inner_join(operators::table.on(operators::id.eq(contact_notes::author_id)))
        .filter(contact_notes::contact_id.eq_any(of))
        .filter(contact_notes::deleted_at.is_null())
        .order((contact_notes::created_at.desc(), contact_notes::id.desc()))
        .select((
            contact_notes::id,
            contact_notes::author_id,
            operators::name,
            contact_notes::text,
            contact_notes::created_at,
        ))
        .load(c)
        .await?);
    let read = |(id, author, author_name, text, at): Columns| {
        let author_id: OperatorId = author.to();
        let may_remove = ContactNote::may_be_removed(me, author_id);
        ContactNote { id: id.to(), author_id, author_name, text, created_at: at.0, may_remove }
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Who wrote a note of one of these contacts, removed or not.
pub async fn find_author(
    conn: &mut Conn,
    id: ContactNoteId,
    ids: &[ContactId],
) -> Result<Option<OperatorId>, StoreError> {
    let of: Vec<Uid> = ids.iter().map(|id| Uid::of(*id)).collect();
    let author: Option<Uid> = on!(conn, |c| contact_notes::table
        .find(Uid::of(id))
        .filter(contact_notes::contact_id.eq_any(of))
        .select(contact_notes::author_id)
        .first(c)
        .await
        .optional()?);
    Ok(author.map(Uid::to))
}

/// Notes who removed a note and when; none: it is there again.
pub async fn update_deleted(
    conn: &mut Conn,
    id: ContactNoteId,
    deleted: Option<(OperatorId, Time)>,
) -> Result<(), StoreError> {
    let by = deleted.map(|(by, _)| Uid::of(by));
    let at = deleted.map(|(_, at)| Micros(at));
    on!(conn, |c| diesel::update(contact_notes::table.find(Uid::of(id)))
        .set((contact_notes::deleted_by.eq(by), contact_notes::deleted_at.eq(at)))
        .execute(c)
        .await?);
    Ok(())
}
