//! What is posted, and what is answered beside [`crate::domain::WireConversation`] and [`crate::domain::WireMessage`].
//!
//! The limits stand twice, as attributes for the document and in `checked` for the server: the document is the promise,
//! the check its keeping.

use serde::{Deserialize, Deserializer, Serialize, de::Error};
use utoipa::ToSchema;

use super::whole::{maybe_whole, whole};
use crate::{
    domain::{
        AppError, Fact, Handler, Handoff, HandoffReason, SenderKind, Time, WireConversation, WireMessage,
        clean_line, clean_text,
    },
    server::{
        actions::import::{self, Told},
        channels::sms::dates,
    },
};

/// A time that an app names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(pub Time);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        dates::iso(&text)
            .map(Self)
            .ok_or_else(|| D::Error::custom(format!("{text:?} is no time of RFC 3339")))
    }
}

/// What begins a conversation, or brings one in with what was said in it before.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewConversation)]
pub struct Opening {
    /// The key of a channel of kind `chatbot` or `live_chat`. A token that acts as a bot can name the channels on which
    /// this bot answers.
    #[schema(min_length = 1, max_length = 100, pattern = r"^[!-~]+$")]
    pub channel: String,
    /// What you call the conversation. The same again is the same conversation.
    #[schema(min_length = 1, max_length = 200, pattern = r"^[!-~]+$")]
    pub external_id: Option<String>,
    #[serde(default)]
    pub contact: NewContact,
    /// What was said before, oldest first. Nobody is told of it, and no bot is asked about it.
    #[serde(default)]
    #[schema(max_items = 500)]
    pub history: Vec<Past>,
    /// Who is to answer. If you do not say: the channel's bot where it has one, else people.
    pub handler: Option<Handler>,
}

/// The customer, as you know them.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewContact {
    #[schema(max_length = 120)]
    pub name: Option<String>,
    #[schema(max_length = 200, format = Email)]
    pub email: Option<String>,
    #[schema(max_length = 40)]
    pub phone: Option<String>,
    /// What you call them, the same in all their conversations: by this they are known again. Name only whom you have
    /// made sure of.
    #[schema(min_length = 1, max_length = 200, pattern = r"^[!-~]+$")]
    pub external_id: Option<String>,
}

/// Something that was said before.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PastMessage)]
pub struct Past {
    pub sender: PastSender,
    /// Of a bot or a person; if you do not say: the bot's or the channel's name.
    #[schema(max_length = 120)]
    pub sender_name: Option<String>,
    /// Plain text.
    #[schema(min_length = 1, max_length = 10000, pattern = r"[^\u0000-\u0020\u007f-\u009f]")]
    pub text: String,
    /// If you do not say: now.
    pub sent_at: Option<Moment>,
}

/// Who said it.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PastSender {
    Customer,
    Bot,
    Operator,
}

impl Opening {
    /// The same for the action, which looks at the texts itself.
    pub fn checked(self) -> Result<import::Opening, AppError> {
        is_name(Some(&self.channel), "channel", 100)?;
        is_name(self.external_id.as_deref(), "external_id", 200)?;
        is_name(self.contact.external_id.as_deref(), "contact.external_id", 200)?;
        let NewContact { name, email, phone, external_id } = self.contact;
        // A blank line is as good as none, but what is said to be an address has to be one.
        if email.as_deref().is_some_and(|email| clean_line(email).is_empty()) {
            return Err(AppError::invalid("contact.email", "Check the email address."));
        }
        Ok(import::Opening {
            channel: self.channel,
            external_id: self.external_id,
            contact: Told { name, email, phone, external_id },
            history: self.history.into_iter().map(Past::read).collect(),
            handler: self.handler,
        })
    }
}

impl Past {
    fn read(self) -> import::Past {
        let sender = match self.sender {
            PastSender::Customer => SenderKind::Contact,
            PastSender::Bot => SenderKind::Bot,
            PastSender::Operator => SenderKind::Operator,
        };
        let sent_at = self.sent_at.map(|moment| moment.0);
        import::Past { sender, sender_name: self.sender_name, text: self.text, sent_at }
    }
}

/// What your customer wrote to you.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCustomerMessage)]
pub struct Written {
    /// Plain text.
    #[schema(min_length = 1, max_length = 10000, pattern = r"[^\u0000-\u0020\u007f-\u009f]")]
    pub text: String,
    /// What you call the message. The same again, by whatever key, is the same message.
    #[schema(min_length = 1, max_length = 200, pattern = r"^[!-~]+$")]
    pub external_id: Option<String>,
}

