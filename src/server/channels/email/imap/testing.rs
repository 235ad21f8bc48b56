//! A mail server in the same process: one mailbox, as far as fetching needs it, and faults on demand.

mod answers;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    io, mem,
    sync::Arc,
};

use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio::{
    io::{
        AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader, Lines, ReadHalf, WriteHalf, split,
    },
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_rustls::TlsAcceptor;

use super::super::credentials::{Imap, Security};
use crate::domain::Time;

pub const PASSWORD: &str = "correct \"horse\"";

/// What happens to a fetch of a whole mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The connection ends in the middle of the mail.
    Cut,
    /// The server says NO.
    Refused,
    /// It says NIL.
    Empty,
    /// It says something that is not IMAP.
    Garbled,
    /// Somebody deletes the mail, and it gives nothing.
    Deleted,
    /// It gives the mail, and another one arrives.
    Meanwhile(&'static str),
}

#[derive(Debug, Clone)]
pub struct Mail {
    pub raw: Vec<u8>,
    /// What the server says of its size.
    pub size: usize,
    pub arrived: Time,
    pub is_seen: bool,
    /// One for each fetch.
    pub faults: VecDeque<Fault>,
}

/// The mailbox and the server's ways.
#[derive(Debug, Clone)]
pub struct State {
    pub folder: &'static str,
    pub validity: u32,
    pub mails: BTreeMap<u32, Mail>,
    pub tells_next: bool,
    /// What it can do beside IMAP4rev1.
    pub capabilities: &'static str,
    pub takes_idle: bool,
    /// Whether the connection is dead once an IDLE is to end.
    pub dies_in_idle: bool,
    /// Whether flags can be changed.
    pub is_writable: bool,
    /// Mails whose header is not handed out.
    pub headless: BTreeSet<u32>,
    pub greeting: &'static str,
    /// Nobody is let in, and who is in is put out.
    pub is_away: bool,
    /// Connections that found it away.
    pub turned_away: usize,
    /// Commands that begin so are not answered for as long as this stands.
    pub held_back: Option<String>,
    /// How often a command was not answered at once.
    pub held: usize,
    /// Commands as they came, without their tags.
    pub heard: Vec<String>,
    /// Counted up, it ends all connections.
    epoch: u32,
}

impl State {
    pub fn heard(&self, command: &str) -> usize {
        self.heard.iter().filter(|heard| heard.starts_with(command)).count()
    }

    /// Puts a mail into the mailbox. Its number is the next one.
    pub fn arrive(&mut self, raw: &[u8]) -> u32 {
        let uid = self.newest() + 1;
        let mail = Mail {
            raw: raw.to_vec(),
            size: raw.len(),
            arrived: Time(0),
            is_seen: false,
            faults: VecDeque::new(),
        };
        self.mails.insert(uid, mail);
        uid
    }

    pub fn mail(&mut self, uid: u32) -> &mut Mail {
        self.mails.get_mut(&uid).expect("a mail of this number")
    }

    /// Gives all mails new numbers, in another order, as after a repair. Who is in has to come again.
    pub fn renumber(&mut self) {
        self.validity += 1;
        self.epoch += 1;
        let mails = mem::take(&mut self.mails);
        self.mails = (self.validity * 100 + 1..).zip(mails.into_values().rev()).collect();
    }

    fn newest(&self) -> u32 {
        self.mails.last_key_value().map_or(0, |(uid, _)| *uid)
    }

    fn holds_back(&self, command: &str) -> bool {
        self.held_back.as_deref().is_some_and(|start| command.starts_with(start))
    }
}

pub struct Server {
    port: u16,
    security: Security,
    state: Arc<watch::Sender<State>>,
}

impl Server {
    /// An empty mailbox.
    pub async fn start(security: Security) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let state = Arc::new(watch::Sender::new(State {
            folder: "INBOX",
            validity: 1,
            mails: BTreeMap::new(),
            tells_next: true,
            capabilities: "IDLE",
            takes_idle: true,
            dies_in_idle: false,
            is_writable: true,
            headless: BTreeSet::new(),
            greeting: "* OK ready",
            is_away: false,
            turned_away: 0,
            held_back: None,
            held: 0,
            heard: Vec::new(),
            epoch: 0,
        }));
        let shared = state.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(admit(stream, security, shared.clone()));
            }
        });
        Self { port, security, state }
    }

    /// What it takes to get in.
    pub fn imap(&self) -> Imap {
        Imap {
            host: "localhost".to_owned(),
            port: self.port,
            security: self.security,
            username: "ada@example.com".to_owned(),
            password: PASSWORD.to_owned(),
            folder: "INBOX".to_owned(),
        }
    }

    pub fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut made = None;
        self.state.send_modify(|state| made = Some(change(state)));
        made.expect("it was changed")
    }

    pub fn look<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.state.borrow())
    }

    /// Waits for something to be so.
    pub async fn until(&self, condition: impl FnMut(&State) -> bool) {
        let mut changes = self.state.subscribe();
        changes.wait_for(condition).await.expect("the server runs");
    }
}

