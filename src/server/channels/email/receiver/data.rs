//! A mail's data as it is sent after `DATA` (RFC 5321 § 4.5.2).

use memchr::memchr;

/// Where in the data the next byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// After CR LF, or at the start.
    LineStart,
    /// After a dot at a line's start, which is not part of the mail.
    Dot,
    /// After such a dot and a CR, of which nothing was kept yet.
    DotCr,
    Text,
    /// After a CR in the text.
    Cr,
    /// After the dot that ends it all.
    End,
}

/// The mail, put together from what arrives. Line starts are what CR LF makes: a bare CR or LF is text.
pub(super) struct Data {
    place: Place,
    kept: Vec<u8>,
    largest: usize,
    too_large: bool,
}

impl Data {
    /// Nothing yet of a mail that may have so many bytes.
    pub(super) fn new(largest: usize) -> Self {
        Self { place: Place::LineStart, kept: Vec::new(), largest, too_large: false }
    }

    /// Takes bytes up to the end of the data, which may lie before theirs. Gives how many were taken.
    pub(super) fn take(&mut self, bytes: &[u8]) -> usize {
        let mut rest = bytes;
        while let [first, others @ ..] = rest
            && self.place != Place::End
        {
            (self.place, rest) = match (self.place, *first) {
                (Place::LineStart, b'.') => (Place::Dot, others),
                (Place::Dot, b'\r') => (Place::DotCr, others),
                (Place::DotCr, b'\n') => (Place::End, others),
                (Place::DotCr, _) => {
                    self.keep(b"\r");
                    (Place::Cr, rest)
                }
                (Place::Cr, b'\n') => {
                    self.keep(b"\n");
                    (Place::LineStart, others)
                }
                _ => {
                    let cr = memchr(b'\r', rest);
                    let (text, after) = rest.split_at(cr.map_or(rest.len(), |cr| cr + 1));
                    self.keep(text);
                    (if cr.is_some() { Place::Cr } else { Place::Text }, after)
                }
            };
        }
        bytes.len() - rest.len()
    }

    fn keep(&mut self, bytes: &[u8]) {
        let length = self.kept.len() + bytes.len();
        if length > self.largest {
            self.too_large = true;
            self.kept = Vec::new();
        }
        if self.too_large {
            return;
        }
        if length > self.kept.capacity() {
            // By itself the capacity would double beyond the limit.
            let capacity = length.max(self.kept.capacity().saturating_mul(2)).min(self.largest);
            self.kept.reserve_exact(capacity - self.kept.len());
        }
        self.kept.extend_from_slice(bytes);
    }

    pub(super) fn has_ended(&self) -> bool {
        self.place == Place::End
    }

    /// The mail; none if it was too large.
    pub(super) fn whole(self) -> Option<Vec<u8>> {
        (!self.too_large).then_some(self.kept)
    }
}
