//! The search over everything that was said, and over everybody who said it.
//!
//! An entry is written with what it is about, in the same transaction. Its words are folded here ([`words`]) and given to
//! the database as they are: FTS5 in SQLite, a `tsvector` in PostgreSQL. Beside its words an entry has marks, which no
//! text has: what it is, from whom, through which channel. What can change later, as a conversation's status and who may
//! see it, is looked at when something is found.

mod backlog;
mod entries;
mod matching;
pub mod messages;
pub mod persons;
mod words;

pub use self::{
    backlog::fill,
    entries::{Stretch, first_key, list, time_of},
    matching::Clause,
    words::{Word, words},
};
