//! Several conversations at once, and taking that back: each in a transaction of its own, with an answer of its own.

use std::collections::BTreeSet;

use super::{
    edit::Edit,
    handing_on::{self, Until},
    handle, organise, read,
};
use crate::{
    domain::{
        Action, AppError, Before, BulkAction, BulkItem, BulkOutcome, BulkUndo, Conflict, ConversationId,
        Deed, MOST_AT_ONCE, Me, Reversal, Status, may,
    },
    server::app::App,
};

/// Does something to conversations, and says of each what became of it.
///
/// # Errors
/// If there are too many.
pub async fn handle(
    app: &App,
    me: &Me,
    ids: &[ConversationId],
    action: &BulkAction,
) -> Result<Vec<BulkItem>, AppError> {
    at_most(ids.len())?;
    let mut seen = BTreeSet::new();
    let mut done = Done::default();
    for id in ids.iter().filter(|id| seen.insert(**id)) {
        done.note(*id, one(app, me, *id, action)).await;
    }
    Ok(done.items)
}

/// Takes back what was done, where it can be.
///
/// # Errors
/// If there are too many.
pub async fn undo(app: &App, me: &Me, items: &[BulkUndo]) -> Result<Vec<BulkItem>, AppError> {
    at_most(items.len())?;
    let mut done = Done::default();
    for item in items {
        done.note(item.id, take_back(app, me, item)).await;
    }
    Ok(done.items)
}

fn at_most(count: usize) -> Result<(), AppError> {
    if count > MOST_AT_ONCE {
        return Err(AppError::invalid("ids", format!("{MOST_AT_ONCE} conversations at once is the most.")));
    }
    Ok(())
}

/// What became of those so far.
#[derive(Default)]
struct Done {
    items: Vec<BulkItem>,
    /// The database is away: the rest is not kept waiting for it one by one.
    gave_up: Option<AppError>,
}

impl Done {
    async fn note(&mut self, id: ConversationId, work: impl Future<Output = Result<BulkOutcome, AppError>>) {
        let result = match &self.gave_up {
            Some(error) => Err(error.clone()),
            None => work.await,
        };
        if let Err(error) = &result
            && error.is_passing()
        {
            self.gave_up = Some(error.clone());
        }
        self.items.push(BulkItem { id, outcome: result.unwrap_or_else(BulkOutcome::Refused) });
    }
}

async fn one(app: &App, me: &Me, id: ConversationId, action: &BulkAction) -> Result<BulkOutcome, AppError> {
    if *action == BulkAction::MarkRead {
        let moved = read::mark_all_read(app, me, id).await?;
        return Ok(moved.map_or(BulkOutcome::Unchanged, |(from, to)| {
            BulkOutcome::Done(Some(Reversal::Read { from, to }))
        }));
    }
    let mut edit = Edit::open(app, me, id, action.deed()).await?;
    let was = edit.now.clone();
    match action {
        BulkAction::Resolve if was.status == Status::Resolved => {}
        BulkAction::Resolve => handle::resolve_in(&mut edit, me).await?,
        BulkAction::Take => take(&mut edit, me).await?,
        BulkAction::Assign(to) => handle::hand_to(&mut edit, me, *to).await?,
        BulkAction::Move(to) => handing_on::move_in(&mut edit, me, Some(*to)).await?,
        BulkAction::Tag { add, remove } => organise::tag(&mut edit, me, add, remove).await?,
        BulkAction::Prioritise(priority) => organise::prioritise(&mut edit, me, *priority),
        BulkAction::Snooze(until) => organise::snooze(&mut edit, me, *until)?,
        BulkAction::Wake => organise::wake(&mut edit, me),
        BulkAction::MarkRead => {}
    }
    let is = edit.save(app, reason(action)).await?;
    if was == is {
        return Ok(BulkOutcome::Unchanged);
    }
    Ok(BulkOutcome::Done(Reversal::of(action, &was, &is)))
}

