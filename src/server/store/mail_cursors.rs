//! How far mailboxes have been read.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, StoreError, db::on, schema::mail_cursors, types::Uid};
use crate::domain::ChannelId;

/// A place in a mailbox (RFC 9051 § 2.3.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Another validity means that all identifiers are new.
    pub uid_validity: u32,
    /// The newest message that is kept.
    pub last_uid: u32,
}

pub async fn find(conn: &mut Conn, channel: ChannelId) -> Result<Option<Cursor>, StoreError> {
    let found: Option<(i64, i64)> = on!(conn, |c| mail_cursors::table
        .find(Uid::of(channel))
        .select((mail_cursors::uid_validity, mail_cursors::last_uid))
        .first(c)
        .await
        .optional()?);
    let number = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
    Ok(found.map(|(validity, uid)| Cursor { uid_validity: number(validity), last_uid: number(uid) }))
}

pub async fn put(conn: &mut Conn, channel: ChannelId, cursor: Cursor) -> Result<(), StoreError> {
    let (validity, uid) = (i64::from(cursor.uid_validity), i64::from(cursor.last_uid));
    on!(conn, |c| diesel::insert_into(mail_cursors::table)
        .values((
            mail_cursors::channel_id.eq(Uid::of(channel)),
            mail_cursors::uid_validity.eq(validity),
            mail_cursors::last_uid.eq(uid),
        ))
        .on_conflict(mail_cursors::channel_id)
        .do_update()
        .set((mail_cursors::uid_validity.eq(validity), mail_cursors::last_uid.eq(uid)))
        .execute(c)
        .await?);
    Ok(())
}

/// Puts the first place, unless there is one.
pub async fn put_if_missing(conn: &mut Conn, channel: ChannelId, cursor: Cursor) -> Result<(), StoreError> {
    on!(conn, |c| diesel::insert_into(mail_cursors::table)
        .values((
            mail_cursors::channel_id.eq(Uid::of(channel)),
            mail_cursors::uid_validity.eq(i64::from(cursor.uid_validity)),
            mail_cursors::last_uid.eq(i64::from(cursor.last_uid)),
        ))
        .on_conflict(mail_cursors::channel_id)
        .do_nothing()
        .execute(c)
        .await?);
    Ok(())
}

/// Forgets a place: the mailbox is another.
pub async fn delete(conn: &mut Conn, channel: ChannelId) -> Result<(), StoreError> {
    on!(conn, |c| diesel::delete(mail_cursors::table.find(Uid::of(channel))).execute(c).await?);
    Ok(())
}
