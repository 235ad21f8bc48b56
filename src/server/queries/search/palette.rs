//! What the command palette offers.

use super::persons;
use crate::{
    domain::{AppError, ContactGroup, ContactId, Me, Palette, Queue},
    server::{
        app::App,
        store::{contacts, conversations, teams},
    },
};

/// Persons who are called so, and their newest conversations.
///
/// # Errors
/// If the database fails.
pub async fn anything(app: &App, me: &Me, words: &str) -> Result<Palette, AppError> {
    let mut tx = app.db.snapshot().await?;
    let teams = teams::list(&mut tx).await?;
    let people = persons::first(&mut tx, me, words, Palette::MOST).await?;
    let conversations = if words.trim().is_empty() {
        conversations::list(&mut tx, me, Queue::All, None, Palette::MOST).await?
    } else {
        let kept: Vec<ContactId> = people.iter().map(|person| person.contact_id).collect();
        let groups = contacts::list_groups(&mut tx, &kept).await?;
        let all: Vec<ContactId> = groups.iter().flat_map(ContactGroup::ids).collect();
        conversations::list_of_contacts(&mut tx, me, &all, None, Palette::MOST).await?
    };
    tx.commit().await?;
    Ok(Palette { role: me.role, teams, conversations, contacts: people })
}
