//! What a contact's page shows.

use serde::{Deserialize, Serialize};

use super::{About, Address, ContactGroup, ContactNote, Person, Shared};
use crate::domain::{Channel, ContactId, Conversation, Operator, PageKey, Time};

/// A conversation in the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEntry {
    pub conversation: Conversation,
    /// What the customer said first, in one line; empty if that is not known.
    pub first_words: String,
    /// How many messages and notes there are.
    pub messages: i64,
}

/// A stretch of a person's conversations over all channels, newest activity first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    pub entries: Vec<TimelineEntry>,
    /// Where the next stretch begins, if there is more.
    pub next: Option<PageKey>,
}

impl Timeline {
    /// Conversations in one stretch.
    pub const PAGE: usize = 50;

    /// Adds the next stretch.
    pub fn extend(&mut self, more: Self) {
        self.next = more.next;
        for entry in more.entries {
            if !self.entries.iter().any(|known| known.conversation.id == entry.conversation.id) {
                self.entries.push(entry);
            }
        }
    }
}

/// Whether a merge can be taken back now.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Undo {
    Possible,
    /// Whom it was merged into was merged in turn, under this name: that is to be undone first.
    After {
        name: String,
    },
    /// Not by this operator, who sees no conversation of one of the two.
    NotYours,
}

/// A contact that was merged into the person.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MergedFrom {
    pub contact_id: ContactId,
    /// What it was called by itself.
    pub name: String,
    /// Who said that they are one.
    pub by: Option<String>,
    pub at: Time,
    pub undo: Undo,
}

/// Somebody who may be the same person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub contact_id: ContactId,
    pub name: String,
    pub addresses: Vec<Address>,
    /// What both have given.
    pub shared: Vec<Shared>,
}

impl Candidate {
    /// The most that a search finds, and that are suggested.
    pub const MOST: usize = 10;

    /// Somebody as they are offered on another person's page.
    #[must_use]
    pub fn of(group: &ContactGroup, page: &ContactGroup) -> Self {
        let contact = group.person().contact;
        Self {
            contact_id: contact.id,
            name: contact.display_name(),
            addresses: group.addresses(),
            shared: page.shares(group),
        }
    }

    /// Whether something that both have given is proven to be one's.
    #[must_use]
    pub fn is_proven(&self) -> bool {
        self.shared.iter().any(|shared| shared.proven_here || shared.proven_there)
    }
}

/// Everything that a contact's page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactPage {
    pub person: Person,
    pub addresses: Vec<Address>,
    pub about: About,
    /// Newest first.
    pub notes: Vec<ContactNote>,
    /// Whether the reader may block them, who are not blocked.
    pub may_block: bool,
    /// Newest first.
    pub merged: Vec<MergedFrom>,
    /// Others who have given the same address: a hint, and nothing follows from it by itself.
    pub suggested: Vec<Candidate>,
    pub timeline: Timeline,
    /// Conversations that the reader may not see.
    pub hidden: i64,
    pub channels: Vec<Channel>,
    pub operators: Vec<Operator>,
    /// When it was loaded.
    pub now: Time,
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::{ChannelId, ChannelKind, ConversationId, Handler, Priority, Status};

    fn entry(number: u128) -> TimelineEntry {
        let conversation = Conversation {
            id: ConversationId(Uuid::from_u128(number)),
            contact_id: ContactId(Uuid::from_u128(1)),
            contact_name: "Vera".into(),
            channel_id: ChannelId(Uuid::from_u128(2)),
            channel_kind: ChannelKind::Sms,
            reply_channel_id: ChannelId(Uuid::from_u128(2)),
            reply_route: None,
            mail: None,
            ai: None,
            team_id: None,
            owner_id: None,
            status: Status::Waiting,
            handler: Handler::Human,
            control_epoch: 0,
            last_seq: 1,
            customer_messages: 1,
            last_message: None,
            last_activity_at: Time(0),
            awaiting_reply_since: None,
            created_at: Time(0),
            resolved_at: None,
            resolved_by: None,
            previous_id: None,
            tags: [].into(),
            priority: Priority::None,
            snoozed_until: None,
        };
        TimelineEntry { conversation, first_words: String::new(), messages: 1 }
    }

    #[test]
    fn a_stretch_that_overlaps_adds_each_once() {
        let key = PageKey { at: Time(0), id: ConversationId(Uuid::from_u128(2)) };
        let mut timeline = Timeline { entries: vec![entry(1), entry(2)], next: Some(key) };
        timeline.extend(Timeline { entries: vec![entry(2), entry(3)], next: None });
        let ids: Vec<u128> = timeline.entries.iter().map(|entry| entry.conversation.id.0.as_u128()).collect();
        assert_eq!((ids, timeline.next), (vec![1, 2, 3], None));
    }
}
