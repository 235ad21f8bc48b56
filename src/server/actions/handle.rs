//! What operators do to a conversation besides writing in it.

use super::edit::Edit;
use crate::{
    domain::{
        Action, AppError, Conversation, ConversationId, Deed, Me, OperatorId, Status, SuggestionId,
        SystemLine, clean_text,
    },
    server::{
        app::App,
        store::{Tx, bots, operators, teams},
    },
};

/// Becomes the owner of a conversation that nobody owns.
///
/// # Errors
/// `Conflict::Owned` names the colleague who was quicker.
pub async fn claim(app: &App, me: &Me, id: ConversationId) -> Result<Conversation, AppError> {
    let mut edit = Edit::open(app, me, id, Deed::Work).await?;
    claim_in(&mut edit, me).await?;
    edit.save(app, "claimed").await
}

/// The same in a change that is under way.
pub(super) async fn claim_in(edit: &mut Edit, me: &Me) -> Result<(), AppError> {
    let (status, owner) = (edit.now.status, edit.now.owner_id);
    edit.step(Action::Claim(me.id)).await?;
    if status == Status::Open {
        edit.line(SystemLine::TookOver, &me.name, format!("{} took over from the AI", me.name));
    } else if owner != edit.now.owner_id {
        edit.line(SystemLine::Claimed, &me.name, format!("{} claimed this conversation", me.name));
    }
    Ok(())
}

/// Steps in for the bot, which falls silent with this transaction.
///
/// # Errors
/// `Conflict::Owned` names the colleague who was quicker.
pub async fn take_over(app: &App, me: &Me, id: ConversationId) -> Result<Conversation, AppError> {
    let mut edit = Edit::open(app, me, id, Deed::Work).await?;
    let was = (edit.now.status, edit.now.owner_id);
    edit.step(Action::TakeOver(me.id)).await?;
    if was != (edit.now.status, edit.now.owner_id) {
        edit.line(SystemLine::TookOver, &me.name, format!("{} took over from the AI", me.name));
    }
    edit.save(app, "took over").await
}

/// Puts a conversation back into its team's queue.
///
/// # Errors
/// If it is not active, or a colleague's and the role does not allow it.
pub async fn release(app: &App, me: &Me, id: ConversationId) -> Result<Conversation, AppError> {
    let mut edit = Edit::open(app, me, id, Deed::Release).await?;
    release_in(&mut edit, me).await?;
    edit.save(app, "released").await
}

/// The same in a change that is under way.
pub(super) async fn release_in(edit: &mut Edit, me: &Me) -> Result<(), AppError> {
    edit.step(Action::Release).await?;
    edit.line(SystemLine::Released, &me.name, format!("{} released this to the queue", me.name));
    Ok(())
}

/// Gives a conversation back to its bot, with what it is to mind. If the customer waits, the bot answers at once.
///
/// # Errors
/// If it has no bot, is not active, or is a colleague's and the role does not allow it.
pub async fn give_back(
    app: &App,
    me: &Me,
    id: ConversationId,
    instruction: &str,
) -> Result<Conversation, AppError> {
    let instruction = clean_text(instruction);
    if instruction.chars().count() > MOST_INSTRUCTION {
        let words = format!("At most {MOST_INSTRUCTION} characters.");
        return Err(AppError::invalid("instruction", words));
    }
    let mut edit = Edit::open(app, me, id, Deed::Release).await?;
    give_back_in(&mut edit, me, instruction).await?;
    edit.save(app, "gave back").await
}

/// The same in a change that is under way.
pub(super) async fn give_back_in(edit: &mut Edit, me: &Me, instruction: String) -> Result<(), AppError> {
    let bot = match &edit.now.ai {
        Some(ai) => bots::find(&mut edit.tx, ai.bot_id).await?,
        None => None,
    };
    if !bot.is_some_and(|found| found.bot.enabled) {
        return Err(AppError::invalid("bot", "There is no AI that could take this conversation."));
    }
    edit.step(Action::GiveBack).await?;
    let text = if instruction.is_empty() {
        format!("{} gave this back to the AI", me.name)
    } else {
        format!("{} gave this back to the AI: {instruction}", me.name)
    };
    edit.line(SystemLine::GaveBack, &me.name, text);
    if let Some(ai) = &mut edit.now.ai {
        ai.instruction = (!instruction.is_empty()).then_some(instruction);
    }
    if edit.now.awaiting_reply_since.is_some() {
        edit.ask_bot();
    }
    Ok(())
}

