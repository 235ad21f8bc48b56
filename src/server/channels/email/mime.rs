//! The tree of a MIME message (RFC 2045, 2046), walked with limits.
//!
//! mail-parser reads the header fields. Its own walk is not used: there, messages in messages are values in values
//! without a limit, and dropping a small mail that nests deep enough overflows the stack.

use std::{borrow::Cow, collections::BTreeSet};

use mail_parser::{ContentType, Header, HeaderName, HeaderValue, MessageParser};

use super::{
    html, names,
    parse::{Attachment, Cut, Field},
    text, transfer,
};

/// A header and what follows it.
pub(super) struct Entity<'a> {
    /// Read by mail-parser.
    pub(super) headers: Vec<Header<'static>>,
    /// As they stand, unfolded.
    pub(super) fields: Vec<Field>,
    pub(super) body: &'a [u8],
}

impl<'a> Entity<'a> {
    /// Splits and reads a header. What has no header is all body.
    pub(super) fn read(raw: &'a [u8], cuts: &mut BTreeSet<Cut>) -> Self {
        /// More than any sender needs; keeps parsing short.
        const HEADER: usize = 256 * 1024;
        /// Longer MIME fields are attacks: their parameters are joined by search.
        const MIME_FIELD: usize = 16 * 1024;
        let (header, body) = split(raw);
        let cut = header.get(..HEADER);
        if cut.is_some() {
            cuts.insert(Cut::Header);
        }
        let mut fields: Vec<Field> = Vec::new();
        let mut clean = String::new();
        for (name, value) in raw_fields(cut.unwrap_or(header)) {
            let name = name.to_ascii_lowercase();
            if name.starts_with("content-") && value.len() > MIME_FIELD {
                cuts.insert(Cut::Header);
                continue;
            }
            let folded = text::header_text(&value).replace(['\0', '\r'], " ");
            let value = folded.replace("\n ", " ");
            clean.push_str(&name);
            clean.push_str(": ");
            // Of a parameter that follows without a semicolon, the fold alone shows that it is one.
            clean.push_str(if name.starts_with("content-") { folded.trim() } else { value.trim() });
            clean.push('\n');
            fields.push(Field { name, value: value.trim().to_owned() });
        }
        clean.push('\n');
        let headers = MessageParser::default()
            .parse_headers(clean.as_bytes())
            .and_then(|message| message.parts.into_iter().next())
            .map_or_else(Vec::new, |part| part.headers.into_iter().map(Header::into_owned).collect());
        Self { headers, fields, body }
    }

    /// The first header of this name.
    pub(super) fn header(&self, name: &HeaderName<'_>) -> Option<&HeaderValue<'static>> {
        self.headers.iter().find(|header| header.name == *name).map(|header| &header.value)
    }

    /// `Content-Type` as `type/subtype`, or what stands in for it.
    pub(super) fn content_type(&self, default: &str) -> String {
        match self.parameters(&HeaderName::ContentType) {
            Some(ContentType { c_type, c_subtype: Some(subtype), .. }) => {
                format!("{c_type}/{subtype}").to_ascii_lowercase()
            }
            Some(ContentType { c_type, .. }) if c_type.eq_ignore_ascii_case("text") => {
                "text/plain".to_owned()
            }
            Some(_) => "application/octet-stream".to_owned(),
            None => default.to_owned(),
        }
    }

    /// A parameter of `Content-Type`.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters(&HeaderName::ContentType)?.attribute(name)
    }

    /// A field that has parameters.
    pub(super) fn parameters(&self, name: &HeaderName<'_>) -> Option<&ContentType<'static>> {
        self.header(name)?.as_content_type()
    }

    /// The body without its transfer encoding. What is no valid code is kept or passed over, never refused.
    fn decoded(&self) -> Cow<'a, [u8]> {
        let encoding = self.fields.iter().find(|field| field.name == "content-transfer-encoding");
        let encoding = encoding.map(|field| field.value.to_ascii_lowercase()).unwrap_or_default();
        if encoding.starts_with("base64") {
            Cow::Owned(transfer::base64(self.body))
        } else if encoding.starts_with("quoted-printable") {
            Cow::Owned(transfer::quoted_printable(self.body))
        } else {
            Cow::Borrowed(self.body)
        }
    }
}

/// The text of a mail, as far as it has been put together.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Body {
    pub(super) plain: Option<String>,
    pub(super) html: Option<String>,
}

impl Body {
    fn is_empty(&self) -> bool {
        self.plain.is_none() && self.html.is_none()
    }

