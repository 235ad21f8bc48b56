//! The tags of an HTML text, found exactly as a browser's tokenizer finds them (HTML Standard § 13.2.5), without
//! building a tree.

use std::ops::Range;

/// An attribute of a start tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attribute {
    pub(super) name: Range<usize>,
    /// Without its quotes; empty if there is none.
    pub(super) value: Range<usize>,
}

/// A start or end tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) closes: bool,
    pub(super) name: Range<usize>,
    /// From `<` to behind `>`.
    pub(super) whole: Range<usize>,
    pub(super) attributes: Vec<Attribute>,
}

impl Tag {
    /// Whether it has this name, given in lower case.
    pub(super) fn is(&self, html: &str, name: &str) -> bool {
        html[self.name.clone()].eq_ignore_ascii_case(name)
    }

    /// The value of an attribute as it is written, with its character references.
    pub(super) fn value<'a>(&self, html: &'a str, name: &str) -> Option<&'a str> {
        let found = self.attributes.iter().find(|at| html[at.name.clone()].eq_ignore_ascii_case(name))?;
        html.get(found.value.clone())
    }
}

/// Iterates over the tags of a text. Comments and declarations are passed over.
pub(super) struct Tags<'a> {
    html: &'a str,
    at: usize,
}

/// The tags of a text in their order.
pub(super) const fn tags(html: &str) -> Tags<'_> {
    Tags { html, at: 0 }
}

impl Iterator for Tags<'_> {
    type Item = Tag;

    fn next(&mut self) -> Option<Tag> {
        let bytes = self.html.as_bytes();
        loop {
            let start = self.at + memchr::memchr(b'<', bytes.get(self.at..)?)?;
            let closes = bytes.get(start + 1) == Some(&b'/');
            let name = start + 1 + usize::from(closes);
            match bytes.get(name) {
                Some(c) if c.is_ascii_alphabetic() => return self.tag(start, name, closes),
                Some(b'!') if !closes => self.at = declaration_end(bytes, start),
                Some(b'?') if !closes => self.at = end_of(bytes, start, b">"),
                Some(_) if closes => self.at = end_of(bytes, start, b">"),
                _ => self.at = start + 1,
            }
        }
    }
}

impl Tags<'_> {
    /// Reads the tag whose name begins at `name`; none if the text ends in it.
    fn tag(&mut self, start: usize, name: usize, closes: bool) -> Option<Tag> {
        let bytes = self.html.as_bytes();
        let skip = |from: usize, stop: &dyn Fn(u8) -> bool| {
            bytes[from..].iter().position(|c| stop(*c)).map_or(bytes.len(), |length| from + length)
        };
        let mut at = skip(name, &|c| c.is_ascii_whitespace() || c == b'/' || c == b'>');
        let mut tag = Tag { closes, name: name..at, whole: start..start, attributes: Vec::new() };
        loop {
            at = skip(at, &|c| !(c.is_ascii_whitespace() || c == b'/'));
            if *bytes.get(at)? == b'>' {
                self.at = at + 1;
                tag.whole.end = self.at;
                return Some(tag);
            }
            // A first `=` belongs to the name.
            let end = skip(at + 1, &|c| c.is_ascii_whitespace() || matches!(c, b'/' | b'>' | b'='));
            let mut attribute = Attribute { name: at..end, value: end..end };
            at = skip(end, &|c| !c.is_ascii_whitespace());
            if bytes.get(at) == Some(&b'=') {
                at = skip(at + 1, &|c| !c.is_ascii_whitespace());
                match *bytes.get(at)? {
                    quote @ (b'"' | b'\'') => {
                        let end = skip(at + 1, &|c| c == quote);
                        attribute.value = at + 1..end;
                        at = (end + 1).min(bytes.len());
                    }
                    b'>' => {}
                    _ => {
                        let end = skip(at, &|c| c.is_ascii_whitespace() || c == b'>');
                        attribute.value = at..end;
                        at = end;
                    }
                }
            }
            tag.attributes.push(attribute);
        }
    }
}

/// Behind the next `mark` from `from` on, or the end of the text.
fn end_of(bytes: &[u8], from: usize, mark: &[u8]) -> usize {
    memchr::memmem::find(&bytes[from..], mark).map_or(bytes.len(), |at| from + at + mark.len())
}

