//! Changes that a number draws.

use std::ops::Range;

use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use rand::{Rng, SeedableRng, rngs::StdRng};

use crate::server::channels::Hook;

/// Longer inputs are cut.
const LONGEST: usize = 32 * 1024;
/// The most bytes of a piece, as a power of two.
const PIECE: u32 = 8;

/// What means something in a mail.
pub const MIME: &[&str] = &[
    "\r\n",
    "\r\n\r\n",
    "\r\n--b\r\n",
    "--b--",
    "Content-Type: multipart/mixed; boundary=b\r\n\r\n",
    "Content-Type: multipart/alternative; boundary=\"\"\r\n",
    "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
    "Content-Type: multipart/digest; boundary=b\r\n",
    "Content-Type: message/rfc822\r\n\r\n",
    "Content-Type: text/html; charset=utf-16\r\n\r\n",
    "Content-Type: text/plain; charset=iso-2022-jp; format=flowed; delsp=yes\r\n",
    "Content-Disposition: attachment; filename*0*=utf-8''%; filename*1=\"../\"\r\n",
    "Content-Transfer-Encoding: base64\r\n",
    "Content-Transfer-Encoding: quoted-printable\r\n",
    "charset=gb18030",
    "charset=utf-7",
    "=?utf-8?B?4oCu?=",
    "=?iso-2022-jp?Q?=1B$B",
    "\x1b$B",
    "=\r\n",
    "=FF",
    "\0",
    "\u{202e}",
    "From: ",
    "\r\nFrom: <@>\r\n",
    "\r\nReply-To: a@x.test, , <>\r\n",
    "\r\nMessage-ID: <<a@b>\r\n",
    "\r\nReturn-Path: <>\r\n",
    "\r\nAuto-Submitted: auto-replied\r\n",
    "Final-Recipient: rfc822; a@x.test\r\nAction: failed\r\nStatus: 5.1.1\r\n",
    "<div class=\"gmail_quote\">",
    "</table>",
    "<img src=\"cid:logo\">",
    "<!--",
    "<blockquote>",
    "&#x110000;",
    "\r\n-- \r\n",
    "\r\n> ",
    "\r\nOn Mon, 3 Nov 2026, Ana <a@x.test> wrote:\r\n",
];

/// Says which round it was, if it fails.
pub struct Round {
    pub what: &'static str,
    pub number: u64,
}

impl Drop for Round {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("this was round {} of {}", self.number, self.what);
        }
    }
}

/// What one round changes.
pub struct Mutation(StdRng);

impl Mutation {
    /// The same for the same number of the same thing.
    pub fn of(what: &str, number: u64) -> Self {
        /// FNV-1a.
        const START: u64 = 0xcbf2_9ce4_8422_2325;
        const PRIME: u64 = 0x0000_0100_0000_01b3;
        let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(PRIME);
        Self(StdRng::seed_from_u64(what.bytes().chain(number.to_le_bytes()).fold(START, hash)))
    }

    pub fn pick<'t, T>(&mut self, things: &'t [T]) -> &'t T {
        &things[self.below(things.len())]
    }

    /// A request with one thing changed, or two.
    pub fn of_request(&mut self, hook: &Hook, other: &Hook, words: &[&str]) -> Hook {
        let mut hook = hook.clone();
        for _ in 0..=self.below(2) {
            match self.below(10) {
                0..5 => hook.body = Bytes::from(self.of_bytes(&hook.body, &other.body, words)),
                5 => hook.body = other.body.clone(),
                6 => hook.url.clone_from(&other.url),
                7 => {
                    let url = self.of_bytes(hook.url.as_bytes(), other.url.as_bytes(), words);
                    hook.url = String::from_utf8_lossy(&url).into_owned();
                }
                _ => self.change_header(&mut hook, other, words),
            }
        }
        hook
    }

    /// Some bytes with one place changed, or a few.
    pub fn of_bytes(&mut self, bytes: &[u8], other: &[u8], words: &[&str]) -> Vec<u8> {
        let mut changed = bytes.to_vec();
        for _ in 0..=self.below(4) {
            self.change(&mut changed, other, words);
            changed.truncate(LONGEST);
        }
        changed
    }

    fn change(&mut self, bytes: &mut Vec<u8>, other: &[u8], words: &[&str]) {
        let at = self.below(bytes.len() + 1);
        match self.below(8) {
            0 => {
                let bit = 1_u8 << self.below(8);
                bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= bit);
            }
            1 => bytes.insert(at, self.0.random()),
            2 | 3 => {
                let word = self.pick(words);
                bytes.splice(at..at, word.bytes());
            }
            4 => {
                let piece = self.piece(bytes.len());
                drop(bytes.drain(piece));
            }
            5 => {
                let piece = self.piece(bytes.len());
                let times = 2 + self.below(40);
                let repeated = bytes[piece.clone()].repeat(times);
                bytes.splice(piece, repeated);
            }
            6 => {
                let piece = self.piece(other.len());
                bytes.splice(at..at, other[piece].iter().copied());
            }
            _ => {
                let from = self.below(other.len() + 1);
                bytes.truncate(at);
                bytes.extend_from_slice(&other[from..]);
            }
        }
    }

    fn change_header(&mut self, hook: &mut Hook, other: &Hook, words: &[&str]) {
        let names: Vec<HeaderName> = hook.headers.keys().cloned().collect();
        if names.is_empty() {
            return;
        }
        let name = self.pick(&names);
        match self.below(4) {
            0 => drop(hook.headers.remove(name)),
            1 => {
                if let Some(value) = other.headers.get(name) {
                    hook.headers.insert(name, value.clone());
                }
            }
            2 => {
                let twice = hook.headers[name].clone();
                hook.headers.append(name, twice);
            }
            _ => {
                let value = self.of_bytes(hook.headers[name].as_bytes(), b"", words);
                // Others never come through HTTP.
                if let Ok(value) = HeaderValue::from_bytes(&value) {
                    hook.headers.insert(name, value);
                }
            }
        }
    }

    /// A number from 0; 0 where there is none.
    fn below(&mut self, end: usize) -> usize {
        self.0.random_range(0..end.max(1))
    }

    /// A piece of something so long.
    fn piece(&mut self, length: usize) -> Range<usize> {
        let start = self.below(length + 1);
        let most = 1_usize << self.0.random_range(0..=PIECE);
        start..length.min(start + self.below(most) + 1)
    }
}

#[test]
fn a_number_draws_the_same_again() {
    let draw = |what: &str, number| Mutation::of(what, number).of_bytes(b"one, two, three", b"four", MIME);
    let drawn = |what: &str| (0..50).map(|number| draw(what, number)).collect::<Vec<_>>();
    assert_eq!(drawn("a"), drawn("a"));
    assert_ne!(drawn("a"), drawn("b"));
    let others = drawn("a").into_iter().collect::<std::collections::BTreeSet<_>>().len();
    assert!(others > 25, "each number draws something else: {others}");
}
