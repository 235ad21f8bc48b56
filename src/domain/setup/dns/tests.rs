use super::*;

fn texts(there: &[&str]) -> Vec<String> {
    there.iter().map(|text| (*text).to_owned()).collect()
}

/// What is wrong with what is there; empty if nothing is.
#[track_caller]
fn why(record: &DnsRecord, there: &[&str]) -> String {
    match record.compare(texts(there)) {
        Finding::Right => String::new(),
        Finding::Different { why, .. } => why,
        other => panic!("{there:?}: {other:?}"),
    }
}

fn spf() -> DnsRecord {
    DnsRecord::spf(Provider::Mail, "acme.test", "mail.acme.test").expect("it sends mails")
}

fn dkim() -> DnsRecord {
    let text = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=".to_owned();
    DnsRecord { kind: DnsKind::Dkim, name: "lo-1._domainkey.acme.test".to_owned(), text }
}

#[test]
fn what_is_asked_for_is_right() {
    for record in [spf(), dkim(), DnsRecord::dmarc("acme.test")] {
        assert_eq!(record.compare(vec![record.text.clone()]), Finding::Right, "{record:?}");
        assert_eq!(record.compare(Vec::new()), Finding::Missing, "{record:?}");
    }
    assert_eq!(DnsRecord::spf(Provider::Twilio, "acme.test", ""), None);
}

#[test]
fn a_list_of_senders_must_have_ours() {
    for (there, fault) in [
        ("v=spf1 a:mail.acme.test -all", ""),
        ("V=SPF1 +A:Mail.Acme.Test. ?all", ""),
        ("v=spf1 mx include:_spf.crm.test a:mail.acme.test/28 ~all", ""),
        ("v=spf1 a:mail.acme.test", ""),
        ("v=spf1", "is missing"),
        ("v=spf1 include:mail.acme.test ~all", "is missing"),
        ("v=spf1 a:mail.acme.test.evil.test ~all", "is missing"),
        ("v=spf1 -all a:mail.acme.test", "stands after “all”"),
        ("v=spf1 -a:mail.acme.test ~all", "It has “-a:mail.acme.test” where “a:mail.acme.test” is needed."),
        ("v=spf1 ?a:mail.acme.test a:mail.acme.test ~all", ""),
    ] {
        let why = why(&spf(), &[there]);
        assert!(why.contains(fault) && why.is_empty() == fault.is_empty(), "{there}: {why}");
    }
    let own = DnsRecord::spf(Provider::Mail, "Acme.test", "acme.test").expect("it sends mails");
    assert_eq!(why(&own, &["v=spf1 a ~all"]), "", "without a domain it is the record's own");
    assert_eq!(why(&own, &["v=spf1 a/24 ~all"]), "");
    assert!(why(&own, &["v=spf1 mx ~all"]).starts_with("“a:acme.test” is missing."));
}

#[test]
fn other_texts_stand_beside_a_list_of_senders_but_no_second_list() {
    let ours = "v=spf1 a:mail.acme.test ~all";
    assert_eq!(spf().compare(texts(&["site-verification=1", ours, "v=spf10 -all"])), Finding::Right);
    assert_eq!(spf().compare(texts(&["site-verification=1", "v=spf2.0/pra"])), Finding::Missing);
    let two = [ours, "v=spf1 -all"];
    let why = "There are 2 SPF records, and there may be only one: receivers then count it as an error. Make one of them.";
    let want = Finding::Different { there: texts(&two), why: why.to_owned() };
    assert_eq!(spf().compare(texts(&[two[0], "something else", two[1]])), want);
}

