//! What a screen shows, read in one snapshot, with a permission check first.

pub mod api;
pub mod audit;
pub mod bots;
pub mod canned;
pub mod channels;
pub mod contacts;
pub mod dashboard;
pub mod faq;
pub mod filter;
pub mod inbox;
pub mod mail;
pub mod metrics;
pub mod notifications;
pub mod people;
pub mod search;
pub mod tags;
pub mod teams;
pub mod thread;
pub mod transcript;
pub mod visitor;