/// The longest instruction, in characters.
const MOST_INSTRUCTION: usize = 1_000;

/// Takes away what a bot has offered.
///
/// # Errors
/// If the operator may not work there.
pub async fn dismiss_suggestion(
    app: &App,
    me: &Me,
    id: ConversationId,
    suggestion: SuggestionId,
) -> Result<Conversation, AppError> {
    let mut edit = Edit::open(app, me, id, Deed::Work).await?;
    if let Some(ai) = &mut edit.now.ai {
        ai.suggestion = ai.suggestion.take().filter(|offered| offered.id != suggestion);
    }
    edit.save(app, "dismissed").await
}

/// Marks a conversation as done.
///
/// # Errors
/// If it is resolved already, or a colleague's and the role does not allow it.
pub async fn resolve(app: &App, me: &Me, id: ConversationId) -> Result<Conversation, AppError> {
    let mut edit = Edit::open(app, me, id, Deed::Resolve).await?;
    resolve_in(&mut edit, me).await?;
    edit.save(app, "resolved").await
}

/// The same in a change that is under way.
pub(super) async fn resolve_in(edit: &mut Edit, me: &Me) -> Result<(), AppError> {
    edit.step(Action::Resolve(me.id)).await?;
    edit.line(SystemLine::Resolved, &me.name, format!("{} resolved this conversation", me.name));
    Ok(())
}

/// Brings a resolved conversation back, to its owner if they can still work, else to the queue.
///
/// # Errors
/// If it is not resolved, or a colleague's and the role does not allow it.
pub async fn reopen(app: &App, me: &Me, id: ConversationId) -> Result<Conversation, AppError> {
    let mut edit = Edit::open(app, me, id, Deed::Reopen).await?;
    reopen_in(&mut edit, me).await?;
    edit.save(app, "reopened").await
}

/// The same in a change that is under way.
pub(super) async fn reopen_in(edit: &mut Edit, me: &Me) -> Result<(), AppError> {
    edit.step(Action::Reopen).await?;
    edit.line(SystemLine::Reopened, &me.name, format!("{} reopened this conversation", me.name));
    Ok(())
}

/// Kept with what assigning changes.
pub(super) const ASSIGNED: &str = "assigned";

/// Gives a conversation to a named operator, who must be able to see it.
///
/// # Errors
/// If the operator cannot take it, or the role does not allow it.
pub async fn assign(
    app: &App,
    me: &Me,
    id: ConversationId,
    to: OperatorId,
) -> Result<Conversation, AppError> {
    let mut edit = Edit::open(app, me, id, Deed::Assign).await?;
    hand_to(&mut edit, me, to).await?;
    edit.save(app, ASSIGNED).await
}

/// Gives it to a named operator, unless it is theirs, in a change that is under way.
pub(super) async fn hand_to(edit: &mut Edit, me: &Me, to: OperatorId) -> Result<(), AppError> {
    let refusal = || AppError::invalid("operator", "Choose somebody of the conversation's team.");
    let theirs = taker(edit, to).await?.ok_or_else(refusal)?;
    if edit.now.owner_id == Some(to) && edit.now.status == Status::Active {
        return Ok(());
    }
    assign_in(edit, me, &theirs).await
}

/// An operator who may sign in, with what they may see.
pub(super) async fn colleague(tx: &mut Tx, id: OperatorId) -> Result<Option<Me>, AppError> {
    let account = operators::find(tx, id).await?;
    let Some(account) = account.filter(|account| account.operator.enabled) else { return Ok(None) };
    Ok(Some(Me {
        id,
        name: account.operator.name,
        email: account.operator.email,
        role: account.operator.role,
        teams: teams::list_of(tx, id).await?,
        created_at: account.created_at,
    }))
}

/// A named operator, if they can have the conversation: they work here, and see it.
pub(super) async fn taker(edit: &mut Edit, id: OperatorId) -> Result<Option<Me>, AppError> {
    let theirs = colleague(&mut edit.tx, id).await?;
    Ok(theirs.filter(|theirs| theirs.sees(&edit.now.facts())))
}

/// Gives it to somebody who can have it, in a change that is under way.
pub(super) async fn assign_in(edit: &mut Edit, me: &Me, to: &Me) -> Result<(), AppError> {
    edit.step(Action::Assign(to.id)).await?;
    edit.line(SystemLine::Assigned, &me.name, format!("{} assigned this to {}", me.name, to.name));
    Ok(())
}
