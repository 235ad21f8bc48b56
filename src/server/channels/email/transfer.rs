//! Transfer encodings (RFC 2045 § 6) and escapes of addresses (RFC 3986 § 2.1), undone leniently: what is broken gives
//! what it has.

/// Decodes base64 (RFC 2045 § 6.8): other characters mean nothing, a part cut short gives what it has.
pub(super) fn base64(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let (mut bits, mut count) = (0_u32, 0_u32);
    // Padding ends the code, but some senders join several; what stands behind it on its line is no code.
    let mut padded = false;
    for c in text {
        if padded && !matches!(c, b'=' | b'\n') {
            continue;
        }
        let six = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => {
                (bits, count, padded) = (0, 0, true);
                continue;
            }
            b'\n' => {
                padded = false;
                continue;
            }
            _ => continue,
        };
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    bytes
}

/// Decodes quoted-printable (RFC 2045 § 6.7): what is no valid code stands for itself.
pub(super) fn quoted_printable(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|c| *c == b'\n') {
        let mut content = line.trim_ascii_end();
        // The line end is soft if a `=` stands before it.
        let soft = content.strip_suffix(b"=");
        content = soft.unwrap_or(content);
        let mut at = 0;
        while at < content.len() {
            let hex = |at: usize| content.get(at).and_then(|c| char::from(*c).to_digit(16));
            match (content[at], hex(at + 1), hex(at + 2)) {
                (b'=', Some(high), Some(low)) => {
                    bytes.push((high << 4 | low) as u8);
                    at += 3;
                }
                (c, ..) => {
                    bytes.push(c);
                    at += 1;
                }
            }
        }
        if soft.is_none() && line.ends_with(b"\n") {
            bytes.extend_from_slice(if line.ends_with(b"\r\n") { b"\r\n" } else { b"\n" });
        }
    }
    bytes
}

/// Undoes `%XX`: what is no valid code stands for itself.
pub(super) fn percent(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let hex = |at: usize| text.get(at).and_then(|c| char::from(*c).to_digit(16));
        match (text[at], hex(at + 1), hex(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high << 4 | low) as u8);
                at += 3;
            }
            (c, ..) => {
                bytes.push(c);
                at += 1;
            }
        }
    }
    bytes
}
