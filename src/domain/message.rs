//! Messages: the entries of a conversation.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Answered, Attachment, AwaitedFile, ChannelId, ChannelKind, ClientMsgId, Delivery, DeliveryState, Handoff,
    MailFacts, Mention, MessageId, Time, Why, channel::words, preview,
};

words! {
    /// Who wrote a message.
    pub enum SenderKind {
        Contact = "contact",
        Bot = "bot",
        Operator = "operator",
        System = "system",
    }
}

words! {
    /// What a system line records.
    pub enum SystemLine {
        Claimed = "claimed",
        TookOver = "took_over",
        Assigned = "assigned",
        Released = "released",
        /// To another team.
        Moved = "moved",
        /// Somebody took back that they had assigned or moved it.
        TakenBack = "taken_back",
        /// The customer wrote while its owner was away.
        HandedOver = "handed_over",
        GaveBack = "gave_back",
        HandedOff = "handed_off",
        BotFailed = "bot_failed",
        Resolved = "resolved",
        Reopened = "reopened",
        OwnerDisabled = "owner_disabled",
        /// The customer asked for no more messages.
        OptedOut = "opted_out",
        /// And took that back.
        OptedIn = "opted_in",
        /// An operator blocked the customer, or somebody who is blocked wrote.
        Blocked = "blocked",
        /// An operator took that back.
        Unblocked = "unblocked",
        /// An operator had a message sent again.
        SentAgain = "sent_again",
        /// An operator has seen that a message is out.
        MarkedSent = "marked_sent",
        /// An operator took a message back before it left.
        SendCancelled = "send_cancelled",
        /// Tags were put on or taken off.
        Tagged = "tagged",
        Prioritised = "prioritised",
        Snoozed = "snoozed",
        /// A snooze has ended.
        Woke = "woke",
    }
}

impl SystemLine {
    /// Whether the customer is told too, and not the team alone.
    #[must_use]
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Claimed | Self::TookOver | Self::Resolved | Self::Reopened)
    }
}

/// An entry of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub id: MessageId,
    /// Gapless from 1 within the conversation: the order of commit.
    pub seq: i64,
    pub sender: SenderKind,
    /// The contact or operator who wrote it.
    pub sender_id: Option<Uuid>,
    /// The sender's name at the time; empty for a customer who had not given one.
    pub sender_name: String,
    /// The channel it went through.
    pub channel_id: ChannelId,
    pub channel_kind: ChannelKind,
    /// Plain text.
    pub body: String,
    /// Internal: only the team sees it.
    pub note: bool,
    /// What a system line records; `body` is its readable form.
    pub system: Option<SystemLine>,
    pub client_msg_id: Option<ClientMsgId>,
    /// Only of a reply whose writer named it: the earlier message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<Box<Answered>>,
    /// Only on what goes out to the customer.
    pub delivery: Option<Delivery>,
    pub attachments: Vec<Attachment>,
    /// Files that belong to it and are not here yet.
    pub awaited: Vec<AwaitedFile>,
    /// Only of what came or went by mail.
    pub mail: Option<Box<MailFacts>>,
    /// Only of the line that says that the bot handed off.
    pub handoff: Option<Box<Handoff>>,
    /// Only of a note: who is named in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<Mention>,
    /// The number of customer messages up to and including this one.
    pub customer_messages: i64,
    pub created_at: Time,
}

impl Message {
    /// The longest body, in characters, that is taken from anybody.
    pub const MAX_BODY: usize = 10_000;
    /// The same of a mail, with all that it quotes.
    pub const MAX_MAIL: usize = 100_000;

    /// Whether this is an operator's message to the customer. What was taken back is none.
    #[must_use]
    pub fn is_public_reply(&self) -> bool {
        self.sender == SenderKind::Operator && !self.note && !self.is_cancelled()
    }

    /// Whether it was taken back before it left.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.delivery.as_ref().is_some_and(|delivery| delivery.state == DeliveryState::Cancelled)
    }

    /// What was written for it: its text without what is folded away.
    #[must_use]
    pub fn fresh(&self) -> std::borrow::Cow<'_, str> {
        let folds = self.mail.as_ref().map_or(&[][..], |mail| &mail.folds);
        if folds.is_empty() {
            return self.body.as_str().into();
        }
        let mut fresh = String::new();
        let mut at = 0;
        for fold in folds {
            fresh.push_str(self.body.get(at..fold.start).unwrap_or_default());
            at = fold.end;
        }
        fresh.push_str(self.body.get(at..).unwrap_or_default());
        fresh.into()
    }

    /// One line of it: what was written for it; of files alone, their names, or what they are as long as they have none.
    #[must_use]
    pub fn excerpt(&self, length: usize) -> String {
        let words = preview(&self.fresh(), length);
        if !words.is_empty() {
            return words;
        }
        let named = self.attachments.iter().map(|file| file.name.as_str());
        let names: Vec<&str> = named.chain(self.awaited.iter().map(|file| file.label())).collect();
        preview(&names.join(", "), length)
    }

    /// Whether the customer has it, and it is here: then a reply can name it as what it answers.
    #[must_use]
    pub fn can_be_answered(&self) -> bool {
        let is_here = !matches!(self.mail.as_ref().map(|mail| mail.why), Some(Why::MovedAway { .. }));
        let is_out = self.delivery.as_ref().is_none_or(|delivery| delivery.state.is_out());
        self.sender != SenderKind::System && self.is_public() && is_here && is_out
    }

    /// Whether the customer may see it.
    #[must_use]
    pub fn is_public(&self) -> bool {
        !self.note && !self.is_cancelled() && self.system.is_none_or(SystemLine::is_public)
    }
}
