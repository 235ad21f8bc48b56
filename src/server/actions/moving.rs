//! Moving a mail to where it belongs.

use super::{
    edit::{Edit, Words},
    joining::begin,
};
use crate::{
    domain::{
        AppError, Conversation, ConversationId, Deed, Event, MailFacts, MailThread, Me, Message, ReplyRoute,
        SenderKind, Time, Why, may,
    },
    server::{
        app::App,
        channels::email,
        store::{Tx, channels, contacts, conversations, events, messages, participants},
    },
};

/// Moves a customer's mail to another conversation of the same customer, or to one of its own. Mails that answer it
/// follow it. Of the moved one its place is left, which says where it went.
///
/// # Errors
/// If it is no customer's mail, or the operator may not work on both conversations.
pub async fn move_mail(
    app: &App,
    me: &Me,
    from: ConversationId,
    seq: i64,
    to: Option<ConversationId>,
) -> Result<ConversationId, AppError> {
    if to == Some(from) {
        return Err(AppError::invalid("to", "It is in this conversation already."));
    }
    let at = app.clock.now();
    let mut tx = app.db.begin().await?;
    let (source, target) = lock_both(&mut tx, from, to).await?;
    let source = allowed(me, source)?;
    let target = match to {
        Some(_) => Some(allowed(me, target)?),
        None => None,
    };
    let message = messages::find_by_seq(&mut tx, from, seq).await?.ok_or(AppError::NotFound)?;
    let facts = customers_mail(&message)?.clone();
    let sender = message.sender_id.ok_or(AppError::NotFound)?;
    let contact = contacts::find(&mut tx, sender.into()).await?.ok_or(AppError::NotFound)?;
    if target.as_ref().is_some_and(|target| target.contact_id != source.contact_id) {
        return Err(AppError::invalid("to", "That is another customer's conversation."));
    }
    let mut edit = match target {
        Some(target) => {
            let mut edit = Edit::of(tx, target, at);
            edit.customer_wrote().await?;
            edit
        }
        None => {
            let channel = channels::find(&mut tx, message.channel_id).await?.ok_or(AppError::NotFound)?;
            let mut conversation = begin(&channel, &contact, None, None, at);
            conversation.team_id = source.team_id;
            conversations::insert(&mut tx, &conversation).await?;
            Edit::new(tx, conversation, at)
        }
    };
    take_over_thread(&mut edit, &message, &facts, &source).await?;
    if edit.is_new() {
        super::contacts::set_name(&mut edit).await?;
    }
    let moved = edit.say(Words {
        sender: SenderKind::Contact,
        sender_id: message.sender_id,
        sender_name: message.sender_name.clone(),
        channel_id: message.channel_id,
        channel_kind: message.channel_kind,
        body: message.body.clone(),
        note: false,
        client_msg_id: None,
        delivery: None,
        provider_id: None,
        attachments: message.attachments.clone(),
        awaited: Vec::new(),
        mail: Some(Box::new(MailFacts { why: Why::Moved { from }, ..facts })),
    });
    edit.move_mail(message.id, moved.id);
    leave_behind(&mut edit.tx, &source, &message, edit.now.id, at).await?;
    Ok(edit.save(app, "moved").await?.id)
}

async fn lock_both(
    tx: &mut Tx,
    from: ConversationId,
    to: Option<ConversationId>,
) -> Result<(Option<Conversation>, Option<Conversation>), AppError> {
    Ok(match to {
        Some(to) => conversations::lock_two(tx, from, to).await?,
        None => (conversations::lock(tx, from).await?, None),
    })
}

fn allowed(me: &Me, conversation: Option<Conversation>) -> Result<Conversation, AppError> {
    let conversation = conversation.filter(|found| me.sees(&found.facts())).ok_or(AppError::NotFound)?;
    if may(me, Deed::Work, &conversation.facts()) { Ok(conversation) } else { Err(AppError::Forbidden) }
}

fn customers_mail(message: &Message) -> Result<&MailFacts, AppError> {
    let facts = message.mail.as_deref().filter(|_| message.sender == SenderKind::Contact);
    facts
        .filter(|facts| !matches!(facts.why, Why::MovedAway { .. }))
        .ok_or_else(|| AppError::invalid("seq", "Only a customer's mail can be moved."))
}

/// The moved mail goes on as the thread of its new conversation: a reply goes to whoever wrote it.
async fn take_over_thread(
    edit: &mut Edit,
    message: &Message,
    facts: &MailFacts,
    source: &Conversation,
) -> Result<(), AppError> {
    let thread = source.mail.clone().unwrap_or_default();
    let route = match &source.reply_route {
        Some(route) => ReplyRoute { ours: route.ours.clone(), peer: facts.from.address.to_lowercase() },
        None => return Err(AppError::invalid("seq", "This conversation has no mail address to reply to.")),
    };
    participants::put(&mut edit.tx, edit.now.id, &route.peer).await?;
    for copy in &thread.cc {
        participants::put(&mut edit.tx, edit.now.id, &copy.address.to_lowercase()).await?;
    }
    edit.now.reply_channel_id = message.channel_id;
    edit.now.reply_route = Some(route);
    if edit.now.mail.is_none() {
        let subject = email::without_reply_prefixes(&facts.subject).to_owned();
        edit.now.mail = Some(MailThread { subject, cc: thread.cc });
    }
    Ok(())
}

/// Leaves the place of a mail that moves away.
async fn leave_behind(
    tx: &mut Tx,
    source: &Conversation,
    message: &Message,
    to: ConversationId,
    at: Time,
) -> Result<(), AppError> {
    let Some(facts) = message.mail.clone() else { return Ok(()) };
    let facts = MailFacts { folds: Vec::new(), html: false, why: Why::MovedAway { to }, ..*facts };
    let left = Message {
        body: String::new(),
        attachments: Vec::new(),
        mail: Some(Box::new(facts)),
        ..message.clone()
    };
    messages::update_content(tx, &left).await?;
    let event =
        Event::MessageChanged { conversation_id: source.id, facts: source.facts(), message: Box::new(left) };
    events::append(tx, &event, None, at).await?;
    Ok(())
}
