//! What a screen shows, read in one snapshot, with a permission check first.

pub mod inbox;
pub mod thread;
pub mod visitor;
