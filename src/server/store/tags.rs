//! Tags.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    schema::tags,
    types::{Micros, Uid, Word},
};
use crate::domain::{Hue, Tag, TagId, Time};

type Columns = (Uid, String, Word<Hue>, bool);

fn read((id, name, hue, archived): Columns) -> Tag {
    Tag { id: id.to(), name, hue: hue.0, archived }
}

/// All of them by name, the archived too.
pub async fn list(conn: &mut Conn) -> Result<Vec<Tag>, StoreError> {
    let rows: Vec<Columns> =
        on!(conn, |c| tags::table.select((tags::id, tags::name, tags::hue, tags::archived)).load(c).await?);
    let mut tags: Vec<Tag> = rows.into_iter().map(read).collect();
    tags.sort_by_key(|tag| tag.name.to_lowercase());
    Ok(tags)
}

pub async fn find(conn: &mut Conn, id: TagId) -> Result<Option<Tag>, StoreError> {
    let row: Option<Columns> = on!(conn, |c| tags::table
        .find(Uid::of(id))
        .select((tags::id, tags::name, tags::hue, tags::archived))
        .first(c)
        .await
        .optional()?);
    Ok(row.map(read))
}

/// [`StoreError::Duplicate`] if another that is not archived has this name.
pub async fn insert(conn: &mut Conn, tag: &Tag, now: Time) -> Result<(), StoreError> {
    on!(conn, |c| diesel::insert_into(tags::table)
        .values((
            tags::id.eq(Uid::of(tag.id)),
            tags::name.eq(&tag.name),
            tags::hue.eq(Word(tag.hue)),
            tags::archived.eq(tag.archived),
            tags::created_at.eq(Micros(now)),
        ))
        .execute(c)
        .await?);
    Ok(())
}

/// As [`insert`].
pub async fn update(conn: &mut Conn, tag: &Tag) -> Result<(), StoreError> {
    on!(conn, |c| diesel::update(tags::table.find(Uid::of(tag.id)))
        .set((tags::name.eq(&tag.name), tags::hue.eq(Word(tag.hue)), tags::archived.eq(tag.archived)))
        .execute(c)
        .await?);
    Ok(())
}
