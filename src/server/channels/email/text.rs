//! Bytes of a text part as text: charsets, `format=flowed`, HTML as plain text.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, REPLACEMENT, UTF_8};
use mail_parser::decoders::{charsets::map::charset_decoder, html::html_to_text};

use super::html;

/// Decodes a text by its charset label, or by what it looks like if the label is missing, unknown or plainly wrong.
pub(super) fn decode(bytes: &[u8], label: Option<&str>) -> String {
    let Some(label) = label else { return guess(bytes).into_owned() };
    let label = label.trim().trim_matches(['"', '\'']);
    match Encoding::for_label(label.as_bytes()) {
        // The Encoding Standard replaces a whole text in these by one mark; its ASCII part at least can be read.
        Some(encoding) if encoding == REPLACEMENT => String::from_utf8_lossy(bytes).into_owned(),
        Some(encoding) if encoding == UTF_8 || label.eq_ignore_ascii_case("us-ascii") => {
            guess(bytes).into_owned()
        }
        Some(encoding) => encoding.decode(bytes).0.into_owned(),
        // Labels that the Encoding Standard leaves out: utf-7, ibm850 and others.
        None => match charset_decoder(label.as_bytes()) {
            Some(decoder) => decoder(bytes),
            None => guess(bytes).into_owned(),
        },
    }
}

/// Decodes a text without a label: UTF-8 if it is, else what its bytes look like.
fn guess(bytes: &[u8]) -> Cow<'_, str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let escapes =
        memchr::memmem::find(bytes, b"\x1b$").is_some() || memchr::memmem::find(bytes, b"\x1b(").is_some();
    match std::str::from_utf8(bytes) {
        Ok(text) if !escapes => return Cow::Borrowed(text),
        Err(_) if is_mostly_utf8(bytes) => return String::from_utf8_lossy(bytes),
        _ => {}
    }
    /// Bytes that are looked at, from the first that means anything.
    const SAMPLE: usize = 64 * 1024;
    let start = bytes.iter().position(|c| !c.is_ascii() || *c == b'\x1b').unwrap_or_default();
    let end = bytes.len().min(start + SAMPLE);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&bytes[start..end], end == bytes.len());
    detector.guess(None, Utf8Detection::Allow).decode_without_bom_handling(bytes).0
}

/// Whether a text that is not quite UTF-8 is rather that, with a few spoiled characters, than something else.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > bad * 4
}

/// One header field as UTF-8: unlabelled eight-bit and ISO-2022-JP bytes are guessed.
pub(super) fn header_text(bytes: &[u8]) -> Cow<'_, str> {
    guess(bytes)
}

/// The charset that an HTML text declares in its first bytes.
pub(super) fn html_charset(bytes: &[u8]) -> Option<String> {
    let start = String::from_utf8_lossy(bytes.get(..1024).unwrap_or(bytes)).to_ascii_lowercase();
    let (_, rest) = start.split_once("charset")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let label: String =
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_:.".contains(*c)).collect();
    (!label.is_empty()).then_some(label)
}

/// Text as it is kept: `\n` ends a line, and no control characters but tab.
pub(super) fn tidy(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\r' => {
                rest.next_if_eq(&'\n');
                kept.push('\n');
            }
            '\n' | '\t' => kept.push(c),
            c if c.is_control() => {}
            c => kept.push(c),
        }
    }
    kept
}

/// Joins the lines that a sender broke for width only (RFC 3676, `format=flowed`).
pub(super) fn unflow(text: &str, delete_space: bool) -> String {
    let mut joined = String::with_capacity(text.len());
    // The quote depth of an open paragraph: one whose last line ended in a space.
    let mut open: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        let content = line.trim_start_matches('>');
        let depth = line.len() - content.len();
        let content = content.strip_prefix(' ').unwrap_or(content);
        let is_signature = content == "-- ";
        if open == Some(depth) && !is_signature {
            joined.push_str(content);
        } else {
            if open.is_some() {
                joined.push('\n');
            }
            joined.push_str(&line[..depth]);
            if depth > 0 && !content.is_empty() {
                joined.push(' ');
            }
            joined.push_str(content);
        }
        if content.ends_with(' ') && !is_signature && !end.is_empty() {
            if delete_space {
                joined.pop();
            }
            open = Some(depth);
        } else {
            joined.push_str(end);
            open = None;
        }
    }
    joined
}

/// HTML as plain text, quotes marked with `>`.
pub(super) fn from_html(markup: &str) -> String {
    /// Columns: so wide that paragraphs stay whole.
    const WIDTH: usize = 2_000;
    let rendered = if html::is_tame(markup) {
        html2text::config::plain_no_decorate()
            .raw_mode(true)
            .allow_width_overflow()
            .string_from_read(with_rules(markup).as_bytes(), WIDTH)
            .ok()
    } else {
        None
    };
    // mail-parser's reader builds no tree, so that no markup can make it slow.
    let text = rendered.unwrap_or_else(|| html_to_text(markup));
    let mut tidied = String::with_capacity(text.len());
    let mut blank = 0;
    for line in tidy(&text).lines() {
        let line = line.trim_end();
        blank = if line.is_empty() { blank + 1 } else { 0 };
        if blank < 2 {
            tidied.push_str(line);
            tidied.push('\n');
        }
    }
    tidied.trim_matches('\n').to_owned()
}

/// Puts a line of text in the place of each rule: they part an answer from its quote.
fn with_rules(markup: &str) -> String {
    let mut ruled = String::with_capacity(markup.len());
    let mut at = 0;
    for tag in html::tags(markup).filter(|tag| !tag.closes && tag.is(markup, "hr")) {
        ruled.push_str(&markup[at..tag.whole.start]);
        ruled.push_str("<p>---</p>");
        at = tag.whole.end;
    }
    ruled.push_str(&markup[at..]);
    ruled
}

/// Plain text as HTML.
pub(super) fn to_html(text: &str) -> String {
    let mut markup = String::with_capacity(text.len() + 16);
    for (number, line) in text.lines().enumerate() {
        if number > 0 {
            markup.push_str("<br>\n");
        }
        escape_into(&mut markup, line);
    }
    markup
}

/// Adds a text to HTML as what it says.
pub(super) fn escape_into(markup: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => markup.push_str("&amp;"),
            '<' => markup.push_str("&lt;"),
            '>' => markup.push_str("&gt;"),
            '"' => markup.push_str("&quot;"),
            c => markup.push(c),
        }
    }
}

/// A text on one line: white space folded, no control characters, nothing that turns the direction of what follows.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let mut kept = word.chars().filter(|c| !c.is_control() && !turns_direction(*c)).peekable();
        if kept.peek().is_none() {
            continue;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(kept);
    }
    line
}

/// The characters that reorder text around them: a name could hide its real ending with one.
pub(super) const fn turns_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
