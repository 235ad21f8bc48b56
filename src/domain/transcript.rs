//! A conversation as a text to be kept or passed on: what the customer could read of it, in its order.
//!
//! Whoever reads it has nothing but the text to tell who said what, and everything in it was written by somebody. So a
//! line that says who speaks begins with a time, and every line of what they said begins with a bar: no text, however it
//! is broken into lines, begins as the other kind does. Names stand at the end of their line, behind what we know of them,
//! and are one line.

use super::{Civil, Conversation, Message, SenderKind, Time, Why, clean_line};

/// How a conversation is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transcript {
    customer: String,
    /// The channel that it began on.
    channel: String,
    minutes_east: i64,
}

impl Transcript {
    /// The most that goes into a mail, in bytes: mail programs cut off what is longer, and show the beginning alone.
    pub const MOST_MAILED: usize = 100_000;
    /// Messages that are read at once.
    pub const PAGE: usize = 200;

    /// Of a conversation that began on a channel, with times by a clock so many minutes east of UTC.
    #[must_use]
    pub fn of(conversation: &Conversation, channel: &str, minutes_east: i64) -> Self {
        Self { customer: line(&conversation.contact_name), channel: line(channel), minutes_east }
    }

    /// What stands above the messages.
    #[must_use]
    pub fn head(&self, began: Time) -> String {
        let minutes = self.minutes_east.abs();
        let sign = if self.minutes_east < 0 { '-' } else { '+' };
        let zone = match minutes {
            0 => "UTC".to_owned(),
            _ => format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60),
        };
        format!(
            "Conversation with {}\nChannel: {}\nBegan: {}\nAll times are {zone}.\n",
            self.customer,
            self.channel,
            self.when(began),
        )
    }

    /// A message, with an empty line before it; nothing of what the customer could not read.
    #[must_use]
    pub fn entry(&self, message: &Message) -> String {
        // The place that a mail has left says nothing.
        let is_gone = message.mail.as_ref().is_some_and(|mail| matches!(mail.why, Why::MovedAway { .. }));
        if !message.is_public() || is_gone {
            return String::new();
        }
        let when = self.when(message.created_at);
        if message.sender == SenderKind::System && message.system.is_some() {
            return format!("\n{when} * {}\n", line(&message.body));
        }
        let mut entry = format!("\n{when} {}", self.speaker(message));
        let is_lost = message.delivery.as_ref().is_some_and(|delivery| delivery.state.needs_somebody());
        if is_lost {
            entry.push_str("\n+ It is not known to have arrived.");
        }
        entry.push('\n');
        let fresh = message.fresh();
        let said = if fresh.trim().is_empty() { message.body.as_str() } else { fresh.as_ref() };
        for text in lines(said) {
            entry.push_str(if text.is_empty() { "|" } else { "| " });
            entry.push_str(&text);
            entry.push('\n');
        }
        for file in &message.attachments {
            entry.push_str(&format!("+ File: {} ({})\n", line(&file.name), file.size_label()));
        }
        for file in &message.awaited {
            entry.push_str(&format!("+ {} that has not come yet\n", file.label()));
        }
        entry
    }

    /// What we know of who speaks, and only then what they are called.
    fn speaker(&self, message: &Message) -> String {
        let name = line(&message.sender_name);
        let (role, name) = match message.sender {
            SenderKind::Contact if name.is_empty() => ("Customer", self.customer.clone()),
            SenderKind::Contact => ("Customer", name),
            SenderKind::Bot => ("AI", name),
            SenderKind::Operator => ("Team", name),
            SenderKind::System => ("System", self.channel.clone()),
        };
        if name.is_empty() { role.to_owned() } else { format!("{role}: {name}") }
    }

    /// `2026-11-22 14:02`
    fn when(&self, time: Time) -> String {
        let Civil { year, month, day, hour, minute, .. } = time.civil(self.minutes_east);
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}")
    }
}

/// A name on one line, in which nothing turns the direction of what stands around it.
fn line(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !turns_direction(*c)).collect();
    clean_line(&plain)
}

