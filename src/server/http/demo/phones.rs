//! The demo's phones: what lies on each, in memory and bounded.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde::Serialize;

use crate::{
    domain::{AppError, Time},
    server::channels::sms,
};

const MOST_PHONES: usize = 100;
/// On one phone; the oldest make room.
const MOST_TEXTS: usize = 200;
/// Whose numbers are meant where one names no country.
const REGION: &str = "US";

/// How far a text has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TextState {
    Sending,
    Sent,
    Delivered,
}

/// A text on a phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Text {
    pub id: String,
    /// Whether we have sent it, and not the phone.
    pub from_us: bool,
    pub text: String,
    /// Milliseconds since the epoch.
    pub at: i64,
    pub state: TextState,
    /// When it came or changed, greater than at every change before: whoever knows it asks for what came later.
    pub changed: i64,
}

impl Text {
    /// What the phone has sent.
    pub fn of_customer(id: String, text: String, at: Time) -> Self {
        Self { id, from_us: false, text, at: at.millis(), state: TextState::Sent, changed: 0 }
    }

    /// What the phone gets from us.
    pub fn of_ours(id: String, text: String, at: Time) -> Self {
        Self { id, from_us: true, text, at: at.millis(), state: TextState::Sending, changed: 0 }
    }
}

/// A phone number as our adapter writes it.
///
/// # Errors
/// If it is none.
pub fn number(raw: &str) -> Result<String, AppError> {
    let number = sms::normalise(raw, REGION);
    let digits = number.strip_prefix('+').unwrap_or_default();
    if (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(number);
    }
    Err(AppError::invalid("number", "Write the number with its country code, such as +1 415 555 0123."))
}

/// All phones.
#[derive(Debug, Default)]
pub struct Phones(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    phones: BTreeMap<String, VecDeque<Text>>,
    last_change: i64,
}

impl Phones {
    /// Puts a text on a number's phone. One that is there already stays as it is.
    pub fn add(&self, number: &str, mut text: Text) -> Text {
        let mut inner = self.lock();
        if let Some(known) = inner.find(number, &text.id) {
            return known.clone();
        }
        inner.make_room_for(number);
        text.changed = inner.next_change(text.at);
        let texts = inner.phones.entry(number.to_owned()).or_default();
        if texts.len() >= MOST_TEXTS {
            texts.pop_front();
        }
        texts.push_back(text.clone());
        text
    }

    /// Notes how far a text has got, if it is still there.
    pub fn update_state(&self, number: &str, id: &str, state: TextState, now: Time) {
        let mut inner = self.lock();
        let changed = inner.next_change(now.millis());
        if let Some(text) = inner.find(number, id) {
            text.state = state;
            text.changed = changed;
        }
    }

    /// What lies on a number's phone and came or changed after then, oldest first.
    pub fn list(&self, number: &str, after: i64) -> Vec<Text> {
        let inner = self.lock();
        inner.phones.get(number).into_iter().flatten().filter(|text| text.changed > after).cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn find(&mut self, number: &str, id: &str) -> Option<&mut Text> {
        self.phones.get_mut(number)?.iter_mut().find(|text| text.id == id)
    }

    /// The clock's time, so that it goes on after a restart; a little more where two changes share one.
    fn next_change(&mut self, now: i64) -> i64 {
        self.last_change = now.max(self.last_change + 1);
        self.last_change
    }

    /// The phone that has been quiet for the longest goes before one too many comes.
    fn make_room_for(&mut self, number: &str) {
        if self.phones.contains_key(number) || self.phones.len() < MOST_PHONES {
            return;
        }
        let quietest = self.phones.iter().min_by_key(|(_, texts)| texts.back().map(|text| text.at));
        if let Some(quietest) = quietest.map(|(number, _)| number.clone()) {
            self.phones.remove(&quietest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(number: i64) -> Text {
        Text::of_ours(number.to_string(), format!("text {number}"), Time::from_millis(1_000 + number))
    }

    #[test]
    fn a_text_that_comes_again_is_one_text() {
        let phones = Phones::default();
        let first = phones.add("+1", text(1));
        phones.update_state("+1", "1", TextState::Delivered, Time::from_millis(1_001));
        let again = phones.add("+1", text(1));
        assert_eq!(again.state, TextState::Delivered);
        assert!(again.changed > first.changed);
        assert_eq!(phones.list("+1", first.changed), std::slice::from_ref(&again));
        assert!(phones.list("+1", again.changed).is_empty() && phones.list("+2", 0).is_empty());
    }

    #[test]
    fn the_oldest_text_and_the_quietest_phone_make_room() {
        let phones = Phones::default();
        for number in 0..=MOST_TEXTS as i64 {
            phones.add("+1", text(number));
        }
        let texts = phones.list("+1", 0);
        assert_eq!((texts.len(), texts[0].id.as_str()), (MOST_TEXTS, "1"));
        for number in 0..MOST_PHONES as i64 {
            phones.add(&format!("+2{number}"), text(1_000 + number));
        }
        assert!(phones.list("+1", 0).is_empty());
        assert_eq!(phones.list("+20", 0).len(), 1);
    }

    #[test]
    fn numbers_are_written_in_one_way() {
        for (raw, want) in [
            ("+1 415 555 0123", Some("+14155550123")),
            ("(415) 555-0123", Some("+14155550123")),
            ("+15550100", Some("+15550100")),
            ("12345", None),
            ("Vera", None),
            ("", None),
        ] {
            assert_eq!(number(raw).ok().as_deref(), want, "{raw}");
        }
    }
}
