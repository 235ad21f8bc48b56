//! Tests of the receiver, over TCP and piece by piece.

mod commands;
mod conversations;
mod fuzz;
mod limits;
mod splits;
mod stopping;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use futures::future::BoxFuture;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::{Notify, oneshot},
    task::JoinHandle,
    time::timeout,
};

use super::{Limits, Protocol, Sink, Verdict, serve};

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Mail {
    sender: Option<String>,
    recipient: String,
    raw: Bytes,
}

fn mail(sender: Option<&str>, recipient: &str, raw: &str) -> Mail {
    Mail {
        sender: sender.map(str::to_owned),
        recipient: recipient.to_owned(),
        raw: Bytes::copy_from_slice(raw.as_bytes()),
    }
}

/// Keeps mails in memory and decides by the address: `later…` and `refused…` are not taken, for `keep-later…` and
/// `keep-refused…` the mail is not, and for `slow…` it waits until it may go on.
#[derive(Clone, Default)]
struct Memory {
    kept: Arc<Mutex<Vec<Mail>>>,
    begun: Arc<Notify>,
    go_on: Arc<Notify>,
}

impl Memory {
    fn judge(address: &str) -> Verdict {
        if address.starts_with("later") {
            Verdict::Later("come back".to_owned())
        } else if address.starts_with("refused") {
            Verdict::Refused("no such\r\n250 address ☹".to_owned())
        } else {
            Verdict::Taken
        }
    }
}

impl Sink for Memory {
    fn accepts<'a>(&'a self, address: &'a str) -> BoxFuture<'a, Verdict> {
        Box::pin(async move { Self::judge(address) })
    }

    fn keep<'a>(&'a self, sender: Option<&'a str>, recipient: &'a str, raw: Bytes) -> BoxFuture<'a, Verdict> {
        Box::pin(async move {
            if recipient.starts_with("slow") {
                self.begun.notify_one();
                self.go_on.notified().await;
            }
            let verdict = recipient.strip_prefix("keep-").map_or(Verdict::Taken, Self::judge);
            if verdict == Verdict::Taken {
                let sender = sender.map(str::to_owned);
                let mail = Mail { sender, recipient: recipient.to_owned(), raw };
                self.kept.lock().expect("nobody panicked").push(mail);
            }
            verdict
        })
    }
}

struct Running {
    address: SocketAddr,
    sink: Memory,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

async fn start(protocol: Protocol, limits: Limits) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("bound");
    let (stop, stopped) = oneshot::channel::<()>();
    let sink = Memory::default();
    let task = tokio::spawn({
        let sink = sink.clone();
        let stopped = async {
            // It also stops when the test is over.
            let _ = stopped.await;
        };
        serve(listener, protocol, "mx.test", limits, sink, stopped)
    });
    Running { address, sink, stop, task }
}

impl Running {
    fn kept(&self) -> Vec<Mail> {
        self.sink.kept.lock().expect("nobody panicked").clone()
    }

    /// Stops the server and waits until it has; gives what it has kept.
    async fn stop(self) -> Vec<Mail> {
        self.stop.send(()).expect("the server runs");
        timeout(PATIENCE, self.task).await.expect("it stops in time").expect("it does not panic");
        self.sink.kept.lock().expect("nobody panicked").clone()
    }
}

struct Client(BufReader<TcpStream>);

impl Client {
    async fn connect(server: &Running) -> Self {
        Self(BufReader::new(TcpStream::connect(server.address).await.expect("a connection")))
    }

    /// Connects and hears the server's greeting.
    async fn greeted(server: &Running) -> Self {
        let mut client = Self::connect(server).await;
        let greeting = client.reply().await;
        assert!(greeting.starts_with("220 mx.test "), "{greeting}");
        client
    }

    async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.get_mut().write_all(bytes.as_ref()).await.expect("written");
    }

    /// The next reply with all its line ends; empty if the server has closed.
    async fn reply(&mut self) -> String {
        let mut reply = String::new();
        loop {
            let start = reply.len();
            let read = timeout(PATIENCE, self.0.read_line(&mut reply)).await.expect("an answer in time");
            read.expect("readable");
            if reply[start..].get(3..4) != Some("-") {
                return reply;
            }
        }
    }

    /// Says a line, to which there is one reply.
    async fn says(&mut self, line: &str) -> String {
        self.send(format!("{line}\r\n")).await;
        self.reply().await
    }

    /// Says lines, and hears how the reply to each begins.
    async fn converses(&mut self, lines: &[(&str, &str)]) {
        for (line, want) in lines {
            let reply = self.says(line).await;
            assert!(reply.starts_with(want), "{line}: {reply} and not {want}");
        }
    }

    /// What is still said before the server closes.
    async fn rest(mut self) -> String {
        let mut rest = String::new();
        let read = timeout(PATIENCE, self.0.read_to_string(&mut rest)).await.expect("it closes in time");
        read.expect("readable");
        rest
    }
}
