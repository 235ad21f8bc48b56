//! Messages with a number each, which go to conversations in turn: in the end none may be missing or be there twice.

use live_operator::domain::Message;

use crate::{
    error::{Context, Failure, Result},
    seed,
};

/// What a message begins with.
pub fn mark(number: usize) -> String {
    format!("Message {number}.")
}

/// A message's text of so many bytes.
pub fn text(number: usize, length: usize) -> String {
    let mark = mark(number);
    format!("{mark} {}", seed::words(length.saturating_sub(mark.len() + 1)))
}

/// The number of a text.
pub fn number_in(text: &str) -> Result<usize> {
    let number = text.strip_prefix("Message ").and_then(|rest| rest.split('.').next());
    number.and_then(|number| number.parse().ok()).context(format!("nobody has sent this: {text}"))
}

/// Fails unless so many messages, whose numbers begin with 0, stand once each in the conversation whose turn it was,
/// and nothing else does.
pub fn expect_each_once(threads: &[Vec<Message>], count: usize) -> Result {
    for (turn, thread) in threads.iter().enumerate() {
        let numbers: Result<Vec<usize>> = thread.iter().map(|message| number_in(&message.body)).collect();
        let mut numbers = numbers?;
        numbers.sort_unstable();
        if !numbers.iter().copied().eq((turn..count).step_by(threads.len())) {
            return Err(Failure::new(format!(
                "{count} messages were acknowledged, but conversation {turn} holds these: {numbers:?}"
            )));
        }
    }
    Ok(())
}
