//! What is kept of a mail that cannot be fetched: a mail that says so, in its place in the conversation.

use memchr::memchr;

use super::{Place, reader::LARGEST};

const MEGABYTE: u32 = 1024 * 1024;

/// Why a mail was not fetched as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    TooLarge {
        bytes: u32,
    },
    /// The server did not hand it out, time and again.
    Withheld,
}

/// The mail's own header, without what describes its body, above a text in place of that body. It is the same whenever
/// it is made of the same mail, so that it is known if it is made again. None if the header has nothing in it.
pub(super) fn with_header(header: &[u8], why: Why) -> Option<Vec<u8>> {
    let fields = fields(header);
    let reason = match why {
        Why::TooLarge { bytes } => format!(
            "This mail is too large to be fetched: it has {} MB, and {} MB is the most.",
            bytes.div_ceil(MEGABYTE),
            LARGEST / MEGABYTE
        ),
        Why::Withheld => "This mail could not be fetched: the mail server does not hand it out.".to_owned(),
    };
    let text =
        format!("[{reason} Only its header is here. The mail itself is in the mailbox, still unread.]");
    (!fields.is_empty()).then(|| whole(&fields, &text))
}

/// For a mail of which nothing can be had, told from others like it by its place.
pub(super) fn without_header(mail: Place) -> Vec<u8> {
    let header = b"From: unknown@invalid\r\nSubject: A mail that could not be fetched\r\n";
    let Place { validity, uid } = mail;
    let text = format!(
        "[Neither this mail nor its header could be fetched. The mail is in the mailbox, still unread; its number \
         there is {uid} (UIDVALIDITY {validity}).]"
    );
    whole(header, &text)
}

fn whole(header: &[u8], text: &str) -> Vec<u8> {
    let body = format!("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n");
    [header, body.as_bytes()].concat()
}

/// The fields of a header that do not describe its body. A line that is none, or that was cut off, is left out.
fn fields(header: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(header.len());
    let mut is_wanted = false;
    for line in header.split_inclusive(|c| *c == b'\n').filter(|line| line.ends_with(b"\n")) {
        let continues = matches!(line.first(), Some(b' ' | b'\t'));
        if !continues {
            is_wanted = name(line).is_some_and(|name| !describes_body(name));
        }
        if is_wanted && !line.trim_ascii().is_empty() {
            kept.extend_from_slice(line);
        }
    }
    kept
}

/// The name of a field that begins here (RFC 5322 § 2.2).
fn name(line: &[u8]) -> Option<&[u8]> {
    let name = line[..memchr(b':', line)?].trim_ascii_end();
    (!name.is_empty() && name.iter().all(u8::is_ascii_graphic)).then_some(name)
}

fn describes_body(name: &[u8]) -> bool {
    const CONTENT: &[u8] = b"content-";
    name.eq_ignore_ascii_case(b"mime-version")
        || name.get(..CONTENT.len()).is_some_and(|start| start.eq_ignore_ascii_case(CONTENT))
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::{super::super::mime, *};

    #[test]
    fn the_sender_s_header_stays_and_the_body_says_what_is_missing() {
        let header = b"Received: from a\r\n\tby b\r\nFrom: Ada <ada@example.com>\r\nMIME-Version: 1.0\r\n\
            CONTENT-Type: multipart/mixed;\r\n boundary=x\r\nno field\r\nSubject: Plans\r\n \r\n more\r\n\
            content-transfer-encoding: base64\r\nMessage-ID: <1@example.com>\r\n\r\n";
        let mail = with_header(header, Why::TooLarge { bytes: 47 * MEGABYTE + 1 }).expect("fields");
        let text = String::from_utf8(mail).expect("text");
        let want = "Received: from a\r\n\tby b\r\nFrom: Ada <ada@example.com>\r\nSubject: Plans\r\n more\r\n\
            Message-ID: <1@example.com>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
            [This mail is too large to be fetched: it has 48 MB, and 36 MB is the most. Only its header is here. The \
            mail itself is in the mailbox, still unread.]\r\n";
        assert_eq!(text, want);
    }

    #[test]
    fn mails_without_a_header_are_told_apart() {
        let one = without_header(Place { validity: 7, uid: 1 });
        assert_eq!(one, without_header(Place { validity: 7, uid: 1 }));
        assert_ne!(one, without_header(Place { validity: 7, uid: 2 }));
        assert_ne!(one, without_header(Place { validity: 8, uid: 1 }));
    }

    #[test]
    fn a_field_that_was_cut_off_is_left_out() {
        assert_eq!(fields(b"From: a@b\r\nSubject: all of"), b"From: a@b\r\n");
    }

    #[test]
    fn a_header_without_a_field_is_none() {
        for header in ["", "\r\n", "no field\r\n\r\n", "MIME-Version: 1.0\r\n", "Subject: cut off"] {
            assert_eq!(with_header(header.as_bytes(), Why::Withheld), None, "{header:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_the_header_the_text_is_the_body(
            header in vec(prop_oneof![any::<u8>(), select(b"\r\n\t :a-".as_slice())], 0..200),
        ) {
            if let Some(mail) = with_header(&header, Why::Withheld) {
                let (_, body) = mime::split(&mail);
                prop_assert!(body.starts_with(b"[This mail could not be fetched"), "{mail:?}");
            }
        }
    }
}