/// What is kept with a change of owner.
const fn reason(action: &BulkAction) -> &'static str {
    match action {
        BulkAction::Resolve => "resolved",
        BulkAction::Take => "took",
        BulkAction::Assign(_) => handle::ASSIGNED,
        BulkAction::Move(_) => handing_on::MOVED,
        BulkAction::Tag { .. } => "tagged",
        BulkAction::Prioritise(_) => "prioritised",
        BulkAction::Snooze(_) => "snoozed",
        BulkAction::Wake => "woke",
        BulkAction::MarkRead => "read",
    }
}

/// Becomes the owner. From a colleague only who may reassign takes it; anybody else is told whose it is.
async fn take(edit: &mut Edit, me: &Me) -> Result<(), AppError> {
    let is_colleagues =
        edit.now.status == Status::Active && edit.now.owner_id.is_some_and(|owner| owner != me.id);
    if is_colleagues && may(me, Deed::Assign, &edit.now.facts()) {
        return handle::assign_in(edit, me, me).await;
    }
    handle::claim_in(edit, me).await
}

async fn take_back(app: &App, me: &Me, item: &BulkUndo) -> Result<BulkOutcome, AppError> {
    if let Reversal::Read { from, to } = item.reversal {
        read::put_back(app, me, item.id, from, to).await?;
        return Ok(BulkOutcome::Done(None));
    }
    if let Reversal::HandedOn { seq, was_ais, snoozed_until } = item.reversal {
        handing_on::undo_at(app, me, item.id, Until { seq, was_ais, snoozed_until }).await?;
        return Ok(BulkOutcome::Done(None));
    }
    let mut edit = Edit::open(app, me, item.id, item.reversal.deed()).await?;
    let was = edit.now.clone();
    match &item.reversal {
        Reversal::Resolved { at, awaiting_reply_since, snoozed_until } => {
            require(edit.now.resolved_at == Some(*at))?;
            handle::reopen_in(&mut edit, me).await?;
            let begun = edit.now.created_at;
            let since = awaiting_reply_since.filter(|since| (begun..=*at).contains(since));
            edit.step(Action::TakeBack(since)).await?;
            organise::sleep_on(&mut edit, *snoozed_until);
        }
        Reversal::Taken { seq, from, snoozed_until } => {
            require(edit.now.owner_id == Some(me.id) && edit.now.last_seq == *seq)?;
            give_away(&mut edit, me, *from, *seq).await?;
            organise::sleep_on(&mut edit, *snoozed_until);
        }
        Reversal::Tagged { added, removed } => organise::tag(&mut edit, me, removed, added).await?,
        Reversal::Prioritised { from, to } => {
            require(edit.now.priority == *to)?;
            organise::prioritise(&mut edit, me, *from);
        }
        Reversal::Snoozed { from, to } => {
            require(edit.now.snoozed_until == *to)?;
            match from.filter(|until| *until > edit.at()) {
                Some(until) => organise::snooze(&mut edit, me, until)?,
                None => organise::wake(&mut edit, me),
            }
        }
        Reversal::HandedOn { .. } | Reversal::Read { .. } => {}
    }
    let is = edit.save(app, "undone").await?;
    Ok(if was == is { BulkOutcome::Unchanged } else { BulkOutcome::Done(None) })
}

fn require(as_it_was_left: bool) -> Result<(), AppError> {
    if as_it_was_left { Ok(()) } else { Err(Conflict::ChangedSince.into()) }
}

/// Gives a conversation back to who had it before it was taken by the line with this number.
async fn give_away(edit: &mut Edit, me: &Me, to: Before, seq: i64) -> Result<(), AppError> {
    match to {
        Before::Queue => handle::release_in(edit, me).await,
        Before::Bot => handing_on::give_back_as_it_was(edit, me, seq).await,
        Before::Colleague(id) => {
            let theirs = handle::taker(edit, id).await?.ok_or(Conflict::ChangedSince)?;
            handle::assign_in(edit, me, &theirs).await
        }
    }
}
