//! Files that go with messages; their bytes are elsewhere.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{
    Conn, StoreError,
    db::on,
    schema::files,
    types::{Micros, Uid},
};
use crate::domain::{Attachment, Dimensions, FileId, MessageId, Time};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = files)]
struct Record {
    id: Uid,
    key: String,
    name: String,
    content_type: String,
    size: i64,
    width: Option<i64>,
    height: Option<i64>,
    uploaded_by: Option<Uid>,
    message_id: Option<Uid>,
    created_at: Micros,
}

impl Record {
    fn read(self) -> Attachment {
        let pixels = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
        Attachment {
            id: self.id.to(),
            key: self.key,
            name: self.name,
            content_type: self.content_type,
            size: self.size,
            image: self
                .width
                .zip(self.height)
                .map(|(width, height)| Dimensions { width: pixels(width), height: pixels(height) }),
        }
    }
}

/// Adds a file: of a message, or of somebody who may send it later.
pub async fn insert(
    conn: &mut Conn,
    file: &Attachment,
    message: Option<MessageId>,
    uploaded_by: Option<Uuid>,
    now: Time,
) -> Result<(), StoreError> {
    let record = Record {
        id: Uid::of(file.id),
        key: file.key.clone(),
        name: file.name.clone(),
        content_type: file.content_type.clone(),
        size: file.size,
        width: file.image.map(|image| image.width.into()),
        height: file.image.map(|image| image.height.into()),
        uploaded_by: uploaded_by.map(Uid),
        message_id: Uid::maybe(message),
        created_at: Micros(now),
    };
    on!(conn, |c| diesel::insert_into(files::table).values(&record).execute(c).await?);
    Ok(())
}

pub async fn find_by_key(conn: &mut Conn, key: &str) -> Result<Option<Attachment>, StoreError> {
    let record: Option<Record> = on!(conn, |c| files::table
        .filter(files::key.eq(key))
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    Ok(record.map(Record::read))
}

/// A file that somebody has uploaded and not sent.
pub async fn find_unsent(
    conn: &mut Conn,
    id: FileId,
    uploaded_by: Uuid,
) -> Result<Option<Attachment>, StoreError> {
    let record: Option<Record> = on!(conn, |c| files::table
        .find(Uid::of(id))
        .filter(files::uploaded_by.eq(Uid(uploaded_by)))
        .filter(files::message_id.is_null())
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    Ok(record.map(Record::read))
}

/// Makes an unsent file a message's; false if it is one's already.
pub async fn update_message(conn: &mut Conn, id: FileId, message: MessageId) -> Result<bool, StoreError> {
    let changed =
        on!(conn, |c| diesel::update(files::table.find(Uid::of(id)).filter(files::message_id.is_null()))
            .set(files::message_id.eq(Uid::of(message)))
            .execute(c)
            .await?);
    Ok(changed > 0)
}

/// Makes all files of a message another's: it was moved.
pub async fn update_all_of_message(
    conn: &mut Conn,
    from: MessageId,
    to: MessageId,
) -> Result<(), StoreError> {
    on!(conn, |c| diesel::update(files::table.filter(files::message_id.eq(Uid::of(from))))
        .set(files::message_id.eq(Uid::of(to)))
        .execute(c)
        .await?);
    Ok(())
}

/// Unsent files from before then.
pub async fn list_unsent_before(
    conn: &mut Conn,
    before: Time,
    limit: i64,
) -> Result<Vec<Attachment>, StoreError> {
    let records: Vec<Record> = on!(conn, |c| files::table
        .filter(files::message_id.is_null())
        .filter(files::created_at.lt(Micros(before)))
        .order(files::created_at)
        .limit(limit)
        .select(Record::as_select())
        .load(c)
        .await?);
    Ok(records.into_iter().map(Record::read).collect())
}

/// Deletes a file that was not sent; false if it was meanwhile.
pub async fn delete_unsent(conn: &mut Conn, id: FileId) -> Result<bool, StoreError> {
    let deleted =
        on!(conn, |c| diesel::delete(files::table.find(Uid::of(id)).filter(files::message_id.is_null()))
            .execute(c)
            .await?);
    Ok(deleted > 0)
}
