//! Teams and who is in them.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    Conn, StoreError,
    db::on,
    schema::{team_members, teams},
    types::{Micros, Uid},
};
use crate::domain::{OperatorId, Team, TeamId, Time};

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

pub async fn insert_member(conn: &mut Conn, team: TeamId, operator: OperatorId) -> Result<(), StoreError> {
    on!(conn, |c| diesel::insert_into(team_members::table)
        .values((team_members::team_id.eq(Uid::of(team)), team_members::operator_id.eq(Uid::of(operator))))
        .on_conflict_do_nothing()
        .execute(c)
        .await?);
    Ok(())
}

/// All teams by name.
pub async fn list(conn: &mut Conn) -> Result<Vec<Team>, StoreError> {
    let rows: Vec<(Uid, String)> =
        on!(conn, |c| teams::table.select((teams::id, teams::name)).load(c).await?);
    let mut teams: Vec<Team> = rows.into_iter().map(|(id, name)| Team { id: id.to(), name }).collect();
    teams.sort_by_key(|team| team.name.to_lowercase());
    Ok(teams)
}

/// The teams of an operator.
pub async fn list_of(conn: &mut Conn, operator: OperatorId) -> Result<Vec<TeamId>, StoreError> {
    let ids: Vec<Uid> = on!(conn, |c| team_members::table
        .filter(team_members::operator_id.eq(Uid::of(operator)))
        .order(team_members::team_id)
        .select(team_members::team_id)
        .load(c)
        .await?);
    Ok(ids.into_iter().map(Uid::to).collect())
}
