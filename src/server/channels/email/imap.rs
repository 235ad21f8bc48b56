//! Fetching mail from a mailbox by IMAP (RFC 3501), with IDLE (RFC 2177) where the server has it.
//!
//! Each mail is handed to an [`Inbox`], which keeps it together with its place in the mailbox. Only then is it marked
//! as seen, and the next one fetched. What is cut off in between comes again, so the same mail may come twice: the
//! inbox has to know it. For the same reason two servers may follow one mailbox without harm.
//!
//! Which mails:
//! - The first time, those that arrive from then on. Years of old mail are nobody's open conversations.
//! - Later, all that arrived since the place that is kept, however long ago that was.
//! - If the identifiers are new (another UIDVALIDITY), or the mailbox was put back from a backup, all that arrived
//!   since the channel was made. The place stays as it was until they are all kept.
//!
//! A mail that is too large, or that the server does not hand out, does not hold up the others: a stand-in with its
//! header is kept, and the mail stays unseen in its mailbox. It takes some tries, and with them minutes, until a mail
//! counts as one that cannot be fetched.
//!
//! The library connects and parses. Its commands are not used: they take a lost connection, or a NO, for the end of a
//! list, and so a mailbox that cannot be read for an empty one.

mod connect;
mod end;
mod folder;
mod reader;
mod session;
mod stand_in;

use std::{convert::Infallible, time::Duration};

use futures::future::BoxFuture;
use rustls::pki_types::CertificateDer;
use tokio::sync::watch;

use self::{
    reader::{Reader, Stuck},
    session::Session,
};
use super::credentials::Imap;
use crate::domain::Time;

pub use self::end::{End, Failed};

/// A place in a mailbox (RFC 3501 § 2.3.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Another validity means that all identifiers are new.
    pub validity: u32,
    /// The identifier of the newest mail that is kept; 0 before the first.
    pub uid: u32,
}

/// Where fetched mails go.
pub trait Inbox: Send + Sync {
    /// Up to where everything is kept; none before the first time.
    fn place(&self) -> BoxFuture<'_, Result<Option<Place>, Failed>>;

    /// Keeps a mail and the place, both or neither. A mail that came before must do no harm.
    fn keep<'a>(&'a self, raw: &'a [u8], place: Place) -> BoxFuture<'a, Result<(), Failed>>;

    /// Keeps the first place, and answers with it; or, where another has begun before, with how far that one has come.
    fn begin(&self, place: Place) -> BoxFuture<'_, Result<Place, Failed>>;

    /// Keeps a place without a mail. It may lie before the one that was kept last.
    fn skip(&self, place: Place) -> BoxFuture<'_, Result<(), Failed>>;

    /// Is told whenever all that is there has been kept: whatever was wrong is over.
    fn up_to_date(&self) -> BoxFuture<'_, Result<(), Failed>>;
}

/// How long things may take.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// For the server to answer; a large mail gets more.
    patience: Duration,
    /// After so long an IDLE is ended and begun again. RFC 2177 wants less than 29 minutes, or servers hang up. Until
    /// then a connection that died in silence looks like a mailbox without new mail: hence much less.
    idle: Duration,
    /// Without IDLE, new mail is looked for this often.
    poll: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            patience: Duration::from_secs(60),
            idle: Duration::from_secs(5 * 60),
            poll: Duration::from_secs(60),
        }
    }
}

/// Follows one mailbox, over one connection after another.
pub struct Follower<'a> {
    imap: &'a Imap,
    root: Option<CertificateDer<'static>>,
    since: Time,
    pace: Pace,
    /// The mail that the last connection ended at, if it ended at one.
    stuck: Option<Stuck>,
}

impl<'a> Follower<'a> {
    /// For the mailbox of a channel that was made at a time; trusts one more root certificate, if it is given.
    #[must_use]
    pub fn new(imap: &'a Imap, root: Option<CertificateDer<'static>>, since: Time) -> Self {
        Self { imap, root, since, pace: Pace::default(), stuck: None }
    }

    /// Fetches over one connection all that is there and all that comes, until the connection ends, or the sender of
    /// `stopping` is gone. What is being kept then is kept to its end.
    pub async fn follow(&mut self, inbox: &dyn Inbox, stopping: watch::Receiver<()>) -> End {
        match self.read(inbox, stopping).await {
            Ok(never) => match never {},
            Err(end) => end,
        }
    }

    async fn read(&mut self, inbox: &dyn Inbox, stopping: watch::Receiver<()>) -> Result<Infallible, End> {
        let session = Session::open(self.imap, self.root.as_ref(), self.pace, stopping).await?;
        let mut reader = Reader { inbox, session, stuck: &mut self.stuck };
        let mut place = reader.settle(&self.imap.folder, self.since).await?;
        loop {
            reader.catch_up(&mut place).await?;
            inbox.up_to_date().await?;
            reader.session.wait().await?;
        }
    }
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
