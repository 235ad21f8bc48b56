//! What a visitor sees in the widget: the public part of their own conversation, in the widget's wire shapes.

use serde::{Deserialize, Serialize};

use super::{
    Answered, Attachment, ClientMsgId, Conversation, ConversationId, Handler, Message, MessageId, Position,
    SenderKind, Status, SystemLine, initials,
};

/// The operator who answers, as a visitor knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitorOwner {
    pub name: String,
    pub initials: String,
}

impl VisitorOwner {
    /// From an operator's name.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), initials: initials(name).to_uppercase() }
    }
}

/// A conversation as its visitor sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitorConversation {
    pub id: ConversationId,
    pub status: Status,
    pub handler: Handler,
    /// Unfinished words of a bot that were written under an older one are to be forgotten.
    pub control_epoch: i64,
    /// Who answers while nobody does, or did.
    pub bot: Option<String>,
    pub owner: Option<VisitorOwner>,
}

impl VisitorConversation {
    /// The public part of a conversation whose owner has this name.
    #[must_use]
    pub fn of(conversation: &Conversation, owner_name: Option<&str>) -> Self {
        Self {
            id: conversation.id,
            status: conversation.status,
            handler: conversation.handler,
            control_epoch: conversation.control_epoch,
            bot: conversation.ai.as_ref().map(|ai| ai.bot_name.clone()),
            owner: owner_name.map(VisitorOwner::named),
        }
    }

    /// The same for somebody who is blocked, and learns nothing of that: as if it went on.
    #[must_use]
    pub fn unaware(mut self) -> Self {
        if self.status == Status::Resolved {
            self.status = if self.owner.is_some() { Status::Active } else { Status::Waiting };
        }
        self
    }
}

/// A message as its visitor sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitorMessage {
    pub id: MessageId,
    pub seq: i64,
    pub sender: SenderKind,
    pub sender_name: String,
    pub body: String,
    pub attachments: Vec<Attachment>,
    /// Milliseconds since the epoch.
    pub sent_at: i64,
    /// Only on the visitor's own messages.
    pub client_msg_id: Option<ClientMsgId>,
    pub system: Option<SystemLine>,
    /// What it answers, where its writer named that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<VisitorAnswered>,
}

/// The message that another answers, as its visitor sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitorAnswered {
    pub seq: i64,
    pub sender: SenderKind,
    pub sender_name: String,
    /// One line: how it begins.
    pub text: String,
}

impl VisitorAnswered {
    fn of(answered: &Answered) -> Self {
        Self {
            seq: answered.seq,
            sender: answered.sender,
            sender_name: answered.sender_name.clone(),
            text: answered.excerpt.clone(),
        }
    }
}

impl VisitorMessage {
    /// The public form of a message; none for a note or a line that is the team's alone.
    #[must_use]
    pub fn of(message: &Message) -> Option<Self> {
        message.is_public().then(|| Self {
            id: message.id,
            seq: message.seq,
            sender: message.sender,
            sender_name: public_name(message).to_owned(),
            body: visitor_line(message).unwrap_or_else(|| message.body.clone()),
            attachments: message.attachments.clone(),
            sent_at: message.created_at.millis(),
            client_msg_id: message.client_msg_id.filter(|_| message.sender == SenderKind::Contact),
            system: message.system,
            in_reply_to: message.in_reply_to.as_deref().map(VisitorAnswered::of),
        })
    }
}

/// Who has written it. A line about the visitor names nobody: what the team calls them may be known from elsewhere.
fn public_name(message: &Message) -> &str {
    let is_about_them = message.sender == SenderKind::System && message.sender_id.is_none();
    if is_about_them { "" } else { &message.sender_name }
}

/// A system line in words that are meant for the visitor.
fn visitor_line(message: &Message) -> Option<String> {
    Some(match message.system? {
        SystemLine::Claimed | SystemLine::TookOver => {
            format!("{} joined the conversation", message.sender_name)
        }
        SystemLine::Resolved => "This conversation was resolved".to_owned(),
        SystemLine::Reopened => "This conversation is open again".to_owned(),
        _ => return None,
    })
}

/// What a visitor told about themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitorContact {
    pub name: Option<String>,
    pub email: Option<String>,
}

/// Everything that a widget shows when it opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitorChat {
    pub conversation: Option<VisitorConversation>,
    pub messages: Vec<VisitorMessage>,
    /// Where the visitor's stream has to start.
    #[serde(with = "position_text")]
    pub cursor: Position,
    /// Whether an operator is there.
    pub online: bool,
    pub contact: VisitorContact,
}

/// The cursor is opaque to the widget.
mod position_text {
    use super::Position;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(position: &Position, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(position)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Position, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}
