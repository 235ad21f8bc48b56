//! A customer's mail as bytes, as most mail programs write it: a text with an HTML form beside it, below it the mail that
//! it answers, and files.

use std::time::{Duration, SystemTime};

use lettre::{
    Message,
    error::Error,
    message::{Attachment, Mailbox, MessageBuilder, MultiPart, SinglePart, header::ContentType},
};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    domain::{Time, clean_line},
    server::clock::new_id,
};

/// A mail to be written.
#[derive(Debug, Clone)]
pub struct Letter {
    pub from: Mailbox,
    pub to: Vec<Mailbox>,
    pub cc: Vec<Mailbox>,
    pub subject: String,
    pub text: String,
    pub answers: Option<Answered>,
    pub files: Vec<File>,
    pub at: Time,
}

/// The mail that one answers.
#[derive(Debug, Clone, Deserialize)]
pub struct Answered {
    /// Without angle brackets, as all ids of mails.
    message_id: Option<String>,
    /// The mails that it follows, oldest first.
    references: Vec<String>,
    author: String,
    /// Milliseconds since the epoch.
    at: i64,
    text: String,
}

/// A file that goes with a mail.
#[derive(Debug, Clone)]
pub struct File {
    pub name: String,
    pub content_type: String,
    pub bytes: Vec<u8>,
}

impl Letter {
    /// Everybody whom it goes to, once.
    pub fn recipients(&self) -> Vec<String> {
        let mut recipients = Vec::new();
        for address in self.to.iter().chain(&self.cc).map(|party| party.email.to_string()) {
            if !recipients.contains(&address) {
                recipients.push(address);
            }
        }
        recipients
    }

    /// Writes it.
    ///
    /// # Errors
    /// If it has no recipient.
    pub fn write(&self) -> Result<Vec<u8>, Error> {
        let id = format!("<demo-{}@{}>", new_id::<Uuid>().simple(), self.from.email.domain());
        let mut builder = Message::builder()
            .date(SystemTime::UNIX_EPOCH + Duration::from_micros(self.at.0.try_into().unwrap_or_default()))
            .from(self.from.clone())
            .subject(self.subject.clone())
            .message_id(Some(id));
        for party in &self.to {
            builder = builder.to(party.clone());
        }
        for party in &self.cc {
            builder = builder.cc(party.clone());
        }
        if let Some(answered) = &self.answers {
            builder = answered.name_in(builder);
        }
        Ok(builder.multipart(self.body())?.formatted())
    }

    fn body(&self) -> MultiPart {
        let text = MultiPart::alternative_plain_html(self.plain(), self.html());
        if self.files.is_empty() {
            return text;
        }
        let mixed = MultiPart::mixed().multipart(text);
        self.files.iter().fold(mixed, |mixed, file| mixed.singlepart(file.part()))
    }

    fn plain(&self) -> String {
        let mut plain = format!("{}\n", self.text);
        if let Some(answered) = &self.answers {
            plain.push_str(&format!("\n{}\n", answered.introduction()));
            for line in answered.text.trim_end().lines() {
                let mark = if line.starts_with('>') { ">" } else { "> " };
                plain.push_str(&format!("{mark}{line}\n"));
            }
        }
        plain
    }

    fn html(&self) -> String {
        let mut html = format!("<div>{}</div>\n", to_html(&self.text));
        if let Some(answered) = &self.answers {
            // The class by which others know what to fold.
            html.push_str(&format!(
                "<div class=\"gmail_quote\"><br>\n{}<br>\n<blockquote type=\"cite\">{}</blockquote></div>\n",
                to_html(&answered.introduction()),
                to_html(answered.text.trim_end())
            ));
        }
        html
    }
}

impl Answered {
    /// Names it as the mail that is answered, and those that it follows itself (RFC 5322 § 3.6.4).
    fn name_in(&self, builder: MessageBuilder) -> MessageBuilder {
        let Some(answered) = &self.message_id else { return builder };
        let bracketed = |id: &String| format!("<{}>", clean_line(id));
        let references: Vec<String> = self.references.iter().chain([answered]).map(bracketed).collect();
        builder.in_reply_to(bracketed(answered)).references(references.join(" "))
    }

    fn introduction(&self) -> String {
        let at = Time::from_millis(self.at).civil(0);
        let author = clean_line(&self.author);
        let (year, month, day, hour, minute) = (at.year, at.month, at.day, at.hour, at.minute);
        format!("On {year}-{month:02}-{day:02} at {hour:02}:{minute:02} UTC, {author} wrote:")
    }
}

impl File {
    fn part(&self) -> SinglePart {
        let octets = "application/octet-stream";
        // Messages and multiparts may not be encoded, and files are.
        let opaque = ["message/", "multipart/"].iter().any(|kind| self.content_type.starts_with(kind));
        let content_type = ContentType::parse(if opaque { octets } else { &self.content_type })
            .or_else(|_| ContentType::parse(octets))
            .unwrap_or(ContentType::TEXT_PLAIN);
        Attachment::new(self.name.clone()).body(self.bytes.clone(), content_type)
    }
}

fn to_html(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    escaped.replace('\n', "<br>\n")
}
