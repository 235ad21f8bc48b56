//! Whether a person wrote a mail, or a machine: automatic mail is never answered automatically (RFC 3834), and a
//! bounce is about a mail of ours.

use std::fmt;

use super::{
    dsn, machine_words,
    parse::{Mail, ReturnPath},
};

/// What kind of mail it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Nature {
    Personal,
    /// Sent by a machine, or to many. It's shown, but never answered automatically, and reopens nothing.
    Automatic(Reason),
    /// At least one recipient was not reached.
    Bounce(Bounce),
    /// Not delivered yet, and still being tried. Nothing has failed.
    Delayed(Bounce),
}

/// By what a mail is known to be automatic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// `Auto-Submitted` other than `no` (RFC 3834 § 5).
    AutoSubmitted,
    /// `<>` as its envelope's sender.
    NullReturnPath,
    /// `Precedence` bulk, junk, list or auto_reply.
    Precedence,
    /// A mailing list (RFC 2919, 2369).
    List,
    /// A field that only responders set.
    Responder,
    /// Its sender's address is a machine's.
    Sender,
    /// Its subject begins as those of out-of-office replies do.
    Subject,
    /// Reports that a mail was delivered or relayed.
    DeliveryReceipt,
    /// Reports that a mail was read or deleted (RFC 8098).
    ReadReceipt,
}

impl Reason {
    /// The reason for people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::AutoSubmitted => "It says that a program sent it.",
            Self::NullReturnPath => "Its sender takes no answers.",
            Self::Precedence => "It was sent in bulk.",
            Self::List => "It came through a mailing list.",
            Self::Responder => "An automatic responder sent it.",
            Self::Sender => "Its sender's address is a program's.",
            Self::Subject => "It is an out-of-office reply.",
            Self::DeliveryReceipt => "It confirms that a mail was delivered.",
            Self::ReadReceipt => "It tells whether a mail was read.",
        }
    }
}

/// What a delivery report, or a text like one, says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    /// One for each recipient that is named.
    pub reports: Vec<Report>,
    /// Of the mail that it is about.
    pub message_id: Option<String>,
    /// The sender's addresses in the header that came back: ours, with their token.
    pub addresses: Vec<String>,
    pub evidence: Evidence,
}

/// How sure it is that a bounce is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// A report that machines read (RFC 3464).
    Report,
    /// Its wording: to be shown as a message with the mark "bounce?".
    Wording,
    /// Its wording, which is that of a delay.
    WordingOfDelay,
}

impl Evidence {
    pub(super) const fn guess(delayed: bool) -> Self {
        if delayed { Self::WordingOfDelay } else { Self::Wording }
    }
}

/// What became of a mail for one recipient (RFC 3464 § 2.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub recipient: String,
    pub action: Action,
    pub status: Option<Status>,
    /// The other server's words.
    pub diagnostic: Option<String>,
}

/// What a server did (RFC 3464 § 2.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Failed,
    Delayed,
    Delivered,
    Relayed,
    Expanded,
}

/// A status code (RFC 3463): class 2 success, 4 passing, 5 permanent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    pub class: u8,
    pub subject: u16,
    pub detail: u16,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

impl Nature {
    /// The nature of a mail; its envelope's sender overrides what the header says of it, where it's known.
    #[must_use]
    pub fn of(mail: &Mail, envelope: Option<&ReturnPath>) -> Self {
        let return_path = envelope.unwrap_or(&mail.return_path);
        if let Some(bounce) = dsn::report(mail) {
            return Self::of_report(bounce);
        }
        if mail.report_type.as_deref() == Some("disposition-notification") {
            return Self::Automatic(Reason::ReadReceipt);
        }
        let reason = reason(mail, return_path);
        let from_machine = mail.content_type == "multipart/report"
            || matches!(reason, Some(Reason::NullReturnPath | Reason::Sender | Reason::AutoSubmitted))
            || is_machine(mail, return_path);
        // A list's own mails and out-of-office replies may quote a bounce without being one.
        if !matches!(reason, Some(Reason::List | Reason::Subject))
            && let Some(bounce) = dsn::guess(mail, from_machine)
        {
            return match bounce.evidence {
                Evidence::WordingOfDelay => Self::Delayed(bounce),
                _ => Self::Bounce(bounce),
            };
        }
        reason.map_or(Self::Personal, Self::Automatic)
    }

    /// A mail may be delivered to one recipient and refused for another: the worst counts.
    fn of_report(bounce: Bounce) -> Self {
        let any = |action| bounce.reports.iter().any(|report| report.action == action);
        if any(Action::Failed) {
            Self::Bounce(bounce)
        } else if any(Action::Delayed) {
            Self::Delayed(bounce)
        } else {
            Self::Automatic(Reason::DeliveryReceipt)
        }
    }
}

/// Whether a machine sent it by what else the sender is called. People are called so too: this alone says nothing.
fn is_machine(mail: &Mail, return_path: &ReturnPath) -> bool {
    let name = mail.from.as_ref().and_then(|from| from.name.as_deref()).unwrap_or_default().to_lowercase();
    let named = machine_words::MACHINE_NAMES.iter().any(|machine| name.contains(machine));
    named || matches!(return_path, ReturnPath::Address(address) if has_machine_name(address))
}

/// Whether an address is a machine's by its local part.
fn has_machine_name(address: &str) -> bool {
    let address = address.to_lowercase();
    let local = address.split(['@', '+']).next().unwrap_or_default();
    machine_words::MACHINES.contains(&local)
}

/// Why a mail counts as automatic; none if a person wrote it.
fn reason(mail: &Mail, return_path: &ReturnPath) -> Option<Reason> {
    let lower = |name: &str| mail.field(name).map(str::to_ascii_lowercase);
    let has = |names: &[&str]| names.iter().any(|name| mail.field(name).is_some());
    if *return_path == ReturnPath::Null {
        return Some(Reason::NullReturnPath);
    }
    // The value may be followed by parameters or a comment.
    let submitted = lower("auto-submitted");
    if submitted.is_some_and(|value| value.split([';', '(', ' ']).next().is_some_and(|word| word != "no")) {
        return Some(Reason::AutoSubmitted);
    }
    if mail.from.as_ref().is_some_and(|from| has_machine_name(&from.address)) {
        return Some(Reason::Sender);
    }
    if has(&[
        "x-autoreply",
        "x-autorespond",
        "x-autoresponder",
        "x-auto-response-suppress",
        "x-autogenerated",
    ]) {
        return Some(Reason::Responder);
    }
    if has(&["list-id", "list-unsubscribe", "list-post", "mailing-list"]) {
        return Some(Reason::List);
    }
    let precedence = lower("precedence").or_else(|| lower("x-precedence"));
    if precedence.is_some_and(|value| matches!(value.as_str(), "bulk" | "junk" | "list" | "auto_reply")) {
        return Some(Reason::Precedence);
    }
    let subject = mail.subject.to_lowercase();
    let begins = |phrase: &&str| {
        // As a title of its own, or before a colon.
        subject
            .strip_prefix(*phrase)
            .is_some_and(|rest| rest.is_empty() || rest.trim_start().starts_with([':', '：']))
    };
    machine_words::AWAY_SUBJECTS.iter().any(begins).then_some(Reason::Subject)
}
