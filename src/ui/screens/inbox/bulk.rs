//! What can be done to the rows that are selected.

use leptos::prelude::*;

use super::{
    assign::{self, AssignMenu},
    organise::Organise,
    select::Tools,
};
use crate::{
    domain::{BulkAction, Conversation, Deed, MOST_AT_ONCE, may},
    ui::{
        components::{Icon, icon},
        live::{Act, Live},
    },
};

/// The bar at the foot of the list, while rows are selected.
#[component]
pub fn BulkBar() -> impl IntoView {
    let live = expect_context::<Live>();
    let tools = expect_context::<Tools>();
    let count = Memo::new(move |_| tools.count());
    let is_full = Memo::new(move |_| count.get() >= MOST_AT_ONCE);
    let chosen = Memo::new(move |_| tools.chosen());
    let may_assign = Memo::new(move |_| {
        let may_one = |it: &Conversation| live.inbox.with(|inbox| may(&inbox.me, Deed::Assign, &it.facts()));
        chosen.with(|chosen| chosen.iter().any(may_one))
    });
    let give = Callback::new(move |act| match act {
        Act::Assign(to) => tools.handle_selected(BulkAction::Assign(to)),
        Act::MoveTo(team) => tools.handle_selected(BulkAction::Move(team)),
        // The menu has nothing else.
        Act::Claim | Act::TakeOver | Act::Release | Act::Resolve | Act::Reopen | Act::TakeBack => {}
    });
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
                    <Show when=move || may_assign.get()>
                        <button
                            class="button button--quiet button--icon"
                            type="button"
                            aria-haspopup="menu"
                            aria-keyshortcuts="A"
                            popovertarget=assign::SELECTED
                        >
                            {icon(Icon::Assign, "icon--small")}
                            <span class="tip tip--above">"Assign to…"</span>
                        </button>
                        <AssignMenu id=assign::SELECTED conversations=chosen act=give />
                    </Show>
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
