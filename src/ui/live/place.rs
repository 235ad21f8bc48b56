//! Where in the inbox the operator is, and loading what is not there yet.
//!
//! Every answer is checked against the place at the time it comes: one for a place that has been left is dropped.

use std::collections::VecDeque;

use leptos::prelude::*;

use super::{Act, Live, backoff::Backoff, draft::Saving};
use crate::{
    api::{
        dashboard::load_board,
        inbox::{list_conversations, load_inbox},
        thread::{load_newer, load_older, load_thread, load_thread_at},
    },
    domain::{AppError, AsOf, Board, ConversationId, Inbox, Listing, Page, PageKey, Position, Thread, Time},
    ui::browser,
};

/// A place in the inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub listing: Listing,
    pub conversation: Option<ConversationId>,
    /// The message in it that is looked for.
    pub message: Option<i64>,
}

/// What is under way, so that it is not asked for twice.
#[derive(Debug, Default)]
pub struct UnderWay {
    /// The next page of a list, by the place that it starts at.
    rows: Option<(Listing, PageKey)>,
    /// The page of messages before a number.
    messages: Option<(ConversationId, i64)>,
    /// The page of messages after a number.
    newer: Option<(ConversationId, i64)>,
    /// Whether an act waits for its answer.
    pub is_acting: bool,
    /// The acts after it.
    pub acts: VecDeque<(ConversationId, Act)>,
}

/// Everything that a place shows, as loaded anew.
pub struct Fresh {
    pub inbox: Inbox,
    pub thread: Option<Thread>,
    pub board: Option<Board>,
}

impl Fresh {
    /// Loads a place, with at least so many rows of its list, so that a reader who has scrolled stays where they are; with
    /// how much work there is, if that is shown.
    ///
    /// # Errors
    /// If something cannot be loaded. A conversation that is gone, or out of sight, is none.
    pub async fn load(place: Place, rows: usize, has_board: bool) -> Result<Self, AppError> {
        let Listing { queue, filter } = place.listing;
        let mut inbox = load_inbox(queue, filter.clone()).await?;
        while let Some(next) = inbox.next
            && inbox.rows.len() < rows
        {
            // Its rows may be newer than the inbox; the events between come again and end at the same rows.
            let page = list_conversations(queue, Some(next), filter.clone(), Some(inbox.now)).await?;
            inbox.extend(page);
        }
        let thread = match place.conversation {
            None => None,
            Some(id) => match load_stretch(id, place.message).await {
                Ok(thread) => Some(thread),
                Err(AppError::NotFound) => None,
                Err(error) => return Err(error),
            },
        };
        let board = if has_board { Some(load_board().await?) } else { None };
        Ok(Self { inbox, thread, board })
    }

    /// Where a stream has to start so that nothing of this misses an event.
    #[must_use]
    pub fn position(&self) -> Position {
        start_of(&self.inbox, self.thread.as_ref(), self.board.as_ref())
    }
}

/// Loads a conversation: its newest part, or the part around a message.
///
/// # Errors
/// If it cannot be loaded.
pub async fn load_stretch(id: ConversationId, message: Option<i64>) -> Result<Thread, AppError> {
    match message {
        Some(seq) => load_thread_at(id, seq).await,
        None => load_thread(id).await,
    }
}

/// Whether a conversation has to be loaded to show a message of it, or its newest part.
fn lacks(shown: Option<&Thread>, id: ConversationId, message: Option<i64>) -> bool {
    let Some(thread) = shown.filter(|thread| thread.conversation.id == id) else { return true };
    match message {
        Some(seq) => !thread.holds(seq),
        None => thread.has_newer(),
    }
}

/// Where a stream has to start so that no view misses an event.
pub fn start_of(inbox: &Inbox, thread: Option<&Thread>, board: Option<&Board>) -> Position {
    let others = [thread.map(|thread| &thread.as_of), board.map(|board| &board.as_of)];
    let others = others.into_iter().flatten().map(AsOf::resume_from);
    others.fold(inbox.as_of.resume_from(), Position::min)
}

