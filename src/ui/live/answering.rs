//! Which message is being answered, in each conversation: kept until the answer is sent, in this tab alone.

use leptos::prelude::*;

use super::Live;
use crate::domain::{Answered, ConversationId};

impl Live {
    /// What is written in the open conversation answers this message of it.
    pub fn answer(self, message: Answered) {
        if let Some(id) = self.open_id() {
            self.put_back_answered(id, Some(Box::new(message)));
        }
    }

    /// What is written in the open conversation answers no message in particular. Whether it did before.
    pub fn forget_answered(self) -> bool {
        self.open_id().is_some_and(|id| self.take_answered(id).is_some())
    }

    /// What is answered goes with the reply.
    pub(super) fn take_answered(self, conversation: ConversationId) -> Option<Box<Answered>> {
        let taken = self.answering.try_maybe_update(|all| {
            let taken = all.remove(&conversation);
            (taken.is_some(), taken)
        });
        taken.flatten()
    }

    /// And comes back with a reply that was not sent.
    pub(super) fn put_back_answered(self, conversation: ConversationId, answered: Option<Box<Answered>>) {
        if let Some(answered) = answered {
            self.answering.update(|all| drop(all.insert(conversation, answered)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::live::samples::{inbox, message, thread};

    #[test]
    fn what_is_answered_goes_with_its_conversations_reply_alone() {
        let owner = Owner::new();
        owner.with(|| {
            let live = Live::new(inbox(), Some(thread(1)));
            let here = thread(1).conversation.id;
            let seq = |answered: Option<Box<Answered>>| answered.map(|answered| answered.seq);
            assert!(!live.forget_answered());
            live.answer(Answered::of(&message(3)));
            live.answer(Answered::of(&message(5)));
            assert_eq!(seq(live.take_answered(thread(2).conversation.id)), None);
            let taken = live.take_answered(here);
            assert_eq!(seq(taken.clone()), Some(5), "the last that was chosen");
            assert_eq!(seq(live.take_answered(here)), None);
            live.put_back_answered(here, taken);
            assert!(live.forget_answered() && !live.forget_answered());
        });
    }
}
