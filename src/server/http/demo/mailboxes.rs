//! The demo's mailboxes: what lies in each.

use std::collections::BTreeSet;

use bytes::Bytes;
use serde::Serialize;
use uuid::Uuid;

use super::shelves::{Shared, Thing};
use crate::{
    domain::{AppError, Mailbox, Time},
    server::{
        channels::{
            Unreadable,
            email::{
                parse,
                quote::{Kind, fold},
            },
        },
        clock::new_id,
    },
};

/// A mail in a mailbox, as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mail {
    pub id: Uuid,
    /// The id of the first of the mails that belong together.
    pub thread: Uuid,
    /// Whether it was written in this mailbox, and did not come to it.
    pub sent: bool,
    /// Without angle brackets, as all ids of mails.
    pub message_id: Option<String>,
    /// The mails that it follows, oldest first.
    pub references: Vec<String>,
    pub from: Mailbox,
    /// Where its sender wants an answer, if not at that address.
    pub reply_to: Vec<Mailbox>,
    pub to: Vec<Mailbox>,
    pub cc: Vec<Mailbox>,
    pub subject: String,
    pub passages: Vec<Passage>,
    pub files: Vec<File>,
    /// Milliseconds since the epoch.
    pub at: i64,
    /// When it came, greater than that of every mail before: whoever knows it asks for what came later.
    pub changed: i64,
}

/// A stretch of a mail's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Passage {
    pub text: String,
    /// Quoted from earlier mails, or a signature.
    pub folded: bool,
}

/// A file in a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct File {
    pub name: String,
    /// In bytes.
    pub size: usize,
    #[serde(skip)]
    pub bytes: Bytes,
}

impl Mail {
    /// What was written in this mailbox.
    ///
    /// # Errors
    /// If it is no mail.
    pub fn written(raw: &[u8], at: Time) -> Result<Self, Unreadable> {
        Ok(Self { sent: true, ..Self::received(raw, at)? })
    }

    /// What came to this mailbox.
    ///
    /// # Errors
    /// If it is no mail.
    pub fn received(raw: &[u8], at: Time) -> Result<Self, Unreadable> {
        let mail = parse::Mail::read(raw)?;
        let id = new_id();
        Ok(Self {
            id,
            thread: id,
            sent: false,
            message_id: mail.message_id,
            references: if mail.references.is_empty() { mail.in_reply_to } else { mail.references },
            from: mail.from.unwrap_or_else(|| Mailbox { address: String::new(), name: None }),
            reply_to: mail.reply_to,
            to: mail.to,
            cc: mail.cc,
            subject: mail.subject,
            passages: passages(&mail.text),
            files: mail.attachments.into_iter().map(File::of).collect(),
            at: at.millis(),
            changed: 0,
        })
    }

    /// What mails that belong to it have in common with it.
    fn ids(&self) -> impl Iterator<Item = &str> {
        self.references.iter().chain(&self.message_id).map(String::as_str)
    }

    /// Whether it is the same mail, come again.
    fn is_same(&self, other: &Self) -> bool {
        self.message_id.is_some() && self.message_id == other.message_id
    }
}

impl Thing for Mail {
    fn changed(&self) -> i64 {
        self.changed
    }

    fn size(&self) -> usize {
        let text: usize = self.passages.iter().map(|passage| passage.text.len()).sum();
        let files: usize = self.files.iter().map(|file| file.size).sum();
        text + files
    }
}

impl File {
    fn of(attachment: parse::Attachment) -> Self {
        let bytes = Bytes::from(attachment.bytes);
        Self { name: attachment.name, size: bytes.len(), bytes }
    }
}

fn passages(text: &str) -> Vec<Passage> {
    let segments = fold(text).into_iter();
    segments
        .map(|segment| Passage {
            folded: segment.kind != Kind::Visible,
            text: text[segment.range].to_owned(),
        })
        .collect()
}

/// A mail address as it is compared. Letters other than ASCII's not every server would take.
///
/// # Errors
/// If it is none.
pub fn address(raw: &str) -> Result<String, AppError> {
    let address = raw.trim().to_lowercase();
    if address.len() <= 254 && address.is_ascii() && address.parse::<lettre::Address>().is_ok() {
        return Ok(address);
    }
    Err(AppError::invalid("address", "Write a mail address, such as vera@example.test."))
}

/// All mailboxes.
pub type Mailboxes = Shared<Mail>;

impl Mailboxes {
    /// Puts a mail into an address's mailbox, beside those that it belongs to. One that is there already stays as it is.
    pub fn add(&self, address: &str, mut mail: Mail) -> Mail {
        let mut mailboxes = self.lock();
        if let Some(known) = mailboxes.of(address).find(|known| known.is_same(&mail)) {
            return known.clone();
        }
        mail.thread = thread_of(&mail, mailboxes.of(address));
        mail.changed = mailboxes.next_change(mail.at);
        mailboxes.put(address, mail.clone());
        mail
    }

