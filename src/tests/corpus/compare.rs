//! Whether what was made of a mail has all that another reader finds in it.

use super::{
    reader::{Content, Leaf},
    words::{Haystack, Reach, visible, words},
};
use crate::domain::{InboundMail, InboundMessage};

/// Words of one part that are told, if they are missing.
const TOLD: usize = 8;

/// What is missing, in words for people.
pub fn missing(leaves: Vec<Leaf>, message: &InboundMessage, mail: &InboundMail) -> Vec<String> {
    let mut found = Vec::new();
    let (files, texts): (Vec<Leaf>, Vec<Leaf>) = leaves.into_iter().partition(|leaf| leaf.is_file);
    if files.len() != mail.files.len() {
        found.push(format!("{} files, and not {}", mail.files.len(), files.len()));
    }
    let mut left: Vec<&[u8]> = mail.files.iter().map(|file| file.bytes.as_slice()).collect();
    // First those that are known to the byte: of the others, only words are.
    let (bytes, written): (Vec<Leaf>, Vec<Leaf>) =
        files.into_iter().partition(|leaf| matches!(leaf.content, Content::Bytes(_)));
    for file in bytes.into_iter().chain(written) {
        match left.iter().position(|bytes| is_file_of(&file.content, bytes)) {
            Some(at) => {
                left.swap_remove(at);
            }
            None => found.push(format!("a file is not there: {}", start(&file.content))),
        }
    }
    let html = mail.html.as_deref().map(visible).unwrap_or_default();
    let haystack = Haystack::of(&format!("{} {html}", message.text));
    found.extend(texts.iter().filter_map(|leaf| lost_words(&leaf.content, &haystack)));
    found
}

/// Whether these are a file's bytes. How lines end is the business of whoever carries them.
fn is_file_of(content: &Content, bytes: &[u8]) -> bool {
    match content {
        Content::Bytes(wanted) => squeezed(wanted).eq(squeezed(bytes)),
        // Its charset is not undone in a file.
        Content::Plain(text, reach) | Content::Html(text, reach) => {
            let reach = if *reach == Reach::All { Reach::Ascii } else { *reach };
            let there = Haystack::of(&String::from_utf8_lossy(bytes).replace('\0', ""));
            words(text, reach).all(|word| there.has(word))
        }
    }
}

fn squeezed(bytes: &[u8]) -> impl Iterator<Item = &u8> {
    bytes.iter().filter(|byte| !byte.is_ascii_whitespace())
}

fn lost_words(content: &Content, haystack: &Haystack) -> Option<String> {
    let lost = |text: &str, reach: Reach| {
        let lost: Vec<&str> = words(text, reach).filter(|word| !haystack.has(word)).take(TOLD).collect();
        (!lost.is_empty()).then(|| format!("words are lost: {lost:?}"))
    };
    match content {
        Content::Plain(text, reach) => lost(text, *reach),
        Content::Html(html, reach) => lost(&visible(html), *reach),
        Content::Bytes(_) => Some("bytes that are no file".to_owned()),
    }
}

/// By what a person finds a part again.
fn start(content: &Content) -> String {
    match content {
        Content::Plain(text, _) | Content::Html(text, _) => text.chars().take(60).collect(),
        Content::Bytes(bytes) => String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned(),
    }
}
