//! What customers send through a provider.

use super::{
    bots,
    edit::{Edit, Words},
    joining::{Failure, first_contact, insist, join},
    mailed, media,
};
use crate::{
    domain::{
        AppError, HookId, IdentityKind, InboundMessage, Message, Part, ReplyRoute, SenderKind, SystemLine,
        clean_text,
    },
    server::{
        app::App,
        store::{
            StoreError, Tx, channels::ConfiguredChannel, contacts, conversations, health, messages, opt_outs,
            parts,
        },
    },
};

/// Takes a message that a provider brought, in what is kept as `hook`. The same message again changes nothing.
///
/// # Errors
/// If the database fails; then it is to be tried again.
pub async fn message(
    app: &App,
    channel: &ConfiguredChannel,
    hook: HookId,
    message: InboundMessage,
) -> Result<(), AppError> {
    match &message.mail {
        Some(mail) => mailed::message(app, channel, hook, &message, mail).await,
        None => insist(|| Box::pin(take(app, channel, &message))).await,
    }
}

/// Notes that a customer asked one of our addresses for no more messages, or took that back.
///
/// # Errors
/// If the database fails.
pub async fn consent(
    app: &App,
    channel: &ConfiguredChannel,
    ours: &str,
    peer: &str,
    opted_in: bool,
) -> Result<(), AppError> {
    let at = app.clock.now();
    let mut conn = app.db.conn().await?;
    let known = contacts::find_by_identity(&mut conn, KNOWN_BY, peer).await?;
    let newest = match known {
        Some(contact) => conversations::newest_of(&mut conn, contact.id, channel.channel.id).await?,
        None => None,
    };
    drop(conn);
    let mut tx = app.db.begin().await?;
    let conversation = match newest {
        Some(id) => conversations::lock(&mut tx, id).await?,
        None => None,
    };
    if opt_outs::is_opted_out(&mut tx, ours, peer).await? != opted_in {
        return Ok(());
    }
    let (line, text) = if opted_in {
        opt_outs::delete(&mut tx, ours, peer).await?;
        (SystemLine::OptedIn, format!("{peer} wants messages from {ours} again"))
    } else {
        opt_outs::put(&mut tx, channel.channel.id, ours, peer, at).await?;
        (SystemLine::OptedOut, format!("{peer} asked for no more messages from {ours}"))
    };
    let Some(conversation) = conversation else {
        tx.commit().await?;
        return Ok(());
    };
    let name = conversation.contact_name.clone();
    let mut edit = Edit::of(tx, conversation, at);
    edit.line(line, &name, text);
    edit.save(app, "consent").await?;
    Ok(())
}

async fn take(app: &App, channel: &ConfiguredChannel, message: &InboundMessage) -> Result<(), Failure> {
    let at = app.clock.now();
    let mut conn = app.db.conn().await?;
    let known = contacts::find_by_identity(&mut conn, KNOWN_BY, &message.peer).await?;
    drop(conn);
    let mut tx = app.db.begin().await?;
    // Two messages of one customer at once must not begin two conversations.
    conversations::take_turn_of(&mut tx, channel.channel.id, &message.peer).await?;
    let (text, provider_id) = match joined(&mut tx, channel, message).await? {
        Joined::Whole { text, provider_id } => (text, provider_id),
        Joined::Waiting => {
            keep_part(app, tx, channel, message).await?;
            return Ok(());
        }
    };
    if messages::is_known(&mut tx, channel.channel.id, &provider_id).await? {
        return Ok(());
    }
    let current = match &known {
        Some(contact) => conversations::newest_of(&mut tx, contact.id, channel.channel.id).await?,
        None => None,
    };
    let current = match current {
        Some(id) => conversations::lock(&mut tx, id).await?,
        None => None,
    };
    let contact = match known {
        Some(contact) => contact,
        None => first_contact(&mut tx, KNOWN_BY, &message.peer, message.peer_name.as_deref(), at).await?,
    };
    if let Some(part) = &message.part {
        parts::delete(&mut tx, channel.channel.id, &message.peer, &part.reference).await?;
    }
    let mut edit = join(tx, channel, &contact, current, false, at).await?;
    let stored = edit.say(Words {
        sender: SenderKind::Contact,
        sender_id: Some(contact.id.into()),
        sender_name: contact.name.clone().unwrap_or_default(),
        channel_id: channel.channel.id,
        channel_kind: channel.channel.kind,
        body: body(&text, message),
        note: false,
        client_msg_id: None,
        delivery: None,
        provider_id: Some(provider_id),
        attachments: Vec::new(),
        awaited: media::awaited(&message.media),
        mail: None,
    });
    edit.await_files(&stored, &message.media);
    edit.now.reply_channel_id = channel.channel.id;
    edit.now.reply_route = Some(ReplyRoute { ours: message.ours.clone(), peer: message.peer.clone() });
    if edit.is_new() {
        super::contacts::set_name(&mut edit).await?;
    }
    bots::customer_wrote(app, &mut edit, channel, &text).await?;
    health::put_received(&mut edit.tx, channel.channel.id, at).await?;
    edit.save(app, "the customer wrote").await?;
    Ok(())
}

/// A message, or what is there of it.
enum Joined {
    Whole { text: String, provider_id: String },
    Waiting,
}

/// Puts a message together from its parts, if this one was missing.
async fn joined(
    tx: &mut Tx,
    channel: &ConfiguredChannel,
    message: &InboundMessage,
) -> Result<Joined, StoreError> {
    let Some(part) = &message.part else {
        return Ok(Joined::Whole { text: message.text.clone(), provider_id: message.provider_id.clone() });
    };
    let mut there = parts::list(tx, channel.channel.id, &message.peer, &part.reference).await?;
    let number = i64::from(part.number);
    if !there.iter().any(|kept| kept.number == number) {
        there.push(parts::Kept {
            number,
            provider_id: message.provider_id.clone(),
            text: message.text.clone(),
        });
        there.sort_by_key(|kept| kept.number);
    }
    if there.len() < usize::from(part.total) {
        return Ok(Joined::Waiting);
    }
    let provider_id =
        there.first().map_or_else(|| message.provider_id.clone(), |kept| kept.provider_id.clone());
    Ok(Joined::Whole { text: there.into_iter().map(|kept| kept.text).collect(), provider_id })
}

async fn keep_part(
    app: &App,
    mut tx: Tx,
    channel: &ConfiguredChannel,
    message: &InboundMessage,
) -> Result<(), AppError> {
    let Some(part): Option<&Part> = message.part.as_ref() else { return Ok(()) };
    let (id, peer) = (channel.channel.id, &message.peer);
    parts::put(&mut tx, id, peer, part, &message.provider_id, &message.text, app.clock.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Whoever writes through these providers is known by the number.
const KNOWN_BY: IdentityKind = IdentityKind::Phone;

/// What stands in the thread: nothing only where files say enough, and never more than a message may hold; what came is
/// kept whole beside it.
fn body(text: &str, message: &InboundMessage) -> String {
    let mut text = clean_text(text);
    if text.is_empty() && message.media.is_empty() {
        return "[An empty message]".into();
    }
    if text.chars().count() > Message::MAX_BODY {
        text = text.chars().take(Message::MAX_BODY - 1).chain(['…']).collect();
    }
    text
}
