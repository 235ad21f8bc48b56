//! What was there before the index was: put into it when the schema is brought up to date.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{messages as index, persons};
use crate::{
    domain::{ContactId, MessageId},
    server::store::{Conn, Db, StoreError, contacts, db::on, messages, schema::search_backlog},
};

/// So many are written in one transaction.
const BATCH: i64 = 500;

const MESSAGES: &str = "messages";
const CONTACTS: &str = "contacts";

/// Puts into the index whatever is not in it. What it was interrupted at, it begins again.
///
/// # Errors
/// If the database fails; then the rest is done the next time.
pub async fn fill(db: &Db) -> Result<(), StoreError> {
    if is_open(&mut db.conn().await?, CONTACTS).await? {
        fill_contacts(db).await?;
    }
    if is_open(&mut db.conn().await?, MESSAGES).await? {
        fill_messages(db).await?;
    }
    Ok(())
}

async fn fill_contacts(db: &Db) -> Result<(), StoreError> {
    let mut after = ContactId(uuid::Uuid::nil());
    loop {
        let mut tx = db.begin().await?;
        let batch = contacts::list_kept_after(&mut tx, after, BATCH).await?;
        let Some(last) = batch.last().copied() else {
            close(&mut tx, CONTACTS).await?;
            return tx.commit().await;
        };
        persons::refresh(&mut tx, &batch).await?;
        tx.commit().await?;
        after = last;
    }
}

async fn fill_messages(db: &Db) -> Result<(), StoreError> {
    let (mut after, mut count) = (MessageId(uuid::Uuid::nil()), 0);
    loop {
        let mut tx = db.begin().await?;
        let batch = messages::list_after(&mut tx, after, BATCH).await?;
        let Some(last) = batch.last() else {
            close(&mut tx, MESSAGES).await?;
            return tx.commit().await;
        };
        after = last.id;
        count += batch.len();
        for message in &batch {
            index::put(&mut tx, message).await?;
        }
        tx.commit().await?;
        tracing::info!(count, "messages were made ready to be sought");
    }
}

async fn is_open(conn: &mut Conn, kind: &str) -> Result<bool, StoreError> {
    let found: Option<String> = on!(conn, |c| search_backlog::table
        .find(kind)
        .select(search_backlog::kind)
        .first(c)
        .await
        .optional()?);
    Ok(found.is_some())
}

async fn close(conn: &mut Conn, kind: &str) -> Result<(), StoreError> {
    on!(conn, |c| diesel::delete(search_backlog::table.find(kind)).execute(c).await?);
    Ok(())
}
