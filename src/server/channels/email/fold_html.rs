//! Quotes in HTML, by the marks that mail programs leave.

use std::ops::Range;

use super::{
    html::{Tag, tags},
    quote_words,
};

/// Elements that hold a quote have one of these classes.
pub(super) const QUOTE_CLASSES: &[&str] =
    &["gmail_quote", "gmail_quote_container", "moz-cite-prefix", "protonmail_quote", "yahoo_quoted"];

/// Or one of these ids.
pub(super) const QUOTE_IDS: &[&str] = &["OLK_SRC_BODY_SECTION", "mail-editor-reference-message-container"];

/// From elements with these ids on, the rest of what they stand in is quote.
pub(super) const QUOTE_STARTS: &[&str] = &["appendonsend", "divRplyFwdMsg"];

/// Elements without an end tag.
const VOID: &[&str] = &["br", "col", "hr", "img", "wbr"];

/// Wraps the outermost quotes of HTML that [`super::sanitise`] made in `<details class="quote">`, and tells how many
/// there are. If nothing would stay visible, or a quote is a forwarded message, it is left as it is.
#[must_use]
pub fn fold_html(html: &str) -> (String, usize) {
    let quotes = merged(html, quotes(html));
    if quotes.is_empty() || !something_outside(html, &quotes) {
        return (html.to_owned(), 0);
    }
    let mut folded = String::with_capacity(html.len() + quotes.len() * 64);
    let mut at = 0;
    for quote in &quotes {
        folded.push_str(&html[at..quote.start]);
        folded.push_str("<details class=\"quote\"><summary>…</summary>");
        folded.push_str(&html[quote.clone()]);
        folded.push_str("</details>");
        at = quote.end;
    }
    folded.push_str(&html[at..]);
    (folded, quotes.len())
}

/// A quote whose end is not reached yet.
struct Open {
    start: usize,
    /// The depth of the element with which it ends.
    depth: usize,
    /// Whether it is that element; else it is the rest of what stands in it.
    whole: bool,
}

/// The outermost elements that are marked as quotes.
fn quotes(html: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut quote: Option<Open> = None;
    for tag in tags(html) {
        if VOID.iter().any(|name| tag.is(html, name)) {
            continue;
        }
        if tag.closes {
            if let Some(open) = quote.take_if(|open| open.depth == depth) {
                found.push(open.start..if open.whole { tag.whole.end } else { tag.whole.start });
            }
            depth = depth.saturating_sub(1);
        } else {
            depth += 1;
            let start = tag.whole.start;
            if quote.is_none() && is_start(html, &tag) {
                quote = Some(Open { start, depth: depth - 1, whole: false });
            } else if quote.is_none() && is_quote(html, &tag) {
                quote = Some(Open { start, depth, whole: true });
            }
        }
    }
    found.extend(quote.map(|open| open.start..html.len()));
    found
}

fn is_start(html: &str, tag: &Tag) -> bool {
    tag.value(html, "id").is_some_and(|id| QUOTE_STARTS.contains(&id))
}

fn is_quote(html: &str, tag: &Tag) -> bool {
    tag.value(html, "class").is_some_and(|class| class.split(' ').any(|word| QUOTE_CLASSES.contains(&word)))
        || tag.value(html, "id").is_some_and(|id| QUOTE_IDS.contains(&id))
        || (tag.is(html, "blockquote")
            && tag.value(html, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("cite")))
}

/// Joins quotes with nothing between them, such as "Ana wrote:" and what she wrote, and leaves out forwarded messages.
fn merged(html: &str, quotes: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut merged: Vec<Range<usize>> = Vec::new();
    for quote in quotes {
        let beginning = words(html, quote.clone()).chars().take(200).collect::<String>().to_lowercase();
        let beginning = beginning.trim_start_matches(|c: char| c == '-' || c.is_whitespace());
        if quote_words::FORWARDED.iter().any(|phrase| beginning.starts_with(phrase)) {
            continue;
        }
        match merged.last_mut() {
            Some(last) if is_blank(html, last.end..quote.start) => last.end = quote.end,
            _ => merged.push(quote),
        }
    }
    merged
}

fn something_outside(html: &str, quotes: &[Range<usize>]) -> bool {
    let starts = std::iter::once(0).chain(quotes.iter().map(|quote| quote.end));
    let ends = quotes.iter().map(|quote| quote.start).chain(std::iter::once(html.len()));
    starts.zip(ends).any(|(start, end)| !is_blank(html, start..end))
}

/// Whether nothing can be seen in a stretch: no text and no image.
fn is_blank(html: &str, range: Range<usize>) -> bool {
    let image = tags(&html[range.clone()]).any(|tag| tag.is(&html[range.clone()], "img"));
    let text = words(html, range).replace("&nbsp;", "");
    !image && text.trim().is_empty()
}

/// The text of a stretch, without its tags.
fn words(html: &str, range: Range<usize>) -> String {
    let stretch = &html[range];
    let mut text = String::new();
    let mut at = 0;
    for tag in tags(stretch) {
        text.push_str(&stretch[at..tag.whole.start]);
        at = tag.whole.end;
    }
    text.push_str(&stretch[at..]);
    text
}
