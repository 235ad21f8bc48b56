//! Credentials at rest: XChaCha20-Poly1305 (RFC 8439 with the extended nonce of draft-irtf-cfrg-xchacha), under a key
//! that is not in the database.

use std::{io::Write as _, path::PathBuf, sync::OnceLock};

use base64::{Engine, engine::general_purpose::STANDARD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use rand::Rng;
use sha2::{Digest, Sha256};

/// The form of what is sealed: this byte, four that name the key, the nonce, the text.
const FORM: u8 = 1;
const KEY_ID: usize = 4;
const NONCE: usize = 24;

/// Why something cannot be sealed or opened. Never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    #[error("the key for credentials cannot be had: {0}")]
    NoKey(String),
    #[error("the credentials were sealed with another key ({0}); put that key back, or enter them again")]
    OtherKey(String),
    #[error("the credentials are damaged, or belong to something else")]
    Damaged,
}

/// Where the key comes from.
#[derive(Debug, Clone)]
pub struct Vault {
    given: Option<String>,
    file: PathBuf,
    key: OnceLock<[u8; 32]>,
}

impl Vault {
    /// A key in base64, or a file that holds one and is made when the first credentials are.
    #[must_use]
    pub fn new(given: Option<String>, file: PathBuf) -> Self {
        Self { given, file, key: OnceLock::new() }
    }

    /// Encrypts what belongs to one place only, such as `channels/{id}/credentials`.
    ///
    /// # Errors
    /// If there is no key and none can be made.
    pub fn seal(&self, place: &str, text: &str) -> Result<Vec<u8>, VaultError> {
        let key = self.key(true)?;
        let mut nonce = [0; NONCE];
        rand::rng().fill(&mut nonce);
        let sealed = XChaCha20Poly1305::new(&key.into())
            .encrypt(XNonce::from_slice(&nonce), Payload { msg: text.as_bytes(), aad: place.as_bytes() })
            .map_err(|_| VaultError::Damaged)?;
        Ok([&[FORM], &key_id(&key)[..], &nonce, &sealed].concat())
    }

    /// Decrypts what was sealed for the same place.
    ///
    /// # Errors
    /// If the key is missing or another, or this is not what was sealed for that place.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<String, VaultError> {
        let (form, rest) = sealed.split_first().ok_or(VaultError::Damaged)?;
        if *form != FORM || rest.len() < KEY_ID + NONCE {
            return Err(VaultError::Damaged);
        }
        let (id, rest) = rest.split_at(KEY_ID);
        let (nonce, text) = rest.split_at(NONCE);
        let key = self.key(false)?;
        if id != key_id(&key) {
            return Err(VaultError::OtherKey(id.iter().map(|byte| format!("{byte:02x}")).collect()));
        }
        let opened = XChaCha20Poly1305::new(&key.into())
            .decrypt(XNonce::from_slice(nonce), Payload { msg: text, aad: place.as_bytes() })
            .map_err(|_| VaultError::Damaged)?;
        String::from_utf8(opened).map_err(|_| VaultError::Damaged)
    }

    fn key(&self, make: bool) -> Result<[u8; 32], VaultError> {
        if let Some(key) = self.key.get() {
            return Ok(*key);
        }
        let text = match &self.given {
            Some(text) => text.clone(),
            None => self.read_file(make)?,
        };
        let key = STANDARD
            .decode(text.trim())
            .ok()
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
            .ok_or_else(|| VaultError::NoKey("it must be 32 bytes in base64".into()))?;
        Ok(*self.key.get_or_init(|| key))
    }

    fn read_file(&self, make: bool) -> Result<String, VaultError> {
        let failed = |error: std::io::Error| VaultError::NoKey(format!("{}: {error}", self.file.display()));
        match std::fs::read_to_string(&self.file) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && make => {}
            other => return other.map_err(failed),
        }
        let mut key = [0_u8; 32];
        rand::rng().fill(&mut key);
        let text = STANDARD.encode(key);
        if let Some(folder) = self.file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&self.file) {
            Ok(mut file) => file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?,
            // Another server was quicker.
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                return std::fs::read_to_string(&self.file).map_err(failed);
            }
            Err(error) => return Err(failed(error)),
        }
        Ok(text)
    }
}

/// Names a key without telling anything of it.
fn key_id(key: &[u8; 32]) -> [u8; KEY_ID] {
    let hash = Sha256::digest(key);
    [hash[0], hash[1], hash[2], hash[3]]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault(byte: u8) -> Vault {
        Vault::new(Some(STANDARD.encode([byte; 32])), PathBuf::new())
    }

    #[test]
    fn what_is_sealed_opens_in_its_place_with_its_key_alone() {
        let sealed = vault(1).seal("channels/1", "secret").expect("a key");
        assert_eq!(vault(1).open("channels/1", &sealed), Ok("secret".into()));
        assert_eq!(vault(1).open("channels/2", &sealed), Err(VaultError::Damaged));
        assert!(matches!(vault(2).open("channels/1", &sealed), Err(VaultError::OtherKey(_))));
        let again = vault(1).seal("channels/1", "secret").expect("a key");
        assert_ne!(again, sealed, "the same text is never sealed alike");
    }

    #[test]
    fn a_changed_byte_opens_nothing() {
        let sealed = vault(1).seal("channels/1", "secret").expect("a key");
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(vault(1).open("channels/1", &changed).is_err(), "byte {place}");
        }
        assert!(vault(1).open("channels/1", &[]).is_err());
    }

    #[test]
    fn a_file_is_made_for_sealing_and_missed_for_opening() {
        let folder =
            std::env::temp_dir().join(format!("vault-{}", crate::server::clock::new_id::<uuid::Uuid>()));
        let file = folder.join("secret.key");
        let sealed = Vault::new(None, file.clone()).seal("x", "secret").expect("the file is made");
        assert_eq!(Vault::new(None, file.clone()).open("x", &sealed), Ok("secret".into()));
        std::fs::remove_dir_all(&folder).expect("it was made");
        assert!(matches!(Vault::new(None, file).open("x", &sealed), Err(VaultError::NoKey(_))));
    }

    #[test]
    fn a_key_of_another_length_is_refused() {
        for text in ["", "short", &STANDARD.encode([1; 31])] {
            let vault = Vault::new(Some(text.into()), PathBuf::new());
            assert!(matches!(vault.seal("x", "secret"), Err(VaultError::NoKey(_))), "{text}");
        }
    }
}
