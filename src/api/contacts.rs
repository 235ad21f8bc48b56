//! A contact's page. What changes something is a plain form, which works without JavaScript.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::domain::{
    AppError, Candidate, ContactId, ContactNoteId, ContactPage, IdentityKind, PageKey, Timeline,
};

/// Everything that the page of a contact shows; of one that was merged, the page of the person.
///
/// # Errors
/// If there is no such contact, or the operator may not see any of their conversations.
#[server(prefix = "/fn", endpoint = "load_contact", input = Json)]
pub async fn load_contact(id: ContactId) -> Result<ContactPage, AppError> {
    use crate::server::{http::guard, queries::contacts};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        contacts::open(&app, &me, id).await
    })
    .await
}

/// The next stretch of the timeline, from a place on.
///
/// # Errors
/// As [`load_contact`].
#[server(prefix = "/fn", endpoint = "load_timeline", input = Json)]
pub async fn load_timeline(id: ContactId, from: PageKey) -> Result<Timeline, AppError> {
    use crate::server::{http::guard, queries::contacts};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        contacts::timeline(&app, &me, id, from).await
    })
    .await
}

/// Whom the contact might be merged with, by some words of a name or an address.
///
/// # Errors
/// As [`load_contact`].
#[server(prefix = "/fn", endpoint = "find_contacts", input = Json)]
pub async fn find_contacts(id: ContactId, words: String) -> Result<Vec<Candidate>, AppError> {
    use crate::server::{http::guard, queries::contacts};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        contacts::find(&app, &me, id, &words).await
    })
    .await
}

/// Calls a contact by another name; an empty one is forgotten.
///
/// # Errors
/// As [`load_contact`]; if the name is too long.
#[server(prefix = "/fn", endpoint = "rename_contact")]
pub async fn rename_contact(id: ContactId, name: String) -> Result<ContactPage, AppError> {
    use crate::server::{actions, http::guard, queries::contacts};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        actions::contacts::rename(&app, &me, id, &name).await?;
        contacts::open(&app, &me, id).await
    })
    .await
}

/// Notes that a mail address or a phone number is a contact's.
///
/// # Errors
/// As [`load_contact`]; if it is neither; a conflict that names whose it is already.
#[server(prefix = "/fn", endpoint = "add_address")]
pub async fn add_address(id: ContactId, address: String) -> Result<ContactPage, AppError> {
    use crate::server::{actions, http::guard, queries::contacts};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        actions::contacts::add_address(&app, &me, id, &address).await?;
        contacts::open(&app, &me, id).await
    })
    .await
}

/// Forgets an address of a contact. It can be added again.
///
/// # Errors
/// As [`load_contact`].
#[server(prefix = "/fn", endpoint = "remove_address")]
pub async fn remove_address(
    id: ContactId,
    kind: IdentityKind,
    address: String,
) -> Result<ContactPage, AppError> {
    use crate::server::{actions, http::guard, queries::contacts};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        actions::contacts::remove_address(&app, &me, id, kind, &address).await?;
        contacts::open(&app, &me, id).await
    })
    .await
}

/// Says that another contact is the same person.
///
/// # Errors
/// As [`load_contact`], for both.
#[server(prefix = "/fn", endpoint = "merge_contacts")]
pub async fn merge_contacts(id: ContactId, other: ContactId) -> Result<ContactPage, AppError> {
    use crate::server::{actions, http::guard, queries::contacts};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        actions::contacts::merge(&app, &me, id, other).await?;
        contacts::open(&app, &me, id).await
    })
    .await
}

/// Takes back that a contact was merged into the one whose page this is.
///
/// # Errors
/// As [`load_contact`]; a conflict if something else has to be taken back first.
#[server(prefix = "/fn", endpoint = "undo_merge")]
pub async fn undo_merge(id: ContactId, gone: ContactId) -> Result<ContactPage, AppError> {
    use crate::server::{actions, http::guard, queries::contacts};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        actions::contacts::undo_merge(&app, &me, gone).await?;
        contacts::open(&app, &me, id).await
    })
    .await
}

/// Notes something of a contact by a name, in place of what was noted by it.
///
/// # Errors
/// As [`load_contact`]; if something is missing or too long, or too much is noted already.
#[server(prefix = "/fn", endpoint = "set_attribute")]
pub async fn set_attribute(id: ContactId, name: String, value: String) -> Result<ContactPage, AppError> {
    use crate::server::{actions, http::guard, queries::contacts};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        actions::contacts::set_attribute(&app, &me, id, &name, &value).await?;
        contacts::open(&app, &me, id).await
    })
    .await
}

/// Forgets what was noted of a contact by a name.
///
/// # Errors
/// As [`load_contact`].
#[server(prefix = "/fn", endpoint = "remove_attribute")]
pub async fn remove_attribute(id: ContactId, name: String) -> Result<ContactPage, AppError> {
    use crate::server::{actions, http::guard, queries::contacts};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        actions::contacts::remove_attribute(&app, &me, id, &name).await?;
        contacts::open(&app, &me, id).await
    })
    .await
}

/// Writes something down about a contact.
///
/// # Errors
/// As [`load_contact`]; if it is empty or too long, or too much is written already.
#[server(prefix = "/fn", endpoint = "add_contact_note")]
pub async fn add_contact_note(id: ContactId, text: String) -> Result<ContactPage, AppError> {
    use crate::server::{actions, http::guard, queries::contacts};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        actions::contacts::add_note(&app, &me, id, &text).await?;
        contacts::open(&app, &me, id).await
    })
    .await
}

/// Takes away what was written about a contact. It can be brought back.
///
/// # Errors
/// As [`load_contact`]; if it is a colleague's and the role does not allow it.
#[server(prefix = "/fn", endpoint = "remove_contact_note")]
pub async fn remove_contact_note(id: ContactId, note: ContactNoteId) -> Result<ContactPage, AppError> {
    use crate::server::{actions, http::guard, queries::contacts};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        actions::contacts::remove_note(&app, &me, id, note).await?;
        contacts::open(&app, &me, id).await
    })
    .await
}

/// Brings back what was taken away.
///
/// # Errors
/// As [`remove_contact_note`].
#[server(prefix = "/fn", endpoint = "restore_contact_note")]
pub async fn restore_contact_note(id: ContactId, note: ContactNoteId) -> Result<ContactPage, AppError> {
    use crate::server::{actions, http::guard, queries::contacts};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        actions::contacts::restore_note(&app, &me, id, note).await?;
        contacts::open(&app, &me, id).await
    })
    .await
}

/// Blocks a contact: what is in work with them is resolved, and what they write comes into no queue.
///
/// # Errors
/// As [`load_contact`]; if something is in work with them that the operator may not resolve.
#[server(prefix = "/fn", endpoint = "block_contact")]
pub async fn block_contact(id: ContactId) -> Result<ContactPage, AppError> {
    use crate::server::{actions, http::guard, queries::contacts};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        actions::contacts::block(&app, &me, id).await?;
        contacts::open(&app, &me, id).await
    })
    .await
}

/// Takes back that a contact is blocked, and reopens what was resolved with it.
///
/// # Errors
/// As [`load_contact`].
#[server(prefix = "/fn", endpoint = "unblock_contact")]
pub async fn unblock_contact(id: ContactId) -> Result<ContactPage, AppError> {
    use crate::server::{actions, http::guard, queries::contacts};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        actions::contacts::unblock(&app, &me, id).await?;
        contacts::open(&app, &me, id).await
    })
    .await
}
