//! What another reader finds in a mail: mail-parser walks the tree by itself here. The product has it read fields.

use std::thread;

use mail_parser::{HeaderName, Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::words::Reach;

/// Bytes of its stack: it keeps messages in messages as values in values.
const STACK: usize = 256 * 1024 * 1024;
/// Parts in parts. The product reads fewer.
const DEPTH: usize = 100;

/// A part without parts.
pub struct Leaf {
    /// A file, or to be read with the message.
    pub is_file: bool,
    pub content: Content,
}

pub enum Content {
    Plain(String, Reach),
    Html(String, Reach),
    Bytes(Vec<u8>),
}

/// The leaves of a mail, without the alternatives that nobody is shown. None where the reader is not sure itself: the
/// mail is broken in a way that can be read in more than one.
pub fn leaves(raw: &[u8]) -> Option<Vec<Leaf>> {
    let raw = raw.trim_ascii_start().to_vec();
    let reading = thread::Builder::new().stack_size(STACK).spawn(move || {
        let message = MessageParser::default().parse(&raw).filter(is_sure)?;
        below(&message, 0, None, 0)
    });
    // It asserts what some broken mails do not keep.
    reading.expect("a thread").join().ok().flatten()
}

fn is_sure(message: &Message<'_>) -> bool {
    message.parts.iter().all(|part| {
        let kinds = part.headers.iter().filter(|header| header.name == HeaderName::ContentType).count();
        let is_whole = match &part.body {
            PartType::Multipart(parts) => !parts.is_empty(),
            PartType::Message(message) => is_sure(message),
            _ => true,
        };
        !part.is_encoding_problem && kinds < 2 && is_whole
    })
}

/// The leaves below a part that stands between marks.
fn below(message: &Message<'_>, id: usize, mark: Option<&str>, depth: usize) -> Option<Vec<Leaf>> {
    let part = message.parts.get(id).filter(|_| depth < DEPTH)?;
    let PartType::Multipart(parts) = &part.body else { return leaf(part, mark).map(|leaf| vec![leaf]) };
    let kind = part.content_type()?;
    let mark = kind.attribute("boundary");
    let mut children: Vec<Vec<Leaf>> =
        parts.iter().map(|id| below(message, *id as usize, mark, depth + 1)).collect::<Option<_>>()?;
    if kind.subtype() == Some("alternative") {
        keep_shown(&mut children);
    }
    Some(children.into_iter().flatten().collect())
}

/// None if it swallowed the mark behind it.
fn leaf(part: &MessagePart<'_>, mark: Option<&str>) -> Option<Leaf> {
    let swallowed = mark
        .is_some_and(|mark| memchr::memmem::find(part.contents(), format!("--{mark}").as_bytes()).is_some());
    if swallowed {
        return None;
    }
    let label = part.content_type().and_then(|kind| kind.attribute("charset"));
    let content = match &part.body {
        PartType::Text(text) => Content::Plain(text.to_string(), Reach::of(text, label)),
        // What its bytes are without a label, the markup may say.
        PartType::Html(html) => {
            let reach = Reach::of(html, label.or(Some("us-ascii")));
            Content::Html(html.to_string(), reach)
        }
        // Without its boundary it is text.
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) if is_multipart(part) => {
            Content::Plain(String::from_utf8_lossy(bytes).into_owned(), Reach::Ascii)
        }
        _ => Content::Bytes(part.contents().to_vec()),
    };
    Some(Leaf { is_file: is_file(part), content })
}

fn is_multipart(part: &MessagePart<'_>) -> bool {
    part.content_type().is_some_and(|kind| kind.ctype() == "multipart")
}

/// What is no text to read, and what its sender gives a name or calls an attachment.
fn is_file(part: &MessagePart<'_>) -> bool {
    let kind = part.content_type();
    let is_text = kind
        .is_none_or(|kind| kind.ctype() == "text" && matches!(kind.subtype(), None | Some("plain" | "html")));
    let is_named = match part.content_disposition() {
        Some(disposition) => disposition.is_attachment() || disposition.has_attribute("filename"),
        None => kind.is_some_and(|kind| kind.has_attribute("name")),
    };
    part.is_message() || (!is_multipart(part) && (is_named || !is_text))
}

/// Of several forms of one text, people see the first plain one that says something, and the last in HTML.
fn keep_shown(forms: &mut [Vec<Leaf>]) {
    let says = |leaf: &Leaf| matches!(&leaf.content, Content::Plain(text, _) if !text.trim().is_empty());
    let is_html = |leaf: &Leaf| matches!(leaf.content, Content::Html(..));
    let plain = forms.iter().position(|form| form.iter().any(|leaf| !leaf.is_file && says(leaf)));
    let html = forms.iter().rposition(|form| form.iter().any(|leaf| !leaf.is_file && is_html(leaf)));
    for (number, form) in forms.iter_mut().enumerate() {
        form.retain(|leaf| match leaf.content {
            Content::Plain(..) => leaf.is_file || plain.is_none_or(|shown| shown == number),
            Content::Html(..) => leaf.is_file || html == Some(number),
            Content::Bytes(_) => true,
        });
    }
}

#[test]
fn leaves_are_told_apart() {
    let raw = b"Content-Type: multipart/mixed; boundary=a\r\n\r\n\
        --a\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n\
        --b\r\n\r\nplain\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>old\r\n\
        --b\r\nContent-Type: text/html\r\n\r\n<p>rich\r\n--b--\r\n\
        --a\r\nContent-Type: text/plain; name=notes.txt\r\n\r\nnotes\r\n\
        --a\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC\r\n--a--\r\n";
    let found: Vec<(bool, String)> = leaves(raw)
        .expect("sure")
        .into_iter()
        .map(|leaf| match leaf.content {
            Content::Plain(text, _) | Content::Html(text, _) => (leaf.is_file, text),
            Content::Bytes(bytes) => (leaf.is_file, format!("{bytes:?}")),
        })
        .collect();
    let want = [(false, "plain"), (false, "<p>rich"), (true, "notes"), (true, "[0, 1, 2]")];
    assert_eq!(found, want.map(|(is_file, text)| (is_file, text.to_owned())));
    let unclosed = b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\nand then";
    assert!(leaves(unclosed).is_none(), "where it ends is anybody's guess");
}
