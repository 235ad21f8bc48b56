//! Names of folders as IMAP has them.

use base64::{
    Engine,
    alphabet::IMAP_MUTF7,
    engine::{GeneralPurpose, general_purpose::NO_PAD},
};

const BASE64: GeneralPurpose = GeneralPurpose::new(&IMAP_MUTF7, NO_PAD);

/// A name as people see it, as a quoted string in modified UTF-7 (RFC 3501 § 5.1.3).
pub(super) fn quoted(name: &str) -> String {
    let mut coded = String::from("\"");
    let mut wide: Vec<u8> = Vec::new();
    for c in name.chars() {
        if !matches!(c, ' '..='~') {
            wide.extend(c.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_be_bytes()));
            continue;
        }
        shift(&mut wide, &mut coded);
        match c {
            '&' => coded.push_str("&-"),
            '"' | '\\' => coded.extend(['\\', c]),
            _ => coded.push(c),
        }
    }
    shift(&mut wide, &mut coded);
    coded.push('"');
    coded
}

/// Writes out the characters that ASCII does not have.
fn shift(wide: &mut Vec<u8>, coded: &mut String) {
    if !wide.is_empty() {
        coded.push('&');
        BASE64.encode_string(wide.as_slice(), coded);
        coded.push('-');
        wide.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn names_are_coded_as_the_rfc_has_them() {
        for (name, coded) in [
            ("INBOX", "\"INBOX\""),
            ("Support/New mail", "\"Support/New mail\""),
            ("Q&A", "\"Q&-A\""),
            ("Entwürfe", "\"Entw&APw-rfe\""),
            ("~peter/mail/台北/日本語", "\"~peter/mail/&U,BTFw-/&ZeVnLIqe-\""),
            ("😀", "\"&2D3eAA-\""),
            ("a\"b\\c", "\"a\\\"b\\\\c\""),
            ("a\r\nb", "\"a&AA0ACg-b\""),
            ("", "\"\""),
        ] {
            assert_eq!(quoted(name), coded, "{name:?}");
        }
    }
}
