//! What a thread shows, in its order: days, changes of channel, the line above what is unread, messages in runs.

use crate::{
    domain::{ChannelId, ChannelKind, Civil, ConversationId, Delivery, Message, SenderKind, Time, Why},
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
    /// From the message with this number on by another channel than before, which was of this kind.
    Across {
        seq: i64,
        channel: ChannelId,
        kind: ChannelKind,
        was: ChannelKind,
    },
    /// What follows was not read when the thread was opened: how many customer messages.
    Unread(i64),
    Said(Box<Message>),
    /// On its way out.
    Pending(Box<Pending>),
}

/// How a message stands among its neighbours, and how far it has got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The first of its run has the name and the time.
    pub lead: bool,
    /// The last of its run has the delivery.
    pub last: bool,
    pub delivery: Option<Delivery>,
}

impl Standing {
    /// How far it has got, where that is said: under the last of a run, but what has a reason, or something that can be
    /// done about it, under the very message.
    pub fn shown(&self) -> Option<Delivery> {
        let is_said =
            |delivery: &Delivery| self.last || delivery.words.is_some() || delivery.state.has_remedy();
        self.delivery.clone().filter(is_said)
    }
}

/// How far the reader had read, and how far the thread went, when it was opened: what came in between was unread then.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Opened {
    pub mark: i64,
    pub last: i64,
}

impl Opened {
    /// Whether the reader found this message unread.
    const fn found_unread(self, message: &Message) -> bool {
        message.seq > self.mark && message.seq <= self.last && matches!(message.sender, SenderKind::Contact)
    }
}

impl Entry {
    /// Tells one entry from another, also from those of other threads. What changes about a message is not in it: the
    /// message is drawn once and read out once. Only of a mail that is moved away nothing stays as it was.
    pub fn key(&self) -> String {
        match self {
            Self::Across { seq, channel, .. } => format!("across {seq} {channel}"),
            Self::Unread(count) => format!("unread {count}"),
            Self::Said(message) if moved_away(message).is_some() => format!("{} moved", message.id),
            Self::Said(message) => message.id.to_string(),
            Self::Pending(pending) => format!("{} {:?}", pending.client_msg_id, pending.state),
        }
    }
}

