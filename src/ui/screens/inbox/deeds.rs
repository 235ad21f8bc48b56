//! What the keys do.

use leptos::prelude::*;

use super::{
    actions::can_give_back,
    assign::{self, open_assign},
    frame::Desk,
    keys::Deed,
    organise::Organise,
    select::{Tools, focused_row},
};
use crate::{
    domain::{BulkAction, ConversationId, Row, SenderKind, Status},
    routes,
    ui::live::{Act, Live},
};

/// Does what a key stands for; some lead to another address.
pub fn carry_out(deed: Deed, live: Live, desk: Desk, tools: Tools) -> Option<String> {
    let place = desk.place.get_untracked();
    if carry_out_on_selection(deed, tools) {
        return None;
    }
    // What is still on screen while another conversation loads is not what one means any more.
    let has_arrived = untrack(|| desk.has_arrived(live));
    match deed {
        Deed::Next | Deed::Previous => {
            let step: isize = if deed == Deed::Next { 1 } else { -1 };
            let there = neighbour(live, place.conversation, step)?;
            desk.reached.set_value(Some(there));
            return Some(place.path(Some(there)));
        }
        Deed::Enter if place.conversation.is_none() => {
            let row = row_to_open(live, desk.reached.get_value())?;
            return Some(place.path(Some(row)));
        }
        Deed::Enter => desk.focus_composer(),
        Deed::Reply | Deed::Note => {
            let is_note = deed == Deed::Note;
            if has_arrived {
                desk.note.set(is_note);
            } else {
                desk.note_ahead.set_value(is_note);
            }
            desk.focus_composer();
        }
        Deed::Resolve
        | Deed::Claim
        | Deed::Assign
        | Deed::TakeOver
        | Deed::GiveBack
        | Deed::MarkUnread
        | Deed::Snooze
        | Deed::Tags
        | Deed::Priority
            if !has_arrived => {}
        Deed::Resolve => {
            let resolved = live.thread.with_untracked(|thread| {
                thread.as_ref().is_some_and(|thread| thread.conversation.status == Status::Resolved)
            });
            live.act(if resolved { Act::Reopen } else { Act::Resolve });
        }
        Deed::Claim => live.act(if has_bot_word(live) { Act::TakeOver } else { Act::Claim }),
        Deed::Assign => open_assign(assign::OPEN),
        Deed::TakeOver if has_bot_word(live) => live.act(Act::TakeOver),
        Deed::TakeOver => {}
        Deed::GiveBack => desk.give_back_open.set(may_give_back(live)),
        Deed::MarkUnread => mark_last_unread(live),
        Deed::Undo => {
            if !live.undo_done() {
                live.take_back();
            }
        }
        Deed::Select | Deed::SelectTo => {
            let open = place.conversation.filter(|id| tools.has_row(*id));
            let row = focused_row().or(open).or_else(|| row_to_open(live, desk.reached.get_value()))?;
            if deed == Deed::Select {
                tools.toggle(row);
            } else {
                tools.select_to(row);
            }
        }
        Deed::Filter => tools.filter_open.set(true),
        Deed::Snooze => tools.organise(Organise::Snooze),
        Deed::Tags => tools.organise(Organise::Tags),
        Deed::Priority => tools.organise(Organise::Priority),
        Deed::Queue(queue) => return Some(routes::inbox(queue, None)),
        Deed::Help => desk.help_open.set(true),
        Deed::Panel => desk.toggle_panel(),
        Deed::Back => {
            if desk.queues_open.get_untracked() {
                desk.queues_open.set(false);
            } else if desk.has_drawer() {
                desk.panel_open.set(None);
            } else if place.conversation.is_some() {
                return Some(place.path(None));
            }
        }
    }
    None
}

/// What a key does to the rows that are selected. False if there are none, or it does nothing to them.
fn carry_out_on_selection(deed: Deed, tools: Tools) -> bool {
    if !tools.has_selection() {
        return false;
    }
    match deed {
        Deed::Resolve => tools.handle_selected(BulkAction::Resolve),
        Deed::Claim => tools.handle_selected(BulkAction::Take),
        Deed::Assign => open_assign(assign::SELECTED),
        Deed::Back => tools.clear(),
        _ => return false,
    }
    true
}

/// Whether a bot answers in the open conversation.
fn has_bot_word(live: Live) -> bool {
    live.thread.with_untracked(|thread| {
        thread.as_ref().is_some_and(|thread| thread.conversation.status == Status::Open)
    })
}

/// Whether the open conversation has a bot that could take it back.
fn may_give_back(live: Live) -> bool {
    live.inbox.with_untracked(|inbox| {
        live.thread.with_untracked(|thread| {
            thread.as_ref().is_some_and(|thread| can_give_back(&inbox.me, &thread.conversation))
        })
    })
}

/// Marks the customer's last message, and so the conversation, as unread.
pub fn mark_last_unread(live: Live) {
    let last = live.thread.with_untracked(|thread| {
        let mut messages = thread.as_ref()?.messages.iter().rev();
        messages.find(|message| message.sender == SenderKind::Contact).map(|message| message.seq)
    });
    if let Some(seq) = last {
        live.mark_unread(seq);
    }
}

/// The row before or after the open one.
fn neighbour(live: Live, open: Option<ConversationId>, step: isize) -> Option<ConversationId> {
    live.inbox.with_untracked(|inbox| {
        let here = inbox.rows.iter().position(|row| Some(row.conversation.id) == open);
        let there = match here {
            Some(here) => here.checked_add_signed(step)?,
            None => 0,
        };
        inbox.rows.get(there).map(|row| row.conversation.id)
    })
}

/// The row that the keys last moved to, if the list still has it, else the first.
fn row_to_open(live: Live, reached: Option<ConversationId>) -> Option<ConversationId> {
    live.inbox.with_untracked(|inbox| {
        let is_reached = |row: &&Row| Some(row.conversation.id) == reached;
        let row = inbox.rows.iter().find(is_reached).or_else(|| inbox.rows.first());
        row.map(|row| row.conversation.id)
    })
}
