//! Taking a team out of use. Its channels send their new conversations to the team that takes over, and what it has in
//! work follows: the archive itself is one transaction, and from then on nothing comes into the team; what was there is
//! moved after it, each conversation for itself, by a job that the transaction leaves. What is resolved stays where it
//! is, for its members to read, and goes to the other team when it comes back to life.

use super::{begin, find, finish, route};
use crate::{
    domain::{AppError, AuditKind, Event, SystemLine, Team, TeamId, setup::only_supervisors},
    server::{
        actions::{audit::Done, edit::Edit},
        app::App,
        auth::session::SignedIn,
        store::{
            channels, conversations,
            jobs::{self, Work},
            queue_counts, teams,
        },
    },
};

/// Conversations that are listed at once.
const BATCH: i64 = 100;

/// Takes a team out of use; `into` takes over. None: what it has in work goes to no team, where everybody sees it. That
/// is not possible as long as a channel sends its new conversations there.
///
/// # Errors
/// If there is no such team, `into` cannot take over, or the role does not allow it.
pub async fn archive(app: &App, me: &SignedIn, id: TeamId, into: Option<TeamId>) -> Result<(), AppError> {
    only_supervisors(me)?;
    let (mut tx, at) = begin(app).await?;
    let team = find(&mut tx, id).await?;
    if let Some(other) = into
        && (other == id || teams::find(&mut tx, other).await?.is_none())
    {
        return Err(AppError::invalid("into", "This team cannot take over. Choose another."));
    }
    let mut routed = channels::list(&mut tx).await?;
    routed.retain(|channel| channel.team_id == Some(id));
    if let (Some(channel), None) = (routed.first(), into) {
        let words =
            format!("New conversations of {} come here. Choose the team that takes over.", channel.name);
        return Err(AppError::invalid("into", words));
    }
    teams::lock(&mut tx, id).await?;
    let mut told = Vec::new();
    for channel in routed {
        let channel = route(&mut tx, channel.id, into).await?;
        told.push(Event::ChannelChanged { channel });
    }
    teams::update_archived(&mut tx, id, into, at).await?;
    jobs::insert(&mut tx, Work::EmptyTeam(id), None, at, at).await?;
    told.push(Event::TeamDeleted { team_id: id });
    finish(app, tx, me, Done::to(AuditKind::TeamArchived, id, &team.name), &told, at).await?;
    app.work.notify_one();
    Ok(())
}

/// Brings an archived team back, with its members. What went elsewhere stays there.
///
/// # Errors
/// If there is no such team, what it had is still on its way, or the role does not allow it.
pub async fn restore(app: &App, me: &SignedIn, id: TeamId) -> Result<Team, AppError> {
    only_supervisors(me)?;
    let (mut tx, at) = begin(app).await?;
    if queue_counts::in_work_of(&mut tx, id).await? > 0 {
        let words = "Its conversations are still being moved. Try again in a moment.";
        return Err(AppError::invalid("team", words));
    }
    let team = teams::update_restored(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let members = teams::list_members_of(&mut tx, id).await?;
    let event = Event::TeamChanged { team: team.clone(), was: members.clone(), members };
    finish(app, tx, me, Done::to(AuditKind::TeamRestored, id, &team.name), &[event], at).await?;
    Ok(team)
}

/// Moves what an archived team has in work to whoever has taken over. Whoever owns it goes on with it.
///
/// # Errors
/// If the database fails; what was moved until then has moved.
pub async fn empty(app: &App, id: TeamId) -> Result<(), AppError> {
    loop {
        let found = conversations::list_in_work_of(&mut app.db.conn().await?, id, BATCH).await?;
        if found.is_empty() {
            return Ok(());
        }
        for conversation in found {
            let mut tx = app.db.begin().await?;
            let Some(now) = conversations::lock(&mut tx, conversation).await? else { continue };
            // It may have been moved since.
            if now.team_id != Some(id) {
                continue;
            }
            let into = teams::hold_open(&mut tx, id).await?;
            if into == Some(id) {
                return Ok(());
            }
            let name = match into {
                Some(into) => teams::find(&mut tx, into).await?.map(|team| team.name),
                None => None,
            };
            let mut edit = Edit::of(tx, now, app.clock.now());
            edit.now.team_id = into;
            let words = match name {
                Some(name) => format!("Its team was archived: now with {name}"),
                None => "Its team was archived: now with no team".to_owned(),
            };
            edit.line(SystemLine::Moved, "", words);
            edit.save(app, "the team was archived").await?;
        }
    }
}
