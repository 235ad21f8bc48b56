//! What operators write: replies to the customer, and notes to the team.

use super::{
    attach, canned,
    edit::{Edit, Words},
    letters,
};
use crate::{
    domain::{
        Action, Answered, AppError, Channel, ChannelKind, ClientMsgId, Conflict, Conversation,
        ConversationId, Deed, Delivery, DeliveryState, FileId, MailThread, Me, Mention, Message, MessageId,
        ReplyBeside, ReplyRoute, SenderKind, Status, SystemLine, find_mentions, leave_by,
        macros::{Filled, Template, Values},
    },
    server::{
        app::App,
        store::{
            Conn,
            channels::{self, SESSION},
            contacts, drafts, messages, operators, opt_outs, participants, teams, written,
        },
    },
};

/// A reply that an operator wants to send.
#[derive(Debug, Clone)]
pub struct Reply {
    pub conversation_id: ConversationId,
    pub client_msg_id: ClientMsgId,
    /// With its macros as they were written. May be empty if there are files.
    pub body: String,
    pub files: Vec<FileId>,
    /// The newest message that the operator had on screen.
    pub seen_seq: i64,
    /// Sent although a colleague has replied since.
    pub anyway: bool,
    pub beside: ReplyBeside,
}

/// Sends a reply to the customer, with its macros filled. The first to reply becomes the owner, in the same transaction.
///
/// # Errors
/// What is no macro; a macro that has neither a value nor a fallback: nothing is sent or stored.
/// [`Conflict::ColleagueReplied`] if a colleague was quicker and the operator has not seen it: nothing is sent.
/// [`Conflict::IdReused`] if the same client id came before with another body or other files.
/// The field [`Answered::FIELD`] if the message that it names is none that a reply in this conversation can answer.
pub async fn reply(app: &App, me: &Me, reply: Reply) -> Result<Message, AppError> {
    let text = attach::words(&reply.body, &reply.files)?;
    let template = Template::parse(&text)?;
    let mut edit = Edit::open(app, me, reply.conversation_id, Deed::Work).await?;
    let Reply { client_msg_id: id, files, beside: ReplyBeside { in_reply_to, .. }, .. } = &reply;
    let again = Again { id: *id, text: &text, files, note: false, in_reply_to: *in_reply_to };
    if let Some(sent) = already_sent(&mut edit, me, again).await? {
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
    let in_reply_to = match in_reply_to {
        Some(id) => Some(Box::new(answered(&mut edit, *id).await?)),
        None => None,
    };
    let (channel, route) = way_out(app, &mut edit).await?;
    let filled = fill(&mut edit.tx, me, &edit.now, &channel, &template).await?.text()?;
    let body = attach::words(&filled, &reply.files)?;
    let attachments = attach::take(&mut edit.tx, me.id.into(), &reply.files).await?;
    let mail = route
        .as_ref()
        .filter(|_| channel.kind == ChannelKind::Email)
        .map(|route| Box::new(letters::facts(&edit.now, route)));
    let before = edit.now.clone();
    edit.step(Action::Reply(me.id)).await?;
    announce(&mut edit, &before, me);
    let words = Words {
        sender: SenderKind::Operator,
        sender_id: Some(me.id.into()),
        sender_name: me.name.clone(),
        channel_id: channel.id,
        channel_kind: channel.kind,
        body,
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
    };
    let message = edit.say_answering(words, in_reply_to);
    edit.send_files(reply.files, message.id);
    edit.deliver(&message, route.unwrap_or_default());
    if message.body != text {
        edit.keep_written(message.id, text);
    }
    canned::count_uses(&mut edit.tx, me, &reply.beside.canned).await?;
    drafts::delete(&mut edit.tx, me.id, edit.now.id).await?;
    edit.save(app, "replied").await?;
    Ok(message)
}

/// Writes a note that only the team sees. It claims nothing and answers nobody. It goes to no customer, so that whatever
/// looks like a macro in it stays as it is.
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
    let again = Again { id: client_msg_id, text: &text, files: &files, note: true, in_reply_to: None };
    if let Some(sent) = already_sent(&mut edit, me, again).await? {
        return Ok(sent);
    }
    let attachments = attach::take(&mut edit.tx, me.id.into(), &files).await?;
    let mentions = named_in(&mut edit, &text).await?;
    let (channel_id, channel_kind) = (edit.now.reply_channel_id, edit.now.channel_kind);
    let note = Words {
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
    };
    let message = edit.say_naming(note, mentions);
    edit.send_files(files, message.id);
    drafts::delete(&mut edit.tx, me.id, edit.now.id).await?;
    edit.save(app, "noted").await?;
    Ok(message)
}

/// The message that a reply to the customer names as what it answers: one of the same conversation that they have.
async fn answered(edit: &mut Edit, id: MessageId) -> Result<Answered, AppError> {
    let refused = |words: &str| AppError::invalid(Answered::FIELD, words);
    let found = messages::find_in(&mut edit.tx, edit.now.id, id).await?;
    let message =
        found.ok_or_else(|| refused("The message that this answers is not in this conversation."))?;
    if message.can_be_answered() {
        Ok(Answered::of(&message))
    } else {
        Err(refused("The customer does not have the message that this answers."))
    }
}

