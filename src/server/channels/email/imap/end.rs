//! Why a connection ended, in words for whoever looks after the channel.

use std::io;

use async_imap::{error::Error, imap_proto::Outcome};

use super::super::text;

/// Characters that are shown of what a server says.
const LONGEST: usize = 300;
const SILENT_ABOUT_IT: &str = "it does not say why";

/// Why something could not be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Failed(pub String);

/// Why a connection ended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum End {
    #[error("it is to stop")]
    Stopped,
    #[error("the mail server cannot be reached: {0}")]
    Away(String),
    #[error("no encrypted connection to the mail server can be made: {0}")]
    Tls(String),
    #[error("the mail server does not let us in: {0}")]
    Login(String),
    #[error("the folder cannot be opened: {0}")]
    Folder(String),
    #[error("the mail server gives mails no lasting numbers")]
    NoNumbers,
    #[error("the mail server refuses what it is asked: {0}")]
    Refused(String),
    #[error("the mail server ended the connection: {0}")]
    Closed(String),
    #[error("what answers is not a mail server, or says what we do not understand")]
    Foreign,
    #[error("the mail server does not answer")]
    Silent,
    #[error("the connection to the mail server was lost")]
    Lost,
    #[error("what was fetched cannot be kept: {0}")]
    NotKept(#[from] Failed),
}

impl End {
    /// Whether it is of the kind that is often over by the next try, without anybody doing anything.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        match self {
            Self::Stopped
            | Self::Away(_)
            | Self::Closed(_)
            | Self::Silent
            | Self::Lost
            | Self::NotKept(_) => true,
            Self::Tls(_)
            | Self::Login(_)
            | Self::Folder(_)
            | Self::NoNumbers
            | Self::Refused(_)
            | Self::Foreign => false,
        }
    }
}

impl From<Error> for End {
    fn from(error: Error) -> Self {
        match error {
            Error::Io(error) => error.into(),
            Error::ConnectionLost => Self::Lost,
            Error::No(described) | Error::Bad(described) => Self::Refused(said(&described)),
            // A line break in a name or password.
            Error::Validate(error) => Self::Refused(error.to_string()),
            _ => Self::Foreign,
        }
    }
}

impl From<io::Error> for End {
    /// The library's parser says that it fails by an error of this kind, whose text is all that it was to parse.
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::Other { Self::Foreign } else { Self::Lost }
    }
}

/// What a server says beside a status.
pub(super) fn words(outcome: &Outcome<'_>) -> String {
    shown(outcome.information.as_deref().unwrap_or(SILENT_ABOUT_IT))
}

/// The server's words in what the library makes of them: `code: …, info: Some("…")`.
fn said(described: &str) -> String {
    let words = described.split_once("info: Some(\"").and_then(|(_, rest)| rest.strip_suffix("\")"));
    shown(words.unwrap_or(SILENT_ABOUT_IT))
}

fn shown(words: &str) -> String {
    text::one_line(words).chars().take(LONGEST).collect()
}
