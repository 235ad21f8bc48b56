//! Taking responses from a table.

use std::collections::{BTreeMap, BTreeSet};

use super::{no_room, taken};
use crate::{
    domain::{
        AppError, AuditKind, Canned, CannedForm, CannedScope, Imported, Me, Skipped, Team, Time,
        canned::WrittenCanned,
    },
    server::{
        actions::audit::{self, Done},
        app::App,
        auth::session::SignedIn,
        clock::new_id,
        store::{Tx, canned, teams},
        table::{self, Row, as_written},
    },
};

/// Takes responses: one whose shortcut is there already, in the same scope, gets the new title and text. What cannot be
/// taken is told, and is no reason not to take the rest.
///
/// # Errors
/// If the text as a whole cannot be read.
pub async fn import(app: &App, me: &SignedIn, text: &str) -> Result<Imported, AppError> {
    if text.len() > Imported::LARGEST {
        return Err(AppError::TooLarge { largest: Imported::LARGEST });
    }
    let rows = table::read(text, ["shortcut", "title", "text"], ["scope", "team"])?;
    if rows.is_empty() {
        return Err(AppError::invalid("text", "There is no response in this."));
    }
    let mut tx = app.db.begin().await?;
    let at = app.clock.now();
    let done = take(&mut tx, me, rows, at).await?;
    let Imported { added, changed, same, skipped } = &done;
    let noted = Done::plain(AuditKind::CannedImported, "Canned responses")
        .saying(format!("{added} added, {changed} changed"));
    audit::record(&mut tx, &me.into(), noted, at).await?;
    tx.commit().await?;
    tracing::info!(by = %me.id, added, changed, same, skipped = skipped.len(), "canned responses were imported");
    Ok(done)
}

/// Two responses with the same key are one.
type Key = (CannedScope, String);

async fn take(tx: &mut Tx, me: &Me, rows: Vec<Row<3, 2>>, now: Time) -> Result<Imported, AppError> {
    let teams = teams::list(tx).await?;
    let mut known: BTreeMap<Key, Canned> = canned::list_usable(tx, me)
        .await?
        .into_iter()
        .map(|canned| ((canned.scope, canned.shortcut.clone()), canned))
        .collect();
    let (mut done, mut seen) = (Imported::default(), BTreeSet::new());
    for row in rows {
        let line = row.number;
        let mut skip = |why: String| done.skipped.push(Skipped { line, why });
        let WrittenCanned { scope, shortcut, title, text } = match read(row, me, &teams) {
            Ok(written) => written,
            Err(error) => {
                skip(error.to_string());
                continue;
            }
        };
        let key = (scope, shortcut.clone());
        if !seen.insert(key.clone()) {
            skip(format!("/{shortcut} stands above already."));
            continue;
        }
        match known.get(&key) {
            Some(canned) if canned.title == title && canned.text == text => done.same += 1,
            _ if !scope.may_change(me) => {
                skip("Supervisors write what a team or everyone can use. Leave “scope” empty to keep it for you.".to_owned());
            }
            Some(was) => {
                canned::update(tx, &Canned { title, text, updated_at: now, ..was.clone() }).await?;
                done.changed += 1;
            }
            None if known.keys().filter(|(other, _)| *other == scope).count() >= Canned::MOST => {
                skip(no_room())
            }
            None => {
                let id = new_id();
                let fresh = Canned { id, scope, shortcut, title, text, created_at: now, updated_at: now };
                canned::insert(tx, &fresh).await.map_err(|error| taken(error, &fresh.shortcut))?;
                known.insert(key, fresh);
                done.added += 1;
            }
        }
    }
    Ok(done)
}

/// A row as a form, checked.
fn read(row: Row<3, 2>, me: &Me, teams: &[Team]) -> Result<WrittenCanned, AppError> {
    let [shortcut, title, text] = row.needed.map(|cell| as_written(&cell).to_owned());
    let [scope, team] = row.more.map(|cell| as_written(&cell).to_owned());
    let scope = match scope.to_lowercase().as_str() {
        "" | CannedScope::PERSONAL => CannedScope::Personal(me.id),
        CannedScope::EVERYONE => CannedScope::Everyone,
        CannedScope::TEAM => {
            let found = teams.iter().find(|known| known.name.to_lowercase() == team.to_lowercase());
            CannedScope::Team(found.ok_or_else(|| no_team(&team))?.id)
        }
        _ => {
            let words = format!("“{scope}” is no scope: write personal, team or everyone.");
            return Err(AppError::invalid("text", words));
        }
    };
    CannedForm { shortcut, title, text, scope: scope.choice() }.checked(me.id)
}

fn no_team(name: &str) -> AppError {
    AppError::invalid("text", format!("There is no team “{name}”."))
}
