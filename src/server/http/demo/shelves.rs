//! What people hold in the demo: texts on phones, mails in mailboxes. In memory and bounded.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Something that lies on a shelf.
pub trait Thing: Clone {
    /// When it came or changed, as [`Shelves::next_change`] said then.
    fn changed(&self) -> i64;
    /// In bytes, about.
    fn size(&self) -> usize;
}

/// A shelf for everybody, by number or address.
#[derive(Debug)]
pub struct Shared<T>(Mutex<Shelves<T>>);

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self(Mutex::new(Shelves { shelves: BTreeMap::new(), last_change: 0 }))
    }
}

impl<T: Thing> Shared<T> {
    /// What lies on somebody's shelf and came or changed after then, oldest first.
    pub fn list(&self, whose: &str, after: i64) -> Vec<T> {
        self.lock().of(whose).filter(|thing| thing.changed() > after).cloned().collect()
    }

    pub fn lock(&self) -> MutexGuard<'_, Shelves<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
pub struct Shelves<T> {
    shelves: BTreeMap<String, VecDeque<T>>,
    last_change: i64,
}

impl<T: Thing> Shelves<T> {
    const MOST_SHELVES: usize = 100;
    /// On one shelf.
    const MOST_THINGS: usize = 200;
    /// On all together.
    const MOST_BYTES: usize = 256 * 1024 * 1024;

    /// What lies on somebody's shelf, oldest first.
    pub fn of(&self, whose: &str) -> impl Iterator<Item = &T> {
        self.shelves.get(whose).into_iter().flatten()
    }

    pub fn of_mut(&mut self, whose: &str) -> impl Iterator<Item = &mut T> {
        self.shelves.get_mut(whose).into_iter().flatten()
    }

    /// Everybody's.
    pub fn all(&self) -> impl Iterator<Item = &T> {
        self.shelves.values().flatten()
    }

    /// The clock's milliseconds, so that it goes on after a restart; a little more where two changes share one.
    pub fn next_change(&mut self, now: i64) -> i64 {
        self.last_change = now.max(self.last_change + 1);
        self.last_change
    }

    /// Puts something on somebody's shelf. What has lain for the longest makes room.
    pub fn put(&mut self, whose: &str, thing: T) {
        self.make_room_for(whose);
        let shelf = self.shelves.entry(whose.to_owned()).or_default();
        if shelf.len() >= Self::MOST_THINGS {
            shelf.pop_front();
        }
        shelf.push_back(thing);
        while self.all().map(T::size).sum::<usize>() > Self::MOST_BYTES {
            self.drop_oldest();
        }
    }

    /// The shelf that has been left alone for the longest goes before one too many comes.
    fn make_room_for(&mut self, whose: &str) {
        if self.shelves.contains_key(whose) || self.shelves.len() < Self::MOST_SHELVES {
            return;
        }
        let quietest = self.shelves.iter().min_by_key(|(_, shelf)| shelf.back().map(T::changed));
        if let Some(quietest) = quietest.map(|(whose, _)| whose.clone()) {
            self.shelves.remove(&quietest);
        }
    }

    fn drop_oldest(&mut self) {
        let filled = self.shelves.values_mut().filter(|shelf| !shelf.is_empty());
        if let Some(shelf) = filled.min_by_key(|shelf| shelf.front().map(T::changed)) {
            shelf.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, PartialEq, Eq)]
    struct Parcel {
        changed: i64,
        size: usize,
    }

    impl Thing for Parcel {
        fn changed(&self) -> i64 {
            self.changed
        }

        fn size(&self) -> usize {
            self.size
        }
    }

    fn put(shared: &Shared<Parcel>, whose: &str, size: usize) -> i64 {
        let mut shelves = shared.lock();
        let changed = shelves.next_change(1_000);
        shelves.put(whose, Parcel { changed, size });
        changed
    }

    #[test]
    fn changes_are_told_once() {
        let shared = Shared::default();
        let (first, second) = (put(&shared, "ann", 1), put(&shared, "ann", 1));
        assert!(first < second, "at the same time by the clock");
        assert_eq!(shared.list("ann", first), [Parcel { changed: second, size: 1 }]);
        assert!(shared.list("ann", second).is_empty() && shared.list("ben", 0).is_empty());
        assert_eq!(shared.lock().next_change(0), second + 1, "never back, whatever the clock says");
    }

    #[test]
    fn the_oldest_thing_and_the_quietest_shelf_make_room() {
        let shared = Shared::default();
        let first = put(&shared, "ann", 1);
        for _ in 0..Shelves::<Parcel>::MOST_THINGS {
            put(&shared, "ann", 1);
        }
        let things = shared.list("ann", 0);
        assert_eq!(things.len(), Shelves::<Parcel>::MOST_THINGS);
        assert_eq!(things[0].changed, first + 1);
        for number in 0..Shelves::<Parcel>::MOST_SHELVES {
            put(&shared, &format!("ben {number}"), 1);
        }
        assert!(shared.list("ann", 0).is_empty());
        assert_eq!(shared.list("ben 0", 0).len(), 1);
    }

    #[test]
    fn what_is_oldest_of_all_makes_room_for_bytes() {
        let shared = Shared::default();
        let most = Shelves::<Parcel>::MOST_BYTES;
        let oldest = put(&shared, "ann", most / 2);
        put(&shared, "ben", most / 2);
        assert_eq!(shared.lock().all().count(), 2, "so much there may be");
        let third = put(&shared, "ann", 1);
        assert_eq!(shared.list("ann", 0), [Parcel { changed: third, size: 1 }], "{oldest} has gone");
        assert_eq!(shared.list("ben", 0).len(), 1);
        put(&shared, "ann", most + 1);
        assert_eq!(shared.lock().all().count(), 0, "what is too large for all shelves finds no place");
    }
}
