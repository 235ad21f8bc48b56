//! The responses that one can insert, which of them stand in what is being written, and what a reply would say.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::Live;
use crate::{
    api::{canned::list_canned, messages::preview_reply},
    domain::{
        AppError, CannedId, ChannelId, Contact, ConversationId, MessageId, ReplyPreview, ReplyRoute, Thread,
    },
};

/// The responses that were inserted into what is being written, by conversation.
#[derive(Debug, Default)]
pub struct Inserted(BTreeMap<ConversationId, Vec<CannedId>>);

impl Inserted {
    fn add(&mut self, conversation: ConversationId, ids: &[CannedId]) {
        let inserted = self.0.entry(conversation).or_default();
        for id in ids {
            if !inserted.contains(id) {
                inserted.push(*id);
            }
        }
    }
}

/// A reply of which one wants to know what it would say, with all that this depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub conversation_id: ConversationId,
    pub body: String,
    contact: Contact,
    channel: ChannelId,
    route: Option<ReplyRoute>,
    online: bool,
    /// A mail quotes the last of them.
    customer_messages: i64,
    /// Or the one that it answers.
    in_reply_to: Option<MessageId>,
}

impl Wanted {
    /// A reply in an open conversation.
    #[must_use]
    pub fn of(thread: &Thread, body: String) -> Self {
        let conversation = &thread.conversation;
        Self {
            conversation_id: conversation.id,
            body,
            contact: thread.contact.clone(),
            channel: conversation.reply_channel_id,
            route: conversation.reply_route.clone(),
            online: thread.contact_online,
            customer_messages: conversation.customer_messages,
            in_reply_to: None,
        }
    }

    /// The same, where it answers a message of its conversation.
    #[must_use]
    pub fn answering(self, message: Option<MessageId>) -> Self {
        Self { in_reply_to: message, ..self }
    }
}

/// What a reply would say, or why that is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Previewed {
    pub of: Wanted,
    pub answer: Result<ReplyPreview, AppError>,
}

impl Live {
    /// Asks anew what one can insert. What was known stays until the answer is there.
    pub fn load_canned(self) {
        self.ask(list_canned(), |live, answer| match answer {
            Ok(list) => live.canned.set(Some(list)),
            // What is known already can be inserted all the same.
            Err(error) if live.canned.with_untracked(Option::is_none) => live.fail(error),
            Err(_) => {}
        });
    }

    /// Asks what a reply would say. An answer that comes after a later one's is told apart by what it is of.
    pub fn ask_preview(self, wanted: Wanted) {
        let request = preview_reply(wanted.conversation_id, wanted.body.clone(), wanted.in_reply_to);
        self.ask(request, move |live, answer| live.preview.set(Some(Previewed { of: wanted, answer })));
    }

    /// A response was inserted into what is being written in the open conversation.
    pub fn insert_canned(self, id: CannedId) {
        if let Some(conversation) = self.open_id() {
            self.put_back_inserted(conversation, &[id]);
        }
    }

    /// Nothing of what was inserted is left in the open conversation's composer.
    pub fn forget_inserted(self) {
        if let Some(conversation) = self.open_id() {
            let _ = self.take_inserted(conversation);
        }
    }

    /// What was inserted goes with a message.
    pub(super) fn take_inserted(self, conversation: ConversationId) -> Vec<CannedId> {
        let taken = self.inserted.try_update_value(|inserted| inserted.0.remove(&conversation));
        taken.flatten().unwrap_or_default()
    }

    /// And comes back with a message that was not sent.
    pub(super) fn put_back_inserted(self, conversation: ConversationId, ids: &[CannedId]) {
        if !ids.is_empty() {
            self.inserted.update_value(|inserted| inserted.add(conversation, ids));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::live::samples::{inbox, thread};
    use uuid::Uuid;

    #[test]
    fn what_was_inserted_goes_with_its_conversations_message_alone() {
        let owner = Owner::new();
        owner.with(|| {
            let live = Live::new(inbox(), Some(thread(1)));
            let here = thread(1).conversation.id;
            let id = |number| CannedId(Uuid::from_u128(number));
            live.insert_canned(id(1));
            live.insert_canned(id(2));
            live.insert_canned(id(1));
            assert_eq!(live.take_inserted(thread(2).conversation.id), []);
            assert_eq!(live.take_inserted(here), [id(1), id(2)]);
            live.insert_canned(id(3));
            live.put_back_inserted(here, &[id(1), id(3)]);
            assert_eq!(live.take_inserted(here), [id(3), id(1)]);
            live.insert_canned(id(4));
            live.forget_inserted();
            assert_eq!(live.take_inserted(here), []);
        });
    }

    #[test]
    fn another_customer_or_way_is_another_preview() {
        let shown = thread(1);
        let wanted = Wanted::of(&shown, "Hi {{customer.name}}".into());
        assert_eq!(Wanted::of(&shown, "Hi {{customer.name}}".into()), wanted);
        let mut renamed = shown.clone();
        renamed.contact.name = Some("Vera".into());
        let mut left = shown;
        left.contact_online = true;
        for changed in [renamed, left] {
            assert_ne!(Wanted::of(&changed, "Hi {{customer.name}}".into()), wanted);
        }
    }
}
