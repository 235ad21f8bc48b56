//! The commands that fetching needs, each with the whole of its answer.

use std::time::Duration;

use async_imap::imap_proto::{
    AttributeValue, Capability, MailboxDatum, MessageSection, RequestId, Response, ResponseCode, SectionPath,
    Status,
};
use rustls::pki_types::CertificateDer;
use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout},
};

use super::{
    super::credentials::Imap,
    Pace, Place,
    connect::{self, Stream},
    end::{End, words},
    folder,
};

/// Bytes a second of a mail that may take longer than the server's other answers.
const SLOWEST: u32 = 16 * 1024;
/// Bytes that are fetched of a header: as many as are read of it later.
const HEADER: u32 = 256 * 1024;

/// An open connection, after login.
pub(super) struct Session {
    wire: async_imap::Session<Stream>,
    stopping: watch::Receiver<()>,
    pace: Pace,
    /// Whether the server tells of new mail by itself.
    idles: bool,
    /// Set when the server tells of mails. It does so once, between the lines of whatever answer comes next, and IDLE
    /// says nothing of what was told before.
    pub(super) news: bool,
}

/// What a response means to whoever waits for the end of a command.
enum Heard {
    /// The server waits for the rest of the command.
    GoOn,
    Done(Result<(), End>),
    Other,
}

impl Session {
    pub(super) async fn open(
        imap: &Imap,
        root: Option<&CertificateDer<'_>>,
        pace: Pace,
        mut stopping: watch::Receiver<()>,
    ) -> Result<Self, End> {
        let wire = within(&mut stopping, pace.patience, connect::log_in(imap, root)).await?;
        let mut session = Self { wire, stopping, pace, idles: false, news: false };
        let mut idles = false;
        session
            .command("CAPABILITY", |response| {
                if let Response::Capabilities(capabilities) = response {
                    idles = capabilities.iter().any(is_idle);
                }
            })
            .await?;
        session.idles = idles;
        Ok(session)
    }

    /// Opens a folder and gives the place of the newest mail in it.
    pub(super) async fn select(&mut self, folder: &str) -> Result<Place, End> {
        let (mut validity, mut next) = (None, None);
        let line = format!("SELECT {}", folder::quoted(folder));
        let opened = self.command(&line, |response| {
            if let Response::Data { outcome, .. } = response {
                match &outcome.code {
                    Some(ResponseCode::UidValidity(number)) => validity = Some(*number),
                    Some(ResponseCode::UidNext(number)) => next = Some(*number),
                    _ => {}
                }
            }
        });
        opened.await.map_err(|end| match end {
            End::Refused(why) => End::Folder(why),
            other => other,
        })?;
        let validity = validity.ok_or(End::NoNumbers)?;
        let uid = match next {
            Some(next) => next.saturating_sub(1),
            None => self.search("UID *").await?.pop().unwrap_or(0),
        };
        Ok(Place { validity, uid })
    }

    /// The identifiers of the mails that a query finds, lowest first.
    pub(super) async fn search(&mut self, query: &str) -> Result<Vec<u32>, End> {
        let mut uids: Vec<u32> = Vec::new();
        self.command(&format!("UID SEARCH {query}"), |response| {
            if let Response::MailboxData(MailboxDatum::Search(found)) = response {
                uids.extend(found);
            }
        })
        .await?;
        uids.sort_unstable();
        uids.dedup();
        Ok(uids)
    }

    /// The bytes of a mail, as the server counts them; none if the mail is no longer there.
    pub(super) async fn size(&mut self, uid: u32) -> Result<Option<u32>, End> {
        let mut size = None;
        self.fetch(uid, "RFC822.SIZE", self.pace.patience, |value| match value {
            AttributeValue::Rfc822Size(bytes) => size = Some(*bytes),
            // It is there, even if its size is not told.
            AttributeValue::Uid(_) => size = size.or(Some(0)),
            _ => {}
        })
        .await?;
        Ok(size)
    }

    /// A whole mail of about so many bytes; none if it is no longer there.
    pub(super) async fn body(&mut self, uid: u32, size: u32) -> Result<Option<Vec<u8>>, End> {
        let patience = self.pace.patience + Duration::from_secs(u64::from(size / SLOWEST));
        let mut body = None;
        self.fetch(uid, "BODY.PEEK[]", patience, |value| {
            if let AttributeValue::BodySection { section: None, data, .. } = value {
                body = Some(data.as_deref().unwrap_or_default().to_vec());
            }
        })
        .await?;
        if body.as_ref().is_some_and(Vec::is_empty) {
            return Err(End::Refused("it gives a mail without content".to_owned()));
        }
        Ok(body)
    }

    /// A mail's header, up to a limit; none if the mail is no longer there.
    pub(super) async fn header(&mut self, uid: u32) -> Result<Option<Vec<u8>>, End> {
        let mut header = None;
        let what = format!("BODY.PEEK[HEADER]<0.{HEADER}>");
        self.fetch(uid, &what, self.pace.patience, |value| {
            if let AttributeValue::BodySection {
                section: Some(SectionPath::Full(MessageSection::Header)),
                data,
                ..
            } = value
            {
                header = Some(data.as_deref().unwrap_or_default().to_vec());
            }
        })
        .await?;
        Ok(header)
    }

