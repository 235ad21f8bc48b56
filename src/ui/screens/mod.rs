//! The pages.

pub mod inbox;
pub mod login;
pub mod not_found;
pub mod settings;
