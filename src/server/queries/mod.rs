//! What a screen shows, read in one snapshot, with a permission check first.

pub mod api;
pub mod bots;
pub mod canned;
pub mod channels;
pub mod contacts;
pub mod faq;
pub mod inbox;
pub mod mail;
pub mod notifications;
pub mod search;
pub mod teams;
pub mod thread;
pub mod visitor;
