//! The events of the last while, kept so that a snapshot which arrives late can be brought up to now.
//!
//! A snapshot is asked for, events go on, the answer comes. It may lack events that every other view already holds;
//! each of those is applied to it on arrival, and [`AsOf`] makes sure that none is applied twice.

use std::collections::VecDeque;

use crate::domain::{AsOf, Event, Inbox, Listing, Me, Page, Position, ReadMark, Thread};

/// An event as the stream brought it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub at: Position,
    pub event: Event,
    /// The reader's own mark in the conversation that changed.
    pub mark: Option<ReadMark>,
}

/// The snapshot is older than what is kept: it cannot be brought up to now and has to be asked for again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooOld;

/// The last events that the views hold, in order.
#[derive(Debug)]
pub struct Feed {
    /// Nothing up to here is kept, so a snapshot has to hold all of it.
    floor: Position,
    kept: VecDeque<Kept>,
}

impl Feed {
    const MOST: usize = 500;

    /// A feed that begins after a place.
    #[must_use]
    pub const fn starting_at(position: Position) -> Self {
        Self { floor: position, kept: VecDeque::new() }
    }

    /// The place of the newest event.
    #[must_use]
    pub fn position(&self) -> Position {
        self.kept.back().map_or(self.floor, |kept| kept.at)
    }

    /// Takes in events in their order, and returns those that are new.
    pub fn admit(&mut self, events: impl IntoIterator<Item = Kept>) -> impl Iterator<Item = &Kept> {
        let known = self.position();
        for kept in events {
            if kept.at > self.position() {
                self.kept.push_back(kept);
            }
        }
        let fresh = self.kept.partition_point(|kept| kept.at <= known);
        self.kept.range(fresh..)
    }

    /// Lets go of what is more than enough.
    pub fn trim(&mut self) {
        while self.kept.len() > Self::MOST {
            if let Some(dropped) = self.kept.pop_front() {
                self.floor = dropped.at;
            }
        }
    }

    /// Brings a thread up to now.
    ///
    /// # Errors
    /// If the snapshot is too old for that.
    pub fn bring_thread(&self, thread: &mut Thread, me: &Me) -> Result<(), TooOld> {
        self.reaches(&thread.as_of)?;
        for kept in &self.kept {
            thread.apply(kept.at, &kept.event, me);
        }
        Ok(())
    }

    /// Brings a page of a list up to now, by the reducer of the inbox that it is for. The page may come out with
    /// rows that the inbox already has.
    ///
    /// # Errors
    /// If the snapshot is too old for that.
    pub fn bring_page(&self, page: Page, listing: &Listing, inbox: &Inbox) -> Result<Page, TooOld> {
        self.reaches(&page.as_of)?;
        let Listing { queue, filter } = listing.clone();
        let Page { rows, next, as_of, now } = page;
        let mut view = Inbox { queue, filter, rows, next, as_of, now, ..inbox.clone() };
        for kept in &self.kept {
            view.apply(kept.at, &kept.event, kept.mark);
        }
        Ok(Page { rows: view.rows, next: view.next, as_of: view.as_of, now })
    }

    fn reaches(&self, as_of: &AsOf) -> Result<(), TooOld> {
        if self.floor <= as_of.position { Ok(()) } else { Err(TooOld) }
    }
}

#[cfg(test)]
mod tests;
