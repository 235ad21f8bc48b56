use super::super::{
    compose::{ComposeError, Composed, Letter, compose, without_reply_prefixes},
    dkim::{Dkim, DkimError},
    parse::Mail,
};
use super::outbound;
use crate::domain::{Mailbox, Outbound, OutboundFile, OutboundMail, Quoted, Time};

/// Of nobody: made for these tests.
const RSA: &str = include_str!("../fixtures/rsa.pem");
const RSA_PKCS8: &str = include_str!("../fixtures/rsa-pkcs8.pem");
const ED25519: &str = include_str!("../fixtures/ed25519.pem");

fn mailbox(name: &str, address: &str) -> Mailbox {
    Mailbox { address: address.to_owned(), name: (!name.is_empty()).then(|| name.to_owned()) }
}

/// A letter that owns all of itself.
#[derive(Debug, Clone)]
struct Draft {
    message: Outbound,
    mail: OutboundMail,
    reply_to: String,
    message_id: String,
}

impl Draft {
    fn compose(&self) -> Result<Composed, ComposeError> {
        let Self { message, mail, reply_to, message_id } = self;
        compose(&Letter { message, mail, reply_to, message_id })
    }
}

fn draft() -> Draft {
    let mut message = outbound();
    let mail = *message.mail.take().expect("a mail");
    Draft {
        message,
        mail,
        reply_to: "reply+abc@acme.test".to_owned(),
        message_id: "0192f3c4a5b67c8d9e0f1a2b3c4d5e6f@acme.test".to_owned(),
    }
}

/// The usual one, changed.
fn changed(change: impl FnOnce(&mut Draft)) -> Draft {
    let mut draft = draft();
    change(&mut draft);
    draft
}

fn written(draft: &Draft) -> (Composed, Mail) {
    let composed = draft.compose().expect("a mail");
    let mail = Mail::read(&composed.bytes).expect("a mail");
    (composed, mail)
}

fn recipients(composed: &Composed) -> Vec<String> {
    composed.envelope_to.iter().map(ToString::to_string).collect()
}

fn header(composed: &Composed) -> String {
    let text = String::from_utf8(composed.bytes.clone()).expect("ASCII");
    text.split_once("\r\n\r\n").expect("a header").0.to_owned()
}

#[test]
fn what_is_written_can_be_read() {
    let (composed, mail) = written(&draft());
    assert_eq!(mail.from, Some(mailbox("Olga at Acme", "support@acme.test")));
    assert_eq!(mail.to, [mailbox("Ana Silva", "ana@shop.test")]);
    assert_eq!(mail.reply_to, [mailbox("", "reply+abc@acme.test")]);
    assert_eq!(mail.subject, "Re: A question");
    assert_eq!(mail.message_id.as_deref(), Some("0192f3c4a5b67c8d9e0f1a2b3c4d5e6f@acme.test"));
    assert_eq!(mail.in_reply_to, ["ana-1@shop.test"]);
    assert_eq!(mail.references, ["ana-0@shop.test", "ana-1@shop.test"]);
    assert_eq!(mail.date, Some(draft().mail.at));
    assert_eq!(
        mail.text,
        "Hello Ana,\n\nit is on its way.\n\n-- \nOlga\nAcme\n\nOn 3 Nov 2026 at 08:53 UTC, Ana Silva wrote:\n\
         > Where is <it>?\n>> earlier"
    );
    let html = mail.html.as_deref().expect("HTML");
    for part in
        ["Hello Ana,<br>\n<br>\nit is on its way.", "Where is &lt;it&gt;?", "<blockquote type=\"cite\">"]
    {
        assert!(html.contains(part), "{html}");
    }
    assert_eq!(composed.envelope_from.to_string(), "reply+abc@acme.test");
    assert_eq!(recipients(&composed), ["ana@shop.test"]);
    assert_eq!(mail.field("auto-submitted"), None);
}

#[test]
fn the_same_letter_gives_the_same_bytes() {
    let draft = changed(|it| it.mail.files = vec![file("a.txt", "text/plain", b"a")]);
    assert_eq!(draft.compose(), draft.compose());
}

#[test]
fn any_text_survives() {
    for text in [
        "Größe 42, 3 € — ночь 夜 🙂",
        "From here\n.\n..\nFrom there",
        &"long ".repeat(2_000),
        &"x".repeat(5_000),
        "tab\tand  two   blanks",
        "-- \nnot a signature? = =20 =C3",
        "",
    ] {
        let (composed, mail) = written(&changed(|it| {
            it.message.text = text.to_owned();
            it.mail.signature = String::new();
            it.mail.quoted = None;
        }));
        assert_eq!(mail.text.trim_end(), text.trim_end());
        assert!(composed.bytes.is_ascii());
        let longest = composed.bytes.split(|c| *c == b'\n').map(<[u8]>::len).max();
        assert!(longest < Some(999), "{longest:?}");
        assert!(!composed.bytes.windows(2).any(|pair| pair[1] == b'\n' && pair[0] != b'\r'));
    }
}

