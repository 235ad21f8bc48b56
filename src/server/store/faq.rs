//! FAQ entries, and what customers asked.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    schema::{faq_entries, faq_questions},
    types::{Micros, Uid},
};
use crate::{
    domain::{ConversationId, FaqEntry, FaqEntryId, FaqQuestion, Time},
    server::clock::new_id,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = faq_entries)]
struct Record {
    id: Uid,
    question: String,
    answer: String,
    enabled: bool,
    created_at: Micros,
    updated_at: Micros,
}

impl Record {
    fn of(entry: &FaqEntry) -> Self {
        Self {
            id: Uid::of(entry.id),
            question: entry.question.clone(),
            answer: entry.answer.clone(),
            enabled: entry.enabled,
            created_at: Micros(entry.created_at),
            updated_at: Micros(entry.updated_at),
        }
    }

    fn read(self) -> FaqEntry {
        FaqEntry {
            id: self.id.to(),
            question: self.question,
            answer: self.answer,
            enabled: self.enabled,
            created_at: self.created_at.0,
            updated_at: self.updated_at.0,
        }
    }
}

/// All entries, oldest first.
pub async fn list(conn: &mut Conn) -> Result<Vec<FaqEntry>, StoreError> {
    let records: Vec<Record> =
        on!(conn, |c| faq_entries::table.order(faq_entries::id).select(Record::as_select()).load(c).await?);
    Ok(records.into_iter().map(Record::read).collect())
}

pub async fn find(conn: &mut Conn, id: FaqEntryId) -> Result<Option<FaqEntry>, StoreError> {
    let record: Option<Record> = on!(conn, |c| faq_entries::table
        .find(Uid::of(id))
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    Ok(record.map(Record::read))
}

pub async fn insert(conn: &mut Conn, entry: &FaqEntry) -> Result<(), StoreError> {
    let record = Record::of(entry);
    on!(conn, |c| diesel::insert_into(faq_entries::table).values(&record).execute(c).await?);
    Ok(())
}

pub async fn update(conn: &mut Conn, entry: &FaqEntry) -> Result<(), StoreError> {
    let record = Record::of(entry);
    on!(conn, |c| diesel::update(faq_entries::table.find(record.id)).set(&record).execute(c).await?);
    Ok(())
}

pub async fn delete(conn: &mut Conn, id: FaqEntryId) -> Result<(), StoreError> {
    on!(conn, |c| diesel::delete(faq_entries::table.find(Uid::of(id))).execute(c).await?);
    Ok(())
}

/// Forgets what an entry has answered.
pub async fn delete_questions(conn: &mut Conn, entry: FaqEntryId) -> Result<(), StoreError> {
    on!(conn, |c| diesel::delete(faq_questions::table.filter(faq_questions::entry_id.eq(Uid::of(entry))))
        .execute(c)
        .await?);
    Ok(())
}

/// Notes what a customer asked, and which entry answered, if one did.
pub async fn insert_question(
    conn: &mut Conn,
    conversation: ConversationId,
    question: &FaqQuestion,
) -> Result<(), StoreError> {
    on!(conn, |c| diesel::insert_into(faq_questions::table)
        .values((
            faq_questions::id.eq(Uid::of(new_id::<uuid::Uuid>())),
            faq_questions::entry_id.eq(Uid::maybe(question.entry_id)),
            faq_questions::conversation_id.eq(Uid::of(conversation)),
            faq_questions::question.eq(&question.question),
            faq_questions::confidence.eq(i64::from(question.confidence)),
            faq_questions::created_at.eq(Micros(question.asked_at)),
        ))
        .execute(c)
        .await?);
    Ok(())
}

/// How often each entry has answered since then.
pub async fn count_answered(conn: &mut Conn, since: Time) -> Result<Vec<(FaqEntryId, i64)>, StoreError> {
    let rows: Vec<(Option<Uid>, i64)> = on!(conn, |c| faq_questions::table
        .filter(faq_questions::entry_id.is_not_null())
        .filter(faq_questions::created_at.ge(Micros(since)))
        .group_by(faq_questions::entry_id)
        .select((faq_questions::entry_id, diesel::dsl::count_star()))
        .load(c)
        .await?);
    Ok(rows.into_iter().filter_map(|(id, count)| Some((id?.to(), count))).collect())
}

/// What was asked and not answered, newest first.
pub async fn list_unanswered(conn: &mut Conn, limit: i64) -> Result<Vec<FaqQuestion>, StoreError> {
    let rows: Vec<(String, i64, Micros)> = on!(conn, |c| faq_questions::table
        .filter(faq_questions::entry_id.is_null())
        .order(faq_questions::created_at.desc())
        .limit(limit)
        .select((faq_questions::question, faq_questions::confidence, faq_questions::created_at))
        .load(c)
        .await?);
    Ok(rows
        .into_iter()
        .map(|(question, confidence, asked_at)| FaqQuestion {
            entry_id: None,
            question,
            confidence: u32::try_from(confidence).unwrap_or_default(),
            asked_at: asked_at.0,
        })
        .collect())
}
