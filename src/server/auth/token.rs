//! Secrets that a browser keeps. The database knows only their SHA-256.

use rand::TryRngCore;
use sha2::{Digest, Sha256};

/// A new secret of 256 bits as 64 hex digits.
///
/// # Errors
/// If the operating system has no randomness to give.
pub fn new_token() -> Result<String, rand::rand_core::OsError> {
    let mut bytes = [0; 32];
    rand::rngs::OsRng.try_fill_bytes(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// What is kept of a secret.
#[must_use]
pub fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
