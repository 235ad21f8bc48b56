//! Canned responses: writing them, taking them out and back, and counting what is sent.

mod import;

pub use import::import;

use crate::{
    domain::{AppError, Canned, CannedForm, CannedId, CannedScope, Me, canned::WrittenCanned},
    server::{
        app::App,
        clock::new_id,
        store::{Conn, StoreError, Tx, canned, teams},
    },
};

/// Writes a response, or changes the one with this id.
///
/// # Errors
/// [`AppError::Forbidden`] if it is, or would be, a team's or everyone's and the operator is neither supervisor nor admin;
/// [`AppError::NotFound`] if there is none that they may see; the first field that cannot be used.
pub async fn save(app: &App, me: &Me, id: Option<CannedId>, form: &CannedForm) -> Result<Canned, AppError> {
    let written = form.checked(me.id)?;
    if !written.scope.may_change(me) {
        return Err(AppError::Forbidden);
    }
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let was = match id {
        Some(id) => Some(changeable(canned::find(&mut tx, id).await?, me)?),
        None => None,
    };
    if was.as_ref().is_none_or(|was| was.scope != written.scope) {
        check_scope(&mut tx, written.scope).await?;
    }
    let WrittenCanned { scope, shortcut, title, text } = written;
    let saved = Canned {
        id: was.as_ref().map_or_else(new_id, |was| was.id),
        scope,
        shortcut,
        title,
        text,
        created_at: was.as_ref().map_or(now, |was| was.created_at),
        updated_at: now,
    };
    let stored = match was {
        Some(_) => canned::update(&mut tx, &saved).await,
        None => canned::insert(&mut tx, &saved).await,
    };
    stored.map_err(|error| taken(error, &saved.shortcut))?;
    tx.commit().await?;
    Ok(saved)
}

/// Takes a response out. It can be brought back for some time.
///
/// # Errors
/// As [`save`].
pub async fn delete(app: &App, me: &Me, id: CannedId) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    changeable(canned::find(&mut tx, id).await?, me)?;
    canned::update_deleted(&mut tx, id, Some(app.clock.now())).await?;
    tx.commit().await?;
    tracing::info!(canned = %id, by = %me.id, "a canned response was deleted");
    Ok(())
}

/// Brings a response back that was taken out, with its uses.
///
/// # Errors
/// As [`save`]; if its shortcut has gone to another meanwhile.
pub async fn restore(app: &App, me: &Me, id: CannedId) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    let gone = changeable(canned::find_deleted(&mut tx, id).await?, me)?;
    check_scope(&mut tx, gone.scope).await?;
    let restored = canned::update_deleted(&mut tx, id, None).await;
    restored.map_err(|error| taken(error, &gone.shortcut))?;
    tx.commit().await?;
    Ok(())
}

/// Counts what an operator sends with a reply, in its transaction: those that they can use, each once.
pub(super) async fn count_uses(conn: &mut Conn, me: &Me, ids: &[CannedId]) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    let ids: Vec<CannedId> = ids.iter().copied().take(Canned::MOST_USED).collect();
    // In the order of their ids, so that two of one operator's sends at once cannot wait for each other.
    for used in canned::list_of(conn, &ids).await?.iter().filter(|canned| canned.scope.may_use(me)) {
        canned::add_use(conn, used.id, me.id).await?;
    }
    Ok(())
}

/// A response that an operator may change.
fn changeable(found: Option<Canned>, me: &Me) -> Result<Canned, AppError> {
    let canned = found.filter(|canned| canned.scope.may_use(me)).ok_or(AppError::NotFound)?;
    if canned.scope.may_change(me) { Ok(canned) } else { Err(AppError::Forbidden) }
}

/// Whether there is such a scope, with room for one more.
async fn check_scope(tx: &mut Tx, scope: CannedScope) -> Result<(), AppError> {
    if let CannedScope::Team(team) = scope
        && !teams::list(tx).await?.iter().any(|known| known.id == team)
    {
        return Err(AppError::invalid("scope", "This team is not there any more. Choose another."));
    }
    let most = i64::try_from(Canned::MOST).unwrap_or(i64::MAX);
    if canned::count_in(tx, scope).await? >= most {
        return Err(AppError::invalid("scope", no_room()));
    }
    Ok(())
}

fn no_room() -> String {
    format!("There are {} responses already, and no more can be listed at once.", Canned::MOST)
}

/// What a lost race for a shortcut, or a second response with it, means.
fn taken(error: StoreError, shortcut: &str) -> AppError {
    match error {
        StoreError::Duplicate(_) => AppError::invalid(
            "shortcut",
            format!("/{shortcut} is another response’s already. Give this one another shortcut."),
        ),
        other => other.into(),
    }
}