#[test]
fn names_in_all_writings() {
    for name in [
        "Ölga Ñandú",
        "Ольга",
        "オルガ",
        "Olga \"O\" Acme, Inc.",
        "a@b.test",
        "Olga (support)",
        "🙂 Olga",
        "An extremely long name that does not end before the line has to be broken somewhere, Ltd. & Größenwahn",
    ] {
        let (_, mail) = written(&changed(|it| {
            it.mail.from_name = name.to_owned();
            it.mail.to_name = Some(name.to_owned());
        }));
        assert_eq!(mail.from.and_then(|from| from.name).as_deref(), Some(name));
        assert_eq!(mail.to[0].name.as_deref(), Some(name));
    }
}

#[test]
fn exactly_one_re() {
    for (subject, expected) in [
        ("A question", "Re: A question"),
        ("Re: A question", "Re: A question"),
        ("RE: AW: Re[2]: SV : Antw: 回复：A question", "Re: A question"),
        ("Fwd: A question", "Re: Fwd: A question"),
        ("Re:", "Re:"),
        ("", "Re:"),
        ("Recipe: cake", "Re: Recipe: cake"),
        ("Größe?", "Re: Größe?"),
    ] {
        let (_, mail) = written(&changed(|it| it.mail.subject = subject.to_owned()));
        assert_eq!(mail.subject, expected, "{subject}");
    }
    let first = changed(|it| (it.mail.in_reply_to, it.mail.references) = (None, vec![]));
    assert_eq!(written(&first).1.subject, "A question");
    assert_eq!(without_reply_prefixes("R: x: y"), "x: y");
}

#[test]
fn references_are_bounded_and_keep_the_ends() {
    let references: Vec<String> = (0..300).map(|n| format!("{n}@shop.test")).collect();
    let (_, mail) = written(&changed(|it| {
        it.mail.references = references;
        it.mail.in_reply_to = Some("5@shop.test".to_owned());
    }));
    assert_eq!(mail.references.len(), 20);
    assert_eq!((mail.references[0].as_str(), mail.references[19].as_str()), ("0@shop.test", "5@shop.test"));
    let odd = vec!["a b@x".to_owned(), "<x>".to_owned(), "ü@x".to_owned(), "good@x".to_owned()];
    let (_, mail) = written(&changed(|it| (it.mail.references, it.mail.in_reply_to) = (odd, None)));
    assert_eq!(mail.references, ["good@x"]);
}

fn file(name: &str, content_type: &str, bytes: &[u8]) -> OutboundFile {
    OutboundFile { name: name.to_owned(), content_type: content_type.to_owned(), bytes: bytes.to_vec() }
}

#[test]
fn files_go_along() {
    let files = vec![
        file("Rechnung März № 42.pdf", "application/pdf", b"%PDF\x00\xff"),
        file("../../x.eml", "message/rfc822", b"From: a@x.test\r\n\r\nx"),
        file("", "no type", b""),
    ];
    let (_, mail) = written(&changed(|it| it.mail.files = files));
    let found: Vec<_> = mail
        .attachments
        .iter()
        .map(|file| (file.name.as_str(), file.content_type.as_str(), file.bytes.as_slice()))
        .collect();
    assert_eq!(
        found,
        [
            ("Rechnung März № 42.pdf", "application/pdf", &b"%PDF\x00\xff"[..]),
            ("x.eml", "application/octet-stream", b"From: a@x.test\r\n\r\nx"),
            ("part-3.bin", "application/octet-stream", b""),
        ]
    );
    assert!(mail.text.starts_with("Hello Ana,"));
}

#[test]
fn machines_say_that_they_are() {
    let (_, mail) = written(&changed(|it| it.mail.automatic = true));
    assert_eq!(mail.field("auto-submitted"), Some("auto-replied"));
    assert_eq!(mail.field("x-auto-response-suppress"), Some("All"));
}

