use super::{
    super::{
        addresses::Own,
        classify::{Action, Bounce, Evidence, Nature, Report, Status},
        reports,
    },
    credentials, mail,
};
use crate::domain::{DeliveryId, Failure, FailureClass, Inbound, Reported, StatusReport, Time};

/// The one that the fixtures' bounces are about.
const ISSUED: DeliveryId = DeliveryId(uuid::Uuid::from_u128(0x0192_f3c4_a5b6_7c8d_9e0f_1a2b_3c4d_5e6f));

fn read(nature: &Nature) -> Option<Inbound> {
    reports::read(nature, &Own::of(&credentials()), Some(Time(7)))
}

/// A recipient, and what became of the mail for it.
type Fate<'f> = (&'f str, Action, Option<(u8, u16, u16)>);

fn bounce(recipients: &[Fate<'_>]) -> Nature {
    let report = |(recipient, action, status): &Fate<'_>| Report {
        recipient: (*recipient).to_owned(),
        action: *action,
        status: status.map(|(class, subject, detail)| Status { class, subject, detail }),
        diagnostic: None,
    };
    Nature::Bounce(Bounce {
        reports: recipients.iter().map(report).collect(),
        message_id: Some(format!("{}@Acme.test", ISSUED.0.simple())),
        addresses: vec![],
        evidence: Evidence::Report,
    })
}

fn failure(nature: &Nature) -> Failure {
    match read(nature) {
        Some(Inbound::Status(StatusReport { state: Reported::Failed(failure), .. })) => failure,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_report_fails_the_very_delivery() {
    let want = StatusReport {
        delivery: Some(ISSUED),
        provider_id: None,
        state: Reported::Failed(Failure {
            class: FailureClass::Recipient,
            code: "5.1.1".to_owned(),
            words: "bad@shop.test: 550 5.1.1 no such user; full@shop.test: 552 5.2.2 mailbox full".to_owned(),
        }),
        at: Some(Time(7)),
    };
    assert_eq!(read(&Nature::of(&mail("bounce_postfix"), None)), Some(Inbound::Status(want)));
}

#[test]
fn what_is_not_failed_is_no_failure() {
    let delayed = read(&Nature::of(&mail("delayed_postfix"), None));
    assert!(matches!(delayed, Some(Inbound::Ignored(words)) if words.contains("still being tried")));
    let mixed = failure(&bounce(&[
        ("ana@shop.test", Action::Delivered, Some((2, 0, 0))),
        ("bo@shop.test", Action::Failed, Some((5, 2, 1))),
    ]));
    assert_eq!((mixed.code.as_str(), mixed.words.as_str()), ("5.2.1", "bo@shop.test was not reached"));
}

#[test]
fn reports_about_others_are_none() {
    // Wording, no id, no report at all.
    for name in ["bounce_qmail", "bounce_exim", "bounce_xtext", "delayed_exim", "receipt_delivered", "plain"]
    {
        assert_eq!(read(&Nature::of(&mail(name), None)), None, "{name}");
    }
    let about = |id: &str| match bounce(&[("ana@shop.test", Action::Failed, None)]) {
        Nature::Bounce(bounce) => Nature::Bounce(Bounce { message_id: Some(id.to_owned()), ..bounce }),
        other => other,
    };
    let hex = ISSUED.0.simple().to_string();
    for id in ["1@acme.test", &hex, &format!("{hex}@other.test"), &format!("{hex}@acme.test.other.test")] {
        assert_eq!(read(&about(id)), None, "{id}");
    }
    assert!(read(&about(&format!("{hex}@acme.test"))).is_some());
}

#[test]
fn codes_have_classes() {
    use FailureClass::{Message, Recipient, Retry};
    for (status, class, code) in [
        (Some((5, 1, 1)), Recipient, "5.1.1"),
        (Some((5, 1, 10)), Recipient, "5.1.10"),
        (Some((5, 2, 1)), Recipient, "5.2.1"),
        (Some((5, 2, 2)), Recipient, "5.2.2"),
        (Some((5, 2, 3)), Message, "5.2.3"),
        (Some((5, 4, 4)), Recipient, "5.4.4"),
        (Some((5, 3, 4)), Message, "5.3.4"),
        (Some((5, 6, 1)), Message, "5.6.1"),
        (Some((5, 7, 1)), Message, "5.7.1"),
        (Some((5, 0, 0)), Message, "5.0.0"),
        (Some((4, 4, 7)), Retry, "4.4.7"),
        (None, Message, "bounce"),
    ] {
        let failure = failure(&bounce(&[("ana@shop.test", Action::Failed, status)]));
        assert_eq!((failure.class, failure.code.as_str()), (class, code));
    }
}

#[test]
fn a_crowd_is_named_in_short() {
    let long = format!("{}@shop.test", "a".repeat(60));
    let crowd = vec![(long.as_str(), Action::Failed, None); 100];
    let failure = failure(&bounce(&crowd));
    assert!(
        failure.words.chars().count() <= 300 && failure.words.ends_with("and 97 more"),
        "{}",
        failure.words
    );
}
