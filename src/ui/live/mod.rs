//! What the inbox shows, kept true.
//!
//! [`Live`] holds the snapshots that a page was rendered with and keeps them true by the stream of events, through the
//! reducers of `domain`. The parts, each with its rules as plain functions or a plain machine and then what it does to
//! the signals:
//!
//! | part | what it does |
//! | --- | --- |
//! | `link`, `seat` | the one stream of this browser, shared by its tabs |
//! | `apply`, `feed` | takes in what the stream brings; brings late snapshots up to now |
//! | `place` | where the operator is; loads what is not there yet |
//! | `sending`, `outbox` | what is on its way out |
//! | `uploading`, `files` | files that go with what is being written |
//! | `answering` | which message is being answered |
//! | `canned` | the responses that one can insert, and what a reply would say |
//! | `acts` | claim, resolve and the like |
//! | `standing` | whether this operator takes work |
//! | `bulk` | what is done to several conversations at once, and taking that back |
//! | `views` | saved lists, and what of a list changes with time alone |
//! | `reading`, `typing`, `draft` | what has been seen, who writes, what is not sent yet |
//! | `looking` | who else has the open conversation on screen |

mod acts;
mod answering;
mod apply;
mod backoff;
mod bulk;
mod canned;
mod draft;
mod feed;
mod files;
mod link;
mod looking;
mod notices;
mod outbox;
mod place;
mod reading;
mod ring;
#[cfg(test)]
pub(super) mod samples;
mod seat;
mod sending;
mod standing;
mod typing;
mod uploading;
mod views;

use std::{collections::BTreeMap, time::Duration};

use leptos::{prelude::*, reactive::send_wrapper_ext::SendOption, task::spawn_local};
use serde::{Deserialize, Serialize};

pub use acts::{Act, Moved, Undo};
pub use backoff::Backoff;
pub use bulk::{Done, Undoing};
pub use canned::{Previewed, Wanted};
pub use draft::DraftState;
pub use files::{Attached, Hold, UploadState};
pub use outbox::{Conflicted, Pending, PendingState, Returned, Unfilled};
pub use place::load_stretch;
pub use ring::Rings;
pub use typing::TypingMark;

use crate::{
    domain::{Answered, AppError, Board, CannedList, ConversationId, Inbox, Thread, ViewId},
    routes,
    ui::browser,
};
use canned::Inserted;
use draft::Drafts;
use feed::Feed;
use link::Link;
use looking::Looks;
use place::{Place, UnderWay};
use reading::Reading;
use typing::{Pinger, Renewals};
use uploading::Held;

/// Whether what is on screen is kept true by the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Connection {
    /// For the first time, or for a moment after a break.
    Connecting,
    Online,
    Offline,
}

/// What the inbox shows. A handle to signals that live as long as the screen.
#[derive(Clone, Copy)]
pub struct Live {
    pub inbox: RwSignal<Inbox>,
    pub thread: RwSignal<Option<Thread>>,
    /// How much work there is, where that is shown.
    pub board: RwSignal<Option<Board>>,
    pub connection: RwSignal<Connection>,
    /// Who writes, in all conversations; each mark ends by itself.
    pub typing: RwSignal<Vec<TypingMark>>,
    /// Who has which conversation on screen, beside this operator; each mark ends by itself.
    looks: RwSignal<Looks>,
    /// What is on its way out, in all conversations, in the order of writing.
    pub pending: RwSignal<Vec<Pending>>,
    /// Files in the composers of all conversations, in the order in which they were attached.
    pub files: RwSignal<Vec<Attached>>,
    /// The message that each composer's text answers, where one was chosen.
    pub answering: RwSignal<BTreeMap<ConversationId, Box<Answered>>>,
    pub conflict: RwSignal<Option<Conflicted>>,
    pub unfilled: RwSignal<Option<Unfilled>>,
    /// The responses that one can insert, as they were when they were last asked for.
    pub canned: RwSignal<Option<CannedList>>,
    /// What a reply would say, as it was last asked.
    pub preview: RwSignal<Option<Previewed>>,
    /// The last action that failed, until whoever shows it takes it away.
    pub error: RwSignal<Option<AppError>>,
    /// What was just done and can be taken back, until whoever shows it takes it away.
    pub undo: RwSignal<Option<Undo>>,
    /// The mail that was just moved, until whoever shows it takes it away.
    pub moved: RwSignal<Option<Moved>>,
    /// What was just done to several conversations or to a view, until whoever shows it takes it away.
    pub done: RwSignal<Option<Done>>,
    /// Whether something is being done to several conversations.
    pub is_handling: RwSignal<bool>,
    /// How many stand in each view, as far as it has been counted; see [`crate::domain::View::COUNTED`].
    pub view_counts: RwSignal<BTreeMap<ViewId, usize>>,
    pub draft_state: RwSignal<DraftState>,
    /// Where a notification on the desktop leads that was clicked, until whoever goes there takes it away.
    pub called_to: RwSignal<Option<String>>,
    place: StoredValue<Place>,
    under_way: StoredValue<UnderWay>,
    feed: StoredValue<Feed>,
    reading: StoredValue<Reading>,
    drafts: StoredValue<Drafts>,
    inserted: StoredValue<Inserted>,
    pinger: StoredValue<Pinger>,
    renewals: StoredValue<Renewals>,
    /// Whether the views are about to be counted.
    counting: StoredValue<bool>,
    /// None until there is a file: what a browser holds cannot leave its thread, and this may.
    held: StoredValue<SendOption<Held>>,
}

