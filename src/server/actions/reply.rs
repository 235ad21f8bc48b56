//! What operators write: replies to the customer, and notes to the team.

use super::{
    body,
    edit::{Edit, Words},
};
use crate::{
    domain::{
        Action, AppError, ClientMsgId, Conflict, Conversation, ConversationId, Deed, Delivery, Me, Message,
        SenderKind, Status, SystemLine,
    },
    server::{
        app::App,
        store::{channels, drafts, messages},
    },
};

/// A reply that an operator wants to send.
#[derive(Debug, Clone)]
pub struct Reply {
    pub conversation_id: ConversationId,
    pub client_msg_id: ClientMsgId,
    pub body: String,
    /// The newest message that the operator had on screen.
    pub seen_seq: i64,
    /// Sent although a colleague has replied since.
    pub anyway: bool,
}

/// Sends a reply to the customer. The first to reply becomes the owner, in the same transaction.
///
/// # Errors
/// [`Conflict::ColleagueReplied`] if a colleague was quicker and the operator has not seen it: nothing is sent.
/// [`Conflict::IdReused`] if the same client id came before with another body.
pub async fn reply(app: &App, me: &Me, reply: Reply) -> Result<Message, AppError> {
    let text = body(&reply.body)?;
    let mut edit = Edit::open(app, me, reply.conversation_id, Deed::Work).await?;
    if let Some(sent) = already_sent(&mut edit, me, reply.client_msg_id, &text, false).await? {
        return Ok(sent);
    }
    if !reply.anyway {
        let since = reply.seen_seq.max(0);
        if let Some(message) = messages::find_colleague_reply(&mut edit.tx, edit.now.id, since, me.id).await?
        {
            let (name, last_seq) = (message.sender_name.clone(), edit.now.last_seq);
            return Err(Conflict::ColleagueReplied { name, message: Box::new(message), last_seq }.into());
        }
    }
    let channel =
        channels::find(&mut edit.tx, edit.now.reply_channel_id).await?.ok_or(AppError::NotFound)?.channel;
    if !channel.kind.is_live() {
        return Err(AppError::invalid(
            "channel",
            format!(
                "{} has no provider connected, so nothing can be sent through it. Write a note instead.",
                channel.name
            ),
        ));
    }
    let before = edit.now.clone();
    edit.step(Action::Reply(me.id)).await?;
    announce(&mut edit, &before, me);
    let message = edit.say(Words {
        sender: SenderKind::Operator,
        sender_id: Some(me.id.into()),
        sender_name: me.name.clone(),
        channel_id: channel.id,
        channel_kind: channel.kind,
        body: text,
        note: false,
        client_msg_id: Some(reply.client_msg_id),
        // A live session reads the thread itself: stored is sent.
        delivery: Some(Delivery::Sent),
    });
    drafts::delete(&mut edit.tx, me.id, edit.now.id).await?;
    edit.save(app, "replied").await?;
    Ok(message)
}

/// Writes a note that only the team sees. It claims nothing and answers nobody.
///
/// # Errors
/// As [`reply`], but a colleague's reply does not stand in its way.
pub async fn add_note(
    app: &App,
    me: &Me,
    conversation_id: ConversationId,
    client_msg_id: ClientMsgId,
    text: &str,
) -> Result<Message, AppError> {
    let text = body(text)?;
    let mut edit = Edit::open(app, me, conversation_id, Deed::Work).await?;
    if let Some(sent) = already_sent(&mut edit, me, client_msg_id, &text, true).await? {
        return Ok(sent);
    }
    let (channel_id, channel_kind) = (edit.now.reply_channel_id, edit.now.channel_kind);
    let message = edit.say(Words {
        sender: SenderKind::Operator,
        sender_id: Some(me.id.into()),
        sender_name: me.name.clone(),
        channel_id,
        channel_kind,
        body: text,
        note: true,
        client_msg_id: Some(client_msg_id),
        delivery: None,
    });
    drafts::delete(&mut edit.tx, me.id, edit.now.id).await?;
    edit.save(app, "noted").await?;
    Ok(message)
}

/// What the same send stored before, if it came before.
async fn already_sent(
    edit: &mut Edit,
    me: &Me,
    id: ClientMsgId,
    text: &str,
    note: bool,
) -> Result<Option<Message>, AppError> {
    match messages::find_by_client_id(&mut edit.tx, me.id.into(), id).await? {
        None => Ok(None),
        Some((conversation, message))
            if conversation == edit.now.id && message.body == text && message.note == note =>
        {
            Ok(Some(message))
        }
        Some(_) => Err(Conflict::IdReused.into()),
    }
}

/// The system line of a reply that also reopens or claims.
fn announce(edit: &mut Edit, before: &Conversation, me: &Me) {
    if before.status == Status::Resolved {
        edit.line(SystemLine::Reopened, &me.name, format!("{} reopened this conversation", me.name));
    } else if before.status == Status::Open {
        edit.line(SystemLine::TookOver, &me.name, format!("{} took over from the AI", me.name));
    } else if before.owner_id != edit.now.owner_id {
        edit.line(SystemLine::Claimed, &me.name, format!("{} claimed this conversation", me.name));
    }
}
