//! Mails that the installation itself sends: to people who are invited or have forgotten their password, and with what
//! was said in a conversation.

use serde::{Deserialize, Serialize};

use super::{ServiceMailId, Time, channel::words};

words! {
    /// What such a mail is for.
    pub enum ServiceMailKind {
        /// Has the link that makes an account.
        Invitation = "invitation",
        /// Has the link that sets another password.
        Reset = "reset",
        /// What was said in a conversation.
        Transcript = "transcript",
    }
}

words! {
    /// How far it has got.
    pub enum ServiceMailState {
        Queued = "queued",
        Sent = "sent",
        Failed = "failed",
    }
}

/// A mail, as those see it who asked for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceMail {
    pub id: ServiceMailId,
    pub to: String,
    pub state: ServiceMailState,
    /// Why the last attempt was in vain, in the mail server's words.
    pub words: Option<String>,
    /// When it was asked for.
    pub at: Time,
}

impl ServiceMail {
    /// How it stands, in words.
    #[must_use]
    pub fn standing(&self) -> String {
        match (self.state, self.words.as_deref()) {
            (ServiceMailState::Queued, None) => "Waiting".to_owned(),
            (ServiceMailState::Queued, Some(words)) => format!("Waiting, and tried again soon: {words}"),
            (ServiceMailState::Sent, _) => "Sent".to_owned(),
            (ServiceMailState::Failed, None) => "Could not be sent".to_owned(),
            (ServiceMailState::Failed, Some(words)) => format!("Could not be sent: {words}"),
        }
    }

    /// Whether it may still change by itself.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.state == ServiceMailState::Queued
    }
}

/// What the form shows by which a transcript is mailed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TranscriptMail {
    /// The address that is proven to be the customer's.
    pub to: Option<String>,
    /// Those that were asked for in this conversation not long ago, newest first.
    pub mails: Vec<ServiceMail>,
}

impl TranscriptMail {
    /// So many mails are shown.
    pub const MAILS: i64 = 5;
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn why_it_is_not_out_is_said() {
        let mail = |state, words: Option<&str>| ServiceMail {
            id: ServiceMailId(Uuid::nil()),
            to: "vera@x.test".into(),
            state,
            words: words.map(str::to_owned),
            at: Time(0),
        };
        for (state, words, want) in [
            (ServiceMailState::Queued, None, "Waiting"),
            (ServiceMailState::Queued, Some("grey"), "Waiting, and tried again soon: grey"),
            (ServiceMailState::Sent, None, "Sent"),
            (ServiceMailState::Failed, Some("no such mailbox"), "Could not be sent: no such mailbox"),
        ] {
            assert_eq!(mail(state, words).standing(), want);
        }
    }
}
