//! What the team knows of customers: their names, their addresses, which contacts are one person, what is noted of them,
//! and who is blocked.
//!
//! Whatever a person is called stands in each of their conversations too, and is changed there in the same transaction.
//! No session learns of any of it: a visitor is shown their own contact's conversation and nothing else.

mod addresses;
mod attributes;
mod blocking;
mod held;
mod merging;
mod notes;

pub use self::{
    addresses::{add_address, remove_address},
    attributes::{remove_attribute, set_attribute},
    blocking::{block, unblock},
    merging::{merge, undo_merge},
    notes::{add_note, remove_note, restore_note},
};

pub(super) use self::blocking::hush;

use self::held::{Held, tell};
use super::{
    edit::Edit,
    joining::{Failure, insist},
};
use crate::{
    domain::{AppError, Contact, ContactId, Me, Time, clean_line},
    server::{
        app::App,
        store::{StoreError, Tx, contacts},
    },
};

/// Calls a person by another name; an empty one is forgotten.
///
/// # Errors
/// If the name is too long. [`AppError::NotFound`] also if the operator may not see any conversation of theirs.
pub async fn rename(app: &App, me: &Me, id: ContactId, name: &str) -> Result<(), AppError> {
    let name = clean_line(name);
    if name.chars().count() > Contact::LONGEST_NAME {
        return Err(AppError::invalid("name", format!("At most {} characters.", Contact::LONGEST_NAME)));
    }
    insist(|| Box::pin(call_by(app, me, id, &name))).await
}

async fn call_by(app: &App, me: &Me, id: ContactId, name: &str) -> Result<(), Failure> {
    let mut held = Held::of(app, &[id]).await?;
    let mut group = held.met(me, id).await?;
    let named = group.named();
    named.name = Some(name.to_owned()).filter(|name| !name.is_empty());
    contacts::update(&mut held.tx, named).await?;
    Ok(held.save(app, &[group.person()], false).await?)
}

/// Calls the contact of a conversation that has just begun, or who has just given a name, by their person's name. It
/// comes after the conversation is in the database or locked: a merge meanwhile waits for it, or it for the merge.
pub(super) async fn set_name(edit: &mut Edit) -> Result<(), StoreError> {
    if let Some(person) = contacts::find_person(&mut edit.tx, edit.now.contact_id).await? {
        edit.now.contact_name = person.contact.display_name();
    }
    Ok(())
}

/// Tells what has become of a contact, in the transaction that has changed it.
pub(super) async fn changed(tx: &mut Tx, id: ContactId, at: Time) -> Result<(), StoreError> {
    match contacts::find_person(tx, id).await? {
        Some(person) => tell(tx, &person, at).await,
        None => Ok(()),
    }
}
