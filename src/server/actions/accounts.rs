//! Operators' accounts: making them, signing in and out, and what they may do.

use std::net::IpAddr;

use super::edit::Edit;
use crate::{
    domain::{
        Action, AppError, Event, Operator, OperatorId, ReadMark, Role, Status, SystemLine, TeamId, clean_line,
    },
    server::{
        app::App,
        auth::session,
        clock::new_id,
        store::{
            StoreError, conversations, events,
            operators::{self, Account},
            read_marks, teams,
        },
    },
};

/// An account to make.
#[derive(Debug, Clone)]
pub struct NewAccount {
    pub email: String,
    pub name: String,
    pub password: String,
    pub role: Role,
    pub teams: Vec<TeamId>,
}

/// Makes an account. Conversations that are in work start as read for it.
///
/// # Errors
/// If the address is taken or something cannot be used.
pub async fn add(app: &App, new: NewAccount) -> Result<Operator, AppError> {
    let name = clean_line(&new.name);
    if name.is_empty() || name.chars().count() > 120 {
        return Err(AppError::invalid("name", "Give a name of at most 120 characters."));
    }
    let email = new.email.trim().to_lowercase();
    if !email.contains('@') || email.contains(char::is_whitespace) || email.len() > 200 {
        return Err(AppError::invalid("email", "Check the email address."));
    }
    let password_hash = app.passwords.hash(&new.password).await?;
    let at = app.clock.now();
    let operator = Operator { id: new_id(), name, email, role: new.role, enabled: true };
    let account = Account { operator: operator.clone(), password_hash, auth_epoch: 0, created_at: at };
    let mut tx = app.db.begin().await?;
    match operators::insert(&mut tx, &account).await {
        Err(StoreError::Duplicate(_)) => {
            return Err(AppError::invalid("email", "An account with this address exists already."));
        }
        other => other?,
    }
    for team in new.teams {
        teams::insert_member(&mut tx, team, operator.id).await?;
    }
    for (conversation, seq, customer_messages) in conversations::list_unresolved(&mut tx).await? {
        read_marks::put_if_missing(&mut tx, operator.id, conversation, ReadMark { seq, customer_messages })
            .await?;
    }
    events::append(&mut tx, &Event::OperatorChanged { operator: operator.clone() }, None, at).await?;
    tx.commit().await?;
    app.hub.committed();
    Ok(operator)
}

/// Checks a password and begins a session. Returns the token for the cookie.
///
/// # Errors
/// The same for an unknown account, a disabled one and a wrong password; and if there were too many attempts.
pub async fn sign_in(app: &App, email: &str, password: &str, peer: IpAddr) -> Result<String, AppError> {
    let email = email.trim();
    app.limits.sign_in(email, peer)?;
    let account = operators::find_by_email(&mut app.db.conn().await?, email).await?;
    let account = account.filter(|account| account.operator.enabled);
    let hash = account.as_ref().map(|account| account.password_hash.clone());
    match (app.passwords.verify(password, hash).await?, account) {
        (true, Some(account)) => session::begin(app, &account).await,
        _ => Err(AppError::invalid("password", "Email or password is wrong.")),
    }
}

/// Changes what an operator may do, or whether they may sign in at all. Their sessions and streams end; a disabled
/// operator's conversations in work go back to their team's queue.
///
/// # Errors
/// If there is no such operator.
pub async fn set_access(app: &App, id: OperatorId, role: Role, enabled: bool) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    let account = operators::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    operators::update_access(&mut tx, id, role, enabled).await?;
    let operator = Operator { role, enabled, ..account.operator };
    events::append(&mut tx, &Event::OperatorChanged { operator: operator.clone() }, None, app.clock.now())
        .await?;
    tx.commit().await?;
    app.hub.committed();
    if !enabled {
        let owned = conversations::list_active_of(&mut app.db.conn().await?, id).await?;
        for conversation in owned {
            let mut tx = app.db.begin().await?;
            let Some(now) = conversations::lock(&mut tx, conversation).await? else {
                continue;
            };
            // It may have been resolved or reassigned since.
            if now.owner_id == Some(id) && now.status == Status::Active {
                let mut edit = Edit::of(tx, now, app.clock.now());
                edit.step(Action::OwnerDisabled).await?;
                let text = format!("{} is no longer active: back to the queue", operator.name);
                edit.line(SystemLine::OwnerDisabled, &operator.name, text);
                edit.save(app, "owner disabled").await?;
            }
        }
    }
    Ok(())
}