/// Who has scrolled further than this reads on undisturbed.
const MOST_READ_ANEW: usize = 100;

/// A list as it is now, with at least so many rows if it has them.
async fn list_to(listing: Listing, rows: usize) -> Result<Page, AppError> {
    let Listing { queue, filter } = listing;
    let mut all = list_conversations(queue, None, filter.clone(), None).await?;
    while let Some(next) = all.next
        && all.rows.len() < rows
    {
        let page = list_conversations(queue, Some(next), filter.clone(), Some(all.now)).await?;
        for row in page.rows {
            // One that has moved meanwhile comes again; the events put it where it belongs.
            if !all.rows.iter().any(|known| known.conversation.id == row.conversation.id) {
                all.rows.push(row);
            }
        }
        all.next = page.next;
    }
    Ok(all)
}

/// Keeps the older messages that a reader has loaded, if the new thread begins right after them or among them.
pub fn keep_older(thread: &mut Thread, old: Option<&Thread>) {
    let Some(old) = old.filter(|old| old.conversation.id == thread.conversation.id) else {
        return;
    };
    let first = thread.messages.first().map_or(1, |message| message.seq);
    if old.messages.last().is_some_and(|last| last.seq + 1 >= first) {
        thread.prepend(old.messages.clone());
    }
}

impl Live {
    /// The page was loaded with this message looked for.
    #[must_use]
    pub fn at_message(self, message: Option<i64>) -> Self {
        self.place.update_value(|place| place.message = message);
        self
    }

    /// Shows another place: loads what differs and keeps the rest on screen meanwhile.
    pub fn open(self, listing: Listing, conversation: Option<ConversationId>, message: Option<i64>) {
        let place = Place { listing, conversation, message };
        let was = self.place.get_value();
        self.place.set_value(place.clone());
        if was.conversation != conversation {
            self.leave_conversation();
        }
        if was != place {
            self.load_missing();
        }
    }

    /// Loads what the place has and the screen has not.
    pub(super) fn load_missing(self) {
        let place = self.place.get_value();
        if self.inbox.with_untracked(Inbox::listing) != place.listing {
            self.load_list(place.listing, Backoff::default());
        }
        match place.conversation {
            None => self.thread.maybe_update(|thread| thread.take().is_some()),
            Some(id) => {
                if self.thread.with_untracked(|shown| lacks(shown.as_ref(), id, place.message)) {
                    self.load_thread(id, Backoff::default());
                }
            }
        }
    }

    /// Loads the next page of the list, if there is one.
    pub fn more_rows(self) {
        let (listing, next, now) =
            self.inbox.with_untracked(|inbox| (inbox.listing(), inbox.next, inbox.now));
        let Some(from) = next else { return };
        let asked = self.under_way.try_update_value(|it| {
            let wanted = Some((listing.clone(), from));
            let was = std::mem::replace(&mut it.rows, wanted);
            was != it.rows
        });
        if asked == Some(true) {
            let Listing { queue, filter } = listing.clone();
            self.ask(list_conversations(queue, next, filter, Some(now)), move |live, answer| {
                live.under_way.update_value(|it| it.rows = None);
                live.add_rows(&listing, from, now, answer);
            });
        }
    }

    /// Loads the page before the first loaded message, if there is one.
    pub fn older_messages(self) {
        let place = self.thread.with_untracked(|thread| {
            let thread = thread.as_ref().filter(|thread| thread.has_older())?;
            Some((thread.conversation.id, thread.messages.first()?.seq))
        });
        let Some((id, before)) = place else { return };
        let asked =
            self.under_way.try_update_value(|it| it.messages.replace((id, before)) != Some((id, before)));
        if asked == Some(true) {
            self.ask(load_older(id, before), move |live, answer| {
                live.under_way.update_value(|it| it.messages = None);
                match answer {
                    Ok(older) => live.thread.update(|thread| {
                        if let Some(thread) = thread.as_mut().filter(|thread| thread.conversation.id == id) {
                            thread.prepend(older);
                        }
                    }),
                    Err(error) => live.fail(error),
                }
            });
        }
    }

