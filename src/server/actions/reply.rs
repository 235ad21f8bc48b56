//! What operators write: replies to the customer, and notes to the team.

use super::{
    attach,
    edit::{Edit, Words},
    letters,
};
use crate::{
    domain::{
        Action, AppError, Channel, ChannelKind, ClientMsgId, Conflict, Conversation, ConversationId, Deed,
        Delivery, DeliveryState, FileId, MailThread, Me, Message, ReplyRoute, SenderKind, Status, SystemLine,
        leave_by,
    },
    server::{
        app::App,
        store::{
            channels::{self, SESSION},
            contacts, drafts, messages, opt_outs, participants,
        },
    },
};

/// A reply that an operator wants to send.
#[derive(Debug, Clone)]
pub struct Reply {
    pub conversation_id: ConversationId,
    pub client_msg_id: ClientMsgId,
    /// May be empty if there are files.
    pub body: String,
    pub files: Vec<FileId>,
    /// The newest message that the operator had on screen.
    pub seen_seq: i64,
    /// Sent although a colleague has replied since.
    pub anyway: bool,
}

/// Sends a reply to the customer. The first to reply becomes the owner, in the same transaction.
///
/// # Errors
/// [`Conflict::ColleagueReplied`] if a colleague was quicker and the operator has not seen it: nothing is sent.
/// [`Conflict::IdReused`] if the same client id came before with another body or other files.
pub async fn reply(app: &App, me: &Me, reply: Reply) -> Result<Message, AppError> {
    let text = attach::words(&reply.body, &reply.files)?;
    let mut edit = Edit::open(app, me, reply.conversation_id, Deed::Work).await?;
    if let Some(sent) = already_sent(&mut edit, me, reply.client_msg_id, &text, &reply.files, false).await? {
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
    let (channel, route) = way_out(app, &mut edit).await?;
    let attachments = attach::take(&mut edit.tx, me.id.into(), &reply.files).await?;
    let mail = route
        .as_ref()
        .filter(|_| channel.kind == ChannelKind::Email)
        .map(|route| Box::new(letters::facts(&edit.now, route)));
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
        delivery: Some(Delivery::new(
            if route.is_some() { DeliveryState::Queued } else { DeliveryState::Sent },
            edit.at(),
        )),
        provider_id: None,
        attachments,
        awaited: Vec::new(),
        mail,
    });
    edit.send_files(reply.files, message.id);
    edit.deliver(&message, route.unwrap_or_default());
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
    files: Vec<FileId>,
) -> Result<Message, AppError> {
    let text = attach::words(text, &files)?;
    let mut edit = Edit::open(app, me, conversation_id, Deed::Work).await?;
    if let Some(sent) = already_sent(&mut edit, me, client_msg_id, &text, &files, true).await? {
        return Ok(sent);
    }
    let attachments = attach::take(&mut edit.tx, me.id.into(), &files).await?;
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
        provider_id: None,
        attachments,
        awaited: Vec::new(),
        mail: None,
    });
    edit.send_files(files, message.id);
    drafts::delete(&mut edit.tx, me.id, edit.now.id).await?;
    edit.save(app, "noted").await?;
    Ok(message)
}

/// By which channel a reply leaves, and from and to which address; none where the customer reads the thread itself. Who
/// has left the live session reads it later, and gets it by mail too.
pub(super) async fn way_out(app: &App, edit: &mut Edit) -> Result<(Channel, Option<ReplyRoute>), AppError> {
    let configured =
        channels::find(&mut edit.tx, edit.now.reply_channel_id).await?.ok_or(AppError::NotFound)?;
    if configured.provider == SESSION {
        // A sibling app carries what is said on a chatbot's channel.
        let is_carried =
            configured.channel.kind == ChannelKind::Chatbot || app.hub.is_online(edit.now.contact_id);
        let mailed = if is_carried { None } else { by_mail(edit).await? };
        let (channel, route) = mailed.unzip();
        return Ok((channel.unwrap_or(configured.channel), route));
    }
    let route = edit.now.reply_route.clone();
    let is_opted_out = match &route {
        Some(route) => opt_outs::is_opted_out(&mut edit.tx, &route.ours, &route.peer).await?,
        None => false,
    };
    match leave_by(&configured.channel, route, is_opted_out) {
        Ok(route) => Ok((configured.channel, Some(route))),
        Err(none) => Err(AppError::invalid("channel", none.sentence(&configured.channel))),
    }
}

/// How to mail a visitor who has left, with a way back into this conversation; none if they have left no address.
async fn by_mail(edit: &mut Edit) -> Result<Option<(Channel, ReplyRoute)>, AppError> {
    let person = contacts::find_person(&mut edit.tx, edit.now.contact_id).await?.ok_or(AppError::NotFound)?;
    let all = channels::list(&mut edit.tx).await?;
    let Some(channel) = Channel::for_mail(&all, edit.now.team_id) else { return Ok(None) };
    let Some(route) = person.contact.mail_route(channel) else { return Ok(None) };
    participants::put(&mut edit.tx, edit.now.id, &route.peer).await?;
    edit.now.mail.get_or_insert_with(|| MailThread {
        subject: format!("Your conversation with {}", channel.name),
        cc: Vec::new(),
    });
    Ok(Some((channel.clone(), route)))
}

/// What the same send stored before, if it came before.
async fn already_sent(
    edit: &mut Edit,
    me: &Me,
    id: ClientMsgId,
    text: &str,
    files: &[FileId],
    note: bool,
) -> Result<Option<Message>, AppError> {
    match messages::find_by_client_id(&mut edit.tx, me.id.into(), id).await? {
        None => Ok(None),
        Some((conversation, message))
            if conversation == edit.now.id
                && message.body == text
                && message.note == note
                && attach::has(&message, files) =>
        {
            Ok(Some(message))
        }
        Some(_) => Err(Conflict::IdReused.into()),
    }
}

/// The system line of a reply that also reopens or claims.
pub(super) fn announce(edit: &mut Edit, before: &Conversation, me: &Me) {
    if before.status == Status::Resolved {
        edit.line(SystemLine::Reopened, &me.name, format!("{} reopened this conversation", me.name));
    } else if before.status == Status::Open {
        edit.line(SystemLine::TookOver, &me.name, format!("{} took over from the AI", me.name));
    } else if before.owner_id != edit.now.owner_id {
        edit.line(SystemLine::Claimed, &me.name, format!("{} claimed this conversation", me.name));
    }
}
