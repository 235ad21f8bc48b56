//! Handing a mail to the server that sends it (RFC 5321, RFC 6409): one connection for each.
//!
//! Nothing that goes wrong leaves its outcome unknown. Where a connection is lost after the whole mail is written, the
//! server may have taken it, and it is sent again all the same: as the same mail with the same Message-ID, by which
//! mailboxes know it. A customer who sees an answer twice is the lesser harm than one who never gets it.

use std::{error::Error as _, time::Duration};

use lettre::{
    Address,
    transport::smtp::{
        Error,
        authentication::{Credentials as Login, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, Certificate, TlsParameters, TlsParametersBuilder},
        commands::{Data, Mail, Rcpt},
        extension::ClientId,
    },
};
use rustls::pki_types::CertificateDer;
use tokio::time::timeout;

use super::{
    super::{BadCredentials, Failure, FailureClass},
    classify::Status,
    compose::Composed,
    credentials::{Credentials, Security, Smtp},
    text,
};
use crate::domain::preview;

/// For a connection to come about.
const CONNECT: Duration = Duration::from_secs(10);
/// For the answer to a command.
const ANSWER: Duration = Duration::from_secs(30);
/// For all of it: shorter than the lease of the job that sends.
const WHOLE: Duration = Duration::from_secs(45);
/// For a goodbye, when the mail is taken already.
const GOODBYE: Duration = Duration::from_secs(2);

/// The server that takes our mails.
pub(super) struct Relay {
    server: Smtp,
    root: Option<CertificateDer<'static>>,
    /// What we call ourselves.
    name: ClientId,
}

/// What a server refuses.
#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    /// Us, before a mail is spoken of.
    Session,
    Sender,
    Recipient(&'a Address),
    Content,
}

impl Relay {
    /// # Errors
    /// If the certificate to trust is none.
    pub(super) fn of(credentials: &Credentials) -> Result<Self, BadCredentials> {
        // A name in DNS wherever we run, which a container's own name is not.
        let domain = credentials.address.rsplit('@').next().unwrap_or_default();
        let name = ClientId::Domain(idna::domain_to_ascii(domain).unwrap_or_default());
        Ok(Self { server: credentials.smtp.clone(), root: credentials.root()?, name })
    }

    /// Hands a mail over, for all of its recipients or for none.
    ///
    /// # Errors
    /// Why it was not taken.
    pub(super) async fn hand_over(&self, mail: &Composed) -> Result<(), Failure> {
        let mut connection = timeout(WHOLE, self.converse(mail)).await.map_err(|_| self.silence())??;
        // The mail is theirs now, whatever becomes of the connection.
        let _ = timeout(GOODBYE, connection.quit()).await;
        Ok(())
    }

    async fn converse(&self, mail: &Composed) -> Result<AsyncSmtpConnection, Failure> {
        let mut connection = self.step(Step::Session, self.connect()).await?;
        if let (Some(username), Some(password)) = (&self.server.username, &self.server.password) {
            let login = Login::new(username.clone(), password.clone());
            self.step(Step::Session, connection.auth(DEFAULT_MECHANISMS, &login)).await?;
        }
        let sender = Mail::new(Some(mail.envelope_from.clone()), Vec::new());
        self.step(Step::Sender, connection.command(sender)).await?;
        for recipient in &mail.envelope_to {
            let command = Rcpt::new(recipient.clone(), Vec::new());
            self.step(Step::Recipient(recipient), connection.command(command)).await?;
        }
        self.step(Step::Content, connection.command(Data)).await?;
        // A server may look at the whole mail before it answers: it gets all the time that is left.
        connection.message(&mail.bytes).await.map_err(|error| self.failure(Step::Content, &error))?;
        Ok(connection)
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        match self.server.security {
            Security::None => self.open(None).await,
            Security::Tls => self.open(Some(self.tls()?)).await,
            Security::Starttls => {
                let mut connection = self.open(None).await?;
                connection.starttls(self.tls()?, &self.name).await?;
                Ok(connection)
            }
        }
    }

    async fn open(&self, tls: Option<TlsParameters>) -> Result<AsyncSmtpConnection, Error> {
        let address = (self.server.host.as_str(), self.server.port);
        AsyncSmtpConnection::connect_tokio1(address, Some(CONNECT), &self.name, tls, None).await
    }

    fn tls(&self) -> Result<TlsParameters, Error> {
        let mut builder = TlsParametersBuilder::new(self.server.host.clone());
        if let Some(root) = &self.root {
            builder = builder.add_root_certificate(Certificate::from_der(root.to_vec())?);
        }
        builder.build()
    }

    async fn step<T>(
        &self,
        step: Step<'_>,
        doing: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Failure> {
        let done = timeout(ANSWER, doing).await.map_err(|_| self.silence())?;
        done.map_err(|error| self.failure(step, &error))
    }

    fn silence(&self) -> Failure {
        let words = format!("{} did not answer in time.", self.server.host);
        Failure { class: FailureClass::Retry, code: "timeout".to_owned(), words }
    }

    fn failure(&self, step: Step<'_>, error: &Error) -> Failure {
        /// Characters of the words.
        const WORDS: usize = 300;
        let said = error.source().map_or_else(|| error.to_string(), |said| text::one_line(&said.to_string()));
        let Some(code) = error.status().map(u16::from) else {
            // It lacks what we insist on, or it could not be reached or understood.
            let class = if error.is_client() { FailureClass::Account } else { FailureClass::Retry };
            let words = preview(&format!("{}: {said}", self.server.host), WORDS);
            return Failure { class, code: "connection".to_owned(), words };
        };
        // An enhanced status says more than the code, if it is one of the same class.
        let status = Status::read(&said).filter(|status| u16::from(status.class) == code / 100);
        let words = match step {
            Step::Recipient(recipient) => format!("{recipient}: {said}"),
            Step::Session | Step::Sender | Step::Content => said,
        };
        // It relays for whoever signs in, and we do not (RFC 3463 § 3.8): the customer's address may be good.
        let is_stranger = self.server.username.is_none() && status.is_some_and(|status| status.subject == 7);
        Failure {
            class: match class(step, code) {
                FailureClass::Recipient if is_stranger => FailureClass::Account,
                class => class,
            },
            code: status.map_or_else(|| code.to_string(), |status| status.to_string()),
            words: preview(&words, WORDS),
        }
    }
}

/// What a refusal means for sending.
const fn class(step: Step<'_>, code: u16) -> FailureClass {
    match (step, code) {
        // Not now; greylisting too.
        (_, 400..=499) => FailureClass::Retry,
        // It wants a login that it has not got (RFC 4954 § 6).
        (_, 530 | 534 | 535 | 538) | (Step::Session, _) => FailureClass::Account,
        // Too large, where the server says so at once.
        (Step::Sender, 552) | (Step::Content, _) => FailureClass::Message,
        (Step::Sender, _) => FailureClass::Account,
        (Step::Recipient(_), _) => FailureClass::Recipient,
    }
}
