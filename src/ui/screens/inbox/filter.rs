//! The filter of the list: what of it is set, and the dialog that sets it.

mod choices;
mod created;
mod dialog;
mod spans;
mod words;

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

pub use self::dialog::FilterDialog;
use self::words::said;
use super::{
    Place,
    frame::Desk,
    select::Tools,
    views::{SavedView, Saving},
};
use crate::{
    domain::{Audience, Condition, Filter, Listing},
    ui::{
        components::{Icon, icon},
        live::Live,
    },
};

/// Goes to the same list with another filter.
fn go(desk: Desk) -> impl Fn(Filter) + Clone + 'static {
    let navigate = use_navigate();
    move |filter: Filter| {
        let mut place = desk.place.get_untracked();
        place.listing = Listing { filter, ..place.listing };
        navigate(
            &place.path(place.conversation),
            NavigateOptions { scroll: false, ..NavigateOptions::default() },
        );
    }
}

/// The button that opens the filter.
#[component]
pub fn FilterButton() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let tools = expect_context::<Tools>();
    let is_set = Memo::new(move |_| desk.place.with(Place::has_filter));
    view! {
        <button
            class="button button--quiet button--icon"
            type="button"
            aria-haspopup="dialog"
            aria-keyshortcuts="F"
            data-set=move || is_set.get().then_some("true")
            on:click=move |_| tools.filter_open.set(true)
        >
            {icon(Icon::Filter, "")}
            <span class="tip">"Filter"</span>
        </button>
    }
}

/// What of the filter is set, each to be taken away; and saving it.
#[component]
pub fn FilterBar() -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let go = StoredValue::new(go(desk));
    let saved = SavedView::of(live, desk);
    let filter = Memo::new(move |_| desk.place.with(|place| place.listing.filter.clone()));
    let set = Memo::new(move |_| {
        live.inbox.with(|inbox| filter.with(|filter| said(filter, inbox, |time| desk.clock.civil(time))))
    });
    let is_set = Memo::new(move |_| set.with(|set| !set.is_empty()));
    let chip = move |(condition, text): (Condition, String)| {
        let text = format!("{}: {text}", condition.label());
        let label = format!("Remove {text}");
        view! {
            <li>
                <button
                    class="chip chip--set"
                    type="button"
                    aria-label=label
                    data-condition=condition.as_str()
                    on:click=move |_| {
                        let mut rest = filter.get_untracked();
                        rest.clear(condition);
                        go.with_value(|go| go(rest));
                    }
                >
                    <span class="chip__text">{text}</span>
                    {icon(Icon::Close, "icon--tiny")}
                </button>
            </li>
        }
    };
    view! {
        <p class="visually-hidden" role="status">{move || found(live, desk)}</p>
        <Show when=move || is_set.get() || saved.is_edited.get()>
            <div class="filter" role="group" aria-label="Filter" data-testid="filter">
                <ul class="filter__set" aria-label="Conditions">
                    <For each=move || set.get() key=Clone::clone children=chip />
                </ul>
                <div class="filter__tools">
                    <SaveButtons saved />
                    <Show when=move || is_set.get()>
                        <button
                            class="button button--quiet button--small"
                            type="button"
                            on:click=move |_| go.with_value(|go| go(Filter::default()))
                        >
                            "Clear filter"
                        </button>
                    </Show>
                </div>
            </div>
        </Show>
    }
}

/// How much meets the filter, once the list is there.
fn found(live: Live, desk: Desk) -> Option<String> {
    live.inbox.with(|inbox| {
        let is_here = desk.place.with(|place| place.listing == inbox.listing());
        (is_here && !inbox.filter.is_empty()).then(|| match (inbox.rows.len(), inbox.next) {
            (0, _) => "No conversation found".to_owned(),
            (1, None) => "1 conversation found".to_owned(),
            (count, None) => format!("{count} conversations found"),
            (count, Some(_)) => format!("More than {count} conversations found"),
        })
    })
}

/// Saves what is shown: as the view that it was come from, or as a new one.
#[component]
fn SaveButtons(
    /// Where it was come from.
    saved: SavedView,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let tools = expect_context::<Tools>();
    let is_new = Memo::new(move |_| {
        saved.is_edited.get() || (saved.view.with(Option::is_none) && desk.place.with(Place::has_filter))
    });
    let listing = move || desk.place.with_untracked(|place| place.listing.clone());
    let save_changes = move |_| {
        if let Some(view) = saved.view.get_untracked() {
            live.save_changes(&view, listing());
        }
    };
    let save_new = move |_| {
        let saving = Saving { id: None, name: String::new(), audience: Audience::Me, listing: listing() };
        tools.saving.set(Some(saving));
    };
    view! {
        <Show when=move || saved.is_edited.get() && saved.may_change.get()>
            <button class="button button--small" type="button" on:click=save_changes>
                "Save changes"
            </button>
        </Show>
        <Show when=move || is_new.get()>
            <button class="button button--small" type="button" aria-haspopup="dialog" on:click=save_new>
                {icon(Icon::View, "icon--tiny")}
                {move || if saved.is_edited.get() { "Save as new view" } else { "Save view" }}
            </button>
        </Show>
    }
}