impl Written {
    /// Whether it is within its limits.
    pub fn checked(self) -> Result<Self, AppError> {
        is_name(self.external_id.as_deref(), "external_id", 200)?;
        Ok(self)
    }
}

/// What the bot says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewMessage)]
pub struct Said {
    /// The one that the bot was asked under.
    #[serde(deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 9007199254740991_i64)]
    pub control_epoch: i64,
    /// Plain text: HTML and Markdown reach the customer as they stand.
    #[schema(min_length = 1, max_length = 10000, pattern = r"[^\u0000-\u0020\u007f-\u009f]")]
    pub text: String,
}

/// What the bot has written so far.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PartialText)]
pub struct Growing {
    /// The one that the bot was asked under.
    #[serde(deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 9007199254740991_i64)]
    pub control_epoch: i64,
    /// All of it, and not merely what is new. It is shown and not kept.
    #[schema(max_length = 10000)]
    pub text: String,
}

impl Growing {
    /// The text as it is shown.
    pub fn checked(&self) -> Result<String, AppError> {
        within(Some(&self.text), "text", crate::domain::Message::MAX_BODY)?;
        Ok(clean_text(&self.text))
    }
}

/// Whether the bot is at work.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Typing {
    /// The one that the bot was asked under.
    #[serde(deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 9007199254740991_i64)]
    pub control_epoch: i64,
    /// False takes the mark away.
    #[serde(default = "yes")]
    pub on: bool,
}

const fn yes() -> bool {
    true
}

/// Why a person is wanted, and what they have to know.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewHandoff)]
pub struct HandingOff {
    /// The one that the bot was asked under.
    #[serde(deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 9007199254740991_i64)]
    pub control_epoch: i64,
    /// Whose wish it is; the bot's if you do not say.
    #[serde(default)]
    pub cause: Cause,
    /// The reason, in a sentence for the team.
    #[schema(max_length = 2000)]
    pub reason: Option<String>,
    /// What the customer wants.
    #[schema(max_length = 2000)]
    pub goal: Option<String>,
    #[schema(max_length = 2000)]
    pub summary: Option<String>,
    /// What is known.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub facts: Vec<NewFact>,
    /// The customer's language, as BCP 47 has it.
    #[schema(max_length = 35)]
    pub language: Option<String>,
    /// How sure the bot was, in percent.
    #[serde(default, deserialize_with = "maybe_whole")]
    #[schema(minimum = 0, maximum = 100)]
    pub confidence: Option<i64>,
    /// The wanted team, by name or id. If there is none, the conversation stays where it is, and the team is told.
    #[schema(max_length = 120)]
    pub team: Option<String>,
}

/// Whose wish a handoff is.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The bot needs a person.
    #[default]
    Bot,
    /// The customer asked for one.
    Asked,
    /// The bot is not sure enough of its answer.
    Unsure,
}

/// Something that the bot has found out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFact {
    #[schema(max_length = 200)]
    pub name: String,
    #[schema(max_length = 200)]
    pub value: String,
}

impl HandingOff {
    /// What goes on the card, and the wanted team.
    pub fn checked(self) -> Result<(Handoff, Option<String>), AppError> {
        for (text, field) in [(&self.reason, "reason"), (&self.goal, "goal"), (&self.summary, "summary")] {
            within(text.as_deref(), field, Handoff::LONGEST)?;
        }
        within(self.language.as_deref(), "language", 35)?;
        within(self.team.as_deref(), "team", 120)?;
        if self.facts.len() > Handoff::MOST_FACTS {
            return Err(AppError::invalid("facts", format!("At most {}.", Handoff::MOST_FACTS)));
        }
        for fact in &self.facts {
            within(Some(&fact.name), "facts.name", 200)?;
            within(Some(&fact.value), "facts.value", 200)?;
        }
        let confidence = self.confidence.map(percent).transpose()?;
        let reason = match self.cause {
            Cause::Bot => HandoffReason::Bot,
            Cause::Asked => HandoffReason::Asked,
            Cause::Unsure => HandoffReason::Unsure,
        };
        let handoff = Handoff {
            reason,
            words: self.reason,
            goal: self.goal,
            summary: self.summary,
            facts: self.facts.into_iter().map(|NewFact { name, value }| Fact { name, value }).collect(),
            language: self.language,
            confidence,
        };
        Ok((handoff, self.team))
    }
}

