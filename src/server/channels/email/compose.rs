//! An outbound mail as bytes (RFC 5322, MIME). The same letter always gives the same bytes, so that an attempt can be
//! repeated.

use std::time::{Duration, SystemTime};

use lettre::{
    Address, Message,
    message::{
        Attachment as AttachmentPart, Mailbox, MultiPart, MultiPartKind, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
};

use super::{addresses, names, quote_words, text};
use crate::domain::{Outbound, OutboundMail, Quoted};

/// A mail to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Letter<'a> {
    /// From which address of ours it is, to whom, and its text.
    pub message: &'a Outbound,
    pub mail: &'a OutboundMail,
    /// Our address with the conversation's token: answers and bounces come there.
    pub reply_to: &'a str,
    /// Ours, without angle brackets; the same over all attempts.
    pub message_id: &'a str,
}

/// Why a letter cannot be written. Trying again would not help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// A line break in a header field could add others (header injection).
    #[error("the {0} contains a line break or another control character")]
    ControlCharacter(&'static str),
    #[error("“{0}” is not an address that mail can be sent to")]
    Address(String),
    #[error("a message can have at most {MOST_RECIPIENTS} recipients")]
    TooManyRecipients,
    #[error("“{0}” is not a message id")]
    MessageId(String),
    #[error("the message could not be written")]
    Format,
}

/// A mail that is ready to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    /// The envelope's sender, where bounces go.
    pub envelope_from: Address,
    pub envelope_to: Vec<Address>,
    /// Lines end in CRLF.
    pub bytes: Vec<u8>,
}

const MOST_RECIPIENTS: usize = 100;

/// Writes a letter.
///
/// # Errors
/// If a header field would hold a control character, or an address is none.
pub fn compose(letter: &Letter<'_>) -> Result<Composed, ComposeError> {
    let Letter { message, mail, .. } = letter;
    check_fields(letter)?;
    if mail.cc.len() >= MOST_RECIPIENTS {
        return Err(ComposeError::TooManyRecipients);
    }
    if !is_message_id(letter.message_id) {
        return Err(ComposeError::MessageId(letter.message_id.to_owned()));
    }
    let envelope_from = address(letter.reply_to)?;
    let to = mailbox(mail.to_name.as_deref(), &message.peer)?;
    let mut envelope_to = vec![to.email.clone()];
    let mut builder = Message::builder()
        .date(SystemTime::UNIX_EPOCH + Duration::from_micros(mail.at.0.try_into().unwrap_or_default()))
        .from(mailbox(Some(&mail.from_name), &message.ours)?)
        .reply_to(envelope_from.clone().into())
        .to(to)
        .subject(subject(mail))
        .message_id(Some(format!("<{}>", letter.message_id)));
    for party in &mail.cc {
        let copy = mailbox(party.name.as_deref(), &party.address)?;
        let address: &str = copy.email.as_ref();
        if !envelope_to.iter().any(|other| other.to_string().eq_ignore_ascii_case(address)) {
            envelope_to.push(copy.email.clone());
            builder = builder.cc(copy);
        }
    }
    if let Some(id) = mail.in_reply_to.as_deref().filter(|id| is_message_id(id)) {
        builder = builder.in_reply_to(format!("<{id}>"));
    }
    let references = references(mail);
    if !references.is_empty() {
        builder = builder.references(references);
    }
    if mail.automatic {
        // What belongs to no conversation answers nothing (RFC 3834 § 5).
        let how = if mail.conversation.is_some() { "auto-replied" } else { "auto-generated" };
        builder = builder.raw_header(field("Auto-Submitted", how));
        // Exchange's own field: it answers automatic mail otherwise.
        builder = builder.raw_header(field("X-Auto-Response-Suppress", "All"));
    }
    let written = builder.multipart(body(letter)).map_err(|_| ComposeError::Format)?;
    Ok(Composed { envelope_from, envelope_to, bytes: written.formatted() })
}

fn field(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// Refuses control characters in all that becomes part of a header.
fn check_fields(letter: &Letter<'_>) -> Result<(), ComposeError> {
    let Letter { message, mail, .. } = letter;
    check("sender", &message.ours)?;
    check("sender", &mail.from_name)?;
    check("recipient", &message.peer)?;
    check("recipient", mail.to_name.as_deref().unwrap_or_default())?;
    mail.cc.iter().try_for_each(|party| {
        check("recipient", &party.address)?;
        check("recipient", party.name.as_deref().unwrap_or_default())
    })?;
    check("reply address", letter.reply_to)?;
    check("subject", &mail.subject)?;
    check("message id", letter.message_id)?;
    check("message id", mail.in_reply_to.as_deref().unwrap_or_default())?;
    mail.references.iter().try_for_each(|id| check("message id", id))?;
    mail.files.iter().try_for_each(|file| {
        check("file name", &file.name)?;
        check("file type", &file.content_type)
    })
}

fn check(what: &'static str, value: &str) -> Result<(), ComposeError> {
    let is_break = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    if value.contains(is_break) { Err(ComposeError::ControlCharacter(what)) } else { Ok(()) }
}

fn mailbox(name: Option<&str>, at: &str) -> Result<Mailbox, ComposeError> {
    let name = name.map(text::one_line).filter(|name| !name.is_empty());
    Ok(Mailbox::new(name, address(at)?))
}

fn address(text: &str) -> Result<Address, ComposeError> {
    addresses::sendable(text).ok_or_else(|| ComposeError::Address(text.to_owned()))
}

/// Whether it is an id that may stand between angle brackets.
fn is_message_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= 900 && id.bytes().all(|c| c.is_ascii_graphic() && c != b'<' && c != b'>')
}