/// The root that the server's certificate was signed with.
pub fn root() -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(include_bytes!("fixtures/root.pem")).expect("a certificate")
}

fn acceptor() -> TlsAcceptor {
    let certificate =
        CertificateDer::from_pem_slice(include_bytes!("fixtures/server.pem")).expect("a certificate");
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("fixtures/server_key.pem")).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring has them")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("the key is the certificate's");
    TlsAcceptor::from(Arc::new(config))
}

/// A connection, for as long as the server lets it be one.
async fn admit(stream: TcpStream, security: Security, state: Arc<watch::Sender<State>>) {
    if state.borrow().is_away {
        state.send_modify(|state| state.turned_away += 1);
        return;
    }
    let (epoch, mut changes) = (state.borrow().epoch, state.subscribe());
    let ended = async {
        let _ = changes.wait_for(|state| state.is_away || state.epoch != epoch).await;
    };
    tokio::select! {
        biased;
        () = ended => {}
        // A client that goes away is no failure.
        _ = serve(stream, security, state) => {}
    }
}

/// What is said over a connection.
async fn serve(stream: TcpStream, security: Security, state: Arc<watch::Sender<State>>) -> io::Result<()> {
    match security {
        Security::Tls => {
            let stream = acceptor().accept(stream).await?;
            Connection::over(stream, state).run(true).await?;
        }
        Security::None | Security::Starttls => {
            if let Some(stream) = Connection::over(stream, state.clone()).run(true).await? {
                let stream = acceptor().accept(stream).await?;
                Connection::over(stream, state).run(false).await?;
            }
        }
    }
    Ok(())
}

struct Connection<S> {
    lines: Lines<BufReader<ReadHalf<S>>>,
    writing: WriteHalf<S>,
    state: Arc<watch::Sender<State>>,
    /// How many mails the client was told of.
    told: usize,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    fn over(stream: S, state: Arc<watch::Sender<State>>) -> Self {
        let (reading, writing) = split(stream);
        Self { lines: BufReader::new(reading).lines(), writing, state, told: 0 }
    }

    /// Answers until the client goes, or wants its stream back for STARTTLS.
    async fn run(mut self, greets: bool) -> io::Result<Option<S>> {
        if greets {
            let greeting = self.state.borrow().greeting;
            self.say(greeting.as_bytes()).await?;
        }
        while let Some(line) = self.lines.next_line().await? {
            let (tag, command) = line.split_once(' ').unwrap_or((&line, ""));
            self.state.send_modify(|state| state.heard.push(command.to_owned()));
            hold_back(&self.state, command).await;
            match command {
                "STARTTLS" if self.state.borrow().capabilities.contains("STARTTLS") => {
                    self.say(format!("{tag} OK go ahead").as_bytes()).await?;
                    let reading = self.lines.into_inner().into_inner();
                    return Ok(Some(reading.unsplit(self.writing)));
                }
                "IDLE" if self.state.borrow().takes_idle => self.idle(tag).await?,
                _ => {
                    let mut answer = None;
                    self.state.send_modify(|state| answer = Some(answers::answer(state, command)));
                    let answer = answer.expect("it was made");
                    self.writing.write_all(&answer.said).await?;
                    let Some(end) = answer.end else { return Ok(None) };
                    self.tell().await?;
                    self.say(format!("{tag} {end}").as_bytes()).await?;
                }
            }
        }
        Ok(None)
    }

    async fn idle(&mut self, tag: &str) -> io::Result<()> {
        self.say(b"+ idling").await?;
        let mut changes = self.state.subscribe();
        loop {
            self.tell().await?;
            tokio::select! {
                line = self.lines.next_line() => {
                    let line = line?.unwrap_or_default();
                    self.state.send_modify(|state| state.heard.push(line));
                    if self.state.borrow().dies_in_idle {
                        return Err(io::ErrorKind::ConnectionAborted.into());
                    }
                    return self.say(format!("{tag} OK done").as_bytes()).await;
                }
                changed = changes.changed() => changed.expect("the state is ours"),
            }
        }
    }

    /// Tells of mails that came since the last time, once.
    async fn tell(&mut self) -> io::Result<()> {
        let count = self.state.borrow().mails.len();
        if count > self.told {
            self.say(format!("* {count} EXISTS").as_bytes()).await?;
        }
        self.told = count;
        Ok(())
    }

    async fn say(&mut self, line: &[u8]) -> io::Result<()> {
        self.writing.write_all(&[line, b"\r\n"].concat()).await?;
        self.writing.flush().await
    }
}

/// Waits for as long as commands like this one are held back.
async fn hold_back(state: &watch::Sender<State>, command: &str) {
    if state.borrow().holds_back(command) {
        state.send_modify(|state| state.held += 1);
        let _ = state.subscribe().wait_for(|state| !state.holds_back(command)).await;
    }
}
