use super::{
    super::{
        classify::{Action, Evidence, Nature, Reason, Status},
        parse::{Mail, ReturnPath},
        threading::conversation_in,
    },
    CONVERSATION, mail, secret,
};

const ISSUED: &str = "0192f3c4a5b67c8d9e0f1a2b3c4d5e6f@acme.test";

#[test]
fn people_are_told_from_machines() {
    for (name, nature) in [
        ("plain", Nature::Personal),
        ("reply_gmail", Nature::Personal),
        ("forwarded_attachment", Nature::Personal),
        ("personal_auto_submitted_no", Nature::Personal),
        ("auto_exchange", Nature::Automatic(Reason::AutoSubmitted)),
        ("auto_vacation", Nature::Automatic(Reason::NullReturnPath)),
        ("auto_subject", Nature::Automatic(Reason::Subject)),
        ("auto_list", Nature::Automatic(Reason::List)),
        ("auto_no_reply", Nature::Automatic(Reason::Sender)),
        ("receipt_delivered", Nature::Automatic(Reason::DeliveryReceipt)),
        ("receipt_read", Nature::Automatic(Reason::ReadReceipt)),
    ] {
        assert_eq!(Nature::of(&mail(name), None), nature, "{name}");
    }
}

#[test]
fn the_envelope_overrides_the_header() {
    let mail = mail("plain");
    assert_eq!(Nature::of(&mail, Some(&ReturnPath::Null)), Nature::Automatic(Reason::NullReturnPath));
}

#[test]
fn single_fields_make_mail_automatic() {
    for (field, reason) in [
        ("Auto-Submitted: auto-notified; owner-email=a@x.test", Some(Reason::AutoSubmitted)),
        ("Auto-Submitted: No", None),
        ("Precedence: Bulk", Some(Reason::Precedence)),
        ("Precedence: first-class", None),
        ("X-Autoreply: yes", Some(Reason::Responder)),
        ("List-Unsubscribe: <mailto:x@x.test>", Some(Reason::List)),
        ("Subject: Out of office: back on Monday", Some(Reason::Subject)),
        ("Subject: Out of office chairs", None),
    ] {
        let mail = Mail::read(format!("From: a@x.test\r\n{field}\r\n\r\ntext").as_bytes()).expect("a mail");
        let expected = reason.map_or(Nature::Personal, Nature::Automatic);
        assert_eq!(Nature::of(&mail, None), expected, "{field}");
    }
}

#[test]
fn bounces_say_who_was_not_reached_and_why() {
    let code = |class, subject, detail| Some(Status { class, subject, detail });
    for (name, evidence, recipients, message_id) in [
        (
            "bounce_postfix",
            Evidence::Report,
            &[("bad@shop.test", code(5, 1, 1)), ("full@shop.test", code(5, 2, 2))][..],
            Some(ISSUED),
        ),
        ("bounce_exchange", Evidence::Report, &[("gone@corp.test", code(5, 1, 10))], Some(ISSUED)),
        ("bounce_xtext", Evidence::Report, &[("ana+news@shop.test", code(5, 0, 0))], None),
        ("bounce_qmail", Evidence::Wording, &[("bad@shop.test", code(5, 1, 1))], Some(ISSUED)),
        ("bounce_exim", Evidence::Wording, &[("bad@shop.test", None)], Some(ISSUED)),
        ("bounce_german", Evidence::Wording, &[("bad@shop.test", None)], None),
    ] {
        let mail = mail(name);
        let Nature::Bounce(bounce) = Nature::of(&mail, None) else {
            panic!("{name} is {:?}", Nature::of(&mail, None));
        };
        let found: Vec<_> =
            bounce.reports.iter().map(|report| (report.recipient.as_str(), report.status)).collect();
        assert_eq!((found.as_slice(), bounce.evidence), (recipients, evidence), "{name}");
        assert!(bounce.reports.iter().all(|report| report.action == Action::Failed), "{name}");
        assert_eq!(bounce.message_id.as_deref(), message_id, "{name}");
        if message_id.is_some() {
            let ours = bounce.addresses.iter().find_map(|address| conversation_in(address, &[secret()]));
            assert_eq!(ours, Some(CONVERSATION), "{name}");
        }
    }
    let Nature::Bounce(bounce) = Nature::of(&mail("bounce_postfix"), None) else { panic!("no bounce") };
    assert_eq!(bounce.reports[1].diagnostic.as_deref(), Some("552 5.2.2 mailbox full"));
    let Nature::Bounce(bounce) = Nature::of(&mail("bounce_exim"), None) else { panic!("no bounce") };
    assert_eq!(bounce.reports[0].diagnostic.as_deref(), Some("550 Unknown user"));
}

#[test]
fn delayed_is_not_failed() {
    for (name, evidence, recipient, message_id) in [
        ("delayed_postfix", Evidence::Report, "grey@shop.test", Some(ISSUED)),
        ("delayed_exim", Evidence::WordingOfDelay, "slow@shop.test", None),
    ] {
        let Nature::Delayed(bounce) = Nature::of(&mail(name), None) else {
            panic!("{name} is {:?}", Nature::of(&mail(name), None));
        };
        assert_eq!((bounce.reports[0].recipient.as_str(), bounce.evidence), (recipient, evidence), "{name}");
        assert_eq!(bounce.reports[0].action, Action::Delayed, "{name}");
        assert_eq!(bounce.message_id.as_deref(), message_id, "{name}");
    }
}

#[test]
fn the_worst_of_several_recipients_counts() {
    let report = |actions: &[&str]| {
        let groups: String = actions
            .iter()
            .map(|action| format!("Final-Recipient: rfc822; a@x.test\nAction: {action}\n\n"))
            .collect();
        let text = format!(
            "From: a@x.test\nContent-Type: multipart/report; boundary=b; report-type=delivery-status\n\n--b\n\
             Content-Type: message/delivery-status\n\nReporting-MTA: dns; x.test\n\n{groups}--b--\n"
        );
        Nature::of(&Mail::read(text.as_bytes()).expect("a mail"), None)
    };
    assert!(matches!(report(&["delivered", "failed", "delayed"]), Nature::Bounce(_)));
    assert!(matches!(report(&["delivered", "delayed"]), Nature::Delayed(_)));
    assert_eq!(report(&["relayed", "expanded"]), Nature::Automatic(Reason::DeliveryReceipt));
}

#[test]
fn status_codes_in_words() {
    for (text, status) in [
        ("5.1.1", Some("5.1.1")),
        ("5.7.606 (blocked)", Some("5.7.606")),
        ("550-5.1.1 The email account", Some("5.1.1")),
        ("from 192.0.2.1: version 1.2.3", None),
        ("10.5.1.1", None),
        ("4.4.7", Some("4.4.7")),
    ] {
        assert_eq!(Status::read(text).map(|status| status.to_string()).as_deref(), status, "{text}");
    }
}
