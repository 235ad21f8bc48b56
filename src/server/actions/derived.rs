//! Ids that follow from something else: the same again is the same thing, and is done once.

use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

/// The id that follows from these parts: a UUID of version 8 with their SHA-256 (RFC 9562 § 5.8).
pub fn derived_id<T: From<Uuid>>(parts: &[&[u8]]) -> T {
    let mut hash = Sha256::new();
    for part in parts {
        // With its length, so that no two lists of parts run together to the same bytes.
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    T::from(Builder::from_custom_bytes(bytes).into_uuid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_parts_are_the_same_id_and_others_are_not() {
        let id = |parts: &[&[u8]]| derived_id::<Uuid>(parts);
        assert_eq!(id(&[b"ab", b"c"]), id(&[b"ab", b"c"]));
        assert_ne!(id(&[b"ab", b"c"]), id(&[b"a", b"bc"]));
        assert_ne!(id(&[b"ab"]), id(&[b"ab", b""]));
        assert_eq!(id(&[b"ab"]).get_version_num(), 8);
    }
}
