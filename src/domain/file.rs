//! Files that go with messages.

use serde::{Deserialize, Serialize};

use super::{AwaitedFileId, FileId};

/// A file of a message, as a thread shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub id: FileId,
    /// Unguessable: whoever knows it may read the file.
    pub key: String,
    pub name: String,
    /// What its bytes are, where that is known; else what its sender says.
    pub content_type: String,
    /// In bytes.
    pub size: i64,
    /// Only of images that can be shown.
    pub image: Option<Dimensions>,
}

/// A file that a provider keeps for us until we have fetched it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwaitedFile {
    pub id: AwaitedFileId,
    /// As the provider says.
    pub content_type: Option<String>,
    /// Why it could not be fetched, once nobody tries any more; for people.
    pub failure: Option<String>,
}

/// An image's size in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dimensions {
    pub width: u32,
    pub height: u32,
}

impl AwaitedFile {
    /// What it is called before it is here.
    #[must_use]
    pub fn label(&self) -> &'static str {
        kind_label(self.content_type.as_deref().unwrap_or_default())
    }
}

impl Attachment {
    /// The largest file that is taken, in bytes.
    pub const LARGEST: usize = 25_000_000;
    /// The most that go with one message that somebody writes here. Mails may have more.
    pub const MOST: usize = 10;

    /// The path under which it is read.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/files/{}", self.key)
    }

    /// The path of a small picture of it, if it is one.
    #[must_use]
    pub fn thumbnail_path(&self) -> Option<String> {
        self.image.map(|_| format!("/files/{}/thumbnail", self.key))
    }

    /// Its size for people.
    #[must_use]
    pub fn size_label(&self) -> String {
        size_label(u64::try_from(self.size).unwrap_or_default())
    }
}

/// What a file is called of which no more is known than its media type.
#[must_use]
pub fn kind_label(content_type: &str) -> &'static str {
    let kind = content_type.split('/').next().unwrap_or_default();
    let labels = [("image", "Photo"), ("video", "Video"), ("audio", "Recording")];
    let label = labels.iter().find(|(name, _)| name.eq_ignore_ascii_case(kind.trim()));
    label.map_or("File", |(_, label)| *label)
}

/// A number of bytes for people: "640 B", "1.4 MB".
#[must_use]
pub fn size_label(bytes: u64) -> String {
    let tenths = |unit: u64| {
        let tenths = (bytes * 10 + unit / 2) / unit;
        if tenths >= 100 { format!("{}", tenths / 10) } else { format!("{}.{}", tenths / 10, tenths % 10) }
    };
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", tenths(1_000)),
        _ => format!("{} MB", tenths(1_000_000)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_plain_names() {
        for (kind, label) in [
            ("image/jpeg", "Photo"),
            (" IMAGE/png; q=1", "Photo"),
            ("video/3gpp", "Video"),
            ("audio/amr", "Recording"),
            ("text/vcard", "File"),
            ("imagery", "File"),
            ("", "File"),
        ] {
            assert_eq!(kind_label(kind), label, "{kind}");
        }
    }

    #[test]
    fn sizes_are_short() {
        for (size, label) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 kB"),
            (1_449, "1.4 kB"),
            (23_400, "23 kB"),
            (1_400_000, "1.4 MB"),
            (26_214_400, "26 MB"),
        ] {
            assert_eq!(size_label(size), label);
        }
    }
}
