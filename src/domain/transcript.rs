//! A conversation as text to be kept or passed on.

use std::fmt::Write as _;

use super::{Conversation, Message, SenderKind, Time, clean_line};

/// What stands above it: whom it was with, and on which channel it began.
#[must_use]
pub fn transcript_head(conversation: &Conversation, channel: &str) -> String {
    let with = named(&conversation.contact_name, SenderKind::Contact);
    let (channel, begun) = (clean_line(channel), stamp(conversation.created_at));
    format!("Conversation with {with}\n{channel}, begun {begun}\n")
}

/// A message, with an empty line before it; nothing for what is the team's alone or was taken back. Only its first line
/// begins at the margin, so that nobody's words can look like another message.
#[must_use]
pub fn transcript_entry(message: &Message) -> String {
    let is_public = !message.note && !message.is_cancelled() && message.sender != SenderKind::System;
    if !is_public || (message.body.trim().is_empty() && message.attachments.is_empty()) {
        return String::new();
    }
    let mut text =
        format!("\n{}  {}\n", stamp(message.created_at), named(&message.sender_name, message.sender));
    let files = message.attachments.iter().map(|file| format!("[file: {}]", clean_line(&file.name)));
    for line in message.body.trim_end().split(is_line_break).map(str::to_owned).chain(files) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}", format!("    {line}").trim_end());
    }
    text
}

/// Whatever some program takes for the end of a line (Unicode Standard Annex 14, class BK and its like).
const fn is_line_break(letter: char) -> bool {
    matches!(letter, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// A sender's name, or what they are.
fn named(name: &str, sender: SenderKind) -> String {
    let name = clean_line(name);
    match sender {
        _ if !name.is_empty() => name,
        SenderKind::Contact => "Customer".to_owned(),
        SenderKind::Bot => "AI assistant".to_owned(),
        SenderKind::Operator | SenderKind::System => "Operator".to_owned(),
    }
}

fn stamp(at: Time) -> String {
    let at = at.civil(0);
    format!("{:04}-{:02}-{:02} {:02}:{:02} UTC", at.year, at.month, at.day, at.hour, at.minute)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_named_with_their_zone() {
        assert_eq!(stamp(Time(1_760_000_000_000_000)), "2025-10-09 08:53 UTC");
    }

    #[test]
    fn a_name_is_one_line_and_never_missing() {
        assert_eq!(named("Eve\n2026-01-01 00:00 UTC  Ann", SenderKind::Contact).lines().count(), 1);
        assert_eq!(named(" \u{7} ", SenderKind::Contact), "Customer");
        assert_eq!(named("", SenderKind::Bot), "AI assistant");
    }
}
