//! Delivery reports (RFC 3464), and bounces in free text by servers that do not write them.

use std::collections::BTreeSet;

use super::{
    classify::{Action, Bounce, Evidence, Report, Status},
    machine_words, mime,
    parse::{Attachment, Field, Mail, message_ids},
    text,
};

/// The parts in which servers return a message, or its header.
const RETURNED: &[&str] = &[
    "message/rfc822",
    "message/global",
    "message/global-headers",
    "text/rfc822-headers",
    "message/rfc822-headers",
];

/// Reads the delivery report of a mail; none if it has none that names a recipient.
pub(super) fn report(mail: &Mail) -> Option<Bounce> {
    let parts = mail.attachments.iter().filter(|part| {
        matches!(part.content_type.as_str(), "message/delivery-status" | "message/global-delivery-status")
    });
    let mut reports: Vec<Report> = parts.flat_map(|part| recipients(&part.bytes)).collect();
    reports.truncate(MOST);
    (!reports.is_empty()).then(|| {
        let (message_id, addresses) = returned(mail);
        Bounce { reports, message_id, addresses, evidence: Evidence::Report }
    })
}

/// Recipients that are read of one bounce.
const MOST: usize = 100;

/// The groups of fields that are about a recipient (RFC 3464 § 2.3).
fn recipients(part: &[u8]) -> Vec<Report> {
    let decoded = text::decode(part, None).replace("\r\n", "\n");
    decoded.split("\n\n").filter_map(|group| recipient(&fields(group))).collect()
}

fn fields(group: &str) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for line in group.lines() {
        if line.starts_with([' ', '\t']) {
            if let Some(field) = fields.last_mut() {
                field.value.push(' ');
                field.value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push(Field { name: name.trim().to_ascii_lowercase(), value: value.trim().to_owned() });
        }
    }
    fields
}

fn recipient(fields: &[Field]) -> Option<Report> {
    let field = |name: &str| {
        fields
            .iter()
            .find(|field| field.name == name)
            .map(|field| field.value.as_str())
            .filter(|v| !v.is_empty())
    };
    // The original is whom we wrote to; the final one may be an alias's target that we never heard of.
    let address = field("original-recipient").or_else(|| field("final-recipient"))?;
    let status = field("status").and_then(Status::read);
    let action = match field("action").map(str::to_ascii_lowercase).as_deref() {
        Some("failed") => Action::Failed,
        Some("delayed") => Action::Delayed,
        Some("delivered") => Action::Delivered,
        Some("relayed") => Action::Relayed,
        Some("expanded") => Action::Expanded,
        _ => match status?.class {
            2 => Action::Delivered,
            4 => Action::Delayed,
            _ => Action::Failed,
        },
    };
    Some(Report {
        recipient: untyped(address),
        action,
        status,
        diagnostic: field("diagnostic-code").map(|code| text::one_line(after_type(code))),
    })
}

/// `rfc822;ana@shop.test` without its type, and with its `+XX` undone (RFC 3461 § 4).
fn untyped(value: &str) -> String {
    let address = after_type(value).trim().trim_matches(['<', '>']);
    let mut plain = String::new();
    let mut rest = address;
    while let Some((before, after)) = rest.split_once('+') {
        plain.push_str(before);
        let code = after
            .get(..2)
            .filter(|code| code.bytes().all(|c| c.is_ascii_digit() || (b'A'..=b'F').contains(&c)));
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()).filter(u8::is_ascii_graphic) {
            Some(c) => {
                plain.push(char::from(c));
                rest = &after[2..];
            }
            None => {
                plain.push('+');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    text::one_line(&plain)
}

fn after_type(value: &str) -> &str {
    value.split_once(';').map_or(value, |(_, rest)| rest.trim())
}

impl Status {
    /// Reads the first status code (RFC 3463) of a text.
    pub(super) fn read(text: &str) -> Option<Self> {
        text.split(|c: char| !(c.is_ascii_digit() || c == '.')).find_map(|word| {
            let mut numbers = word.trim_matches('.').split('.');
            let (class, subject, detail) = (numbers.next()?, numbers.next()?, numbers.next()?);
            let status = Self {
                class: class.parse().ok().filter(|class| matches!(class, 2 | 4 | 5))?,
                subject: subject.parse().ok().filter(|number| *number < 1000)?,
                detail: detail.parse().ok().filter(|number| *number < 1000)?,
            };
            numbers.next().is_none().then_some(status)
        })
    }
}

/// The id of the message that came back, and the addresses of ours in its header.
fn returned(mail: &Mail) -> (Option<String>, Vec<String>) {
    let part = mail.attachments.iter().find(|part| RETURNED.contains(&part.content_type.as_str()));
    if let Some(Attachment { bytes, .. }) = part {
        let header = mime::Entity::read(bytes, &mut BTreeSet::new());
        return returned_in(&header.fields);
    }
    // Without such a part, the message stands in the text, below some line or other.
    let quoted = fields(&mail.text);
    if quoted.iter().any(|field| field.name == "message-id") {
        returned_in(&quoted)
    } else {
        (None, Vec::new())
    }
}

fn returned_in(fields: &[Field]) -> (Option<String>, Vec<String>) {
    let message_id = fields
        .iter()
        .find(|field| field.name == "message-id")
        .and_then(|field| message_ids(&field.value).into_iter().next());
    let addresses = ["reply-to", "return-path", "from"]
        .iter()
        .flat_map(|name| fields.iter().filter(move |field| field.name == *name))
        .flat_map(|field| addresses(&field.value))
        .collect();
    (message_id, addresses)
}

/// Words of a text that look like addresses.
fn addresses(text: &str) -> Vec<String> {
    let words = text.split(|c: char| c.is_whitespace() || "<>()[],;:\"'`".contains(c));
    let mut found: Vec<String> = Vec::new();
    for word in words.map(|word| word.trim_matches(['.', '=', '?', '!'])) {
        // As in the addresses of X.400.
        let word = word.strip_prefix("smtp=").unwrap_or(word);
        let looks = word.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && domain.contains('.') && !domain.contains('@') && domain.len() > 3
        });
        if looks && found.len() < MOST && !found.iter().any(|old| old.eq_ignore_ascii_case(word)) {
            found.push(word.to_owned());
        }
    }
    found
}

