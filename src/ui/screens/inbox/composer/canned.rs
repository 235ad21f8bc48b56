//! The list of canned responses that a slash opens. The focus stays in the field; the list says by which option the keys
//! stand (WAI-ARIA Authoring Practices, "Combobox", with `aria-activedescendant`).

use leptos::{ev::KeyboardEvent, prelude::*};
use web_sys::{HtmlTextAreaElement, ScrollIntoViewOptions, ScrollLogicalPosition};

use super::{
    is_composing,
    slash::{Word, replaced, with_slash, word_at},
};
use crate::{
    domain::{
        CannedList, CannedRow, CannedScope,
        canned::{marked, rank},
        preview,
    },
    routes,
    ui::{
        components::{Icon, icon},
        live::Live,
        screens::inbox::frame::Desk,
    },
};

/// So many are listed; who looks for another types on.
const MOST: usize = 50;
/// Of a text so many characters are shown.
const SHOWN: usize = 120;
/// By which the field names the list.
const LIST: &str = "canned";

/// What the list knows.
#[derive(Clone, Copy)]
pub struct Picker {
    live: Live,
    desk: Desk,
    /// Takes what is written now.
    write: Callback<String>,
    /// What is being typed after a slash.
    word: RwSignal<Option<Word>>,
    /// Where a word begins for which somebody wants no list.
    closed: RwSignal<Option<usize>>,
    hits: Memo<Vec<CannedRow>>,
    /// By which option the keys stand.
    place: RwSignal<usize>,
    is_open: Memo<bool>,
}

impl Picker {
    /// Over the composer's field. What is for the team is no canned response.
    pub fn new(live: Live, desk: Desk, write: Callback<String>) -> Self {
        let word = RwSignal::new(None::<Word>);
        let closed = RwSignal::new(None);
        let hits = Memo::new(move |_| {
            let Some(word) = word.get().filter(|_| !desk.note.get()) else { return Vec::new() };
            live.canned.with(|list| {
                let rows = list.as_ref().map_or(&[][..], |list| &list.rows);
                rank(rows, &word.query).into_iter().take(MOST).cloned().collect()
            })
        });
        let is_open = Memo::new(move |_| {
            let start = word.with(|word| word.as_ref().map(|word| word.start));
            start.is_some() && closed.get() != start && !hits.with(Vec::is_empty)
        });
        let picker = Self { live, desk, write, word, closed, hits, place: RwSignal::new(0), is_open };
        picker.keep_in_sight();
        picker
    }

    /// Looks where the caret is.
    pub fn look(self) {
        let Some(field) = self.field() else { return };
        let start = field.selection_start().ok().flatten();
        let end = field.selection_end().ok().flatten();
        let is_caret = start == end && !self.desk.note.get_untracked();
        let word = start.filter(|_| is_caret).and_then(|caret| word_at(&field.value(), caret));
        let before = self.word.get_untracked();
        if word == before {
            return;
        }
        if word.as_ref().map(|word| word.start) != before.map(|word| word.start) {
            self.closed.set(None);
            if word.is_some() {
                self.live.load_canned();
            }
        }
        self.place.set(0);
        self.word.set(word);
    }

    /// Nothing is being looked for any more.
    pub fn close(self) {
        self.word.maybe_update(|word| word.take().is_some());
    }

    /// Takes a key that is the list's, while it is open. Whether it was.
    pub fn takes(self, event: &KeyboardEvent) -> bool {
        let has_modifier = event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key();
        if !self.is_open.get_untracked() || has_modifier || is_composing(event) {
            return false;
        }
        let count = self.hits.with_untracked(Vec::len);
        let place = self.place.get_untracked();
        match event.key().as_str() {
            "ArrowDown" => self.place.set((place + 1) % count),
            "ArrowUp" => self.place.set((place + count - 1) % count),
            "Enter" | "Tab" => self.choose(place),
            "Escape" => {
                self.closed.set(self.word.with_untracked(|word| word.as_ref().map(|word| word.start)))
            }
            _ => return false,
        }
        event.prevent_default();
        event.stop_propagation();
        true
    }

    /// Begins a word with a slash where the caret is.
    fn open(self) {
        let Some(field) = self.field() else { return };
        let text = field.value();
        let caret = field.selection_end().ok().flatten().unwrap_or(u32::MAX);
        self.desk.focus_composer();
        self.put(&field, with_slash(&text, caret));
        self.look();
    }

    /// Puts a response in the place of the word.
    fn choose(self, place: usize) {
        let row = self.hits.with_untracked(|hits| hits.get(place).cloned());
        let (Some(field), Some(word), Some(row)) = (self.field(), self.word.get_untracked(), row) else {
            return;
        };
        self.put(&field, replaced(&field.value(), &word, &row.canned.text));
        self.live.insert_canned(row.canned.id);
        self.close();
    }

