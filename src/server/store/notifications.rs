//! What operators are told of, and what they want to be told of.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{
    Conn, StoreError,
    db::on,
    schema::{conversations, notification_rules, notifications},
    types::{Micros, Uid, Word},
};
use crate::domain::{
    ConversationId, Facts, Notification, NotificationId, NotificationKind, NotificationRule, OperatorId,
    Status, Time,
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = notifications)]
struct Record {
    id: Uid,
    operator_id: Uid,
    kind: Word<NotificationKind>,
    conversation_id: Uid,
    seq: i64,
    by_name: String,
    team_name: Option<String>,
    excerpt: String,
    created_at: Micros,
    read_at: Option<Micros>,
}

pub async fn insert(
    conn: &mut Conn,
    operator: OperatorId,
    notification: &Notification,
) -> Result<(), StoreError> {
    let record = Record {
        id: Uid::of(notification.id),
        operator_id: Uid::of(operator),
        kind: Word(notification.kind),
        conversation_id: Uid::of(notification.conversation_id),
        seq: notification.seq,
        by_name: notification.by_name.clone(),
        team_name: notification.team_name.clone(),
        excerpt: notification.excerpt.clone(),
        created_at: Micros(notification.created_at),
        read_at: None,
    };
    on!(conn, |c| diesel::insert_into(notifications::table).values(&record).execute(c).await?);
    Ok(())
}

/// A stretch of an operator's, the newest first, from behind one on; with what decides who may see each conversation.
pub async fn list(
    conn: &mut Conn,
    operator: OperatorId,
    behind: Option<NotificationId>,
    limit: usize,
) -> Result<Vec<(Notification, Facts)>, StoreError> {
    type Beside = (String, Option<Uid>, Option<Uid>, Word<Status>, Option<Micros>);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let behind = behind.map_or(Uid(Uuid::max()), Uid::of);
    let rows: Vec<(Record, Beside)> = on!(conn, |c| notifications::table
        .inner_join(conversations::table.on(conversations::id.eq(notifications::conversation_id)))
        .filter(notifications::operator_id.eq(Uid::of(operator)))
        .filter(notifications::id.lt(behind))
        .order(notifications::id.desc())
        .limit(limit)
        .select((
            Record::as_select(),
            (
                conversations::contact_name,
                conversations::team_id,
                conversations::owner_id,
                conversations::status,
                conversations::awaiting_reply_since,
            ),
        ))
        .load(c)
        .await?);
    Ok(rows.into_iter().map(|(record, beside)| read(record, beside)).collect())
}

fn read(
    record: Record,
    (contact_name, team, owner, status, awaiting): (
        String,
        Option<Uid>,
        Option<Uid>,
        Word<Status>,
        Option<Micros>,
    ),
) -> (Notification, Facts) {
    let notification = Notification {
        id: record.id.to(),
        kind: record.kind.0,
        conversation_id: record.conversation_id.to(),
        seq: record.seq,
        contact_name: Some(contact_name),
        by_name: record.by_name,
        team_name: record.team_name,
        excerpt: record.excerpt,
        created_at: record.created_at.0,
        is_read: record.read_at.is_some(),
    };
    let facts = Facts {
        team_id: team.map(Uid::to),
        owner_id: owner.map(Uid::to),
        status: status.0,
        needs_answer: awaiting.is_some() && matches!(status.0, Status::Waiting | Status::Active),
        // Who may see it does not depend on that.
        snoozed: false,
    };
    (notification, facts)
}

/// How many an operator has not read.
pub async fn count_unread(conn: &mut Conn, operator: OperatorId) -> Result<i64, StoreError> {
    Ok(on!(conn, |c| notifications::table
        .filter(notifications::operator_id.eq(Uid::of(operator)))
        .filter(notifications::read_at.is_null())
        .count()
        .get_result(c)
        .await?))
}

