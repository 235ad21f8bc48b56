//! Addresses: which can be sent to, and which are a channel's own.

use lettre::Address;

use super::credentials::Credentials;

/// An address as all servers take it: its domain in ASCII (RFC 5891). A local part of other characters would need
/// every server on the way to know RFC 6531.
pub(super) fn sendable(text: &str) -> Option<Address> {
    let (local, domain) = text.trim().rsplit_once('@')?;
    let domain = if domain.is_ascii() { domain.to_owned() } else { idna::domain_to_ascii(domain).ok()? };
    if !local.is_ascii() || local.len() > 64 {
        return None;
    }
    Address::new(local, domain).ok()
}

/// A channel's own addresses, in lower case. The first is the one that it is known by.
pub(super) struct Own(Vec<String>);

impl Own {
    pub(super) fn of(credentials: &Credentials) -> Self {
        let all = std::iter::once(&credentials.address).chain(&credentials.aliases);
        Self(all.map(|address| canonical(address)).collect())
    }

    /// The own address that this one reaches: the same if it is among them, else the same but for its detail.
    pub(super) fn find(&self, address: &str) -> Option<&str> {
        let address = canonical(address);
        let same = self.0.iter().find(|own| **own == address);
        same.or_else(|| self.0.iter().find(|own| reaches(&address, own))).map(String::as_str)
    }

    pub(super) fn first(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }

    /// Whether one of them is in this domain.
    pub(super) fn are_in(&self, domain: &str) -> bool {
        self.0.iter().any(|own| own.rsplit_once('@').is_some_and(|(_, at)| at.eq_ignore_ascii_case(domain)))
    }
}

/// Whether mail to an address reaches the mailbox of one of ours: they are the same but for its detail, which stands
/// after a "+" (RFC 5233).
#[must_use]
pub fn is_address_of(address: &str, own: &str) -> bool {
    reaches(&canonical(address), &canonical(own))
}

/// The same for addresses in their one writing.
fn reaches(address: &str, own: &str) -> bool {
    let bare = without_detail(address);
    bare.is_some() && bare == without_detail(own)
}

/// One writing of an address for all that reach the same mailbox.
fn canonical(address: &str) -> String {
    sendable(address).map_or_else(|| address.trim().to_lowercase(), |it| it.to_string().to_ascii_lowercase())
}

/// Local part without detail, and domain.
fn without_detail(address: &str) -> Option<(&str, &str)> {
    let (local, domain) = address.rsplit_once('@')?;
    Some((local.split('+').next().unwrap_or_default(), domain))
}
