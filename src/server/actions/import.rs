//! Conversations that a sibling app opens here, with what was said before.

use super::{
    body,
    derived::derived_id,
    edit::Edit,
    joining::{self, Failure, insist},
    receive::{line, looks_like_email},
};
use crate::{
    domain::{
        AiThread, ApiCaller, AppError, Bot, BotId, Contact, Conversation, ConversationId, Handler,
        IdentityKind, Message, SenderKind, Time,
    },
    server::{
        app::App,
        clock::new_id,
        store::{
            Tx,
            channels::{self, ConfiguredChannel},
            contacts, conversations, messages,
            wire::bot_user,
        },
    },
};

/// The most that may have been said before.
pub const MOST_HISTORY: usize = 500;

/// A conversation to open.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The key of its channel.
    pub channel: String,
    /// What the app calls it; the same again is the same conversation.
    pub external_id: Option<String>,
    pub contact: Told,
    /// Oldest first.
    pub history: Vec<Past>,
    /// Who is to answer; the channel's bot where it has one, if nothing is said.
    pub handler: Option<Handler>,
}

/// What the app tells of the customer. By its own name for them they are known again; all else is unproven.
#[derive(Debug, Clone, Default)]
pub struct Told {
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub external_id: Option<String>,
}

/// Something that was said before.
#[derive(Debug, Clone)]
pub struct Past {
    pub sender: SenderKind,
    pub sender_name: Option<String>,
    pub text: String,
    /// None: just now.
    pub sent_at: Option<Time>,
}

/// A conversation that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    pub conversation: Conversation,
    pub is_new: bool,
}

/// Opens a conversation. `unnamed` is its id, should the app have no name for it. What has been said before is not sent
/// to anybody, and no bot is asked about it.
///
/// # Errors
/// If something cannot be used, or the conversation that the app means is not this caller's.
pub async fn open(
    app: &App,
    caller: &ApiCaller,
    unnamed: ConversationId,
    opening: Opening,
) -> Result<Opened, AppError> {
    let opening = checked(opening)?;
    let channel = chat_channel(app, caller, &opening.channel).await?;
    let id = opening.external_id.as_deref().map_or(unnamed, |name| {
        derived_id(&[b"conversation", channel.channel.id.0.as_bytes(), name.as_bytes()])
    });
    insist(|| Box::pin(take(app, caller, &channel, id, &opening))).await
}

fn checked(opening: Opening) -> Result<Opening, AppError> {
    let contact = Told {
        name: line(opening.contact.name, "contact.name", 120)?,
        email: line(opening.contact.email, "contact.email", 200)?,
        phone: line(opening.contact.phone, "contact.phone", 40)?,
        external_id: opening.contact.external_id,
    };
    if contact.email.as_ref().is_some_and(|email| !looks_like_email(email)) {
        return Err(AppError::invalid("contact.email", "Check the email address."));
    }
    if opening.history.len() > MOST_HISTORY {
        return Err(AppError::invalid("history", format!("At most {MOST_HISTORY} messages.")));
    }
    let history = opening.history.into_iter().map(|past| {
        let sender_name = line(past.sender_name, "history.sender_name", 120)?;
        Ok(Past { sender_name, text: body(&past.text)?, ..past })
    });
    Ok(Opening { contact, history: history.collect::<Result<_, AppError>>()?, ..opening })
}

/// A channel whose customers are in a live session: what is said there needs no address, and the app carries it.
async fn chat_channel(app: &App, caller: &ApiCaller, key: &str) -> Result<ConfiguredChannel, AppError> {
    let refused = |words: &str| AppError::invalid("channel", words);
    let found = channels::find_by_key(&mut app.db.conn().await?, key).await?;
    let found = found.filter(|found| caller.bot.is_none() || found.settings.bot == bot_id(caller));
    let found = found.ok_or_else(|| refused("There is no channel with this key that this token may use."))?;
    if !found.channel.kind.is_live() {
        return Err(refused(
            "This is not a channel for chats: customers begin its conversations themselves.",
        ));
    }
    if found.channel.enabled { Ok(found) } else { Err(refused("This channel is switched off.")) }
}

fn bot_id(caller: &ApiCaller) -> Option<BotId> {
    caller.bot.as_ref().map(|bot| bot.id)
}