/// Whether an operator has not read yet that something of this kind happened in a conversation.
pub async fn is_waiting(
    conn: &mut Conn,
    operator: OperatorId,
    conversation: ConversationId,
    kind: NotificationKind,
) -> Result<bool, StoreError> {
    let found: Option<Uid> = on!(conn, |c| notifications::table
        .filter(notifications::operator_id.eq(Uid::of(operator)))
        .filter(notifications::conversation_id.eq(Uid::of(conversation)))
        .filter(notifications::read_at.is_null())
        .filter(notifications::kind.eq(Word(kind)))
        .select(notifications::id)
        .first(c)
        .await
        .optional()?);
    Ok(found.is_some())
}

/// Which of an operator's are meant.
#[derive(Debug, Clone, Copy)]
pub enum Which {
    One(NotificationId),
    All,
    /// Those that lead to a message of a conversation up to a number.
    UpTo(ConversationId, i64),
}

/// Notes that an operator has read some of theirs. Returns those that they had not read.
pub async fn update_read(
    conn: &mut Conn,
    operator: OperatorId,
    which: Which,
    now: Time,
) -> Result<Vec<NotificationId>, StoreError> {
    let unread: Vec<Uid> = on!(conn, |c| {
        let mut query = notifications::table
            .filter(notifications::operator_id.eq(Uid::of(operator)))
            .filter(notifications::read_at.is_null())
            .select(notifications::id)
            .into_boxed::<Backend>();
        match which {
            Which::One(id) => query = query.filter(notifications::id.eq(Uid::of(id))),
            Which::All => {}
            Which::UpTo(conversation, seq) => {
                query = query
                    .filter(notifications::conversation_id.eq(Uid::of(conversation)))
                    .filter(notifications::seq.le(seq));
            }
        }
        query.load(c).await?
    });
    let mut read = Vec::new();
    // Another tab may read the same at this moment: each is read once.
    for id in unread {
        let of = notifications::table.find(id).filter(notifications::read_at.is_null());
        let count = on!(conn, |c| diesel::update(of)
            .set(notifications::read_at.eq(Some(Micros(now))))
            .execute(c)
            .await?);
        if count > 0 {
            read.push(id.to());
        }
    }
    Ok(read)
}

/// Forgets what was read before a time. Returns how many.
pub async fn delete_read_before(conn: &mut Conn, before: Time) -> Result<usize, StoreError> {
    Ok(on!(conn, |c| diesel::delete(
        notifications::table
            .filter(notifications::created_at.lt(Micros(before)))
            .filter(notifications::read_at.is_not_null())
    )
    .execute(c)
    .await?))
}

/// What an operator has said about rules.
pub async fn list_rules(
    conn: &mut Conn,
    operator: OperatorId,
) -> Result<Vec<(NotificationRule, bool)>, StoreError> {
    let rows: Vec<(Word<NotificationRule>, bool)> = on!(conn, |c| notification_rules::table
        .filter(notification_rules::operator_id.eq(Uid::of(operator)))
        .select((notification_rules::rule, notification_rules::enabled))
        .load(c)
        .await?);
    Ok(rows.into_iter().map(|(rule, enabled)| (rule.0, enabled)).collect())
}

/// Keeps what an operator says about a rule.
pub async fn put_rule(
    conn: &mut Conn,
    operator: OperatorId,
    rule: NotificationRule,
    enabled: bool,
) -> Result<(), StoreError> {
    on!(conn, |c| diesel::insert_into(notification_rules::table)
        .values((
            notification_rules::operator_id.eq(Uid::of(operator)),
            notification_rules::rule.eq(Word(rule)),
            notification_rules::enabled.eq(enabled),
        ))
        .on_conflict((notification_rules::operator_id, notification_rules::rule))
        .do_update()
        .set(notification_rules::enabled.eq(enabled))
        .execute(c)
        .await?);
    Ok(())
}

/// Who has said that a rule holds for them, or that it does not.
pub async fn list_who_said(
    conn: &mut Conn,
    rule: NotificationRule,
    enabled: bool,
) -> Result<Vec<OperatorId>, StoreError> {
    let ids: Vec<Uid> = on!(conn, |c| notification_rules::table
        .filter(notification_rules::rule.eq(Word(rule)))
        .filter(notification_rules::enabled.eq(enabled))
        .order(notification_rules::operator_id)
        .select(notification_rules::operator_id)
        .load(c)
        .await?);
    Ok(ids.into_iter().map(Uid::to).collect())
}
