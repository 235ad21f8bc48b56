//! Recovery codes: each stands once for the code of an app that is lost.

use rand::TryRngCore;

use super::token;
use crate::domain::SecondStep;

/// Crockford's base32: nothing in it is mistaken for something else.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// In letters of five bits each.
const LENGTH: usize = 16;
/// Letters between two hyphens.
const GROUP: usize = 4;

/// As many new codes as there are at first.
///
/// # Errors
/// If the operating system has no randomness to give.
pub fn new_codes() -> Result<Vec<String>, rand::rand_core::OsError> {
    (0..SecondStep::CODES).map(|_| new_code()).collect()
}

fn new_code() -> Result<String, rand::rand_core::OsError> {
    let mut bytes = [0; LENGTH];
    rand::rngs::OsRng.try_fill_bytes(&mut bytes)?;
    let letters: Vec<char> = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    let groups: Vec<String> = letters.chunks(GROUP).map(|group| group.iter().collect()).collect();
    Ok(groups.join("-"))
}

/// What is kept of a code, however somebody writes it; none if it cannot be one.
#[must_use]
pub fn hash(code: &str) -> Option<Vec<u8>> {
    let letter = |c: char| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let plain: String = code.chars().filter(|c| !c.is_whitespace() && *c != '-').map(letter).collect();
    let fits = plain.len() == LENGTH && plain.bytes().all(|byte| LETTERS.contains(&byte));
    fits.then(|| token::hash(&plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_however_it_is_written() {
        let code = "0123-4567-89AB-CDEF";
        let kept = hash(code);
        assert!(kept.is_some());
        for written in
            ["0123456789ABCDEF", " o123 4567 89ab cdef ", "OI23-4567-89ab-cdef", "0L23-4567-89AB-CDEF"]
        {
            assert_eq!(hash(written), kept, "{written}");
        }
        for other in ["", "123456", "0123-4567-89AB-CDE", "0123-4567-89AB-CDEU", "0123-4567-89AB-CDEFG"] {
            assert_eq!(hash(other), None, "{other}");
        }
    }

    #[test]
    fn new_codes_are_readable_and_different() {
        let codes = new_codes().expect("randomness");
        let hashes: std::collections::BTreeSet<_> = codes.iter().map(|code| hash(code)).collect();
        assert!(codes.iter().all(|code| code.len() == LENGTH + 3 && hash(code).is_some()), "{codes:?}");
        assert_eq!(hashes.len(), SecondStep::CODES);
    }
}
