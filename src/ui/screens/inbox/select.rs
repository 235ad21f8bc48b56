//! Rows that are selected, to be handled together; and what is open beside the list.

use std::collections::BTreeSet;

use leptos::{ev::MouseEvent, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{
    organise::{Organise, Organising},
    views::Saving,
};
use crate::{
    domain::{BulkAction, Conversation, ConversationId, MOST_AT_ONCE},
    ui::{
        components::{Icon, icon},
        live::Live,
    },
};

/// Which rows are selected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    ids: BTreeSet<ConversationId>,
    /// The last one that was chosen by itself: where a stretch begins.
    anchor: Option<ConversationId>,
}

impl Selection {
    /// Takes one in, or out. More than can be handled at once are not taken.
    fn toggle(&mut self, id: ConversationId) {
        self.anchor = Some(id);
        if !self.ids.remove(&id) && self.ids.len() < MOST_AT_ONCE {
            self.ids.insert(id);
        }
    }

    /// Takes in all from the last one to this, whichever comes first.
    fn extend_to(&mut self, id: ConversationId, rows: &[ConversationId]) {
        let place = |wanted: ConversationId| rows.iter().position(|row| *row == wanted);
        let Some(there) = place(id) else { return };
        let here = self.anchor.and_then(place).unwrap_or(there);
        for row in &rows[here.min(there)..=here.max(there)] {
            if self.ids.len() < MOST_AT_ONCE {
                self.ids.insert(*row);
            }
        }
        self.anchor.get_or_insert(id);
    }

    /// Lets go of what is not in the list any more. True if there was any.
    fn keep(&mut self, rows: &[ConversationId]) -> bool {
        let before = self.ids.len();
        self.ids.retain(|id| rows.contains(id));
        self.ids.len() != before
    }
}

/// What is done with lists and their rows.
#[derive(Clone, Copy)]
pub struct Tools {
    live: Live,
    selection: RwSignal<Selection>,
    pub filter_open: RwSignal<bool>,
    /// The view that is being named.
    pub saving: RwSignal<Option<Saving>>,
    pub organising: RwSignal<Option<Organising>>,
}

impl Tools {
    /// Nothing is selected, and nothing is open.
    pub fn new(live: Live) -> Self {
        Self {
            live,
            selection: RwSignal::new(Selection::default()),
            filter_open: RwSignal::new(false),
            saving: RwSignal::new(None),
            organising: RwSignal::new(None),
        }
    }

    /// What leaves the list is selected no more.
    pub fn follow(self, rows: Memo<Vec<ConversationId>>) {
        Effect::new(move |_| rows.with(|rows| self.selection.maybe_update(|selection| selection.keep(rows))));
    }

    /// Takes a row in, or out.
    pub fn toggle(self, id: ConversationId) {
        self.selection.update(|selection| selection.toggle(id));
    }

    /// Takes in all rows from the last one to this.
    pub fn select_to(self, id: ConversationId) {
        let rows = self.rows();
        self.selection.update(|selection| selection.extend_to(id, &rows));
    }

    /// Takes in all rows that are loaded, as far as can be handled at once.
    pub fn select_all(self) {
        let rows = self.rows();
        self.selection.update(|selection| {
            selection.ids = rows.into_iter().take(MOST_AT_ONCE).collect();
        });
    }

    pub fn clear(self) {
        let is_here = "dialog, .bulk";
        let focused = document().active_element();
        let will_be_lost = focused.is_some_and(|it| it.closest(is_here).ok().flatten().is_some());
        self.selection.set(Selection::default());
        if will_be_lost {
            focus_list();
        }
    }

    /// What is selected, as the list has it.
    pub fn chosen(self) -> Vec<Conversation> {
        self.live.inbox.with(|inbox| {
            self.selection.with(|selection| {
                let rows = inbox.rows.iter().map(|row| &row.conversation);
                rows.filter(|it| selection.ids.contains(&it.id)).cloned().collect()
            })
        })
    }

    /// How many rows are selected.
    pub fn count(self) -> usize {
        self.selection.with(|selection| selection.ids.len())
    }

    pub fn is_selected(self, id: ConversationId) -> bool {
        self.selection.with(|selection| selection.ids.contains(&id))
    }

    pub fn has_selection(self) -> bool {
        self.selection.with_untracked(|selection| !selection.ids.is_empty())
    }

    /// Whether the list has this row.
    pub fn has_row(self, id: ConversationId) -> bool {
        self.live.inbox.with_untracked(|inbox| inbox.rows.iter().any(|row| row.conversation.id == id))
    }

