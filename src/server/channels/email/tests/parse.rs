use super::{
    super::parse::{Cut, Mail, ReturnPath, message_ids},
    mail, raw,
};
use crate::domain::Time;

#[test]
fn texts_and_subjects_in_many_charsets() {
    for (name, subject, text) in [
        ("plain", "A question", "Hello,\n\nwhere is my parcel? Größe 42, 3 €.\n\nAna"),
        ("iso_2022_jp", "質問です", "こんにちは。荷物はどこですか。"),
        ("iso_2022_jp_unlabelled", "質問です", "こんにちは。荷物はどこですか。"),
        ("koi8_r", "Вопрос", "Где моя посылка?"),
        (
            "windows_1252_unlabelled",
            "Où est mon colis à 5 €",
            "Bonjour, où est mon colis ? J’ai payé 5 € — déjà très étonné.\nMerci, Hélène",
        ),
        ("utf8_labelled_ascii", "A question", "Schöne Grüße – naïve café"),
        ("utf16_base64", "A question", "Žluťoučký kůň"),
        ("unknown_charset", "A question", "Grüße aus Köln"),
        ("empty", "", ""),
        (
            "flowed",
            "A question",
            "This is one paragraph that was broken for width only.\n\n> And this is a quote that was broken too.\n-- \nAna",
        ),
        ("nested", "A question", "See the picture.\nA footer by the list."),
        ("apple_interleaved", "A question", "Before the picture.\nAfter the picture."),
        ("calendar", "Invitation: a call", "A call on Friday."),
        ("broken_no_blank_line", "No blank line", "Hello, this is text at once.\nAnd more."),
        ("broken_boundary_missing", "A question", "There is no boundary here.\nStill text."),
        ("broken_unclosed", "A question", "The text."),
        ("broken_encodings", "A question", "Café at 100=% =ZZ and the end joined"),
        ("broken_header", "mbox line above, and folded", "Text."),
    ] {
        let mail = mail(name);
        assert_eq!((mail.subject.as_str(), mail.text.trim_end()), (subject, text), "{name}");
    }
}

#[test]
fn html_alone_gives_text_too() {
    let mail = mail("only_html");
    for part in ["Where is my parcel?", "* One & two", "Regards,\nAna"] {
        assert!(mail.text.contains(part), "{part}: {:?}", mail.text);
    }
    for hidden in ["Not this", "color", "alert"] {
        assert!(!mail.text.contains(hidden), "{hidden}: {:?}", mail.text);
    }
    assert!(mail.html.expect("HTML").contains("<b>parcel</b>"));
}

#[test]
fn attachments_and_their_names() {
    for (name, expected) in [
        ("rfc2231_names", &["Счёт № 42.pdf", "Rechnung für März.pdf"][..]),
        ("encoded_word_names", &["Überblick.pdf"]),
        ("hostile_names", &["passwd", "_con.txt", "invoicefdp.exe", "part-4.bin"]),
        ("nested", &["logo.png", "terms.pdf"]),
        ("calendar", &["part-1.ics"]),
        ("forwarded_attachment", &["Kaputt - broken.eml"]),
        ("digest", &["First.eml", "Second.eml"]),
        ("winmail", &["winmail.dat"]),
        ("apple_interleaved", &["IMG_1.jpeg"]),
        ("broken_unclosed", &["cut.pdf"]),
    ] {
        let names: Vec<String> = mail(name).attachments.into_iter().map(|file| file.name).collect();
        assert_eq!(names, expected, "{name}");
    }
}

#[test]
fn attachments_keep_their_bytes() {
    let nested = mail("nested");
    let logo = &nested.attachments[0];
    assert!(logo.inline && logo.bytes.starts_with(b"\x89PNG"));
    assert_eq!(
        (logo.content_id.as_deref(), logo.content_type.as_str()),
        (Some("logo@shop.test"), "image/png")
    );
    assert!(!nested.attachments[1].inline);
    assert_eq!(mail("broken_encodings").attachments[0].bytes, b"hello");
    assert_eq!(mail("broken_unclosed").attachments[0].bytes, b"%PDF-1.");
    let forwarded = &mail("forwarded_attachment").attachments[0];
    let inner = Mail::read(&forwarded.bytes).expect("a mail");
    assert_eq!((inner.text.as_str(), inner.attachments.len()), ("It is broken.", 1));
}

