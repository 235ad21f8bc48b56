//! Whether this operator takes work: the choices of the account's menu, and the line that says what being away means.

use leptos::prelude::*;

use crate::{
    domain::Availability,
    ui::{
        components::{Icon, icon},
        live::{Connection, Live},
    },
};

/// What a choice means.
const fn meaning(choice: Availability) -> &'static str {
    match choice {
        Availability::Online => "You take work",
        Availability::Idle | Availability::Away => "What you own stays yours",
        Availability::HandingOver => "What customers write next goes to the queue",
        Availability::Offline => "Not at work, and handing over",
    }
}

/// The choices, for the account's menu.
#[component]
pub fn AvailabilityChoices() -> impl IntoView {
    let live = expect_context::<Live>();
    let shown = Memo::new(move |_| match live.availability() {
        // Nobody chose that: it goes when they are back, and they can choose to stay away.
        Availability::Idle => Availability::Away,
        chosen => chosen,
    });
    view! {
        <div role="group" aria-label="Availability">
            {Availability::CHOICES
                .into_iter()
                .map(|choice| {
                    view! {
                        <button
                            class="menu__item"
                            role="menuitemradio"
                            type="button"
                            tabindex="-1"
                            aria-checked=move || (shown.get() == choice).to_string()
                            popovertarget="me"
                            popovertargetaction="hide"
                            on:click=move |_| live.choose_availability(choice)
                        >
                            <span class="standing" data-availability=choice.mark()></span>
                            <span class="menu__text">
                                {choice.label()} <span class="menu__hint">{meaning(choice)}</span>
                            </span>
                            <Show when=move || shown.get() == choice>{icon(Icon::Check, "icon--small")}</Show>
                        </button>
                    }
                })
                .collect_view()}
        </div>
    }
}

/// The line over everything while what customers write goes to others.
#[component]
pub fn AwayBar() -> impl IntoView {
    let live = expect_context::<Live>();
    // There is room for one line.
    let is_shown =
        Memo::new(move |_| live.availability().hands_over() && live.connection.get() != Connection::Offline);
    move || {
        is_shown.get().then(|| {
            view! {
                <div class="frame__bar away" role="status" data-testid="handing-over">
                    <span>"You hand over: what customers write next goes to the queue."</span>
                    <button
                        class="button button--small"
                        type="button"
                        on:click=move |_| live.choose_availability(Availability::Online)
                    >
                        "Take work again"
                    </button>
                </div>
            }
        })
    }
}
