//! A message as it came (RFC 5322, MIME), as values.

use std::collections::BTreeSet;

use mail_parser::{HeaderName, HeaderValue};

use super::{
    super::Unreadable,
    mime::{Entity, Walk},
    text,
};
use crate::domain::{Mailbox, Time};

/// A header field, unfolded. Its value is as written: encoded words are still encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// In lower case.
    pub name: String,
    pub value: String,
}

/// The sender in the envelope, as the last server wrote it down (RFC 5321 § 4.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReturnPath {
    /// Not known.
    Absent,
    /// `<>`: a machine reports, and wants no answer.
    Null,
    Address(String),
}

/// A file in a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Safe to show and to save under.
    pub name: String,
    /// As the sender says; what the bytes are has to be looked at.
    pub content_type: String,
    /// What `cid:` addresses in the HTML name it by.
    pub content_id: Option<String>,
    /// Meant to be seen in its place in the text.
    pub inline: bool,
    pub bytes: Vec<u8>,
}

/// What was left out, because a limit was reached. The raw message still has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cut {
    /// What follows the first 25 MB.
    Size,
    /// Parts after the fiftieth.
    Parts,
    /// Parts nested deeper than twenty: kept as one file.
    Depth,
    /// The end of a header longer than anyone needs.
    Header,
    /// Recipients after the first 500.
    Recipients,
    /// HTML after the first 4 MB: kept as a file.
    Html,
}

/// A mail that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Without angle brackets, as all ids here. The first, if there are several.
    pub message_id: Option<String>,
    pub in_reply_to: Vec<String>,
    /// Oldest first.
    pub references: Vec<String>,
    /// The author by the header, which proves nothing.
    pub from: Option<Mailbox>,
    pub reply_to: Vec<Mailbox>,
    pub to: Vec<Mailbox>,
    pub cc: Vec<Mailbox>,
    pub return_path: ReturnPath,
    /// Whom the envelope named, by what servers on the way wrote down, nearest first.
    pub delivered_to: Vec<String>,
    pub subject: String,
    /// When it was written, by the sender's clock.
    pub date: Option<Time>,
    /// The whole text, quotes and all; made from the HTML if there is no plain text.
    pub text: String,
    /// As it came: never to be shown before [`super::sanitise`] has had it.
    pub html: Option<String>,
    pub attachments: Vec<Attachment>,
    /// The type of the whole, as in `multipart/report`.
    pub content_type: String,
    /// Of a `multipart/report`: what it reports (RFC 6522).
    pub report_type: Option<String>,
    /// The header, in its order.
    pub fields: Vec<Field>,
    pub cuts: BTreeSet<Cut>,
}

impl Mail {
    /// Bytes that are read of a message.
    pub const SIZE: usize = 25 * 1024 * 1024;
    /// Recipients that are read of a header.
    const RECIPIENTS: usize = 500;
    /// Characters of a subject.
    const SUBJECT: usize = 1_000;

    /// Reads a message. Broken ones give what can be read of them.
    ///
    /// # Errors
    /// If there is no message at all: nothing, or bytes that have no header and are no text.
    pub fn read(raw: &[u8]) -> Result<Self, Unreadable> {
        let mut walk = Walk::default();
        let raw = match raw.get(..Self::SIZE) {
            Some(start) if start.len() < raw.len() => {
                walk.cuts.insert(Cut::Size);
                start
            }
            _ => raw,
        };
        let raw = message(raw);
        if raw.is_empty() {
            return Err(Unreadable("the message is empty".to_owned()));
        }
        let mut cuts = BTreeSet::new();
        let entity = Entity::read(raw, &mut cuts);
        if entity.fields.is_empty() && raw.contains(&0) {
            return Err(Unreadable("this is no mail: it has no header and is no text".to_owned()));
        }
        walk.cuts.append(&mut cuts);
        let body = walk.entity(&entity, 0, "text/plain");
        let mut recipients = |name: HeaderName<'_>| {
            let mut found = mailboxes(&entity, &name);
            if found.len() > Self::RECIPIENTS {
                walk.cuts.insert(Cut::Recipients);
                found.truncate(Self::RECIPIENTS);
            }
            found
        };
        let (to, cc) = (recipients(HeaderName::To), recipients(HeaderName::Cc));
        let reply_to = recipients(HeaderName::ReplyTo);
        let field = |name: &str| entity.fields.iter().find(|field| field.name == name);
        let ids = |name: &str| field(name).map_or_else(Vec::new, |field| message_ids(&field.value));
        let return_path = field("return-path").map_or(ReturnPath::Absent, |field| return_path(&field.value));
        let from = [HeaderName::From, HeaderName::Sender]
            .iter()
            .find_map(|name| mailboxes(&entity, name).into_iter().next())
            .or_else(|| match &return_path {
                ReturnPath::Address(address) if address.contains('@') => {
                    Some(Mailbox { address: address.clone(), name: None })
                }
                _ => None,
            });
        let text = match (body.plain, &body.html) {
            (Some(plain), Some(html)) if plain.trim().is_empty() => text::from_html(html),
            (Some(plain), _) => plain,
            (None, Some(html)) => text::from_html(html),
            (None, None) => String::new(),
        };
        Ok(Self {
            message_id: ids("message-id").into_iter().next(),
            in_reply_to: ids("in-reply-to"),
            references: ids("references"),
            from,
            reply_to,
            to,
            cc,
            return_path,
            delivered_to: delivered_to(&entity.fields),
            subject: entity
                .header(&HeaderName::Subject)
                .and_then(HeaderValue::as_text)
                .map(|subject| text::one_line(subject).chars().take(Self::SUBJECT).collect())
                .unwrap_or_default(),
            date: entity.header(&HeaderName::Date).and_then(time),
            text: text.trim_matches('\n').to_owned(),
            html: body.html,
            attachments: walk.attachments,
            content_type: entity.content_type("text/plain"),
            report_type: entity.parameter("report-type").map(str::to_ascii_lowercase),
            fields: entity.fields,
            cuts: walk.cuts,
        })
    }

    /// The first header field of this name, given in lower case.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|field| field.name == name).map(|field| field.value.as_str())
    }
}

