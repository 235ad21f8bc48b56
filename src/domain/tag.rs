//! Tags: what the team calls conversations, to find them again.

use serde::{Deserialize, Serialize};

use super::{Hue, TagId};

/// A tag that operators can put on conversations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    pub id: TagId,
    pub name: String,
    pub hue: Hue,
    /// It cannot be put on any more, and shows nowhere; what carries it goes on carrying it.
    pub archived: bool,
}

impl Tag {
    /// In characters.
    pub const LONGEST_NAME: usize = 40;
    /// Tags that one conversation may carry.
    pub const MOST: usize = 20;
}
