//! Operators' accounts: making them.

use super::audit::{self, Doer, Done};
use crate::{
    domain::{AppError, AuditKind, Event, Operator, ReadMark, Role, TeamId, Time, name_of_person},
    server::{
        app::App,
        clock::new_id,
        store::{
            StoreError, Tx, conversations, events,
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

/// Makes an account, for whoever sits at the server. Conversations that are in work start as read for it.
///
/// # Errors
/// If the address is taken or something cannot be used.
pub async fn add(app: &App, new: NewAccount) -> Result<Operator, AppError> {
    let name = name_of_person(&new.name)?;
    let email = address(&new.email)?;
    let password_hash = app.passwords.hash(&new.password).await?;
    let at = app.clock.now();
    let operator = Operator { id: new_id(), name, email, role: new.role, enabled: true };
    let account = Account { operator, password_hash, auth_epoch: 0, created_at: at };
    let mut tx = app.db.begin().await?;
    write(&mut tx, &account, &new.teams, at).await?;
    let done = Done::to(AuditKind::PersonAdded, account.operator.id, &account.operator.name);
    audit::record(&mut tx, &Doer::command_line(), done.saying(new.role.label()), at).await?;
    tx.commit().await?;
    app.hub.committed();
    Ok(account.operator)
}

/// The address of an account, as it is kept.
pub fn address(text: &str) -> Result<String, AppError> {
    let email = text.trim().to_lowercase();
    if !email.contains('@') || email.contains(char::is_whitespace) || email.len() > 200 {
        return Err(AppError::invalid("email", "Check the email address."));
    }
    Ok(email)
}

/// Writes a new account, and everything that follows from there being another operator.
pub async fn write(tx: &mut Tx, account: &Account, teams: &[TeamId], at: Time) -> Result<(), AppError> {
    let operator = &account.operator;
    match operators::insert(tx, account).await {
        Err(StoreError::Duplicate(_)) => {
            return Err(AppError::invalid("email", "An account with this address exists already."));
        }
        other => other?,
    }
    for team in teams {
        teams::insert_member(tx, *team, operator.id).await?;
    }
    for (conversation, seq, customer_messages) in conversations::list_unresolved(tx).await? {
        read_marks::put_if_missing(tx, operator.id, conversation, ReadMark { seq, customer_messages })
            .await?;
    }
    Ok(events::append(tx, &Event::OperatorChanged { operator: operator.clone() }, None, at).await?)
}

/// Changes what an operator may do, whoever asks.
///
/// # Errors
/// As [`super::people::set_role`] and [`super::people::disable`].
#[cfg(test)]
pub async fn set_access(
    app: &App,
    id: crate::domain::OperatorId,
    role: Role,
    enabled: bool,
) -> Result<(), AppError> {
    super::people::set_access(app, &Doer::command_line(), id, Some(role), Some(enabled)).await
}