/// The message itself: mailboxes in files begin each with a line of their own (RFC 4155).
pub(super) fn message(raw: &[u8]) -> &[u8] {
    let raw = raw.trim_ascii_start();
    if !raw.starts_with(b"From ") && !raw.starts_with(b">From ") {
        return raw;
    }
    memchr::memchr(b'\n', raw).map_or(&[], |end| &raw[end + 1..])
}

/// The mailboxes of all fields of a name.
fn mailboxes(entity: &Entity<'_>, name: &HeaderName<'_>) -> Vec<Mailbox> {
    /// Characters of a name.
    const NAME: usize = 200;
    /// Octets: a local part of 64, the mark and a domain of 255 (RFC 5321 § 4.5.3.1).
    const ADDRESS: usize = 320;
    let values = entity.headers.iter().filter(|header| header.name == *name);
    values
        .filter_map(|header| header.value.as_address())
        .flat_map(mail_parser::Address::iter)
        .filter_map(|found| {
            let address = text::one_line(found.address()?).replace(' ', "");
            let name = found.name().map(|name| text::one_line(name).chars().take(NAME).collect::<String>());
            let fits = address.contains('@') && address.len() <= ADDRESS;
            fits.then(|| Mailbox { address, name: name.filter(|name| !name.is_empty()) })
        })
        .collect()
}

/// The ids of a field of them (RFC 5322 § 3.6.4). Without any brackets, its words.
pub(super) fn message_ids(value: &str) -> Vec<String> {
    /// More than a thread's worth.
    const IDS: usize = 200;
    let bracketed = value.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(id, _)| id);
    let mut ids: Vec<String> = bracketed.take(IDS).map(clean_id).collect();
    if ids.is_empty() {
        ids = value.split_whitespace().take(IDS).filter(|word| word.contains('@')).map(clean_id).collect();
    }
    ids.retain(|id| !id.is_empty() && id.len() <= 900);
    ids
}

/// Folding can break an id where it may not be broken.
fn clean_id(id: &str) -> String {
    id.chars().filter(|c| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>')).collect()
}

/// A sender as the envelope writes it, with or without angle brackets.
pub(super) fn return_path(value: &str) -> ReturnPath {
    let address = value.trim().trim_start_matches('<');
    let address = address.split('>').next().unwrap_or_default().trim();
    if address.is_empty() { ReturnPath::Null } else { ReturnPath::Address(clean_id(address)) }
}

/// The envelope's recipients, from the fields in which servers keep them.
fn delivered_to(fields: &[Field]) -> Vec<String> {
    const NAMES: &[&str] =
        &["x-original-to", "delivered-to", "envelope-to", "x-envelope-to", "x-forwarded-to", "x-rcpt-to"];
    let mut found: Vec<String> = Vec::new();
    for name in NAMES {
        for field in fields.iter().filter(|field| field.name == *name).take(20) {
            for address in field.value.split(',').take(20) {
                let address = clean_id(address.trim().trim_matches(['<', '>']));
                if address.contains('@') && !found.contains(&address) {
                    found.push(address);
                }
            }
        }
    }
    found
}

fn time(value: &HeaderValue<'_>) -> Option<Time> {
    let date = value.as_datetime().filter(|date| date.is_valid())?;
    Some(Time(date.to_timestamp().checked_mul(Time::SECOND)?))
}
