//! Whether a bot is asked to answer what a customer wrote.

use super::hand_off_in;
use crate::{
    domain::{AppError, Handler, Handoff, HandoffReason, Status, clean_line},
    server::{actions::edit::Edit, app::App, store::channels::ConfiguredChannel},
};

/// What follows from a customer's message that this change has added: its bot is asked, or, if the customer asks for a
/// person in words that the channel knows, a person is.
///
/// # Errors
/// If the database fails.
pub async fn customer_wrote(
    app: &App,
    edit: &mut Edit,
    channel: &ConfiguredChannel,
    text: &str,
) -> Result<(), AppError> {
    if edit.now.ai.is_none() {
        return Ok(());
    }
    let has_word = edit.now.handler == Handler::Bot;
    if has_word && asks_for_person(&channel.settings.person_phrases, text) {
        let name = edit.now.contact_name.clone();
        return hand_off_in(app, edit, channel, &name, Handoff::because(HandoffReason::Asked)).await;
    }
    let suggests =
        channel.settings.suggestions && matches!(edit.now.status, Status::Waiting | Status::Active);
    if has_word || suggests {
        edit.ask_bot();
    }
    Ok(())
}

/// Whether a message is one of these phrases, whatever its case and its marks: "HUMAN!" is "human", and "humane" is not.
#[must_use]
pub fn asks_for_person(phrases: &[String], text: &str) -> bool {
    let text = words(text);
    phrases.iter().map(|phrase| words(phrase)).any(|phrase| !phrase.is_empty() && phrase == text)
}

fn words(text: &str) -> Vec<String> {
    clean_line(text)
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::asks_for_person;

    #[test]
    fn a_person_is_asked_for_by_the_whole_message() {
        let phrases = ["human".to_owned(), "Talk to a person".to_owned(), " ".to_owned()];
        for (text, asks) in [
            ("human", true),
            ("HUMAN!", true),
            ("  talk to  a person. ", true),
            ("humane", false),
            ("is this a human", false),
            ("", false),
            ("!?", false),
        ] {
            assert_eq!(asks_for_person(&phrases, text), asks, "{text:?}");
        }
    }
}
