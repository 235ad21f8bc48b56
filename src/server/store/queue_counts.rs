//! How many conversations have the same facts: kept with every change, so that no list has to count.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{
    Conn, StoreError,
    db::on,
    fixed::Fixed,
    schema::queue_counts,
    types::{Uid, Word},
};
use crate::domain::{Facts, QueueCell, Status, TeamId};

type Key = (Uid, Uid, Word<Status>, bool, bool);

fn key(facts: &Facts) -> Key {
    let or_nil = |id: Option<Uuid>| Uid(id.unwrap_or_default());
    (
        or_nil(facts.team_id.map(Into::into)),
        or_nil(facts.owner_id.map(Into::into)),
        Word(facts.status),
        facts.needs_answer,
        facts.snoozed,
    )
}

/// Moves a conversation from its old facts, if it had any, to its new. Always in the same order of rows, so that two
/// moves at once cannot wait for each other.
pub async fn shift(conn: &mut Conn, was: Option<&Facts>, is: &Facts) -> Result<(), StoreError> {
    if was == Some(is) {
        return Ok(());
    }
    let mut changes: Vec<(Facts, i64)> = was.map(|was| (*was, -1)).into_iter().chain([(*is, 1)]).collect();
    changes.sort_unstable();
    for (facts, by) in changes {
        let (team, owner, status, needs_answer, snoozed) = key(&facts);
        on!(conn, |c| Fixed(
            diesel::insert_into(queue_counts::table)
                .values((
                    queue_counts::team_id.eq(team),
                    queue_counts::owner_id.eq(owner),
                    queue_counts::status.eq(status),
                    queue_counts::needs_answer.eq(needs_answer),
                    queue_counts::snoozed.eq(snoozed),
                    queue_counts::count.eq(by),
                ))
                .on_conflict((
                    queue_counts::team_id,
                    queue_counts::owner_id,
                    queue_counts::status,
                    queue_counts::needs_answer,
                    queue_counts::snoozed,
                ))
                .do_update()
                .set(queue_counts::count.eq(queue_counts::count + by))
        )
        .execute(c)
        .await?);
    }
    Ok(())
}

/// How many conversations a team has in work.
pub async fn in_work_of(conn: &mut Conn, team: TeamId) -> Result<i64, StoreError> {
    let counts: Vec<i64> = on!(conn, |c| queue_counts::table
        .filter(queue_counts::team_id.eq(Uid::of(team)))
        .filter(queue_counts::status.ne(Word(Status::Resolved)))
        .select(queue_counts::count)
        .load(c)
        .await?);
    Ok(counts.into_iter().sum())
}

/// All kept counts.
pub async fn list(conn: &mut Conn) -> Result<Vec<QueueCell>, StoreError> {
    let rows: Vec<(Uid, Uid, Word<Status>, bool, bool, i64)> = on!(conn, |c| queue_counts::table
        .filter(queue_counts::count.ne(0))
        .select((
            queue_counts::team_id,
            queue_counts::owner_id,
            queue_counts::status,
            queue_counts::needs_answer,
            queue_counts::snoozed,
            queue_counts::count,
        ))
        .load(c)
        .await?);
    Ok(rows
        .into_iter()
        .map(|(team, owner, status, needs_answer, snoozed, count)| QueueCell {
            facts: Facts {
                team_id: (!team.0.is_nil()).then(|| team.to()),
                owner_id: (!owner.0.is_nil()).then(|| owner.to()),
                status: status.0,
                needs_answer,
                snoozed,
            },
            count,
        })
        .collect())
}
