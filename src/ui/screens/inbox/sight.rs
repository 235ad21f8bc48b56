//! Which rows of the list are in sight, and that nothing moves under the eyes of who reads them.

use std::{cmp::Ordering, ops::Range};

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::frame::Desk;
use crate::{
    domain::{Inbox, Listing, PAGE_ROWS, PageKey},
    ui::live::Live,
};

/// Rows that are kept above and below those in sight.
const AROUND: usize = 8;
/// As high a row is taken to be where there is none to measure.
const USUAL_HEIGHT: f64 = 72.0;

/// What of the list is in sight.
#[derive(Clone, Copy)]
pub struct Sight {
    live: Live,
    /// The places of all rows in the queue's order.
    places: Memo<Vec<PageKey>>,
    pub pane: NodeRef<html::Div>,
    pub rows: NodeRef<html::Ol>,
    /// Which rows are in the page: those in sight, and some around them.
    pub window: RwSignal<Range<usize>>,
    /// How many rows are above what is in sight.
    above: RwSignal<usize>,
    stood: StoredValue<Stood>,
}

/// How the list last stood.
#[derive(Debug, Default)]
struct Stood {
    listing: Option<Listing>,
    places: Vec<PageKey>,
    /// The first place when the reader was last there.
    top: Option<PageKey>,
}

impl Stood {
    /// Takes in how the list stands now. How many rows have come above what is in sight; less than none: have gone.
    fn turn(&mut self, listing: &Listing, now: &[PageKey], above: usize) -> isize {
        if self.listing.as_ref() != Some(listing) {
            *self = Self { listing: Some(listing.clone()), places: now.to_vec(), top: None };
            return 0;
        }
        if self.places == now {
            return 0;
        }
        let before = std::mem::replace(&mut self.places, now.to_vec());
        pushed(&before, now, above)
    }

    /// How many conversations with something unread have come above what is in sight.
    fn news(&self, inbox: &Inbox, above: usize) -> usize {
        let is_here = self.listing.as_ref() == Some(&inbox.listing());
        let Some(top) = self.top.filter(|_| is_here) else { return 0 };
        let before_top = inbox
            .rows
            .iter()
            .take(above)
            .take_while(|row| row.key(inbox.queue).compare(&top, inbox.queue) == Ordering::Less);
        before_top.filter(|row| row.unread(&inbox.me) > 0).count()
    }
}

/// How far down the first row in sight has been pushed by others. A row that has moved by itself has another place in
/// the order: it is none to hold on to.
fn pushed(before: &[PageKey], now: &[PageKey], above: usize) -> isize {
    let mut in_sight = before.iter().enumerate().skip(above).take(PAGE_ROWS);
    let moved = in_sight.find_map(|(was, place)| {
        let is = now.iter().position(|other| other == place)?;
        Some(is.cast_signed() - was.cast_signed())
    });
    moved.unwrap_or(0)
}

/// How many whole rows of a height are in so many pixels.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pixels divided by pixels, both positive"
)]
fn rows_in(pixels: f64, row: f64) -> usize {
    (pixels.max(0.0) / row.max(1.0)) as usize
}

/// How many pixels so many rows take.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "pixels of a list")]
fn pixels_of(rows: isize, row: f64) -> i32 {
    (rows as f64 * row) as i32
}

/// Which rows exist, of `count` of a height, in a pane that is scrolled.
fn window_of(scrolled: f64, height: f64, row: f64, count: usize) -> Range<usize> {
    let first = rows_in(scrolled, row).saturating_sub(AROUND);
    let last = (rows_in(scrolled + height, row) + 1 + AROUND).min(count);
    first.min(last)..last
}

impl Sight {
    /// What is in sight of the list that is shown.
    pub fn new(live: Live) -> Self {
        let places = Memo::new(move |_| {
            live.inbox
                .with(|inbox| inbox.rows.iter().map(|row| row.key(inbox.queue)).collect::<Vec<PageKey>>())
        });
        Self {
            live,
            places,
            pane: NodeRef::new(),
            rows: NodeRef::new(),
            window: RwSignal::new(0..PAGE_ROWS),
            above: RwSignal::new(0),
            stood: StoredValue::new(Stood::default()),
        }
    }

