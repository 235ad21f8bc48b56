//! HTML forms as providers post them, with values as bytes: a mail in one may be in any charset.

use std::{borrow::Cow, collections::BTreeSet};

use mail_parser::HeaderName;

use super::{mime, mime::Entity, text, transfer};

/// The named values of a form.
pub(super) struct Form<'a>(Vec<(String, Cow<'a, [u8]>)>);

impl<'a> Form<'a> {
    /// More than any provider sends. What follows is not read, since this happens before a signature is checked.
    const FIELDS: usize = 200;

    /// Reads `multipart/form-data` (RFC 7578) or `application/x-www-form-urlencoded`; none if it is neither.
    pub(super) fn read(content_type: &str, body: &'a [u8]) -> Option<Self> {
        let header = format!("Content-Type: {}\n\n", text::one_line(content_type));
        let entity = Entity::read(header.as_bytes(), &mut BTreeSet::new());
        match entity.content_type("").as_str() {
            "multipart/form-data" => {
                let parts = mime::parts(body, entity.parameter("boundary")?, Self::FIELDS);
                Some(Self(parts.into_iter().filter_map(part).collect()))
            }
            "application/x-www-form-urlencoded" => {
                Some(Self(body.split(|c| *c == b'&').take(Self::FIELDS).map(pair).collect()))
            }
            _ => None,
        }
    }

    /// The first value of a name.
    pub(super) fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_ref())
    }

    /// The same as text; none if it is none.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.get(name)?).ok()
    }

    /// The first value of a name, out of the form.
    pub(super) fn take(self, name: &str) -> Option<Cow<'a, [u8]>> {
        self.0.into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

fn part(part: &[u8]) -> Option<(String, Cow<'_, [u8]>)> {
    let entity = Entity::read(part, &mut BTreeSet::new());
    let name = entity.parameters(&HeaderName::ContentDisposition)?.attribute("name")?.to_owned();
    Some((name, Cow::Borrowed(entity.body)))
}

fn pair(pair: &[u8]) -> (String, Cow<'_, [u8]>) {
    let end = memchr::memchr(b'=', pair).unwrap_or(pair.len());
    let (name, value) = (&pair[..end], pair.get(end + 1..).unwrap_or_default());
    (String::from_utf8_lossy(&plain(name)).into_owned(), Cow::Owned(plain(value)))
}

fn plain(encoded: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = encoded.iter().map(|c| if *c == b'+' { b' ' } else { *c }).collect();
    transfer::percent(&spaced)
}
