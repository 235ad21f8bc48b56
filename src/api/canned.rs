//! Canned responses: everybody's own, their teams' and everyone's.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::domain::{AppError, Canned, CannedForm, CannedId, CannedList, Imported};

/// Everything that the operator can use.
///
/// # Errors
/// If nobody is signed in.
#[server(prefix = "/fn", endpoint = "list_canned", input = Json)]
pub async fn list_canned() -> Result<CannedList, AppError> {
    use crate::server::{http::guard, queries::canned};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        canned::list(&app, &me).await
    })
    .await
}

/// One response, as a list of one row.
///
/// # Errors
/// If there is none that the operator can use.
#[server(prefix = "/fn", endpoint = "load_canned", input = Json)]
pub async fn load_canned(id: CannedId) -> Result<CannedList, AppError> {
    use crate::server::{http::guard, queries::canned};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        canned::open(&app, &me, id).await
    })
    .await
}

/// Writes a response, or changes the one with this id; then goes on to a page, if one is named.
///
/// # Errors
/// If it is a team's or everyone's and the caller is neither supervisor nor admin; the first field that cannot be used.
#[server(prefix = "/fn", endpoint = "save_canned")]
pub async fn save_canned(
    id: Option<CannedId>,
    form: CannedForm,
    next: Option<String>,
) -> Result<Canned, AppError> {
    use crate::server::{actions::canned, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        let canned = canned::save(&app, &me, id, &form).await?;
        if next.is_some() {
            guard::go_to(&guard::own_path(next.as_deref()));
        }
        Ok(canned)
    })
    .await
}

/// Takes a response out.
///
/// # Errors
/// As [`save_canned`].
#[server(prefix = "/fn", endpoint = "delete_canned")]
pub async fn delete_canned(id: CannedId) -> Result<(), AppError> {
    use crate::server::{actions::canned, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        canned::delete(&app, &me, id).await
    })
    .await
}

/// Brings a response back that was taken out.
///
/// # Errors
/// As [`save_canned`]; if another has its shortcut by now.
#[server(prefix = "/fn", endpoint = "restore_canned")]
pub async fn restore_canned(id: CannedId) -> Result<(), AppError> {
    use crate::server::{actions::canned, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        canned::restore(&app, &me, id).await
    })
    .await
}

/// Takes responses from a table (CSV).
///
/// # Errors
/// If the table cannot be read.
#[server(prefix = "/fn", endpoint = "import_canned", input = Json)]
pub async fn import_canned(text: String) -> Result<Imported, AppError> {
    use crate::server::{actions::canned, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        canned::import(&app, &me, &text).await
    })
    .await
}
