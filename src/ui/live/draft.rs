//! What is written and not sent, kept on the server, so that it is there after a reload and on another computer.

use std::{collections::BTreeMap, time::Duration};

use leptos::prelude::*;

use super::Live;
use crate::{
    api::messages::save_draft,
    domain::{AppError, ConversationId, Draft, Thread},
};

/// Writing goes on until it has paused so long.
const PAUSE: Duration = Duration::from_millis(500);
/// What could not be saved is tried again.
const AGAIN: Duration = Duration::from_secs(5);

/// Whether what is in the composer is kept on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftState {
    Idle,
    Saving,
    Saved,
    Failed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Text {
    draft: Draft,
    edit: u64,
    /// Which of all savings brought it to the server.
    saved: Option<Saving>,
}

/// Counts what this tab has saved. A thread that was asked for before a saving may be older than it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Saving(u64);

/// What this tab has written, by conversation.
#[derive(Debug, Default)]
pub struct Drafts {
    texts: BTreeMap<ConversationId, Text>,
    edits: u64,
    last_saving: Saving,
}

impl Drafts {
    /// A text has changed. The number is this edit's.
    fn edit(&mut self, id: ConversationId, draft: Draft) -> u64 {
        self.edits += 1;
        let edit = self.edits;
        self.texts.insert(id, Text { draft, edit, saved: None });
        edit
    }

    /// A reply comes back into the composer, before what has been written there since: with a note, all of it is one.
    fn put_back(&mut self, id: ConversationId, body: String) -> u64 {
        let since = self.texts.get(&id).map(|text| &text.draft).filter(|since| !since.body.is_empty());
        let both = match since {
            Some(since) => Draft::new(format!("{body}\n\n{}", since.body), since.note),
            None => Draft::new(body, false),
        };
        self.edit(id, both)
    }

    /// With a message, the server forgets the draft that it was: whatever was written since has to be saved again.
    fn sent(&mut self, id: ConversationId) -> Option<u64> {
        let text = self.texts.get_mut(&id).filter(|text| !text.draft.body.is_empty())?;
        text.saved = None;
        Some(text.edit)
    }

    /// The draft of an edit, unless there has been a later one or it is saved.
    fn draft_of(&self, id: ConversationId, edit: u64) -> Option<Draft> {
        let text = self.texts.get(&id).filter(|text| text.edit == edit && text.saved.is_none())?;
        Some(text.draft.clone())
    }

    /// The server has an edit. Whether that is all there is to save there.
    fn saved(&mut self, id: ConversationId, edit: u64) -> bool {
        let Some(newest) = self.texts.get_mut(&id).filter(|text| text.edit == edit) else { return false };
        self.last_saving.0 += 1;
        newest.saved = Some(self.last_saving);
        true
    }

    /// Every edit that is not saved.
    fn open_edits(&self) -> Vec<(ConversationId, u64)> {
        let unsaved = self.texts.iter().filter(|(_, text)| text.saved.is_none());
        unsaved.map(|(id, text)| (*id, text.edit)).collect()
    }

    /// What the server did not have yet when a thread was asked for is newer than what the thread holds.
    pub(super) fn overlay(&self, thread: &mut Thread, asked: Saving) {
        if let Some(text) = self.texts.get(&thread.conversation.id)
            && text.saved.is_none_or(|saved| saved > asked)
        {
            thread.draft.clone_from(&text.draft);
        }
    }
}

impl Live {
    /// What this tab had saved until now.
    pub(super) fn last_saving(self) -> Saving {
        self.drafts.with_value(|drafts| drafts.last_saving)
    }

    /// Keeps what is in the composer of the open conversation, if that has changed.
    pub fn keep_draft(self, draft: Draft) {
        let changed = self.thread.with_untracked(|thread| {
            let thread = thread.as_ref().filter(|thread| thread.draft != draft)?;
            Some(thread.conversation.id)
        });
        if let Some(id) = changed {
            self.keep_draft_of(id, draft);
        }
    }

    pub(super) fn keep_draft_of(self, id: ConversationId, draft: Draft) {
        let edit = self.drafts.try_update_value(|drafts| drafts.edit(id, draft));
        self.save_soon(id, edit);
    }

    pub(super) fn put_back_draft(self, id: ConversationId, body: String) {
        let edit = self.drafts.try_update_value(|drafts| drafts.put_back(id, body));
        self.save_soon(id, edit);
    }

    /// A message has been stored.
    pub(super) fn draft_sent(self, id: ConversationId) {
        if let Some(edit) = self.drafts.try_update_value(|drafts| drafts.sent(id)).flatten() {
            self.save_edit(id, edit);
        }
    }

    fn save_soon(self, id: ConversationId, edit: Option<u64>) {
        let Some(edit) = edit else { return };
        // For the composer that is opened next: this one has it already, so nobody is told.
        self.thread.maybe_update(|thread| {
            if let Some(thread) = thread {
                self.drafts.with_value(|drafts| drafts.overlay(thread, drafts.last_saving));
            }
            false
        });
        self.show_draft(id, DraftState::Saving);
        self.later(PAUSE, move |live| live.save_edit(id, edit));
    }

