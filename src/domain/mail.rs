//! Mail, as far as a thread shows it and a channel needs it.

use serde::{Deserialize, Serialize};

use super::{ConversationId, FileId, Time};

/// An address and the name that its owner, or whoever wrote the mail, gives it (RFC 5322 § 3.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    pub address: String,
    pub name: Option<String>,
}

impl Mailbox {
    /// What to call it: the name, else the address.
    #[must_use]
    pub fn label(&self) -> &str {
        self.name.as_deref().filter(|name| !name.trim().is_empty()).unwrap_or(&self.address)
    }
}

/// What a conversation by mail keeps of it: a reply goes on with both.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailThread {
    /// Without `Re:` and its like.
    pub subject: String,
    /// Who else gets the replies: those whom the customer's latest mail was copied to, without ourselves.
    pub cc: Vec<Mailbox>,
}

/// What a thread shows of a mail beside its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailFacts {
    pub subject: String,
    pub from: Mailbox,
    pub to: Vec<Mailbox>,
    pub cc: Vec<Mailbox>,
    /// Stretches of the text that are folded away, in its order.
    pub folds: Vec<Fold>,
    /// Whether there is HTML to show it as it was sent.
    pub html: bool,
    pub why: Why,
    /// Why it counts as sent by a machine, if it does.
    pub automatic: Option<String>,
    /// Why its sender may not be who it says, if there is reason to think so.
    pub suspicion: Option<String>,
    /// What was left out of it, because a limit was reached. What came is kept whole beside it.
    pub left_out: Option<String>,
}

impl MailFacts {
    /// Whether a mail to these addresses may quote this one: each of them wrote it, or got it. Who came later gets no
    /// history, and what was moved away is not here any more.
    #[must_use]
    pub fn may_be_quoted_to<'a>(&self, addresses: impl IntoIterator<Item = &'a str>) -> bool {
        let has_had = |address: &str| {
            let mut parties = std::iter::once(&self.from).chain(&self.to).chain(&self.cc);
            parties.any(|party| party.address.eq_ignore_ascii_case(address))
        };
        !matches!(self.why, Why::MovedAway { .. }) && addresses.into_iter().all(has_had)
    }
}

/// A stretch of a mail's text that is folded away, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fold {
    pub start: usize,
    pub end: usize,
    /// Below "-- ", or added by the mail program; else quoted from earlier mails.
    pub signature: bool,
}

/// Why a mail stands in the conversation that it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It answers nothing that we know.
    Began,
    /// It was sent to the address of this conversation.
    Token,
    /// It names a mail of this conversation as the one that it answers.
    Reference,
    /// It answers that conversation, but whoever wrote it had no part in it.
    Stranger { of: ConversationId },
    /// We sent it.
    Ours,
    /// Somebody moved it here.
    Moved { from: ConversationId },
    /// Somebody moved it away: only its place is left.
    MovedAway { to: ConversationId },
}

/// A mail that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboundMail {
    /// Its Message-ID without angle brackets.
    pub mail_id: Option<String>,
    pub subject: String,
    pub from: Mailbox,
    pub to: Vec<Mailbox>,
    pub cc: Vec<Mailbox>,
    /// Of the message's text.
    pub folds: Vec<Fold>,
    /// Safe to show: it has been cleaned, and images of the mail itself have the addresses of `files`.
    pub html: Option<String>,
    pub files: Vec<InboundFile>,
    /// The conversation whose address it was sent to, proven by its token.
    pub conversation: Option<ConversationId>,
    /// Ids of mails that it answers or follows, nearest first.
    pub refers_to: Vec<String>,
    /// Why it counts as sent by a machine, if it does.
    pub automatic: Option<String>,
    /// Whether it looks like a report about a mail of ours. Its sender need have no part in the conversation.
    pub bounce: bool,
    /// Why its sender may not be who it says, if there is reason to think so.
    pub suspicion: Option<String>,
    pub left_out: Option<String>,
}

/// A file that came with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboundFile {
    pub id: FileId,
    /// Unguessable: it stands in the file's address.
    pub key: String,
    pub name: String,
    /// As its sender says.
    pub content_type: String,
    /// Shown in its place in the HTML, and so not listed.
    pub inline: bool,
    pub bytes: Vec<u8>,
}

/// What a mail says beside the text of the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboundMail {
    /// Answers come back to its address. None: to no conversation, and an answer begins one.
    pub conversation: Option<ConversationId>,
    /// Who it is from, by name: the operator and the channel.
    pub from_name: String,
    pub to_name: Option<String>,
    pub cc: Vec<Mailbox>,
    pub subject: String,
    /// The id of the mail that it answers.
    pub in_reply_to: Option<String>,
    /// The thread's ids, oldest first.
    pub references: Vec<String>,
    pub at: Time,
    /// Below the text; may be empty.
    pub signature: String,
    /// What it answers, to be quoted below.
    pub quoted: Option<Quoted>,
    pub files: Vec<OutboundFile>,
    /// Written by no person: no machine is to answer.
    pub automatic: bool,
}

/// A message that a mail answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoted {
    pub author: String,
    pub at: Time,
    pub text: String,
}

/// A file that goes with a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboundFile {
    pub name: String,
    pub content_type: String,
    pub bytes: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn who_came_later_is_quoted_nothing() {
        let party = |address: &str| Mailbox { address: address.into(), name: None };
        let facts = |why| MailFacts {
            subject: "Order 12".into(),
            from: party("Vera@x.test"),
            to: vec![party("support@acme.test")],
            cc: vec![party("bob@x.test")],
            folds: Vec::new(),
            html: false,
            why,
            automatic: None,
            suspicion: None,
            left_out: None,
        };
        let mail = facts(Why::Began);
        assert!(
            mail.may_be_quoted_to(["vera@x.test"]) && mail.may_be_quoted_to(["vera@x.test", "Bob@x.test"])
        );
        assert!(!mail.may_be_quoted_to(["vera@x.test", "zoe@x.test"]));
        let gone = facts(Why::MovedAway { to: ConversationId(Uuid::nil()) });
        assert!(!gone.may_be_quoted_to(["vera@x.test"]));
    }
}
