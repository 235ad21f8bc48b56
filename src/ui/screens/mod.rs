//! The pages.

mod beside;
pub mod canned;
pub mod contacts;
pub mod dashboard;
mod imported;
pub mod inbox;
pub mod login;
pub mod not_found;
mod palette;
pub mod rare;
pub mod search;
pub mod settings;
pub mod teams;
