//! What one works with: the panes of an open conversation, the bars of the list, what the keys do, the dialogs and what is
//! told at the foot. It is a part of its own, so that the list is there sooner: it comes with the page where a
//! conversation is open or the list is a filter's, and else at the first sign of somebody.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

use leptos::{ev, prelude::*, task::spawn_local};
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::{
    Place,
    bulk::BulkBar,
    commands::use_commands,
    composer::Composer,
    deeds::carry_out,
    filter::{FilterBar, FilterDialog},
    frame::Desk,
    head::Head,
    help::Help,
    keys::Deed,
    log::Log,
    organise::Dialogs,
    panel::Panel,
    select::Tools,
    toasts::Toasts,
    views::SaveView,
};
use crate::{
    domain::AppError,
    routes,
    ui::{
        browser,
        live::{Backoff, Live},
        screens::palette::CommandPalette,
    },
};

/// How it is made. The functions are where the part is.
#[derive(Clone, Copy)]
pub struct Work {
    /// The open conversation.
    pub thread: fn() -> AnyView,
    /// Whose it is.
    pub contact: fn() -> AnyView,
    pub filter_bar: fn() -> AnyView,
    pub bulk_bar: fn() -> AnyView,
    /// The dialogs, and what is told at the foot.
    pub dialogs: fn() -> AnyView,
    /// Does what a key stands for; some lead to another address.
    pub carry_out: fn(Deed, Live, Desk, Tools) -> Option<String>,
}

#[wasm_split(work, preload(load), fallible)]
fn work() -> Result<Work, SplitLoaderError> {
    Ok(Work { thread, contact, filter_bar, bulk_bar, dialogs, carry_out })
}

fn filter_bar() -> AnyView {
    view! { <FilterBar /> }.into_any()
}

fn bulk_bar() -> AnyView {
    view! { <BulkBar /> }.into_any()
}

fn thread() -> AnyView {
    view! {
        <Head />
        <Log />
        <Composer />
    }
    .into_any()
}

fn contact() -> AnyView {
    view! { <Panel /> }.into_any()
}

fn dialogs() -> AnyView {
    let (live, desk, tools) = (expect_context::<Live>(), expect_context::<Desk>(), expect_context::<Tools>());
    view! {
        <Help />
        <CommandPalette commands=use_commands(live, desk, tools) open=desk.palette_open in_inbox=true />
        <FilterDialog />
        <SaveView />
        <Dialogs />
        <Toasts />
    }
    .into_any()
}

/// One of its views, as soon as it is here.
pub fn shown(desk: Desk, view: fn(Work) -> fn() -> AnyView) -> impl IntoView {
    move || desk.work.get().map(|work| view(work)())
}

/// What the page at this address begins with, if it does not begin without.
pub fn at_once(place: &Place) -> Option<Work> {
    if begins_with_it(place) { here() } else { None }
}

/// Whether there is something for it to show at a place. What [`routes::begins_with_work`] says of its address may be
/// more, and never less: what the server has rendered has to be here when the page comes to life.
fn begins_with_it(place: &Place) -> bool {
    place.conversation.is_some() || place.has_filter()
}

/// What is here already. On the server that is everything.
fn here() -> Option<Work> {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(work()).poll(&mut context) {
        Poll::Ready(work) => work.ok(),
        Poll::Pending => None,
    }
}

/// Waits for what the page at this address begins with, as long as it takes: what the server has rendered can be read
/// meanwhile.
pub async fn arrive() {
    if !routes::begins_with_work(&browser::address()) {
        return;
    }
    let mut backoff = Backoff::default();
    while load().await.is_err() {
        browser::wait(backoff.fail(browser::random())).await;
    }
}

/// Fetches it as soon as somebody moves, touches or writes, and at the latest when there is something for it to show.
pub fn fetch_when_wanted(live: Live, desk: Desk) {
    let is_asked = StoredValue::new(desk.work.with_untracked(Option::is_some));
    let ask = move || {
        if !is_asked.get_value() {
            is_asked.set_value(true);
            spawn_local(fetch(desk));
        }
    };
    Effect::new(move |_| {
        if desk.place.with(begins_with_it) || live.has_something_to_tell() {
            ask();
        }
    });
    Effect::new(move |_| {
        let moved = window_event_listener(ev::pointermove, move |_| ask());
        let touched = window_event_listener(ev::pointerdown, move |_| ask());
        let written = window_event_listener(ev::keydown, move |_| ask());
        on_cleanup(move || {
            moved.remove();
            touched.remove();
            written.remove();
        });
    });
}

/// Goes on trying. Meanwhile a conversation that is opened says that it cannot be shown, and offers to load the page anew:
/// a newer server has another part.
async fn fetch(desk: Desk) {
    let mut backoff = Backoff::default();
    loop {
        if let Ok(work) = work().await {
            desk.refused
                .try_update(|refused| *refused = refused.take().filter(|error| *error != AppError::Offline));
            desk.work.try_set(Some(work));
            return;
        }
        desk.refused.try_set(Some(AppError::Offline));
        browser::wait(backoff.fail(browser::random())).await;
    }
}
