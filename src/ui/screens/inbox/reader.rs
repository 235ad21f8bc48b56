//! Where the reader is in the log: what they have seen, and that nothing moves under their eyes.

use std::time::Duration;

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::entries::Day;
use crate::{
    domain::{ConversationId, Thread},
    ui::{
        browser,
        live::{Live, Pending},
    },
};

/// So close to the end counts as being there.
const NEAR_END: i32 = 80;
/// So close to the beginning, what is before it is loaded.
const NEAR_START: i32 = 400;
/// So much of the last message has to be in sight.
const IN_SIGHT: f64 = 8.0;
/// The sticky day line stands above what reading begins with.
const BELOW_DAY_LINE: i32 = 48;
/// So long after what was loaded has come, what comes is news again.
const QUIET: Duration = Duration::from_secs(1);

/// Where the reader is in the log.
#[derive(Clone, Copy)]
pub struct Reader {
    live: Live,
    id: Memo<Option<ConversationId>>,
    /// The message that was looked for, if it is loaded.
    sought: Memo<Option<i64>>,
    pub pane: NodeRef<html::Div>,
    /// Whether new messages may move what is on screen.
    pub at_end: RwSignal<bool>,
    /// More than a screen away from the end.
    pub far: RwSignal<bool>,
    /// The newest message that has been on screen.
    pub seen: RwSignal<i64>,
    /// What comes in now is loaded, not new: screen readers do not read it out.
    pub quiet: RwSignal<bool>,
    /// Height and place of the log as it last stood, before whatever comes next is drawn.
    stood: StoredValue<(i32, i32)>,
}

/// What decides how the log moves when it changes.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Shape {
    id: Option<ConversationId>,
    first: i64,
    sought: Option<i64>,
    /// How many messages are on their way out.
    pending: usize,
}

/// How the log moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Move {
    /// To where reading begins.
    ToStartOfReading,
    /// To the message that was looked for.
    ToMessage(i64),
    /// What is on screen stays there although more is above it.
    Keep,
    /// To the end, if the reader is there.
    Follow,
    /// To the end, wherever the reader is.
    ToEnd,
}

impl Move {
    fn between(before: Option<Shape>, now: Shape) -> Self {
        let known = before.filter(|before| before.id == now.id);
        if let Some(seq) = now.sought
            && known.and_then(|before| before.sought) != Some(seq)
        {
            return Self::ToMessage(seq);
        }
        match known {
            Some(before) => {
                if now.first < before.first {
                    Self::Keep
                } else if now.first > before.first || now.pending > before.pending {
                    // The newest part has taken an earlier one's place, or the reader has just written something.
                    Self::ToEnd
                } else {
                    Self::Follow
                }
            }
            None => Self::ToStartOfReading,
        }
    }
}

impl Reader {
    /// A reader of the open conversation.
    pub fn new(live: Live, id: Memo<Option<ConversationId>>, sought: Memo<Option<i64>>) -> Self {
        Self {
            live,
            id,
            sought,
            pane: NodeRef::new(),
            at_end: RwSignal::new(true),
            far: RwSignal::new(false),
            seen: RwSignal::new(0),
            quiet: RwSignal::new(true),
            stood: StoredValue::new((0, 0)),
        }
    }

    /// Keeps the reader's place whenever the log changes.
    pub fn follow(self, days: Memo<Vec<Day>>, pending: Memo<Vec<Pending>>) {
        Effect::new(move |before: Option<Shape>| {
            days.track();
            self.live.typing.track();
            let first = self.live.thread.with_untracked(|thread| {
                thread.as_ref().and_then(|thread| thread.messages.first()).map_or(0, |message| message.seq)
            });
            let (id, sought) = (self.id.get(), self.sought.get());
            let now = Shape { id, first, sought, pending: pending.with(Vec::len) };
            let how = Move::between(before, now);
            if before.is_none_or(|before| before.id != now.id) {
                let mark = self.live.thread.with_untracked(|t| t.as_ref().map_or(0, |t| t.mark.seq));
                self.seen.set(mark);
                self.at_end.set(!matches!(how, Move::ToMessage(_)));
                self.hush();
            }
            request_animation_frame(move || self.go(how));
            now
        });
        // A tab that comes to the front has its messages on screen.
        Effect::new(move |_| {
            for event in ["focus", "visibilitychange"] {
                let handle = window_event_listener_untyped(event, move |_| self.note_seen());
                on_cleanup(move || handle.remove());
            }
        });
    }

    /// Loads what is before the first message.
    pub fn load_older(self) {
        self.hush();
        self.live.older_messages();
    }

    /// Loads what is after the last message.
    pub fn load_newer(self) {
        self.hush();
        self.live.newer_messages();
    }

    /// Notes where the reader is now, and what they have seen there.
    pub fn look(self) {
        let Some(pane) = self.pane.get_untracked() else { return };
        let left = pane.scroll_height() - pane.scroll_top() - pane.client_height();
        let has_newer = self.live.thread.with_untracked(|t| t.as_ref().is_some_and(Thread::has_newer));
        set_if_changed(self.at_end, left < NEAR_END && !has_newer);
        set_if_changed(self.far, left > pane.client_height());
        self.stood.set_value((pane.scroll_height(), pane.scroll_top()));
        let has_older = self.live.thread.with_untracked(|t| t.as_ref().is_some_and(Thread::has_older));
        if has_older && pane.scroll_top() < NEAR_START && pane.client_height() > 0 {
            self.load_older();
        }
        if has_newer && left < NEAR_START && pane.client_height() > 0 {
            self.load_newer();
        }
        self.note_seen();
    }