/// Who is named in a note.
async fn named_in(edit: &mut Edit, text: &str) -> Result<Vec<Mention>, AppError> {
    if !text.contains('@') {
        return Ok(Vec::new());
    }
    let people = operators::list(&mut edit.tx).await?;
    let teams = teams::list(&mut edit.tx).await?;
    Ok(find_mentions(text, &people, &teams))
}

/// What a reply says with the data of this moment in the places of its macros.
pub(super) async fn fill(
    conn: &mut Conn,
    me: &Me,
    conversation: &Conversation,
    channel: &Channel,
    template: &Template,
) -> Result<Filled, AppError> {
    if !template.has_macros() {
        return Ok(template.fill(&Values::default()));
    }
    let person = contacts::find_person(conn, conversation.contact_id).await?.ok_or(AppError::NotFound)?;
    Ok(template.fill(&Values::of(&person.contact, &me.name, conversation.id, &channel.name)))
}

/// How a reply leaves.
pub(super) struct Way {
    pub channel: Channel,
    /// From and to which address; none where the customer reads the thread itself.
    pub route: Option<ReplyRoute>,
    /// The customer has left the live session: they read the thread later, and get it by mail too.
    is_mailed: bool,
}

/// By which channel a reply leaves, and from and to which address; none where the customer reads the thread itself. A mail
/// to who has left the live session begins a thread of mails, with a way back into this conversation.
pub(super) async fn way_out(app: &App, edit: &mut Edit) -> Result<(Channel, Option<ReplyRoute>), AppError> {
    let Way { channel, route, is_mailed } = find_way(app, &mut edit.tx, &edit.now).await?;
    if is_mailed && let Some(route) = &route {
        participants::put(&mut edit.tx, edit.now.id, &route.peer).await?;
        edit.now.mail.get_or_insert_with(|| MailThread {
            subject: format!("Your conversation with {}", channel.name),
            cc: Vec::new(),
        });
    }
    Ok((channel, route))
}

/// The same, and nothing is written.
pub(super) async fn find_way(
    app: &App,
    conn: &mut Conn,
    conversation: &Conversation,
) -> Result<Way, AppError> {
    let configured = channels::find(conn, conversation.reply_channel_id).await?.ok_or(AppError::NotFound)?;
    if configured.provider == SESSION {
        // A sibling app carries what is said on a chatbot's channel.
        let is_carried =
            configured.channel.kind == ChannelKind::Chatbot || app.hub.is_online(conversation.contact_id);
        let mailed = if is_carried { None } else { by_mail(conn, conversation).await? };
        return Ok(match mailed {
            Some((channel, route)) => Way { channel, route: Some(route), is_mailed: true },
            None => Way { channel: configured.channel, route: None, is_mailed: false },
        });
    }
    let route = conversation.reply_route.clone();
    let is_opted_out = match &route {
        Some(route) => opt_outs::is_opted_out(conn, &route.ours, &route.peer).await?,
        None => false,
    };
    match leave_by(&configured.channel, route, is_opted_out) {
        Ok(route) => Ok(Way { channel: configured.channel, route: Some(route), is_mailed: false }),
        Err(none) => Err(AppError::invalid("channel", none.sentence(&configured.channel))),
    }
}

/// How to mail a visitor who has left; none if they have left no address.
async fn by_mail(
    conn: &mut Conn,
    conversation: &Conversation,
) -> Result<Option<(Channel, ReplyRoute)>, AppError> {
    let person = contacts::find_person(conn, conversation.contact_id).await?.ok_or(AppError::NotFound)?;
    let all = channels::list(conn).await?;
    let Some(channel) = Channel::for_mail(&all, conversation.team_id) else { return Ok(None) };
    Ok(person.contact.mail_route(channel).map(|route| (channel.clone(), route)))
}

/// What tells one send from another under the same client id.
struct Again<'a> {
    id: ClientMsgId,
    text: &'a str,
    files: &'a [FileId],
    note: bool,
    in_reply_to: Option<MessageId>,
}

/// What the same send stored before, if it came before.
async fn already_sent(
    edit: &mut Edit,
    me: &Me,
    Again { id, text, files, note, in_reply_to }: Again<'_>,
) -> Result<Option<Message>, AppError> {
    let found = messages::find_by_client_id(&mut edit.tx, me.id.into(), id).await?;
    let Some((conversation, message)) = found else { return Ok(None) };
    // Where macros were filled, the message says something else than what came before.
    let written = written::find(&mut edit.tx, message.id).await?;
    let is_same = conversation == edit.now.id
        && written.as_deref().unwrap_or(&message.body) == text
        && message.note == note
        && message.in_reply_to.as_deref().map(|answered| answered.id) == in_reply_to
        && attach::has(&message, files);
    if is_same { Ok(Some(message)) } else { Err(Conflict::IdReused.into()) }
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
