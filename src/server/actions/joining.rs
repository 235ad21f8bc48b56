//! Which conversation a customer's message joins, by whatever way it came.

use std::collections::BTreeSet;

use futures::future::BoxFuture;

use super::{contacts::hush, edit::Edit};
use crate::{
    domain::{
        AiThread, AppError, Bot, Contact, Conversation, Event, Handler, IdentityKind, Person, Priority,
        Status, SystemLine, Time, clean_line,
    },
    server::{
        clock::new_id,
        store::{StoreError, Tx, bots, channels::ConfiguredChannel, contacts, conversations, events},
    },
};

/// Attempts when two of one customer come at once: the second finds what the first has made.
const ATTEMPTS: usize = 4;

/// Takes a customer's message, again where another of the same customer was in the way.
pub async fn insist<'a, T>(
    attempt: impl Fn() -> BoxFuture<'a, Result<T, Failure>> + Send,
) -> Result<T, AppError> {
    for _ in 0..ATTEMPTS {
        match attempt().await {
            Err(Failure::Store(StoreError::Duplicate(_)) | Failure::Overtaken) => {}
            Err(Failure::Store(error)) => return Err(error.into()),
            Err(Failure::App(error)) => return Err(error),
            Ok(done) => return Ok(done),
        }
    }
    Err(AppError::Unavailable)
}

/// Somebody who has not written by this address before: nobody but its owner writes by it, so it is theirs.
pub async fn first_contact(
    tx: &mut Tx,
    kind: IdentityKind,
    address: &str,
    name: Option<&str>,
    at: Time,
) -> Result<Contact, StoreError> {
    let name = name.map(clean_line).filter(|name| !name.is_empty());
    let of = |wanted: IdentityKind| (kind == wanted).then(|| address.to_owned());
    let contact = Contact {
        id: new_id(),
        name: name.map(|name| name.chars().take(120).collect()),
        email: of(IdentityKind::Email),
        phone: of(IdentityKind::Phone),
        created_at: at,
        merged_into: None,
    };
    contacts::insert(tx, &contact).await?;
    contacts::insert_identity(tx, kind, address, contact.id, at).await?;
    let person = Box::new(Person::alone(contact.clone()));
    events::append(tx, &Event::ContactChanged(person), None, at).await?;
    Ok(contact)
}

/// Keeps a lost race apart from an error that is the caller's to see.
pub enum Failure {
    Store(StoreError),
    App(AppError),
    /// Another message of the same customer has moved on to another conversation meanwhile.
    Overtaken,
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        Self::App(error)
    }
}

/// Goes on with the customer's current conversation, reopened if it was resolved not long ago, or begins another that
/// follows it. `fresh`: another is wanted instead of a resolved one. Who is blocked reopens nothing, and what they begin
/// is resolved.
pub async fn join(
    mut tx: Tx,
    channel: &ConfiguredChannel,
    contact: &Contact,
    current: Option<Conversation>,
    fresh: bool,
    at: Time,
) -> Result<Edit, Failure> {
    let current = match current {
        Some(conversation) => {
            let mut edit = Edit::of(tx, conversation, at);
            if hush(&mut edit).await? {
                return Ok(edit);
            }
            tx = edit.tx;
            Some(edit.now)
        }
        None => None,
    };
    let goes_on = current.as_ref().is_some_and(|conversation| {
        conversation.status != Status::Resolved
            || (!fresh && conversations::within_window(conversation, channel.settings.reopen_window, at))
    });
    match current {
        Some(conversation) if goes_on => {
            let mut edit = Edit::of(tx, conversation, at);
            let resolved = edit.now.status == Status::Resolved;
            edit.customer_wrote().await?;
            if resolved {
                let name = edit.now.contact_name.clone();
                edit.line(SystemLine::Reopened, &name, format!("{name} wrote again: reopened"));
            }
            Ok(edit)
        }
        previous => {
            let bot = bot_of(&mut tx, channel).await?;
            let conversation = begin(channel, contact, previous.as_ref(), bot.as_ref(), at);
            conversations::insert(&mut tx, &conversation).await?;
            let mut edit = Edit::new(tx, conversation, at);
            hush(&mut edit).await?;
            Ok(edit)
        }
    }
}

/// Who answers a channel's new conversations, if somebody does before a person.
pub async fn bot_of(tx: &mut Tx, channel: &ConfiguredChannel) -> Result<Option<Bot>, StoreError> {
    let Some(id) = channel.settings.bot else { return Ok(None) };
    Ok(bots::find(tx, id).await?.map(|found| found.bot).filter(|bot| bot.enabled))
}

/// A new conversation of a contact: a bot has the word, or a human is waited for.
pub fn begin(
    channel: &ConfiguredChannel,
    contact: &Contact,
    previous: Option<&Conversation>,
    bot: Option<&Bot>,
    at: Time,
) -> Conversation {
    Conversation {
        id: new_id(),
        contact_id: contact.id,
        contact_name: contact.display_name(),
        channel_id: channel.channel.id,
        channel_kind: channel.channel.kind,
        reply_channel_id: channel.channel.id,
        reply_route: None,
        mail: None,
        ai: bot.map(|bot| Box::new(AiThread::of(bot))),
        team_id: channel.channel.team_id,
        owner_id: None,
        status: if bot.is_some() { Status::Open } else { Status::Waiting },
        handler: if bot.is_some() { Handler::Bot } else { Handler::Human },
        control_epoch: 0,
        last_seq: 0,
        customer_messages: 0,
        last_message: None,
        last_activity_at: at,
        awaiting_reply_since: bot.is_none().then_some(at),
        created_at: at,
        resolved_at: None,
        resolved_by: None,
        previous_id: previous.map(|previous| previous.id),
        tags: BTreeSet::new(),
        priority: Priority::None,
        snoozed_until: None,
    }
}
