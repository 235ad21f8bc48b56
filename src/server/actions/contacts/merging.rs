//! Saying that two contacts are one person, and taking that back.
//!
//! To merge is to link: no conversation, session, address or message is moved. A merged contact names the one that was
//! kept, and that one names nobody: when it is merged in turn, all its followers name the new one. What was linked, and
//! who followed whom, is remembered; so the links can be put back as they were.

use super::held::Held;
use crate::{
    domain::{AppError, Conflict, ContactId, Me, may_merge},
    server::{
        actions::joining::{Failure, insist},
        app::App,
        clock::new_id,
        store::{
            contact_merges::{self, Merge},
            contacts,
        },
    },
};

/// Merges another contact, with all who were merged into it, into the person of the first. Of two who are one already
/// nothing changes.
///
/// # Errors
/// [`AppError::NotFound`] also if the operator may not see a conversation of both.
pub async fn merge(app: &App, me: &Me, id: ContactId, other: ContactId) -> Result<(), AppError> {
    insist(|| Box::pin(link(app, me, id, other))).await
}

async fn link(app: &App, me: &Me, id: ContactId, other: ContactId) -> Result<(), Failure> {
    let mut held = Held::of(app, &[id, other]).await?;
    let (kept, gone) = (held.group(id).await?, held.group(other).await?);
    if !may_merge(me, &held.facts(&kept), &held.facts(&gone)) {
        return Err(AppError::NotFound.into());
    }
    if kept.kept.id == gone.kept.id {
        return Ok(());
    }
    contacts::update_merged_into(&mut held.tx, &gone.ids(), Some(kept.kept.id)).await?;
    let merge = Merge {
        id: new_id(),
        kept: kept.kept.id,
        gone: gone.kept.id,
        followers: gone.others.iter().map(|contact| contact.id).collect(),
        by: Some(me.id),
        at: held.at,
    };
    contact_merges::insert(&mut held.tx, &merge).await?;
    Ok(held.save(app, &[kept.merge(gone).person()], true).await?)
}

/// Takes back that a contact was merged into another: it is a person of its own again, with everybody who had been
/// merged into it before. Where there is nothing to take back nothing changes.
///
/// # Errors
/// [`Conflict::MergedSince`] if whom it was merged into was merged in turn: then its followers name another than it was
/// told, and that has to be taken back first. Otherwise as [`merge`].
pub async fn undo_merge(app: &App, me: &Me, gone: ContactId) -> Result<(), AppError> {
    insist(|| Box::pin(unlink(app, me, gone))).await
}

async fn unlink(app: &App, me: &Me, gone: ContactId) -> Result<(), Failure> {
    let mut held = Held::of(app, &[gone]).await?;
    let group = held.met(me, gone).await?;
    let in_force = contact_merges::list_in_force(&mut held.tx, &group.ids()).await?;
    let Some(merge) = in_force.iter().find(|merge| merge.gone == gone) else { return Ok(()) };
    let Some((stays, leaves)) = group.split(gone, &merge.followers) else { return Ok(()) };
    if !may_merge(me, &held.facts(&stays), &held.facts(&leaves)) {
        return Err(AppError::Forbidden.into());
    }
    if merge.kept != group.kept.id {
        let later = in_force.iter().find(|later| later.gone == merge.kept);
        let name = later.and_then(|later| group.name_alone(later.gone, &later.followers));
        return Err(AppError::from(Conflict::MergedSince { name: name.unwrap_or_default() }).into());
    }
    contacts::update_merged_into(&mut held.tx, &[gone], None).await?;
    contacts::update_merged_into(&mut held.tx, &merge.followers, Some(gone)).await?;
    contact_merges::update_undone(&mut held.tx, merge.id, me.id, held.at).await?;
    Ok(held.save(app, &[stays.person(), leaves.person()], true).await?)
}
