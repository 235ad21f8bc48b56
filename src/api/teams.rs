//! Teams. Who is in them, and how much everybody has, comes with the inbox and its stream.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::domain::{AppError, ArchivedTeam, Channel, ChannelId, OperatorId, Team, TeamId};

/// Archived teams, the last that was archived first.
///
/// # Errors
/// If the caller is no supervisor.
#[server(prefix = "/fn", endpoint = "list_archived_teams", input = Json)]
pub async fn list_archived_teams() -> Result<Vec<ArchivedTeam>, AppError> {
    use crate::server::{http::guard, queries::teams};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        teams::archived(&app, &me).await
    })
    .await
}

/// Makes a team.
///
/// # Errors
/// If the caller is no supervisor, or the name cannot be used.
#[server(prefix = "/fn", endpoint = "create_team", input = Json)]
pub async fn create_team(name: String) -> Result<Team, AppError> {
    use crate::server::{actions::teams, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        teams::create(&app, &me, &name).await
    })
    .await
}

/// Calls a team by another name.
///
/// # Errors
/// If the caller is no supervisor, there is no such team, or the name cannot be used.
#[server(prefix = "/fn", endpoint = "rename_team", input = Json)]
pub async fn rename_team(id: TeamId, name: String) -> Result<Team, AppError> {
    use crate::server::{actions::teams, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        teams::rename(&app, &me, id, &name).await
    })
    .await
}

/// Takes a team out of use. Its channels and what it has in work go to `into`; none: to no team.
///
/// # Errors
/// If the caller is no supervisor, there is no such team, or the other cannot take over.
#[server(prefix = "/fn", endpoint = "archive_team", input = Json)]
pub async fn archive_team(id: TeamId, into: Option<TeamId>) -> Result<(), AppError> {
    use crate::server::{actions::teams, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        teams::archive(&app, &me, id, into).await
    })
    .await
}

/// Brings an archived team back, with its members. What went elsewhere stays there.
///
/// # Errors
/// If the caller is no supervisor, or there is no such team.
#[server(prefix = "/fn", endpoint = "restore_team", input = Json)]
pub async fn restore_team(id: TeamId) -> Result<Team, AppError> {
    use crate::server::{actions::teams, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        teams::restore(&app, &me, id).await
    })
    .await
}

/// Takes somebody into a team.
///
/// # Errors
/// If the caller is no supervisor, or there is no such team or nobody who could be in it.
#[server(prefix = "/fn", endpoint = "add_member", input = Json)]
pub async fn add_member(id: TeamId, operator: OperatorId) -> Result<(), AppError> {
    use crate::server::{actions::teams, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        teams::add_member(&app, &me, id, operator).await
    })
    .await
}

/// Takes somebody out of a team.
///
/// # Errors
/// If the caller is no supervisor, or there is no such team.
#[server(prefix = "/fn", endpoint = "remove_member", input = Json)]
pub async fn remove_member(id: TeamId, operator: OperatorId) -> Result<(), AppError> {
    use crate::server::{actions::teams, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        teams::remove_member(&app, &me, id, operator).await
    })
    .await
}

/// Sends a channel's new conversations to a team; none: to nobody's.
///
/// # Errors
/// If the caller is no supervisor, or there is no such channel or team.
#[server(prefix = "/fn", endpoint = "set_channel_team", input = Json)]
pub async fn set_channel_team(id: ChannelId, team: Option<TeamId>) -> Result<Channel, AppError> {
    use crate::server::{actions::teams, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        teams::set_channel_team(&app, &me, id, team).await
    })
    .await
}
