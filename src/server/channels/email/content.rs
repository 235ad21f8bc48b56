//! What a mail says, ready to be kept: its text with what is folded away, its HTML made safe, its files.

use std::collections::{BTreeSet, HashMap};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::Rng;

use super::{
    parse::{Attachment, Cut, Mail},
    quote::{self, Kind},
    sanitise::sanitise,
};
use crate::{
    domain::{Fold, InboundFile, Message, clean_text},
    server::clock::new_id,
};

/// What a mail says.
pub(super) struct Content {
    pub(super) text: String,
    /// Of the text.
    pub(super) folds: Vec<Fold>,
    /// Safe to show.
    pub(super) html: Option<String>,
    pub(super) files: Vec<InboundFile>,
    /// For people: what a limit has cost.
    pub(super) left_out: Option<String>,
}

impl Content {
    /// Of a mail, whose attachments go over into it.
    pub(super) fn of(mail: &mut Mail) -> Self {
        let attachments = std::mem::take(&mut mail.attachments);
        let mut left_out: Vec<&str> = words(&mail.cuts).collect();
        let (mut text, is_whole) = shortened(clean_text(&mail.text));
        if !is_whole {
            left_out.push("the text after its first 100,000 characters");
        }
        if text.is_empty() && attachments.is_empty() {
            text = "[An empty message]".to_owned();
        }
        let images: Vec<Option<String>> = attachments.iter().map(image).collect();
        let mut files: Vec<InboundFile> = attachments.into_iter().map(file).collect();
        let html = mail.html.as_deref().and_then(|html| {
            let cleaned = show(html, &images, &mut files);
            if cleaned.is_none() {
                left_out.push("its HTML, which is too complex to show");
            }
            cleaned
        });
        let left_out = (!left_out.is_empty()).then(|| format!("Left out: {}.", left_out.join("; ")));
        Self { folds: folds(&text), text, html, files, left_out }
    }
}

/// What was left out, by the limits of reading.
fn words(cuts: &BTreeSet<Cut>) -> impl Iterator<Item = &'static str> {
    cuts.iter().map(|cut| match cut {
        Cut::Size => "what follows its first 25 MB",
        Cut::Parts => "parts after the fiftieth",
        Cut::Depth => "parts nested deeper than twenty",
        Cut::Header => "the end of a very long header",
        Cut::Recipients => "recipients after the first 500",
        Cut::Html => "HTML after its first 4 MB",
    })
}

/// A text of a length that is taken, and whether that is all of it.
fn shortened(mut text: String) -> (String, bool) {
    match text.char_indices().nth(Message::MAX_MAIL) {
        Some((end, _)) => {
            text.truncate(end);
            text.truncate(text.trim_end().len());
            (text, false)
        }
        None => (text, true),
    }
}

fn folds(text: &str) -> Vec<Fold> {
    quote::fold(text)
        .into_iter()
        .filter(|segment| segment.kind != Kind::Visible)
        .map(|segment| Fold {
            start: segment.range.start,
            end: segment.range.end,
            signature: segment.kind == Kind::Signature,
        })
        .collect()
}

/// By what HTML names an image of the mail, if this is one.
fn image(attachment: &Attachment) -> Option<String> {
    attachment.content_id.clone().filter(|_| attachment.content_type.starts_with("image/"))
}

fn file(attachment: Attachment) -> InboundFile {
    /// Bytes of a key.
    const KEY: usize = 18;
    let mut key = [0_u8; KEY];
    rand::rng().fill(&mut key);
    let Attachment { name, content_type, bytes, .. } = attachment;
    InboundFile { id: new_id(), key: URL_SAFE_NO_PAD.encode(key), name, content_type, inline: false, bytes }
}

/// HTML made safe, with the mail's own images in their places; none if it is too complex.
fn show(html: &str, images: &[Option<String>], files: &mut [InboundFile]) -> Option<String> {
    let mut paths: HashMap<String, String> = HashMap::new();
    for (id, file) in images.iter().zip(files.iter()) {
        if let Some(id) = id {
            // Of two images with one id the first counts, as in browsers.
            paths.entry(id.clone()).or_insert_with(|| path(file));
        }
    }
    let clean = sanitise(html, &paths).ok()?.html;
    for (_, file) in images.iter().zip(files).filter(|(id, _)| id.is_some()) {
        file.inline = clean.contains(&path(file));
    }
    Some(clean)
}

/// As [`crate::domain::Attachment::path`] will say.
fn path(file: &InboundFile) -> String {
    format!("/files/{}", file.key)
}
