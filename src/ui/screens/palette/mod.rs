//! The command palette: every place, every person, and what can be done here, by a few letters (WAI-ARIA Authoring
//! Practices, "Combobox" with a list box).

mod fit;
mod offers;

use std::time::Duration;

use leptos::{
    ev::{self, KeyboardEvent, MouseEvent},
    html,
    prelude::*,
    task::spawn_local,
};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use wasm_bindgen::JsCast;
use web_sys::Element;

pub use self::offers::{Does, Offer};

use self::offers::{Found, offers};
use crate::{
    api::search::find_anything,
    routes,
    ui::components::{Icon, icon},
};

/// Writing goes on until it has paused so long.
const PAUSE: Duration = Duration::from_millis(120);

/// The palette of a page beside the inbox: it leads away, and does nothing there.
#[component]
pub fn GoAnywhere() -> impl IntoView {
    view! { <CommandPalette commands=Signal::derive(Vec::new) open=opened_by_keys() in_inbox=false /> }
}

/// Whether the palette is open: Ctrl K and ⌘ K open it, and close it again.
pub fn opened_by_keys() -> RwSignal<bool> {
    let is_open = RwSignal::new(false);
    Effect::new(move |_| {
        let handle = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
            let is_command = (event.ctrl_key() || event.meta_key()) && !event.alt_key() && !event.shift_key();
            if is_command && event.key().eq_ignore_ascii_case("k") {
                event.prevent_default();
                is_open.update(|open| *open = !*open);
            }
        });
        on_cleanup(move || handle.remove());
    });
    is_open
}

/// The palette.
#[component]
pub fn CommandPalette(
    /// What can be done on this page.
    commands: Signal<Vec<Offer>>,
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The inbox goes to its places by itself; every other page is loaded whole.
    in_inbox: bool,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let list = NodeRef::<html::Ul>::new();
    let state = State::new(dialog, open);
    state.follow();
    let shown = Signal::derive(move || {
        if !state.is_open.get() {
            return Vec::new();
        }
        state.found.with(|found| state.words.with(|words| offers(commands.get(), found.as_ref(), words)))
    });
    let navigate = use_navigate();
    let choose = Callback::new(move |place: usize| {
        let Some(offer) = shown.with_untracked(|shown| shown.get(place).cloned()) else { return };
        // First the focus goes back to where it was: what is done then may move it.
        state.close();
        match offer.does {
            Does::Run(run) => run.run(()),
            Does::Go(path) if in_inbox && path.starts_with(routes::INBOX) => {
                navigate(&path, NavigateOptions { scroll: false, ..Default::default() });
            }
            // Refused only while the page is being left already.
            Does::Go(path) => drop(window().location().assign(&path)),
        }
    });
    let on_key = move |event: KeyboardEvent| {
        if event.is_composing() {
            return;
        }
        let count = shown.with_untracked(Vec::len);
        let at = state.chosen.get_untracked();
        let next = match event.key().as_str() {
            "ArrowDown" => at + 1,
            "ArrowUp" => at + count.saturating_sub(1),
            "Enter" => {
                event.prevent_default();
                choose.run(at);
                return;
            }
            _ => return,
        };
        event.prevent_default();
        state.chosen.set(if count == 0 { 0 } else { next % count });
        keep_in_sight(list);
    };
    let options = move || {
        let options = shown.get().into_iter().enumerate();
        options.map(|(place, offer)| option(offer, place, state, choose)).collect_view()
    };
    let active = move || shown.with(|shown| !shown.is_empty()).then(|| option_id(state.chosen.get()));
    view! {
        <dialog
            class="dialog palette"
            aria-label="Command palette"
            node_ref=dialog
            on:close=move |_| state.is_open.set(false)
            on:click=move |event: MouseEvent| {
                // Beside the box is outside.
                let on_dialog = event.target().and_then(|target| target.dyn_into::<Element>().ok());
                if on_dialog.is_some_and(|target| target.node_name() == "DIALOG") {
                    state.close();
                }
            }
        >
            <div class="palette__field">
                {icon(Icon::Search, "icon--small")}
                <input
                    class="palette__input"
                    type="text"
                    role="combobox"
                    aria-label="Go anywhere, do anything"
                    aria-autocomplete="list"
                    aria-expanded="true"
                    aria-controls="palette-list"
                    aria-activedescendant=active
                    placeholder="Type a command, a place or a name"
                    autocomplete="off"
                    autofocus
                    spellcheck="false"
                    maxlength="100"
                    prop:value=move || state.words.get()
                    on:input:target=move |event| state.type_in(event.target().value())
                    on:keydown=on_key
                />
                <kbd class="key" aria-hidden="true">"Esc"</kbd>
            </div>
            <ul class="palette__list" role="listbox" id="palette-list" aria-label="Commands" node_ref=list>
                {options}
            </ul>
            <p class="palette__foot" role="status">
                {move || match (state.has_failed.get(), shown.with(Vec::len)) {
                    (true, _) => "Names cannot be looked up now.".to_owned(),
                    (false, 0) => "Nothing fits.".to_owned(),
                    (false, _) => String::new(),
                }}
            </p>
        </dialog>
    }
}

