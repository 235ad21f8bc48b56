//! What customers write.

use super::{
    attach, bots,
    edit::Words,
    joining::{Failure, insist, join},
};
use crate::{
    domain::{
        AppError, ClientMsgId, Conflict, Contact, FileId, SenderKind, Time, VisitorConversation,
        VisitorMessage, clean_line,
    },
    server::{
        app::App,
        clock::new_id,
        store::{
            Tx,
            channels::ConfiguredChannel,
            contact_blocks, contacts, conversations, messages,
            visitor_sessions::{self, VisitorSession},
        },
    },
};

/// A message from a visitor's widget.
#[derive(Debug, Clone)]
pub struct FromVisitor {
    pub client_msg_id: ClientMsgId,
    /// May be empty if there are files.
    pub body: String,
    pub files: Vec<FileId>,
    pub name: Option<String>,
    pub email: Option<String>,
    /// A new conversation is wanted instead of the resolved one.
    pub fresh: bool,
}

/// What a visitor's message became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    pub message: VisitorMessage,
    pub conversation: VisitorConversation,
}

/// Takes a message from a widget. The first one makes the visitor's session, contact and conversation.
///
/// # Errors
/// If the message cannot be taken, or the same client id came before with another body or other files.
pub async fn from_visitor(
    app: &App,
    channel: &ConfiguredChannel,
    token_hash: &[u8],
    message: FromVisitor,
) -> Result<Received, AppError> {
    let message = FromVisitor {
        body: attach::words(&message.body, &message.files)?,
        name: line(message.name, "name", 120)?,
        email: line(message.email, "email", 200)?,
        ..message
    };
    if message.email.as_ref().is_some_and(|email| !looks_like_email(email)) {
        return Err(AppError::invalid("email", "Check the email address."));
    }
    insist(|| Box::pin(take(app, channel, token_hash, &message))).await
}

async fn take(
    app: &App,
    channel: &ConfiguredChannel,
    token_hash: &[u8],
    message: &FromVisitor,
) -> Result<Received, Failure> {
    let at = app.clock.now();
    let mut tx = app.db.begin().await?;
    let session = visitor_sessions::find(&mut tx, token_hash).await?;
    // The lock on the conversation is what takes a visitor's messages one at a time.
    let current = match session.and_then(|session| session.conversation_id) {
        Some(id) => conversations::lock(&mut tx, id).await?,
        None => None,
    };
    let (contact, session) = match session {
        Some(session) if session.channel_id != channel.channel.id => return Err(AppError::NotFound.into()),
        Some(session) => {
            if let Some(known) = already_received(&mut tx, &session, message).await? {
                return Ok(known);
            }
            if visitor_sessions::find(&mut tx, token_hash).await? != Some(session) {
                return Err(Failure::Overtaken);
            }
            (known_contact(&mut tx, &session, message, at).await?, session)
        }
        None => first_visit(&mut tx, channel, token_hash, message, at).await?,
    };
    let mut edit = join(tx, channel, &contact, current, message.fresh, at).await?;
    if edit.is_new() {
        visitor_sessions::update_conversation(&mut edit.tx, session.id, edit.now.id).await?;
    }
    let attachments = attach::take(&mut edit.tx, attach::visitor(token_hash), &message.files).await?;
    let stored = edit.say(Words {
        sender: SenderKind::Contact,
        sender_id: Some(contact.id.into()),
        sender_name: contact.name.clone().unwrap_or_default(),
        channel_id: channel.channel.id,
        channel_kind: channel.channel.kind,
        body: message.body.clone(),
        note: false,
        client_msg_id: Some(message.client_msg_id),
        delivery: None,
        provider_id: None,
        attachments,
        awaited: Vec::new(),
        mail: None,
    });
    edit.send_files(message.files.iter().copied(), stored.id);
    edit.now.reply_channel_id = channel.channel.id;
    // Only who is new, or has just said who they are, may be called by another name than before.
    if edit.is_new() || message.name.is_some() || message.email.is_some() {
        super::contacts::set_name(&mut edit).await?;
    }
    bots::customer_wrote(app, &mut edit, channel, &message.body).await?;
    let conversation = contact_blocks::shown_to_visitor(&mut edit.tx, &edit.now).await?;
    edit.save(app, "the customer wrote").await?;
    Ok(Received { message: VisitorMessage::of(&stored).ok_or(AppError::NotFound)?, conversation })
}

/// What the same message became before, if it came before.
async fn already_received(
    tx: &mut Tx,
    session: &VisitorSession,
    message: &FromVisitor,
) -> Result<Option<Received>, Failure> {
    let known = messages::find_by_client_id(tx, session.contact_id.into(), message.client_msg_id).await?;
    let Some((conversation, stored)) = known else {
        return Ok(None);
    };
    if stored.body != message.body || !attach::has(&stored, &message.files) {
        return Err(AppError::from(Conflict::IdReused).into());
    }
    let conversation = conversations::find(tx, conversation).await?.ok_or(AppError::NotFound)?;
    Ok(Some(Received {
        message: VisitorMessage::of(&stored).ok_or(AppError::NotFound)?,
        conversation: contact_blocks::shown_to_visitor(tx, &conversation).await?,
    }))
}

/// Makes the session of a browser that has not written before, and its contact.
async fn first_visit(
    tx: &mut Tx,
    channel: &ConfiguredChannel,
    token_hash: &[u8],
    message: &FromVisitor,
    at: Time,
) -> Result<(Contact, VisitorSession), Failure> {
    let contact = Contact {
        id: new_id(),
        name: message.name.clone(),
        email: message.email.clone(),
        phone: None,
        created_at: at,
        merged_into: None,
    };
    contacts::insert(tx, &contact).await?;
    let session = VisitorSession {
        id: new_id(),
        channel_id: channel.channel.id,
        contact_id: contact.id,
        conversation_id: None,
    };
    visitor_sessions::insert(tx, &session, token_hash, at).await?;
    Ok((contact, session))
}

/// The contact of a session, with what they have told about themselves since. It proves nothing, so it only fills
/// what was empty.
async fn known_contact(
    tx: &mut Tx,
    session: &VisitorSession,
    message: &FromVisitor,
    at: Time,
) -> Result<Contact, Failure> {
    let mut contact = contacts::find(tx, session.contact_id).await?.ok_or(AppError::NotFound)?;
    let before = contact.clone();
    contact.name = contact.name.or_else(|| message.name.clone());
    contact.email = contact.email.or_else(|| message.email.clone());
    if contact != before {
        contacts::update(tx, &contact).await?;
        super::contacts::changed(tx, contact.id, at).await?;
    }
    Ok(contact)
}

pub(super) fn line(text: Option<String>, field: &str, limit: usize) -> Result<Option<String>, AppError> {
    let Some(text) = text.map(|text| clean_line(&text)).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    if text.chars().count() > limit {
        return Err(AppError::invalid(field, format!("At most {limit} characters.")));
    }
    Ok(Some(text))
}

/// Whether mail could be sent there. Whether it arrives, only a mail can tell.
pub(super) fn looks_like_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && domain.contains('.')
            && !domain.starts_with('.')
            && !domain.ends_with('.')
            && !text.contains([' ', ',', ';', '<', '>', '"'])
            && !domain.contains('@')
    })
}
