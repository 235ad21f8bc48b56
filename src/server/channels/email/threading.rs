//! Which conversation a mail belongs to: by a signed token in the address that it was sent to, else by the ids of our
//! own mails. Never by its subject.

use std::fmt;

use ring::hmac;
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::parse::Mail;
use crate::domain::{ConversationId, DeliveryId, Mailbox};

/// A key for tokens.
pub struct Secret(hmac::Key);

impl Secret {
    /// At least 32 random bytes.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    fn mark(&self, conversation: Uuid) -> [u8; Token::MARK] {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(b"live-operator reply 1\0");
        context.update(conversation.as_bytes());
        let mut mark = [0; Token::MARK];
        mark.copy_from_slice(&context.sign().as_ref()[..Token::MARK]);
        mark
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Names a conversation in an address, and cannot be made by others.
///
/// The conversation's id and the first 80 bits of an HMAC-SHA256 over it, in base32 (RFC 4648) in lower case: servers
/// on the way change the case of addresses, so that it may carry no meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    const MARK: usize = 10;
    const BYTES: usize = 16 + Self::MARK;
    const LENGTH: usize = 42;

    /// The token of a conversation.
    #[must_use]
    pub fn of(conversation: ConversationId, secret: &Secret) -> Self {
        let mut bytes = [0; Self::BYTES];
        bytes[..16].copy_from_slice(conversation.0.as_bytes());
        bytes[16..].copy_from_slice(&secret.mark(conversation.0));
        Self(base32(&bytes))
    }

    /// The conversation that a token names, if it was made with one of these secrets.
    #[must_use]
    pub fn check(text: &str, secrets: &[Secret]) -> Option<ConversationId> {
        let bytes: [u8; Self::BYTES] = from_base32(text)?.try_into().ok()?;
        let (id, mark) = bytes.split_at(16);
        let id = Uuid::from_slice(id).ok()?;
        // All secrets are tried, so that the time does not tell which one it was.
        let good = secrets
            .iter()
            .fold(subtle::Choice::from(0), |good, secret| good | secret.mark(id)[..].ct_eq(mark));
        bool::from(good).then_some(ConversationId(id))
    }

    /// A mailbox's address with this token as its detail (RFC 5233): `reply@acme.test` gives `reply+TOKEN@acme.test`.
    /// None if the local part would exceed its 64 octets (RFC 5321 § 4.5.3.1.1).
    #[must_use]
    pub fn address(&self, mailbox: &str) -> Option<String> {
        let (local, domain) = mailbox.rsplit_once('@')?;
        let local = local.split('+').next().unwrap_or_default();
        (!local.is_empty() && local.len() + 1 + Self::LENGTH <= 64)
            .then(|| format!("{local}+{}@{domain}", self.0))
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The token in an address, if there is one of these secrets.
#[must_use]
pub fn conversation_in(address: &str, secrets: &[Secret]) -> Option<ConversationId> {
    let (local, _) = address.rsplit_once('@')?;
    local.split('+').skip(1).find_map(|detail| Token::check(detail.trim_matches(['"', ' ']), secrets))
}

/// The id of a mail of ours that leaves from this address, the same over all attempts to deliver it. Without angle
/// brackets.
#[must_use]
pub fn message_id(delivery: DeliveryId, ours: &str) -> String {
    let domain = ours.rsplit('@').next().unwrap_or_default();
    let domain = idna::domain_to_ascii(domain).unwrap_or_default();
    format!("{}@{domain}", delivery.0.simple())
}

/// The delivery that an id of ours names. Anybody can write such an id: it has to be looked up.
#[must_use]
pub fn delivery_of(message_id: &str) -> Option<DeliveryId> {
    let (local, _) = message_id.split_once('@')?;
    (local.len() == 32).then(|| Uuid::try_parse(local).ok().map(DeliveryId)).flatten()
}

/// What a mail tells of its conversation, best first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hints {
    /// By a token of ours, which proves that the sender was written to, and not who the sender is.
    pub conversation: Option<ConversationId>,
    /// Ids of mails that this one answers or follows, nearest first: to be looked up among those that the same channel
    /// has sent or received.
    pub message_ids: Vec<String>,
}

impl Hints {
    /// The hints of a mail that came for these recipients, by the envelope where that is known.
    #[must_use]
    pub fn of(mail: &Mail, envelope: &[String], secrets: &[Secret]) -> Self {
        /// Look-ups that one mail may cost.
        const IDS: usize = 30;
        let named = envelope.iter().chain(&mail.delivered_to).map(String::as_str);
        let shown = mail.to.iter().chain(&mail.cc).map(|Mailbox { address, .. }| address.as_str());
        let conversation = named.chain(shown).find_map(|address| conversation_in(address, secrets));
        let mut message_ids: Vec<String> = Vec::new();
        for id in mail.in_reply_to.iter().chain(mail.references.iter().rev()) {
            if message_ids.len() < IDS && !message_ids.contains(id) {
                message_ids.push(id.clone());
            }
        }
        Self { conversation, message_ids }
    }
}

const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

fn base32(bytes: &[u8]) -> String {
    let mut text = String::new();
    let (mut bits, mut count) = (0_u32, 0_u32);
    for byte in bytes {
        bits = bits << 8 | u32::from(*byte);
        count += 8;
        while count >= 5 {
            count -= 5;
            text.push(char::from(ALPHABET[(bits >> count) as usize & 31]));
        }
        bits &= (1 << count) - 1;
    }
    if count > 0 {
        text.push(char::from(ALPHABET[(bits << (5 - count)) as usize & 31]));
    }
    text
}

/// The bytes of a token's text; none if it has another length or letters, or bits that no token has.
fn from_base32(text: &str) -> Option<Vec<u8>> {
    if text.len() != Token::LENGTH {
        return None;
    }
    let mut bytes = Vec::with_capacity(Token::BYTES);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for c in text.bytes() {
        let five = ALPHABET.iter().position(|letter| *letter == c.to_ascii_lowercase())?;
        bits = bits << 5 | five as u32;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    (bits == 0).then_some(bytes)
}
