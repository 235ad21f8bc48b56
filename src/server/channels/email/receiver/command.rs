//! What clients say (RFC 5321 § 4.1.1, RFC 2033 § 4.1).

use super::{Protocol, path, reply::Reply};

/// A command that can be read. Whether it is in its place is for the session to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Command<'l> {
    /// `EHLO` or `LHLO`, which ask for extensions, or `HELO`, which does not.
    Hello {
        extended: bool,
    },
    Mail {
        /// None is the null sender.
        sender: Option<&'l str>,
        /// Bytes, as far as the client says.
        size: u64,
        /// Addresses may have other letters than ASCII's.
        utf8: bool,
    },
    Rcpt(&'l str),
    Data,
    Rset,
    Noop,
    Vrfy,
    Help,
    Quit,
}

/// Why a line is no command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    TooLong,
    Unreadable,
    Unknown,
    /// The other protocol's greeting.
    OtherProtocol,
    NotOffered,
    Argument,
    Sender,
    Recipient,
    Parameter,
    /// An address in other letters than ASCII's in a mail that was not announced so.
    Letters,
}

impl Fault {
    pub(super) const fn reply(self) -> Reply {
        match self {
            Self::TooLong => Reply::new(500, "5.5.2", "the line is too long"),
            Self::Unreadable => Reply::new(500, "5.5.2", "commands are text and end in CR LF"),
            Self::Unknown => Reply::new(500, "5.5.1", "no such command"),
            Self::OtherProtocol => Reply::new(500, "5.5.1", "SMTP begins with EHLO, LMTP with LHLO"),
            Self::NotOffered => Reply::new(502, "5.5.1", "this is not offered here"),
            Self::Argument => Reply::new(501, "5.5.4", "the argument is missing or wrong"),
            Self::Sender => Reply::new(501, "5.1.7", "this is no sender"),
            Self::Recipient => Reply::new(501, "5.1.3", "this is no recipient"),
            Self::Parameter => Reply::new(555, "5.5.4", "a parameter is unknown or wrong"),
            Self::Letters => Reply::new(553, "5.6.7", "this address needs SMTPUTF8"),
        }
    }
}

impl<'l> Command<'l> {
    /// Reads a line with its end.
    pub(super) fn read(line: &'l [u8], protocol: Protocol) -> Result<Self, Fault> {
        let line = text(line).ok_or(Fault::Unreadable)?;
        let (verb, argument) = line.split_once(' ').unwrap_or((line, ""));
        let argument = argument.trim_matches(' ');
        let none_with = |command| if argument.is_empty() { Ok(command) } else { Err(Fault::Argument) };
        match (verb.to_ascii_uppercase().as_str(), protocol) {
            ("EHLO", Protocol::Smtp) | ("LHLO", Protocol::Lmtp) => hello(argument, true),
            ("HELO", Protocol::Smtp) => hello(argument, false),
            ("EHLO" | "HELO" | "LHLO", _) => Err(Fault::OtherProtocol),
            ("MAIL", _) => mail(argument),
            ("RCPT", _) => rcpt(argument),
            ("DATA", _) => none_with(Self::Data),
            ("RSET", _) => none_with(Self::Rset),
            ("QUIT", _) => none_with(Self::Quit),
            ("NOOP", _) => Ok(Self::Noop),
            ("VRFY", _) => Ok(Self::Vrfy),
            ("HELP", _) => Ok(Self::Help),
            ("AUTH" | "BDAT" | "ETRN" | "EXPN" | "STARTTLS", _) => Err(Fault::NotOffered),
            _ => Err(Fault::Unknown),
        }
    }
}

/// A line without its end, which is CR LF and nothing else.
fn text(line: &[u8]) -> Option<&str> {
    let line = std::str::from_utf8(line.strip_suffix(b"\r\n")?).ok()?;
    (!line.contains(|c: char| c.is_ascii_control())).then_some(line)
}

fn hello(argument: &str, extended: bool) -> Result<Command<'_>, Fault> {
    if argument.is_empty() { Err(Fault::Argument) } else { Ok(Command::Hello { extended }) }
}

fn mail(argument: &str) -> Result<Command<'_>, Fault> {
    let (path, parameters) = path_after(argument, "FROM:").ok_or(Fault::Sender)?;
    let sender = match path {
        "" => None,
        path => Some(path::address(path).ok_or(Fault::Sender)?),
    };
    let (mut size, mut utf8) = (0, false);
    for parameter in parameters {
        let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        match (key.to_ascii_uppercase().as_str(), value.to_ascii_uppercase().as_str()) {
            ("SIZE", digits) => size = read_size(digits).ok_or(Fault::Parameter)?,
            ("BODY", "7BIT" | "8BITMIME") => {}
            ("SMTPUTF8", "") => utf8 = true,
            _ => return Err(Fault::Parameter),
        }
    }
    if utf8 || path.is_ascii() { Ok(Command::Mail { sender, size, utf8 }) } else { Err(Fault::Letters) }
}

/// More than we can count is more than anybody takes.
fn read_size(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

fn rcpt(argument: &str) -> Result<Command<'_>, Fault> {
    let (path, mut parameters) = path_after(argument, "TO:").ok_or(Fault::Recipient)?;
    if parameters.next().is_some() {
        return Err(Fault::Parameter);
    }
    if path.eq_ignore_ascii_case("postmaster") {
        return Ok(Command::Rcpt(path));
    }
    path::address(path).map(Command::Rcpt).ok_or(Fault::Recipient)
}

/// The path after a word, and the parameters after that. Many clients put a space before the path.
fn path_after<'l>(argument: &'l str, word: &str) -> Option<(&'l str, impl Iterator<Item = &'l str>)> {
    let (start, rest) = argument.split_at_checked(word.len())?;
    let (path, after) = path::split(rest.trim_start_matches(' '))?;
    let ends_well = after.is_empty() || after.starts_with(' ');
    (start.eq_ignore_ascii_case(word) && ends_well)
        .then(|| (path, after.split(' ').filter(|parameter| !parameter.is_empty())))
}
