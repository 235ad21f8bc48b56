//! Conversations and messages as sibling apps read them, by the HTTP API and in the calls of webhooks.
//!
//! These shapes are a promise: what is added here has a new name, and nothing that is here changes its meaning.

use serde::{Serialize, Serializer};

use super::{
    Attachment, ChannelKind, ContactId, Conversation, ConversationId, Delivery, DeliveryState, Handler,
    Handoff, HandoffReason, Message, MessageId, Priority, SenderKind, Status, SystemLine, Time,
};

/// A time as RFC 3339 has it, in UTC and whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WireTime(pub Time);

impl Serialize for WireTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.rfc3339())
    }
}

/// The channel that a conversation began on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = Channel))]
pub struct WireChannel {
    /// What the channel is called in addresses.
    pub key: String,
    pub kind: ChannelKind,
    pub name: String,
}

/// The customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = Contact))]
pub struct WireContact {
    pub id: ContactId,
    pub name: Option<String>,
    /// As the customer or your app told it: nobody has proven it.
    pub email: Option<String>,
    /// Likewise.
    pub phone: Option<String>,
    /// What your app calls them, if it opened a conversation for them on this channel.
    pub external_id: Option<String>,
}

/// What a conversation shows of other tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireBeside {
    pub channel: WireChannel,
    pub contact: WireContact,
    pub owner: Option<String>,
    pub team: Option<String>,
    pub tags: Vec<String>,
}

/// A thread with one customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = Conversation))]
pub struct WireConversation {
    pub id: ConversationId,
    /// What your app calls it, if your app opened it and a bot answers in it, or did.
    pub external_id: Option<String>,
    pub channel: WireChannel,
    pub contact: WireContact,
    pub status: Status,
    /// Who answers now.
    pub handler: Handler,
    /// Raised with each change of handler. What a bot posts must echo it.
    pub control_epoch: i64,
    /// The name of the bot that answers, or did.
    pub bot: Option<String>,
    /// What the person who gave the conversation back wants the bot to mind.
    pub instruction: Option<String>,
    /// The name of the person who owns it.
    pub owner: Option<String>,
    /// The name of the team whose queue it is in.
    pub team: Option<String>,
    /// The number of the newest message.
    pub last_seq: i64,
    /// Since when the customer waits for a person.
    pub awaiting_reply_since: Option<WireTime>,
    pub created_at: WireTime,
    /// When something was last said. A change of status or owner alone does not move it.
    pub updated_at: WireTime,
    pub resolved_at: Option<WireTime>,
    /// The older conversation that this one follows.
    pub previous_id: Option<ConversationId>,
    /// What the team has called it, by name.
    pub tags: Vec<String>,
    pub priority: Priority,
    /// Until when the team has put it off. It comes back before that if the customer writes.
    pub snoozed_until: Option<WireTime>,
}

impl WireConversation {
    /// A conversation with what belongs to it.
    #[must_use]
    pub fn of(conversation: &Conversation, beside: WireBeside) -> Self {
        let ai = conversation.ai.as_deref();
        Self {
            id: conversation.id,
            external_id: ai.and_then(|ai| ai.external_id.clone()),
            channel: beside.channel,
            contact: beside.contact,
            status: conversation.status,
            handler: conversation.handler,
            control_epoch: conversation.control_epoch,
            bot: ai.map(|ai| ai.bot_name.clone()),
            instruction: ai.and_then(|ai| ai.instruction.clone()),
            owner: beside.owner,
            team: beside.team,
            last_seq: conversation.last_seq,
            awaiting_reply_since: conversation.awaiting_reply_since.map(WireTime),
            created_at: WireTime(conversation.created_at),
            updated_at: WireTime(conversation.last_activity_at),
            resolved_at: conversation.resolved_at.map(WireTime),
            previous_id: conversation.previous_id,
            tags: beside.tags,
            priority: conversation.priority,
            snoozed_until: conversation.snoozed_until.map(WireTime),
        }
    }
}

/// A file of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = File))]
pub struct WireFile {
    pub name: String,
    pub content_type: String,
    /// In bytes.
    pub size: i64,
    /// Whoever knows this address may read the file.
    pub url: String,
}

impl WireFile {
    fn of(file: &Attachment, public_url: &str) -> Self {
        Self {
            name: file.name.clone(),
            content_type: file.content_type.clone(),
            size: file.size,
            url: format!("{public_url}{}", file.path()),
        }
    }
}

/// How far a message to the customer has got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = Delivery))]
pub struct WireDelivery {
    pub state: DeliveryState,
    pub at: WireTime,
    /// Why it failed, or is unconfirmed.
    pub words: Option<String>,
}

impl WireDelivery {
    fn of(delivery: &Delivery) -> Self {
        Self { state: delivery.state, at: WireTime(delivery.at), words: delivery.words.clone() }
    }
}

/// What a bot told whoever takes over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = Handoff))]
pub struct WireHandoff {
    pub reason: HandoffReason,
    pub words: Option<String>,
    /// What the customer wants.
    pub goal: Option<String>,
    pub summary: Option<String>,
    pub facts: Vec<WireFact>,
    /// As BCP 47 has it.
    pub language: Option<String>,
    /// In percent.
    pub confidence: Option<u8>,
}

/// Something that a bot has found out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = KnownFact))]
pub struct WireFact {
    pub name: String,
    pub value: String,
}

impl WireHandoff {
    fn of(handoff: &Handoff) -> Self {
        let fact = |fact: &super::Fact| WireFact { name: fact.name.clone(), value: fact.value.clone() };
        Self {
            reason: handoff.reason,
            words: handoff.words.clone(),
            goal: handoff.goal.clone(),
            summary: handoff.summary.clone(),
            facts: handoff.facts.iter().map(fact).collect(),
            language: handoff.language.clone(),
            confidence: handoff.confidence,
        }
    }
}

/// An entry of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = Message))]
pub struct WireMessage {
    pub id: MessageId,
    /// Its place in the conversation: 1, 2, 3, without a gap.
    pub seq: i64,
    pub sender: SenderKind,
    /// Empty for a customer who has given no name.
    pub sender_name: String,
    /// Plain text. Whatever looks like HTML or Markdown in it is what somebody wrote. A mail is without what it quotes.
    pub text: String,
    /// The kind of the channel that it went through.
    pub channel: ChannelKind,
    /// Only the team sees it.
    pub note: bool,
    /// What happened, where this is no message but a line that says so. A notice to the customer has none.
    pub system: Option<SystemLine>,
    pub attachments: Vec<WireFile>,
    /// Only of what goes to the customer.
    pub delivery: Option<WireDelivery>,
    /// Only of the line that says that a bot handed over.
    pub handoff: Option<WireHandoff>,
    /// The earlier message of the conversation that this one answers, where its writer named one.
    pub in_reply_to: Option<MessageId>,
    pub sent_at: WireTime,
}

impl WireMessage {
    /// A message whose files are read under the server's public address.
    #[must_use]
    pub fn of(message: &Message, public_url: &str) -> Self {
        Self {
            id: message.id,
            seq: message.seq,
            sender: message.sender,
            sender_name: message.sender_name.clone(),
            text: message.fresh().into_owned(),
            channel: message.channel_kind,
            note: message.note,
            system: message.system,
            attachments: message.attachments.iter().map(|file| WireFile::of(file, public_url)).collect(),
            delivery: message.delivery.as_ref().map(WireDelivery::of),
            handoff: message.handoff.as_deref().map(WireHandoff::of),
            in_reply_to: message.in_reply_to.as_deref().map(|answered| answered.id),
            sent_at: WireTime(message.created_at),
        }
    }
}
