//! Addresses: proven to be somebody's, or only typed.

use serde::{Deserialize, Serialize};

use crate::domain::{ChannelKind, ContactId, Time, channel::words};

words! {
    /// The kinds of addresses that are proven to be a contact's.
    pub enum IdentityKind {
        Email = "email",
        Phone = "phone",
        BotUser = "bot_user",
    }
}

impl IdentityKind {
    /// The kind of channel by which one writes to such an address.
    #[must_use]
    pub const fn channel(self) -> ChannelKind {
        match self {
            Self::Email => ChannelKind::Email,
            Self::Phone => ChannelKind::Sms,
            Self::BotUser => ChannelKind::Chatbot,
        }
    }

    /// Its name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Email => "Email",
            Self::Phone => "Phone",
            Self::BotUser => "AI chatbot",
        }
    }
}

/// An address that is proven to be a contact's: they have written by it, or an operator vouches for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    pub kind: IdentityKind,
    /// In the one form in which such addresses are compared.
    pub address: String,
    pub contact_id: ContactId,
    pub since: Time,
}

/// An address as it stands on somebody's page.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Address {
    pub kind: IdentityKind,
    pub address: String,
    /// Since when it is proven to be theirs. None: somebody typed it, and it may be another's.
    pub since: Option<Time>,
}

impl Address {
    /// Whether both are the same address, proven or not.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.kind == other.kind && self.address == other.address
    }
}

/// An address that two persons have given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    pub kind: IdentityKind,
    pub address: String,
    /// Whether it is proven to be the person's whose page it is.
    pub proven_here: bool,
    /// Whether it is proven to be the other's. At most one of the two can have proven it.
    pub proven_there: bool,
}

impl Shared {
    /// What is the same, and how far it is to be trusted.
    #[must_use]
    pub fn sentence(&self) -> String {
        let trust = match (self.proven_here, self.proven_there) {
            (true, _) => "proven here, only typed there",
            (false, true) => "only typed here, proven there",
            (false, false) => "typed by both, proven by neither",
        };
        let what = match self.kind {
            IdentityKind::Email => "email",
            IdentityKind::Phone => "phone number",
            IdentityKind::BotUser => "chatbot account",
        };
        format!("Same {what} {}: {trust}", self.kind.channel().shown(&self.address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shared_says_who_has_proven_it() {
        let shared = |proven_here, proven_there| Shared {
            kind: IdentityKind::Phone,
            address: "+14155550123".into(),
            proven_here,
            proven_there,
        };
        for (here, there, want) in [
            (true, false, "proven here, only typed there"),
            (false, true, "only typed here, proven there"),
            (false, false, "typed by both, proven by neither"),
        ] {
            let want = format!("Same phone number +1 415 555 0123: {want}");
            assert_eq!(shared(here, there).sentence(), want);
        }
    }
}
