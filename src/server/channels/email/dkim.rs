//! DKIM signatures (RFC 6376) with RSA or Ed25519 (RFC 8463).
//!
//! Over the bytes that leave and nothing else, so that what is signed is what is sent. lettre can sign too, but cannot
//! cover a multipart's `Content-Type`, nor names that must not be added, and would bring in the `rsa` crate.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::{
    digest,
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};

use super::transfer;
use crate::domain::Time;

/// Signs the mails of a domain.
pub struct Dkim {
    domain: String,
    selector: String,
    key: Key,
}

enum Key {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Ed25519KeyPair),
}

/// Why mails cannot be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DkimError {
    #[error("this is not a private key in PEM, or it is encrypted")]
    Unreadable,
    #[error("this is neither an RSA key of 2048 to 4096 bits nor an Ed25519 key")]
    Unfit,
    #[error("the domain or selector is not a name in DNS")]
    Name,
    #[error("the message could not be signed")]
    Failed,
}

/// The header fields that are signed, each once more than it occurs: so none can be added to a signed mail.
const SIGNED: &[&str] = &[
    "from",
    "to",
    "cc",
    "reply-to",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "auto-submitted",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
];

impl Dkim {
    /// A key as PEM, PKCS#1 or PKCS#8; or the 32 bytes of an Ed25519 key in base64.
    ///
    /// # Errors
    /// If it is no such key, or the names are none of DNS.
    pub fn new(domain: &str, selector: &str, private_key: &str) -> Result<Self, DkimError> {
        let domain = idna::domain_to_ascii(domain).map_err(|_| DkimError::Name)?;
        let fits = |name: &str| {
            !name.is_empty()
                && name.len() <= 253
                && name.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'.' | b'_'))
        };
        if !fits(&domain) || !fits(selector) {
            return Err(DkimError::Name);
        }
        Ok(Self { domain, selector: selector.to_owned(), key: Key::read(private_key)? })
    }

    /// A message with its signature on top. Lines must end in CRLF, as they do when it leaves.
    ///
    /// # Errors
    /// If the system gives no random numbers.
    pub fn sign(&self, message: &[u8], at: Time) -> Result<Vec<u8>, DkimError> {
        let end = memchr::memmem::find(message, b"\r\n\r\n").map_or(message.len(), |end| end + 2);
        let (header, rest) = message.split_at(end);
        let body = rest.strip_prefix(b"\r\n").unwrap_or(rest);
        let fields = fields(header);
        let mut names = Vec::new();
        let mut signed = Vec::new();
        for name in SIGNED {
            let same = fields.iter().rev().filter(|(other, _)| other == name);
            for (name, value) in same {
                names.push(name.as_str());
                relaxed_field(&mut signed, name, value);
            }
            names.push(name);
        }
        let hash = STANDARD.encode(digest::digest(&digest::SHA256, &relaxed_body(body)));
        let algorithm = match self.key {
            Key::Rsa(_) => "rsa-sha256",
            Key::Ed25519(_) => "ed25519-sha256",
        };
        let value = format!(
            "v=1; a={algorithm}; c=relaxed/relaxed; d={};\r\n\ts={}; t={};\r\n\th={};\r\n\tbh={hash};\r\n\tb=",
            self.domain,
            self.selector,
            at.0.div_euclid(Time::SECOND),
            wrapped(&names.join(":"), ":"),
        );
        relaxed_field(&mut signed, "dkim-signature", value.as_bytes());
        // The signature's own field is hashed without its line end (§ 3.7).
        signed.truncate(signed.len() - 2);
        let signature = STANDARD.encode(self.key.sign(&signed)?);
        let mut whole = format!("DKIM-Signature: {value}{}\r\n", wrapped(&signature, "")).into_bytes();
        whole.extend_from_slice(message);
        Ok(whole)
    }

    /// The name in DNS where the public key has to be.
    #[must_use]
    pub fn record_name(&self) -> String {
        format!("{}._domainkey.{}", self.selector, self.domain)
    }

    /// The text that has to be there (RFC 6376 § 3.6.1).
    #[must_use]
    pub fn record(&self) -> String {
        match &self.key {
            Key::Rsa(pair) => {
                format!(
                    "v=DKIM1; k=rsa; p={}",
                    STANDARD.encode(subject_public_key(pair.public_key().as_ref()))
                )
            }
            Key::Ed25519(pair) => format!("v=DKIM1; k=ed25519; p={}", STANDARD.encode(pair.public_key())),
        }
    }
}

impl fmt::Debug for Dkim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dkim")
            .field("domain", &self.domain)
            .field("selector", &self.selector)
            .finish_non_exhaustive()
    }
}

