//! Above the field: reply or note, and whether what is written is safe.

use leptos::{ev::KeyboardEvent, prelude::*};

use crate::ui::{
    components::{Icon, icon},
    live::{DraftState, Live},
    screens::inbox::frame::Desk,
};

/// Reply or note.
#[component]
pub fn Tabs() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let note = desk.note;
    let choose = move |to_note: bool| {
        note.set(to_note);
        desk.focus_composer();
    };
    let arrows = move |event: KeyboardEvent| {
        if matches!(event.key().as_str(), "ArrowLeft" | "ArrowRight") {
            event.prevent_default();
            note.update(|note| *note = !*note);
            let id = if note.get_untracked() { "tab-note" } else { "tab-reply" };
            if let Some(tab) = document().get_element_by_id(id)
                && let Ok(tab) = wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(tab)
            {
                // A tab that cannot be focused is chosen all the same.
                let _ = tab.focus();
            }
        }
    };
    view! {
        <div class="composer__tabs" role="tablist" aria-label="Reply or note" on:keydown=arrows>
            <button
                class="composer__tab"
                role="tab"
                id="tab-reply"
                type="button"
                aria-controls="compose"
                aria-selected=move || (!note.get()).to_string()
                tabindex=move || if note.get() { "-1" } else { "0" }
                on:click=move |_| choose(false)
            >
                "Reply"
            </button>
            <button
                class="composer__tab composer__tab--note"
                role="tab"
                id="tab-note"
                type="button"
                aria-controls="compose"
                aria-selected=move || note.get().to_string()
                tabindex=move || if note.get() { "0" } else { "-1" }
                on:click=move |_| choose(true)
            >
                {icon(Icon::Note, "icon--small")}
                "Note"
            </button>
        </div>
    }
}

/// Whether what is written is safe.
#[component]
pub fn Saved() -> impl IntoView {
    let live = expect_context::<Live>();
    view! {
        <span class="composer__saved" role="status">
            {move || match live.draft_state.get() {
                DraftState::Idle => ().into_any(),
                DraftState::Saving => "Saving…".into_any(),
                DraftState::Saved => {
                    view! {
                        {icon(Icon::Check, "icon--tiny")}
                        "Saved"
                    }
                        .into_any()
                }
                DraftState::Failed => "Not saved yet".into_any(),
            }}
        </span>
    }
}
