//! The inbox as one operator sees it: a snapshot, and how events keep it true.

use serde::{Deserialize, Serialize};
use std::{cmp::Ordering, collections::BTreeSet};

use super::{
    AsOf, Asking, Audience, Channel, ChannelId, Conversation, ConversationId, Counts, Event, Filter, Listing,
    Me, Operator, OperatorId, Position, Queue, ReadMark, Staff, Status, Tag, TagId, Team, TeamId, Time, View,
    ViewId,
};

/// Rows that one page of a list holds.
pub const PAGE_ROWS: usize = 25;

/// A row of the list: a conversation with the reader's own mark in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub conversation: Conversation,
    /// None is kept until the reader has seen something of it.
    pub mark: Option<ReadMark>,
}

impl Row {
    /// Customer messages that this operator has not seen.
    #[must_use]
    pub fn unread(&self, me: &Me) -> i64 {
        self.mark.unwrap_or_else(|| ReadMark::implied(&self.conversation, me)).unread(&self.conversation)
    }

    /// Its place in a queue.
    #[must_use]
    pub fn key(&self, queue: Queue) -> PageKey {
        PageKey::of(&self.conversation, queue)
    }
}

/// A place in a list: the value that it is sorted by, and the id that breaks ties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageKey {
    pub at: Time,
    pub id: ConversationId,
}

impl PageKey {
    /// The place of a conversation in a queue.
    #[must_use]
    pub fn of(conversation: &Conversation, queue: Queue) -> Self {
        let at = match queue {
            Queue::NeedsAnswer => conversation.awaiting_reply_since.unwrap_or(conversation.last_activity_at),
            Queue::Snoozed => conversation.snoozed_until.unwrap_or(conversation.last_activity_at),
            _ => conversation.last_activity_at,
        };
        Self { at, id: conversation.id }
    }

    /// The order of a queue: newest activity first, but the longest wait first where people wait, and what wakes soonest
    /// where conversations sleep.
    #[must_use]
    pub fn compare(&self, other: &Self, queue: Queue) -> Ordering {
        match queue {
            Queue::NeedsAnswer | Queue::Snoozed => (self.at, self.id).cmp(&(other.at, other.id)),
            _ => (other.at, other.id).cmp(&(self.at, self.id)),
        }
    }
}

/// A stretch of a list, in its queue's order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    pub rows: Vec<Row>,
    /// Where the next page starts, if there is more.
    pub next: Option<PageKey>,
    pub as_of: AsOf,
    /// The time that its filter was read at.
    pub now: Time,
}

/// Everything that the frame and the list of the inbox show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbox {
    pub me: Me,
    pub queue: Queue,
    /// What of the queue is shown.
    pub filter: Filter,
    /// In the queue's order: everything in the queue that meets the filter, up to `next`.
    pub rows: Vec<Row>,
    /// Where the part that is not loaded begins.
    pub next: Option<PageKey>,
    /// The time that the filter is read at: what meets it by time alone is another when the list is loaded again.
    pub now: Time,
    /// Of whole queues.
    pub counts: Counts,
    /// Conversations with unread messages that are this operator's business and not done.
    pub unread: BTreeSet<ConversationId>,
    /// How many notifications this operator has not read.
    pub notifications: i64,
    pub channels: Vec<Channel>,
    pub teams: Vec<Team>,
    pub operators: Vec<Operator>,
    pub staff: Staff,
    /// The archived too, which others may still carry.
    pub tags: Vec<Tag>,
    /// Those that this operator is shown.
    pub views: Vec<View>,
    pub as_of: AsOf,
}

