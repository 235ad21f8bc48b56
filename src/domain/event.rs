//! Events: the durable changes that clients learn of, and the signals that pass and are forgotten.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use super::{
    Audience, Availability, Channel, Conversation, ConversationId, Facts, Me, Message, Notification,
    NotificationId, Operator, OperatorId, Person, Position, ReadMark, SessionId, Tag, Team, TeamId, View,
    ViewId,
};

/// One durable change, whole: applying it needs nothing but the view it is applied to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A conversation began or changed, with the messages (system lines too) that the change added.
    ConversationChanged {
        conversation: Box<Conversation>,
        /// What it was before; none for a new one.
        was: Option<Facts>,
        messages: Vec<Message>,
    },
    /// A message that was there has changed: its delivery.
    MessageChanged {
        conversation_id: ConversationId,
        facts: Facts,
        message: Box<Message>,
    },
    /// An operator has read further, or has marked something unread.
    ReadMarkMoved {
        operator_id: OperatorId,
        conversation_id: ConversationId,
        mark: ReadMark,
        /// How many customer messages that leaves unread.
        unread: i64,
        facts: Facts,
    },
    /// What a person is called, how they are reached, or which contacts they are: of all of them, this is whole.
    ContactChanged(Box<Person>),
    OperatorChanged {
        operator: Operator,
    },
    /// Somebody takes work, or does so no longer.
    AvailabilityChanged {
        operator_id: OperatorId,
        availability: Availability,
    },
    TeamChanged {
        team: Team,
        members: Vec<OperatorId>,
        /// Who was in it before.
        was: Vec<OperatorId>,
    },
    /// A team was archived: it is in no list any more. Nobody sees less for that.
    TeamDeleted {
        team_id: TeamId,
    },
    ChannelChanged {
        channel: Channel,
    },
    /// An operator is told of something.
    NotificationAdded {
        operator_id: OperatorId,
        notification: Box<Notification>,
    },
    /// An operator has read what they had not read before.
    NotificationsRead {
        operator_id: OperatorId,
        ids: Vec<NotificationId>,
    },
    TagChanged {
        tag: Tag,
    },
    ViewChanged {
        view: Box<View>,
        /// Who was shown it before; none for a new one.
        was: Option<Audience>,
    },
    ViewDeleted {
        view_id: ViewId,
    },
    /// Browsers of an operator are signed in no more: their streams end. No client is told.
    SessionsEnded {
        operator_id: OperatorId,
        sessions: Vec<SessionId>,
    },
}

impl Event {
    /// The word for it in the log.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::ConversationChanged { .. } => "conversation_changed",
            Self::MessageChanged { .. } => "message_changed",
            Self::ReadMarkMoved { .. } => "read_mark_moved",
            Self::ContactChanged { .. } => "contact_changed",
            Self::OperatorChanged { .. } => "operator_changed",
            Self::AvailabilityChanged { .. } => "availability_changed",
            Self::TeamChanged { .. } => "team_changed",
            Self::TeamDeleted { .. } => "team_deleted",
            Self::ChannelChanged { .. } => "channel_changed",
            Self::NotificationAdded { .. } => "notification_added",
            Self::NotificationsRead { .. } => "notifications_read",
            Self::TagChanged { .. } => "tag_changed",
            Self::ViewChanged { .. } => "view_changed",
            Self::ViewDeleted { .. } => "view_deleted",
            Self::SessionsEnded { .. } => "sessions_ended",
        }
    }

    /// Whether this operator may learn of it. Of a conversation that has just passed out of sight they learn once
    /// more, so that their view can drop it; [`Event::redacted`] then takes out what they may no longer read.
    #[must_use]
    pub fn is_for(&self, me: &Me) -> bool {
        match self {
            Self::ConversationChanged { conversation, was, .. } => {
                me.sees(&conversation.facts()) || was.as_ref().is_some_and(|was| me.sees(was))
            }
            Self::MessageChanged { facts, .. } => me.sees(facts),
            Self::ReadMarkMoved { operator_id, .. }
            | Self::NotificationAdded { operator_id, .. }
            | Self::NotificationsRead { operator_id, .. } => *operator_id == me.id,
            Self::ViewChanged { view, was } => {
                view.is_for(me) || was.is_some_and(|was| was.includes(me, view.by))
            }
            Self::SessionsEnded { .. } => false,
            _ => true,
        }
    }

    /// This event without its contents, if it takes a conversation or a view out of this operator's sight; without its
    /// members, if it is about a team that they may not look into; without what is noted of a contact whom they do not
    /// meet.
    #[must_use]
    pub fn redacted(&self, me: &Me) -> Option<Self> {
        match self {
            Self::ConversationChanged { conversation, was, .. } if !me.sees(&conversation.facts()) => {
                let mut conversation = conversation.clone();
                conversation.contact_name.clear();
                conversation.last_message = None;
                conversation.tags.clear();
                Some(Self::ConversationChanged { conversation, was: *was, messages: Vec::new() })
            }
            Self::TeamChanged { team, .. } if !me.looks_into(team.id) => {
                Some(Self::TeamChanged { team: team.clone(), members: Vec::new(), was: Vec::new() })
            }
            Self::ViewChanged { view, .. } if !view.is_for(me) => {
                Some(Self::ViewDeleted { view_id: view.id })
            }
            Self::ContactChanged(person) if !person.is_met_by(me) => {
                Some(Self::ContactChanged(Box::new(person.without_about())))
            }
            _ => None,
        }
    }
}

/// Who is writing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Typist {
    Contact,
    Operator { id: OperatorId, name: String },
    Bot { name: String },
}

/// What passes and is never stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// Somebody writes (`on`) or has stopped. A mark that is not renewed ends by itself after six seconds.
    Typing {
        conversation_id: ConversationId,
        typist: Typist,
        on: bool,
        /// The customer's unsent text, where the channel allows it.
        preview: Option<String>,
    },
    /// A bot is at work on an answer (`on`), with what there is of it so far, or has stopped. What it has not sent when
    /// the conversation's epoch changes is to be forgotten.
    Answering {
        conversation_id: ConversationId,
        control_epoch: i64,
        bot: String,
        text: Option<String>,
        on: bool,
    },
    /// An operator has a conversation on screen (`on`), or has no longer. A mark that is not renewed ends by itself.
    Looking { conversation_id: ConversationId, operator_id: OperatorId, name: String, on: bool },
    /// The contact of a conversation has, or no longer has, an open live session.
    ContactPresence { conversation_id: ConversationId, online: bool },
}

/// One item of an operator's stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Push {
    Event {
        at: Position,
        event: Event,
        /// The reader's own mark in the conversation that changed, if one is kept.
        mark: Option<ReadMark>,
    },
    Signal {
        signal: Signal,
    },
    /// Who has a page open, all of them.
    Here {
        operators: BTreeSet<OperatorId>,
    },
    /// The place asked for is gone, or what one may see has changed: load everything again.
    Reset,
}
