//! Who is writing: the marks of others, and the pings about oneself.

use std::time::Duration;

use leptos::prelude::*;

use super::Live;
use crate::{
    api::messages::set_typing,
    domain::{ConversationId, Message, OperatorId, SenderKind, SystemLine, Time, Typist},
    ui::browser,
};

/// A mark that is not renewed ends by itself.
const ENDS_AFTER: Duration = Duration::from_secs(6);
/// While text changes, one ping in so many microseconds.
const PING_EVERY: i64 = 3 * Time::SECOND;

/// Somebody is writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypingMark {
    pub conversation_id: ConversationId,
    pub typist: Typist,
    /// The customer's unsent text, where the channel allows it.
    pub preview: Option<String>,
    /// Another with each renewal, so that an older deadline does not end a newer mark.
    renewal: u64,
}

impl TypingMark {
    fn is_of(&self, conversation: ConversationId, typist: &Typist) -> bool {
        self.conversation_id == conversation
            && match (&self.typist, typist) {
                (Typist::Contact, Typist::Contact) | (Typist::Bot { .. }, Typist::Bot { .. }) => true,
                (Typist::Operator { id, .. }, Typist::Operator { id: other, .. }) => id == other,
                _ => false,
            }
    }

    /// Whether this message is what was being written.
    fn is_answered_by(&self, conversation: ConversationId, message: &Message) -> bool {
        self.conversation_id == conversation
            && match &self.typist {
                Typist::Contact => message.sender == SenderKind::Contact,
                Typist::Bot { .. } => message.sender == SenderKind::Bot || silences_bot(message),
                Typist::Operator { id, .. } => {
                    message.sender == SenderKind::Operator && message.sender_id.map(OperatorId) == Some(*id)
                }
            }
    }
}

/// Whether this line says that the bot has lost the word.
const fn silences_bot(message: &Message) -> bool {
    matches!(
        message.system,
        Some(
            SystemLine::Claimed
                | SystemLine::TookOver
                | SystemLine::Assigned
                | SystemLine::HandedOff
                | SystemLine::BotFailed
                | SystemLine::Resolved
        )
    )
}

/// The marks as they stand, and the count of their renewals.
#[derive(Debug, Default)]
pub struct Renewals(u64);

impl Renewals {
    /// Somebody begins or goes on. The number is the mark's deadline to pass to [`expire`].
    fn begin(
        &mut self,
        marks: &mut Vec<TypingMark>,
        conversation_id: ConversationId,
        typist: Typist,
        preview: Option<String>,
    ) -> u64 {
        self.0 += 1;
        let mark = TypingMark { conversation_id, typist, preview, renewal: self.0 };
        match marks.iter_mut().find(|known| known.is_of(conversation_id, &mark.typist)) {
            Some(known) => *known = mark,
            None => marks.push(mark),
        }
        self.0
    }
}

/// The deadline of one renewal has come; a mark that was renewed since stays.
fn expire(marks: &mut Vec<TypingMark>, renewal: u64) -> bool {
    remove(marks, |mark| mark.renewal == renewal)
}

/// Removes what matches; whether there was any.
fn remove(marks: &mut Vec<TypingMark>, matches: impl Fn(&TypingMark) -> bool) -> bool {
    let before = marks.len();
    marks.retain(|mark| !matches(mark));
    marks.len() != before
}

/// When to tell that this operator is writing.
#[derive(Debug, Default)]
pub struct Pinger {
    /// Where the others see a mark, and when it was last renewed.
    shown: Option<(ConversationId, Time)>,
}

impl Pinger {
    /// The text has changed: whether a ping (true) or an end (false) is to be sent.
    fn typed(&mut self, conversation: ConversationId, is_empty: bool, now: Time) -> Option<bool> {
        let shown = self.shown.filter(|(at, _)| *at == conversation);
        match (shown, is_empty) {
            (None, true) => None,
            (Some(_), true) => {
                self.shown = None;
                Some(false)
            }
            // A clock that was set back must not silence the pings.
            (Some((_, last)), false) if (0..PING_EVERY).contains(&now.since(last)) => None,
            (_, false) => {
                self.shown = Some((conversation, now));
                Some(true)
            }
        }
    }

    /// The operator goes elsewhere: where an end is to be sent.
    fn leave(&mut self) -> Option<ConversationId> {
        self.shown.take().map(|(conversation, _)| conversation)
    }
}

