//! Email: one adapter for each provider, and what they share.
//!
//! Reading: [`parse`] makes a [`Mail`](parse::Mail) of a message as it came; [`classify`] tells people from machines
//! and reads bounces; `threading` finds the conversation; [`quote`] says what to fold away; `sanitise` makes HTML safe
//! to show; `verdict` says whether the sender is who it says; `inbound` puts it all together. Writing: `compose` builds
//! a message, [`dkim`] signs it and `smtp` hands it over. Mails come by a provider's hook, or they are fetched by
//! [`imap`] or taken by [`receiver`].
//!
//! Everything that comes in was written by strangers. Nothing here panics, recurses by their depth or takes time by
//! the square of their length.

pub mod classify;
pub mod credentials;
pub mod dkim;
pub mod imap;
pub mod parse;
pub mod quote;
pub mod receiver;

mod adapter;
mod addresses;
mod compose;
mod content;
mod dsn;
mod fold_html;
mod form;
mod html;
mod inbound;
mod key;
mod machine_words;
mod made;
mod mailgun;
mod mime;
mod names;
mod outbound;
mod postmark;
mod quote_words;
mod raw;
mod reports;
mod sanitise;
mod smtp;
mod text;
mod threading;
mod tls;
mod transfer;
mod verdict;

#[cfg(test)]
mod tests;

/// The most bytes that a mail may have to be taken, whichever way it comes: files of 25 MiB, as most providers allow
/// them, in base64. Of more than [`Mail::SIZE`](parse::Mail::SIZE) the end is kept and not read.
pub const LARGEST_MAIL: usize = 36 * 1024 * 1024;

/// The most bytes that any provider's request may have that brings one: in Postmark's all files stand once more, by
/// themselves.
pub const LARGEST_HOOK: usize = 2 * LARGEST_MAIL;

pub use addresses::is_address_of;
pub use compose::{html_of, without_reply_prefixes};
pub use key::key_of;
pub use made::{mailgun, postmark, raw};
pub use names::file_name;
pub use sanitise::show_images;
pub use threading::message_id;