async fn take(
    app: &App,
    caller: &ApiCaller,
    channel: &ConfiguredChannel,
    id: ConversationId,
    opening: &Opening,
) -> Result<Opened, Failure> {
    if let Some(known) = conversations::find(&mut app.db.conn().await?, id).await? {
        let seen = caller.sees(&known);
        return if seen { Ok(Opened { conversation: known, is_new: false }) } else { Err(gone()) };
    }
    let at = app.clock.now();
    let mut tx = app.db.begin().await?;
    let bot = joining::bot_of(&mut tx, channel).await?;
    let handler = opening.handler.unwrap_or(if bot.is_some() { Handler::Bot } else { Handler::Human });
    let has_word = bot.as_ref().filter(|_| handler == Handler::Bot);
    if handler == Handler::Bot && has_word.is_none() {
        return Err(AppError::invalid("handler", "No AI answers on this channel.").into());
    }
    let contact = contact(&mut tx, channel, &opening.contact, at).await?;
    let history = told(channel, &contact, bot.as_ref(), &opening.history, at);
    let mut conversation = Conversation { id, ..joining::begin(channel, &contact, None, has_word, at) };
    conversation.ai = bot
        .as_ref()
        .map(|bot| Box::new(AiThread { external_id: opening.external_id.clone(), ..AiThread::of(bot) }));
    conversation.awaiting_reply_since =
        if handler == Handler::Human { unanswered_since(&history) } else { None };
    for message in &history {
        conversation.add(message);
    }
    conversations::insert(&mut tx, &conversation).await?;
    for message in &history {
        messages::insert(&mut tx, id, message, None).await?;
    }
    let mut edit = Edit::new(tx, conversation, at);
    super::contacts::hush(&mut edit).await?;
    let conversation = edit.save(app, "opened by an app").await?;
    Ok(Opened { conversation, is_new: true })
}

fn gone() -> Failure {
    AppError::NotFound.into()
}

/// The customer: known again by what the app calls them, with what it tells now where nothing was known; or somebody
/// new.
async fn contact(
    tx: &mut Tx,
    channel: &ConfiguredChannel,
    told: &Told,
    at: Time,
) -> Result<Contact, Failure> {
    let address = told.external_id.as_deref().map(|name| bot_user(channel.channel.id, name));
    let known = match &address {
        Some(address) => contacts::find_by_identity(tx, IdentityKind::BotUser, address).await?,
        None => None,
    };
    let (is_new, before) = (known.is_none(), known.clone());
    let mut contact = known.unwrap_or_else(|| Contact {
        id: new_id(),
        name: None,
        email: None,
        phone: None,
        created_at: at,
        merged_into: None,
    });
    contact.name = contact.name.or_else(|| told.name.clone());
    contact.email = contact.email.or_else(|| told.email.clone());
    contact.phone = contact.phone.or_else(|| told.phone.clone());
    if before.as_ref() == Some(&contact) {
        return Ok(contact);
    }
    if is_new {
        contacts::insert(tx, &contact).await?;
        if let Some(address) = &address {
            contacts::insert_identity(tx, IdentityKind::BotUser, address, contact.id, at).await?;
        }
    } else {
        contacts::update(tx, &contact).await?;
    }
    super::contacts::changed(tx, contact.id, at).await?;
    Ok(contact)
}

/// What was said before, as messages of this conversation. Nothing of it can have been said later than now.
fn told(
    channel: &ConfiguredChannel,
    contact: &Contact,
    bot: Option<&Bot>,
    history: &[Past],
    at: Time,
) -> Vec<Message> {
    let mut customer_messages = 0;
    let message = |(seq, past): (i64, &Past)| {
        let named = past.sender_name.clone();
        let (sender_id, name) = match past.sender {
            SenderKind::Contact => {
                customer_messages += 1;
                (Some(contact.id.into()), contact.name.clone().or(named).unwrap_or_default())
            }
            SenderKind::Bot => {
                let name = named.or_else(|| bot.map(|bot| bot.name.clone()));
                (bot.map(|bot| bot.id.into()), name.unwrap_or_else(|| channel.channel.name.clone()))
            }
            SenderKind::Operator | SenderKind::System => {
                (None, named.unwrap_or_else(|| channel.channel.name.clone()))
            }
        };
        Message {
            id: new_id(),
            seq,
            sender: past.sender,
            sender_id,
            sender_name: name,
            channel_id: channel.channel.id,
            channel_kind: channel.channel.kind,
            body: past.text.clone(),
            note: false,
            system: None,
            client_msg_id: None,
            in_reply_to: None,
            delivery: None,
            attachments: Vec::new(),
            awaited: Vec::new(),
            mail: None,
            handoff: None,
            mentions: Vec::new(),
            customer_messages,
            created_at: past.sent_at.map_or(at, |sent| sent.min(at)),
        }
    };
    (1..).zip(history).map(message).collect()
}

/// Since when the customer waits for a person: their first message after the last that a person wrote.
fn unanswered_since(history: &[Message]) -> Option<Time> {
    let answered = history.iter().rposition(|message| message.sender == SenderKind::Operator);
    let open = history.get(answered.map_or(0, |at| at + 1)..).unwrap_or_default();
    open.iter().find(|message| message.sender == SenderKind::Contact).map(|message| message.created_at)
}
