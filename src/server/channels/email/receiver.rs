//! A mail server that hands on what it is given: LMTP (RFC 2033) behind an MTA, or SMTP (RFC 5321).
//!
//! It offers PIPELINING (RFC 2920), SIZE (RFC 1870), 8BITMIME (RFC 6152), ENHANCEDSTATUSCODES (RFC 2034) and SMTPUTF8
//! (RFC 6531). It offers neither STARTTLS nor AUTH, and relays nothing: it is meant to listen on loopback, or for an
//! MTA that has dealt with the world before. Mails are handed on as they came, without a trace field of ours.
//!
//! Nobody gets a mail into another one ("SMTP smuggling"): only CR LF, a dot and CR LF end the data, and only CR LF
//! begins a line whose first dot is dropped. A bare LF or CR in the data is kept like any other byte; whoever reads the
//! mail may take it for the end of a line. Commands end in CR LF alone.
//!
//! What a mail is answered with is true when it is said: [`Sink::keep`] has ended by then. Where it could not be said,
//! because the connection was lost or the server stopped, the client sends the mail again.
//!
//! Memory is bounded: a session holds one mail of at most [`Limits::largest`] bytes, its recipients with their answers,
//! and some 16 KiB.

mod command;
mod data;
mod line;
mod path;
mod reply;
mod session;
mod wire;

use std::{pin::pin, time::Duration};

use bytes::Bytes;
use futures::future::BoxFuture;
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinError, JoinSet},
    time::{sleep, timeout},
};

use session::Session;

/// What is under way when the server stops has so long to finish.
const LAST: Duration = Duration::from_secs(8);

/// What is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// A mail has one answer for all its recipients: 451 if any of them says [`Verdict::Later`], 554 if all refuse it,
    /// else 250. After a 451 it comes again for all.
    Smtp,
    /// A mail has an answer for each recipient.
    Lmtp,
}

/// What becomes of an address or a mail. The text says why, to the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Taken,
    /// To be tried again: 451 4.3.0.
    Later(String),
    /// Not now and not later: 550 5.1.1. By SMTP a mail that others take cannot be refused by one: whoever can refuse
    /// does so when asked for the address.
    Refused(String),
}

/// Where mails go.
pub trait Sink: Clone + Send + Sync + 'static {
    /// Whether mail for this address is taken. It is as the client wrote it, without angle brackets; it has a domain,
    /// unless it is `postmaster` (RFC 5321 § 4.5.1).
    fn accepts<'a>(&'a self, address: &'a str) -> BoxFuture<'a, Verdict>;

    /// Keeps a mail for one recipient; answered only once it is kept. The same mail may come again for the same
    /// recipient, and must then do no harm. The null sender (`<>`) is none.
    fn keep<'a>(&'a self, sender: Option<&'a str>, recipient: &'a str, raw: Bytes) -> BoxFuture<'a, Verdict>;
}

/// What a client may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a mail.
    pub largest: usize,
    /// Recipients of a mail.
    pub most_recipients: usize,
    /// A client may be silent, or leave unread what it is told, for so long. RFC 5321 § 4.5.3.2.7 asks for five
    /// minutes.
    pub idle: Duration,
    /// Sessions at once.
    pub most_sessions: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            largest: super::LARGEST_MAIL,
            most_recipients: 100,
            idle: Duration::from_secs(5 * 60),
            most_sessions: 50,
        }
    }
}

/// What all sessions share.
#[derive(Clone)]
struct Server<S> {
    protocol: Protocol,
    hostname: String,
    limits: Limits,
    sink: S,
    /// Ends when the server stops.
    stopping: watch::Receiver<()>,
}

/// Serves until `stopped` ends. Then no client gets to say another command; mails whose data has begun have some
/// seconds to be kept and answered.
pub async fn serve<S: Sink>(
    listener: TcpListener,
    protocol: Protocol,
    hostname: &str,
    limits: Limits,
    sink: S,
    stopped: impl Future<Output = ()> + Send,
) {
    let (stop, stopping) = watch::channel(());
    let server = Server { protocol, hostname: hostname.to_owned(), limits, sink, stopping };
    let mut sessions = JoinSet::new();
    let mut stopped = pin!(stopped);
    loop {
        tokio::select! {
            () = &mut stopped => break,
            Some(ended) = sessions.join_next() => note(ended),
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) if sessions.len() >= limits.most_sessions => turn_away(stream).await,
                Ok((stream, _)) => {
                    sessions.spawn(Session::new(server.clone(), stream).run());
                }
                Err(error) => {
                    // Out of file handles, most likely: others must close first.
                    tracing::warn!(%error, "a mail connection could not be taken");
                    sleep(Duration::from_millis(50)).await;
                }
            },
        }
    }
    drop(listener);
    drop(stop);
    let last = async {
        while let Some(ended) = sessions.join_next().await {
            note(ended);
        }
    };
    if timeout(LAST, last).await.is_err() {
        tracing::warn!("some mails did not end in time and were cut; their senders send them again");
    }
}

/// Only a fault of ours ends a session by anything but its end.
fn note(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a mail session failed");
    }
}

/// Says that there is no room. A new connection takes so few bytes at once: nobody waits for this client.
async fn turn_away(mut stream: TcpStream) {
    if let Err(error) = stream.write_all(format!("{}\r\n", reply::TOO_MANY_SESSIONS).as_bytes()).await {
        tracing::debug!(%error, "a mail client left before it was turned away");
    }
}

#[cfg(test)]
mod tests;
