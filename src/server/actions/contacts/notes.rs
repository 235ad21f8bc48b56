//! Notes about a person. No customer learns of them, and no colleague is interrupted by one: they are read on the page.

use super::held::Held;
use crate::{
    domain::{AppError, ContactId, ContactNote, ContactNoteId, Me, OperatorId, Time},
    server::{
        actions::joining::{Failure, insist},
        app::App,
        clock::new_id,
        store::contact_notes,
    },
};

/// Writes something down about a person.
///
/// # Errors
/// If it is empty or too long, or too much is written already. [`AppError::NotFound`] also if the operator may not see
/// any conversation of theirs.
pub async fn add_note(app: &App, me: &Me, id: ContactId, text: &str) -> Result<(), AppError> {
    let text = ContactNote::text_of(text)?;
    insist(|| Box::pin(add(app, me, id, &text))).await
}

async fn add(app: &App, me: &Me, id: ContactId, text: &str) -> Result<(), Failure> {
    let mut held = Held::of(app, &[id]).await?;
    let group = held.met(me, id).await?;
    if contact_notes::list(&mut held.tx, me, &group.ids()).await?.len() >= ContactNote::MOST {
        let words = format!("At most {} notes. Remove one first.", ContactNote::MOST);
        return Err(AppError::invalid("text", words).into());
    }
    contact_notes::insert(&mut held.tx, new_id(), group.kept.id, me.id, text, held.at).await?;
    Ok(held.save(app, &[], false).await?)
}

/// Takes a note away. It can be brought back.
///
/// # Errors
/// [`AppError::Forbidden`] if it is a colleague's and the role does not allow it; otherwise as [`add_note`].
pub async fn remove_note(app: &App, me: &Me, id: ContactId, note: ContactNoteId) -> Result<(), AppError> {
    insist(|| Box::pin(mark(app, me, id, note, |at| Some((me.id, at))))).await
}

/// Brings back a note that was taken away.
///
/// # Errors
/// As [`remove_note`].
pub async fn restore_note(app: &App, me: &Me, id: ContactId, note: ContactNoteId) -> Result<(), AppError> {
    insist(|| Box::pin(mark(app, me, id, note, |_| None))).await
}

/// Of a note that is not this person's nothing changes.
async fn mark(
    app: &App,
    me: &Me,
    id: ContactId,
    note: ContactNoteId,
    deleted: impl Fn(Time) -> Option<(OperatorId, Time)>,
) -> Result<(), Failure> {
    let mut held = Held::of(app, &[id]).await?;
    let group = held.met(me, id).await?;
    let author = contact_notes::find_author(&mut held.tx, note, &group.ids()).await?;
    let Some(author) = author else { return Ok(()) };
    if !ContactNote::may_be_removed(me, author) {
        return Err(AppError::Forbidden.into());
    }
    contact_notes::update_deleted(&mut held.tx, note, deleted(held.at)).await?;
    Ok(held.save(app, &[], false).await?)
}
