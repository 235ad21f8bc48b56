use super::{super::key_of, FIXTURES};

const MAIL: &str = "From: Ana <ana@shop.test>\r\nSubject: A question\r\nMessage-ID: <ana-1@shop.test>\r\n\
                    Date: Tue, 3 Nov 2026 09:15:00 +0100\r\n\r\nHello,\r\n\r\nwhere is it?\r\n";

#[test]
fn the_way_that_a_mail_comes_does_not_matter() {
    let key = key_of(MAIL.as_bytes());
    assert!(key.len() == 64 && key.bytes().all(|c| c.is_ascii_hexdigit()), "{key}");
    for other in [
        MAIL.replace("\r\n", "\n"),
        format!("Received: from a by b; today\r\n\tfolded\r\nDelivered-To: support@acme.test\r\n{MAIL}"),
        format!("From ana@shop.test Tue Nov  3 09:15:00 2026\n{MAIL}"),
        MAIL.replace("Subject: A question", "SUBJECT:A\r\n question"),
        format!("{MAIL}\r\n\r\n"),
        MAIL.trim_end().to_owned(),
    ] {
        assert_eq!(key_of(other.as_bytes()), key, "{other}");
    }
}

#[test]
fn another_mail_has_another_key() {
    let key = key_of(MAIL.as_bytes());
    for (from, to) in [
        ("ana-1@", "ana-2@"),
        ("Ana <ana@", "Ana <bo@"),
        ("A question", "An answer"),
        ("09:15:00", "09:15:01"),
        ("where is it?", "where is he?"),
        ("Hello,\r\n\r\n", "Hello,\r\n"),
    ] {
        assert_ne!(key_of(MAIL.replace(from, to).as_bytes()), key, "{from}");
    }
}

#[test]
fn without_an_id_all_of_it_counts() {
    let bare = MAIL.replace("Message-ID: <ana-1@shop.test>\r\n", "");
    assert_eq!(key_of(bare.as_bytes()), key_of(bare.replace("\r\n", "\n").as_bytes()));
    assert_ne!(key_of(bare.as_bytes()), key_of(format!("X: y\r\n{bare}").as_bytes()));
    assert_ne!(key_of(b""), key_of(b"x"));
}

#[test]
fn no_two_mails_have_the_same_key() {
    let mut keys: Vec<String> = FIXTURES.iter().map(|(_, raw)| key_of(raw)).collect();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), FIXTURES.len());
}