/// Reads a bounce in free text; none if it does not look like one.
///
/// It must come from a machine and say that a mail was not delivered: either alone is not enough.
pub(super) fn guess(mail: &Mail, from_machine: bool) -> Option<Bounce> {
    let failed_recipients: Vec<String> = mail
        .fields
        .iter()
        .filter(|field| field.name == "x-failed-recipients")
        .flat_map(|field| addresses(&field.value))
        .collect();
    /// What a server says stands at the top; below is the message that came back.
    const TOP: usize = 4_000;
    let top: String = mail.text.chars().take(TOP).collect::<String>().to_lowercase();
    let subject = mail.subject.to_lowercase();
    let says = |machine_words: &[&str]| {
        machine_words.iter().any(|phrase| subject.contains(phrase) || top.contains(phrase))
    };
    let titled = machine_words::BOUNCE_SUBJECTS.iter().any(|phrase| subject.contains(phrase));
    if failed_recipients.is_empty() && !(from_machine && (titled || says(machine_words::BOUNCE_TEXTS))) {
        return None;
    }
    let status = top.split_whitespace().filter_map(Status::read).find(|status| status.class != 2);
    let failed = !failed_recipients.is_empty()
        || says(machine_words::FAILURES)
        || status.is_some_and(|status| status.class == 5);
    let delayed = !failed && says(machine_words::DELAYS);
    let (message_id, ours) = returned(mail);
    let mut named = failed_recipients;
    if named.is_empty() {
        let sender = mail.from.as_ref().map(|from| from.address.to_lowercase()).unwrap_or_default();
        // Whom it is about stands below the words that say so, if anything does.
        let says_so = machine_words::BOUNCE_TEXTS.iter().filter_map(|phrase| top.find(phrase)).min();
        named = addresses(&top[says_so.unwrap_or_default()..]);
        if named.is_empty() {
            named = addresses(&top);
        }
        let us = |address: &str| {
            ours.iter()
                .chain(&mail.delivered_to)
                .chain(mail.to.iter().map(|to| &to.address))
                .any(|own| own.eq_ignore_ascii_case(address))
        };
        named.retain(|address| {
            *address != sender
                && !us(address)
                && message_id.as_deref().is_none_or(|id| !id.eq_ignore_ascii_case(address))
                && !machine_words::MACHINES.iter().any(|name| address.starts_with(name))
        });
        // The first that is named is whom it is about; what else is named may be a helpdesk.
        named.truncate(1);
    }
    let line = mail.text.lines().take(200).find(|line| is_diagnostic(line));
    let reports = named.into_iter().map(|recipient| Report {
        recipient,
        action: if delayed { Action::Delayed } else { Action::Failed },
        status,
        diagnostic: line.map(text::one_line),
    });
    Some(Bounce {
        reports: reports.collect(),
        message_id,
        addresses: ours,
        evidence: Evidence::guess(delayed),
    })
}

/// Whether a line quotes a server's answer: a reply code (RFC 5321 § 4.2), or a status code.
fn is_diagnostic(line: &str) -> bool {
    let codes = line.split(|c: char| !c.is_ascii_digit() && c != '.').filter(|word| !word.is_empty());
    let mut codes = codes.map(|word| word.trim_matches('.'));
    codes.any(|word| {
        (word.len() == 3 && matches!(word.as_bytes(), [b'4' | b'5', b'0'..=b'7', _]))
            || (word.matches('.').count() == 2 && Status::read(word).is_some_and(|status| status.class != 2))
    })
}