/// How the palette stands.
#[derive(Clone, Copy)]
struct State {
    dialog: NodeRef<html::Dialog>,
    is_open: RwSignal<bool>,
    words: RwSignal<String>,
    chosen: RwSignal<usize>,
    found: RwSignal<Option<Found>>,
    has_failed: RwSignal<bool>,
}

impl State {
    fn new(dialog: NodeRef<html::Dialog>, is_open: RwSignal<bool>) -> Self {
        Self {
            dialog,
            is_open,
            words: RwSignal::new(String::new()),
            chosen: RwSignal::new(0),
            found: RwSignal::new(None),
            has_failed: RwSignal::new(false),
        }
    }

    /// Opens and closes as it is told.
    fn follow(self) {
        Effect::new(move |_| {
            let Some(dialog) = self.dialog.get() else { return };
            if !self.is_open.get() {
                dialog.close();
            } else if !dialog.open() {
                self.words.set(String::new());
                self.chosen.set(0);
                // A page that is being left has no place for it.
                let _ = dialog.show_modal();
                self.ask();
            }
        });
    }

    /// The focus goes back to where it was.
    fn close(self) {
        if let Some(dialog) = self.dialog.get_untracked() {
            dialog.close();
        }
        self.is_open.set(false);
    }

    fn type_in(self, words: String) {
        self.words.set(words.clone());
        self.chosen.set(0);
        set_timeout(
            move || {
                if self.words.try_with_untracked(|now| *now == words) == Some(true) {
                    self.ask();
                }
            },
            PAUSE,
        );
    }

    /// Asks the server for names; an answer to other words than those that stand there is dropped.
    fn ask(self) {
        let words = self.words.get_untracked();
        spawn_local(async move {
            let answer = find_anything(words.clone()).await;
            if self.words.try_with_untracked(|now| *now == words) == Some(true) {
                self.has_failed.set(answer.is_err());
                if let Ok(names) = answer {
                    self.found.set(Some(Found { words, names }));
                }
            }
        });
    }
}

fn option_id(place: usize) -> String {
    format!("palette-{place}")
}

fn option(offer: Offer, place: usize, state: State, choose: Callback<usize>) -> impl IntoView {
    let Offer { label, about, sign, keys, .. } = offer;
    view! {
        <li
            class="menu__item palette__option"
            role="option"
            id=option_id(place)
            aria-selected=move || (state.chosen.get() == place).to_string()
            on:click=move |_| choose.run(place)
            on:mousemove=move |_| {
                if state.chosen.get_untracked() != place {
                    state.chosen.set(place);
                }
            }
        >
            {icon(sign, "icon--small")}
            <span class="menu__text">
                <bdi>{label}</bdi>
            </span>
            <span class="palette__about">{about}</span>
            {keys.map(|keys| view! { <kbd class="key" aria-hidden="true">{keys}</kbd> })}
        </li>
    }
}

/// Moving by the keyboard must not lead out of sight.
fn keep_in_sight(list: NodeRef<html::Ul>) {
    request_animation_frame(move || {
        let list = list.try_get_untracked().flatten();
        let chosen = list.and_then(|list| list.query_selector("[aria-selected=true]").ok().flatten());
        if let Some(chosen) = chosen {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            chosen.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
}
