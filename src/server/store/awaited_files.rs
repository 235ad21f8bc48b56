//! Files that messages wait for: where their providers keep them. A row goes when its file is here.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    schema::awaited_files,
    types::{Micros, Uid},
};
use crate::domain::{AwaitedFileId, ChannelId, MessageId, Time};

/// A file at a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awaited {
    pub id: AwaitedFileId,
    pub message_id: MessageId,
    /// Whose provider keeps it.
    pub channel_id: ChannelId,
    pub url: String,
    /// As the provider says.
    pub content_type: Option<String>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = awaited_files)]
struct Record {
    id: Uid,
    message_id: Uid,
    channel_id: Uid,
    url: String,
    content_type: Option<String>,
    created_at: Micros,
}

impl Record {
    fn read(self) -> Awaited {
        Awaited {
            id: self.id.to(),
            message_id: self.message_id.to(),
            channel_id: self.channel_id.to(),
            url: self.url,
            content_type: self.content_type,
        }
    }
}

pub async fn insert(conn: &mut Conn, file: &Awaited, now: Time) -> Result<(), StoreError> {
    let record = Record {
        id: Uid::of(file.id),
        message_id: Uid::of(file.message_id),
        channel_id: Uid::of(file.channel_id),
        url: file.url.clone(),
        content_type: file.content_type.clone(),
        created_at: Micros(now),
    };
    on!(conn, |c| diesel::insert_into(awaited_files::table).values(&record).execute(c).await?);
    Ok(())
}

pub async fn find(conn: &mut Conn, id: AwaitedFileId) -> Result<Option<Awaited>, StoreError> {
    let record: Option<Record> = on!(conn, |c| awaited_files::table
        .find(Uid::of(id))
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    Ok(record.map(Record::read))
}

pub async fn delete(conn: &mut Conn, id: AwaitedFileId) -> Result<(), StoreError> {
    on!(conn, |c| diesel::delete(awaited_files::table.find(Uid::of(id))).execute(c).await?);
    Ok(())
}
