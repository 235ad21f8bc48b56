//! Episodes: what came of conversations, from when they begin or are reopened until they are resolved.

use diesel::{dsl::count_star, prelude::*};
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    fixed::Fixed,
    schema::episodes,
    types::{Micros, Uid},
};
use crate::domain::{BotId, ConversationId, End, Episode, FirstAnswer, Moment, Time};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = episodes, primary_key(conversation_id, number), treat_none_as_null = true)]
struct Record {
    conversation_id: Uid,
    number: i64,
    channel_id: Uid,
    began_at: Micros,
    began_team_id: Option<Uid>,
    reopened_from_id: Option<Uid>,
    bot_id: Option<Uid>,
    with_people: bool,
    handed_off_at: Option<Micros>,
    handed_off_team_id: Option<Uid>,
    bot_failed: bool,
    answered_at: Option<Micros>,
    answered_team_id: Option<Uid>,
    answered_by_id: Option<Uid>,
    answered_after: Option<i64>,
    waited: i64,
    last_wait: i64,
    ended_at: Option<Micros>,
    ended_team_id: Option<Uid>,
    ended_owner_id: Option<Uid>,
}

impl Record {
    fn of(episode: &Episode) -> Self {
        let Episode { began, handed_off, answered, ended, .. } = episode;
        let answer = answered.as_ref().map(|answer| &answer.moment);
        let end = ended.as_ref().map(|end| &end.moment);
        let at = |moment: Option<&Moment>| moment.map(|moment| Micros(moment.at));
        let team = |moment: Option<&Moment>| Uid::maybe(moment.and_then(|moment| moment.team_id));
        Self {
            conversation_id: Uid::of(episode.conversation_id),
            number: episode.number,
            channel_id: Uid::of(episode.channel_id),
            began_at: Micros(began.at),
            began_team_id: Uid::maybe(began.team_id),
            reopened_from_id: Uid::maybe(episode.reopened_from),
            bot_id: Uid::maybe(episode.bot_id),
            with_people: episode.with_people,
            handed_off_at: at(handed_off.as_ref()),
            handed_off_team_id: team(handed_off.as_ref()),
            bot_failed: episode.bot_failed,
            answered_at: at(answer),
            answered_team_id: team(answer),
            answered_by_id: Uid::maybe(answered.and_then(|answer| answer.by)),
            answered_after: answered.map(|answer| answer.after),
            waited: episode.waited,
            last_wait: episode.last_wait,
            ended_at: at(end),
            ended_team_id: team(end),
            ended_owner_id: Uid::maybe(ended.and_then(|end| end.owner_id)),
        }
    }

    fn read(self) -> Episode {
        let moment = |at: Option<Micros>, team: Option<Uid>| {
            at.map(|at| Moment { at: at.0, team_id: team.map(Uid::to) })
        };
        let answer = moment(self.answered_at, self.answered_team_id).zip(self.answered_after);
        let end = moment(self.ended_at, self.ended_team_id);
        Episode {
            conversation_id: self.conversation_id.to(),
            number: self.number,
            channel_id: self.channel_id.to(),
            began: Moment { at: self.began_at.0, team_id: self.began_team_id.map(Uid::to) },
            reopened_from: self.reopened_from_id.map(Uid::to),
            bot_id: self.bot_id.map(Uid::to),
            with_people: self.with_people,
            handed_off: moment(self.handed_off_at, self.handed_off_team_id),
            bot_failed: self.bot_failed,
            answered: answer.map(|(moment, after)| {
                let by = self.answered_by_id.map(Uid::to);
                FirstAnswer { moment, by, after }
            }),
            waited: self.waited,
            last_wait: self.last_wait,
            ended: end.map(|moment| End { moment, owner_id: self.ended_owner_id.map(Uid::to) }),
        }
    }
}

pub async fn insert(conn: &mut Conn, episode: &Episode) -> Result<(), StoreError> {
    let record = Record::of(episode);
    on!(conn, |c| diesel::insert_into(episodes::table).values(&record).execute(c).await?);
    Ok(())
}

pub async fn update(conn: &mut Conn, episode: &Episode) -> Result<(), StoreError> {
    let record = Record::of(episode);
    let key = (record.conversation_id, record.number);
    on!(conn, |c| Fixed(diesel::update(episodes::table.find(key)).set(&record)).execute(c).await?);
    Ok(())
}

/// The newest episode of a conversation.
pub async fn find_last(conn: &mut Conn, conversation: ConversationId) -> Result<Option<Episode>, StoreError> {
    let record: Option<Record> = on!(conn, |c| episodes::table
        .filter(episodes::conversation_id.eq(Uid::of(conversation)))
        .order(episodes::number.desc())
        .select(Record::as_select())
        .first(c)
        .await
        .optional()?);
    Ok(record.map(Record::read))
}

/// All episodes in which something happened that is counted, from a time on and before another.
pub async fn list_between(conn: &mut Conn, from: Time, to: Time) -> Result<Vec<Episode>, StoreError> {
    use episodes::{answered_at, began_at, ended_at, handed_off_at};
    let (from, to) = (Micros(from), Micros(to));
    // Put so that each half of the condition walks an index of its own.
    let records: Vec<Record> = on!(conn, |c| episodes::table
        .filter(
            began_at
                .ge(from)
                .and(began_at.lt(to))
                .or(handed_off_at.ge(from).and(handed_off_at.lt(to)).assume_not_null())
                .or(answered_at.ge(from).and(answered_at.lt(to)).assume_not_null())
                .or(ended_at.ge(from).and(ended_at.lt(to)).assume_not_null())
        )
        .select(Record::as_select())
        .load(c)
        .await?);
    Ok(records.into_iter().map(Record::read).collect())
}

/// When the first of all began.
pub async fn find_first_beginning(conn: &mut Conn) -> Result<Option<Time>, StoreError> {
    let first: Option<Micros> = on!(conn, |c| episodes::table
        .order(episodes::began_at)
        .select(episodes::began_at)
        .first(c)
        .await
        .optional()?);
    Ok(first.map(|at| at.0))
}

/// How many conversations each bot has given to people since then, by whether it had failed.
pub async fn count_handoffs(conn: &mut Conn, since: Time) -> Result<Vec<(BotId, bool, i64)>, StoreError> {
    let rows: Vec<(Option<Uid>, bool, i64)> = on!(conn, |c| episodes::table
        .filter(episodes::handed_off_at.ge(Micros(since)))
        .group_by((episodes::bot_id, episodes::bot_failed))
        .select((episodes::bot_id, episodes::bot_failed, count_star()))
        .load(c)
        .await?);
    Ok(rows.into_iter().filter_map(|(bot, failed, count)| Some((bot?.to(), failed, count))).collect())
}

/// How many conversations of each bot were resolved since then without any person.
pub async fn count_alone(conn: &mut Conn, since: Time) -> Result<Vec<(BotId, i64)>, StoreError> {
    let rows: Vec<(Option<Uid>, i64)> = on!(conn, |c| episodes::table
        .filter(episodes::ended_at.ge(Micros(since)))
        .filter(episodes::bot_id.is_not_null())
        .filter(episodes::with_people.eq(false))
        .group_by(episodes::bot_id)
        .select((episodes::bot_id, count_star()))
        .load(c)
        .await?);
    Ok(rows.into_iter().filter_map(|(bot, count)| Some((bot?.to(), count))).collect())
}
