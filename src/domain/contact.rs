//! Contacts: the customers.

use serde::{Deserialize, Serialize};

use super::{Channel, ContactId, ReplyRoute, Time, channel::words};

words! {
    /// The kinds of addresses that are proven to be a contact's.
    pub enum IdentityKind {
        Email = "email",
        Phone = "phone",
        BotUser = "bot_user",
    }
}

/// A customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub id: ContactId,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub created_at: Time,
    /// Who they are too, if somebody said so: that contact's name and addresses stand for both.
    pub merged_into: Option<ContactId>,
}

impl Contact {
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
                let digits = self.id.0.simple().to_string().to_uppercase();
                format!("Visitor {}", &digits[digits.len() - 4..])
            })
    }
}
