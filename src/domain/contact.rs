//! Contacts: the customers, and which of them are one person.
//!
//! Each way by which somebody writes may make a contact of its own. To say that two are one person links them and moves
//! nothing: each keeps its conversations, its addresses and its sessions, and so it can be taken back. What the team
//! sees of all of them together is a [`Person`].

mod about;
mod address;
mod group;
mod page;

use serde::{Deserialize, Serialize};

pub use self::{
    about::{About, Attribute, Block, ContactNote},
    address::{Address, Identity, IdentityKind, Shared},
    group::{ContactGroup, Person},
    page::{Candidate, ContactPage, MergedFrom, Timeline, TimelineEntry, Undo},
};

use super::{Channel, ContactId, ReplyRoute, Time};

/// A customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub id: ContactId,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub created_at: Time,
    /// Who they are too, if somebody said so: that contact's name and addresses stand for both. It is never merged
    /// itself.
    pub merged_into: Option<ContactId>,
}

impl Contact {
    /// The longest name, in characters.
    pub const LONGEST_NAME: usize = 120;

    /// How to mail them from a channel, if they have left an address.
    #[must_use]
    pub fn mail_route(&self, channel: &Channel) -> Option<ReplyRoute> {
        let peer = self.email.as_deref().filter(|email| !email.is_empty())?.to_lowercase();
        Some(ReplyRoute { ours: channel.address.clone(), peer })
    }

    /// What to call the customer: the name, else an address, else a made-up but stable visitor name.
    #[must_use]
    pub fn display_name(&self) -> String {
        [&self.name, &self.email, &self.phone]
            .into_iter()
            .flatten()
            .find(|text| !text.is_empty())
            .cloned()
            .unwrap_or_else(|| {
                // The end of a UUIDv7 is random, its start is the time.
                let digits = self.id.0.simple().to_string().to_ascii_uppercase();
                format!("Visitor {}", &digits[digits.len() - 4..])
            })
    }
}