    /// Another body below this one; each form is filled from the other where only one has it.
    fn then(self, next: Self) -> Self {
        if self.is_empty() {
            return next;
        }
        if next.is_empty() {
            return self;
        }
        let plain = (self.plain.is_some() || next.plain.is_some())
            .then(|| format!("{}\n{}", self.to_plain().trim_end(), next.to_plain()));
        let html = (self.html.is_some() || next.html.is_some())
            .then(|| format!("{}\n<br>\n{}", self.to_html(), next.to_html()));
        Self { plain, html }
    }

    fn to_plain(&self) -> Cow<'_, str> {
        match (&self.plain, &self.html) {
            (Some(plain), _) => Cow::Borrowed(plain),
            (None, Some(html)) => Cow::Owned(text::from_html(html)),
            (None, None) => Cow::Borrowed(""),
        }
    }

    fn to_html(&self) -> Cow<'_, str> {
        match (&self.html, &self.plain) {
            (Some(html), _) => Cow::Borrowed(html),
            (None, Some(plain)) => Cow::Owned(text::to_html(plain)),
            (None, None) => Cow::Borrowed(""),
        }
    }
}

/// Walks a message and keeps what it finds.
#[derive(Debug, Default)]
pub(super) struct Walk {
    pub(super) attachments: Vec<Attachment>,
    pub(super) cuts: BTreeSet<Cut>,
    parts: usize,
    /// Bytes of HTML so far.
    html: usize,
}

impl Walk {
    const PARTS: usize = 50;
    const DEPTH: usize = 20;

    /// Reads an entity and all below it; files go to the attachments.
    pub(super) fn entity(&mut self, entity: &Entity<'_>, depth: usize, default: &str) -> Body {
        let content_type = entity.content_type(default);
        if let Some(subtype) = content_type.strip_prefix("multipart/") {
            // One more than are read shows that there are more.
            let most = Self::PARTS + 1;
            let parts =
                entity.parameter("boundary").map_or_else(Vec::new, |mark| parts(entity.body, mark, most));
            if depth >= Self::DEPTH {
                self.cuts.insert(Cut::Depth);
                self.attach(entity, &content_type, entity.body.to_vec());
                return Body::default();
            }
            if !parts.is_empty() {
                return self.multipart(subtype, &parts, depth);
            }
            // A multipart without its boundary: what there is, is text.
            return Body { plain: Some(text::tidy(&text::decode(&entity.decoded(), None))), html: None };
        }
        let bytes = entity.decoded();
        if is_file(entity) {
            self.attach(entity, &content_type, bytes.into_owned());
            return Body::default();
        }
        let charset = entity.parameter("charset");
        match content_type.as_str() {
            "text/plain" => {
                let mut plain = text::tidy(&text::decode(&bytes, charset));
                if entity.parameter("format").is_some_and(|format| format.eq_ignore_ascii_case("flowed")) {
                    let delete = entity.parameter("delsp").is_some_and(|yes| yes.eq_ignore_ascii_case("yes"));
                    plain = text::unflow(&plain, delete);
                }
                Body { plain: Some(plain), html: None }
            }
            "text/html" if self.html + bytes.len() <= html::LENGTH => {
                self.html += bytes.len();
                let declared = charset.map(str::to_owned).or_else(|| text::html_charset(&bytes));
                Body { plain: None, html: Some(text::tidy(&text::decode(&bytes, declared.as_deref()))) }
            }
            _ => {
                if content_type == "text/html" {
                    self.cuts.insert(Cut::Html);
                }
                self.attach(entity, &content_type, bytes.into_owned());
                Body::default()
            }
        }
    }

    fn multipart(&mut self, subtype: &str, parts: &[&[u8]], depth: usize) -> Body {
        let default = if subtype == "digest" { "message/rfc822" } else { "text/plain" };
        let mut body = Body::default();
        for raw in parts {
            if self.parts >= Self::PARTS {
                self.cuts.insert(Cut::Parts);
                break;
            }
            self.parts += 1;
            let entity = Entity::read(raw, &mut self.cuts);
            let next = self.entity(&entity, depth + 1, default);
            body = if subtype == "alternative" {
                // The first plain form, and of the rich ones the last, which is the one the sender likes best.
                let plain = body.plain.filter(|plain| !plain.trim().is_empty()).or(next.plain);
                Body { plain, html: next.html.or(body.html) }
            } else {
                body.then(next)
            };
        }
        body
    }

    fn attach(&mut self, entity: &Entity<'_>, content_type: &str, bytes: Vec<u8>) {
        let disposition = entity.parameters(&HeaderName::ContentDisposition);
        let given = disposition
            .and_then(|disposition| disposition.attribute("filename"))
            .or_else(|| entity.parameter("name"))
            .and_then(names::file_name);
        let name = given.or_else(|| nested_subject(content_type, &bytes));
        let content_id = entity
            .header(&HeaderName::ContentId)
            .and_then(HeaderValue::as_text)
            .map(|id| id.trim_matches(['<', '>', ' ']).to_owned())
            .filter(|id| !id.is_empty());
        self.attachments.push(Attachment {
            name: name.unwrap_or_else(|| names::unnamed(self.attachments.len() + 1, content_type)),
            content_type: content_type.to_owned(),
            inline: disposition.map_or(content_id.is_some(), ContentType::is_inline),
            content_id,
            bytes,
        });
    }
}

