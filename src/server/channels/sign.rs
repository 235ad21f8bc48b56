//! Keyed hashes, and their comparison in constant time.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac, digest::KeyInit};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use subtle::ConstantTimeEq;

/// A hash that some provider signs with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    Md5,
    Sha1,
    Sha256,
    Sha512,
}

/// HMAC (RFC 2104) over the parts, one after the other. Without a secret there is no signature, and none is good.
pub fn hmac(hash: Hash, secret: &str, parts: &[&[u8]]) -> Vec<u8> {
    match hash {
        Hash::Md5 => mac::<Hmac<Md5>>(secret, parts),
        Hash::Sha1 => mac::<Hmac<Sha1>>(secret, parts),
        Hash::Sha256 => mac::<Hmac<Sha256>>(secret, parts),
        Hash::Sha512 => mac::<Hmac<Sha512>>(secret, parts),
    }
}

fn mac<M: Mac + KeyInit>(secret: &str, parts: &[&[u8]]) -> Vec<u8> {
    if secret.is_empty() {
        return Vec::new();
    }
    // It never fails: HMAC takes keys of any length.
    let Ok(mut mac) = <M as Mac>::new_from_slice(secret.as_bytes()) else { return Vec::new() };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().to_vec()
}

/// MD5 over a text and then the secret: no MAC, but what one provider calls a signature.
pub fn md5(secret: &str, text: &str) -> Vec<u8> {
    if secret.is_empty() {
        return Vec::new();
    }
    Md5::new().chain_update(text).chain_update(secret).finalize().to_vec()
}

pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

/// Whether a signature in base64 is this one.
pub fn is_base64(signature: &[u8], given: &str) -> bool {
    STANDARD.decode(given).is_ok_and(|given| same(signature, &given))
}

/// Whether a signature in hex digits of either case is this one.
pub fn is_hex(signature: &[u8], given: &str) -> bool {
    same(hex(signature).as_bytes(), given.to_ascii_lowercase().as_bytes())
}

fn same(signature: &[u8], given: &[u8]) -> bool {
    !signature.is_empty() && bool::from(signature.ct_eq(given))
}

/// Lower-case hex digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 2202 and RFC 4231, test case 2.
    #[test]
    fn hmac_of_the_rfcs() {
        for (hash, want) in [
            (Hash::Md5, "750c783e6ab0b503eaa86e310a5db738"),
            (Hash::Sha1, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
            (Hash::Sha256, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
            (
                Hash::Sha512,
                "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554\
                 9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
            ),
        ] {
            let mac = hmac(hash, "Jefe", &[b"what do ya want ", b"for nothing?"]);
            assert_eq!(hex(&mac), want);
            assert!(is_hex(&mac, want) && is_hex(&mac, &want.to_uppercase()));
            assert!(!is_hex(&mac, &want[1..]) && !is_hex(&mac, "") && !is_base64(&mac, want));
            assert!(is_base64(&mac, &STANDARD.encode(&mac)) && !is_base64(&mac, ""));
        }
        assert_eq!(hex(&md5("bc", "a")), "900150983cd24fb0d6963f7d28e17f72", "RFC 1321");
    }

    #[test]
    fn nothing_is_signed_without_a_secret() {
        for signature in [hmac(Hash::Sha256, "", &[b"x"]), md5("", "x")] {
            assert!(!is_hex(&signature, "") && !is_base64(&signature, ""));
        }
    }
}
