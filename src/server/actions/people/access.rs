//! What people may do, and whether they may sign in at all.

use crate::{
    domain::{
        Action, AppError, AuditKind, Conversation, Event, Facts, Operator, OperatorId, Role, Status,
        SystemLine, Time, setup::only_admins,
    },
    server::{
        actions::{
            audit::{self, Doer, Done},
            edit::{Edit, Written},
            joining::{Failure, insist},
            sign_in::tell_ended,
        },
        app::App,
        auth::session::SignedIn,
        store::{Tx, conversations, events, operators, sessions},
    },
};

/// Changes what somebody may do. Their sessions and streams end: they sign in anew.
///
/// # Errors
/// If the caller is no admin or there is no such person; or if nobody would be left who is an admin.
pub async fn set_role(app: &App, me: &SignedIn, id: OperatorId, role: Role) -> Result<(), AppError> {
    only_admins(me)?;
    set_access(app, &me.into(), id, Some(role), None).await
}

/// Shuts somebody out: their sessions and streams end at once, and their conversations in work go back to their team's
/// queue.
///
/// # Errors
/// If the caller is no admin, it is themselves, or there is no such person.
pub async fn disable(app: &App, me: &SignedIn, id: OperatorId) -> Result<(), AppError> {
    only_admins(me)?;
    if id == me.id {
        let words = "Nobody can disable their own account. Ask another admin.";
        return Err(AppError::invalid("person", words));
    }
    set_access(app, &me.into(), id, None, Some(false)).await
}

/// Lets somebody sign in again.
///
/// # Errors
/// If the caller is no admin, or there is no such person.
pub async fn enable(app: &App, me: &SignedIn, id: OperatorId) -> Result<(), AppError> {
    only_admins(me)?;
    set_access(app, &me.into(), id, None, Some(true)).await
}

/// Changes what somebody may do, or whether they may sign in, in one transaction with all that follows.
///
/// # Errors
/// If there is no such person, or nobody would be left who is an admin.
pub async fn set_access(
    app: &App,
    by: &Doer,
    id: OperatorId,
    role: Option<Role>,
    enabled: Option<bool>,
) -> Result<(), AppError> {
    insist(|| Box::pin(change(app, by, id, role, enabled))).await
}

async fn change(
    app: &App,
    by: &Doer,
    id: OperatorId,
    role: Option<Role>,
    enabled: Option<bool>,
) -> Result<(), Failure> {
    let at = app.clock.now();
    let mut tx = app.db.begin().await?;
    operators::take_turn(&mut tx).await?;
    let was = operators::find(&mut tx, id).await?.ok_or(AppError::NotFound)?.operator;
    let now =
        Operator { role: role.unwrap_or(was.role), enabled: enabled.unwrap_or(was.enabled), ..was.clone() };
    if now == was {
        return Ok(());
    }
    let is_admin = |of: &Operator| of.enabled && of.role == Role::Admin;
    if is_admin(&was) && !is_admin(&now) && operators::count_admins(&mut tx).await? <= 1 {
        return Err(
            AppError::invalid("person", "This is the last admin. Make somebody else one first.").into()
        );
    }
    // Before anything is written.
    let owned = if now.enabled { Vec::new() } else { conversations::lock_active_of(&mut tx, id).await? };
    operators::update_access(&mut tx, id, now.role, now.enabled).await?;
    // From here on nothing more can become theirs.
    if !now.enabled && conversations::list_active_of(&mut tx, id).await?.len() != owned.len() {
        return Err(Failure::Overtaken);
    }
    let ended = sessions::delete_all_of(&mut tx, id, None).await?;
    tell_ended(&mut tx, id, ended, at).await?;
    events::append(&mut tx, &Event::OperatorChanged { operator: now.clone() }, None, at).await?;
    for done in what_was_done(&was, &now, owned.len()) {
        audit::record(&mut tx, by, done, at).await?;
    }
    for conversation in in_order(owned) {
        tx = put_back(tx, conversation, by, &now.name, at).await?;
    }
    tx.commit().await?;
    app.hub.committed();
    Ok(())
}

fn what_was_done(was: &Operator, now: &Operator, owned: usize) -> Vec<Done> {
    let mut all = Vec::new();
    if was.role != now.role {
        let details = format!("from {} to {}", was.role.label(), now.role.label());
        all.push(Done::to(AuditKind::RoleChanged, now.id, &now.name).saying(details));
    }
    match (was.enabled, now.enabled) {
        (true, false) => {
            let details = format!("{owned} conversation(s) went back to their queue");
            all.push(Done::to(AuditKind::PersonDisabled, now.id, &now.name).saying(details));
        }
        (false, true) => all.push(Done::to(AuditKind::PersonEnabled, now.id, &now.name)),
        _ => {}
    }
    all
}

/// The counts of queues are rows that others change too: always in the same order, so that two who change several cannot
/// wait for each other.
fn in_order(mut owned: Vec<Conversation>) -> Vec<Conversation> {
    let queued = |of: &Conversation| Facts { owner_id: None, status: Status::Waiting, ..of.facts() };
    owned.sort_by_key(queued);
    owned
}

/// Puts a conversation back into its team's queue.
async fn put_back(
    tx: Tx,
    conversation: Conversation,
    by: &Doer,
    name: &str,
    at: Time,
) -> Result<Tx, AppError> {
    let mut edit = Edit::of(tx, conversation, at).by(by.id());
    edit.step(Action::OwnerDisabled).await?;
    edit.line(SystemLine::OwnerDisabled, name, format!("{name} is no longer active: back to the queue"));
    let Written { tx, .. } = edit.write("owner disabled").await?;
    Ok(tx)
}