impl Live {
    /// The text in the composer has changed (a reply's; a note is nobody's business).
    pub fn typed(self, text_is_empty: bool) {
        let Some(id) = self.open_id() else { return };
        let due = self.pinger.try_update_value(|pinger| pinger.typed(id, text_is_empty, browser::now()));
        if let Some(on) = due.flatten() {
            self.ping(id, on);
        }
    }

    /// The open conversation is left or written to: the mark there ends.
    pub(super) fn stop_typing(self) {
        if let Some(id) = self.pinger.try_update_value(Pinger::leave).flatten() {
            self.ping(id, false);
        }
    }

    fn ping(self, id: ConversationId, on: bool) {
        // A lost ping is made good by the next, a lost end by its six seconds.
        self.ask(set_typing(id, on), |_, _| ());
    }

    /// A colleague, the customer or a bot writes, or has stopped.
    pub(super) fn hear_typing(self, id: ConversationId, typist: Typist, on: bool, preview: Option<String>) {
        let me = self.inbox.with_untracked(|inbox| inbox.me.id);
        if matches!(&typist, Typist::Operator { id, .. } if *id == me) {
            return;
        }
        if !on {
            self.typing.maybe_update(|marks| remove(marks, |mark| mark.is_of(id, &typist)));
            return;
        }
        let mut renewal = 0;
        self.typing.update(|marks| {
            self.renewals.update_value(|renewals| renewal = renewals.begin(marks, id, typist, preview));
        });
        self.later(ENDS_AFTER, move |live| {
            live.typing.maybe_update(|marks| expire(marks, renewal));
        });
    }

    /// What was being written has come.
    pub(super) fn end_typing(self, id: ConversationId, messages: &[Message]) {
        self.typing.maybe_update(|marks| {
            remove(marks, |mark| messages.iter().any(|message| mark.is_answered_by(id, message)))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const HERE: ConversationId = ConversationId(Uuid::from_u128(1));
    const THERE: ConversationId = ConversationId(Uuid::from_u128(2));

    fn ana(name: &str) -> Typist {
        Typist::Operator { id: OperatorId(Uuid::from_u128(9)), name: name.into() }
    }

    #[test]
    fn a_renewed_mark_outlives_its_first_deadline() {
        let (mut renewals, mut marks) = (Renewals::default(), Vec::new());
        let first = renewals.begin(&mut marks, HERE, Typist::Contact, None);
        let second = renewals.begin(&mut marks, HERE, Typist::Contact, Some("Hi".into()));
        assert_eq!(marks.len(), 1);
        assert!(!expire(&mut marks, first));
        assert_eq!(marks[0].preview.as_deref(), Some("Hi"));
        assert!(expire(&mut marks, second));
        assert!(marks.is_empty());
    }

    #[test]
    fn marks_are_told_apart_by_place_and_person() {
        let (mut renewals, mut marks) = (Renewals::default(), Vec::new());
        for (place, who) in [(HERE, ana("Ana")), (THERE, ana("Ana")), (HERE, Typist::Contact)] {
            let _ = renewals.begin(&mut marks, place, who, None);
        }
        assert_eq!(marks.len(), 3);
        assert!(remove(&mut marks, |mark| mark.is_of(HERE, &ana("Ana, renamed"))));
        assert_eq!(marks.len(), 2);
        assert!(!remove(&mut marks, |mark| mark.is_of(HERE, &ana("Ana"))));
    }

    #[test]
    fn at_most_one_ping_in_three_seconds_and_one_end() {
        let mut pinger = Pinger::default();
        let at = |seconds: i64| Time(seconds * Time::SECOND);
        assert_eq!(pinger.typed(HERE, true, at(0)), None);
        assert_eq!(pinger.typed(HERE, false, at(10)), Some(true));
        assert_eq!(pinger.typed(HERE, false, at(12)), None);
        assert_eq!(pinger.typed(HERE, false, at(13)), Some(true));
        assert_eq!(pinger.typed(HERE, false, at(5)), Some(true), "the clock was set back");
        assert_eq!(pinger.typed(HERE, true, at(6)), Some(false));
        assert_eq!(pinger.typed(HERE, true, at(6)), None);
        assert_eq!(pinger.leave(), None);
    }

    #[test]
    fn leaving_ends_the_mark_where_it_is_shown() {
        let mut pinger = Pinger::default();
        assert_eq!(pinger.typed(HERE, false, Time(0)), Some(true));
        assert_eq!(pinger.leave(), Some(HERE));
        assert_eq!(pinger.typed(THERE, false, Time(1)), Some(true));
    }
}