    /// Goes to the newest message. The button that asked for it goes, so the log takes the focus.
    pub fn to_end(self) {
        self.go(Move::ToEnd);
        if let Some(pane) = self.pane.get_untracked() {
            // Without the focus it has scrolled all the same.
            let _ = pane.focus();
        }
    }

    /// Goes to a message, if it is loaded.
    pub fn to_message(self, seq: i64) {
        self.go(Move::ToMessage(seq));
    }

    fn go(self, how: Move) {
        let Some(pane) = self.pane.try_get_untracked().flatten() else { return };
        let end = pane.scroll_height();
        match how {
            Move::ToMessage(seq) => show_message(&pane, seq),
            Move::ToStartOfReading => pane.set_scroll_top(start_of_reading(&pane).unwrap_or(end)),
            Move::Keep => {
                let (height, top) = self.stood.get_value();
                pane.set_scroll_top(top + end - height);
            }
            Move::Follow if !self.at_end.get_untracked() => {}
            Move::Follow | Move::ToEnd => pane.set_scroll_top(end),
        }
        self.look();
    }

    /// The newest message that is in sight counts as seen, and all before it, if the tab is in front.
    fn note_seen(self) {
        let Some(pane) = self.pane.try_get_untracked().flatten().filter(|_| browser::is_visible()) else {
            return;
        };
        let bottom = pane.get_bounding_client_rect().bottom() - IN_SIGHT;
        let Ok(messages) = pane.query_selector_all("[data-testid=message]") else { return };
        let in_sight = (0..messages.length()).rev().find_map(|place| {
            let message: Element = messages.item(place)?.dyn_into().ok()?;
            let is_in_sight = message.get_bounding_client_rect().top() < bottom;
            is_in_sight.then(|| message.get_attribute("data-seq")?.parse::<i64>().ok()).flatten()
        });
        if let Some(seq) = in_sight {
            if seq > self.seen.get_untracked() {
                self.seen.set(seq);
            }
            self.live.seen(seq);
        }
    }

    /// What comes within the next moment is not read out.
    fn hush(self) {
        set_if_changed(self.quiet, true);
        set_timeout(
            move || {
                self.quiet.try_set(false);
            },
            QUIET,
        );
    }
}

/// Brings a message into the middle, and the focus to it.
fn show_message(pane: &HtmlElement, seq: i64) {
    let found = pane.query_selector(&format!("[data-seq='{seq}']")).ok().flatten();
    let Some(message) = found.and_then(|message| message.dyn_into::<HtmlElement>().ok()) else { return };
    let (there, here) = (message.get_bounding_client_rect(), pane.get_bounding_client_rect());
    let room = (here.height() - there.height()).max(0.0) / 2.0;
    #[expect(clippy::cast_possible_truncation, reason = "pixels")]
    let above = (there.top() - here.top() - room) as i32;
    pane.set_scroll_top(pane.scroll_top() + above);
    // Without the focus it is marked all the same.
    let _ = message.focus();
}

/// Where the first unread message begins. None: everything is read.
fn start_of_reading(pane: &HtmlElement) -> Option<i32> {
    let line = pane.query_selector(".across--unread").ok().flatten()?;
    let above = line.get_bounding_client_rect().top() - pane.get_bounding_client_rect().top();
    #[expect(clippy::cast_possible_truncation, reason = "pixels")]
    let above = above as i32;
    Some(pane.scroll_top() + above - BELOW_DAY_LINE)
}

fn set_if_changed(signal: RwSignal<bool>, value: bool) {
    if signal.get_untracked() != value {
        signal.set(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn the_log_moves_only_for_what_the_reader_did() {
        let id = |number| Some(ConversationId(Uuid::from_u128(number)));
        let shape = |number, first, pending| Shape { id: id(number), first, sought: None, pending };
        let here = shape(1, 51, 0);
        assert_eq!(Move::between(None, here), Move::ToStartOfReading);
        assert_eq!(Move::between(Some(here), shape(2, 1, 0)), Move::ToStartOfReading);
        assert_eq!(Move::between(Some(here), shape(1, 1, 0)), Move::Keep);
        assert_eq!(Move::between(Some(here), shape(1, 51, 1)), Move::ToEnd);
        assert_eq!(Move::between(Some(shape(1, 51, 1)), here), Move::Follow);
        assert_eq!(Move::between(Some(here), here), Move::Follow);
        assert_eq!(Move::between(Some(shape(1, 1, 0)), here), Move::ToEnd, "from an earlier stretch");
        let sought = |seq| Shape { sought: Some(seq), ..shape(1, 1, 0) };
        assert_eq!(Move::between(None, sought(7)), Move::ToMessage(7));
        assert_eq!(Move::between(Some(here), sought(7)), Move::ToMessage(7));
        assert_eq!(Move::between(Some(sought(7)), sought(7)), Move::Follow);
        assert_eq!(Move::between(Some(sought(7)), sought(9)), Move::ToMessage(9));
        assert_eq!(Move::between(Some(sought(7)), shape(1, 1, 0)), Move::Follow);
    }
}
