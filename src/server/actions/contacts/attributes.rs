//! Attributes: what operators note of a person, by names of their own.

use super::held::Held;
use crate::{
    domain::{About, AppError, Attribute, ContactId, Me},
    server::{
        actions::joining::{Failure, insist},
        app::App,
        store::contact_attributes,
    },
};

/// Notes something of a person, in place of what was noted by the same name.
///
/// # Errors
/// If it is missing or too long, or too much is noted already. [`AppError::NotFound`] also if the operator may not see
/// any conversation of theirs.
pub async fn set_attribute(
    app: &App,
    me: &Me,
    id: ContactId,
    name: &str,
    value: &str,
) -> Result<(), AppError> {
    let attribute = Attribute::new(name, value)?;
    insist(|| Box::pin(set(app, me, id, &attribute))).await
}

async fn set(app: &App, me: &Me, id: ContactId, attribute: &Attribute) -> Result<(), Failure> {
    let mut held = Held::of(app, &[id]).await?;
    let group = held.met(me, id).await?;
    let ids = group.ids();
    let key = Attribute::key(&attribute.name);
    let there = contact_attributes::list(&mut held.tx, &ids).await?;
    let has_it =
        |id: &&ContactId| there.iter().any(|(of, known)| of == *id && Attribute::key(&known.name) == key);
    // It is put right where it stands, so that taking a merge back leaves it with whom it is.
    let contact = ids.iter().find(has_it).copied();
    if contact.is_none() && About::attributes_of(there, &ids).len() >= Attribute::MOST {
        let words = format!("At most {} details. Remove one first.", Attribute::MOST);
        return Err(AppError::invalid("name", words).into());
    }
    contact_attributes::put(&mut held.tx, contact.unwrap_or(group.kept.id), attribute, me.id, held.at)
        .await?;
    Ok(held.save(app, &[group.person()], false).await?)
}

/// Forgets what was noted of a person by a name.
///
/// # Errors
/// [`AppError::NotFound`] also if the operator may not see any conversation of theirs.
pub async fn remove_attribute(app: &App, me: &Me, id: ContactId, name: &str) -> Result<(), AppError> {
    insist(|| Box::pin(remove(app, me, id, name))).await
}

async fn remove(app: &App, me: &Me, id: ContactId, name: &str) -> Result<(), Failure> {
    let mut held = Held::of(app, &[id]).await?;
    let group = held.met(me, id).await?;
    contact_attributes::delete(&mut held.tx, &group.ids(), name).await?;
    Ok(held.save(app, &[group.person()], false).await?)
}
