//! Whether operators take work: as they choose, and by itself when nobody has touched their browser for a while.

use crate::{
    domain::{AppError, Availability, Event, Me},
    server::{
        app::App,
        store::{events, operators},
    },
};

/// Chooses whether one takes work.
///
/// # Errors
/// If that cannot be chosen.
pub async fn choose(app: &App, me: &Me, availability: Availability) -> Result<Availability, AppError> {
    if !Availability::CHOICES.contains(&availability) {
        return Err(AppError::invalid("availability", "This cannot be chosen."));
    }
    change(app, me, |_| availability).await
}

/// A browser tells that nobody has touched it for a while (`idle`), or that somebody does again. What was chosen stays.
///
/// # Errors
/// If the database fails.
pub async fn set_idle(app: &App, me: &Me, idle: bool) -> Result<Availability, AppError> {
    change(app, me, |now| now.by_itself(idle)).await
}

async fn change(
    app: &App,
    me: &Me,
    to: impl FnOnce(Availability) -> Availability,
) -> Result<Availability, AppError> {
    let mut tx = app.db.begin().await?;
    let now = operators::lock_availability(&mut tx, me.id).await?.ok_or(AppError::NotFound)?;
    let availability = to(now);
    if availability == now {
        return Ok(now);
    }
    operators::update_availability(&mut tx, me.id, availability).await?;
    let event = Event::AvailabilityChanged { operator_id: me.id, availability };
    events::append(&mut tx, &event, None, app.clock.now()).await?;
    tx.commit().await?;
    app.hub.committed();
    Ok(availability)
}
