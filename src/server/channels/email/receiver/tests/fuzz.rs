//! Whatever comes, the server neither panics nor hangs, and holds no more than it may.

use proptest::prelude::*;
use tokio::runtime;

use super::{
    super::{command::Command, data::Data, line::Line, reply::Reply},
    splits::read,
    *,
};

/// Bytes that mean something where a mail's data ends.
fn near_ends() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(&b"a.\r\n\0"[..]), 0..60)
}

/// A mail as clients send it (RFC 5321 § 4.5.2).
fn stuffed(mail: &[u8]) -> Vec<u8> {
    let mut sent = Vec::new();
    for (at, byte) in mail.iter().enumerate() {
        if *byte == b'.' && (at == 0 || mail[..at].ends_with(b"\r\n")) {
            sent.push(b'.');
        }
        sent.push(*byte);
    }
    sent.extend_from_slice(b".\r\n");
    sent
}

/// The lines in bytes that come in pieces of one size.
fn lines(bytes: &[u8], size: usize) -> Vec<Option<Vec<u8>>> {
    let mut lines = Vec::new();
    let mut line = Line::default();
    for mut piece in bytes.chunks(size) {
        while !piece.is_empty() {
            piece = &piece[line.take(piece)..];
            if line.has_ended() {
                lines.push(std::mem::take(&mut line).whole());
            }
        }
    }
    lines
}

/// Text that is nearly a command.
fn near_command() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(
        &[
            "MAIL ",
            "RCPT ",
            "FROM:",
            "TO:",
            "<",
            ">",
            "@",
            ",",
            ":",
            "\"",
            "\\",
            "a",
            "b.test",
            ".",
            "[",
            "]",
            " ",
            "SIZE=",
            "9",
            "BODY=8BITMIME",
            "SMTPUTF8",
            "=",
            "ü",
            "EHLO ",
            "LHLO ",
            "DATA",
            "\t",
            "\r",
            "\n",
            "\u{85}",
        ][..],
    );
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat() + "\r\n")
}

/// What a client may send over a whole connection.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let said = prop::sample::select(
        &[
            "EHLO a\r\n",
            "LHLO a\r\n",
            "MAIL FROM:<a@b.test>\r\n",
            "MAIL FROM:<> SIZE=65\r\n",
            "RCPT TO:<c@d.test>\r\n",
            "RCPT TO:<later@d.test>\r\n",
            "RCPT TO:<keep-refused@d.test>\r\n",
            "DATA\r\n",
            ".\r\n",
            "\r\n.\r\n",
            "..\r\n",
            "\n.\n",
            "text\r\n",
            "RSET\r\n",
            "NOOP\r\n",
            "VRFY a\r\n",
            "QUIT\r\n",
            "BOGUS\r\n",
            "\r",
            "ü",
        ][..],
    );
    let piece = prop_oneof![
        12 => said.prop_map(|said| said.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..40),
        1 => Just(vec![b'a'; 3000]),
    ];
    (any::<bool>(), prop::collection::vec(piece, 0..40)).prop_map(|(begun, pieces)| {
        let start: &[u8] =
            if begun { b"EHLO a\r\nLHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<c@d.test>\r\n" } else { b"" };
        [start, &pieces.concat()[..]].concat()
    })
}

