//! Teams and who is in them.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::{Kind, on},
    in_turn,
    schema::{team_members, teams},
    types::{Micros, Uid},
};
use crate::domain::{ArchivedTeam, OperatorId, Team, TeamId, Time};

pub async fn insert(conn: &mut Conn, team: &Team, now: Time) -> Result<(), StoreError> {
    on!(conn, |c| diesel::insert_into(teams::table)
        .values((
            teams::id.eq(Uid::of(team.id)),
            teams::name.eq(&team.name),
            teams::created_at.eq(Micros(now))
        ))
        .execute(c)
        .await?);
    Ok(())
}

/// Waits until nobody else changes teams or their members: what is told of them is told in the order of the changes. It
/// must come before the transaction's first write.
pub async fn take_turn(conn: &mut Conn) -> Result<(), StoreError> {
    in_turn::take_turn(conn, "teams").await
}

/// A team that is in use.
pub async fn find(conn: &mut Conn, id: TeamId) -> Result<Option<Team>, StoreError> {
    let name: Option<String> = on!(conn, |c| teams::table
        .find(Uid::of(id))
        .filter(teams::archived_at.is_null())
        .select(teams::name)
        .first(c)
        .await
        .optional()?);
    Ok(name.map(|name| Team { id, name }))
}

/// The team that takes a conversation which was meant for this one: where it was archived, whoever has taken over, if
/// anybody has. It cannot be archived before the transaction ends.
pub async fn hold_open(conn: &mut Conn, id: TeamId) -> Result<Option<TeamId>, StoreError> {
    let mut team = id;
    loop {
        conn.count_query();
        let query = teams::table.find(Uid::of(team)).select((teams::archived_at, teams::archived_into));
        let found: Option<(Option<Micros>, Option<Uid>)> = match conn.kind() {
            // The write transaction is the only one there is.
            Kind::Sqlite(c) => query.first(c).await.optional()?,
            // What [`lock`] waits for.
            Kind::Postgres(c) => query.for_key_share().first(c).await.optional()?,
        };
        team = match found {
            Some((None, _)) => return Ok(Some(team)),
            Some((Some(_), Some(into))) => into.to(),
            Some((Some(_), None)) | None => return Ok(None),
        };
    }
}

/// Waits until no conversation is on its way into a team. Whoever comes later sees what this transaction has made of it.
pub async fn lock(conn: &mut Conn, id: TeamId) -> Result<(), StoreError> {
    conn.count_query();
    match conn.kind() {
        // The write transaction is the only one there is.
        Kind::Sqlite(_) => {}
        Kind::Postgres(c) => {
            let query = teams::table.find(Uid::of(id)).select(teams::id);
            let _locked: Option<Uid> = query.for_update().first(c).await.optional()?;
        }
    }
    Ok(())
}

pub async fn update_name(conn: &mut Conn, team: &Team) -> Result<(), StoreError> {
    on!(conn, |c| diesel::update(teams::table.find(Uid::of(team.id)))
        .set(teams::name.eq(&team.name))
        .execute(c)
        .await?);
    Ok(())
}

/// Takes a team out of use. Whatever went into it by way of others goes into `into` too.
pub async fn update_archived(
    conn: &mut Conn,
    id: TeamId,
    into: Option<TeamId>,
    now: Time,
) -> Result<(), StoreError> {
    let into = Uid::maybe(into);
    on!(conn, |c| diesel::update(teams::table.filter(teams::archived_into.eq(Uid::of(id))))
        .set(teams::archived_into.eq(into))
        .execute(c)
        .await?);
    on!(conn, |c| diesel::update(teams::table.find(Uid::of(id)))
        .set((teams::archived_at.eq(Some(Micros(now))), teams::archived_into.eq(into)))
        .execute(c)
        .await?);
    Ok(())
}

/// Brings an archived team back into use. None if it is in use, or there is none.
pub async fn update_restored(conn: &mut Conn, id: TeamId) -> Result<Option<Team>, StoreError> {
    let restored = on!(conn, |c| diesel::update(
        teams::table.filter(teams::id.eq(Uid::of(id))).filter(teams::archived_at.is_not_null())
    )
    .set((teams::archived_at.eq(None::<Micros>), teams::archived_into.eq(None::<Uid>)))
    .execute(c)
    .await?);
    if restored == 0 { Ok(None) } else { find(conn, id).await }
}