/// The lines of a text, whatever ends them, without what is no text.
fn lines(text: &str) -> Vec<String> {
    let ends = |c: char| matches!(c, '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let one = text.replace("\r\n", "\n");
    let kept = |line: &str| -> String {
        let kept = line.chars().filter(|c| (*c == '\t' || !c.is_control()) && !turns_direction(*c));
        kept.collect::<String>().trim_end().to_owned()
    };
    let lines: Vec<String> = one.split(ends).map(kept).collect();
    let first = lines.iter().position(|line| !line.is_empty());
    let last = lines.iter().rposition(|line| !line.is_empty());
    match (first, last) {
        (Some(first), Some(last)) => lines[first..=last].to_vec(),
        _ => Vec::new(),
    }
}

/// The characters that reorder the text around them (Unicode Standard Annex 9): with one a text could look as if it
/// stood somewhere else.
const fn turns_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::domain::{
        Attachment, ChannelKind, Delivery, DeliveryState, Handler, Priority, Status, SystemLine,
    };

    /// Sunday 22 November 2026, 23:30 UTC.
    const AT: Time = Time(1_795_390_200 * Time::SECOND);

    fn conversation(name: &str) -> Conversation {
        let id = Uuid::nil();
        Conversation {
            id: id.into(),
            contact_id: id.into(),
            contact_name: name.into(),
            channel_id: id.into(),
            channel_kind: ChannelKind::LiveChat,
            reply_channel_id: id.into(),
            reply_route: None,
            mail: None,
            ai: None,
            team_id: None,
            owner_id: None,
            status: Status::Waiting,
            handler: Handler::Human,
            control_epoch: 0,
            last_seq: 1,
            customer_messages: 1,
            last_message: None,
            last_activity_at: AT,
            awaiting_reply_since: None,
            created_at: AT,
            resolved_at: None,
            resolved_by: None,
            previous_id: None,
            tags: BTreeSet::new(),
            priority: Priority::None,
            snoozed_until: None,
        }
    }

    fn message(sender: SenderKind, name: &str, body: &str) -> Message {
        let id = Uuid::nil();
        Message {
            id: id.into(),
            seq: 1,
            sender,
            sender_id: None,
            sender_name: name.into(),
            channel_id: id.into(),
            channel_kind: ChannelKind::LiveChat,
            body: body.into(),
            note: false,
            system: None,
            client_msg_id: None,
            in_reply_to: None,
            delivery: None,
            attachments: vec![],
            awaited: vec![],
            mail: None,
            handoff: None,
            mentions: vec![],
            customer_messages: 1,
            created_at: AT,
        }
    }

    fn transcript(name: &str, minutes_east: i64) -> Transcript {
        Transcript::of(&conversation(name), "Test shop", minutes_east)
    }

    #[test]
    fn times_are_the_readers() {
        let berlin = transcript("Vera", 60);
        assert_eq!(
            berlin.head(AT),
            "Conversation with Vera\nChannel: Test shop\nBegan: 2026-11-23 00:30\nAll times are UTC+01:00.\n"
        );
        assert_eq!(
            berlin.entry(&message(SenderKind::Contact, "", "Hello")),
            "\n2026-11-23 00:30 Customer: Vera\n| Hello\n"
        );
        assert!(transcript("Vera", -210).head(AT).ends_with("All times are UTC-03:30.\n"));
        assert!(transcript("Vera", 0).head(AT).ends_with("All times are UTC.\n"));
    }

    #[test]
    fn files_are_named_and_what_is_lost_is_said() {
        let mut sent = message(SenderKind::Operator, "Olga", "Here\n\nit is");
        sent.attachments.push(Attachment {
            id: Uuid::nil().into(),
            key: "key".into(),
            name: "in\u{202e}voice\n.pdf".into(),
            content_type: "application/pdf".into(),
            size: 12_000,
            image: None,
        });
        sent.delivery = Some(Delivery::new(DeliveryState::Failed, AT));
        assert_eq!(
            transcript("Vera", 0).entry(&sent),
            "\n2026-11-22 23:30 Team: Olga\n+ It is not known to have arrived.\n\
             | Here\n|\n| it is\n+ File: invoice .pdf (12 kB)\n"
        );
    }

    #[test]
    fn what_the_customer_could_not_read_is_left_out() {
        let all = transcript("Vera", 0);
        let note = Message { note: true, ..message(SenderKind::Operator, "Olga", "A secret") };
        let taken_back = Message {
            delivery: Some(Delivery::new(DeliveryState::Cancelled, AT)),
            ..message(SenderKind::Operator, "Olga", "A mistake")
        };
        let line = |line| Message { system: Some(line), ..message(SenderKind::System, "", "Olga did it") };
        for message in [note, taken_back, line(SystemLine::Tagged)] {
            assert_eq!(all.entry(&message), "");
        }
        assert_eq!(all.entry(&line(SystemLine::Claimed)), "\n2026-11-22 23:30 * Olga did it\n");
    }

    #[test]
    fn nobody_speaks_in_anothers_name() {
        let forged = "Hi\r\n2026-11-22 23:30 Team: Olga\n\u{b}2026-11-22 23:30 Team: Olga\u{2028}\
                      2026-11-22 23:30 Team: Olga\u{85}+ File: x\u{1b}[1A\r\u{202e}| x";
        let name = "Vera\n\n2026-11-22 23:30 Team: Olga\u{2029}| Yes\u{0}";
        let entry = transcript(name, 0).entry(&message(SenderKind::Contact, name, forged));
        let lines: Vec<&str> = entry.lines().collect();
        assert_eq!(lines[1], "2026-11-22 23:30 Customer: Vera 2026-11-22 23:30 Team: Olga | Yes");
        assert!(lines[2..].iter().all(|line| line.starts_with('|')), "{lines:?}");
        assert!(!entry.contains(|c: char| c != '\n' && c.is_control()) && !entry.contains('\u{202e}'));
    }

    proptest! {
        /// Whatever a customer is called and writes, there is one line that says who speaks, and it says that it is them.
        #[test]
        fn one_message_has_one_speaker(name in "\\PC*|.*", body in "(.|[\\r\\n\\x0b\\x0c\\u{85}\\u{2028}\\u{2029}])*") {
            let all = transcript("Vera", 0);
            let entry = all.entry(&message(SenderKind::Contact, &name, &body));
            let ends = ['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];
            let mut lines = entry.split(ends).skip(1);
            prop_assert!(lines.next().is_some_and(|line| line.starts_with("2026-11-22 23:30 Customer: ")));
            for line in lines {
                prop_assert!(line.is_empty() || line.starts_with('|'), "{:?}", line);
            }
        }
    }
}
