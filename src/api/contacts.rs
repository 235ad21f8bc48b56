//! A contact's page. What changes something is a plain form, which works without JavaScript.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::domain::{AppError, Candidate, ContactId, ContactPage, IdentityKind, PageKey, Timeline};

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
