//! What channels and the rest of the product say to each other: values only, of no provider in particular.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{DeliveryId, DeliveryState, InboundMail, OutboundMail, Time};

/// What a provider told us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inbound {
    Message(Box<InboundMessage>),
    Status(StatusReport),
    /// The peer asked for no more messages from this number of ours, or took that back.
    Consent {
        ours: String,
        peer: String,
        opted_in: bool,
    },
    /// Nothing to do; the text says why, for the log.
    Ignored(&'static str),
}

/// A customer's message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboundMessage {
    /// The provider's id of the message: unique in a channel.
    pub provider_id: String,
    /// The number, mailbox or session that was written to: replies leave from here.
    pub ours: String,
    /// Who wrote.
    pub peer: String,
    pub peer_name: Option<String>,
    pub text: String,
    /// A part of a longer message, to be joined.
    pub part: Option<Part>,
    pub media: Vec<MediaLink>,
    pub sent_at: Option<Time>,
    /// Only of a mail.
    pub mail: Option<Box<InboundMail>>,
}

/// A part of a message that came in several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The same for all parts of one message of one peer.
    pub reference: String,
    /// From 1.
    pub number: u16,
    pub total: u16,
}

/// A file that waits at the provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaLink {
    pub url: String,
    pub content_type: Option<String>,
}

/// What became of a message that we sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusReport {
    /// Our own id, from the callback's address: a report can come before the provider's answer that names its id.
    pub delivery: Option<DeliveryId>,
    pub provider_id: Option<String>,
    pub state: Reported,
    pub at: Option<Time>,
}

/// A state that a provider reports. They come repeatedly and in any order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reported {
    /// On its way: no more is known than when it was accepted.
    Sending,
    /// Handed to the carrier.
    Sent,
    Delivered,
    Read,
    Failed(Failure),
}

impl Reported {
    /// The state that it stands for.
    #[must_use]
    pub const fn state(&self) -> DeliveryState {
        match self {
            Self::Sending => DeliveryState::Sending,
            Self::Sent => DeliveryState::Sent,
            Self::Delivered => DeliveryState::Delivered,
            Self::Read => DeliveryState::Read,
            Self::Failed(_) => DeliveryState::Failed,
        }
    }
}

/// A message to be sent, to one address from one of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outbound {
    /// The same over all attempts.
    pub delivery: DeliveryId,
    pub ours: String,
    pub peer: String,
    pub text: String,
    /// Where the provider can fetch the files that go with it.
    pub media_urls: Vec<String>,
    /// Where the provider is to report states; names the delivery.
    pub status_url: String,
    /// What a mail says beside its text; none for other channels.
    pub mail: Option<Box<OutboundMail>>,
}

/// What became of one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Accepted {
        provider_id: Option<String>,
        /// How many messages the provider made of it, where it says so.
        parts: Option<u16>,
    },
    Failed(Failure),
    /// The provider may have taken it: it must not be sent again blindly.
    Unknown(String),
}

/// Why a message was not sent, and whether trying again can help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub class: FailureClass,
    /// The provider's code, for look-up.
    pub code: String,
    /// The provider's words, or ours where it has none; for people.
    pub words: String,
}

/// Whether, and when, another attempt makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureClass {
    /// Not before this time has passed: the provider said so.
    After(Duration),
    /// With backoff: an outage, a full queue.
    Retry,
    /// This peer asked not to be written to.
    OptedOut,
    /// This address cannot be reached: it is no mobile number, it does not exist.
    Recipient,
    /// This message cannot be sent: too long, filtered, forbidden content.
    Message,
    /// The channel's account cannot send at all: wrong credentials, no credit, not registered.
    Account,
}

impl FailureClass {
    /// Whether the same message may be tried again by itself.
    #[must_use]
    pub const fn is_passing(self) -> bool {
        matches!(self, Self::After(_) | Self::Retry)
    }
}