impl Inbox {
    /// A channel by id.
    #[must_use]
    pub fn channel(&self, id: ChannelId) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.id == id)
    }

    /// A colleague by id.
    #[must_use]
    pub fn operator(&self, id: OperatorId) -> Option<&Operator> {
        self.operators.iter().find(|operator| operator.id == id)
    }

    /// A team by id.
    #[must_use]
    pub fn team(&self, id: TeamId) -> Option<&Team> {
        self.teams.iter().find(|team| team.id == id)
    }

    /// A tag by id.
    #[must_use]
    pub fn tag(&self, id: TagId) -> Option<&Tag> {
        self.tags.iter().find(|tag| tag.id == id)
    }

    /// A view by id.
    #[must_use]
    pub fn view(&self, id: ViewId) -> Option<&View> {
        self.views.iter().find(|view| view.id == id)
    }

    /// What the list shows.
    #[must_use]
    pub fn listing(&self) -> Listing {
        Listing { queue: self.queue, filter: self.filter.clone() }
    }

    /// Takes in the next event of the stream, with the reader's own mark in the conversation that it is about.
    /// An event that the view already holds changes nothing.
    pub fn apply(&mut self, at: Position, event: &Event, mark: Option<ReadMark>) {
        if self.as_of.covers(at) {
            return;
        }
        self.as_of.advance(at);
        self.staff.apply(event, &self.me);
        match event {
            Event::ConversationChanged { conversation, was, .. } => {
                let facts = conversation.facts();
                self.counts.shift(was.as_ref(), &facts, &self.me);
                let row = Row { conversation: (**conversation).clone(), mark };
                let unread =
                    self.me.minds(&facts) && facts.status != Status::Resolved && row.unread(&self.me) > 0;
                self.set_unread(conversation.id, unread);
                self.place(row);
            }
            Event::MessageChanged { .. } => {}
            Event::ReadMarkMoved { operator_id, conversation_id, mark, unread, facts } => {
                if *operator_id == self.me.id {
                    if let Some(row) =
                        self.rows.iter_mut().find(|row| row.conversation.id == *conversation_id)
                    {
                        row.mark = Some(*mark);
                    }
                    let counts = self.me.minds(facts) && facts.status != Status::Resolved && *unread > 0;
                    self.set_unread(*conversation_id, counts);
                }
            }
            Event::ContactChanged(person) => {
                for row in self.rows.iter_mut().filter(|row| person.is(row.conversation.contact_id)) {
                    row.conversation.contact_name = person.contact.display_name();
                }
                let (filter, asking) = (&self.filter, Asking::by(&self.me, self.now));
                self.rows.retain(|row| filter.matches(&row.conversation, &asking));
            }
            Event::OperatorChanged { operator } => {
                if operator.id == self.me.id {
                    self.me.name.clone_from(&operator.name);
                }
                put(&mut self.operators, operator, |o| o.id, |o| o.name.to_lowercase());
            }
            // What the staff keeps.
            Event::AvailabilityChanged { .. } => {}
            Event::TeamChanged { team, .. } => {
                self.counts.add_team(team.id);
                put(&mut self.teams, team, |t| t.id, |t| t.name.to_lowercase());
            }
            Event::TeamDeleted { team_id } => {
                self.counts.remove_team(*team_id);
                self.teams.retain(|team| team.id != *team_id);
                self.views.retain(|view| view.audience != Audience::Team(*team_id));
            }
            Event::ChannelChanged { channel } => {
                put(&mut self.channels, channel, |c| c.id, |c| c.name.to_lowercase());
            }
            Event::NotificationAdded { operator_id, .. } => {
                self.notifications += i64::from(*operator_id == self.me.id);
            }
            Event::NotificationsRead { operator_id, ids } => {
                if *operator_id == self.me.id {
                    self.notifications -= i64::try_from(ids.len()).unwrap_or(i64::MAX);
                }
            }
            Event::TagChanged { tag } => {
                put(&mut self.tags, tag, |tag| tag.id, |tag| tag.name.to_lowercase());
            }
            Event::ViewChanged { view, .. } => {
                put(&mut self.views, view.as_ref(), |view| view.id, |view| view.name.to_lowercase());
            }
            Event::ViewDeleted { view_id } => self.views.retain(|view| view.id != *view_id),
            Event::SessionsEnded { .. } => {}
        }
    }

    /// Adds the next page of the same list.
    pub fn extend(&mut self, page: Page) {
        self.next = page.next;
        for row in page.rows {
            if !self.rows.iter().any(|known| known.conversation.id == row.conversation.id) {
                self.insert(row);
            }
        }
    }

    /// Changes to another list, or to the same as it is by now; this is its first page.
    pub fn switch(&mut self, listing: Listing, page: Page) {
        self.queue = listing.queue;
        self.filter = listing.filter;
        self.rows = page.rows;
        self.next = page.next;
        self.now = page.now;
    }

    /// Puts a row where it belongs now, if it belongs in what is loaded of the list at all.
    fn place(&mut self, row: Row) {
        self.rows.retain(|known| known.conversation.id != row.conversation.id);
        let loaded =
            self.next.is_none_or(|next| row.key(self.queue).compare(&next, self.queue) == Ordering::Less);
        let (conversation, facts) = (&row.conversation, row.conversation.facts());
        if loaded
            && self.queue.holds(&facts, &self.me)
            && self.filter.matches(conversation, &Asking::by(&self.me, self.now))
        {
            self.insert(row);
        }
    }

    fn insert(&mut self, row: Row) {
        let queue = self.queue;
        let key = row.key(queue);
        let place =
            self.rows.partition_point(|known| known.key(queue).compare(&key, queue) == Ordering::Less);
        self.rows.insert(place, row);
    }

    fn set_unread(&mut self, id: ConversationId, unread: bool) {
        if unread {
            self.unread.insert(id);
        } else {
            self.unread.remove(&id);
        }
    }
}

/// Replaces an item by id, or adds it, and keeps the list in the order of its sort key.
fn put<T: Clone, I: PartialEq, K: Ord>(
    items: &mut Vec<T>,
    item: &T,
    id: impl Fn(&T) -> I,
    key: impl Fn(&T) -> K,
) {
    items.retain(|known| id(known) != id(item));
    let place = items.partition_point(|known| key(known) <= key(item));
    items.insert(place, item.clone());
}
