//! Turns: a bot's work on what a customer wrote.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    schema::turns,
    types::{Micros, Uid, Word},
};
use crate::domain::{BotId, ConversationId, Time, Turn, TurnId, TurnState};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = turns)]
struct Record {
    id: Uid,
    conversation_id: Uid,
    bot_id: Uid,
    control_epoch: i64,
    seq: i64,
    state: Word<TurnState>,
    alive_at: Option<Micros>,
    created_at: Micros,
}

impl Record {
    fn read(self) -> Turn {
        Turn {
            id: self.id.to(),
            conversation_id: self.conversation_id.to(),
            bot_id: self.bot_id.to(),
            control_epoch: self.control_epoch,
            seq: self.seq,
            state: self.state.0,
            alive_at: self.alive_at.map(|at| at.0),
            created_at: self.created_at.0,
        }
    }
}

pub async fn insert(conn: &mut Conn, turn: &Turn) -> Result<(), StoreError> {
    let record = Record {
        id: Uid::of(turn.id),
        conversation_id: Uid::of(turn.conversation_id),
        bot_id: Uid::of(turn.bot_id),
        control_epoch: turn.control_epoch,
        seq: turn.seq,
        state: Word(turn.state),
        alive_at: turn.alive_at.map(Micros),
        created_at: Micros(turn.created_at),
    };
    on!(conn, |c| diesel::insert_into(turns::table).values(&record).execute(c).await?);
    Ok(())
}

pub async fn find(conn: &mut Conn, id: TurnId) -> Result<Option<Turn>, StoreError> {
    let record: Option<Record> = on!(conn, |c| turns::table
        .find(Uid::of(id))
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    Ok(record.map(Record::read))
}

/// The one that is waited for in a conversation, if there is one.
pub async fn find_waiting(conn: &mut Conn, conversation: ConversationId) -> Result<Option<Turn>, StoreError> {
    let record: Option<Record> = on!(conn, |c| turns::table
        .filter(turns::conversation_id.eq(Uid::of(conversation)))
        .filter(turns::state.eq(Word(TurnState::Waiting)))
        .order(turns::id.desc())
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    Ok(record.map(Record::read))
}

/// Ends all that are waited for in a conversation.
pub async fn update_waiting(
    conn: &mut Conn,
    conversation: ConversationId,
    state: TurnState,
    words: Option<&str>,
    now: Time,
) -> Result<(), StoreError> {
    on!(conn, |c| diesel::update(
        turns::table
            .filter(turns::conversation_id.eq(Uid::of(conversation)))
            .filter(turns::state.eq(Word(TurnState::Waiting)))
    )
    .set((turns::state.eq(Word(state)), turns::words.eq(words), turns::ended_at.eq(Micros(now))))
    .execute(c)
    .await?);
    Ok(())
}

/// Notes the first sign of life of those that are waited for in a conversation.
pub async fn update_alive(
    conn: &mut Conn,
    conversation: ConversationId,
    control_epoch: i64,
    now: Time,
) -> Result<(), StoreError> {
    on!(conn, |c| diesel::update(
        turns::table
            .filter(turns::conversation_id.eq(Uid::of(conversation)))
            .filter(turns::control_epoch.eq(control_epoch))
            .filter(turns::state.eq(Word(TurnState::Waiting)))
            .filter(turns::alive_at.is_null())
    )
    .set(turns::alive_at.eq(Micros(now)))
    .execute(c)
    .await?);
    Ok(())
}

/// How often each bot has answered what was asked since then.
pub async fn count_answered(conn: &mut Conn, since: Time) -> Result<Vec<(BotId, i64)>, StoreError> {
    let rows: Vec<(Uid, i64)> = on!(conn, |c| turns::table
        .filter(turns::state.eq(Word(TurnState::Answered)))
        .filter(turns::created_at.ge(Micros(since)))
        .group_by(turns::bot_id)
        .select((turns::bot_id, diesel::dsl::count_star()))
        .load(c)
        .await?);
    Ok(rows.into_iter().map(|(bot, count)| (bot.to(), count)).collect())
}
