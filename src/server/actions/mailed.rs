//! What customers send by mail: which conversation it joins, and who may add to one.

use super::{
    attach, bots,
    edit::{Edit, Words},
    joining::{Failure, begin, first_contact, insist, join},
    letters,
};
use crate::{
    domain::{
        AppError, Attachment, Contact, Conversation, ConversationId, HookId, IdentityKind, InboundMail,
        InboundMessage, MailFacts, MailThread, ReplyRoute, SenderKind, Time, Why,
    },
    server::{
        app::App,
        store::{
            Conn, Tx,
            channels::ConfiguredChannel,
            contacts, conversations, health,
            mails::{self, Mail},
            messages, participants,
        },
    },
};

/// A mail, and where its raw form is kept.
struct Arrived<'m> {
    hook: HookId,
    message: &'m InboundMessage,
    mail: &'m InboundMail,
    files: Vec<Attachment>,
}

/// Takes a mail that came in. The same mail again changes nothing.
///
/// # Errors
/// If the database or the file store fails; then it is to be tried again.
pub async fn message(
    app: &App,
    channel: &ConfiguredChannel,
    hook: HookId,
    message: &InboundMessage,
    mail: &InboundMail,
) -> Result<(), AppError> {
    let mut conn = app.db.conn().await?;
    if messages::is_known(&mut conn, channel.channel.id, &message.provider_id).await? {
        return Ok(());
    }
    drop(conn);
    let arrived = Arrived { hook, message, mail, files: attach::prepare_inbound(app, &mail.files).await? };
    insist(|| Box::pin(take(app, channel, &arrived))).await
}

async fn take(app: &App, channel: &ConfiguredChannel, arrived: &Arrived<'_>) -> Result<(), Failure> {
    let at = app.clock.now();
    let Arrived { message, mail, .. } = arrived;
    let mut conn = app.db.conn().await?;
    let place = place(&mut conn, channel, message, mail).await?;
    let known = contacts::find_by_identity(&mut conn, IdentityKind::Email, &message.peer).await?;
    drop(conn);
    let mut tx = app.db.begin().await?;
    // Two mails of one customer at once must not make two contacts.
    conversations::take_turn_of(&mut tx, channel.channel.id, &message.peer).await?;
    if messages::is_known(&mut tx, channel.channel.id, &message.provider_id).await? {
        return Ok(());
    }
    let current = match place.conversation {
        Some(id) => conversations::lock(&mut tx, id).await?,
        None => None,
    };
    let sender = match (known, &current) {
        (Some(contact), _) => contact,
        (None, Some(conversation)) => owner_of(&mut tx, conversation, message, mail, at).await?,
        (None, None) => {
            first_contact(&mut tx, IdentityKind::Email, &message.peer, message.peer_name.as_deref(), at)
                .await?
        }
    };
    let quiet = mail.automatic.is_some();
    let mut edit = match current {
        // A machine's mail reopens nothing, and nobody waits for an answer to it.
        Some(conversation) if quiet => Edit::of(tx, conversation, at),
        Some(conversation) => {
            let owner = contacts::find(&mut tx, conversation.contact_id).await?.ok_or(AppError::NotFound)?;
            join(tx, channel, &owner, Some(conversation), false, at).await?
        }
        None if quiet => {
            let mut conversation = begin(channel, &sender, None, None, at);
            conversation.awaiting_reply_since = None;
            conversations::insert(&mut tx, &conversation).await?;
            let mut edit = Edit::new(tx, conversation, at);
            super::contacts::hush(&mut edit).await?;
            edit
        }
        None => join(tx, channel, &sender, None, false, at).await?,
    };
    if edit.is_new() {
        super::contacts::set_name(&mut edit).await?;
    }
    if !quiet || edit.is_new() {
        let thread = letters::thread(mail, &message.peer, &[&message.ours, &channel.settings.address]);
        for address in thread.cc.iter().map(|party| party.address.to_lowercase()) {
            participants::put(&mut edit.tx, edit.now.id, &address).await?;
        }
        participants::put(&mut edit.tx, edit.now.id, &message.peer).await?;
        participants::put(&mut edit.tx, edit.now.id, &mail.from.address.to_lowercase()).await?;
        edit.now.reply_channel_id = channel.channel.id;
        edit.now.reply_route = Some(ReplyRoute { ours: message.ours.clone(), peer: message.peer.clone() });
        // A thread keeps the subject that it began with: a mail of another subject is a turn of the same talk.
        let subject = edit.now.mail.take().map_or(thread.subject, |before| before.subject);
        edit.now.mail = Some(MailThread { subject, cc: thread.cc });
    }
    say(&mut edit, channel, arrived, &sender, place.why);
    if !quiet {
        bots::customer_wrote(app, &mut edit, channel, &message.text).await?;
    }
    health::put_received(&mut edit.tx, channel.channel.id, at).await?;
    edit.save(app, "the customer wrote").await?;
    Ok(())
}

