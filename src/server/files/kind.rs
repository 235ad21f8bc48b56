//! What a file is.

/// As much of a file is looked at: its signature stands at the beginning. Behind some signatures stand tables, and who
/// follows those as far as a stranger has them lead fills the memory.
const LOOKED_AT: usize = 64 * 1024;

/// Types without a signature that do no harm wherever a file is opened: for these its sender's word is good enough.
const HARMLESS: [&str; 9] = [
    "application/json",
    "message/rfc822",
    "text/calendar",
    "text/csv",
    "text/markdown",
    "text/plain",
    "text/tab-separated-values",
    "text/vcard",
    "text/x-vcard",
];

/// The media type of a file: what its bytes say; else what its sender says, if that is harmless.
#[must_use]
pub fn content_type(bytes: &[u8], declared: &str) -> String {
    if let Some(kind) = infer::get(&bytes[..bytes.len().min(LOOKED_AT)]) {
        return kind.mime_type().to_owned();
    }
    let declared = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if HARMLESS.contains(&declared.as_str()) { declared } else { "application/octet-stream".to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bytes_are_believed_and_senders_only_in_what_does_no_harm() {
        for (bytes, declared, want) in [
            (&b"\x89PNG\r\n\x1a\n...."[..], "text/plain", "image/png"),
            (b"%PDF-1.7 ...", "image/png", "application/pdf"),
            (b"<!DOCTYPE html><p>", "image/png", "text/html"),
            (b"<?xml version=\"1.0\"?><svg/>", "image/svg+xml", "text/xml"),
            (b"<svg onload=alert(1)>", "image/svg+xml", "application/octet-stream"),
            (b"alert(1)", "text/javascript", "application/octet-stream"),
            (b"<x:script/>", "application/xhtml+xml", "application/octet-stream"),
            (b"a,b\n1,2\n", "Text/CSV; charset=utf-8", "text/csv"),
            (b"Hello", "text/plain", "text/plain"),
            (b"Hello", "image/png", "application/octet-stream"),
            (b"Hello", "", "application/octet-stream"),
            (b"", "text/html", "application/octet-stream"),
        ] {
            assert_eq!(content_type(bytes, declared), want, "{}", String::from_utf8_lossy(bytes));
        }
    }

    proptest! {
        // Also not behind a signature whose tables lead anywhere.
        #[test]
        fn no_bytes_are_too_strange(
            signature in prop::sample::select(vec![
                &b""[..],
                b"PK\x03\x04",
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
                b"\x50\x2a\x4d\x18",
                b"RIFF",
            ]),
            rest in prop::collection::vec(any::<u8>(), 0..2_000),
        ) {
            let bytes = [signature, &rest].concat();
            prop_assert!(!content_type(&bytes, "").is_empty());
        }
    }
}
