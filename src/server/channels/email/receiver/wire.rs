//! A client's connection: lines and data in, replies out.

use std::{fmt::Display, ops::Range, pin::pin, time::Duration};

use bytes::Bytes;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::watch,
    time::{sleep, timeout},
};

use super::{data::Data, line::Line, reply::End};

/// Bytes that are read at once.
const CHUNK: usize = 8 * 1024;
/// Bytes of replies that are kept back at most while the client has more to say.
const ENOUGH: usize = 4 * 1024;
/// How long a client that was told good-bye may take to close.
const LINGER: Duration = Duration::from_secs(1);

/// A connection. Replies go out together, when there is nothing left to read: clients that send several commands at
/// once get several replies at once (RFC 2920 § 3.2).
pub(super) struct Wire {
    stream: TcpStream,
    idle: Duration,
    stopping: watch::Receiver<()>,
    buffer: Box<[u8]>,
    /// What of the buffer was not looked at yet.
    unread: Range<usize>,
    unsent: Vec<u8>,
}

impl Wire {
    pub(super) fn new(stream: TcpStream, idle: Duration, stopping: watch::Receiver<()>) -> Self {
        let buffer = vec![0; CHUNK].into_boxed_slice();
        Self { stream, idle, stopping, buffer, unread: 0..0, unsent: Vec::new() }
    }

    /// The next command line with its end; none if it was too long.
    pub(super) async fn line(&mut self) -> Result<Option<Vec<u8>>, End> {
        let mut line = Line::default();
        // For the whole line, so that nobody can spin one out.
        let mut idle = pin!(sleep(self.idle));
        if self.unsent.len() > ENOUGH {
            self.flush().await?;
        }
        while !line.has_ended() {
            if self.unread.is_empty() {
                self.flush().await?;
                tokio::select! {
                    biased;
                    _ = self.stopping.changed() => return Err(End::Stopped),
                    read = self.stream.read(&mut self.buffer) => self.unread = 0..some(read)?,
                    () = &mut idle => return Err(End::Idle),
                }
            }
            self.unread.start += line.take(&self.buffer[self.unread.clone()]);
        }
        Ok(line.whole())
    }

    /// The data of a mail of at most so many bytes, to its end; none if it was larger.
    pub(super) async fn data(&mut self, largest: usize) -> Result<Option<Bytes>, End> {
        let mut data = Data::new(largest);
        while !data.has_ended() {
            if self.unread.is_empty() {
                self.flush().await?;
                let read = timeout(self.idle, self.stream.read(&mut self.buffer)).await;
                self.unread = 0..some(read.map_err(|_| End::Idle)?)?;
            }
            self.unread.start += data.take(&self.buffer[self.unread.clone()]);
        }
        Ok(data.whole().map(Bytes::from))
    }

    /// Says something, soon.
    pub(super) fn say(&mut self, reply: impl Display) {
        self.unsent.extend_from_slice(format!("{reply}\r\n").as_bytes());
    }

    async fn flush(&mut self) -> Result<(), End> {
        let written = timeout(self.idle, self.stream.write_all(&self.unsent)).await;
        self.unsent.clear();
        if matches!(written, Ok(Ok(()))) { Ok(()) } else { Err(End::Gone) }
    }

    /// Says what is left to say and closes. What the client still sends is read for a moment: a connection that is
    /// closed on unread bytes is reset, and the client might not see the last reply.
    pub(super) async fn close(mut self) {
        if self.flush().await.is_err() || self.stream.shutdown().await.is_err() {
            return;
        }
        let rest = async { while matches!(self.stream.read(&mut self.buffer).await, Ok(1..)) {} };
        if timeout(LINGER, rest).await.is_err() {
            tracing::debug!("a mail client did not close");
        }
    }
}

/// How many bytes were read, if any: none are the connection's end.
fn some(read: std::io::Result<usize>) -> Result<usize, End> {
    match read {
        Ok(0) | Err(_) => Err(End::Gone),
        Ok(read) => Ok(read),
    }
}
