//! Looking for what was said, and for people.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::domain::{AppError, ContactList, Palette, SearchKey, SearchPage};

/// What fits a text in all messages, notes and contacts that the operator may see, newest first, from behind a place on.
/// What the text means, [`crate::domain::Search`] says; it is never wrong.
///
/// # Errors
/// If nobody is signed in, or the database fails.
#[server(prefix = "/fn", endpoint = "search", input = Json)]
pub async fn search(text: String, below: Option<SearchKey>) -> Result<SearchPage, AppError> {
    use crate::server::{http::guard, queries::search};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        search::search(&app, &me, &text, below).await
    })
    .await
}

/// Contacts by some words of a name or an address, and their newest conversations; without words, the newest
/// conversations.
///
/// # Errors
/// If nobody is signed in, or the database fails.
#[server(prefix = "/fn", endpoint = "find_anything", input = Json)]
pub async fn find_anything(words: String) -> Result<Palette, AppError> {
    use crate::server::{http::guard, queries::search};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        search::anything(&app, &me, &words).await
    })
    .await
}

/// The contacts whom the operator may look at, the newest first, from behind a place on; with words, those who are
/// called so.
///
/// # Errors
/// If nobody is signed in, or the database fails.
#[server(prefix = "/fn", endpoint = "list_contacts", input = Json)]
pub async fn list_contacts(words: String, below: Option<SearchKey>) -> Result<ContactList, AppError> {
    use crate::server::{http::guard, queries::search};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        search::contacts(&app, &me, &words, below).await
    })
    .await
}
