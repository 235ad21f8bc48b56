//! Bytes arrive in any pieces, and mean the same.

use super::{super::data::Data, *};

/// What a client says, in the pieces that each get a reply.
const SAID: [&str; 7] = [
    "EHLO client.test\r\n",
    "MAIL FROM:<ana@acme.test>\r\n",
    "RCPT TO:<a@desk.test>\r\n",
    "RCPT TO:<refused@desk.test>\r\n",
    "DATA\r\n",
    "Subject: x\r\n\r\n..dot\r\nbare\n.\nQUIT\r\n.\r\n",
    "QUIT\r\n",
];

const ANSWERED: &str = "250-mx.test\r\n250-PIPELINING\r\n250-SIZE 37748736\r\n250-8BITMIME\r\n\
    250-ENHANCEDSTATUSCODES\r\n250 SMTPUTF8\r\n250 2.1.0 sender ok\r\n250 2.1.5 recipient ok\r\n\
    550 5.1.1 no such 250 address ?\r\n354 end with CR LF, a dot and CR LF\r\n250 2.0.0 kept\r\n221 2.0.0 bye\r\n";

/// How many of the pieces end within so many bytes.
fn pieces_within(bytes: usize) -> usize {
    SAID.iter()
        .scan(0, |end, piece| {
            *end += piece.len();
            Some(*end)
        })
        .filter(|end| *end <= bytes)
        .count()
}

#[tokio::test]
async fn a_session_may_be_split_anywhere() {
    let server = start(Protocol::Smtp, Limits::default()).await;
    let said = SAID.concat();
    for at in 1..=said.len() {
        let mut client = Client::greeted(&server).await;
        client.send(&said[..at]).await;
        let mut answered = String::new();
        // Then the server has read all that was sent.
        for _ in 0..pieces_within(at) {
            answered += &client.reply().await;
        }
        client.send(&said[at..]).await;
        answered += &client.rest().await;
        assert_eq!(answered, ANSWERED, "split at {at}");
    }
    let want = mail(Some("ana@acme.test"), "a@desk.test", "Subject: x\r\n\r\n.dot\r\nbare\n.\nQUIT\r\n");
    assert_eq!(server.kept(), vec![want; said.len()]);
}

#[tokio::test]
async fn a_session_may_come_byte_by_byte() {
    let server = start(Protocol::Smtp, Limits::default()).await;
    let mut client = Client::greeted(&server).await;
    for byte in SAID.concat().bytes() {
        client.send([byte]).await;
        tokio::task::yield_now().await;
    }
    assert_eq!(client.rest().await, ANSWERED);
    assert_eq!(server.kept().len(), 1);
}

#[tokio::test]
async fn no_mail_is_smuggled_in_another() {
    let server = start(Protocol::Smtp, Limits::default()).await;
    for end in [
        "\n.\n",
        "\n.\r\n",
        "\r\n.\n",
        "\r.\r",
        "\r.\r\n",
        "\r\n.\r",
        "\r\n.\r\r\n",
        "\n\n.\r\n",
        "\r\n\0.\r\n",
    ] {
        let mut client = Client::greeted(&server).await;
        let smuggled = "MAIL FROM:<boss@acme.test>\r\nRCPT TO:<evil@desk.test>\r\nDATA\r\nPay\r\n";
        client
            .converses(&[
                ("EHLO client.test", "250"),
                ("MAIL FROM:<ana@acme.test>", "250 2.1.0 "),
                ("RCPT TO:<a@desk.test>", "250 2.1.5 "),
                ("DATA", "354 "),
                (&format!("Hello{end}{smuggled}."), "250 2.0.0 kept"),
                ("QUIT", "221 "),
            ])
            .await;
        assert_eq!(client.rest().await, "", "{end:?}");
        let kept = server.kept().pop().expect("a mail");
        assert_eq!(kept.recipient, "a@desk.test");
        assert!(kept.raw.ends_with(smuggled.as_bytes()), "{end:?}: {:?}", kept.raw);
    }
    assert!(server.kept().iter().all(|mail| mail.recipient == "a@desk.test"));
}

/// The mail in these pieces, and how many bytes follow it; none if it does not end.
pub(super) fn read<'p>(pieces: impl IntoIterator<Item = &'p [u8]>) -> Option<(Vec<u8>, usize)> {
    let mut data = Data::new(usize::MAX);
    let mut after = 0;
    for piece in pieces {
        after += piece.len() - data.take(piece);
    }
    data.has_ended().then(|| (data.whole().expect("there is no limit"), after))
}

#[test]
fn dots_are_undone_where_lines_begin() {
    let cases: &[(&[u8], &[u8], usize)] = &[
        (b".\r\n", b"", 0),
        (b"a\r\n.\r\n", b"a\r\n", 0),
        (b"\r\n.\r\n", b"\r\n", 0),
        (b"..\r\n.\r\n", b".\r\n", 0),
        (b"...a\r\n..\r\n.\r\n", b"..a\r\n.\r\n", 0),
        (b".a\r\n.\r\n", b"a\r\n", 0),
        (b"a..b.\r\n.\r\n", b"a..b.\r\n", 0),
        (b"a\r\n.\r\n.\r\nQUIT\r\n", b"a\r\n", 9),
        (b"a\n.\nb\r\n.\r\n", b"a\n.\nb\r\n", 0),
        (b"a\n..b\r\n.\r\n", b"a\n..b\r\n", 0),
        (b"a\n.\r\nb\r\n.\r\n", b"a\n.\r\nb\r\n", 0),
        (b"a\r\n.\nb\r\n.\r\n", b"a\r\n\nb\r\n", 0),
        (b"a\r.\rb\r\n.\r\n", b"a\r.\rb\r\n", 0),
        (b"a\r.\r\nb\r\n.\r\n", b"a\r.\r\nb\r\n", 0),
        (b"a\r\n.\rb\r\n.\r\n", b"a\r\n\rb\r\n", 0),
        (b"a\r\n.\r\r\n.\r\n", b"a\r\n\r\r\n", 0),
        (b"a\r\n.\r.\r\n.\r\n", b"a\r\n\r.\r\n", 0),
        (b"a\r\r\n.\r\n", b"a\r\r\n", 0),
        (b"a\r\n\0.\r\n.\r\n", b"a\r\n\0.\r\n", 0),
    ];
    for &(sent, want, after) in cases {
        let want = Some((want.to_vec(), after));
        for at in 0..=sent.len() {
            assert_eq!(read([&sent[..at], &sent[at..]]), want, "{sent:?} split at {at}");
        }
        assert_eq!(read(sent.chunks(1)), want, "{sent:?} byte by byte");
    }
    for sent in [&b""[..], b".", b".\r", b".\n", b"a.\r\n", b"a\r\n.", b"a\r\n.\r", b"a\n.\r\n", b"a\r.\r\n"]
    {
        assert_eq!(read([sent]), None, "{sent:?}");
    }
}
