//! The pages.

pub mod contacts;
pub mod inbox;
pub mod login;
pub mod not_found;
pub mod settings;