    /// Writes a text with the caret at a place.
    fn put(self, field: &HtmlTextAreaElement, (text, caret): (String, u32)) {
        field.set_value(&text);
        // Elsewhere it is no worse than at the end.
        let _ = field.set_selection_range(caret, caret);
        self.write.run(text);
    }

    fn field(self) -> Option<HtmlTextAreaElement> {
        self.desk.composer.get_untracked()
    }

    fn keep_in_sight(self) {
        Effect::new(move |_| {
            let place = self.place.get();
            if self.is_open.get()
                && let Some(option) = document().get_element_by_id(&option_id(place))
            {
                let options = ScrollIntoViewOptions::new();
                options.set_block(ScrollLogicalPosition::Nearest);
                option.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    }

    /// For the field's `aria-controls`.
    pub fn list_id(self) -> Option<&'static str> {
        self.is_open.get().then_some(LIST)
    }

    /// For the field's `aria-activedescendant`.
    pub fn active_id(self) -> Option<String> {
        self.is_open.get().then(|| option_id(self.place.get()))
    }
}

fn option_id(place: usize) -> String {
    format!("{LIST}-{place}")
}

/// The list, or what to do where there is nothing to list.
#[component]
pub fn CannedResponses(
    /// Its state.
    picker: Picker,
) -> impl IntoView {
    let Picker { live, word, hits, is_open, .. } = picker;
    let has_none = Memo::new(move |_| {
        word.with(Option::is_some)
            && live.canned.with(|list| list.as_ref().is_some_and(|list| list.rows.is_empty()))
    });
    let shown = move || {
        let rows = hits.get();
        live.canned.with(|list| {
            let list = list.as_ref();
            rows.into_iter().enumerate().map(|(place, row)| option(picker, place, row, list)).collect_view()
        })
    };
    // The focus stays in the field, also under the pointer.
    view! {
        <Show when=move || is_open.get()>
            <ul
                class="listbox"
                id=LIST
                role="listbox"
                aria-label="Canned responses"
                tabindex="0"
                on:mousedown=move |event| event.prevent_default()
            >
                {shown}
            </ul>
        </Show>
        <Show when=move || has_none.get()>
            <p class="listbox listbox__none" on:mousedown=move |event| event.prevent_default()>
                "There are no canned responses yet. "
                <a class="link" href=routes::NEW_CANNED rel="external">
                    "Write the first"
                </a>
            </p>
        </Show>
        <p class="visually-hidden" role="status">
            {move || is_open.get().then(|| hits.with(|hits| announcement(hits.len())))}
        </p>
    }
}

fn option(picker: Picker, place: usize, row: CannedRow, list: Option<&CannedList>) -> impl IntoView + use<> {
    let canned = row.canned;
    let query =
        picker.word.with_untracked(|word| word.as_ref().map(|word| word.query.clone())).unwrap_or_default();
    let scope = match canned.scope {
        CannedScope::Everyone => None,
        scope => Some(scope.label(list.map_or(&[][..], |list| &list.teams))),
    };
    view! {
        <li
            class="menu__item listbox__option"
            id=option_id(place)
            role="option"
            aria-selected=move || (picker.place.get() == place).to_string()
            on:click=move |_| picker.choose(place)
        >
            <span class="listbox__shortcut">"/" {shortcut(&canned.shortcut, &query)}</span>
            <span class="menu__text">
                <bdi>{canned.title}</bdi> <span class="menu__hint" dir="auto">{preview(&canned.text, SHOWN)}</span>
            </span>
            {scope.map(|scope| view! { <span class="chip">{scope}</span> })}
        </li>
    }
}

/// A shortcut with what was typed of it marked.
fn shortcut(shortcut: &str, query: &str) -> impl IntoView + use<> {
    let mut at = 0;
    let mut runs: Vec<AnyView> = Vec::new();
    for mark in marked(shortcut, query) {
        runs.push(shortcut[at..mark.start].to_owned().into_any());
        at = mark.end;
        runs.push(view! { <mark>{shortcut[mark].to_owned()}</mark> }.into_any());
    }
    runs.push(shortcut[at..].to_owned().into_any());
    runs
}

/// What is read out of so many.
fn announcement(count: usize) -> String {
    let what = if count == 1 { "1 canned response".to_owned() } else { format!("{count} canned responses") };
    format!("{what}. Arrow keys choose, Enter inserts.")
}

/// Opens the list by the pointer.
#[component]
pub fn CannedButton(
    /// Its state.
    picker: Picker,
) -> impl IntoView {
    view! {
        <Show when=move || !picker.desk.note.get()>
            <button
                class="button button--quiet button--icon"
                type="button"
                on:mousedown=move |event| event.prevent_default()
                on:click=move |_| picker.open()
            >
                {icon(Icon::Canned, "")}
                <span class="tip tip--above tip--start">
                    "Insert a canned response " <kbd class="key" aria-hidden="true">"/"</kbd>
                </span>
            </button>
        </Show>
    }
}