#[test]
fn a_key_must_be_the_one_that_signs() {
    for (there, fault) in [
        // Blanks anywhere, other orders and other parts change nothing.
        ("p = 11qYAYKxCrfVS/7TyWQH Og7hcvPapiMlrwIaaPcHURo= ;k=ed25519; v=DKIM1; t=s; n=note;", ""),
        ("k=ed25519;p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=;h=sha1:sha256;s=email", ""),
        ("v=DKIM1; k=ed25519; p=", "revoked"),
        ("v=DKIM1; k=ed25519", "no key"),
        ("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHUR0=", "another key"),
        ("v=DKIM1; k=rsa; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "k=ed25519 is needed"),
        ("v=DKIM1; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "k=ed25519 is needed"),
        ("v=DKIM2; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "v=DKIM1"),
        ("k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=; h=sha1", "sha256"),
        ("k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=; s=other", "not meant for mail"),
        ("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "no key"),
        ("k=ed25519; k=ed25519; p=x", "cannot be read"),
        ("nothing of the kind", "cannot be read"),
        ("", "cannot be read"),
    ] {
        let why = why(&dkim(), &[there]);
        assert!(why.contains(fault) && why.is_empty() == fault.is_empty(), "{there}: {why}");
    }
    let text = dkim().text;
    assert!(why(&dkim(), &[&text, &text]).starts_with("There are 2 DKIM records"));
    let rsa = DnsRecord { text: "v=DKIM1; k=rsa; p=AAAA".to_owned(), ..dkim() };
    assert_eq!(why(&rsa, &["p=AA AA"]), "", "rsa is what is meant where nothing is said");
}

#[test]
fn any_policy_will_do() {
    let wanted = DnsRecord::dmarc("acme.test");
    for (there, fault) in [
        ("v=DMARC1; p=none", ""),
        ("v=DMARC1;p=REJECT;rua=mailto:dmarc@acme.test", ""),
        ("v=DMARC1; p=quarantine; pct=20; ", ""),
        ("v=DMARC1", "names no policy"),
        ("v=DMARC1; p=block", "names no policy"),
        ("v=DMARC1; p=none; p=reject", "cannot be read"),
    ] {
        let why = why(&wanted, &[there]);
        assert!(why.contains(fault) && why.is_empty() == fault.is_empty(), "{there}: {why}");
    }
    assert!(why(&wanted, &["v=DMARC1; p=none", "v=DMARC1; p=none"]).contains("follow none"));
    assert_eq!(wanted.compare(texts(&["v=DMARC10; p=none"])), Finding::Missing);
}

#[test]
fn a_policy_may_stand_at_a_domain_above() {
    for (domain, places) in [
        ("acme.test", vec!["_dmarc.acme.test"]),
        ("help.acme.test", vec!["_dmarc.help.acme.test", "_dmarc.acme.test"]),
        (
            "a.b.c.d.e.test",
            vec!["_dmarc.a.b.c.d.e.test", "_dmarc.b.c.d.e.test", "_dmarc.c.d.e.test", "_dmarc.d.e.test"],
        ),
    ] {
        assert_eq!(DnsRecord::dmarc(domain).places(), places);
    }
    assert_eq!(dkim().places(), ["lo-1._domainkey.acme.test"]);
    let odd = DnsRecord { name: "_dmarc.acme.test".to_owned(), ..spf() };
    assert_eq!(odd.places(), ["_dmarc.acme.test"]);
}

#[test]
fn each_says_where_it_belongs() {
    for record in [spf(), dkim(), DnsRecord::dmarc("acme.test")] {
        let paste = Paste::from(&record);
        assert!(paste.label.starts_with(record.kind.label()), "{}", paste.label);
        assert_eq!(paste.text, record.text);
        assert!(paste.help.contains(&format!("DNS at {}.", record.name)), "{}", paste.help);
        assert!(paste.help.ends_with(&format!("dig +short TXT {}", record.name)), "{}", paste.help);
    }
    let help = Paste::from(&spf()).help;
    assert!(help.contains("add “a:mail.acme.test” to it"), "{help}");
    for (provider, record) in [
        (Provider::Mailgun, "v=spf1 include:mailgun.org ~all"),
        (Provider::Postmark, "v=spf1 include:spf.mtasv.net ~all"),
    ] {
        assert_eq!(DnsRecord::spf(provider, "acme.test", "").expect("it sends mails").text, record);
    }
}