/// Arranges a thread.
pub fn arrange(
    messages: &[Message],
    pending: &[Pending],
    opened: Opened,
    calendar: impl Fn(Time) -> Civil,
) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    let mut channel: Option<(ChannelId, ChannelKind)> = None;
    let unread = messages.iter().filter(|message| opened.found_unread(message)).count();
    let mut unread_line = i64::try_from(unread).ok().filter(|count| *count > 0);
    for message in messages {
        let date = calendar(message.created_at);
        if days.last().is_none_or(|day| day.date.days != date.days) {
            days.push(Day { date, entries: Vec::new() });
        }
        let Some(day) = days.last_mut() else { continue };
        if message.sender != SenderKind::System && !message.note {
            let (seq, now, kind) = (message.seq, message.channel_id, message.channel_kind);
            if let Some((before, was)) = channel
                && before != now
            {
                day.entries.push(Entry::Across { seq, channel: now, kind, was });
            }
            channel = Some((now, kind));
        }
        if opened.found_unread(message)
            && let Some(count) = unread_line.take()
        {
            day.entries.push(Entry::Unread(count));
        }
        day.entries.push(Entry::Said(Box::new(message.clone())));
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

/// How a message of a thread stands. None if the thread does not hold it (any more).
pub fn standing(
    messages: &[Message],
    message: &Message,
    opened: Opened,
    calendar: impl Fn(Time) -> Civil,
) -> Option<Standing> {
    // The numbers have no gap, so they lead straight to the place.
    let place = usize::try_from(message.seq - messages.first()?.seq).ok()?;
    let found = messages.get(place).filter(|found| found.id == message.id)?;
    let one_run = |before: &Message, after: &Message| {
        is_run(before, after, opened) && calendar(before.created_at).days == calendar(after.created_at).days
    };
    let before = place.checked_sub(1).and_then(|place| messages.get(place));
    Some(Standing {
        lead: before.is_none_or(|before| !one_run(before, found)),
        last: messages.get(place + 1).is_none_or(|after| !one_run(found, after)),
        delivery: found.delivery.clone(),
    })
}

fn is_run(before: &Message, after: &Message, opened: Opened) -> bool {
    let is_parted = !opened.found_unread(before) && opened.found_unread(after);
    before.sender != SenderKind::System
        && before.sender == after.sender
        && before.sender_id == after.sender_id
        && before.note == after.note
        && before.channel_id == after.channel_id
        && !is_parted
        && after.created_at.since(before.created_at).abs() < RUN
}

/// The conversation to which somebody moved this mail. None: it is here.
pub fn moved_away(message: &Message) -> Option<ConversationId> {
    match message.mail.as_ref()?.why {
        Why::MovedAway { to } => Some(to),
        _ => None,
    }
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
    use crate::domain::{DeliveryState, MailFacts, Mailbox, MessageId};
    use uuid::Uuid;

    fn said(seq: i64, sender: SenderKind, minutes: i64) -> Message {
        Message {
            id: MessageId(Uuid::from_u128(seq.unsigned_abs().into())),
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
            in_reply_to: None,
            delivery: None,
            attachments: Vec::new(),
            awaited: Vec::new(),
            mail: None,
            handoff: None,
            mentions: Vec::new(),
            customer_messages: 0,
            created_at: Time(minutes * Time::MINUTE),
        }
    }

    fn shape(messages: &[Message], opened: Opened) -> Vec<String> {
        let calendar = |time: Time| time.civil(0);
        let line = |entry: Entry| match entry {
            Entry::Across { kind, was, .. } if kind == was => format!("other {}", kind.as_str()),
            Entry::Across { kind, .. } => kind.as_str().to_owned(),
            Entry::Unread(count) => format!("unread {count}"),
            Entry::Said(message) => {
                let stands = standing(messages, &message, opened, calendar).expect("it is there");
                let flag = |on: bool, text| if on { text } else { "" };
                format!("{}{}{}", message.seq, flag(stands.lead, " lead"), flag(stands.last, " last"))
            }
            Entry::Pending(pending) => pending.body.clone(),
        };
        arrange(messages, &[], opened, calendar)
            .into_iter()
            .flat_map(|day| {
                std::iter::once(format!("day {}", day.date.days)).chain(day.entries.into_iter().map(line))
            })
            .collect()
    }

    const READ: Opened = Opened { mark: 99, last: 99 };

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
            shape(&thread, READ),
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
            shape(&thread, Opened { mark: 1, last: 4 }),
            ["day 0", "1 lead last", "2 lead last", "unread 2", "3 lead last", "4 lead last"]
        );
        assert!(!shape(&thread, Opened { mark: 4, last: 4 }).iter().any(|line| line.starts_with("unread")));
    }

    #[test]
    fn what_comes_while_one_reads_moves_no_line() {
        let thread = [
            said(1, SenderKind::Contact, 0),
            said(2, SenderKind::Contact, 1),
            said(3, SenderKind::Contact, 1),
        ];
        assert_eq!(
            shape(&thread, Opened { mark: 1, last: 2 }),
            ["day 0", "1 lead last", "unread 1", "2 lead", "3 last"],
            "a run does not cross the line"
        );
        assert_eq!(shape(&thread, Opened { mark: 2, last: 2 }), ["day 0", "1 lead", "2", "3 last"]);
    }

    #[test]
    fn entries_of_different_threads_have_different_keys() {
        let one = Entry::Said(Box::new(said(1, SenderKind::Contact, 0)));
        let mut other = said(1, SenderKind::Contact, 0);
        other.id = MessageId(Uuid::from_u128(77));
        assert_ne!(one.key(), Entry::Said(Box::new(other)).key());
    }

    #[test]
    fn a_mail_that_is_moved_away_is_drawn_anew() {
        let said_why = |why: Why| {
            let mail = MailFacts {
                subject: String::new(),
                from: Mailbox { address: "mia@example.com".into(), name: None },
                to: Vec::new(),
                cc: Vec::new(),
                folds: Vec::new(),
                html: false,
                why,
                automatic: None,
                suspicion: None,
                left_out: None,
            };
            let mail = Some(Box::new(mail));
            Entry::Said(Box::new(Message { mail, ..said(1, SenderKind::Contact, 0) }))
        };
        let there = ConversationId(Uuid::from_u128(9));
        assert_eq!(said_why(Why::Began).key(), said_why(Why::Moved { from: there }).key());
        assert_ne!(said_why(Why::Began).key(), said_why(Why::MovedAway { to: there }).key());
    }

    #[test]
    fn a_change_of_channel_draws_a_line() {
        let mut thread = [1, 2, 3, 4].map(|seq| said(seq, SenderKind::Contact, 0));
        for (place, number) in [(1, 1), (2, 2), (3, 2)] {
            thread[place].channel_kind = ChannelKind::Sms;
            thread[place].channel_id = ChannelId(Uuid::from_u128(number));
        }
        assert_eq!(
            shape(&thread, READ),
            ["day 0", "1 lead last", "sms", "2 lead last", "other sms", "3 lead", "4 last"]
        );
    }

    #[test]
    fn how_far_it_got_stands_under_the_last_unless_there_is_a_reason() {
        let shown = |last: bool, state: DeliveryState, words: Option<&str>| {
            let delivery = Delivery { state, at: Time(0), words: words.map(str::to_owned) };
            Standing { lead: true, last, delivery: Some(delivery) }.shown().is_some()
        };
        assert!(shown(true, DeliveryState::Delivered, None));
        assert!(!shown(false, DeliveryState::Delivered, None));
        assert!(shown(false, DeliveryState::Queued, Some("The provider does not answer.")));
        assert!(!shown(false, DeliveryState::Sending, None));
        assert!(shown(false, DeliveryState::Queued, None) && shown(false, DeliveryState::Cancelled, None));
        assert!(shown(false, DeliveryState::Failed, None));
        assert!(shown(false, DeliveryState::Unconfirmed, None));
        assert_eq!(Standing { lead: true, last: true, delivery: None }.shown(), None);
    }

    #[test]
    fn emoji_alone_are_shown_large() {
        assert!(is_emoji_only("🎂🙏") && is_emoji_only("❤️"));
        assert!(!is_emoji_only("ok 🙏") && !is_emoji_only("") && !is_emoji_only("12"));
    }
}
