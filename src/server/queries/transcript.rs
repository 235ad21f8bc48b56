//! What was said in a conversation, to be saved or mailed.

use super::thread::visible;
use crate::{
    domain::{
        AppError, Conversation, ConversationId, IdentityKind, Me, Message, Transcript, TranscriptMail,
        check_minutes_east,
    },
    server::{
        app::App,
        store::{channels, contacts, messages, service_mails},
    },
};

/// A conversation, and how it is written down with times by a clock so many minutes east of UTC.
///
/// # Errors
/// [`AppError::NotFound`] also if the operator may not see it; or if there is no such clock.
pub async fn open(
    app: &App,
    me: &Me,
    id: ConversationId,
    minutes_east: i64,
) -> Result<(Conversation, Transcript), AppError> {
    let mut conn = app.db.conn().await?;
    let conversation = visible(&mut conn, me, id).await?;
    check_minutes_east(minutes_east)?;
    let channel = channels::find(&mut conn, conversation.channel_id).await?.ok_or(AppError::NotFound)?;
    let transcript = Transcript::of(&conversation, &channel.channel.name, minutes_east);
    Ok((conversation, transcript))
}

/// The messages from one number on up to another, as many as are read at once.
///
/// # Errors
/// [`AppError::NotFound`] also if the operator may not see the conversation any more.
pub async fn part(
    app: &App,
    me: &Me,
    id: ConversationId,
    from: i64,
    until: i64,
) -> Result<Vec<Message>, AppError> {
    let mut conn = app.db.conn().await?;
    visible(&mut conn, me, id).await?;
    let mut page = messages::list_from(&mut conn, id, from, Transcript::PAGE).await?;
    page.retain(|message| message.seq <= until);
    Ok(page)
}

/// To whom a transcript would go, and what became of those that were mailed.
///
/// # Errors
/// [`AppError::NotFound`] also if the operator may not see the conversation.
pub async fn mail_form(app: &App, me: &Me, id: ConversationId) -> Result<TranscriptMail, AppError> {
    let mut tx = app.db.snapshot().await?;
    let conversation = visible(&mut tx, me, id).await?;
    let group = contacts::find_group(&mut tx, conversation.contact_id).await?.ok_or(AppError::NotFound)?;
    let mails = service_mails::list_about(&mut tx, &[id.into()], TranscriptMail::MAILS).await?;
    tx.commit().await?;
    // Of several the one that they write by here.
    let here = conversation.reply_route.map(|route| route.peer);
    let mut proven = group.proven;
    proven.retain(|identity| identity.kind == IdentityKind::Email);
    proven.sort_by_key(|identity| Some(&identity.address) != here.as_ref());
    let to = proven.into_iter().next();
    Ok(TranscriptMail {
        to: to.map(|identity| identity.address),
        mails: mails.into_iter().map(service_mails::Kept::shown).collect(),
    })
}
