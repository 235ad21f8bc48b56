//! What operators have noted of contacts, by names of their own.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError, contact_blocks,
    db::on,
    schema::contact_attributes,
    types::{Micros, Uid},
};
use crate::domain::{About, Attribute, ContactId, OperatorId, Time};

/// What is noted of the person who these contacts are, the kept one first.
pub async fn of(conn: &mut Conn, ids: &[ContactId]) -> Result<About, StoreError> {
    let attributes = About::attributes_of(list(conn, ids).await?, ids);
    let mut blocks = contact_blocks::list_in_force(conn, ids).await?;
    let block = if blocks.is_empty() { None } else { Some(blocks.remove(0).block) };
    Ok(About { attributes, block })
}

/// All attributes of these contacts.
pub async fn list(conn: &mut Conn, ids: &[ContactId]) -> Result<Vec<(ContactId, Attribute)>, StoreError> {
    let of: Vec<Uid> = ids.iter().map(|id| Uid::of(*id)).collect();
    let rows: Vec<(Uid, String, String)> = on!(conn, |c| contact_attributes::table
        .filter(contact_attributes::contact_id.eq_any(of))
        .select((contact_attributes::contact_id, contact_attributes::name, contact_attributes::value))
        .load(c)
        .await?);
    Ok(rows.into_iter().map(|(id, name, value)| (id.to(), Attribute { name, value })).collect())
}

/// Notes an attribute, in place of the one by that name.
pub async fn put(
    conn: &mut Conn,
    contact: ContactId,
    attribute: &Attribute,
    by: OperatorId,
    at: Time,
) -> Result<(), StoreError> {
    let change = (
        contact_attributes::name.eq(&attribute.name),
        contact_attributes::value.eq(&attribute.value),
        contact_attributes::updated_by.eq(Uid::of(by)),
        contact_attributes::updated_at.eq(Micros(at)),
    );
    on!(conn, |c| diesel::insert_into(contact_attributes::table)
        .values((
            contact_attributes::contact_id.eq(Uid::of(contact)),
            contact_attributes::key.eq(Attribute::key(&attribute.name)),
            change,
        ))
        .on_conflict((contact_attributes::contact_id, contact_attributes::key))
        .do_update()
        .set(change)
        .execute(c)
        .await?);
    Ok(())
}

/// Forgets the attribute by a name of these contacts.
pub async fn delete(conn: &mut Conn, ids: &[ContactId], name: &str) -> Result<(), StoreError> {
    let of: Vec<Uid> = ids.iter().map(|id| Uid::of(*id)).collect();
    on!(conn, |c| diesel::delete(
        contact_attributes::table
            .filter(contact_attributes::contact_id.eq_any(of))
            .filter(contact_attributes::key.eq(Attribute::key(name)))
    )
    .execute(c)
    .await?);
    Ok(())
}
