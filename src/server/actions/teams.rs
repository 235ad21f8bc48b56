//! Teams: making them, who is in them, and which channels send their new conversations there. Whoever is taken out of a
//! team loses sight of its conversations with the transaction that does so; what they own stays theirs.

mod archiving;

pub use archiving::{archive, empty, restore};

use crate::{
    domain::{
        AppError, AuditKind, Channel, ChannelId, Event, OperatorId, Team, TeamId, Time,
        setup::only_supervisors,
    },
    server::{
        actions::audit::{self, Done},
        app::App,
        auth::session::SignedIn,
        clock::new_id,
        store::{StoreError, Tx, channels, conversations, events, operators, teams, unread},
    },
};

/// Makes a team.
///
/// # Errors
/// If the name cannot be used, or the role does not allow it.
pub async fn create(app: &App, me: &SignedIn, name: &str) -> Result<Team, AppError> {
    only_supervisors(me)?;
    let team = Team { id: new_id(), name: Team::name_of(name)? };
    let (mut tx, at) = begin(app).await?;
    teams::insert(&mut tx, &team, at).await.map_err(name_taken)?;
    let event = Event::TeamChanged { team: team.clone(), members: Vec::new(), was: Vec::new() };
    let done = Done::to(AuditKind::TeamMade, team.id, &team.name);
    finish(app, tx, me, done, &[event], at).await?;
    Ok(team)
}

/// Calls a team by another name.
///
/// # Errors
/// If there is no such team, the name cannot be used, or the role does not allow it.
pub async fn rename(app: &App, me: &SignedIn, id: TeamId, name: &str) -> Result<Team, AppError> {
    only_supervisors(me)?;
    let name = Team::name_of(name)?;
    let (mut tx, at) = begin(app).await?;
    let was = find(&mut tx, id).await?;
    let done = Done::to(AuditKind::TeamRenamed, id, &name).saying(format!("before: {}", was.name));
    let team = Team { name, ..was };
    teams::update_name(&mut tx, &team).await.map_err(name_taken)?;
    let members = teams::list_members_of(&mut tx, id).await?;
    let event = Event::TeamChanged { team: team.clone(), was: members.clone(), members };
    finish(app, tx, me, done, &[event], at).await?;
    Ok(team)
}

/// Takes somebody into a team. Its conversations are theirs to see from then on. Somebody who is in it stays there.
///
/// # Errors
/// If there is no such team or nobody who could be in it, or the role does not allow it.
pub async fn add_member(app: &App, me: &SignedIn, id: TeamId, operator: OperatorId) -> Result<(), AppError> {
    only_supervisors(me)?;
    let (mut tx, at) = begin(app).await?;
    let team = find(&mut tx, id).await?;
    let account = operators::find(&mut tx, operator).await?;
    let Some(account) = account.filter(|account| account.operator.enabled) else {
        return Err(AppError::invalid("operator", "This account is gone or disabled. Choose somebody else."));
    };
    teams::lock(&mut tx, id).await?;
    let was = teams::list_members_of(&mut tx, id).await?;
    if !teams::insert_member(&mut tx, id, operator).await? {
        return Ok(());
    }
    conversations::hold_work_of(&mut tx, id).await?;
    unread::add_queue_of(&mut tx, id, operator).await?;
    let members = teams::list_members_of(&mut tx, id).await?;
    let done = Done::to(AuditKind::MemberAdded, operator, &account.operator.name).saying(&*team.name);
    finish(app, tx, me, done, &[Event::TeamChanged { team, members, was }], at).await
}

/// Takes somebody out of a team.
///
/// # Errors
/// If there is no such team, or the role does not allow it.
pub async fn remove_member(
    app: &App,
    me: &SignedIn,
    id: TeamId,
    operator: OperatorId,
) -> Result<(), AppError> {
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
    let name = operators::find_name(&mut tx, Some(operator)).await?.unwrap_or_default();
    let done = Done::to(AuditKind::MemberRemoved, operator, &name).saying(&*team.name);
    finish(app, tx, me, done, &[Event::TeamChanged { team, members, was }], at).await
}

/// Sends a channel's new conversations to a team; none: to nobody's, where everybody sees them.
///
/// # Errors
/// If there is no such channel or team, or the role does not allow it.
pub async fn set_channel_team(
    app: &App,
    me: &SignedIn,
    id: ChannelId,
    team: Option<TeamId>,
) -> Result<Channel, AppError> {
    only_supervisors(me)?;
    let (mut tx, at) = begin(app).await?;
    let name = match team {
        Some(team) => find(&mut tx, team).await?.name,
        None => "no team".to_owned(),
    };
    let channel = route(&mut tx, id, team).await?;
    let done =
        Done::to(AuditKind::ChannelChanged, id, &channel.name).saying(format!("new conversations: {name}"));
    finish(app, tx, me, done, &[Event::ChannelChanged { channel: channel.clone() }], at).await?;
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

/// Tells everybody, notes who did it, and makes it durable.
async fn finish(
    app: &App,
    mut tx: Tx,
    by: &SignedIn,
    done: Done,
    told: &[Event],
    at: Time,
) -> Result<(), AppError> {
    audit::record(&mut tx, &by.into(), done, at).await?;
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