/// A stretch of the conversations.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConversationPage)]
pub struct Conversations {
    /// Those in which nothing was said for the longest time come first.
    pub conversations: Vec<WireConversation>,
    /// What `after` has to be for the next stretch; none at the end.
    pub next: Option<String>,
}

/// A stretch of a conversation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MessagePage)]
pub struct Messages {
    /// Oldest first.
    pub messages: Vec<WireMessage>,
    /// What `after` has to be for the next stretch; none at the end.
    pub next: Option<i64>,
}

/// What a customer's message has become.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CustomerMessage)]
pub struct Taken {
    pub message: WireMessage,
    /// The one that it has joined: another than you named if that one was resolved long ago.
    pub conversation: WireConversation,
}

/// What a bot says while a person has the conversation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Suggestion)]
pub struct Offered {
    /// Always true: the text was offered to that person, and not sent.
    pub suggested: bool,
}

/// A name that another program has made: visible ASCII.
fn is_name(text: Option<&str>, field: &str, most: usize) -> Result<(), AppError> {
    let fits = |text: &str| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    if text.is_none_or(fits) {
        return Ok(());
    }
    Err(AppError::invalid(field, format!("1 to {most} visible ASCII characters.")))
}

fn percent(number: i64) -> Result<u8, AppError> {
    let percent = u8::try_from(number).ok().filter(|percent| *percent <= 100);
    percent.ok_or_else(|| AppError::invalid("confidence", "From 0 to 100."))
}

fn within(text: Option<&str>, field: &str, most: usize) -> Result<(), AppError> {
    if text.is_none_or(|text| text.chars().count() <= most) {
        return Ok(());
    }
    Err(AppError::invalid(field, format!("At most {most} characters.")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_of_other_programs_are_visible_ascii() {
        for (name, fits) in [
            ("a", true),
            ("user:7/é", false),
            ("", false),
            ("a b", false),
            ("a\u{0}", false),
            ("abcdef", false),
        ] {
            assert_eq!(is_name(Some(name), "external_id", 5).is_ok(), fits, "{name:?}");
        }
        assert!(is_name(None, "external_id", 5).is_ok());
    }

    #[test]
    fn times_are_those_of_rfc_3339() {
        let read = |text: &str| serde_json::from_value::<Moment>(json!(text)).ok().map(|moment| moment.0);
        assert_eq!(read("1970-01-01T00:00:01Z"), Some(Time(Time::SECOND)));
        assert_eq!(read("1970-01-01T01:00:00+01:00"), Some(Time(0)));
        for wrong in ["", "yesterday", "1970-13-01T00:00:00Z", "0"] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_handoff_within_its_limits_is_taken_and_none_beyond() {
        let read = |body: serde_json::Value| serde_json::from_value::<HandingOff>(body).expect("its shape");
        let (handoff, team) =
            read(json!({ "control_epoch": 0, "cause": "asked", "reason": "Refund", "team": "Sales" }))
                .checked()
                .expect("within");
        assert_eq!((handoff.reason, handoff.words.as_deref()), (HandoffReason::Asked, Some("Refund")));
        assert_eq!(team.as_deref(), Some("Sales"));
        for (confidence, percent) in [(json!(null), None), (json!(40), Some(40)), (json!(100.0), Some(100))] {
            let handoff = read(json!({ "control_epoch": 0, "confidence": confidence })).checked();
            assert_eq!(handoff.expect("within").0.confidence, percent);
        }
        let facts: Vec<_> = (0..21).map(|_| json!({ "name": "a", "value": "b" })).collect();
        for beyond in [
            json!({ "control_epoch": 0, "confidence": 101 }),
            json!({ "control_epoch": 0, "confidence": 356 }),
            json!({ "control_epoch": 0, "confidence": -1 }),
            json!({ "control_epoch": 0, "summary": "x".repeat(2_001) }),
            json!({ "control_epoch": 0, "facts": facts }),
            json!({ "control_epoch": 0, "facts": [{ "name": "a", "value": "b".repeat(201) }] }),
        ] {
            assert!(read(beyond.clone()).checked().is_err(), "{beyond}");
        }
    }
}
