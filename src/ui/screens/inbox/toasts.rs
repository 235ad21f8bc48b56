//! What was just done, or did not work: told once, at the foot of the screen.

use std::time::Duration;

use leptos::prelude::*;

use super::frame::Desk;
use crate::ui::{
    components::{Icon, icon},
    live::{Done, Live, Moved, Undoing},
};

/// So long a toast stays.
const STAY: Duration = Duration::from_secs(8);

/// The place of toasts.
#[component]
pub fn Toasts() -> impl IntoView {
    let live = expect_context::<Live>();
    // Beside the inbox there are no keys.
    let has_keys = use_context::<Desk>().is_some();
    go_after_a_while(move || live.undo.get().is_some(), move || live.undo.set(None));
    go_after_a_while(move || live.moved.get().is_some(), move || live.moved.set(None));
    go_after_a_while(move || live.done.get().is_some(), move || live.done.set(None));
    go_after_a_while(move || live.error.get().is_some(), move || live.error.set(None));
    view! {
        <div class="toasts">
            <div role="status">{move || {
                live.undo
                    .get()
                    .map(|undo| {
                        view! {
                            <div class="toast">
                                <span class="toast__text">{undo.done.sentence()}</span>
                                <button class="toast__action" type="button" on:click=move |_| live.take_back()>
                                    "Undo "
                                    {has_keys
                                        .then(|| {
                                            view! { <kbd class="button__key" aria-hidden="true">"Z"</kbd> }
                                        })}
                                </button>
                                <Close on_close=Callback::new(move |()| live.undo.set(None)) />
                            </div>
                        }
                    })
            }} {move || live.moved.get().map(|moved| view! { <MailMoved moved /> })}
            {move || live.done.get().map(|done| view! { <JustDone done /> })}</div>
            {move || {
                live.error
                    .get()
                    .map(|error| {
                        view! {
                            <div class="toast" role="alert">
                                <span class="toast__text">{error.to_string()}</span>
                                <Close on_close=Callback::new(move |()| live.error.set(None)) />
                            </div>
                        }
                    })
            }}
        </div>
    }
}

/// Where a mail has gone, with the way there.
#[component]
fn MailMoved(
    /// What was moved.
    moved: Moved,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let text = if moved.alone {
        "Mail moved to its own conversation."
    } else {
        "Mail moved to another conversation."
    };
    view! {
        <div class="toast">
            <span class="toast__text">{text}</span>
            <a
                class="toast__action"
                href=move || desk.place.with(|place| place.path(Some(moved.to)))
                on:click=move |_| live.moved.set(None)
            >
                "Open it"
            </a>
            <Close on_close=Callback::new(move |()| live.moved.set(None)) />
        </div>
    }
}

/// What was done to several conversations or to a view, with the way back if there is one.
#[component]
fn JustDone(
    /// What.
    done: Done,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let can_undo = done.undo != Undoing::Nothing;
    view! {
        <div class="toast" data-testid="done">
            <span class="toast__text">{done.text}</span>
            {can_undo
                .then(|| {
                    view! {
                        <button class="toast__action" type="button" on:click=move |_| {
                            live.undo_done();
                        }>
                            "Undo " <kbd class="button__key" aria-hidden="true">"Z"</kbd>
                        </button>
                    }
                })}
            <Close on_close=Callback::new(move |()| live.done.set(None)) />
        </div>
    }
}

/// The button that takes a toast away.
#[component]
fn Close(
    /// Takes it away.
    on_close: Callback<()>,
) -> impl IntoView {
    view! {
        <button class="toast__close" type="button" aria-label="Close" on:click=move |_| on_close.run(())>
            {icon(Icon::Close, "icon--small")}
        </button>
    }
}

/// Takes something away when it has been there for a while.
pub fn go_after_a_while(is_shown: impl Fn() -> bool + 'static, hide: impl Fn() + Copy + 'static) {
    Effect::new(move |before: Option<Option<TimeoutHandle>>| {
        if let Some(Some(timer)) = before {
            timer.clear();
        }
        is_shown().then(|| set_timeout_with_handle(hide, STAY).ok()).flatten()
    });
}