/// Teams in use, by name.
pub async fn list(conn: &mut Conn) -> Result<Vec<Team>, StoreError> {
    let rows: Vec<(Uid, String)> = on!(conn, |c| teams::table
        .filter(teams::archived_at.is_null())
        .select((teams::id, teams::name))
        .load(c)
        .await?);
    let mut teams: Vec<Team> = rows.into_iter().map(|(id, name)| Team { id: id.to(), name }).collect();
    teams.sort_by_key(|team| team.name.to_lowercase());
    Ok(teams)
}

/// Archived teams, the last that was archived first.
pub async fn list_archived(conn: &mut Conn) -> Result<Vec<ArchivedTeam>, StoreError> {
    type Columns = (Uid, String, Option<Micros>, Option<Uid>);
    let rows: Vec<Columns> = on!(conn, |c| teams::table
        .order(teams::archived_at.desc())
        .select((teams::id, teams::name, teams::archived_at, teams::archived_into))
        .load(c)
        .await?);
    let name_of = |id: Uid| rows.iter().find(|row| row.0 == id).map(|row| row.1.clone());
    let archived = |(id, name, archived_at, into): &Columns| {
        Some(ArchivedTeam {
            id: id.to(),
            name: name.clone(),
            archived_at: (*archived_at)?.0,
            into: into.and_then(name_of),
        })
    };
    Ok(rows.iter().filter_map(archived).collect())
}

/// Takes somebody into a team. False if they are in it.
pub async fn insert_member(conn: &mut Conn, team: TeamId, operator: OperatorId) -> Result<bool, StoreError> {
    let inserted = on!(conn, |c| diesel::insert_into(team_members::table)
        .values((team_members::team_id.eq(Uid::of(team)), team_members::operator_id.eq(Uid::of(operator))))
        .on_conflict_do_nothing()
        .execute(c)
        .await?);
    Ok(inserted > 0)
}

/// Takes somebody out of a team. False if they are not in it.
pub async fn delete_member(conn: &mut Conn, team: TeamId, operator: OperatorId) -> Result<bool, StoreError> {
    let deleted = on!(conn, |c| diesel::delete(team_members::table.find((Uid::of(team), Uid::of(operator))))
        .execute(c)
        .await?);
    Ok(deleted > 0)
}

/// Everybody in every team, also in those that are archived.
pub async fn list_members(conn: &mut Conn) -> Result<Vec<(TeamId, OperatorId)>, StoreError> {
    let rows: Vec<(Uid, Uid)> = on!(conn, |c| team_members::table
        .select((team_members::team_id, team_members::operator_id))
        .load(c)
        .await?);
    Ok(rows.into_iter().map(|(team, operator)| (team.to(), operator.to())).collect())
}

/// The members of a team.
pub async fn list_members_of(conn: &mut Conn, team: TeamId) -> Result<Vec<OperatorId>, StoreError> {
    let ids: Vec<Uid> = on!(conn, |c| team_members::table
        .filter(team_members::team_id.eq(Uid::of(team)))
        .order(team_members::operator_id)
        .select(team_members::operator_id)
        .load(c)
        .await?);
    Ok(ids.into_iter().map(Uid::to).collect())
}

/// The teams of an operator, also those that are archived: what was done in them is still theirs to read.
pub async fn list_of(conn: &mut Conn, operator: OperatorId) -> Result<Vec<TeamId>, StoreError> {
    let ids: Vec<Uid> = on!(conn, |c| team_members::table
        .filter(team_members::operator_id.eq(Uid::of(operator)))
        .order(team_members::team_id)
        .select(team_members::team_id)
        .load(c)
        .await?);
    Ok(ids.into_iter().map(Uid::to).collect())
}

/// Who is in which team.
pub async fn list_memberships(conn: &mut Conn) -> Result<Vec<(OperatorId, TeamId)>, StoreError> {
    let rows: Vec<(Uid, Uid)> = on!(conn, |c| team_members::table
        .order(team_members::team_id)
        .select((team_members::operator_id, team_members::team_id))
        .load(c)
        .await?);
    Ok(rows.into_iter().map(|(operator, team)| (operator.to(), team.to())).collect())
}