#[test]
fn people_and_times() {
    let mail = mail("plain");
    let from = mail.from.as_ref().expect("a sender");
    assert_eq!((from.address.as_str(), from.name.as_deref()), ("ana@shop.test", Some("Ana Silva")));
    assert_eq!(mail.to[0].address, "support@acme.test");
    assert_eq!(mail.return_path, ReturnPath::Address("ana@shop.test".to_owned()));
    assert_eq!(mail.date.map(Time::rfc3339).as_deref(), Some("2026-11-03T08:15:00Z"));
}

#[test]
fn broken_headers_give_what_they_have() {
    let mail = mail("broken_header");
    assert_eq!(mail.message_id.as_deref(), Some("one@shop.test"));
    assert_eq!(mail.references, ["a@x.test", "b@x.test"]);
    assert_eq!((mail.date, mail.to.len(), mail.return_path), (None, 0, ReturnPath::Absent));
}

#[test]
fn ids_in_all_shapes() {
    for (value, ids) in [
        ("<a@x.test>", &["a@x.test"][..]),
        ("<a@x.test><b@x.test>\t<c@x.test>", &["a@x.test", "b@x.test", "c@x.test"]),
        ("a@x.test b@x.test", &["a@x.test", "b@x.test"]),
        ("Your message of Tuesday <a@x.test> (read)", &["a@x.test"]),
        ("<a@x.\r\n test>", &["a@x.test"]),
        ("", &[]),
        ("<>", &[]),
    ] {
        assert_eq!(message_ids(value), ids, "{value}");
    }
}

#[test]
fn nothing_is_no_mail() {
    for bytes in [&b""[..], b" \r\n\r\n", b"\x00\x01\x02 binary"] {
        assert!(Mail::read(bytes).is_err(), "{bytes:?}");
    }
    assert_eq!(Mail::read(b"Just a line of text").expect("a mail").text, "Just a line of text");
}

#[test]
fn more_than_the_limits_is_said_and_not_lost() {
    let mut large = raw("plain");
    large.resize(Mail::SIZE + 1000, b'x');
    let mail = Mail::read(&large).expect("a mail");
    assert!(mail.cuts.contains(&Cut::Size) && mail.text.starts_with("Hello,"));

    let parts = "--b\r\nContent-Type: application/pdf\r\n\r\nx\r\n".repeat(60);
    let many = format!("Subject: s\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n");
    let mail = Mail::read(many.as_bytes()).expect("a mail");
    assert_eq!((mail.attachments.len(), mail.cuts.contains(&Cut::Parts)), (50, true));

    let deep: String = (0..40)
        .map(|level| format!("Content-Type: multipart/mixed; boundary=b{level}x\r\n\r\n--b{level}x\r\n"))
        .collect();
    let mail = Mail::read(format!("Subject: s\r\n{deep}\r\nthe bottom").as_bytes()).expect("a mail");
    assert!(mail.cuts.contains(&Cut::Depth));
    assert!(String::from_utf8_lossy(&mail.attachments[0].bytes).ends_with("the bottom"));

    let crowd = vec!["a@x.test"; 600].join(", ");
    let mail = Mail::read(format!("To: {crowd}\r\nSubject: s\r\n\r\ntext").as_bytes()).expect("a mail");
    assert_eq!((mail.to.len(), mail.cuts.contains(&Cut::Recipients)), (500, true));

    let page = "x".repeat(5_000_000);
    let mail = Mail::read(format!("Subject: s\r\nContent-Type: text/html\r\n\r\n{page}").as_bytes())
        .expect("a mail");
    assert_eq!((mail.attachments[0].bytes.len(), mail.cuts.contains(&Cut::Html)), (5_000_000, true));

    let mail = Mail::read(format!("Subject: s\r\nX: {}\r\n\r\ntext", "y".repeat(300_000)).as_bytes())
        .expect("a mail");
    assert_eq!((mail.text.as_str(), mail.cuts.contains(&Cut::Header)), ("text", true));
}

#[test]
fn messages_in_messages_have_no_depth() {
    // In one message after the other, and under an encoding that hides it.
    let nested = format!("Subject: s\r\n{}\r\ntext", "Content-Type: message/rfc822\r\n\r\n".repeat(200_000));
    assert_eq!(Mail::read(nested.as_bytes()).expect("a mail").attachments.len(), 1);
    let encoded = nested.replacen(
        "message/rfc822\r\n",
        "message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n",
        1,
    );
    assert_eq!(Mail::read(encoded.as_bytes()).expect("a mail").attachments.len(), 1);
}
