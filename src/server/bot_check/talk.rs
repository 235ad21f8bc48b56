//! A conversation of the kit's: what a bot asked of it, and what it was answered.

use std::collections::HashMap;

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::domain::Handler;

/// What a bot can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    Say,
    HandOff,
    Partial,
    Typing,
}

impl Deed {
    /// By the end of its address.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "messages" => Self::Say,
            "handoff" => Self::HandOff,
            "partial" => Self::Partial,
            "typing" => Self::Typing,
            _ => return None,
        })
    }

    /// Whether something lasts of it, and it must be done once.
    const fn lasts(self) -> bool {
        matches!(self, Self::Say | Self::HandOff)
    }
}

/// A request of the bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub deed: Deed,
    /// The epoch that it echoed, if any.
    pub control_epoch: Option<i64>,
    /// Its `Idempotency-Key`, if any.
    pub key: Option<String>,
    /// What it was answered.
    pub status: StatusCode,
    /// Whether it is the same request as one before.
    pub is_repeat: bool,
    /// Whether the bot had been told, and had confirmed, that nobody waits any more.
    pub is_after_end: bool,
}

impl Seen {
    /// Whether something lasts of it.
    pub fn has_lasted(&self) -> bool {
        self.deed.lasts() && self.status.is_success() && !self.is_repeat
    }
}

/// One conversation.
#[derive(Debug)]
pub struct Talk {
    pub control_epoch: i64,
    pub handler: Handler,
    /// Whether everything that lasts is answered with 503.
    pub is_down: bool,
    /// Whether the bot has confirmed `turn.ended`.
    pub has_ended: bool,
    pub seen: Vec<Seen>,
    /// By key, what was asked and answered.
    done: HashMap<String, (Value, StatusCode)>,
}

impl Talk {
    /// In which the bot has the word.
    pub fn new(control_epoch: i64) -> Self {
        Self {
            control_epoch,
            handler: Handler::Bot,
            is_down: false,
            has_ended: false,
            seen: Vec::new(),
            done: HashMap::new(),
        }
    }

    /// A person steps in.
    pub const fn take_over(&mut self) {
        self.handler = Handler::Human;
        self.control_epoch += 1;
    }

    /// The person gives the bot its word back.
    pub const fn give_back(&mut self) {
        self.handler = Handler::Bot;
        self.control_epoch += 1;
    }

    /// What was said to the customer, or handed to a person, each once.
    pub fn lasting(&self) -> impl Iterator<Item = &Seen> {
        self.seen.iter().filter(|seen| seen.has_lasted())
    }

    /// Answers a request as Live Operator does.
    pub fn take(&mut self, deed: Deed, key: Option<String>, asked: &Value) -> (StatusCode, Value) {
        let control_epoch = asked["control_epoch"].as_i64();
        let before = key.as_ref().and_then(|key| self.done.get(key));
        let is_repeat = before.is_some();
        let (status, body) = match (&key, before) {
            (None, _) => (StatusCode::BAD_REQUEST, problem("idempotency_key", "Send an Idempotency-Key.")),
            (_, Some((same, status))) if same == asked => (*status, json!({})),
            (_, Some(_)) => {
                (StatusCode::CONFLICT, problem("idempotency_key_reused", "This key was used before."))
            }
            _ if self.is_down && deed.lasts() => {
                (StatusCode::SERVICE_UNAVAILABLE, problem("unavailable", "Try again in a moment."))
            }
            _ if self.handler == Handler::Human || control_epoch != Some(self.control_epoch) => {
                let mut body =
                    problem("stale", "The bot has not the word, or was asked under another epoch.");
                body["handler"] = json!(self.handler);
                body["control_epoch"] = json!(self.control_epoch);
                (StatusCode::CONFLICT, body)
            }
            _ => (deed_status(deed), json!({})),
        };
        if status.is_success() && deed.lasts() && !is_repeat {
            self.done.extend(key.clone().map(|key| (key, (asked.clone(), status))));
            if deed == Deed::HandOff {
                self.take_over();
            }
        }
        self.seen.push(Seen { deed, control_epoch, key, status, is_repeat, is_after_end: self.has_ended });
        (status, body)
    }
}

const fn deed_status(deed: Deed) -> StatusCode {
    match deed {
        Deed::Say => StatusCode::CREATED,
        Deed::HandOff => StatusCode::OK,
        Deed::Partial | Deed::Typing => StatusCode::NO_CONTENT,
    }
}

/// Problem details as the API gives them (RFC 9457).
pub fn problem(code: &str, detail: &str) -> Value {
    json!({ "type": "about:blank", "code": code, "detail": detail })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn the_fence_and_the_keys_are_those_of_the_api() {
        let mut talk = Talk::new(7);
        let under = |epoch: i64| json!({ "control_epoch": epoch, "text": "Hello" });
        let status = |talk: &mut Talk, name: Option<String>, asked: &Value| {
            talk.take(Deed::Say, name, asked).0.as_u16()
        };
        assert_eq!(status(&mut talk, None, &under(7)), 400);
        assert_eq!(status(&mut talk, key("first key"), &under(6)), 409);
        assert_eq!(status(&mut talk, key("first key"), &under(7)), 201);
        assert_eq!(status(&mut talk, key("first key"), &under(7)), 201);
        assert_eq!(status(&mut talk, key("first key"), &under(8)), 409);
        talk.take_over();
        assert_eq!(status(&mut talk, key("other key"), &under(7)), 409);
        assert_eq!(status(&mut talk, key("other key"), &under(8)), 409);
        assert_eq!(talk.lasting().count(), 1);
        talk.give_back();
        assert_eq!(status(&mut talk, key("third key"), &under(8)), 409);
        assert_eq!(status(&mut talk, key("third key"), &under(9)), 201);
        assert_eq!(talk.lasting().count(), 2);
    }
}
