//! What a thread shows, in its order: days, changes of channel, the line above what is unread, messages in runs.

use crate::{
    domain::{ChannelKind, Civil, Message, SenderKind, Time},
    ui::live::Pending,
};

/// Messages of one sender so close together are one run, under one name and time.
const RUN: i64 = 2 * Time::MINUTE;

/// A day of the thread.
#[derive(Debug, Clone, PartialEq)]
pub struct Day {
    pub date: Civil,
    pub entries: Vec<Entry>,
}

/// Something in a day.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// From here on by another channel.
    Across(i64, ChannelKind),
    /// What follows was not read when the thread was opened: how many customer messages.
    Unread(i64),
    Said(Box<Said>),
    /// On its way out.
    Pending(Box<Pending>),
}

/// A message with its place in its run.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    pub message: Message,
    /// The first of its run has the name and the time.
    pub lead: bool,
    /// The last of its run has the delivery.
    pub last: bool,
}

impl Entry {
    /// Tells one entry from another; it changes when the entry has to be drawn anew.
    pub fn key(&self) -> String {
        match self {
            Self::Across(seq, _) => format!("across {seq}"),
            Self::Unread(count) => format!("unread {count}"),
            Self::Said(said) => format!(
                "{} {} {} {:?} {}",
                said.message.seq, said.lead, said.last, said.message.delivery, said.message.sender_name
            ),
            Self::Pending(pending) => format!("{} {:?}", pending.client_msg_id, pending.state),
        }
    }
}

/// Arranges a thread. `unread_after` is the reader's mark as it was when they opened it.
pub fn arrange(
    messages: &[Message],
    pending: &[Pending],
    unread_after: i64,
    calendar: impl Fn(Time) -> Civil,
) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    let mut channel = None;
    let unread = messages.iter().filter(|m| m.seq > unread_after && m.sender == SenderKind::Contact).count();
    let mut unread_line = i64::try_from(unread).ok().filter(|count| *count > 0);
    for (place, message) in messages.iter().enumerate() {
        let date = calendar(message.created_at);
        if days.last().is_none_or(|day| day.date.days != date.days) {
            days.push(Day { date, entries: Vec::new() });
        }
        let Some(day) = days.last_mut() else { continue };
        if message.sender != SenderKind::System && !message.note {
            if channel.is_some_and(|before| before != message.channel_kind) {
                day.entries.push(Entry::Across(message.seq, message.channel_kind));
            }
            channel = Some(message.channel_kind);
        }
        if message.seq > unread_after
            && message.sender == SenderKind::Contact
            && let Some(count) = unread_line.take()
        {
            day.entries.push(Entry::Unread(count));
        }
        let same_day = |other: &Message| calendar(other.created_at).days == date.days;
        let before =
            place.checked_sub(1).and_then(|place| messages.get(place)).filter(|other| same_day(other));
        let after = messages.get(place + 1).filter(|other| same_day(other));
        day.entries.push(Entry::Said(Box::new(Said {
            message: message.clone(),
            lead: before.is_none_or(|before| !is_run(before, message)),
            last: after.is_none_or(|after| !is_run(message, after)),
        })));
    }
    for pending in pending {
        let date = calendar(pending.at);
        if days.last().is_none_or(|day| day.date.days < date.days) {
            days.push(Day { date, entries: Vec::new() });
        }
        if let Some(day) = days.last_mut() {
            day.entries.push(Entry::Pending(Box::new(pending.clone())));
        }
    }
    days
}

fn is_run(before: &Message, after: &Message) -> bool {
    before.sender != SenderKind::System
        && before.sender == after.sender
        && before.sender_id == after.sender_id
        && before.note == after.note
        && before.channel_kind == after.channel_kind
        && after.created_at.since(before.created_at).abs() < RUN
}

/// Whether a text is a few emoji and nothing else, and so is shown large.
pub fn is_emoji_only(text: &str) -> bool {
    let mut shown = text.chars().filter(|c| !c.is_whitespace()).peekable();
    shown.peek().is_some()
        && text.chars().count() <= 12
        && shown.all(|c| {
            matches!(u32::from(c), 0x200D | 0xFE0F | 0x2600..=0x27BF | 0x2B00..=0x2BFF | 0x1F000..=0x1FAFF)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ChannelId, MessageId};
    use uuid::Uuid;

    fn said(seq: i64, sender: SenderKind, minutes: i64) -> Message {
        Message {
            id: MessageId(Uuid::nil()),
            seq,
            sender,
            sender_id: None,
            sender_name: String::new(),
            channel_id: ChannelId(Uuid::nil()),
            channel_kind: ChannelKind::LiveChat,
            body: format!("{seq}"),
            note: false,
            system: None,
            client_msg_id: None,
            delivery: None,
            customer_messages: 0,
            created_at: Time(minutes * Time::MINUTE),
        }
    }

    fn shape(messages: &[Message], unread_after: i64) -> Vec<String> {
        arrange(messages, &[], unread_after, |time| time.civil(0))
            .into_iter()
            .flat_map(|day| {
                std::iter::once(format!("day {}", day.date.days)).chain(day.entries.into_iter().map(
                    |entry| match entry {
                        Entry::Across(_, kind) => kind.as_str().to_owned(),
                        Entry::Unread(count) => format!("unread {count}"),
                        Entry::Said(said) => {
                            let flag = |on: bool, text| if on { text } else { "" };
                            format!(
                                "{}{}{}",
                                said.message.seq,
                                flag(said.lead, " lead"),
                                flag(said.last, " last")
                            )
                        }
                        Entry::Pending(pending) => pending.body.clone(),
                    },
                ))
            })
            .collect()
    }

    #[test]
    fn runs_end_with_time_sender_and_day() {
        use SenderKind::{Contact, Operator};
        let day = 24 * 60;
        let thread = [
            said(1, Contact, 0),
            said(2, Contact, 1),
            said(3, Contact, 4),
            said(4, Operator, 4),
            said(5, Operator, day - 1),
            said(6, Operator, day),
        ];
        assert_eq!(
            shape(&thread, 99),
            [
                "day 0",
                "1 lead",
                "2 last",
                "3 lead last",
                "4 lead last",
                "5 lead last",
                "day 1",
                "6 lead last"
            ]
        );
    }

    #[test]
    fn the_unread_line_stands_once_before_the_first_unread_customer_message() {
        use SenderKind::{Contact, Operator};
        let thread = [said(1, Contact, 0), said(2, Operator, 9), said(3, Contact, 20), said(4, Contact, 40)];
        assert_eq!(
            shape(&thread, 1),
            ["day 0", "1 lead last", "2 lead last", "unread 2", "3 lead last", "4 lead last"]
        );
        assert!(!shape(&thread, 4).iter().any(|line| line.starts_with("unread")));
    }

    #[test]
    fn a_change_of_channel_draws_a_line() {
        let mut thread = [said(1, SenderKind::Contact, 0), said(2, SenderKind::Contact, 0)];
        thread[1].channel_kind = ChannelKind::Sms;
        assert_eq!(shape(&thread, 9), ["day 0", "1 lead last", "sms", "2 lead last"]);
    }

    #[test]
    fn emoji_alone_are_shown_large() {
        assert!(is_emoji_only("🎂🙏") && is_emoji_only("❤️"));
        assert!(!is_emoji_only("ok 🙏") && !is_emoji_only("") && !is_emoji_only("12"));
    }
}