    /// Marks a mail as seen, if the server lets us.
    pub(super) async fn mark_seen(&mut self, uid: u32) -> Result<(), End> {
        match self.command(&format!("UID STORE {uid} +FLAGS.SILENT (\\Seen)"), |_| ()).await {
            Err(End::Refused(why)) => {
                tracing::debug!(uid, %why, "a mail could not be marked as seen");
                Ok(())
            }
            other => other,
        }
    }

    /// Waits until there may be new mail.
    pub(super) async fn wait(&mut self) -> Result<(), End> {
        if self.idles {
            match self.idle().await {
                Err(End::Refused(why)) => {
                    tracing::info!(%why, "the mail server has no use of IDLE; new mail is looked for instead");
                    self.idles = false;
                }
                other => return other,
            }
        }
        tokio::select! {
            biased;
            _ = self.stopping.changed() => return Err(End::Stopped),
            () = sleep(self.pace.poll) => {}
        }
        // Some servers show new mail to no other command.
        self.command("NOOP", |_| ()).await
    }

    /// Lets the server tell of new mail (RFC 2177).
    async fn idle(&mut self) -> Result<(), End> {
        let tag = self.send("IDLE").await?;
        loop {
            match self.hear(self.pace.patience, |response| heard(response, &tag)).await? {
                Heard::GoOn => break,
                Heard::Done(result) => return result.and_then(|()| ended_by_itself()),
                Heard::Other => {}
            }
        }
        let until = Instant::now() + self.pace.idle;
        while !self.news && Instant::now() < until {
            let rest = until.saturating_duration_since(Instant::now());
            match self.hear(rest, |response| heard(response, &tag)).await {
                Ok(Heard::Done(result)) => return result.and_then(|()| ended_by_itself()),
                Ok(_) => {}
                Err(End::Silent) => break,
                Err(end) => return Err(end),
            }
        }
        let Self { wire, stopping, pace, .. } = self;
        within(stopping, pace.patience, async { wire.run_command_untagged("DONE").await.map_err(End::from) })
            .await?;
        self.finish(&tag, self.pace.patience, |_| ()).await
    }

    /// Fetches something of one mail, and shows what comes of it.
    async fn fetch(
        &mut self,
        uid: u32,
        what: &str,
        patience: Duration,
        mut each: impl FnMut(&AttributeValue<'_>),
    ) -> Result<(), End> {
        let tag = self.send(&format!("UID FETCH {uid} (UID {what})")).await?;
        self.finish(&tag, patience, |response| {
            // A server may tell of other mails meanwhile.
            if let Response::Fetch(_, values) = response
                && values.contains(&AttributeValue::Uid(uid))
            {
                values.iter().for_each(&mut each);
            }
        })
        .await
    }

    /// Gives a command, shows each response to it, and tells how it ended.
    async fn command(&mut self, line: &str, each: impl FnMut(&Response<'_>)) -> Result<(), End> {
        let tag = self.send(line).await?;
        self.finish(&tag, self.pace.patience, each).await
    }

    async fn send(&mut self, line: &str) -> Result<RequestId, End> {
        let Self { wire, stopping, pace, .. } = self;
        within(stopping, pace.patience, async { wire.run_command(line).await.map_err(End::from) }).await
    }

    async fn finish(
        &mut self,
        tag: &RequestId,
        patience: Duration,
        mut each: impl FnMut(&Response<'_>),
    ) -> Result<(), End> {
        loop {
            let next = self.hear(patience, |response| {
                each(response);
                heard(response, tag)
            });
            if let Heard::Done(result) = next.await? {
                return result;
            }
        }
    }

    /// The next response, as far as somebody makes something of it.
    async fn hear<T>(&mut self, patience: Duration, make: impl FnOnce(&Response<'_>) -> T) -> Result<T, End> {
        let Self { wire, stopping, .. } = self;
        let read = async { wire.read_response().await.map_err(End::from) };
        let response = within(stopping, patience, read).await?.ok_or(End::Lost)?;
        match response.parsed() {
            Response::MailboxData(MailboxDatum::Exists(_)) => self.news = true,
            Response::Data { status: Status::Bye, outcome } => return Err(End::Closed(words(outcome))),
            _ => {}
        }
        Ok(make(response.parsed()))
    }
}

fn is_idle(capability: &Capability<'_>) -> bool {
    matches!(capability, Capability::Atom(name) if name.eq_ignore_ascii_case("IDLE"))
}

fn heard(response: &Response<'_>, tag: &RequestId) -> Heard {
    match response {
        Response::Continue(_) => Heard::GoOn,
        Response::Done { tag: of, status: Status::Ok, .. } if of == tag => Heard::Done(Ok(())),
        Response::Done { tag: of, outcome, .. } if of == tag => {
            Heard::Done(Err(End::Refused(words(outcome))))
        }
        _ => Heard::Other,
    }
}

/// A server that does so would be asked again at once, for ever.
fn ended_by_itself() -> Result<(), End> {
    Err(End::Refused("it ended an IDLE by itself".to_owned()))
}

/// Waits for something, but not without end, and not when we are to stop.
async fn within<T>(
    stopping: &mut watch::Receiver<()>,
    patience: Duration,
    what: impl Future<Output = Result<T, End>>,
) -> Result<T, End> {
    tokio::select! {
        biased;
        _ = stopping.changed() => Err(End::Stopped),
        done = timeout(patience, what) => done.unwrap_or(Err(End::Silent)),
    }
}
