//! Tags as supervisors look after them.

use crate::{
    domain::{AppError, AuditKind, Event, Hue, Tag, TagId, given_name, setup::only_supervisors},
    server::{
        actions::audit::{self, Done},
        app::App,
        auth::session::SignedIn,
        clock::new_id,
        store::{StoreError, events, tags},
    },
};

/// The most tags that a workspace may have, the archived not counted.
const MOST: usize = 200;

/// Makes a tag, or changes the one with this id.
///
/// # Errors
/// If the caller is no supervisor or there is no such tag; if another has this name.
pub async fn save(
    app: &App,
    me: &SignedIn,
    id: Option<TagId>,
    name: &str,
    hue: Hue,
    archived: bool,
) -> Result<Tag, AppError> {
    only_supervisors(me)?;
    let name = given_name(name, Tag::LONGEST_NAME)?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let tag = Tag { id: id.unwrap_or_else(new_id), name, hue, archived };
    let written = if id.is_some() {
        tags::find(&mut tx, tag.id).await?.ok_or(AppError::NotFound)?;
        tags::update(&mut tx, &tag).await
    } else {
        let in_use = tags::list(&mut tx).await?.into_iter().filter(|tag| !tag.archived).count();
        if in_use >= MOST {
            return Err(AppError::invalid("name", format!("{MOST} tags is the most. Archive one first.")));
        }
        tags::insert(&mut tx, &tag, now).await
    };
    match written {
        Err(StoreError::Duplicate(_)) => {
            return Err(AppError::invalid("name", "There is a tag of this name already."));
        }
        other => other?,
    }
    let done =
        Done::to(AuditKind::TagSaved, tag.id, &tag.name).saying(if archived { "archived" } else { "" });
    audit::record(&mut tx, &me.into(), done, now).await?;
    events::append(&mut tx, &Event::TagChanged { tag: tag.clone() }, None, now).await?;
    tx.commit().await?;
    app.hub.committed();
    Ok(tag)
}
