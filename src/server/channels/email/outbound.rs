//! Mails of ours: written, signed and handed over.

use super::{
    super::{BadCredentials, Failure, FailureClass, Outbound, Outcome},
    compose::{ComposeError, Composed, Letter, compose},
    credentials::Credentials,
    dkim::Dkim,
    smtp::Relay,
    threading::{Secret, Token, message_id},
};

/// What mails leave by.
pub(super) struct Outbox {
    relay: Relay,
    secret: Secret,
    signer: Option<Dkim>,
}

impl Outbox {
    /// # Errors
    /// If the credentials do not fit.
    pub(super) fn of(credentials: &Credentials) -> Result<Self, BadCredentials> {
        Ok(Self {
            relay: Relay::of(credentials)?,
            secret: credentials.secret()?,
            signer: credentials.signer()?,
        })
    }

    /// Tries once to send. The mail is the same at each attempt, byte by byte.
    pub(super) async fn send(&self, message: &Outbound) -> Outcome {
        let id = message_id(message.delivery, &message.ours);
        let sent = match self.write(message, &id) {
            Ok(mail) => self.relay.hand_over(&mail).await,
            Err(failure) => Err(failure),
        };
        match sent {
            Ok(()) => Outcome::Accepted { provider_id: Some(id), parts: None },
            Err(failure) => Outcome::Failed(failure),
        }
    }

    /// The mail, ready to leave.
    pub(super) fn write(&self, message: &Outbound, id: &str) -> Result<Composed, Failure> {
        let failure = |class, words: String| Failure { class, code: "unwritten".to_owned(), words };
        let Some(mail) = &message.mail else {
            let words = "This is no mail, and the channel sends nothing else.".to_owned();
            return Err(failure(FailureClass::Message, words));
        };
        // A mailbox whose name leaves no room for a token: its answers are known by the ids that they name.
        let token = mail.conversation.map(|conversation| Token::of(conversation, &self.secret));
        let reply_to = token.and_then(|token| token.address(&message.ours));
        let reply_to = reply_to.unwrap_or_else(|| message.ours.clone());
        let letter = Letter { message, mail, reply_to: &reply_to, message_id: id };
        let mut composed = compose(&letter).map_err(|error| {
            let class = match error {
                ComposeError::Address(_) => FailureClass::Recipient,
                _ => FailureClass::Message,
            };
            failure(class, error.to_string())
        })?;
        if let Some(signer) = &self.signer {
            // It fails only for want of randomness.
            let signed = signer.sign(&composed.bytes, mail.at);
            composed.bytes = signed.map_err(|error| failure(FailureClass::Retry, error.to_string()))?;
        }
        Ok(composed)
    }
}
