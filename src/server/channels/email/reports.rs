//! Delivery reports about mails of ours, as states of their deliveries.

use super::{
    addresses::Own,
    classify::{Action, Bounce, Evidence, Nature, Report, Status},
    threading::delivery_of,
};
use crate::domain::{Failure, FailureClass, Inbound, Reported, StatusReport, Time, preview};

/// What a report says of a delivery; none if this is no report, or one about another's mail.
pub(super) fn read(nature: &Nature, own: &Own, at: Option<Time>) -> Option<Inbound> {
    let (bounce, failed) = match nature {
        Nature::Bounce(bounce) => (bounce, true),
        Nature::Delayed(bounce) => (bounce, false),
        Nature::Personal | Nature::Automatic(_) => return None,
    };
    // Wording proves too little to call a message failed.
    let id = bounce.message_id.as_deref().filter(|_| bounce.evidence == Evidence::Report)?;
    // Other programs write ids of the same form.
    let is_ours = id.split_once('@').is_some_and(|(_, domain)| own.are_in(domain));
    let delivery = delivery_of(id).filter(|_| is_ours)?;
    if !failed {
        return Some(Inbound::Ignored("a report that a mail of ours is still being tried"));
    }
    let state = Reported::Failed(failure(bounce));
    Some(Inbound::Status(StatusReport { delivery: Some(delivery), provider_id: None, state, at }))
}

/// One failure for all recipients that were not reached: they are one delivery. Each is named, because it may be one
/// that had only a copy.
fn failure(bounce: &Bounce) -> Failure {
    /// Recipients that are named.
    const MOST: usize = 3;
    /// Characters of the words.
    const WORDS: usize = 300;
    let failed: Vec<&Report> =
        bounce.reports.iter().filter(|report| report.action == Action::Failed).collect();
    let mut words: Vec<String> = failed
        .iter()
        .take(MOST)
        .map(|Report { recipient, diagnostic, .. }| match diagnostic {
            Some(diagnostic) => format!("{recipient}: {diagnostic}"),
            None => format!("{recipient} was not reached"),
        })
        .collect();
    if failed.len() > MOST {
        words.push(format!("and {} more", failed.len() - MOST));
    }
    let status = failed.iter().find_map(|report| report.status);
    Failure {
        class: status.map_or(FailureClass::Message, class),
        code: status.map_or_else(|| "bounce".to_owned(), |status| status.to_string()),
        words: preview(&words.join("; "), WORDS),
    }
}

/// What a status code (RFC 3463) means for sending.
fn class(status: Status) -> FailureClass {
    match (status.class, status.subject, status.detail) {
        (4, ..) => FailureClass::Retry,
        // Too long for this mailbox.
        (_, 2, 3) => FailureClass::Message,
        // The address, its mailbox, the way there.
        (_, 1 | 2 | 4, _) => FailureClass::Recipient,
        // The system, the protocol, the content, policy.
        _ => FailureClass::Message,
    }
}
