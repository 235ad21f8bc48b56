//! The keyboard: which key stands for what.

use leptos::{ev::KeyboardEvent, prelude::document};

use crate::domain::Queue;

/// What a key stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    Next,
    Previous,
    /// Open the row that the keys are at, or go on to the reply.
    Enter,
    Reply,
    Note,
    Resolve,
    Claim,
    Assign,
    TakeOver,
    GiveBack,
    MarkUnread,
    Undo,
    /// Select the row that the keys are at, or no longer.
    Select,
    /// Select all rows from the one before to this.
    SelectTo,
    Filter,
    Snooze,
    Tags,
    Priority,
    Queue(Queue),
    Panel,
    Help,
    Back,
}

/// The keys with what they do, as the help sheet lists them.
pub const SHEET: &[(&str, &[(&str, &str)])] = &[
    (
        "Move",
        &[
            ("J", "Next conversation"),
            ("K", "Previous conversation"),
            ("Enter", "Open it, then write"),
            ("Esc", "Back to the list"),
        ],
    ),
    (
        "List",
        &[("F", "Filter the list"), ("X", "Select a conversation"), ("Shift X", "Select all down to it")],
    ),
    (
        "Go to",
        &[
            ("1", "All"),
            ("2", "Mine"),
            ("3", "Needs answer"),
            ("4", "Unassigned"),
            ("5", "AI"),
            ("6", "Resolved"),
        ],
    ),
    (
        "Conversation",
        &[
            ("C", "Claim or take over"),
            ("A", "Assign"),
            ("T", "Take over from the AI"),
            ("B", "Give back to the AI"),
            ("E", "Resolve or reopen"),
            ("H", "Snooze"),
            ("L", "Tags"),
            ("P", "Priority"),
            ("U", "Mark as unread"),
            ("Z", "Undo"),
            ("]", "Show the contact"),
        ],
    ),
    (
        "Write",
        &[
            ("R", "Reply"),
            ("N", "Note"),
            ("/", "Canned response"),
            ("Enter", "Send"),
            ("Shift Enter", "New line"),
        ],
    ),
    ("Help", &[("?", "This list"), ("Ctrl K", "Go anywhere, do anything")]),
];

/// What Enter is for where the focus is.
const PRESSED_BY_ENTER: &str = "a, button, summary, [role=separator]";

/// What a key press means: nothing while somebody writes, or with a modifier that belongs to the browser. A key that is
/// held down goes on moving, but does nothing twice.
#[must_use]
pub fn deed_of(event: &KeyboardEvent) -> Option<Deed> {
    if event.ctrl_key() || event.meta_key() || event.alt_key() || event.is_composing() || is_elsewhere() {
        return None;
    }
    deed(&event.key())
        .filter(|deed| !event.repeat() || matches!(deed, Deed::Next | Deed::Previous))
        .filter(|deed| *deed != Deed::Enter || !has_focus(PRESSED_BY_ENTER))
}

/// What a row of the sheet stands for. Writing has keys of its own, and so has the palette.
#[must_use]
pub fn deed_named(key: &str) -> Option<Deed> {
    match key {
        "Esc" => deed("Escape"),
        "Enter" => deed(key),
        "Shift X" => deed("X"),
        key => deed(&key.to_lowercase()),
    }
}

fn deed(key: &str) -> Option<Deed> {
    Some(match key {
        "j" => Deed::Next,
        "k" => Deed::Previous,
        "Enter" => Deed::Enter,
        "r" => Deed::Reply,
        "n" => Deed::Note,
        "e" => Deed::Resolve,
        "c" => Deed::Claim,
        "a" => Deed::Assign,
        "t" => Deed::TakeOver,
        "b" => Deed::GiveBack,
        "u" => Deed::MarkUnread,
        "z" => Deed::Undo,
        "x" => Deed::Select,
        "X" => Deed::SelectTo,
        "f" => Deed::Filter,
        "h" => Deed::Snooze,
        "l" => Deed::Tags,
        "p" => Deed::Priority,
        "1" => Deed::Queue(Queue::All),
        "2" => Deed::Queue(Queue::Mine),
        "3" => Deed::Queue(Queue::NeedsAnswer),
        "4" => Deed::Queue(Queue::Unassigned),
        "5" => Deed::Queue(Queue::Ai),
        "6" => Deed::Queue(Queue::Resolved),
        "]" => Deed::Panel,
        "?" => Deed::Help,
        "Escape" => Deed::Back,
        _ => return None,
    })
}

/// Whether the focus is in a field, a menu or a dialog, which have keys of their own.
fn is_elsewhere() -> bool {
    // An open menu closes by Escape wherever the focus is.
    let has_menu = document().query_selector("[popover]:popover-open").ok().flatten().is_some();
    has_menu || has_focus("input, textarea, select, dialog, [popover]")
}

/// Whether the focus is in something that a selector names.
fn has_focus(selector: &str) -> bool {
    document().active_element().and_then(|focused| focused.closest(selector).ok().flatten()).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_sheet_does_something() {
        for (key, what) in SHEET.iter().flat_map(|(_, keys)| keys.iter()) {
            let is_elsewhere = matches!(*key, "Shift Enter" | "/" | "Ctrl K");
            assert!(is_elsewhere || deed_named(key).is_some(), "{key}: {what}");
        }
        assert_eq!(deed("q"), None);
    }
}
