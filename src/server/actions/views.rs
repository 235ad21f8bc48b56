//! Saving views, changing them, and deleting them so that they can be had back.

use crate::{
    domain::{AppError, Audience, Event, Me, View, ViewForm, ViewId, given_name},
    server::{
        app::App,
        clock::new_id,
        store::{Tx, events, teams, views},
    },
};

/// Saves a new view, or changes the one with this id.
///
/// # Errors
/// If the operator may not give a view to that audience, or not change this one; if what it is to be cannot be used.
pub async fn save(app: &App, me: &Me, id: Option<ViewId>, form: ViewForm) -> Result<View, AppError> {
    let name = given_name(&form.name, View::LONGEST_NAME)?;
    form.listing.filter.check()?;
    if !form.audience.may_be_given(me) {
        return Err(AppError::Forbidden);
    }
    let mut tx = app.db.begin().await?;
    if let Audience::Team(team) = form.audience
        && !teams::list(&mut tx).await?.iter().any(|known| known.id == team)
    {
        return Err(AppError::invalid("audience", "This team is not there any more."));
    }
    let was = match id {
        Some(id) => Some(changeable(&mut tx, me, id).await?),
        None => None,
    };
    let by = was.as_ref().map_or(me.id, |was| was.by);
    let view =
        View { id: id.unwrap_or_else(new_id), name, audience: form.audience, listing: form.listing, by };
    if was.is_some() {
        views::update(&mut tx, &view).await?;
    } else {
        let most = i64::try_from(View::MOST).unwrap_or(i64::MAX);
        if views::count_of(&mut tx, me.id).await? >= most {
            let words = format!("You have saved {} views, which is the most. Delete one first.", View::MOST);
            return Err(AppError::invalid("name", words));
        }
        views::insert(&mut tx, &view, app.clock.now()).await?;
    }
    tell(app, tx, view, was.map(|was| was.audience)).await
}

/// Deletes a view. It can be had back for a day.
///
/// # Errors
/// If the operator may not change it.
pub async fn delete(app: &App, me: &Me, id: ViewId) -> Result<(), AppError> {
    let mut tx = app.db.begin().await?;
    changeable(&mut tx, me, id).await?;
    let now = app.clock.now();
    views::update_deleted(&mut tx, id, Some(now)).await?;
    events::append(&mut tx, &Event::ViewDeleted { view_id: id }, None, now).await?;
    tx.commit().await?;
    app.hub.committed();
    Ok(())
}

/// Takes back that a view was deleted.
///
/// # Errors
/// If it is gone for good, or the operator may not change it.
pub async fn restore(app: &App, me: &Me, id: ViewId) -> Result<View, AppError> {
    let mut tx = app.db.begin().await?;
    let (view, _) = views::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let view = allowed(me, view)?;
    views::update_deleted(&mut tx, id, None).await?;
    tell(app, tx, view, None).await
}

async fn changeable(tx: &mut Tx, me: &Me, id: ViewId) -> Result<View, AppError> {
    let found = views::find(tx, id).await?.filter(|(_, deleted_at)| deleted_at.is_none());
    let (view, _) = found.ok_or(AppError::NotFound)?;
    allowed(me, view)
}

/// What somebody is not shown is not there for them.
fn allowed(me: &Me, view: View) -> Result<View, AppError> {
    if view.may_change(me) {
        Ok(view)
    } else if view.is_for(me) {
        Err(AppError::Forbidden)
    } else {
        Err(AppError::NotFound)
    }
}

/// Tells of a view, and commits.
async fn tell(app: &App, mut tx: Tx, view: View, was: Option<Audience>) -> Result<View, AppError> {
    let event = Event::ViewChanged { view: Box::new(view.clone()), was };
    events::append(&mut tx, &event, None, app.clock.now()).await?;
    tx.commit().await?;
    app.hub.committed();
    Ok(view)
}