    /// Loads the page after the last loaded message, if there is one.
    pub fn newer_messages(self) {
        let place = self.thread.with_untracked(|thread| {
            let thread = thread.as_ref().filter(|thread| thread.has_newer())?;
            Some((thread.conversation.id, thread.messages.last()?.seq))
        });
        let Some((id, after)) = place else { return };
        let asked = self.under_way.try_update_value(|it| it.newer.replace((id, after)) != Some((id, after)));
        if asked == Some(true) {
            self.ask(load_newer(id, after), move |live, answer| {
                live.under_way.update_value(|it| it.newer = None);
                match answer {
                    Ok(newer) => live.thread.update(|thread| {
                        if let Some(thread) = thread.as_mut().filter(|thread| thread.conversation.id == id) {
                            thread.append(&newer);
                        }
                    }),
                    Err(error) => live.fail(error),
                }
            });
        }
    }

    /// Shows the newest part of the open conversation, if an earlier one is shown.
    pub(super) fn leave_stretch(self) {
        let stretch = self.thread.with_untracked(|thread| {
            thread.as_ref().filter(|thread| thread.has_newer()).map(|thread| thread.conversation.id)
        });
        if let Some(id) = stretch {
            self.place.update_value(|place| place.message = None);
            self.load_thread(id, Backoff::default());
        }
    }

    fn add_rows(self, listing: &Listing, from: PageKey, now: Time, answer: Result<Page, AppError>) {
        // Another list, or it was loaded anew: this page has no place any more.
        let still_meant =
            |inbox: &Inbox| inbox.next == Some(from) && inbox.now == now && inbox.listing() == *listing;
        if !self.inbox.with_untracked(still_meant) {
            return;
        }
        match answer.map(|page| self.bring_page(page, listing)) {
            Ok(Some(page)) => self.inbox.update(|inbox| inbox.extend(page)),
            Ok(None) => self.more_rows(),
            Err(error) => self.fail(error),
        }
    }

    fn load_list(self, listing: Listing, mut backoff: Backoff) {
        let Listing { queue, filter } = listing.clone();
        self.ask(list_conversations(queue, None, filter, None), move |live, answer| {
            if live.place.with_value(|place| place.listing != listing) {
                return;
            }
            match answer.map(|page| live.bring_page(page, &listing)) {
                Ok(Some(page)) => live.inbox.update(|inbox| inbox.switch(listing, page)),
                Ok(None) => live.load_list(listing, backoff),
                Err(error) => {
                    if error.is_passing() {
                        live.later(backoff.fail(browser::random()), move |live| {
                            if live.place.with_value(|place| place.listing == listing) {
                                live.load_list(listing, backoff);
                            }
                        });
                    }
                    live.fail(error);
                }
            }
        });
    }

    /// Reads the filter anew, by the time that it is now, with as many rows as there are. Where that fails, the list stays
    /// as it was: it is read again soon.
    pub(super) fn read_filter_anew(self) {
        let (listing, rows) = self.inbox.with_untracked(|inbox| (inbox.listing(), inbox.rows.len()));
        if listing.filter.is_empty() || rows > MOST_READ_ANEW {
            return;
        }
        let wanted = listing.clone();
        self.ask(list_to(listing, rows), move |live, answer| {
            let still_meant = live.inbox.with_untracked(|inbox| inbox.listing() == wanted);
            if let (Ok(page), true) = (answer, still_meant)
                && let Some(page) = live.bring_page(page, &wanted)
            {
                live.inbox.update(|inbox| inbox.switch(wanted, page));
            }
        });
    }

    fn load_thread(self, id: ConversationId, mut backoff: Backoff) {
        let asked = self.last_saving();
        let message = self.place.get_value().message;
        self.ask(load_stretch(id, message), move |live, answer| {
            let place = live.place.get_value();
            if (place.conversation, place.message) != (Some(id), message) {
                return;
            }
            match answer {
                Ok(thread) => {
                    if !live.install_thread(thread, asked) {
                        live.load_thread(id, backoff);
                    }
                }
                Err(error) => {
                    live.thread.set(None);
                    if error.is_passing() {
                        live.later(backoff.fail(browser::random()), move |live| {
                            if live.place.get_value().conversation == Some(id) {
                                live.load_thread(id, backoff);
                            }
                        });
                    }
                    live.fail(error);
                }
            }
        });
    }

