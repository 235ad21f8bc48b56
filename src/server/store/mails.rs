//! The mails among the messages.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    schema::{mails, messages},
    types::Uid,
};
use crate::domain::{ChannelId, ConversationId, HookId, MessageId};

/// A message's mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub message_id: MessageId,
    pub channel_id: ChannelId,
    /// The Message-ID, without angle brackets.
    pub mail_id: Option<String>,
    /// Cleaned, and safe to show.
    pub html: Option<String>,
    /// The mail as it came.
    pub hook_id: Option<HookId>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = mails)]
struct Record {
    message_id: Uid,
    channel_id: Uid,
    mail_id: Option<String>,
    html: Option<String>,
    hook_id: Option<Uid>,
}

pub async fn insert(conn: &mut Conn, mail: &Mail) -> Result<(), StoreError> {
    let record = Record {
        message_id: Uid::of(mail.message_id),
        channel_id: Uid::of(mail.channel_id),
        mail_id: mail.mail_id.clone(),
        html: mail.html.clone(),
        hook_id: Uid::maybe(mail.hook_id),
    };
    on!(conn, |c| diesel::insert_into(mails::table).values(&record).execute(c).await?);
    Ok(())
}

pub async fn find(conn: &mut Conn, message: MessageId) -> Result<Option<Mail>, StoreError> {
    let record: Option<Record> = on!(conn, |c| mails::table
        .find(Uid::of(message))
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    Ok(record.map(|record| Mail {
        message_id: record.message_id.to(),
        channel_id: record.channel_id.to(),
        mail_id: record.mail_id,
        html: record.html,
        hook_id: record.hook_id.map(Uid::to),
    }))
}

/// Makes a mail another message's: it was moved.
pub async fn update_message(conn: &mut Conn, from: MessageId, to: MessageId) -> Result<(), StoreError> {
    on!(conn, |c| diesel::update(mails::table.find(Uid::of(from)))
        .set(mails::message_id.eq(Uid::of(to)))
        .execute(c)
        .await?);
    Ok(())
}

/// The conversation of the newest mail of a channel with this id.
pub async fn find_conversation(
    conn: &mut Conn,
    channel: ChannelId,
    mail_id: &str,
) -> Result<Option<ConversationId>, StoreError> {
    let found: Option<Uid> = on!(conn, |c| mails::table
        .inner_join(messages::table.on(messages::id.eq(mails::message_id)))
        .filter(mails::channel_id.eq(Uid::of(channel)))
        .filter(mails::mail_id.eq(mail_id))
        .order(messages::id.desc())
        .select(messages::conversation_id)
        .first(c)
        .await
        .optional()?);
    Ok(found.map(Uid::to))
}

/// The ids of a conversation's newest mails before a message, oldest first.
pub async fn list_mail_ids_before(
    conn: &mut Conn,
    conversation: ConversationId,
    before: i64,
    limit: i64,
) -> Result<Vec<String>, StoreError> {
    let ids: Vec<Option<String>> = on!(conn, |c| mails::table
        .inner_join(messages::table.on(messages::id.eq(mails::message_id)))
        .filter(messages::conversation_id.eq(Uid::of(conversation)))
        .filter(messages::seq.lt(before))
        .filter(mails::mail_id.is_not_null())
        .order(messages::seq.desc())
        .limit(limit)
        .select(mails::mail_id)
        .load(c)
        .await?);
    Ok(ids.into_iter().rev().flatten().collect())
}
