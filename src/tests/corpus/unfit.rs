//! What must hold of every message that came as a mail, whatever it was made of.

use std::ops::Range;

use crate::domain::{InboundMail, InboundMessage, Message};

/// What does not hold, in words for people.
pub fn unfit(message: &InboundMessage, mail: &InboundMail) -> Vec<&'static str> {
    let mut faults = Vec::new();
    let mut check = |holds: bool, fault| {
        if !holds {
            faults.push(fault);
        }
    };
    let is_odd = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    check(!message.text.contains(is_odd), "its text has control characters");
    check(message.text.chars().count() <= Message::MAX_MAIL, "its text is too long");
    let peer = &message.peer;
    let is_address = !peer.is_empty() && !peer.contains(|c: char| c.is_control() || c.is_whitespace());
    check(is_address && *peer == peer.to_lowercase(), "nobody can be answered");
    check(!mail.subject.contains(char::is_control), "its subject has more than one line");
    let is_name =
        |name: &str| !name.is_empty() && !name.contains(['/', '\\']) && !name.contains(char::is_control);
    check(mail.files.iter().all(|file| is_name(&file.name)), "the name of a file is a path");
    let (mut at, mut is_hidden) = (0, true);
    let is_blank =
        |range: Range<usize>| message.text.get(range).is_some_and(|text: &str| text.trim().is_empty());
    for fold in &mail.folds {
        check(at <= fold.start && fold.start < fold.end, "its folds are in no order");
        check(message.text.get(fold.start..fold.end).is_some(), "a fold cuts a character");
        is_hidden &= is_blank(at..fold.start);
        at = fold.end;
    }
    is_hidden &= is_blank(at..message.text.len());
    check(!is_hidden || message.text.trim().is_empty(), "all of its text is folded away");
    faults
}
