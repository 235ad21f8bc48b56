//! Who has unread messages in which conversation, where it is their business ([`crate::domain::Me::minds`]) and in work.

use diesel::{prelude::*, sql_types::BigInt};
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    fixed::Fixed,
    schema::unread,
    types::{Id, Uid},
};
use crate::domain::{Conversation, ConversationId, OperatorId, Status, TeamId};

/// Adds everybody of an audience whose mark lies before the newest customer message. Without a mark, a conversation
/// that is older than the account counts as read. Parameters are numbered by their first use, as both databases want.
macro_rules! add {
    ($audience:literal) => {
        concat!(
            "INSERT INTO unread (conversation_id, operator_id) SELECT $1, operators.id FROM operators \
             LEFT JOIN read_marks ON read_marks.conversation_id = $1 AND read_marks.operator_id = operators.id \
             WHERE COALESCE(read_marks.customer_messages, CASE WHEN operators.created_at > $2 THEN $3 ELSE 0 END) < $3 \
             AND ",
            $audience,
            " ON CONFLICT DO NOTHING"
        )
    };
}

/// Notes a customer's message in a conversation whose audience is the same as before.
pub async fn add(conn: &mut Conn, conversation: &Conversation) -> Result<(), StoreError> {
    if conversation.status == Status::Resolved {
        return Ok(());
    }
    let (audience, whose) = match (conversation.owner_id, conversation.team_id) {
        (Some(owner), _) => (add!("operators.id = $4"), Some(Uid::of(owner))),
        (None, Some(team)) => (
            add!("operators.id IN (SELECT operator_id FROM team_members WHERE team_id = $4)"),
            Some(Uid::of(team)),
        ),
        (None, None) => (add!("$4 IS NULL"), None),
    };
    on!(conn, |c| Fixed(
        diesel::sql_query(audience)
            .bind::<Id, _>(Uid::of(conversation.id))
            .bind::<BigInt, _>(conversation.created_at.0)
            .bind::<BigInt, _>(conversation.customer_messages)
            .bind::<diesel::sql_types::Nullable<Id>, _>(whose)
    )
    .execute(c)
    .await?);
    Ok(())
}

/// Finds anew for whom a conversation is unread, after its owner, its team or its being in work has changed.
pub async fn refresh(conn: &mut Conn, conversation: &Conversation) -> Result<(), StoreError> {
    on!(conn, |c| diesel::delete(unread::table.filter(unread::conversation_id.eq(Uid::of(conversation.id))))
        .execute(c)
        .await?);
    add(conn, conversation).await
}

/// What stands unowned in a team's queue becomes somebody's business.
pub async fn add_queue_of(conn: &mut Conn, team: TeamId, operator: OperatorId) -> Result<(), StoreError> {
    let query = "INSERT INTO unread (operator_id, conversation_id) SELECT operators.id, conversations.id \
         FROM operators CROSS JOIN conversations \
         LEFT JOIN read_marks ON read_marks.conversation_id = conversations.id \
         AND read_marks.operator_id = operators.id \
         WHERE operators.id = $1 AND conversations.team_id = $2 AND conversations.owner_id IS NULL \
         AND conversations.status <> 'resolved' AND COALESCE(read_marks.customer_messages, \
         CASE WHEN operators.created_at > conversations.created_at THEN conversations.customer_messages ELSE 0 END) \
         < conversations.customer_messages ON CONFLICT DO NOTHING";
    on!(conn, |c| diesel::sql_query(query)
        .bind::<Id, _>(Uid::of(operator))
        .bind::<Id, _>(Uid::of(team))
        .execute(c)
        .await?);
    Ok(())
}

/// And is so no longer. What they own stays theirs.
pub async fn remove_queue_of(conn: &mut Conn, team: TeamId, operator: OperatorId) -> Result<(), StoreError> {
    let query = "DELETE FROM unread WHERE operator_id = $1 AND EXISTS (SELECT 1 FROM conversations \
         WHERE conversations.id = unread.conversation_id AND team_id = $2 AND owner_id IS NULL)";
    on!(conn, |c| diesel::sql_query(query)
        .bind::<Id, _>(Uid::of(operator))
        .bind::<Id, _>(Uid::of(team))
        .execute(c)
        .await?);
    Ok(())
}

/// Notes what an operator's mark has come to mean.
pub async fn set(
    conn: &mut Conn,
    operator: OperatorId,
    conversation: ConversationId,
    is_unread: bool,
) -> Result<(), StoreError> {
    let (operator, conversation) = (Uid::of(operator), Uid::of(conversation));
    if is_unread {
        on!(conn, |c| diesel::insert_into(unread::table)
            .values((unread::operator_id.eq(operator), unread::conversation_id.eq(conversation)))
            .on_conflict_do_nothing()
            .execute(c)
            .await?);
    } else {
        on!(conn, |c| diesel::delete(unread::table.find((operator, conversation))).execute(c).await?);
    }
    Ok(())
}

/// An operator's unread conversations, at most `limit`.
pub async fn list(
    conn: &mut Conn,
    operator: OperatorId,
    limit: i64,
) -> Result<Vec<ConversationId>, StoreError> {
    let ids: Vec<Uid> = on!(conn, |c| unread::table
        .filter(unread::operator_id.eq(Uid::of(operator)))
        .select(unread::conversation_id)
        .limit(limit)
        .load(c)
        .await?);
    Ok(ids.into_iter().map(Uid::to).collect())
}