    /// Follows the list as it changes, and the address.
    pub fn follow(self, desk: Desk) {
        // After the first paint, and whenever rows come, go or move.
        Effect::new(move |_| {
            self.places.track();
            request_animation_frame(move || self.look());
        });
        Effect::new(move |_| {
            let Some(list) = self.rows.get() else { return };
            let (window, total) = (self.window.get(), self.places.with(Vec::len));
            let before = window.start.min(total);
            let after = total.saturating_sub(window.end);
            for (name, value) in [("--rows-before", before), ("--rows-after", after)] {
                // A browser that has no custom properties shows the rows without the space around them.
                let _ = HtmlElement::style(&list).set_property(name, &value.to_string());
            }
        });
        let listing = Memo::new(move |_| self.live.inbox.with(Inbox::listing));
        Effect::new(move |before: Option<Listing>| {
            let now = listing.get();
            if before.as_ref().is_some_and(|before| *before != now)
                && let Some(pane) = self.pane.get_untracked()
            {
                pane.set_scroll_top(0);
            }
            now
        });
        self.keep_selected(desk);
    }

    /// Notes what is in sight, once it is where it was.
    pub fn look(self) {
        let Some(pane) = self.pane.try_get_untracked().flatten() else { return };
        let row = self.row_height();
        self.hold(&pane, row);
        let (scrolled, height) = (f64::from(pane.scroll_top()), f64::from(pane.client_height()));
        let total = self.places.with_untracked(Vec::len);
        let next = window_of(scrolled, height, row, total);
        if next.end + AROUND >= total {
            self.live.more_rows();
        }
        if self.window.with_untracked(|now| *now != next) {
            self.window.set(next);
        }
        let above = rows_in(scrolled, row);
        if above == 0 {
            self.stood.update_value(|stood| stood.top = stood.places.first().copied());
        }
        if self.above.get_untracked() != above {
            self.above.set(above);
        }
    }

    /// How many conversations with something unread have come above what is in sight, since the reader was there.
    pub fn news(self) -> Memo<usize> {
        Memo::new(move |_| {
            let above = self.above.get();
            self.live.inbox.with(|inbox| self.stood.with_value(|stood| stood.news(inbox, above)))
        })
    }

