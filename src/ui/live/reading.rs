//! What this operator has seen: the read mark goes forward with what is on screen, and back only when asked to.

use std::{collections::BTreeMap, time::Duration};

use leptos::prelude::*;

use super::Live;
use crate::{
    api::conversations::{mark_read, mark_unread},
    domain::{AppError, ConversationId, ReadMark},
};

/// What comes on screen within so long is told at once.
const TOGETHER: Duration = Duration::from_millis(300);
/// What could not be told is tried again.
const AGAIN: Duration = Duration::from_secs(3);

/// What has been on screen and what of it the server has not been told yet.
#[derive(Debug, Default)]
pub struct Reading {
    reached: BTreeMap<ConversationId, i64>,
    due: BTreeMap<ConversationId, i64>,
}

impl Reading {
    /// A message is on screen. Whether a report has to be scheduled.
    fn see(&mut self, id: ConversationId, marked: i64, seq: i64) -> bool {
        let reached = self.reached.entry(id).or_default();
        if seq <= marked.max(*reached) {
            return false;
        }
        *reached = seq;
        self.due_at(id, seq)
    }

    /// Everything up to a message stays as the operator marks it now, until something newer is on screen.
    fn hold(&mut self, id: ConversationId, last_seq: i64) {
        let reached = self.reached.entry(id).or_default();
        *reached = last_seq.max(*reached);
        self.due.remove(&id);
    }

    /// A conversation is opened: what is on screen then counts again.
    pub(super) fn open(&mut self, id: ConversationId) {
        self.reached.remove(&id);
    }

    /// What the server is to be told.
    fn take_due(&mut self) -> BTreeMap<ConversationId, i64> {
        std::mem::take(&mut self.due)
    }

    /// Notes what is to be told. Whether it is the first.
    fn due_at(&mut self, id: ConversationId, seq: i64) -> bool {
        let is_first = self.due.is_empty();
        let due = self.due.entry(id).or_insert(seq);
        *due = seq.max(*due);
        is_first
    }
}

impl Live {
    /// A message of the open conversation is on screen and the tab is visible.
    pub fn seen(self, seq: i64) {
        let place = self.thread.with_untracked(|thread| {
            let thread = thread.as_ref()?;
            Some((thread.conversation.id, thread.mark.seq))
        });
        let Some((id, marked)) = place else { return };
        let is_first = self.reading.try_update_value(|reading| reading.see(id, marked, seq));
        if is_first == Some(true) {
            self.later(TOGETHER, Self::report_seen);
        }
    }

    /// Marks a message of the open conversation and everything after it as unread.
    pub fn mark_unread(self, from_seq: i64) {
        let place = self.thread.with_untracked(|thread| {
            let thread = thread.as_ref()?;
            Some((thread.conversation.id, thread.conversation.last_seq))
        });
        let Some((id, last_seq)) = place else { return };
        self.reading.update_value(|reading| reading.hold(id, last_seq));
        self.ask(mark_unread(id, from_seq), move |live, answer| match answer {
            Ok(mark) => live.show_mark(id, mark),
            Err(error) => live.fail(error),
        });
    }

    fn report_seen(self) {
        let due = self.reading.try_update_value(Reading::take_due).unwrap_or_default();
        for (id, seq) in due {
            self.ask(mark_read(id, seq), move |live, answer| {
                live.reported(id, seq, answer);
            });
        }
    }

    /// Nobody is told of a mark that failed: it is tried again while there is hope, and then comes with the next.
    fn reported(self, id: ConversationId, seq: i64, answer: Result<ReadMark, AppError>) {
        match answer {
            Ok(mark) => self.show_mark(id, mark),
            Err(error) if error.is_passing() => {
                let is_first = self.reading.try_update_value(|reading| reading.due_at(id, seq));
                if is_first == Some(true) {
                    self.later(AGAIN, Self::report_seen);
                }
            }
            Err(_) => {}
        }
    }

    fn show_mark(self, id: ConversationId, mark: ReadMark) {
        self.thread.maybe_update(|thread| {
            thread
                .as_mut()
                .filter(|thread| thread.conversation.id == id && thread.mark != mark)
                .map(|thread| thread.mark = mark)
                .is_some()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const HERE: ConversationId = ConversationId(Uuid::from_u128(1));
    const THERE: ConversationId = ConversationId(Uuid::from_u128(2));

    #[test]
    fn what_comes_on_screen_together_is_told_once() {
        let mut reading = Reading::default();
        assert!(reading.see(HERE, 0, 3));
        assert!(!reading.see(HERE, 0, 5));
        assert!(!reading.see(HERE, 0, 4), "never back");
        assert!(!reading.see(THERE, 0, 1), "a report is scheduled already");
        assert_eq!(reading.take_due(), BTreeMap::from([(HERE, 5), (THERE, 1)]));
        assert!(!reading.see(HERE, 0, 5), "told already");
        assert!(reading.take_due().is_empty());
    }

    #[test]
    fn what_another_tab_has_marked_is_not_told_again() {
        let mut reading = Reading::default();
        assert!(!reading.see(HERE, 8, 8));
        assert!(reading.see(HERE, 8, 9));
    }

    #[test]
    fn marked_unread_stays_unread_until_something_newer_or_the_next_visit() {
        let mut reading = Reading::default();
        assert!(reading.see(HERE, 0, 5));
        reading.hold(HERE, 7);
        assert!(reading.take_due().is_empty());
        assert!(!reading.see(HERE, 2, 7));
        assert!(reading.see(HERE, 2, 8));
        let _ = reading.take_due();
        reading.hold(HERE, 8);
        reading.open(HERE);
        assert!(reading.see(HERE, 2, 6));
    }
}
