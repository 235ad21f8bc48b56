//! Calls: one telling of one thing to one webhook.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::{
    domain::{CallState, Time, WebhookCall, WebhookCallId, WebhookId, WebhookKind},
    server::store::{
        Conn, StoreError,
        db::on,
        schema::webhook_calls,
        types::{Micros, Uid, Word},
    },
};

/// A call with what only the server needs of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub call: WebhookCall,
    pub webhook_id: WebhookId,
    /// What it is known by at the other end.
    pub call_id: WebhookCallId,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = webhook_calls)]
struct Record {
    id: Uid,
    webhook_id: Uid,
    call_id: Uid,
    conversation_id: Uid,
    kind: Word<WebhookKind>,
    body: String,
    state: Word<CallState>,
    attempts: i64,
    status: Option<i64>,
    words: Option<String>,
    created_at: Micros,
    ended_at: Option<Micros>,
}

impl Record {
    fn of(kept: &Kept) -> Self {
        let call = &kept.call;
        Self {
            id: Uid::of(call.id),
            webhook_id: Uid::of(kept.webhook_id),
            call_id: Uid::of(kept.call_id),
            conversation_id: Uid::of(call.conversation_id),
            kind: Word(call.kind),
            body: call.body.clone(),
            state: Word(call.state),
            attempts: call.attempts,
            status: call.status,
            words: call.words.clone(),
            created_at: Micros(call.created_at),
            ended_at: call.ended_at.map(Micros),
        }
    }

    fn read(self) -> Kept {
        let call = WebhookCall {
            id: self.id.to(),
            conversation_id: self.conversation_id.to(),
            kind: self.kind.0,
            body: self.body,
            state: self.state.0,
            attempts: self.attempts,
            status: self.status,
            words: self.words,
            created_at: self.created_at.0,
            ended_at: self.ended_at.map(|at| at.0),
        };
        Kept { call, webhook_id: self.webhook_id.to(), call_id: self.call_id.to() }
    }
}

/// Keeps a call. False if it was there before.
pub async fn insert(conn: &mut Conn, kept: &Kept) -> Result<bool, StoreError> {
    let record = Record::of(kept);
    let new = on!(conn, |c| diesel::insert_into(webhook_calls::table)
        .values(&record)
        .on_conflict(webhook_calls::id)
        .do_nothing()
        .execute(c)
        .await?);
    Ok(new > 0)
}

pub async fn find(conn: &mut Conn, id: WebhookCallId) -> Result<Option<Kept>, StoreError> {
    let record: Option<Record> = on!(conn, |c| webhook_calls::table
        .find(Uid::of(id))
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    Ok(record.map(Record::read))
}

/// Notes what became of an attempt. What has ended has an end.
pub async fn update(conn: &mut Conn, call: &WebhookCall) -> Result<(), StoreError> {
    on!(conn, |c| diesel::update(webhook_calls::table.find(Uid::of(call.id)))
        .set((
            webhook_calls::state.eq(Word(call.state)),
            webhook_calls::attempts.eq(call.attempts),
            webhook_calls::status.eq(call.status),
            webhook_calls::words.eq(call.words.as_deref()),
            webhook_calls::ended_at.eq(call.ended_at.map(Micros)),
        ))
        .execute(c)
        .await?);
    Ok(())
}

/// The last calls of a webhook, newest first.
pub async fn list_newest(
    conn: &mut Conn,
    webhook: WebhookId,
    limit: i64,
) -> Result<Vec<WebhookCall>, StoreError> {
    let records: Vec<Record> = on!(conn, |c| webhook_calls::table
        .filter(webhook_calls::webhook_id.eq(Uid::of(webhook)))
        .order((webhook_calls::created_at.desc(), webhook_calls::id.desc()))
        .limit(limit)
        .select(Record::as_select())
        .load(c)
        .await?);
    Ok(records.into_iter().map(|record| record.read().call).collect())
}

/// Forgets calls from before a time that have ended. Returns how many.
pub async fn delete_ended_before(conn: &mut Conn, before: Time) -> Result<usize, StoreError> {
    Ok(on!(conn, |c| diesel::delete(
        webhook_calls::table
            .filter(webhook_calls::created_at.lt(Micros(before)))
            .filter(webhook_calls::ended_at.is_not_null())
    )
    .execute(c)
    .await?))
}
