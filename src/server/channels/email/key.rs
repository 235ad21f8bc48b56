//! By what a mail is known again, whichever way it comes.

use std::collections::BTreeSet;

use ring::digest;

use super::{
    super::sign,
    mime::Entity,
    parse::{message, message_ids},
};

/// The same for the same mail, whether it came by a hook, by IMAP or by LMTP, and for no other.
///
/// Each way adds fields of its own and has its own line ends, so that neither counts: it is a hash over Message-ID,
/// author, date, subject and body. A Message-ID alone proves nothing, since anybody can write any. A mail without one
/// is known by all its bytes.
#[must_use]
pub fn key_of(raw: &[u8]) -> String {
    let entity = Entity::read(message(raw), &mut BTreeSet::new());
    let field = |name: &str| {
        entity.fields.iter().find(|field| field.name == name).map_or("", |field| field.value.as_str())
    };
    let mut hash = digest::Context::new(&digest::SHA256);
    match message_ids(field("message-id")).first() {
        Some(id) => {
            for part in [id.as_str(), field("from"), field("date"), field("subject")] {
                hash.update(part.as_bytes());
                hash.update(b"\0");
            }
            add(&mut hash, entity.body);
        }
        None => add(&mut hash, raw),
    }
    sign::hex(hash.finish().as_ref())
}

/// Adds bytes without what depends on how they are carried: the form of their line ends, and blank lines at the end.
fn add(hash: &mut digest::Context, bytes: &[u8]) {
    for piece in bytes.trim_ascii_end().split(|c| *c == b'\r') {
        hash.update(piece);
    }
}