    /// A file of a mail, counted from 0.
    pub fn file(&self, mail: Uuid, number: usize) -> Option<File> {
        let mailboxes = self.lock();
        let found = mailboxes.all().find(|one| one.id == mail)?;
        found.files.get(number).cloned()
    }
}

/// The thread of the first mail that names this one or is named by it, or that follows the same one; else its own.
fn thread_of<'m>(mail: &Mail, mut others: impl Iterator<Item = &'m Mail>) -> Uuid {
    let ids: BTreeSet<&str> = mail.ids().collect();
    others.find(|other| other.ids().any(|id| ids.contains(id))).map_or(mail.thread, |other| other.thread)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time(1_793_696_400 * Time::SECOND);

    fn raw(id: &str, header: &str) -> String {
        format!(
            "From: Olga <support@acme.test>\r\nTo: vera@example.test\r\nSubject: Hello\r\n\
             Message-ID: <{id}@acme.test>\r\n{header}\r\nAll is well.\r\n\r\n> How is it?\r\n"
        )
    }

    fn mail(id: &str, header: &str) -> Mail {
        Mail::received(raw(id, header).as_bytes(), NOW).expect("a mail")
    }

    #[test]
    fn a_mail_is_read_for_its_page() {
        let read = mail("a", "Reply-To: support+token@acme.test\r\nIn-Reply-To: <x@y.test>\r\n");
        assert!(!read.sent && Mail::written(raw("a", "").as_bytes(), NOW).expect("a mail").sent);
        assert_eq!(read.message_id.as_deref(), Some("a@acme.test"));
        assert_eq!(read.references, ["x@y.test"]);
        assert_eq!(read.reply_to[0].address, "support+token@acme.test");
        let passages: Vec<(&str, bool)> =
            read.passages.iter().map(|passage| (passage.text.trim(), passage.folded)).collect();
        assert_eq!(passages, [("All is well.", false), ("> How is it?", true)]);
        assert_eq!(read.at, NOW.millis());
    }

    #[test]
    fn mails_belong_together_by_their_ids() {
        let mailboxes = Mailboxes::default();
        let first = mailboxes.add("vera", mail("a", ""));
        let answer = mailboxes.add("vera", mail("b", "In-Reply-To: <a@acme.test>\r\n"));
        let deep = mailboxes.add("vera", mail("c", "References: <a@acme.test> <lost@acme.test>\r\n"));
        let beside = mailboxes.add("vera", mail("d", "In-Reply-To: <lost@acme.test>\r\n"));
        let other = mailboxes.add("vera", mail("e", "In-Reply-To: <elsewhere@acme.test>\r\n"));
        assert_eq!([answer.thread, deep.thread, beside.thread], [first.id; 3]);
        assert_eq!(other.thread, other.id, "the same subject means nothing");
        assert_eq!(mailboxes.list("vera", first.changed), [answer, deep, beside, other]);
        let of_ben = mailboxes.add("ben", mail("b", "In-Reply-To: <a@acme.test>\r\n"));
        assert_eq!(of_ben.thread, of_ben.id, "what others hold means nothing either");
    }

    #[test]
    fn a_mail_that_comes_again_is_one_mail() {
        let mailboxes = Mailboxes::default();
        let first = mailboxes.add("vera", mail("a", ""));
        assert_eq!(mailboxes.add("vera", mail("a", "")), first);
        assert_eq!(mailboxes.list("vera", 0), [first]);
    }

    #[test]
    fn files_are_found_by_their_place() {
        let header = "MIME-Version: 1.0\r\nContent-Type: text/csv; name=\"a.csv\"\r\n";
        let mailboxes = Mailboxes::default();
        let added = mailboxes.add("vera", mail("a", header));
        let file = mailboxes.file(added.id, 0).expect("a file");
        assert_eq!((file.name.as_str(), file.size), ("a.csv", file.bytes.len()));
        assert!(file.bytes.starts_with(b"All is well."));
        assert!(mailboxes.file(added.id, 1).is_none() && mailboxes.file(added.thread, 7).is_none());
        assert!(mailboxes.file(new_id(), 0).is_none());
    }

    #[test]
    fn addresses_are_written_in_one_way() {
        for (raw, want) in [
            (" Vera@Example.test ", Some("vera@example.test")),
            ("later-bounce@example.test", Some("later-bounce@example.test")),
            ("Vera", None),
            ("vera@", None),
            ("véra@example.test", None),
            ("vera@example.test, ben@example.test", None),
            ("", None),
        ] {
            assert_eq!(address(raw).ok().as_deref(), want, "{raw}");
        }
    }
}