/// The thread's subject; if the letter answers something, with exactly one `Re:`.
fn subject(mail: &OutboundMail) -> String {
    let plain = text::one_line(&mail.subject);
    if mail.in_reply_to.is_none() && mail.references.is_empty() {
        return plain;
    }
    format!("Re: {}", without_reply_prefixes(&plain)).trim_end().to_owned()
}

/// A subject without `Re:`, `AW:`, `RE[2]:` and others like them.
#[must_use]
pub fn without_reply_prefixes(subject: &str) -> &str {
    let mut rest = subject.trim_start();
    while let Some((prefix, after)) = rest.split_once([':', '：']) {
        let word = prefix
            .trim_end()
            .trim_end_matches(|c: char| c.is_ascii_digit() || "[]()*^".contains(c))
            .trim_end();
        if !quote_words::REPLY_PREFIXES.contains(&word.to_lowercase().as_str()) {
            break;
        }
        rest = after.trim_start();
    }
    rest
}

/// The ids of the thread, the first and the newest if there are many, and the one that is answered at the end
/// (RFC 5322 § 3.6.4).
fn references(mail: &OutboundMail) -> String {
    const MOST: usize = 20;
    let mut ids: Vec<&str> = Vec::new();
    for id in
        mail.references.iter().chain(&mail.in_reply_to).map(String::as_str).filter(|id| is_message_id(id))
    {
        ids.retain(|other| *other != id);
        ids.push(id);
    }
    if ids.len() > MOST {
        ids.drain(1..=ids.len() - MOST);
    }
    ids.iter().map(|id| format!("<{id}>")).collect::<Vec<_>>().join(" ")
}

fn body(letter: &Letter<'_>) -> MultiPart {
    let alternative = part(letter, MultiPartKind::Alternative, 'a')
        .singlepart(SinglePart::plain(plain(letter)))
        .singlepart(SinglePart::html(html(letter)));
    if letter.mail.files.is_empty() {
        return alternative;
    }
    let mixed = part(letter, MultiPartKind::Mixed, 'm').multipart(alternative);
    letter.mail.files.iter().enumerate().fold(mixed, |mixed, (number, file)| {
        let name =
            names::file_name(&file.name).unwrap_or_else(|| names::unnamed(number + 1, &file.content_type));
        // Messages and multiparts may not be encoded, and files are.
        let given = file.content_type.to_ascii_lowercase();
        let opaque = given.starts_with("message/") || given.starts_with("multipart/");
        let fallback = "application/octet-stream";
        let content_type = ContentType::parse(if opaque { fallback } else { &file.content_type })
            .or_else(|_| ContentType::parse(fallback))
            .unwrap_or(ContentType::TEXT_PLAIN);
        mixed.singlepart(AttachmentPart::new(name).body(file.bytes.clone(), content_type))
    })
}

/// A multipart whose boundary follows from the letter.
fn part(letter: &Letter<'_>, kind: MultiPartKind, mark: char) -> lettre::message::MultiPartBuilder {
    let id: String = letter.message_id.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
    MultiPart::builder().kind(kind).boundary(format!("=_{mark}_{id}"))
}

/// The quoted text that goes along at most, in characters.
const HISTORY: usize = 20_000;

fn introduction(history: &Quoted) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let at = history.at.civil(0);
    let month = usize::try_from(at.month - 1).ok().and_then(|month| MONTHS.get(month)).unwrap_or(&"");
    let author = text::one_line(&history.author);
    format!("On {} {month} {} at {:02}:{:02} UTC, {author} wrote:", at.day, at.year, at.hour, at.minute)
}

fn quoted(history: &Quoted) -> &str {
    let end = history.text.char_indices().nth(HISTORY).map_or(history.text.len(), |(end, _)| end);
    history.text[..end].trim_end()
}

fn plain(Letter { message, mail, .. }: &Letter<'_>) -> String {
    let mut out = message.text.trim_end().to_owned();
    out.push('\n');
    if !mail.signature.trim().is_empty() {
        // The blank is part of the mark (RFC 3676 § 4.3).
        out.push_str("\n-- \n");
        out.push_str(mail.signature.trim());
        out.push('\n');
    }
    if let Some(history) = &mail.quoted {
        out.push('\n');
        out.push_str(&introduction(history));
        out.push('\n');
        for line in quoted(history).lines() {
            out.push_str(if line.starts_with('>') { ">" } else { "> " });
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

fn html(Letter { message, mail, .. }: &Letter<'_>) -> String {
    html_of(&message.text, &mail.signature, mail.quoted.as_ref())
}

/// The HTML of a mail that says this, with a signature, which may be empty, and what it answers.
#[must_use]
pub fn html_of(words: &str, signature: &str, answered: Option<&Quoted>) -> String {
    let mut out = String::from("<!DOCTYPE html>\n<html><body>\n<div>");
    out.push_str(&text::to_html(words.trim_end()));
    out.push_str("</div>\n");
    if !signature.trim().is_empty() {
        out.push_str("<div class=\"signature\"><br>\n-- <br>\n");
        out.push_str(&text::to_html(signature.trim()));
        out.push_str("</div>\n");
    }
    if let Some(history) = answered {
        // The class by which mail programs know what to fold.
        out.push_str("<div class=\"gmail_quote\"><br>\n");
        text::escape_into(&mut out, &introduction(history));
        out.push_str("<br>\n<blockquote type=\"cite\">\n");
        out.push_str(&text::to_html(quoted(history)));
        out.push_str("\n</blockquote></div>\n");
    }
    out.push_str("</body></html>\n");
    out
}
