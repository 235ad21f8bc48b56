//! Passwords: argon2id, off the async threads, with a bound on how many are hashed at once.

mod common;

use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version,
    password_hash::{Error as HashError, SaltString},
};
use rand::TryRngCore;
use tokio::sync::Semaphore;

use crate::{
    domain::{AppError, LONGEST_PASSWORD, SHORTEST_PASSWORD},
    server::error::internal,
};

/// Hashing that runs at once at most: a storm of sign-ins costs 4 × 19 MiB, not more.
const AT_ONCE: usize = 4;

/// A hash of nothing that anybody knows: an unknown account takes as long to refuse as a wrong password.
pub const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$3Yx0Jm1nS0mQ2V7o9m0l2w$3bqk0T8q0y0bq1g0hH6mF2bqNwq3q8w3b1d0l3W6nQk";

/// Hashes and checks passwords.
pub struct Passwords {
    places: Semaphore,
}

impl Passwords {
    #[must_use]
    pub const fn new() -> Self {
        Self { places: Semaphore::const_new(AT_ONCE) }
    }

    /// The hash to keep of a password.
    ///
    /// # Errors
    /// If it is too short, too long or among those that everybody tries first, or the machine fails.
    pub async fn hash(&self, password: &str) -> Result<String, AppError> {
        if !(SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&password.chars().count()) {
            let words = format!("Choose a password of {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.");
            return Err(AppError::invalid("password", words));
        }
        if common::is_common(password) {
            let words = "This is one of the first passwords that anybody would try. Choose another.";
            return Err(AppError::invalid("password", words));
        }
        let password = password.to_owned();
        self.run(move || {
            let mut salt = [0; 16];
            rand::rngs::OsRng.try_fill_bytes(&mut salt).map_err(|_| HashError::Crypto)?;
            let salt = SaltString::encode_b64(&salt)?;
            Ok(hasher()?.hash_password(password.as_bytes(), &salt)?.to_string())
        })
        .await
    }

    /// Whether a password is the one behind a hash; with no hash the same work is done, and the answer is no.
    ///
    /// # Errors
    /// If the kept hash cannot be read.
    pub async fn verify(&self, password: &str, hash: Option<String>) -> Result<bool, AppError> {
        let password = password.to_owned();
        self.run(move || {
            let known = hash.is_some();
            let text = hash.unwrap_or_else(|| NOBODY.to_owned());
            match hasher()?.verify_password(password.as_bytes(), &PasswordHash::new(&text)?) {
                Ok(()) => Ok(known),
                Err(HashError::Password) => Ok(false),
                Err(error) => Err(error),
            }
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, AppError> {
        let _place = self.places.acquire().await.map_err(|error| internal(&error))?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|error| internal(&error))?
            .map_err(|error| internal(&error))
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

/// OWASP's parameters for argon2id (Password Storage Cheat Sheet, 2025): 19 MiB, two passes, one lane.
fn hasher() -> Result<Argon2<'static>, HashError> {
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(19_456, 2, 1, None)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_password_matches_its_own_hash_alone() {
        let passwords = Passwords::new();
        let hash = passwords.hash("correct horse").await.expect("hashes");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_eq!(passwords.verify("correct horse", Some(hash.clone())).await, Ok(true));
        assert_eq!(passwords.verify("wrong horse", Some(hash)).await, Ok(false));
        assert_eq!(passwords.verify("correct horse", None).await, Ok(false));
        for bad in ["short", "password123", &"x1y2z".repeat(41)] {
            assert!(matches!(passwords.hash(bad).await, Err(AppError::Invalid { .. })), "{bad}");
        }
    }
}