impl Live {
    /// From the snapshots that the page was rendered with.
    #[must_use]
    pub fn new(inbox: Inbox, thread: Option<Thread>) -> Self {
        let conversation = thread.as_ref().map(|thread| thread.conversation.id);
        let place = Place { listing: inbox.listing(), conversation, message: None };
        let start = place::start_of(&inbox, thread.as_ref(), None);
        Self {
            inbox: RwSignal::new(inbox),
            thread: RwSignal::new(thread),
            board: RwSignal::new(None),
            connection: RwSignal::new(Connection::Connecting),
            typing: RwSignal::new(Vec::new()),
            looks: RwSignal::new(Looks::default()),
            pending: RwSignal::new(Vec::new()),
            files: RwSignal::new(Vec::new()),
            answering: RwSignal::new(BTreeMap::new()),
            conflict: RwSignal::new(None),
            unfilled: RwSignal::new(None),
            canned: RwSignal::new(None),
            preview: RwSignal::new(None),
            error: RwSignal::new(None),
            undo: RwSignal::new(None),
            moved: RwSignal::new(None),
            done: RwSignal::new(None),
            is_handling: RwSignal::new(false),
            view_counts: RwSignal::new(BTreeMap::new()),
            draft_state: RwSignal::new(DraftState::Idle),
            called_to: RwSignal::new(None),
            place: StoredValue::new(place),
            under_way: StoredValue::new(UnderWay::default()),
            feed: StoredValue::new(Feed::starting_at(start)),
            reading: StoredValue::new(Reading::default()),
            drafts: StoredValue::new(Drafts::default()),
            inserted: StoredValue::new(Inserted::default()),
            pinger: StoredValue::new(Pinger::default()),
            renewals: StoredValue::new(Renewals::default()),
            counting: StoredValue::new(false),
            held: StoredValue::new(SendOption::new_local(None)),
        }
    }

    /// The same with how much work there is.
    #[must_use]
    pub fn with_board(inbox: Inbox, board: Board) -> Self {
        let start = place::start_of(&inbox, None, Some(&board));
        let live = Self::new(inbox, None);
        live.feed.set_value(Feed::starting_at(start));
        live.board.set(Some(board));
        live
    }

    /// Opens the stream once the page is hydrated, and keeps it until the screen goes. Effects do not run on the
    /// server, so there nothing happens.
    pub fn start(self) {
        Effect::new(move |_| {
            self.restore_outbox();
            self.count_views();
            self.watch_time();
            Link::open(self);
            self.watch_idleness();
            self.tell_looking();
        });
    }

    /// The conversation on screen.
    #[must_use]
    pub fn open_id(self) -> Option<ConversationId> {
        self.thread.with_untracked(|thread| thread.as_ref().map(|thread| thread.conversation.id))
    }

    /// Asks the server, and goes on with the answer if the screen is still there. Whoever is not signed in any more
    /// goes to sign in, and comes back here.
    fn ask<T: 'static>(
        self,
        request: impl Future<Output = Result<T, AppError>> + 'static,
        then: impl FnOnce(Self, Result<T, AppError>) + 'static,
    ) {
        spawn_local(async move {
            let answer = request.await;
            if self.is_gone() {
                return;
            }
            match answer {
                Err(AppError::Unauthenticated) => browser::leave_for(routes::LOGIN),
                answer => then(self, answer),
            }
        });
    }

    /// Goes on after a while if the screen is still there.
    fn later(self, wait: Duration, then: impl FnOnce(Self) + 'static) {
        set_timeout(
            move || {
                if !self.is_gone() {
                    then(self);
                }
            },
            wait,
        );
    }

    fn is_gone(self) -> bool {
        self.inbox.is_disposed()
    }

    /// Whether something was just done, or did not work, that its operator is told of.
    #[must_use]
    pub fn has_something_to_tell(self) -> bool {
        self.error.with(Option::is_some)
            || self.undo.with(Option::is_some)
            || self.moved.with(Option::is_some)
            || self.done.with(Option::is_some)
    }

    /// An action has failed: its operator is told.
    fn fail(self, error: AppError) {
        self.error.set(Some(error));
    }
}