    /// Does something to what is selected, which is selected no more.
    pub fn handle_selected(self, action: BulkAction) {
        let ids = self.selected();
        self.clear();
        self.live.handle(ids, action);
    }

    /// Opens a dialog about what is selected, else about the conversation that is open.
    pub fn organise(self, what: Organise) {
        let selected = self.selected();
        let ids = if selected.is_empty() { self.live.open_id().into_iter().collect() } else { selected };
        if !ids.is_empty() {
            self.organising.set(Some(Organising { what, ids }));
        }
    }

    /// Opens a dialog about the conversation that is open.
    pub fn organise_open(self, what: Organise) {
        if let Some(id) = self.live.open_id() {
            self.organising.set(Some(Organising { what, ids: vec![id] }));
        }
    }

    /// In the order of the list.
    fn selected(self) -> Vec<ConversationId> {
        let rows = self.rows();
        self.selection
            .with_untracked(|selection| rows.into_iter().filter(|id| selection.ids.contains(id)).collect())
    }

    fn rows(self) -> Vec<ConversationId> {
        self.live.inbox.with_untracked(|inbox| inbox.rows.iter().map(|row| row.conversation.id).collect())
    }
}

/// The list takes the focus if nothing else has it once the page has changed.
fn focus_list() {
    request_animation_frame(|| {
        let is_lost = document().active_element().is_none_or(|focused| focused.tag_name() == "BODY");
        let first = document().query_selector(".row__name").ok().flatten();
        if let Some(link) = first.filter(|_| is_lost).and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
            // What cannot be focused leaves the focus where it is.
            let _ = link.focus();
        }
    });
}

/// The row that has the focus.
pub fn focused_row() -> Option<ConversationId> {
    let row = document().active_element()?.closest("[data-conversation-id]").ok()??;
    row.get_attribute("data-conversation-id")?.parse().ok()
}

/// Selects a row; with Shift all down to it. It lies over the row's face. The keyboard has `X` for it.
#[component]
pub fn SelectBox(
    /// Whose row.
    id: ConversationId,
    /// What the customer is called.
    name: Memo<String>,
) -> impl IntoView {
    let tools = expect_context::<Tools>();
    let is_selected = Memo::new(move |_| tools.is_selected(id));
    let click = move |event: MouseEvent| {
        if event.shift_key() {
            tools.select_to(id);
        } else {
            tools.toggle(id);
        }
    };
    view! {
        <button
            class="row__select"
            type="button"
            role="checkbox"
            tabindex="-1"
            aria-checked=move || is_selected.get().to_string()
            aria-label=move || format!("Select {}", name.get())
            on:click=click
        >
            {icon(Icon::Check, "icon--small")}
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn ids(numbers: impl IntoIterator<Item = u128>) -> Vec<ConversationId> {
        numbers.into_iter().map(|n| ConversationId(Uuid::from_u128(n))).collect()
    }

    fn selected(selection: &Selection) -> Vec<u128> {
        selection.ids.iter().map(|id| id.0.as_u128()).collect()
    }

    #[test]
    fn rows_are_selected_one_by_one_and_in_stretches() {
        let rows = ids(1..=9);
        let mut selection = Selection::default();
        selection.toggle(rows[4]);
        selection.extend_to(rows[6], &rows);
        assert_eq!(selected(&selection), [5, 6, 7]);
        selection.extend_to(rows[2], &rows);
        assert_eq!(selected(&selection), [3, 4, 5, 6, 7], "the stretch begins where it began");
        selection.toggle(rows[4]);
        assert_eq!(selected(&selection), [3, 4, 6, 7]);
        assert!(selection.keep(&rows[5..]));
        assert_eq!(selected(&selection), [6, 7]);
        assert!(!selection.keep(&rows));
    }

    #[test]
    fn a_stretch_without_a_beginning_is_one_row() {
        let rows = ids(1..=3);
        let mut selection = Selection::default();
        selection.extend_to(rows[1], &rows);
        assert_eq!(selected(&selection), [2]);
    }

    #[test]
    fn no_more_are_selected_than_can_be_handled() {
        let rows = ids(1..=150);
        let mut selection = Selection::default();
        selection.toggle(rows[0]);
        selection.extend_to(rows[149], &rows);
        assert_eq!(selection.ids.len(), MOST_AT_ONCE);
        selection.toggle(rows[149]);
        assert_eq!(selection.ids.len(), MOST_AT_ONCE);
    }
}
