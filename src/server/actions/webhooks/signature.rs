//! How whoever is called knows that it is us: HMAC-SHA256 over time and body.

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Seconds since 1970, as they are signed. Whoever is called may refuse what is too old.
pub const TIMESTAMP: &str = "x-live-operator-timestamp";
/// `v1=` and the signature in hex.
pub const SIGNATURE: &str = "x-live-operator-signature";
/// The call's id: the same over all attempts.
pub const CALL: &str = "x-live-operator-call";

/// What [`SIGNATURE`] says of a body that is sent at a time, in seconds since 1970.
#[must_use]
pub fn signature(secret: &str, seconds: i64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(format!("{seconds}.").as_bytes());
    mac.update(body.as_bytes());
    let digits: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("v1={digits}")
}

#[cfg(test)]
mod tests {
    use super::signature;

    /// As `printf '1700000000.{"id":1}' | openssl dgst -sha256 -hmac secret` has it.
    #[test]
    fn time_and_body_are_signed() {
        assert_eq!(
            signature("secret", 1_700_000_000, r#"{"id":1}"#),
            "v1=3dd1b9aef568d75f6790a84bd2e5dfa1f44409eef3cbdbd3f10b837376100c11"
        );
        assert_ne!(signature("secret", 1, "1.x"), signature("secret", 11, ".x"));
    }
}
