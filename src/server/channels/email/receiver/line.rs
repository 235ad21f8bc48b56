//! A command line, put together from what arrives.

use memchr::memchr;

#[derive(Default)]
pub(super) struct Line {
    bytes: Vec<u8>,
    too_long: bool,
    ended: bool,
}

impl Line {
    /// Bytes with the line's end. RFC 5321 § 4.5.3.1.4 asks for 512, and our extensions for some more.
    pub(super) const LONGEST: usize = 2048;

    /// Takes bytes up to the end of the line, which may lie before theirs. Gives how many were taken.
    pub(super) fn take(&mut self, bytes: &[u8]) -> usize {
        let end = memchr(b'\n', bytes);
        let piece = &bytes[..end.map_or(bytes.len(), |end| end + 1)];
        self.too_long |= self.bytes.len() + piece.len() > Self::LONGEST;
        if !self.too_long {
            self.bytes.extend_from_slice(piece);
        }
        self.ended = end.is_some();
        piece.len()
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }

    /// The line with its end; none if it was too long.
    pub(super) fn whole(self) -> Option<Vec<u8>> {
        (!self.too_long).then_some(self.bytes)
    }
}