/// Whether a part was meant as a file, and not to be read with the message.
fn is_file(entity: &Entity<'_>) -> bool {
    match entity.parameters(&HeaderName::ContentDisposition) {
        Some(disposition) => disposition.is_attachment() || disposition.has_attribute("filename"),
        None => entity.parameter("name").is_some(),
    }
}

/// The name for a message in a message: its subject.
fn nested_subject(content_type: &str, bytes: &[u8]) -> Option<String> {
    if !matches!(content_type, "message/rfc822" | "message/global") {
        return None;
    }
    let entity = Entity::read(bytes, &mut BTreeSet::new());
    let subject = entity.header(&HeaderName::Subject)?.as_text()?.replace(['/', '\\'], "-");
    names::file_name(&format!("{subject}.eml")).filter(|name| name != "eml")
}

/// Splits at the empty line. Without one, the header ends before the first line that is no field.
pub(super) fn split(raw: &[u8]) -> (&[u8], &[u8]) {
    let (mut at, mut first_other, mut fields) = (0, None, 0);
    for line in raw.split_inclusive(|c| *c == b'\n') {
        if matches!(line, b"\n" | b"\r\n") {
            // Without any field before it, an empty first line ends an empty header.
            return if fields > 0 || at == 0 { (&raw[..at], &raw[at + line.len()..]) } else { (&[], raw) };
        }
        let is_folded = fields > 0 && matches!(line.first(), Some(b' ' | b'\t'));
        if field_name(line).is_some() {
            fields += 1;
        } else if !is_folded && first_other.is_none() {
            first_other = Some(at);
            // Text with no header at all must not be searched to its end for one.
            if fields == 0 {
                return (&[], raw);
            }
        }
        at += line.len();
    }
    raw.split_at(first_other.unwrap_or(at))
}

/// The length of the name of a field that begins here (RFC 5322 § 2.2, with the blanks before the colon of § 4.5).
fn field_name(line: &[u8]) -> Option<usize> {
    let colon = memchr::memchr(b':', line.get(..200).unwrap_or(line))?;
    let name = line[..colon].trim_ascii_end();
    (!name.is_empty() && name.iter().all(u8::is_ascii_graphic)).then_some(name.len())
}

/// The fields of a header, each fold as a line break and a blank. Lines that are none are passed over.
fn raw_fields(header: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut fields: Vec<(String, Vec<u8>)> = Vec::new();
    for line in header.split_inclusive(|c| *c == b'\n') {
        let content = line.trim_ascii_end();
        if let (Some(b' ' | b'\t'), Some((_, value))) = (line.first(), fields.last_mut()) {
            if !content.is_empty() {
                value.extend_from_slice(b"\n ");
                value.extend_from_slice(content.trim_ascii_start());
            }
        } else if let Some(length) = field_name(line) {
            let name = String::from_utf8_lossy(&line[..length]).into_owned();
            let value = content.get(length..).unwrap_or_default().trim_ascii_start();
            fields.push((name, value.strip_prefix(b":").unwrap_or(value).trim_ascii().to_vec()));
        }
    }
    fields
}

/// The first parts between boundaries (RFC 2046 § 5.1). A missing last boundary is no loss.
pub(super) fn parts<'a>(body: &'a [u8], boundary: &str, most: usize) -> Vec<&'a [u8]> {
    let mut found = Vec::new();
    let (mut start, mut at) = (None::<usize>, 0);
    while at < body.len() {
        let end = memchr::memchr(b'\n', &body[at..]).map_or(body.len(), |length| at + length + 1);
        let rest = body[at..end].strip_prefix(b"--").and_then(|line| line.strip_prefix(boundary.as_bytes()));
        let rest = rest.map(<[u8]>::trim_ascii).filter(|rest| rest.is_empty() || rest.starts_with(b"--"));
        if let Some(rest) = rest {
            if let Some(start) = start {
                let part = &body[start..at];
                let part = part.strip_suffix(b"\n").unwrap_or(part);
                found.push(part.strip_suffix(b"\r").unwrap_or(part));
            }
            // What follows the last boundary is no part; but some mails nest parts under one boundary, and go on.
            start = (!rest.starts_with(b"--")).then_some(end);
            if found.len() >= most {
                return found;
            }
        }
        at = end;
    }
    found.extend(start.map(|start| &body[start..]).filter(|part| !part.is_empty()));
    found
}
