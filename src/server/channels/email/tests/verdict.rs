use super::super::{parse::Mail, verdict::suspicion};

const OURS: &str = "mx.acme.test";

/// The suspicion of a mail with this header.
fn of(header: &str) -> Option<String> {
    let raw = format!("{header}\nFrom: ana@shop.test\nSubject: x\n\ntext");
    suspicion(&Mail::read(raw.as_bytes()).expect("a mail").fields, &[OURS.to_owned()])
}

fn field(results: &str) -> String {
    format!("Authentication-Results: {OURS}; {results}")
}

#[test]
fn results_have_a_meaning() {
    for (results, want) in [
        ("dmarc=pass", None),
        ("spf=pass; dkim=pass; dmarc=pass", None),
        ("spf=fail; dkim=pass", None),
        ("spf=pass; dkim=fail", None),
        ("spf=fail; dkim=fail; dmarc=pass", None),
        ("spf=fail", None),
        ("spf=none; dkim=none; dmarc=none", None),
        ("spf=temperror; dkim=temperror; dmarc=temperror", None),
        ("none", None),
        ("", None),
        ("dmarc=fail", Some("DMARC fail")),
        ("spf=fail; dkim=none; dmarc=fail", Some("SPF fail, DKIM none, DMARC fail")),
        ("spf=pass; dkim=pass; dmarc=fail", Some("SPF pass, DKIM pass, DMARC fail")),
        ("spf=fail; dkim=fail", Some("SPF fail, DKIM fail")),
        ("spf=softfail; dkim=none; dmarc=none", Some("SPF softfail, DKIM none, DMARC none")),
        ("SPF=Fail; DKIM=PERMERROR", Some("SPF fail, DKIM permerror")),
        // One good signature of several is enough.
        ("spf=fail; dkim=fail header.d=a.test; dkim=pass header.d=b.test", None),
    ] {
        let want = want.map(|words| format!("The sender could not be verified: {words}."));
        assert_eq!(of(&field(results)), want, "{results}");
    }
}

#[test]
fn all_writings_are_read() {
    for value in [
        "mx.acme.test; dmarc=fail",
        "MX.Acme.Test 1; dmarc=fail",
        "\"mx.acme.test\"; dmarc=fail",
        "mx.acme.test;\n\tdmarc = fail\n\t(p=reject dis=none) header.from=shop.test",
        "(a (nested; one) \\) =) mx.acme.test (ours) ; (x) dmarc/1 (v) = (y) fail (z)",
        "mx.acme.test; spf=pass reason=\"; dmarc=pass \\\" ;\" smtp.mailfrom=x; dmarc=fail",
        "mx.acme.test; x-own=yes; ; =; dmarc; dmarc=fail",
    ] {
        assert!(of(&format!("Authentication-Results: {value}")).is_some(), "{value}");
    }
}

#[test]
fn only_ours_are_believed() {
    let (bad, good) = (field("dmarc=fail"), field("dmarc=pass"));
    for (header, want) in [
        ("Authentication-Results: mx.other.test; dmarc=fail".to_owned(), false),
        ("Authentication-Results: mx.acme.test.other.test; dmarc=fail".to_owned(), false),
        ("Authentication-Results: spf=fail; dkim=fail; dmarc=fail".to_owned(), false),
        ("X-Authentication-Results: mx.acme.test; dmarc=fail".to_owned(), false),
        (format!("Authentication-Results: mx.other.test; dmarc=pass\n{bad}"), true),
        // A server may write one field for each method, and its own `Received` above them.
        (format!("Received: by mx.acme.test\n{}\nX-Filter: x\n{bad}", field("spf=pass")), true),
    ] {
        assert_eq!(of(&header).is_some(), want, "{header}");
    }
    // What stands further down was written by whoever sent it.
    for (upper, lower, want) in [(&bad, &good, true), (&good, &bad, false)] {
        assert_eq!(of(&format!("{upper}\n{lower}")).is_some(), want);
        assert_eq!(of(&format!("{upper}\nReceived: from x by y\n{lower}")).is_some(), want);
    }
    let forged = format!("{}\nReceived: from x by mx.acme.test\n{}", field("spf=fail; dkim=none"), good);
    assert!(of(&forged).is_some(), "a good DMARC below");
    let mail = Mail::read(bad.as_bytes()).expect("a mail");
    assert_eq!(suspicion(&mail.fields, &[]), None);
}