    /// Goes to the first row. The button that asked for it goes, so the row takes the focus.
    pub fn to_top(self) {
        let Some(pane) = self.pane.get_untracked() else { return };
        pane.set_scroll_top(0);
        self.look();
        request_animation_frame(move || {
            let rows = self.rows.try_get_untracked().flatten();
            let first = rows.and_then(|rows| rows.query_selector(".row__name").ok().flatten());
            if let Some(link) = first.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
                // Without the focus it has scrolled all the same.
                let _ = link.focus();
            }
        });
    }

    /// What is in sight stays where it is although rows have come or gone above it. At the beginning there is nothing
    /// above: what comes is seen.
    fn hold(self, pane: &HtmlElement, row: f64) {
        let top = pane.scroll_top();
        let above = rows_in(f64::from(top), row);
        let listing = self.live.inbox.with_untracked(Inbox::listing);
        let moved = self.places.with_untracked(|now| {
            self.stood.try_update_value(|stood| stood.turn(&listing, now, above)).unwrap_or(0)
        });
        if moved != 0 && top > 0 {
            pane.set_scroll_top(top + pixels_of(moved, row));
        }
    }

    /// Moving by the keyboard must not lead out of sight.
    fn keep_selected(self, desk: Desk) {
        Effect::new(move |_| {
            let Some(selected) = desk.place.get().conversation else { return };
            let Some(place) =
                self.places.with_untracked(|places| places.iter().position(|place| place.id == selected))
            else {
                return;
            };
            let Some(pane) = self.pane.get_untracked() else { return };
            let row = self.row_height();
            self.hold(&pane, row);
            let (top, bottom) =
                (pixels_of(place.cast_signed(), row), pixels_of(place.cast_signed() + 1, row));
            if top < pane.scroll_top() {
                pane.set_scroll_top(top);
            } else if bottom > pane.scroll_top() + pane.client_height() {
                pane.set_scroll_top(bottom - pane.client_height());
            }
        });
    }

    fn row_height(self) -> f64 {
        let rows = self.rows.try_get_untracked().flatten();
        let row = rows.and_then(|rows| rows.query_selector(".row").ok().flatten());
        row.map_or(USUAL_HEIGHT, |row| row.get_bounding_client_rect().height())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{Queue, Row, Time},
        ui::live::samples::{conversation, inbox},
    };

    /// The place in the queue of all of conversation `n`, last active at a time.
    fn place(n: u128, at: i64) -> PageKey {
        PageKey::of(&conversation(n, Time(at)), Queue::All)
    }

    #[test]
    fn rows_are_pushed_by_others_and_not_by_themselves() {
        let before = [place(5, 5), place(4, 4), place(3, 3), place(2, 2), place(1, 1)];
        let come = [&[place(6, 6)][..], &before[..]].concat();
        assert_eq!(pushed(&before, &come, 2), 1);
        assert_eq!(pushed(&before, &before[1..], 2), -1, "the first has gone");
        let from_below = [place(1, 6), place(5, 5), place(4, 4), place(3, 3), place(2, 2)];
        assert_eq!(pushed(&before, &from_below, 2), 1);
        let from_sight = [place(3, 6), place(5, 5), place(4, 4), place(2, 2), place(1, 1)];
        assert_eq!(pushed(&before, &from_sight, 2), 0, "the row in sight went up, the next is where it was");
        assert_eq!(pushed(&before, &[place(9, 9)], 2), 0, "nothing is left to hold on to");
    }

    #[test]
    fn another_queue_is_another_list() {
        let mut stood = Stood::default();
        let (few, more) = ([place(1, 1)], [place(2, 2), place(1, 1)]);
        let (all, mine) = (Listing::default(), Listing::from(Queue::Mine));
        assert_eq!(stood.turn(&all, &few, 0), 0);
        stood.top = Some(few[0]);
        assert_eq!(stood.turn(&all, &more, 0), 1);
        assert_eq!(stood.turn(&all, &more, 0), 0);
        assert_eq!(stood.turn(&mine, &few, 0), 0);
        assert_eq!(stood.top, None);
    }

    #[test]
    fn news_is_what_is_unread_above_since_the_reader_was_there() {
        let row = |n, customer_messages| {
            let mut conversation = conversation(n, Time(i64::try_from(n).expect("small")));
            conversation.customer_messages = customer_messages;
            Row { conversation, mark: None }
        };
        let rows = vec![row(6, 1), row(5, 0), row(4, 2), row(3, 1), row(2, 1)];
        let inbox = Inbox { rows, ..inbox() };
        let stood = Stood { listing: Some(Listing::default()), top: Some(place(3, 3)), places: Vec::new() };
        assert_eq!(stood.news(&inbox, 4), 2);
        assert_eq!(stood.news(&inbox, 1), 1, "only what is out of sight");
        assert_eq!(stood.news(&inbox, 0), 0);
        assert_eq!(stood.news(&Inbox { queue: Queue::Mine, ..inbox }, 4), 0, "of another list");
    }

    #[test]
    fn the_window_is_what_is_in_sight_and_some_around() {
        assert_eq!(window_of(0.0, 720.0, 72.0, 1_000), 0..19);
        assert_eq!(window_of(7_200.0, 720.0, 72.0, 1_000), 92..119);
        assert_eq!(window_of(0.0, 720.0, 72.0, 3), 0..3);
        assert_eq!(
            window_of(72_000.0, 720.0, 72.0, 10),
            10..10,
            "the list has shrunk below the scrolled place"
        );
        assert_eq!(window_of(-5.0, 720.0, 0.0, 0), 0..0);
    }
}
