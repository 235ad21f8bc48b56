//! Channels as the command line makes them.

use super::{NewChannel, connect};
use crate::{
    domain::{AppError, TeamId, setup::Provider},
    server::{
        actions::audit::Doer,
        app::App,
        store::{
            Conn,
            channels::{ConfiguredChannel, Settings},
            teams,
        },
    },
};

/// A channel as a command names it.
pub struct NamedChannel {
    pub provider: Provider,
    pub name: String,
    /// The team that gets its conversations, by name; the team of nobody if it is not given.
    pub team: Option<String>,
    pub settings: Settings,
    /// What the provider knows us by, as JSON; its fields are the provider's affair.
    pub credentials: String,
}

/// Makes a channel. Its hook is at `/hooks/{provider}/{key}`.
///
/// # Errors
/// If something cannot be used.
pub async fn connect_named(app: &App, named: NamedChannel) -> Result<ConfiguredChannel, AppError> {
    let credentials = serde_json::from_str(&named.credentials).map_err(|error| {
        AppError::invalid("credentials", format!("The credentials are no JSON object: {error}."))
    })?;
    let team_id = match named.team {
        None => None,
        Some(wanted) => Some(find_team(&mut app.db.conn().await?, &wanted).await?),
    };
    let NamedChannel { provider, name, settings, .. } = named;
    let new = NewChannel { provider, name, team_id, settings, credentials };
    connect(app, &Doer::command_line(), new).await
}

async fn find_team(conn: &mut Conn, name: &str) -> Result<TeamId, AppError> {
    let all = teams::list(conn).await?;
    let found = all.iter().find(|team| team.name.to_lowercase() == name.trim().to_lowercase());
    found.map(|team| team.id).ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|team| team.name.as_str()).collect();
        AppError::invalid("team", format!("There is no team {name:?}; there are: {}.", names.join(", ")))
    })
}
