use super::super::{
    Protocol,
    command::{Command, Fault},
};

fn sender(sender: &str) -> Result<Command<'_>, Fault> {
    Ok(Command::Mail { sender: Some(sender), size: 0, utf8: !sender.is_ascii() })
}

fn smtp(line: &str, want: Result<Command<'_>, Fault>) {
    let line = format!("{line}\r\n");
    assert_eq!(Command::read(line.as_bytes(), Protocol::Smtp), want, "{line}");
}

#[test]
fn senders() {
    smtp("MAIL FROM:<>", Ok(Command::Mail { sender: None, size: 0, utf8: false }));
    for (path, want) in [
        ("<a@b.test>", "a@b.test"),
        ("  <a@b.test> ", "a@b.test"),
        ("<@x.test,@y.test:a@b.test>", "a@b.test"),
        (r#"<"a>b@ \"c"@b.test>"#, r#""a>b@ \"c"@b.test"#),
        (r#"<""@b.test>"#, r#"""@b.test"#),
        ("<a@[192.0.2.1]>", "a@[192.0.2.1]"),
        ("<a@[IPv6:2001:db8::1]>", "a@[IPv6:2001:db8::1]"),
        ("<a..b.@b_c.test>", "a..b.@b_c.test"),
        ("<bounce+a=b.test@list.test>", "bounce+a=b.test@list.test"),
        ("<grün@bücher.test> SMTPUTF8", "grün@bücher.test"),
    ] {
        smtp(&format!("MAIL FROM:{path}"), sender(want));
        smtp(&format!("mail From:{path}"), sender(want));
    }
    for path in [
        "",
        "a@b.test",
        "<a>",
        "<a@>",
        "<@b.test>",
        "<a b@c.test>",
        "<a@b..c>",
        "<a@b.test.>",
        "<a@b.test>x",
        "<a@b.test",
        "<a@b@c.test>",
        "<a@[]>",
        "<a@[x y]>",
        "<a@b c>",
        r#"<"a@b.test>"#,
        r#"<"a"b"@c.test>"#,
        "<a\u{a0}b@c.test> SMTPUTF8",
        "<postmaster>",
    ] {
        smtp(&format!("MAIL FROM:{path}"), Err(Fault::Sender));
    }
    for line in ["MAIL", "MAIL ", "MAIL <a@b.test>", "MAIL TO:<a@b.test>", "MAIL FRÖM:<a@b.test>"] {
        smtp(line, Err(Fault::Sender));
    }
    smtp("MAIL FROM:<grün@b.test>", Err(Fault::Letters));
}

#[test]
fn parameters() {
    for (parameters, size, utf8) in [
        ("SIZE=10", 10, false),
        ("size=10  body=8bitmime", 10, false),
        ("BODY=7BIT SMTPUTF8", 0, true),
        ("SIZE=99999999999999999999999", u64::MAX, false),
    ] {
        let want = Command::Mail { sender: Some("a@b.test"), size, utf8 };
        smtp(&format!("MAIL FROM:<a@b.test> {parameters}"), Ok(want));
    }
    for parameters in
        ["SIZE", "SIZE=", "SIZE=x", "SIZE=-1", "BODY=BINARYMIME", "BODY", "RET=HDRS", "SMTPUTF8=1"]
    {
        smtp(&format!("MAIL FROM:<a@b.test> {parameters}"), Err(Fault::Parameter));
    }
}

#[test]
fn recipients() {
    for (path, want) in [
        ("<reply+token@desk.test>", "reply+token@desk.test"),
        ("<postmaster>", "postmaster"),
        ("<PostMaster>", "PostMaster"),
        ("<grün@desk.test>", "grün@desk.test"),
    ] {
        smtp(&format!("RCPT TO:{path}"), Ok(Command::Rcpt(want)));
    }
    let fits = format!("{}@desk.test", "a".repeat(310));
    smtp(&format!("RCPT TO:<{fits}>"), Ok(Command::Rcpt(&fits)));
    smtp(&format!("RCPT TO:<a{fits}>"), Err(Fault::Recipient));
    smtp("RCPT TO:<>", Err(Fault::Recipient));
    smtp("RCPT FROM:<a@b.test>", Err(Fault::Recipient));
    smtp("RCPT TO:<a@b.test> NOTIFY=NEVER", Err(Fault::Parameter));
}

#[test]
fn other_commands() {
    for (line, want) in [
        ("EHLO client.test", Ok(Command::Hello { extended: true })),
        ("helo [127.0.0.1]", Ok(Command::Hello { extended: false })),
        ("EHLO", Err(Fault::Argument)),
        ("LHLO client.test", Err(Fault::OtherProtocol)),
        ("data", Ok(Command::Data)),
        ("DATA ", Ok(Command::Data)),
        ("DATA now", Err(Fault::Argument)),
        ("RSET", Ok(Command::Rset)),
        ("NOOP anything", Ok(Command::Noop)),
        ("VRFY a", Ok(Command::Vrfy)),
        ("HELP", Ok(Command::Help)),
        ("QUIT", Ok(Command::Quit)),
        ("STARTTLS", Err(Fault::NotOffered)),
        ("AUTH PLAIN AGEAYg==", Err(Fault::NotOffered)),
        ("EXPN list", Err(Fault::NotOffered)),
        ("", Err(Fault::Unknown)),
        (" NOOP", Err(Fault::Unknown)),
        ("NOOPS", Err(Fault::Unknown)),
        ("GET / HTTP/1.1", Err(Fault::Unknown)),
    ] {
        smtp(line, want);
    }
    let lmtp = |line: &'static str| Command::read(line.as_bytes(), Protocol::Lmtp);
    assert_eq!(lmtp("lhlo mta.test\r\n"), Ok(Command::Hello { extended: true }));
    assert_eq!(lmtp("EHLO mta.test\r\n"), Err(Fault::OtherProtocol));
    assert_eq!(lmtp("HELO mta.test\r\n"), Err(Fault::OtherProtocol));
}

#[test]
fn commands_are_text_and_end_in_crlf() {
    for line in [
        &b"NOOP"[..],
        b"NOOP\r",
        b"NOOP\n",
        b"NOOP\r\r\n",
        b"NO\rOP\r\n",
        b"NOOP\0\r\n",
        b"NOOP\ta\r\n",
        b"NOOP \xff\r\n",
    ] {
        assert_eq!(Command::read(line, Protocol::Smtp), Err(Fault::Unreadable), "{line:?}");
    }
}
