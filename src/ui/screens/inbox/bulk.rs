//! What can be done to the rows that are selected.

use leptos::prelude::*;

use super::{organise::Organise, select::Tools};
use crate::{
    domain::{BulkAction, MOST_AT_ONCE},
    ui::{
        components::{Icon, icon},
        live::Live,
    },
};

/// The bar at the foot of the list, while rows are selected.
#[component]
pub fn BulkBar() -> impl IntoView {
    let tools = expect_context::<Tools>();
    let count = Memo::new(move |_| tools.count());
    let is_full = Memo::new(move |_| count.get() >= MOST_AT_ONCE);
    let text = move || match count.get() {
        MOST_AT_ONCE.. => format!("{MOST_AT_ONCE} selected, the most at once"),
        count => format!("{count} selected"),
    };
    view! {
        <p class="visually-hidden" role="status">{move || (count.get() > 0).then(text)}</p>
        <Show when=move || { count.get() > 0 }>
            <div class="bulk" role="group" aria-label="Selected conversations" data-testid="bulk">
                <p class="bulk__count" data-full=move || is_full.get().then_some("true")>{text}</p>
                <div class="bulk__tools">
                    <Tool sign=Icon::Resolved label="Resolve" key="E" run=Callback::new(move |()| tools.handle_selected(BulkAction::Resolve)) />
                    <Tool sign=Icon::Claim label="Assign to me" key="C" run=Callback::new(move |()| tools.handle_selected(BulkAction::Take)) />
                    <Tool sign=Icon::Tag label="Tags" key="L" opens=true run=Callback::new(move |()| tools.organise(Organise::Tags)) />
                    <Tool sign=Icon::Flag label="Priority" key="P" opens=true run=Callback::new(move |()| tools.organise(Organise::Priority)) />
                    <Tool sign=Icon::Snooze label="Snooze" key="H" opens=true run=Callback::new(move |()| tools.organise(Organise::Snooze)) />
                    <Tool sign=Icon::Check label="Mark as read" run=Callback::new(move |()| tools.handle_selected(BulkAction::MarkRead)) />
                    <Tool sign=Icon::All label="Select all loaded" run=Callback::new(move |()| tools.select_all()) />
                    <Tool sign=Icon::Close label="Select none" key="Escape" run=Callback::new(move |()| tools.clear()) />
                </div>
            </div>
        </Show>
    }
}

/// A button of the bar.
#[component]
fn Tool(
    /// Its icon.
    sign: Icon,
    /// What it does.
    label: &'static str,
    /// Its key.
    #[prop(optional)]
    key: Option<&'static str>,
    /// Whether it opens a dialog.
    #[prop(optional)]
    opens: bool,
    /// Does it.
    run: Callback<()>,
) -> impl IntoView {
    let live = expect_context::<Live>();
    view! {
        <button
            class="button button--quiet button--icon"
            type="button"
            aria-keyshortcuts=key
            aria-haspopup=opens.then_some("dialog")
            disabled=move || live.is_handling.get()
            on:click=move |_| run.run(())
        >
            {icon(sign, "icon--small")}
            <span class="tip tip--above">{label}</span>
        </button>
    }
}