impl Key {
    fn read(text: &str) -> Result<Self, DkimError> {
        let text = text.trim();
        let Some(pem) = text.strip_prefix("-----BEGIN ") else {
            let seed = STANDARD.decode(text).map_err(|_| DkimError::Unreadable)?;
            return Ed25519KeyPair::from_seed_unchecked(&seed)
                .map(Self::Ed25519)
                .map_err(|_| DkimError::Unfit);
        };
        let (label, rest) = pem.split_once("-----").ok_or(DkimError::Unreadable)?;
        let (content, _) = rest.split_once("-----END ").ok_or(DkimError::Unreadable)?;
        if content.contains(':') {
            return Err(DkimError::Unreadable);
        }
        let der = transfer::base64(content.as_bytes());
        let rsa = match label {
            "RSA PRIVATE KEY" => RsaKeyPair::from_der(&der),
            "PRIVATE KEY" => {
                if let Ok(pair) = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der) {
                    return Ok(Self::Ed25519(pair));
                }
                RsaKeyPair::from_pkcs8(&der)
            }
            _ => return Err(DkimError::Unreadable),
        };
        rsa.map(|pair| Self::Rsa(Box::new(pair))).map_err(|_| DkimError::Unfit)
    }

    fn sign(&self, text: &[u8]) -> Result<Vec<u8>, DkimError> {
        match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature)
                    .map_err(|_| DkimError::Failed)?;
                Ok(signature)
            }
            // Ed25519 signs the hash as its message (RFC 8463 § 3).
            Self::Ed25519(pair) => {
                Ok(pair.sign(digest::digest(&digest::SHA256, text).as_ref()).as_ref().to_vec())
            }
        }
    }
}

/// The fields of a header: names in lower case, values with their folding.
fn fields(header: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut fields: Vec<(String, Vec<u8>)> = Vec::new();
    for line in header.split_inclusive(|c| *c == b'\n') {
        if let (Some(b' ' | b'\t'), Some((_, value))) = (line.first(), fields.last_mut()) {
            value.extend_from_slice(line);
        } else if let Some(colon) = memchr::memchr(b':', line) {
            let name = String::from_utf8_lossy(line[..colon].trim_ascii()).to_ascii_lowercase();
            fields.push((name, line[colon + 1..].to_vec()));
        }
    }
    fields
}

/// "relaxed" canonicalization of a field (§ 3.4.2).
fn relaxed_field(out: &mut Vec<u8>, name: &str, value: &[u8]) {
    out.extend_from_slice(name.as_bytes());
    out.push(b':');
    let words = value.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    for (number, word) in words.enumerate() {
        if number > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(word);
    }
    out.extend_from_slice(b"\r\n");
}

/// "relaxed" canonicalization of a body (§ 3.4.4).
fn relaxed_body(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut kept = 0;
    for line in body.split_inclusive(|c| *c == b'\n') {
        let content = line.strip_suffix(b"\n").unwrap_or(line);
        let content = content.strip_suffix(b"\r").unwrap_or(content);
        let mut gap = false;
        for c in content {
            if matches!(c, b' ' | b'\t') {
                gap = true;
                continue;
            }
            if gap {
                out.push(b' ');
                gap = false;
            }
            out.push(*c);
        }
        out.extend_from_slice(b"\r\n");
        if content.iter().any(|c| !matches!(c, b' ' | b'\t')) {
            kept = out.len();
        }
    }
    out.truncate(kept);
    out
}

/// Broken into lines behind `mark`, or anywhere if that's empty.
fn wrapped(text: &str, mark: &str) -> String {
    const WIDTH: usize = 70;
    let mut lines = String::new();
    let mut width = 0;
    let pieces = if mark.is_empty() {
        text.as_bytes()
            .chunks(WIDTH)
            .map(|piece| String::from_utf8_lossy(piece).into_owned())
            .collect::<Vec<_>>()
    } else {
        text.split_inclusive(mark).map(str::to_owned).collect()
    };
    for piece in pieces {
        if width > 0 && width + piece.len() > WIDTH {
            lines.push_str("\r\n\t ");
            width = 0;
        }
        width += piece.len();
        lines.push_str(&piece);
    }
    lines
}

/// An RSA public key as DNS wants it: with its algorithm (RFC 5280 § 4.1.2.7).
fn subject_public_key(rsa: &[u8]) -> Vec<u8> {
    const RSA_ENCRYPTION: &[u8] =
        &[0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
    let mut bits = vec![0];
    bits.extend_from_slice(rsa);
    let mut content = RSA_ENCRYPTION.to_vec();
    content.extend(der(0x03, &bits));
    der(0x30, &content)
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let length = &length[length.iter().take_while(|byte| **byte == 0).count()..];
    let mut out = vec![tag];
    if content.len() < 0x80 {
        out.push(content.len() as u8);
    } else {
        out.push(0x80 | length.len() as u8);
        out.extend_from_slice(length);
    }
    out.extend_from_slice(content);
    out
}
