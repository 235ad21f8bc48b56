//! What connects a channel to its mailbox: the servers that it sends and fetches by, and its secrets.

use std::net::IpAddr;

use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};
use serde::{Deserialize, Serialize};

use super::{
    super::BadCredentials,
    addresses,
    dkim::{Dkim, DkimError},
    threading::Secret,
};

/// A channel's credentials, for all providers of email.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The address that the channel is known by.
    pub address: String,
    /// Others whose mails come in here too. A reply leaves from the one that was written to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// At least 32 random bytes as hex digits: they sign the conversations' addresses.
    pub token_secret: String,
    /// What proves that a hook is the provider's: a key that it signs with, or a password that it sends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hook_secret: Option<String>,
    pub smtp: Smtp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imap: Option<Imap>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dkim: Option<SigningKey>,
    /// The names under which servers of ours write `Authentication-Results` (RFC 8601 § 2.5).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authserv_ids: Vec<String>,
    /// One more root certificate to trust, as PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca: Option<String>,
}

/// How a connection is kept from being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// TLS from its first byte.
    Tls,
    /// TLS by `STARTTLS`, or nothing is said at all.
    Starttls,
    /// Not at all.
    None,
}

/// The server that takes our mails.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub security: Security,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

/// The mailbox that mails are fetched from.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Imap {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub username: String,
    pub password: String,
    #[serde(default = "inbox")]
    pub folder: String,
}

fn inbox() -> String {
    "INBOX".to_owned()
}

/// What mails are signed with (RFC 6376).
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SigningKey {
    /// The name in DNS below `_domainkey` of the address's domain.
    pub selector: String,
    /// As PEM.
    pub private_key: String,
}

impl Credentials {
    /// Looks at all that can be told without asking a server.
    ///
    /// # Errors
    /// If a field does not fit; the text names it.
    pub fn check(&self) -> Result<(), BadCredentials> {
        let is_address = |text: &String| addresses::sendable(text).is_some();
        require(is_address(&self.address), "address: this is no mail address")?;
        require(self.aliases.iter().all(is_address), "aliases: one of them is no mail address")?;
        self.secret()?;
        require(self.hook_secret.as_deref() != Some(""), "hook_secret: it must not be empty")?;
        self.smtp.check()?;
        self.imap.as_ref().map_or(Ok(()), Imap::check)?;
        self.signer()?;
        let named = self.authserv_ids.iter().all(|id| !id.trim().is_empty());
        require(named, "authserv_ids: a name must not be empty")?;
        self.root().map(|_| ())
    }

    /// The key for tokens.
    pub(super) fn secret(&self) -> Result<Secret, BadCredentials> {
        const BYTES: usize = 32;
        let digits = self.token_secret.as_bytes();
        let hex = |digit: &u8| char::from(*digit).to_digit(16);
        let bytes: Option<Vec<u8>> = digits
            .chunks(2)
            .map(|pair| match pair {
                [high, low] => u8::try_from(hex(high)? << 4 | hex(low)?).ok(),
                _ => None,
            })
            .collect();
        bytes
            .filter(|bytes| bytes.len() >= BYTES)
            .map(|bytes| Secret::new(&bytes))
            .ok_or(BadCredentials("token_secret: at least 32 bytes as hex digits are wanted"))
    }

    /// What signs the mails, if anything does.
    pub(super) fn signer(&self) -> Result<Option<Dkim>, BadCredentials> {
        let Some(SigningKey { selector, private_key }) = &self.dkim else { return Ok(None) };
        let domain = self.address.rsplit_once('@').map_or("", |(_, domain)| domain);
        Dkim::new(domain, selector, private_key).map(Some).map_err(|error| match error {
            DkimError::Name => BadCredentials("dkim.selector: this is no name in DNS"),
            DkimError::Unreadable => {
                BadCredentials("dkim.private_key: this is no private key in PEM, or it is encrypted")
            }
            DkimError::Unfit | DkimError::Failed => BadCredentials(
                "dkim.private_key: a key of RSA with 2048 to 4096 bits, or of Ed25519, is wanted",
            ),
        })
    }

    /// The one more root certificate to trust.
    ///
    /// # Errors
    /// If it is none.
    pub fn root(&self) -> Result<Option<CertificateDer<'static>>, BadCredentials> {
        let Some(pem) = &self.ca else { return Ok(None) };
        let bad = BadCredentials("ca: this is no certificate in PEM");
        let root = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|_| bad.clone())?;
        RootCertStore::empty().add(root.clone()).map_err(|_| bad)?;
        Ok(Some(root))
    }
}

impl Smtp {
    fn check(&self) -> Result<(), BadCredentials> {
        require(is_host(&self.host), "smtp.host: the name or address of a server is wanted")?;
        require(self.port != 0, "smtp.port: it must not be 0")?;
        let both = self.username.is_some() == self.password.is_some();
        require(both, "smtp.password: a user name and a password go together")?;
        require(
            self.password.is_none() || keeps_secrets(self.security, &self.host),
            "smtp.security: without TLS no password is sent, except to this machine itself",
        )
    }
}

impl Imap {
    fn check(&self) -> Result<(), BadCredentials> {
        require(is_host(&self.host), "imap.host: the name or address of a server is wanted")?;
        require(self.port != 0, "imap.port: it must not be 0")?;
        require(!self.folder.is_empty(), "imap.folder: it must not be empty")?;
        require(
            keeps_secrets(self.security, &self.host),
            "imap.security: without TLS no password is sent, except to this machine itself",
        )
    }
}

fn require(fits: bool, words: &'static str) -> Result<(), BadCredentials> {
    if fits { Ok(()) } else { Err(BadCredentials(words)) }
}

fn is_host(host: &str) -> bool {
    !host.is_empty() && host.bytes().all(|c| c.is_ascii_alphanumeric() || b".-_:".contains(&c))
}

/// Whether nobody on the way can read a password.
fn keeps_secrets(security: Security, host: &str) -> bool {
    let is_here = || host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
    security != Security::None || is_here()
}