/// Behind a comment or another declaration that begins with `<!` at `start`.
fn declaration_end(bytes: &[u8], start: usize) -> usize {
    let inside = &bytes[start..];
    if !inside.starts_with(b"<!--") {
        return end_of(bytes, start, b">");
    }
    // `<!-->` and `<!--->` are whole comments.
    if let Some(short) = [&b"<!-->"[..], b"<!--->"].into_iter().find(|short| inside.starts_with(short)) {
        return start + short.len();
    }
    // One pass for both of a comment's ends, so that many comments stay linear.
    let mut at = start + 4;
    while let Some(dashes) = bytes.get(at..).and_then(|rest| memchr::memmem::find(rest, b"--")) {
        at += dashes;
        if bytes[at..].starts_with(b"-->") {
            return at + 3;
        }
        if bytes[at..].starts_with(b"--!>") {
            return at + 4;
        }
        at += 1;
    }
    bytes.len()
}

/// Elements that never stay open, or that the next of their kind closes by itself.
const SELF_CLOSING: &[&str] = &[
    "area", "base", "basefont", "bgsound", "body", "br", "col", "colgroup", "dd", "dt", "embed", "frame",
    "head", "hr", "html", "img", "input", "keygen", "li", "link", "meta", "optgroup", "option", "p", "param",
    "rp", "rt", "source", "tbody", "td", "tfoot", "th", "thead", "tr", "track", "wbr",
];

/// Elements that cost again in each paragraph until they are closed: a parser opens those for formatting anew, and text
/// made of the others is indented.
const REPEATED: &[&str] = &[
    "a",
    "b",
    "big",
    "blockquote",
    "code",
    "em",
    "font",
    "i",
    "nobr",
    "ol",
    "s",
    "small",
    "strike",
    "strong",
    "tt",
    "u",
    "ul",
];

/// Elements whose content is text: end tags in it close nothing.
const RAW: &[&str] = &[
    "iframe",
    "noembed",
    "noframes",
    "noscript",
    "plaintext",
    "script",
    "style",
    "textarea",
    "title",
    "xmp",
];

/// Bytes of HTML that are read of a mail. Images that are written out in it make it long.
pub(super) const LENGTH: usize = 4 * 1024 * 1024;

/// Whether a tree of this text can be built in reasonable time and space.
///
/// HTML's rules for wrong nesting let a parser build far more nodes than there are tags: a formatting element that is
/// never closed is built anew in every paragraph. This keeps count of what is open, pessimistically: an end tag counts
/// only if it closes what was opened last.
pub(super) fn is_tame(html: &str) -> bool {
    const TAGS: usize = 100_000;
    const DEPTH: usize = 256;
    /// Repeated elements open, summed over all tags.
    const REPEATED_WORK: usize = 300_000;
    /// A parser compares each with all others of its tag.
    const ATTRIBUTES: usize = 200;
    if html.len() > LENGTH {
        return false;
    }
    let mut open: Vec<(Range<usize>, bool)> = Vec::new();
    let (mut repeated, mut repeated_work) = (0_usize, 0_usize);
    let (mut raw, mut foreign) = (None::<String>, false);
    for (count, tag) in tags(html).enumerate() {
        let name = html[tag.name.clone()].to_ascii_lowercase();
        repeated_work += repeated;
        if count > TAGS || repeated_work > REPEATED_WORK || tag.attributes.len() > ATTRIBUTES {
            return false;
        }
        if tag.closes {
            if let Some(inside) = &raw {
                if *inside != name {
                    continue;
                }
                raw = None;
            } else if let Some((last, repeats)) = open.last()
                && html[last.clone()].eq_ignore_ascii_case(&name)
            {
                repeated -= usize::from(*repeats);
                open.pop();
            }
        } else if RAW.contains(&name.as_str()) {
            raw.get_or_insert(name);
        } else if !SELF_CLOSING.contains(&name.as_str()) {
            let repeats = REPEATED.contains(&name.as_str());
            foreign |= matches!(name.as_str(), "svg" | "math");
            repeated += usize::from(repeats);
            open.push((tag.name, repeats));
        }
        if open.len() > DEPTH {
            return false;
        }
    }
    // Only in there does CDATA hide tags from a parser.
    !(foreign && memchr::memmem::find(html.as_bytes(), b"<![CDATA[").is_some())
}
