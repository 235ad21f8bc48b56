//! Names of files that strangers chose.

use mail_parser::parsers::MessageStream;

use super::text;

/// A file name that is safe to show and to save under: no path, no control or direction characters, not too long.
/// None if nothing of it is left.
#[must_use]
pub fn file_name(given: &str) -> Option<String> {
    /// Characters; file systems allow 255 bytes.
    const LENGTH: usize = 80;
    let decoded = decode_words(given);
    let last = decoded.rsplit(['/', '\\']).next().unwrap_or_default();
    let line = text::one_line(last);
    let safe: String = line.chars().filter(|c| !r#"<>:"|?*"#.contains(*c)).collect();
    let safe = safe.trim_matches([' ', '.']);
    if safe.is_empty() {
        return None;
    }
    let (stem, extension) = match safe.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && extension.chars().count() <= 10 => {
            (stem, Some(extension))
        }
        _ => (safe, None),
    };
    let stem: String = stem.chars().take(LENGTH).collect();
    let guard = if is_device(&stem) { "_" } else { "" };
    Some(match extension {
        Some(extension) => format!("{guard}{stem}.{extension}"),
        None => format!("{guard}{stem}"),
    })
}

/// Encoded words (RFC 2047) have no place in parameters, but many senders put file names into them.
fn decode_words(given: &str) -> String {
    if !given.contains("=?") {
        return given.to_owned();
    }
    let field = format!("{}\n", text::one_line(given));
    MessageStream::new(field.as_bytes())
        .parse_unstructured()
        .into_text()
        .map_or_else(|| given.to_owned(), |decoded| decoded.into_owned())
}

/// Names that Windows gives to devices, whatever their ending.
fn is_device(stem: &str) -> bool {
    let base = stem.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    matches!(base.as_str(), "con" | "prn" | "aux" | "nul")
        || (base.len() == 4
            && (base.starts_with("com") || base.starts_with("lpt"))
            && base.ends_with(|c: char| c.is_ascii_digit()))
}

/// A name for a part that came without one.
pub(super) fn unnamed(number: usize, content_type: &str) -> String {
    let ending = match content_type {
        "application/pdf" => "pdf",
        "application/zip" => "zip",
        "image/gif" => "gif",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/webp" => "webp",
        "message/delivery-status"
        | "message/global-delivery-status"
        | "text/plain"
        | "text/rfc822-headers" => "txt",
        "message/global" | "message/rfc822" => "eml",
        "text/calendar" => "ics",
        "text/csv" => "csv",
        "text/html" => "html",
        "text/vcard" | "text/x-vcard" => "vcf",
        _ => "bin",
    };
    format!("part-{number}.{ending}")
}
