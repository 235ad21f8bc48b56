//! Canned responses, as far as an operator can use them.

use std::collections::BTreeMap;

use crate::{
    domain::{AppError, Canned, CannedId, CannedList, CannedRow, CannedScope, Me, Team},
    server::{
        app::App,
        store::{Conn, canned, teams},
        table,
    },
};

/// Everything that the operator can use, with how often it was sent.
///
/// # Errors
/// If the database fails.
pub async fn list(app: &App, me: &Me) -> Result<CannedList, AppError> {
    let mut tx = app.db.snapshot().await?;
    let rows = rows(&mut tx, me).await?;
    let teams = usable_teams(&mut tx, me).await?;
    tx.commit().await?;
    Ok(CannedList { me: me.clone(), rows, teams })
}

/// One response, with the scopes that it could go to: a list of one row.
///
/// # Errors
/// [`AppError::NotFound`] also if the operator cannot use it.
pub async fn open(app: &App, me: &Me, id: CannedId) -> Result<CannedList, AppError> {
    let mut list = list(app, me).await?;
    list.rows.retain(|row| row.canned.id == id);
    if list.rows.is_empty() { Err(AppError::NotFound) } else { Ok(list) }
}

/// Everything that the operator can use, as a table that can be imported again.
///
/// # Errors
/// If the database fails.
pub async fn export(app: &App, me: &Me) -> Result<Vec<u8>, AppError> {
    let mut tx = app.db.snapshot().await?;
    let all = canned::list_usable(&mut tx, me).await?;
    let teams = usable_teams(&mut tx, me).await?;
    tx.commit().await?;
    let row = |canned: Canned| {
        let team = match canned.scope {
            CannedScope::Team(_) => canned.scope.label(&teams),
            CannedScope::Personal(_) | CannedScope::Everyone => String::new(),
        };
        [canned.shortcut, canned.title, canned.text, canned.scope.word().to_owned(), team]
    };
    table::write(["shortcut", "title", "text", "scope", "team"], all.into_iter().map(row))
}

async fn rows(conn: &mut Conn, me: &Me) -> Result<Vec<CannedRow>, AppError> {
    let usable = canned::list_usable(conn, me).await?;
    let mine: BTreeMap<CannedId, i64> = canned::list_uses_of(conn, me.id).await?.into_iter().collect();
    let all: BTreeMap<CannedId, i64> = canned::list_uses(conn).await?.into_iter().collect();
    let uses =
        |counted: &BTreeMap<CannedId, i64>, id: CannedId| counted.get(&id).copied().unwrap_or_default();
    let row = |canned: Canned| CannedRow { mine: uses(&mine, canned.id), all: uses(&all, canned.id), canned };
    Ok(usable.into_iter().map(row).collect())
}

/// Those whose responses the operator can use.
async fn usable_teams(conn: &mut Conn, me: &Me) -> Result<Vec<Team>, AppError> {
    let mut teams = teams::list(conn).await?;
    teams.retain(|team| CannedScope::Team(team.id).may_use(me));
    Ok(teams)
}
