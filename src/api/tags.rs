//! Tags, for those who look after them.

use leptos::{prelude::*, server_fn::codec::Json};

use crate::domain::{AppError, Hue, Tag, TagId};

/// All tags by name, the archived too.
///
/// # Errors
/// If the caller is no supervisor.
#[server(prefix = "/fn", endpoint = "list_tags", input = Json)]
pub async fn list_tags() -> Result<Vec<Tag>, AppError> {
    use crate::server::{http::guard, queries::tags};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        tags::list(&app, &me).await
    })
    .await
}

/// Makes a tag, or changes the one with this id.
///
/// # Errors
/// If the caller is no supervisor or there is no such tag; if another has this name.
#[server(prefix = "/fn", endpoint = "save_tag", input = Json)]
pub async fn save_tag(id: Option<TagId>, name: String, hue: Hue, archived: bool) -> Result<Tag, AppError> {
    use crate::server::{actions::tags, http::guard};
    guard::answer(async {
        let (app, me) = guard::operator().await?;
        tags::save(&app, &me, id, &name, hue, archived).await
    })
    .await
}
