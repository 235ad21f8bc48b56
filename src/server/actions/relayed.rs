//! What customers write to a sibling app, which passes it on.

use super::{
    body, bots,
    derived::derived_id,
    edit::Words,
    joining::{Failure, insist, join},
};
use crate::{
    domain::{
        ApiCaller, AppError, ClientMsgId, Conflict, ContactId, Conversation, ConversationId, Message,
        SenderKind,
    },
    server::{
        app::App,
        store::{Conn, StoreError, channels, contacts, conversations, health, messages},
    },
};

/// A customer's message.
#[derive(Debug, Clone)]
pub struct FromApp {
    pub conversation_id: ConversationId,
    pub text: String,
    /// What the app calls the message; the same again is the same message.
    pub external_id: Option<String>,
    /// What it is known by if the app has no name for it.
    pub unnamed: ClientMsgId,
}

/// What it became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub message: Message,
    pub conversation: Conversation,
    /// False: it had come before.
    pub is_new: bool,
}

/// Takes a customer's message. It joins the conversation that it names, which is reopened if it was resolved not long
/// ago; later than that it begins another, which what comes after it joins too.
///
/// # Errors
/// If the conversation is not this caller's, or not one that an app carries; [`Conflict::IdReused`] if the same message
/// came before with another text.
pub async fn from_customer(app: &App, caller: &ApiCaller, message: FromApp) -> Result<Taken, AppError> {
    let message = FromApp { text: body(&message.text)?, ..message };
    insist(|| Box::pin(take(app, caller, &message))).await
}

async fn take(app: &App, caller: &ApiCaller, message: &FromApp) -> Result<Taken, Failure> {
    let at = app.clock.now();
    let mut conn = app.db.conn().await?;
    let named = conversations::find(&mut conn, message.conversation_id).await?;
    let named = named.filter(|named| caller.sees(named)).ok_or(AppError::NotFound)?;
    let newest = newest_follower(&mut conn, named.contact_id, named.id).await?;
    drop(conn);
    let mut tx = app.db.begin().await?;
    // The lock is what takes a customer's messages one at a time.
    let current = conversations::lock(&mut tx, newest).await?.ok_or(AppError::NotFound)?;
    let client_msg_id = message.external_id.as_deref().map_or(message.unnamed, |name| {
        derived_id(&[b"customer", message.conversation_id.0.as_bytes(), name.as_bytes()])
    });
    let sender = current.contact_id.into();
    if let Some((id, stored)) = messages::find_by_client_id(&mut tx, sender, client_msg_id).await? {
        if stored.body != message.text {
            return Err(AppError::from(Conflict::IdReused).into());
        }
        let conversation = conversations::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
        return Ok(Taken { message: stored, conversation, is_new: false });
    }
    if conversations::find_follower(&mut tx, current.contact_id, newest).await?.is_some() {
        return Err(Failure::Overtaken);
    }
    let channel = channels::find(&mut tx, current.channel_id).await?.ok_or(AppError::NotFound)?;
    if !channel.channel.kind.is_live() || !channel.channel.enabled {
        let words = "Its channel takes no chat messages: it is of another kind, or switched off.";
        return Err(AppError::invalid("conversation", words).into());
    }
    let contact = contacts::find(&mut tx, current.contact_id).await?.ok_or(AppError::NotFound)?;
    let external_id = current.ai.as_ref().and_then(|ai| ai.external_id.clone());
    let mut edit = join(tx, &channel, &contact, Some(current), false, at).await?;
    if let Some(ai) = &mut edit.now.ai {
        ai.external_id = external_id;
    }
    let stored = edit.say(Words {
        sender: SenderKind::Contact,
        sender_id: Some(contact.id.into()),
        sender_name: contact.name.clone().unwrap_or_default(),
        channel_id: channel.channel.id,
        channel_kind: channel.channel.kind,
        body: message.text.clone(),
        note: false,
        client_msg_id: Some(client_msg_id),
        delivery: None,
        provider_id: None,
        attachments: Vec::new(),
        awaited: Vec::new(),
        mail: None,
    });
    edit.now.reply_channel_id = channel.channel.id;
    edit.now.reply_route = None;
    edit.now.contact_name = contact.display_name();
    bots::customer_wrote(app, &mut edit, &channel, &message.text).await?;
    health::put_received(&mut edit.tx, channel.channel.id, at).await?;
    let conversation = edit.save(app, "the customer wrote").await?;
    Ok(Taken { message: stored, conversation, is_new: true })
}

/// The newest of the conversations that follow one another from here.
async fn newest_follower(
    conn: &mut Conn,
    contact: ContactId,
    first: ConversationId,
) -> Result<ConversationId, StoreError> {
    let mut newest = first;
    while let Some(next) = conversations::find_follower(conn, contact, newest).await? {
        newest = next;
    }
    Ok(newest)
}
