//! What clients are told, and with what words they part.

use std::{borrow::Cow, fmt};

use super::{super::text, Verdict};

/// A reply code (RFC 5321 § 4.2), an enhanced status (RFC 3463) and a text: one line without its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    code: u16,
    status: &'static str,
    text: Cow<'static, str>,
}

pub(super) const OK: Reply = Reply::new(250, "2.0.0", "ok");
pub(super) const KEPT: Reply = Reply::new(250, "2.0.0", "kept");
pub(super) const SENDER_OK: Reply = Reply::new(250, "2.1.0", "sender ok");
pub(super) const RECIPIENT_OK: Reply = Reply::new(250, "2.1.5", "recipient ok");
pub(super) const HELP: Reply = Reply::new(214, "2.0.0", "see RFC 5321 and RFC 2033");
const BYE: Reply = Reply::new(221, "2.0.0", "bye");
pub(super) const UNVERIFIED: Reply = Reply::new(252, "2.0.0", "RCPT tells whether mail is taken");
const STOPPING: Reply = Reply::new(421, "4.3.2", "the server stops, try again later");
pub(super) const TOO_MANY_SESSIONS: Reply = Reply::new(421, "4.3.2", "too many sessions, try again later");
const IDLE: Reply = Reply::new(421, "4.4.2", "nothing was said for too long");
const TOO_MANY_FAULTS: Reply = Reply::new(421, "4.7.0", "too many errors");
const FOREIGN: Reply = Reply::new(421, "4.7.0", "this is a mail server");
pub(super) const TOO_MANY_RECIPIENTS: Reply = Reply::new(452, "4.5.3", "too many recipients");
pub(super) const MISPLACED: Reply = Reply::new(503, "5.5.1", "bad sequence of commands");
pub(super) const TOO_LARGE: Reply = Reply::new(552, "5.3.4", "the mail is too large");

impl Reply {
    pub(super) const fn new(code: u16, status: &'static str, text: &'static str) -> Self {
        Self { code, status, text: Cow::Borrowed(text) }
    }

    /// With a text from elsewhere: it stays one line of printable ASCII (RFC 5321 § 4.2), shorter than the 512 octets
    /// that a client has to read.
    pub(super) fn because(code: u16, status: &'static str, why: &str) -> Self {
        const LONGEST: usize = 400;
        let line = text::one_line(why);
        let text = line.chars().take(LONGEST).map(|c| if c.is_ascii() { c } else { '?' }).collect();
        Self { code, status, text: Cow::Owned(text) }
    }

    /// A verdict on one recipient; `taken` says what is said if it is good.
    pub(super) fn of(verdict: Verdict, taken: Self) -> Self {
        match verdict {
            Verdict::Taken => taken,
            Verdict::Later(why) => Self::because(451, "4.3.0", &why),
            Verdict::Refused(why) => Self::because(550, "5.1.1", &why),
        }
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, status, text } = self;
        write!(f, "{code} {status} {text}")
    }
}

/// Why a conversation is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Quit,
    /// The connection is lost, or the client no longer reads.
    Gone,
    Idle,
    Stopped,
    TooManyFaults,
    /// It does not speak our protocol.
    Foreign,
}

impl End {
    /// What is still said, if anybody hears it.
    pub(super) const fn farewell(self) -> Option<Reply> {
        match self {
            Self::Quit => Some(BYE),
            Self::Gone => None,
            Self::Idle => Some(IDLE),
            Self::Stopped => Some(STOPPING),
            Self::TooManyFaults => Some(TOO_MANY_FAULTS),
            Self::Foreign => Some(FOREIGN),
        }
    }
}
