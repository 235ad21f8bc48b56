//! What becomes of a table that is taken from elsewhere.

use serde::{Deserialize, Serialize};

/// What became of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    pub added: usize,
    /// There was such an entry, with other content.
    pub changed: usize,
    /// There was the same entry.
    pub same: usize,
    pub skipped: Vec<Skipped>,
}

impl Imported {
    /// The most that is read at once, in bytes: a request carries little more.
    pub const LARGEST: usize = 192 * 1024;
}

/// Something that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// The line where it began, or the row of a table, from 1.
    pub line: usize,
    pub why: String,
}
