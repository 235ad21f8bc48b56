//! One conversation as an operator reads it: a snapshot, and how events keep it true.

use serde::{Deserialize, Serialize};

use super::{
    About, AsOf, Contact, ContactId, Conversation, Event, Me, Message, OperatorId, Position, ReadMark,
    ReplyRoute, SystemLine,
};

/// Messages that one page of a thread holds.
pub const PAGE_MESSAGES: usize = 50;

/// What an operator has written in a conversation and not sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    pub body: String,
    /// For the team, and not for the customer.
    pub note: bool,
}

impl Draft {
    /// A text for the team or for the customer. What is empty is for nobody yet.
    #[must_use]
    pub const fn new(body: String, note: bool) -> Self {
        let note = note && !body.is_empty();
        Self { body, note }
    }
}

/// Everything that the thread and its side panel show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    pub me: OperatorId,
    pub conversation: Conversation,
    /// The person whose conversation it is: see [`super::Person`].
    pub contact: Contact,
    /// Their other contacts. The conversation's own is one of all of them.
    pub also: Vec<ContactId>,
    /// What operators have noted of them.
    pub about: About,
    /// The newest messages, oldest first, without a gap; around one that was looked for, an earlier stretch.
    pub messages: Vec<Message>,
    pub mark: ReadMark,
    /// This operator's own.
    pub draft: Draft,
    /// The person's other conversations that this operator may see, newest first.
    pub others: Vec<Conversation>,
    /// Whether the contact has an open live session.
    pub contact_online: bool,
    /// Routes on which the contact wants no more messages: that of this conversation if it was so when it was loaded,
    /// and whichever became so since.
    pub opted_out: Vec<ReplyRoute>,
    pub as_of: AsOf,
}

impl Thread {
    /// Other conversations that the side panel shows.
    pub const OTHERS: usize = 10;

    /// Customer messages that the reader has not seen.
    #[must_use]
    pub const fn unread(&self) -> i64 {
        self.mark.unread(&self.conversation)
    }

    /// Whether there are messages before the first that is loaded.
    #[must_use]
    pub fn has_older(&self) -> bool {
        self.messages.first().is_some_and(|first| first.seq > 1)
    }

    /// Whether there are messages after the last that is loaded.
    #[must_use]
    pub fn has_newer(&self) -> bool {
        self.messages.last().is_some_and(|last| last.seq < self.conversation.last_seq)
    }

    /// Whether a message is loaded.
    #[must_use]
    pub fn holds(&self, seq: i64) -> bool {
        let first = self.messages.first().map_or(i64::MAX, |message| message.seq);
        let last = self.messages.last().map_or(0, |message| message.seq);
        (first..=last).contains(&seq)
    }

    /// Where a page of messages begins that has this one in its middle; none: it is one of the newest, or there is no such
    /// message.
    #[must_use]
    pub fn stretch_around(seq: i64, last_seq: i64) -> Option<i64> {
        let page = i64::try_from(PAGE_MESSAGES).unwrap_or(i64::MAX);
        (seq > 0 && seq <= last_seq - page).then(|| (seq - page / 2).max(1))
    }

    /// Whether the customer wants no more messages by the route that a reply would take.
    #[must_use]
    pub fn is_opted_out(&self) -> bool {
        self.conversation.reply_route.as_ref().is_some_and(|route| self.opted_out.contains(route))
    }

    /// Whether a contact is the person whose conversation this is.
    #[must_use]
    pub fn is_theirs(&self, contact: ContactId) -> bool {
        self.contact.id == contact || self.also.contains(&contact)
    }

    /// Takes in the next event of the stream. An event that the view already holds changes nothing.
    pub fn apply(&mut self, at: Position, event: &Event, me: &Me) {
        if self.as_of.covers(at) {
            return;
        }
        self.as_of.advance(at);
        match event {
            Event::ConversationChanged { conversation, messages, .. } => {
                if self.is_theirs(conversation.contact_id) {
                    self.hear_consent(conversation, messages);
                }
                if conversation.id == self.conversation.id {
                    self.conversation = (**conversation).clone();
                    self.append(messages);
                } else if self.is_theirs(conversation.contact_id) {
                    self.put_other(conversation, me);
                }
            }
            Event::MessageChanged { conversation_id, message, .. } => {
                if *conversation_id == self.conversation.id
                    && let Some(known) = self.messages.iter_mut().find(|known| known.seq == message.seq)
                {
                    *known = (**message).clone();
                }
            }
            Event::ReadMarkMoved { operator_id, conversation_id, mark, .. } => {
                if *operator_id == self.me && *conversation_id == self.conversation.id {
                    self.mark = *mark;
                }
            }
            Event::ContactChanged(person) => {
                if person.is(self.conversation.contact_id) {
                    self.contact = person.contact.clone();
                    self.also.clone_from(&person.also);
                    if let Some(about) = &person.about {
                        self.about.clone_from(about);
                    }
                    // Whose are theirs since then, the following events tell.
                    self.others.retain(|other| person.is(other.contact_id));
                    for known in self.others.iter_mut().chain([&mut self.conversation]) {
                        known.contact_name = person.contact.display_name();
                    }
                }
            }
            Event::OperatorChanged { .. }
            | Event::AvailabilityChanged { .. }
            | Event::TeamChanged { .. }
            | Event::TeamDeleted { .. }
            | Event::ChannelChanged { .. }
            | Event::NotificationAdded { .. }
            | Event::NotificationsRead { .. }
            | Event::TagChanged { .. }
            | Event::ViewChanged { .. }
            | Event::ViewDeleted { .. }
            | Event::SessionsEnded { .. } => {}
        }
    }

    /// Puts an older page before what is loaded.
    pub fn prepend(&mut self, older: Vec<Message>) {
        let first = self.messages.first().map_or(i64::MAX, |message| message.seq);
        let mut messages: Vec<Message> = older.into_iter().filter(|message| message.seq < first).collect();
        messages.append(&mut self.messages);
        self.messages = messages;
    }

    /// Adds messages that are not there yet, in their order. Those that do not follow what is loaded are not shown there:
    /// a reader who is at an earlier stretch goes on to them.
    pub fn append(&mut self, messages: &[Message]) {
        for message in messages {
            if self.messages.last().is_none_or(|last| last.seq + 1 == message.seq) {
                self.messages.push(message.clone());
            }
        }
    }

    /// A line of consent is about the route of the conversation that it stands in; other conversations may share it.
    /// Routes are kept and not one flag, so that a reply route that changes needs nothing undone. What no event tells,
    /// that a route was closed long before this conversation came to it, is known when it is loaded again; the server
    /// refuses such a reply all the same.
    fn hear_consent(&mut self, conversation: &Conversation, messages: &[Message]) {
        let Some(route) = &conversation.reply_route else { return };
        for line in messages.iter().filter_map(|message| message.system) {
            match line {
                SystemLine::OptedOut if !self.opted_out.contains(route) => self.opted_out.push(route.clone()),
                SystemLine::OptedIn => self.opted_out.retain(|closed| closed != route),
                _ => {}
            }
        }
    }

    fn put_other(&mut self, conversation: &Conversation, me: &Me) {
        self.others.retain(|other| other.id != conversation.id);
        if me.sees(&conversation.facts()) {
            let place = self.others.partition_point(|other| {
                (other.last_activity_at, other.id) > (conversation.last_activity_at, conversation.id)
            });
            self.others.insert(place, conversation.clone());
            self.others.truncate(Self::OTHERS);
        }
    }
}