    /// Brings a loaded thread up to now and shows it. False: it has come too late for that.
    fn install_thread(self, mut thread: Thread, asked: Saving) -> bool {
        let is_current = self.inbox.with_untracked(|inbox| {
            self.feed.with_value(|feed| feed.bring_thread(&mut thread, &inbox.me)).is_ok()
        });
        if is_current {
            self.show_thread(thread, asked);
        }
        is_current
    }

    /// Shows a thread that was asked for after this saving of a draft.
    pub(super) fn show_thread(self, mut thread: Thread, asked: Saving) {
        self.drafts.with_value(|drafts| drafts.overlay(&mut thread, asked));
        let id = thread.conversation.id;
        self.settle_loaded(id, &thread.messages);
        self.thread.set(Some(thread));
    }

    /// A page brought up to now. None: it has come too late for that.
    fn bring_page(self, page: Page, listing: &Listing) -> Option<Page> {
        self.inbox
            .with_untracked(|inbox| self.feed.with_value(|feed| feed.bring_page(page, listing, inbox)).ok())
    }

    fn leave_conversation(self) {
        self.stop_typing();
        self.draft_state.set(super::DraftState::Idle);
        if let Some(id) = self.place.get_value().conversation {
            self.reading.update_value(|reading| reading.open(id));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::Time,
        ui::live::samples::{at, inbox, message, thread},
    };

    fn seqs(thread: &Thread) -> Vec<i64> {
        thread.messages.iter().map(|message| message.seq).collect()
    }

    #[test]
    fn older_messages_survive_a_reload_only_without_a_gap() {
        let with = |seqs: std::ops::RangeInclusive<i64>| Thread {
            messages: seqs.map(message).collect(),
            ..thread(1)
        };
        let mut fresh = with(6..=9);
        keep_older(&mut fresh, Some(&with(2..=7)));
        assert_eq!(seqs(&fresh), [2, 3, 4, 5, 6, 7, 8, 9]);
        let mut fresh = with(6..=9);
        keep_older(&mut fresh, Some(&with(2..=4)));
        assert_eq!(seqs(&fresh), [6, 7, 8, 9]);
        let mut fresh = with(6..=9);
        keep_older(&mut fresh, Some(&Thread { messages: vec![message(5)], ..thread(2) }));
        assert_eq!(seqs(&fresh), [6, 7, 8, 9]);
    }

    #[test]
    fn a_thread_is_loaded_for_a_message_that_it_lacks() {
        let id = thread(1).conversation.id;
        let mut shown = Thread { messages: (6..=9).map(message).collect(), ..thread(1) };
        shown.conversation.last_seq = 9;
        assert!(lacks(None, id, None) && lacks(Some(&thread(2)), id, None));
        assert!(!lacks(Some(&shown), id, None) && !lacks(Some(&shown), id, Some(7)));
        assert!(lacks(Some(&shown), id, Some(5)));
        shown.conversation.last_seq = 12;
        assert!(lacks(Some(&shown), id, None), "an earlier stretch is not the newest part");
        shown.append(&[message(12)]);
        assert_eq!(seqs(&shown), [6, 7, 8, 9], "what does not follow is not shown there");
        shown.append(&[message(9), message(10), message(11), message(12)]);
        assert!(!lacks(Some(&shown), id, None));
    }

    #[test]
    fn the_stream_starts_where_the_older_view_stands() {
        let (mut inbox, mut thread) = (inbox(), thread(1));
        inbox.as_of.position.id = 7;
        thread.as_of.position.id = 5;
        let board = Board::sum(&[], &[], Time(0), AsOf::at(at(3)));
        assert_eq!(start_of(&inbox, Some(&thread), None).id, 5);
        assert_eq!(start_of(&inbox, None, None).id, 7);
        assert_eq!(start_of(&inbox, Some(&thread), Some(&board)).id, 3);
    }
}