#[test]
fn header_injection_is_refused() {
    let evil = "x\r\nBcc: victim@x.test";
    for text in [evil, "x\nBcc: y", "x\ry", "x\0y", "x\u{2028}y"] {
        let given = || text.to_owned();
        let drafts = [
            changed(|it| it.mail.subject = given()),
            changed(|it| it.mail.from_name = given()),
            changed(|it| it.message.ours = given()),
            changed(|it| it.mail.to_name = Some(given())),
            changed(|it| it.message.peer = given()),
            changed(|it| it.mail.cc = vec![mailbox(text, "ana@shop.test")]),
            changed(|it| it.mail.cc = vec![mailbox("", text)]),
            changed(|it| it.reply_to = given()),
            changed(|it| it.message_id = given()),
            changed(|it| it.mail.in_reply_to = Some(given())),
            changed(|it| it.mail.references = vec![given()]),
            changed(|it| it.mail.files = vec![file(text, "", b"")]),
            changed(|it| it.mail.files = vec![file("", text, b"")]),
        ];
        for draft in drafts {
            assert!(matches!(draft.compose(), Err(ComposeError::ControlCharacter(_))), "{draft:?}");
        }
    }
    // The author of what is quoted stands in the text, on one line.
    let at = Time(0);
    let quoted = Quoted { author: evil.to_owned(), at, text: "x".to_owned() };
    let (composed, _) = written(&changed(|it| it.mail.quoted = Some(quoted)));
    assert!(!header(&composed).contains("Bcc"));
}

#[test]
fn recipients_are_checked() {
    for address in
        ["", "ana", "@shop.test", "ana@", "ana@shop..test", "änä@shop.test", "a b@shop.test", "a@b@"]
    {
        let draft = changed(|it| it.message.peer = address.to_owned());
        assert_eq!(draft.compose(), Err(ComposeError::Address(address.to_owned())), "{address}");
    }
    let crowd =
        |size: usize| -> Vec<Mailbox> { (0..size).map(|n| mailbox("", &format!("a{n}@x.test"))).collect() };
    assert!(changed(|it| it.mail.cc = crowd(99)).compose().is_ok());
    let too_many = changed(|it| it.mail.cc = crowd(100));
    assert_eq!(too_many.compose(), Err(ComposeError::TooManyRecipients));
    let odd = changed(|it| it.message_id = "a b".to_owned());
    assert!(matches!(odd.compose(), Err(ComposeError::MessageId(_))));

    let cc = vec![
        mailbox("", "ANA@shop.test"),
        mailbox("Bo", "bo@bücher.test"),
        mailbox("", "bo@xn--bcher-kva.test"),
    ];
    let (composed, mail) = written(&changed(|it| it.mail.cc = cc));
    assert_eq!(recipients(&composed), ["ana@shop.test", "bo@xn--bcher-kva.test"]);
    assert_eq!(mail.cc, [mailbox("Bo", "bo@xn--bcher-kva.test")]);
}

#[test]
fn signatures_cover_what_leaves() {
    let at = Time(1_793_696_400 * Time::SECOND);
    let (composed, _) = written(&draft());
    for (key, algorithm) in [(RSA, "rsa-sha256"), (RSA_PKCS8, "rsa-sha256"), (ED25519, "ed25519-sha256")] {
        let dkim = Dkim::new("acme.test", "s1", key).expect("a key");
        let signed = dkim.sign(&composed.bytes, at).expect("signed");
        assert!(signed.ends_with(&composed.bytes));
        let mail = Mail::read(&signed).expect("a mail");
        let value = mail.field("dkim-signature").expect("a signature").replace(' ', "");
        for part in [
            &format!("a={algorithm};"),
            "d=acme.test;s=s1;t=1793696400;",
            "h=from:from:to:to:cc:reply-to:reply-to:subject:subject:",
            ":content-type:content-type:",
        ] {
            assert!(value.contains(part), "{value}");
        }
        assert_eq!(signed, dkim.sign(&composed.bytes, at).expect("signed"), "signing twice");
        assert_eq!(dkim.record_name(), "s1._domainkey.acme.test");
        assert!(dkim.record().starts_with("v=DKIM1; k="), "{}", dkim.record());
        assert!(!format!("{dkim:?}").contains("key"));
    }
}

#[test]
fn keys_that_do_not_fit_are_refused() {
    let bad =
        |domain: &str, selector: &str, key: &str| Dkim::new(domain, selector, key).expect_err("refused");
    assert_eq!(bad("acme.test", "s1", ""), DkimError::Unfit);
    assert_eq!(bad("acme.test", "s1", "not base64!"), DkimError::Unreadable);
    assert_eq!(
        bad("acme.test", "s1", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"),
        DkimError::Unreadable
    );
    assert_eq!(
        bad("acme.test", "s1", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----"),
        DkimError::Unfit
    );
    assert_eq!(
        bad(
            "acme.test",
            "s1",
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----"
        ),
        DkimError::Unreadable
    );
    assert_eq!(bad("acme.test\r\nX: y", "s1", ED25519), DkimError::Name);
    assert_eq!(bad("acme.test", "s1; x=y", ED25519), DkimError::Name);
}
