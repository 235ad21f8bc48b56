//! Views.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::domain::{AppError, View, ViewForm, ViewId};

/// Saves a new view, or changes the one with this id.
///
/// # Errors
/// If the operator may not give a view to that audience, or not change this one; what of it cannot be used.
#[server(prefix = "/fn", endpoint = "save_view", input = Json)]
pub async fn save_view(id: Option<ViewId>, form: ViewForm) -> Result<View, AppError> {
    use crate::server::{actions::views, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        views::save(&app, &me, id, form).await
    })
    .await
}

/// Deletes a view. It can be had back for a day.
///
/// # Errors
/// If the operator may not change it.
#[server(prefix = "/fn", endpoint = "delete_view", input = Json)]
pub async fn delete_view(id: ViewId) -> Result<(), AppError> {
    use crate::server::{actions::views, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        views::delete(&app, &me, id).await
    })
    .await
}

/// Takes back that a view was deleted.
///
/// # Errors
/// If it is gone for good, or the operator may not change it.
#[server(prefix = "/fn", endpoint = "restore_view", input = Json)]
pub async fn restore_view(id: ViewId) -> Result<View, AppError> {
    use crate::server::{actions::views, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        views::restore(&app, &me, id).await
    })
    .await
}

/// How many conversations stand in each of the operator's views. From [`View::COUNTED`] on it may be more.
///
/// # Errors
/// If nobody is signed in, or the database fails.
#[server(prefix = "/fn", endpoint = "count_views", input = Json)]
pub async fn count_views() -> Result<Vec<(ViewId, usize)>, AppError> {
    use crate::server::{http::guard, queries::inbox};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        inbox::count_views(&app, &me).await
    })
    .await
}
