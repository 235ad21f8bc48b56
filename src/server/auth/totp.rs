//! Codes of authenticator apps: TOTP (RFC 6238) with what all of these apps take for granted: HMAC-SHA-1, six digits, a
//! new code every thirty seconds.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, Mac};
use rand::TryRngCore;
use sha1::Sha1;
use subtle::ConstantTimeEq;

use crate::domain::Time;

/// The length of a time step, in microseconds.
const STEP: i64 = 30 * Time::SECOND;
/// Clocks may be so many steps apart, either way.
const APART: i64 = 1;
/// In bytes: as many as the hash has (RFC 4226 § 4).
const SECRET: usize = 20;

/// A new secret, in base32.
///
/// # Errors
/// If the operating system has no randomness to give.
pub fn new_secret() -> Result<String, rand::rand_core::OsError> {
    let mut bytes = [0; SECRET];
    rand::rngs::OsRng.try_fill_bytes(&mut bytes)?;
    Ok(BASE32_NOPAD.encode(&bytes))
}

/// The time step whose code this is, if it is one of about now.
#[must_use]
pub fn step_of(secret: &str, code: &str, now: Time) -> Option<i64> {
    let secret = BASE32_NOPAD.decode(secret.as_bytes()).ok()?;
    let here = now.0.div_euclid(STEP);
    let mut found = None;
    // All are looked at, whichever it is.
    for step in here - APART..=here + APART {
        if bool::from(code_of(&secret, step)?.as_bytes().ct_eq(code.as_bytes())) {
            found = Some(step);
        }
    }
    found
}

/// The code of a time step (RFC 4226 § 5.3).
fn code_of(secret: &[u8], step: i64) -> Option<String> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).ok()?;
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let start = usize::from(hash[hash.len() - 1] & 0xf);
    let four: [u8; 4] = hash.get(start..start + 4)?.try_into().ok()?;
    let number = (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000;
    Some(format!("{number:06}"))
}

/// The code that an app shows at a time.
///
/// # Panics
/// If the secret is no base32: it is a test's.
#[cfg(test)]
#[must_use]
pub fn code_at(secret: &str, time: Time) -> String {
    let secret = BASE32_NOPAD.decode(secret.as_bytes()).expect("base32");
    code_of(&secret, time.0.div_euclid(STEP)).expect("a code")
}

/// What an app reads from a QR code (the key URI format of Google Authenticator, which the others took over).
#[must_use]
pub fn address(workspace: &str, email: &str, secret: &str) -> String {
    let issuer = encoded(workspace);
    format!("otpauth://totp/{issuer}:{}?secret={secret}&issuer={issuer}", encoded(email))
}

/// For a path and a query (RFC 3986 § 2.1). Apps show a plus as it is.
fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, for SHA-1: the last six of its eight digits.
    #[test]
    fn codes_of_the_standard() {
        let secret = BASE32_NOPAD.encode(b"12345678901234567890");
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let time = Time(seconds * Time::SECOND);
            assert_eq!(code_at(&secret, time), code);
            assert_eq!(step_of(&secret, code, time), Some(seconds / 30));
        }
    }

    #[test]
    fn clocks_may_be_one_step_apart() {
        let secret = new_secret().expect("randomness");
        let now = Time(1_760_000_000 * Time::SECOND);
        let code = code_at(&secret, now);
        let step = now.0 / STEP;
        for (later, want) in [(-60, None), (-30, Some(step)), (0, Some(step)), (30, Some(step)), (60, None)] {
            let found = step_of(&secret, &code, now.plus(later * Time::SECOND));
            // One in a million codes is another step's too.
            assert!(found == want || found.is_some_and(|found| found != step), "{later}");
        }
        assert_eq!(step_of(&secret, "", now), None);
        assert_eq!(step_of("not base32", &code, now), None);
    }

    #[test]
    fn names_are_encoded_in_the_address() {
        let address = address("Acme & Söhne", "ann+test@acme.test", "ABC");
        let want = "otpauth://totp/Acme%20%26%20S%C3%B6hne:ann%2Btest%40acme.test?secret=ABC\
                    &issuer=Acme%20%26%20S%C3%B6hne";
        assert_eq!(address, want);
    }
}
