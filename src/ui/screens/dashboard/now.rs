//! The live half: what waits, who has how much, and what the AI does.

use leptos::prelude::*;

use super::{
    announce::Announcer,
    count::{count, oldest},
    longest::Longest,
    tables::{Channels, Operators, Teams},
};
use crate::{
    domain::{Load, Queue, Scope},
    routes,
    ui::{components::WallClock, live::Live},
};

/// Of so many who wait the order is known; beyond that a wait is told as shorter than the last of these.
const MOST_KNOWN: usize = 100;

/// How much work there is now.
#[component]
pub fn Now() -> impl IntoView {
    let live = expect_context::<Live>();
    know_who_waits(live);
    view! {
        <section class="dashboard__half" aria-labelledby="now">
            <h2 class="settings__part" id="now">"Now"</h2>
            <Tiles />
            <Announcer />
            <Longest />
            <Teams />
            <Operators />
            <Channels />
        </section>
    }
}

/// Loads the list of those who wait, as far as their order matters.
fn know_who_waits(live: Live) {
    Effect::new(move |_| {
        let is_short = live.inbox.with(|inbox| inbox.next.is_some() && inbox.rows.len() < MOST_KNOWN);
        if is_short {
            live.more_rows();
        }
    });
}

/// The numbers that matter most, with one line of meaning each.
#[component]
fn Tiles() -> impl IntoView {
    let live = expect_context::<Live>();
    let clock = expect_context::<WallClock>();
    let counted = |label, testid, load: Load, about: Signal<String>| {
        let number = count(live, Scope::All, load);
        let path = Signal::stored(routes::counted(load, Scope::All));
        tile(label, testid, Signal::derive(move || number.get().to_string()), path, about)
    };
    let first = oldest(live, Scope::All);
    let first_in_line = Signal::derive(move || {
        let first = live.inbox.with(|inbox| inbox.rows.first().map(|row| row.conversation.id));
        routes::inbox(Queue::NeedsAnswer, first)
    });
    let share = Memo::new(move |_| live.board.with(|board| board.as_ref()?.ai_share(Scope::All)));
    let of_ai = Signal::derive(move || match share.get() {
        Some(percent) => format!("{percent} % of what is in work"),
        None => "Nothing is in work".to_owned(),
    });
    let wait = Signal::derive(move || first.get().label(clock.now()));
    view! {
        <ul class="tiles">
            {counted("Waiting now", "waiting-now", Load::NeedsAnswer, "Customers without an answer".into())}
            {tile("Oldest wait", "oldest-wait", wait, first_in_line, "The first in line".into())}
            {counted("Unassigned", "unassigned-now", Load::Unassigned, "Nobody owns them".into())}
            {counted("With operators", "active-now", Load::Active, "Somebody owns them".into())}
            {counted("With the AI", "ai-now", Load::Ai, of_ai)}
        </ul>
    }
}

/// A number, its name and its meaning; it leads to what it counts.
fn tile(
    label: &'static str,
    testid: &'static str,
    value: Signal<String>,
    path: Signal<String>,
    about: Signal<String>,
) -> impl IntoView {
    view! {
        <li class="tile">
            // A link says its name itself.
            <p class="tile__label" aria-hidden="true">
                {label}
            </p>
            <a
                class="tile__number"
                href=move || path.get()
                rel="external"
                aria-label=move || format!("{label}: {}", value.get())
                data-testid=testid
            >
                {move || value.get()}
            </a>
            <p class="tile__about">{move || about.get()}</p>
        </li>
    }
}
