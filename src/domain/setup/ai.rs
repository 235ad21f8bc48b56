//! What a channel has its bot do.

use super::{
    bots::YES_OR_NO,
    fields::{Field, FieldKind, Section},
};

/// The key of the bot that answers a channel first: which there are, only the workspace knows.
pub const CHANNEL_BOT: &str = "bot";

/// What a channel can be set to about the bot that answers in it, beside which it is.
pub const CHANNEL_AI: &Section = &Section {
    title: "AI",
    help: "",
    object: None,
    optional: false,
    fields: &[
        Field::new(
            "bot_prompt",
            "What a language model is told about this channel",
            "Beside what it is told anyway.",
        )
        .of(FieldKind::Lines),
        Field::new(
            "person_phrases",
            "Messages that ask for a person",
            "One a line; case and marks do not matter. The whole message must be one of them.",
        )
        .of(FieldKind::List),
        Field::new(
            "handed_off_words",
            "Said when a person is to take over",
            "{wait} is the reply time. Empty for nothing.",
        )
        .of(FieldKind::Lines),
        Field::new("offline_words", "Said while nobody is there", "Instead of that. Empty for nothing.")
            .of(FieldKind::Lines),
        Field::new(
            "suggestions",
            "Suggests answers to people",
            "While a person has the conversation, the bot offers an answer to each message. It is never sent by itself.",
        )
        .of(YES_OR_NO)
        .preset("false"),
    ],
};

/// Whether a form about a channel's bot asks for something by this key.
#[must_use]
pub fn is_about_ai(key: &str) -> bool {
    key == CHANNEL_BOT || CHANNEL_AI.fields.iter().any(|field| CHANNEL_AI.key(field) == key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::setup::Provider;

    #[test]
    fn no_provider_asks_for_the_same() {
        for provider in Provider::ALL.iter() {
            let keys = CHANNEL_AI.fields.iter().map(|field| CHANNEL_AI.key(field));
            for key in keys.chain([CHANNEL_BOT.to_owned()]) {
                assert!(!provider.asks_for(&key), "{provider:?} asks for {key}");
                assert!(is_about_ai(&key));
            }
        }
        assert!(!is_about_ai("name"));
    }
}