fn say(edit: &mut Edit, channel: &ConfiguredChannel, arrived: &Arrived<'_>, sender: &Contact, why: Why) {
    let Arrived { hook, message, mail, files } = arrived;
    let is_listed = |file: &&Attachment| !mail.files.iter().any(|came| came.id == file.id && came.inline);
    let stored = edit.say(Words {
        sender: SenderKind::Contact,
        sender_id: Some(sender.id.into()),
        sender_name: sender.name.clone().unwrap_or_default(),
        channel_id: channel.channel.id,
        channel_kind: channel.channel.kind,
        body: message.text.clone(),
        note: false,
        client_msg_id: None,
        delivery: None,
        provider_id: Some(message.provider_id.clone()),
        attachments: files.iter().filter(is_listed).cloned().collect(),
        awaited: Vec::new(),
        mail: Some(Box::new(MailFacts {
            subject: mail.subject.clone(),
            from: mail.from.clone(),
            to: mail.to.clone(),
            cc: mail.cc.clone(),
            folds: mail.folds.clone(),
            html: mail.html.is_some(),
            why,
            automatic: mail.automatic.clone(),
            suspicion: mail.suspicion.clone(),
            left_out: mail.left_out.clone(),
        })),
    });
    edit.keep_mail(Mail {
        message_id: stored.id,
        channel_id: channel.channel.id,
        mail_id: mail.mail_id.clone(),
        html: mail.html.clone(),
        hook_id: Some(*hook),
    });
    edit.keep_files(files.iter().cloned(), stored.id);
}

/// Where a mail belongs.
struct Place {
    conversation: Option<ConversationId>,
    why: Why,
}

/// By the token of the address that it was sent to, else by the ids of mails that the same channel has sent or
/// received; never by its subject. Whoever has no part in that conversation begins another.
async fn place(
    conn: &mut Conn,
    channel: &ConfiguredChannel,
    message: &InboundMessage,
    mail: &InboundMail,
) -> Result<Place, Failure> {
    let by_token = match mail.conversation {
        // Of a conversation that is there: the id is ours, but it may have been deleted.
        Some(id) => conversations::find(conn, id).await?.map(|found| (found.id, Why::Token)),
        None => None,
    };
    let found = match by_token {
        Some(found) => Some(found),
        None => by_reference(conn, channel, mail).await?.map(|id| (id, Why::Reference)),
    };
    let Some((id, why)) = found else { return Ok(Place { conversation: None, why: Why::Began }) };
    if mail.bounce || is_participant(conn, id, message, mail).await? {
        return Ok(Place { conversation: Some(id), why });
    }
    Ok(Place { conversation: None, why: Why::Stranger { of: id } })
}

/// Whether a mail is by somebody who has a part in a conversation. Whom it asks to be answered is not who wrote it, so
/// both must have one.
async fn is_participant(
    conn: &mut Conn,
    conversation: ConversationId,
    message: &InboundMessage,
    mail: &InboundMail,
) -> Result<bool, Failure> {
    Ok(participants::has(conn, conversation, &message.peer).await?
        && participants::has(conn, conversation, &mail.from.address.to_lowercase()).await?)
}

async fn by_reference(
    conn: &mut Conn,
    channel: &ConfiguredChannel,
    mail: &InboundMail,
) -> Result<Option<ConversationId>, Failure> {
    for id in &mail.refers_to {
        if let Some(found) = mails::find_conversation(conn, channel.channel.id, id).await? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Who answers in a conversation by an address that nobody is known by. If it is the one that a contact of the
/// conversation's person has left, the answer proves that it is theirs: only who reads its mail can give it. A bounce, or
/// a sender who may be another, proves nothing.
async fn owner_of(
    tx: &mut Tx,
    conversation: &Conversation,
    message: &InboundMessage,
    mail: &InboundMail,
    at: Time,
) -> Result<Contact, Failure> {
    let group = contacts::find_group(tx, conversation.contact_id).await?.ok_or(AppError::NotFound)?;
    let is_sure =
        !mail.bounce && mail.suspicion.is_none() && mail.from.address.to_lowercase() == message.peer;
    let has_left =
        |contact: &&Contact| contact.email.as_ref().is_some_and(|email| email.to_lowercase() == message.peer);
    if let Some(own) = group.contacts().find(has_left).filter(|_| is_sure) {
        contacts::insert_identity(tx, IdentityKind::Email, &message.peer, own.id, at).await?;
        return Ok(own.clone());
    }
    Ok(first_contact(tx, IdentityKind::Email, &message.peer, message.peer_name.as_deref(), at).await?)
}
