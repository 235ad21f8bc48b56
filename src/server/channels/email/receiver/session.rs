//! A conversation with one client: what follows from a command, and which may follow which.

use tokio::net::TcpStream;

use super::{
    Protocol, Server, Sink, Verdict,
    command::{Command, Fault},
    reply::{self, End, Reply},
    wire::Wire,
};

/// Errors that a client may make between two mails.
pub(super) const MOST_FAULTS: usize = 10;

/// A mail before its data.
struct Envelope {
    sender: Option<String>,
    recipients: Vec<String>,
    utf8: bool,
}

pub(super) struct Session<S> {
    server: Server<S>,
    wire: Wire,
    greeted: bool,
    mail: Option<Envelope>,
    faults: usize,
}

impl<S: Sink> Session<S> {
    pub(super) fn new(server: Server<S>, stream: TcpStream) -> Self {
        let wire = Wire::new(stream, server.limits.idle, server.stopping.clone());
        Self { server, wire, greeted: false, mail: None, faults: 0 }
    }

    /// Talks until one side has enough.
    pub(super) async fn run(mut self) {
        let name = match self.server.protocol {
            Protocol::Smtp => "ESMTP",
            Protocol::Lmtp => "LMTP",
        };
        self.wire.say(format_args!("220 {} {name}", self.server.hostname));
        let end = loop {
            if let Err(end) = self.turn().await {
                break end;
            }
        };
        tracing::debug!(?end, "a mail session ended");
        if let Some(farewell) = end.farewell() {
            self.wire.say(farewell);
            self.wire.close().await;
        }
    }

    /// A command and its answer.
    async fn turn(&mut self) -> Result<(), End> {
        let line = self.wire.line().await?;
        let command =
            line.as_deref().ok_or(Fault::TooLong).and_then(|line| Command::read(line, self.server.protocol));
        match command {
            Ok(command) => self.obey(command).await,
            // Web pages can make a browser send commands to us, but only after a request of HTTP.
            Err(Fault::Unknown) if !self.greeted => Err(End::Foreign),
            Err(fault) => self.fault(fault.reply()),
        }
    }

    async fn obey(&mut self, command: Command<'_>) -> Result<(), End> {
        match command {
            Command::Hello { extended } => self.hello(extended),
            Command::Mail { sender, size, utf8 } => return self.mail(sender, size, utf8),
            Command::Rcpt(address) => {
                let reply = self.recipient(address).await;
                self.wire.say(reply);
            }
            Command::Data => return self.data().await,
            Command::Rset => {
                self.mail = None;
                self.wire.say(reply::OK);
            }
            Command::Noop => self.wire.say(reply::OK),
            Command::Vrfy => self.wire.say(reply::UNVERIFIED),
            Command::Help => self.wire.say(reply::HELP),
            Command::Quit => return Err(End::Quit),
        }
        Ok(())
    }

    /// A reply to an error of the client, who may make so many.
    fn fault(&mut self, reply: Reply) -> Result<(), End> {
        self.wire.say(reply);
        self.faults += 1;
        if self.faults > MOST_FAULTS { Err(End::TooManyFaults) } else { Ok(()) }
    }

    /// A greeting also forgets the mail that was begun (RFC 5321 § 4.1.4).
    fn hello(&mut self, extended: bool) {
        self.greeted = true;
        self.mail = None;
        let hostname = &self.server.hostname;
        if extended {
            let largest = self.server.limits.largest;
            self.wire.say(format_args!(
                "250-{hostname}\r\n250-PIPELINING\r\n250-SIZE {largest}\r\n250-8BITMIME\r\n\
                 250-ENHANCEDSTATUSCODES\r\n250 SMTPUTF8"
            ));
        } else {
            self.wire.say(format_args!("250 {hostname}"));
        }
    }

    fn mail(&mut self, sender: Option<&str>, size: u64, utf8: bool) -> Result<(), End> {
        if !self.greeted || self.mail.is_some() {
            return self.fault(reply::MISPLACED);
        }
        if size > self.server.limits.largest as u64 {
            self.wire.say(reply::TOO_LARGE);
            return Ok(());
        }
        self.mail = Some(Envelope { sender: sender.map(str::to_owned), recipients: Vec::new(), utf8 });
        self.wire.say(reply::SENDER_OK);
        Ok(())
    }

    /// Out of its place it is no error that counts, nor is `DATA`: a client that sends several commands at once does
    /// not know yet that those before were refused.
    async fn recipient(&mut self, address: &str) -> Reply {
        let Some(mail) = &mut self.mail else { return reply::MISPLACED };
        if !mail.utf8 && !address.is_ascii() {
            return Fault::Letters.reply();
        }
        if mail.recipients.len() >= self.server.limits.most_recipients {
            return reply::TOO_MANY_RECIPIENTS;
        }
        let verdict = self.server.sink.accepts(address).await;
        if verdict == Verdict::Taken {
            mail.recipients.push(address.to_owned());
        }
        Reply::of(verdict, reply::RECIPIENT_OK)
    }

    /// Without a recipient the mail stays as it is, and may still get one (RFC 2033 § 4.2).
    async fn data(&mut self) -> Result<(), End> {
        let Some(mail) = self.mail.take_if(|mail| !mail.recipients.is_empty()) else {
            self.wire.say(reply::MISPLACED);
            return Ok(());
        };
        self.wire.say("354 end with CR LF, a dot and CR LF");
        let replies = match self.wire.data(self.server.limits.largest).await? {
            Some(raw) => {
                let mut verdicts = Vec::with_capacity(mail.recipients.len());
                for recipient in &mail.recipients {
                    let sender = mail.sender.as_deref();
                    verdicts.push(self.server.sink.keep(sender, recipient, raw.clone()).await);
                }
                match self.server.protocol {
                    Protocol::Smtp => vec![for_all(verdicts)],
                    Protocol::Lmtp => {
                        verdicts.into_iter().map(|verdict| Reply::of(verdict, reply::KEPT)).collect()
                    }
                }
            }
            None => match self.server.protocol {
                Protocol::Smtp => vec![reply::TOO_LARGE],
                Protocol::Lmtp => vec![reply::TOO_LARGE; mail.recipients.len()],
            },
        };
        for reply in replies {
            self.wire.say(reply);
        }
        self.faults = 0;
        Ok(())
    }
}

/// The one answer that SMTP has for all recipients of a mail. If one wants it later it comes again for all, which does
/// the others no harm.
fn for_all(verdicts: Vec<Verdict>) -> Reply {
    let (mut taken, mut refused) = (false, None);
    for verdict in verdicts {
        match verdict {
            Verdict::Taken => taken = true,
            Verdict::Later(_) => return Reply::of(verdict, reply::KEPT),
            Verdict::Refused(why) => {
                refused.get_or_insert(why);
            }
        }
    }
    match refused {
        Some(why) if taken => {
            tracing::warn!(
                why,
                "a mail was kept for some recipients and refused by others, whose sender will not know"
            );
            reply::KEPT
        }
        Some(why) => Reply::because(554, "5.0.0", &why),
        None => reply::KEPT,
    }
}
