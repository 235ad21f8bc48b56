//! Bots as those see them who look after them: what each kind can be set to, and how each has been doing.

use serde::{Deserialize, Serialize};

use super::{
    super::{AppError, Bot, BotKind, Channel, clean_line},
    fields::{Field, FieldKind, Section},
    form::Shown,
};

/// Yes and no, as a form has them. The words are those of JSON.
pub(super) const YES_OR_NO: FieldKind = FieldKind::Choice(&[("true", "Yes"), ("false", "No")]);
/// The longest name, in characters.
const LONGEST_NAME: usize = 80;

impl BotKind {
    /// What it is, for whoever chooses.
    #[must_use]
    pub const fn summary(self) -> &'static str {
        match self {
            Self::Faq => {
                "Answers from the questions and answers that you have written. Needs no account anywhere."
            }
            Self::OpenAi => {
                "Any endpoint that speaks OpenAI’s chat completions: theirs, another’s or your own."
            }
            Self::Api => "An app of yours reads and answers by our API, and is told by webhooks.",
        }
    }

    /// What a bot of this kind can be set to.
    #[must_use]
    pub const fn settings(self) -> &'static [Section] {
        match self {
            Self::Api => &[],
            Self::OpenAi => MODEL,
            Self::Faq => FAQ,
        }
    }

    /// What its endpoint knows us by.
    #[must_use]
    pub const fn secrets(self) -> &'static [Section] {
        match self {
            Self::OpenAi => KEY,
            Self::Api | Self::Faq => &[],
        }
    }

    /// Everything that its form asks for.
    pub fn sections(self) -> impl Iterator<Item = &'static Section> {
        self.settings().iter().chain(self.secrets())
    }
}

const FAQ: &[Section] = &[Section {
    title: "When it answers",
    help: "",
    object: None,
    optional: false,
    fields: &[Field::new(
        "threshold",
        "Answers from",
        "How sure it must be, from 0 to 1000. Below that it hands the conversation to a person. “Try it” shows how sure \
         it is.",
    )
    .of(FieldKind::Number { most: 1_000 })
    .preset("450")],
}];

const MODEL: &[Section] = &[
    Section {
        title: "Language model",
        help: "",
        object: None,
        optional: false,
        fields: &[
            Field::new(
                "endpoint",
                "Address of the endpoint",
                "Up to the version, such as https://api.openai.com/v1. Hosts of your own network have to be allowed in \
                 the server’s configuration.",
            )
            .required(),
            Field::new("model", "Model", "What the endpoint calls it.").required(),
        ],
    },
    Section {
        title: "How it answers",
        help: "",
        object: None,
        optional: false,
        fields: &[
            Field::new(
                "prompt",
                "What it is told",
                "Who it is and what it has to mind, before every conversation. A channel can add to it.",
            )
            .of(FieldKind::Lines),
            Field::new("uses_faq", "Knows the FAQ", "It is given the entries that fit the question.")
                .of(YES_OR_NO)
                .preset("true"),
            Field::new("most_tokens", "Longest answer, in tokens", "An answer that is cut off is not sent.")
                .of(FieldKind::Number { most: 32_000 })
                .preset("800"),
            Field::new(
                "history",
                "Longest history, in characters",
                "So much of the conversation it is given, the newest first.",
            )
            .of(FieldKind::Number { most: 200_000 })
            .preset("12000"),
        ],
    },
];

const KEY: &[Section] = &[Section {
    title: "Access",
    help: "",
    object: None,
    optional: false,
    fields: &[Field::new(
        "key",
        "Key",
        "Sent as a bearer token. It is kept encrypted and never shown again.",
    )
    .secret()],
}];

/// A bot's name as it is kept.
///
/// # Errors
/// If there is none, or it is too long.
pub fn name_of_bot(text: &str) -> Result<String, AppError> {
    let name = clean_line(text);
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(AppError::invalid("name", format!("Give a name of at most {LONGEST_NAME} characters.")));
    }
    Ok(name)
}

/// How a bot did in the last days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BotCounts {
    /// Conversations that it answers now.
    pub holds: i64,
    /// How often it answered.
    pub answered: i64,
    /// How many of its conversations were resolved without any person.
    pub resolved: i64,
    /// How many went from it to a person because it or the customer wanted one.
    pub handed_off: i64,
    /// How many did because it did not do its work.
    pub failed: i64,
}

impl BotCounts {
    /// All but what it holds now is counted over so many days.
    pub const DAYS: i64 = 7;
}

/// A bot and how it has been doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BotState {
    pub bot: Bot,
    pub counts: BotCounts,
}

/// All bots, for supervisors and admins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BotList {
    /// Oldest first.
    pub bots: Vec<BotState>,
    /// Whether the reader may change them.
    pub may_change: bool,
}

/// A bot with everything that its page shows. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BotSetup {
    pub bot: Bot,
    /// What its fields hold now.
    pub shown: Shown,
    /// Where it answers first.
    pub serves: Vec<Channel>,
    /// Why its key cannot be used, if it cannot.
    pub trouble: Option<String>,
}

/// What a bot makes of a question that no customer asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BotTrial {
    pub result: TrialResult,
    /// How sure it is, of 1,000, if it knows.
    pub confidence: Option<u32>,
}

/// What a customer would get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrialResult {
    Answer {
        text: String,
    },
    /// A person, for this reason.
    Person {
        words: String,
    },
    /// A person, because it failed.
    Failure {
        words: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::setup::{ChannelForm, JsonObject, fill, presets};

    #[test]
    fn presets_are_taken_as_they_stand() {
        for kind in BotKind::ALL.iter().copied() {
            let mut form = ChannelForm { values: presets(kind.sections()).values, ..ChannelForm::default() };
            for name in ["endpoint", "model"] {
                form.values.insert(name.to_owned(), "x".to_owned());
            }
            assert!(fill(kind.settings(), &form, JsonObject::new()).is_ok(), "{kind:?}");
        }
    }

    #[test]
    fn names_are_one_line_of_80_characters() {
        assert_eq!(name_of_bot("  Fern \n the helper"), Ok("Fern the helper".to_owned()));
        for wrong in ["", " \n ", &"x".repeat(81)] {
            assert!(name_of_bot(wrong).is_err(), "{wrong}");
        }
        assert!(name_of_bot(&"é".repeat(80)).is_ok());
    }
}
