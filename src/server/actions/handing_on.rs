//! Giving a conversation to another team, and taking back that it was given away.

use super::{edit::Edit, handle::colleague};
use crate::{
    domain::{
        Action, AppError, Conflict, Conversation, ConversationId, Deed, Facts, Me, Message, OperatorId,
        OwnerIs, Status, SystemLine, TeamId, setup::only_supervisors,
    },
    server::{
        app::App,
        store::{
            Tx, conversations,
            history::{self, OwnershipChange},
            messages, operators, teams,
        },
    },
};

/// Kept with what moving changes.
pub(super) const MOVED: &str = "moved to another team";

/// Gives a conversation to a team; none: to nobody's. It joins the team's queue unless its owner works there too.
///
/// # Errors
/// If there is no such team, the conversation is resolved, or the role does not allow it.
pub async fn move_to_team(
    app: &App,
    me: &Me,
    id: ConversationId,
    to: Option<TeamId>,
) -> Result<Conversation, AppError> {
    only_supervisors(me)?;
    let mut edit = Edit::open(app, me, id, Deed::Move).await?;
    move_in(&mut edit, me, to).await?;
    edit.save(app, MOVED).await
}

/// Gives it to a team, unless it is there, in a change that is under way and allowed.
pub(super) async fn move_in(edit: &mut Edit, me: &Me, to: Option<TeamId>) -> Result<(), AppError> {
    if edit.now.team_id == to {
        return Ok(());
    }
    let words = match to {
        Some(team) => {
            let team = teams::find(&mut edit.tx, team).await?;
            let gone = || AppError::invalid("team", "This team is gone. Choose another.");
            format!("{} moved this to {}", me.name, team.ok_or_else(gone)?.name)
        }
        None => format!("{} took this out of its team", me.name),
    };
    let owner_follows = match edit.now.owner_id {
        Some(owner) => works_in(&mut edit.tx, owner, to).await?,
        None => true,
    };
    edit.now.team_id = to;
    edit.step(Action::Move { owner_follows }).await?;
    edit.line(SystemLine::Moved, &me.name, words);
    Ok(())
}

/// Whether somebody would see a team's conversations without owning them.
async fn works_in(tx: &mut Tx, operator: OperatorId, team_id: Option<TeamId>) -> Result<bool, AppError> {
    let facts =
        Facts { team_id, owner_id: None, status: Status::Waiting, needs_answer: false, snoozed: false };
    Ok(colleague(tx, operator).await?.is_some_and(|theirs| theirs.sees(&facts)))
}

/// Takes back that the caller has assigned a conversation or moved it, as long as nothing has happened there since: its
/// owner and its team are what they were. What nobody owned goes to the queue.
///
/// # Errors
/// [`Conflict::MovedOn`] if that is not the last thing that happened.
pub async fn undo_assign(app: &App, me: &Me, id: ConversationId) -> Result<Conversation, AppError> {
    let mut tx = app.db.begin().await?;
    let now = conversations::lock(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let last = messages::find_by_seq(&mut tx, id, now.last_seq).await?;
    let Some(line) = last.filter(|last| is_given_away_by(last, me)) else {
        // Whoever has given it away may not see it any more.
        return Err(if me.sees(&now.facts()) { Conflict::MovedOn.into() } else { AppError::NotFound });
    };
    let is_move = line.system == Some(SystemLine::Moved);
    let teams = if is_move {
        only_supervisors(me)?;
        history::list_team_changes(&mut tx, id).await?
    } else {
        Vec::new()
    };
    let owners = history::list_ownership_changes(&mut tx, id).await?;
    // A move that took nobody's conversation has none of its own.
    let is_its = |change: &&OwnershipChange| {
        change.by == Some(me.id) && change.at == line.created_at && (change.reason == MOVED) == is_move
    };
    let owner = owners.last().filter(is_its).map(|change| change.from);
    let mut edit = Edit::for_operator(tx, now, me, app.clock.now());
    if let Some(change) = teams.last() {
        edit.now.team_id = change.from;
    }
    give_back_to(&mut edit, owner).await?;
    edit.line(SystemLine::TakenBack, &me.name, format!("{} took that back", me.name));
    edit.save(app, "taken back").await
}

/// Makes somebody the owner again, if they still can be, or nobody; none: as it is.
async fn give_back_to(edit: &mut Edit, owner: Option<Option<OperatorId>>) -> Result<(), AppError> {
    let (Some(owner), false) = (owner, edit.now.status == Status::Open) else { return Ok(()) };
    let standing = match owner {
        Some(owner) => operators::find_standing(&mut edit.tx, owner).await?,
        None => None,
    };
    match owner.filter(|_| standing.is_some_and(|is| is != OwnerIs::Disabled)) {
        Some(owner) => edit.step(Action::Assign(owner)).await,
        None if edit.now.status == Status::Active => edit.step(Action::Release).await,
        None => Ok(()),
    }
}

/// Whether a message says that somebody has given the conversation to another person or team.
fn is_given_away_by(message: &Message, me: &Me) -> bool {
    message.sender_id == Some(me.id.into())
        && matches!(message.system, Some(SystemLine::Assigned | SystemLine::Moved))
}