    /// Saves what is not saved, at once: the tab goes to the background, or the server can be reached again.
    pub(super) fn save_drafts(self) {
        let edits = self.drafts.try_with_value(Drafts::open_edits).unwrap_or_default();
        for (id, edit) in edits {
            self.save_edit(id, edit);
        }
    }

    fn save_edit(self, id: ConversationId, edit: u64) {
        let draft = self.drafts.try_with_value(|drafts| drafts.draft_of(id, edit)).flatten();
        if let Some(draft) = draft {
            self.ask(save_draft(id, draft.body, draft.note), move |live, answer| {
                live.draft_answered(id, edit, &answer);
            });
        }
    }

    /// A text that could not be saved stays here, and is tried again while there is hope.
    fn draft_answered(self, id: ConversationId, edit: u64, answer: &Result<(), AppError>) {
        match answer {
            Ok(()) => {
                let is_all = self.drafts.try_update_value(|drafts| drafts.saved(id, edit));
                if is_all == Some(true) {
                    self.show_draft(id, DraftState::Saved);
                }
            }
            Err(error) => {
                self.show_draft(id, DraftState::Failed);
                if error.is_passing() {
                    self.later(AGAIN, move |live| live.save_edit(id, edit));
                }
            }
        }
    }

    fn show_draft(self, id: ConversationId, state: DraftState) {
        if self.open_id() == Some(id) {
            self.draft_state.set(state);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::live::samples::thread;
    use uuid::Uuid;

    const HERE: ConversationId = ConversationId(Uuid::from_u128(1));
    const THERE: ConversationId = ConversationId(Uuid::from_u128(2));

    fn reply(body: &str) -> Draft {
        Draft::new(body.to_owned(), false)
    }

    #[test]
    fn only_the_last_edit_is_saved() {
        let mut drafts = Drafts::default();
        let first = drafts.edit(HERE, reply("H"));
        let second = drafts.edit(HERE, reply("Hi"));
        assert_eq!(drafts.draft_of(HERE, first), None);
        assert_eq!(drafts.draft_of(HERE, second), Some(reply("Hi")));
    }

    #[test]
    fn writing_on_while_saving_leaves_something_to_save() {
        let mut drafts = Drafts::default();
        let first = drafts.edit(HERE, reply("H"));
        let second = drafts.edit(HERE, reply("Hi"));
        let there = drafts.edit(THERE, reply("Yo"));
        assert!(!drafts.saved(HERE, first));
        assert_eq!(drafts.open_edits(), [(HERE, second), (THERE, there)]);
        assert!(drafts.saved(HERE, second));
        assert_eq!(drafts.open_edits(), [(THERE, there)]);
    }

    #[test]
    fn a_thread_that_was_asked_for_before_a_text_was_saved_does_not_undo_it() {
        let mut drafts = Drafts::default();
        let shown = |drafts: &Drafts, asked| {
            let mut thread = thread(1);
            drafts.overlay(&mut thread, asked);
            thread.draft.body
        };
        let edit = drafts.edit(HERE, reply("Hi"));
        let asked = drafts.last_saving;
        assert_eq!(shown(&drafts, asked), "Hi");
        assert!(drafts.saved(HERE, edit));
        assert_eq!(shown(&drafts, asked), "Hi", "the server had it too late for that answer");
        assert_eq!(shown(&drafts, drafts.last_saving), "", "the server knows better since");
    }

    #[test]
    fn what_comes_back_goes_before_what_was_written_since() {
        let mut drafts = Drafts::default();
        let alone = drafts.put_back(HERE, "Sent".into());
        assert_eq!(drafts.draft_of(HERE, alone), Some(reply("Sent")));
        let _ = drafts.edit(HERE, reply("Since"));
        let both = drafts.put_back(HERE, "Sent".into());
        assert_eq!(drafts.draft_of(HERE, both), Some(reply("Sent\n\nSince")));
    }

    #[test]
    fn a_note_never_becomes_a_reply_by_what_comes_back() {
        let mut drafts = Drafts::default();
        let _ = drafts.edit(HERE, Draft::new("For us".into(), true));
        let both = drafts.put_back(HERE, "Sent".into());
        assert_eq!(drafts.draft_of(HERE, both), Some(Draft::new("Sent\n\nFor us".into(), true)));
        let _ = drafts.edit(HERE, Draft::new(String::new(), true));
        let alone = drafts.put_back(HERE, "Sent".into());
        assert_eq!(drafts.draft_of(HERE, alone), Some(reply("Sent")));
    }

    #[test]
    fn what_is_written_while_a_message_is_sent_is_saved_once_more() {
        let mut drafts = Drafts::default();
        let sent = drafts.edit(HERE, Draft::default());
        assert!(drafts.saved(HERE, sent));
        assert_eq!(drafts.sent(HERE), None);
        let since = drafts.edit(HERE, reply("Since"));
        assert!(drafts.saved(HERE, since));
        assert_eq!(drafts.draft_of(HERE, since), None);
        assert_eq!(drafts.sent(HERE), Some(since));
        assert_eq!(drafts.draft_of(HERE, since), Some(reply("Since")));
    }
}
