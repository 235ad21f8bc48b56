//! The demo's phones: what lies on each.

use serde::Serialize;
use uuid::Uuid;

use super::shelves::{Shared, Thing};
use crate::{
    domain::{AppError, Time},
    server::channels::sms,
};

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
    /// The picture that goes with it; only of the phone's own.
    pub picture: Option<Uuid>,
    /// Milliseconds since the epoch.
    pub at: i64,
    pub state: TextState,
    /// When it came or changed, greater than at every change before: whoever knows it asks for what came later.
    pub changed: i64,
}

impl Text {
    /// What the phone has sent.
    pub fn of_customer(id: String, text: String, picture: Option<Uuid>, at: Time) -> Self {
        Self { id, from_us: false, text, picture, at: at.millis(), state: TextState::Sent, changed: 0 }
    }

    /// What the phone gets from us.
    pub fn of_ours(id: String, text: String, at: Time) -> Self {
        Self {
            id,
            from_us: true,
            text,
            picture: None,
            at: at.millis(),
            state: TextState::Sending,
            changed: 0,
        }
    }
}

impl Thing for Text {
    fn changed(&self) -> i64 {
        self.changed
    }

    fn size(&self) -> usize {
        self.text.len()
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
pub type Phones = Shared<Text>;

impl Phones {
    /// Puts a text on a number's phone. One that is there already stays as it is.
    pub fn add(&self, number: &str, mut text: Text) -> Text {
        let mut phones = self.lock();
        if let Some(known) = phones.of(number).find(|known| known.id == text.id) {
            return known.clone();
        }
        text.changed = phones.next_change(text.at);
        phones.put(number, text.clone());
        text
    }

    /// Notes how far a text has got, if it is still there.
    pub fn update_state(&self, number: &str, id: &str, state: TextState, now: Time) {
        let mut phones = self.lock();
        let changed = phones.next_change(now.millis());
        if let Some(text) = phones.of_mut(number).find(|text| text.id == id) {
            text.state = state;
            text.changed = changed;
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
