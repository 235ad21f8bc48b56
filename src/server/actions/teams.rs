//! Teams: making them, who is in them, and which channels send their new conversations there. Whoever is taken out of a
//! team loses sight of its conversations with the transaction that does so; what they own stays theirs.

mod archiving;

pub use archiving::{archive, empty, restore};

use crate::{
    domain::{
        AppError, Channel, ChannelId, Event, Me, OperatorId, Team, TeamId, Time, setup::only_supervisors,
    },
    server::{
        app::App,
        clock::new_id,
        store::{StoreError, Tx, channels, conversations, events, operators, teams, unread},
    },
};

/// Makes a team.
///
/// # Errors
/// If the name cannot be used, or the role does not allow it.
pub async fn create(app: &App, me: &Me, name: &str) -> Result<Team, AppError> {
    only_supervisors(me)?;
    let team = Team { id: new_id(), name: Team::name_of(name)? };
    let (mut tx, at) = begin(app).await?;
    teams::insert(&mut tx, &team, at).await.map_err(name_taken)?;
    let event = Event::TeamChanged { team: team.clone(), members: Vec::new(), was: Vec::new() };
    finish(app, tx, &[event], at).await?;
    Ok(team)
}

/// Calls a team by another name.
///
/// # Errors
/// If there is no such team, the name cannot be used, or the role does not allow it.
pub async fn rename(app: &App, me: &Me, id: TeamId, name: &str) -> Result<Team, AppError> {
    only_supervisors(me)?;
    let name = Team::name_of(name)?;
    let (mut tx, at) = begin(app).await?;
    let team = Team { name, ..find(&mut tx, id).await? };
    teams::update_name(&mut tx, &team).await.map_err(name_taken)?;
    let members = teams::list_members_of(&mut tx, id).await?;
    let event = Event::TeamChanged { team: team.clone(), was: members.clone(), members };
    finish(app, tx, &[event], at).await?;
    Ok(team)
}

/// Takes somebody into a team. Its conversations are theirs to see from then on. Somebody who is in it stays there.
///
/// # Errors
/// If there is no such team or nobody who could be in it, or the role does not allow it.
pub async fn add_member(app: &App, me: &Me, id: TeamId, operator: OperatorId) -> Result<(), AppError> {
    only_supervisors(me)?;
    let (mut tx, at) = begin(app).await?;
    let team = find(&mut tx, id).await?;
    let account = operators::find(&mut tx, operator).await?;
    if !account.is_some_and(|account| account.operator.enabled) {
        return Err(AppError::invalid("operator", "This account is gone or disabled. Choose somebody else."));
    }
    teams::lock(&mut tx, id).await?;
    let was = teams::list_members_of(&mut tx, id).await?;
    if !teams::insert_member(&mut tx, id, operator).await? {
        return Ok(());
    }
    conversations::hold_work_of(&mut tx, id).await?;
    unread::add_queue_of(&mut tx, id, operator).await?;
    let members = teams::list_members_of(&mut tx, id).await?;
    finish(app, tx, &[Event::TeamChanged { team, members, was }], at).await
}

/// Takes somebody out of a team.
///
/// # Errors
/// If there is no such team, or the role does not allow it.
pub async fn remove_member(app: &App, me: &Me, id: TeamId, operator: OperatorId) -> Result<(), AppError> {
    only_supervisors(me)?;
    let (mut tx, at) = begin(app).await?;
    let team = find(&mut tx, id).await?;
    teams::lock(&mut tx, id).await?;
    let was = teams::list_members_of(&mut tx, id).await?;
    if !teams::delete_member(&mut tx, id, operator).await? {
        return Ok(());
    }
    conversations::hold_work_of(&mut tx, id).await?;
    unread::remove_queue_of(&mut tx, id, operator).await?;
    let members = teams::list_members_of(&mut tx, id).await?;
    finish(app, tx, &[Event::TeamChanged { team, members, was }], at).await
}

/// Sends a channel's new conversations to a team; none: to nobody's, where everybody sees them.
///
/// # Errors
/// If there is no such channel or team, or the role does not allow it.
pub async fn set_channel_team(
    app: &App,
    me: &Me,
    id: ChannelId,
    team: Option<TeamId>,
) -> Result<Channel, AppError> {
    only_supervisors(me)?;
    let (mut tx, at) = begin(app).await?;
    if let Some(team) = team {
        find(&mut tx, team).await?;
    }
    let channel = route(&mut tx, id, team).await?;
    finish(app, tx, &[Event::ChannelChanged { channel: channel.clone() }], at).await?;
    Ok(channel)
}

/// One change of teams at a time.
async fn begin(app: &App) -> Result<(Tx, Time), AppError> {
    let mut tx = app.db.begin().await?;
    teams::take_turn(&mut tx).await?;
    Ok((tx, app.clock.now()))
}

async fn find(tx: &mut Tx, id: TeamId) -> Result<Team, AppError> {
    teams::find(tx, id).await?.ok_or(AppError::NotFound)
}

async fn route(tx: &mut Tx, id: ChannelId, team: Option<TeamId>) -> Result<Channel, AppError> {
    channels::update_team(tx, id, team).await?;
    Ok(channels::find(tx, id).await?.ok_or(AppError::NotFound)?.channel)
}

/// Tells everybody, and makes it durable.
async fn finish(app: &App, mut tx: Tx, told: &[Event], at: Time) -> Result<(), AppError> {
    for event in told {
        events::append(&mut tx, event, None, at).await?;
    }
    tx.commit().await?;
    app.hub.committed();
    Ok(())
}

fn name_taken(error: StoreError) -> AppError {
    match error {
        StoreError::Duplicate(_) => AppError::invalid(
            "name",
            "There is a team with this name. If it is not in the list, it was archived and can be restored.",
        ),
        other => other.into(),
    }
}