/// All that the server says to a client that sends these bytes and nothing more, and what it keeps.
fn talk(protocol: Protocol, said: &[u8]) -> (String, Vec<Mail>) {
    let limits = Limits { largest: 64, most_recipients: 2, ..Limits::default() };
    let runtime = runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let server = start(protocol, limits).await;
        let mut stream = TcpStream::connect(server.address).await.expect("a connection");
        let mut heard = Vec::new();
        let talk = async {
            // The server may have had enough before all is said, and close.
            let _ = stream.write_all(said).await;
            let _ = stream.shutdown().await;
            let _ = stream.read_to_end(&mut heard).await;
        };
        timeout(PATIENCE, talk).await.expect("the server does not hang");
        drop(stream);
        (String::from_utf8(heard).expect("text"), server.stop().await)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn data_ends_at_the_first_dot_between_line_ends(bytes in near_ends(), size in 1..8_usize) {
        // The line end of the command stands before the data.
        let whole = [&b"\r\n"[..], &bytes[..]].concat();
        let end = whole.windows(5).position(|five| five == b"\r\n.\r\n");
        let after = end.map(|end| whole.len() - end - 5);
        prop_assert_eq!(read(bytes.chunks(size)).map(|(_, after)| after), after);
    }

    #[test]
    fn a_mail_comes_as_it_was_sent(mut mail in near_ends(), size in 1..8_usize) {
        mail.extend_from_slice(b"\r\n");
        let sent = stuffed(&mail);
        prop_assert_eq!(read(sent.chunks(size)), Some((mail, 0)));
    }

    #[test]
    fn a_mail_takes_no_more_memory_than_it_may(
        bytes in near_ends(),
        size in 1..20_usize,
        largest in 0..60_usize,
    ) {
        let (mut free, mut bounded) = (Data::new(usize::MAX), Data::new(largest));
        for piece in bytes.chunks(size) {
            prop_assert_eq!(free.take(piece), bounded.take(piece));
        }
        let whole = free.whole().expect("there is no limit");
        let kept = bounded.whole();
        prop_assert!(kept.as_ref().is_none_or(|kept| kept.capacity() <= largest));
        prop_assert_eq!(kept, (whole.len() <= largest).then_some(whole));
    }

    #[test]
    fn lines_end_where_they_end(
        runs in prop::collection::vec((prop::sample::select(&b"a\r\n"[..]), 1..2_200_usize), 0..6),
        size in 1..3_000_usize,
    ) {
        let bytes: Vec<u8> = runs.into_iter().flat_map(|(byte, count)| vec![byte; count]).collect();
        let want: Vec<Option<Vec<u8>>> = bytes
            .split_inclusive(|byte| *byte == b'\n')
            .filter(|line| line.ends_with(b"\n"))
            .map(|line| (line.len() <= Line::LONGEST).then(|| line.to_vec()))
            .collect();
        prop_assert_eq!(lines(&bytes, size), want);
    }

    #[test]
    fn any_line_can_be_looked_at(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let _ = Command::read(&bytes, Protocol::Smtp);
        let _ = Command::read(&bytes, Protocol::Lmtp);
    }

    #[test]
    fn addresses_are_clean(line in near_command()) {
        let address = match Command::read(line.as_bytes(), Protocol::Smtp) {
            Ok(Command::Mail { sender: Some(address), utf8, .. }) => {
                prop_assert!(utf8 || address.is_ascii());
                address
            }
            Ok(Command::Rcpt(address)) => address,
            _ => return Ok(()),
        };
        prop_assert!(!address.contains(char::is_control), "{address:?}");
        let (local, domain) = address.rsplit_once('@').expect("no postmaster among these");
        prop_assert!(!local.is_empty() && !domain.is_empty());
        prop_assert!(!domain.contains([' ', '<', '>', '"', ',', '@']), "{address:?}");
    }

    #[test]
    fn replies_are_one_line_of_ascii(why in "(?s).{0,600}") {
        let reply = Reply::because(451, "4.3.0", &why).to_string();
        prop_assert!(reply.len() <= 510 && reply.bytes().all(|b| matches!(b, b' '..=b'~')), "{reply}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_client_is_answered(said in stream(), lmtp in any::<bool>()) {
        let protocol = if lmtp { Protocol::Lmtp } else { Protocol::Smtp };
        let (heard, kept) = talk(protocol, &said);
        for line in heard.lines() {
            let (code, rest) = line.split_at_checked(3).expect("a code");
            prop_assert!(code.bytes().all(|b| b.is_ascii_digit()) && rest.starts_with([' ', '-']), "{heard}");
        }
        prop_assert!(kept.iter().all(|mail| mail.raw.len() <= 64 && !mail.recipient.starts_with("later")));
    }
}
