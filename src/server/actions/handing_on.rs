//! Giving a conversation to another team, and taking back that it was given away.

use super::{
    edit::Edit,
    handle::{self, colleague},
    organise,
    retry::unanswered_since,
};
use crate::{
    domain::{
        Action, AppError, Conflict, Conversation, ConversationId, Deed, Facts, Me, Message, OperatorId,
        OwnerIs, Status, SystemLine, TeamId, Time, setup::only_supervisors,
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

/// The same in a change that is under way. What the team has already stays as it is.
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
    let (mut edit, given) = open_given(app, me, id, Conflict::MovedOn).await?;
    take_back_in(&mut edit, me, given).await?;
    edit.save(app, TAKEN_BACK).await
}

/// Kept with what taking back changes.
const TAKEN_BACK: &str = "taken back";

/// What no history tells of a conversation that was given away.
#[derive(Debug, Clone, Copy)]
pub(super) struct Until {
    /// The line that says so.
    pub seq: i64,
    /// Whether an AI had the word.
    pub was_ais: bool,
    pub snoozed_until: Option<Time>,
}

/// The same as [`undo_assign`] for what one line says: an AI that had the word has it again, and what slept sleeps on.
///
/// # Errors
/// [`Conflict::ChangedSince`] if that is not the last thing that happened.
pub(super) async fn undo_at(
    app: &App,
    me: &Me,
    id: ConversationId,
    until: Until,
) -> Result<Conversation, AppError> {
    let (mut edit, given) = open_given(app, me, id, Conflict::ChangedSince).await?;
    if edit.now.last_seq != until.seq {
        return Err(Conflict::ChangedSince.into());
    }
    if until.was_ais && !given.is_move {
        // Nobody else could have given it away.
        only_supervisors(me)?;
        give_back_as_it_was(&mut edit, me, until.seq).await?;
        if let Some(owner) = given.owner {
            edit.now.owner_id = owner;
        }
    } else {
        take_back_in(&mut edit, me, given).await?;
    }
    organise::sleep_on(&mut edit, until.snoozed_until);
    edit.save(app, TAKEN_BACK).await
}

/// Gives a conversation back to its bot, which had it until the line with this number: what it was asked when it lost the
/// word it is asked again.
pub(super) async fn give_back_as_it_was(edit: &mut Edit, me: &Me, seq: i64) -> Result<(), AppError> {
    let since = unanswered_since(&mut edit.tx, edit.now.id, seq).await?;
    edit.step(Action::TakeBack(since)).await?;
    handle::give_back_in(edit, me, String::new()).await
}

/// What a conversation was before the caller has given it away, as far as that has changed it.
#[derive(Debug, Clone, Copy)]
struct Given {
    is_move: bool,
    team: Option<Option<TeamId>>,
    owner: Option<Option<OperatorId>>,
}

/// Locks a conversation that the caller has given away as the last thing that happened there; if it was not, `late` says
/// so.
async fn open_given(
    app: &App,
    me: &Me,
    id: ConversationId,
    late: Conflict,
) -> Result<(Edit, Given), AppError> {
    let mut tx = app.db.begin().await?;
    let now = conversations::lock(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let last = messages::find_by_seq(&mut tx, id, now.last_seq).await?;
    let Some(line) = last.filter(|last| is_given_away_by(last, me)) else {
        // Whoever has given it away may not see it any more.
        return Err(if me.sees(&now.facts()) { late.into() } else { AppError::NotFound });
    };
    let is_move = line.system == Some(SystemLine::Moved);
    let teams = if is_move {
        only_supervisors(me)?;
        history::list_team_changes(&mut tx, id).await?
    } else {
        Vec::new()
    };
    let owners = history::list_ownership_changes(&mut tx, id).await?;
    let is_by_it = |by: Option<OperatorId>, at: Time| by == Some(me.id) && at == line.created_at;
    // A move that took nobody's conversation has none of its own.
    let is_its =
        |change: &&OwnershipChange| is_by_it(change.by, change.at) && (change.reason == MOVED) == is_move;
    let given = Given {
        is_move,
        team: teams.last().filter(|change| is_by_it(change.by, change.at)).map(|change| change.from),
        owner: owners.last().filter(is_its).map(|change| change.from),
    };
    Ok((Edit::for_operator(tx, now, me, app.clock.now()), given))
}

/// Makes a conversation what it was, in a change that is under way.
async fn take_back_in(edit: &mut Edit, me: &Me, given: Given) -> Result<(), AppError> {
    if let Some(team) = given.team {
        edit.now.team_id = team;
    }
    give_back_to(edit, given.owner).await?;
    edit.line(SystemLine::TakenBack, &me.name, format!("{} took that back", me.name));
    Ok(())
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
