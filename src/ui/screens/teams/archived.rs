//! Teams that are in no list any more, and the way back.

use leptos::prelude::*;

use super::desk::Desk;
use crate::{
    domain::{ArchivedTeam, Time},
    ui::components::{WallClock, date_time, row_time},
};

/// The list of them, if there are any.
#[component]
pub fn Archived() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let newest = desk.archived.with_untracked(|archived| archived.first().map(|team| team.archived_at));
    let clock = WallClock::start(newest.unwrap_or(Time(0)));
    view! {
        <Show when=move || desk.archived.with(|archived| !archived.is_empty())>
            <section class="settings__section" aria-labelledby="archived">
                <h2 class="settings__part" id="archived">"Archived"</h2>
                <ul class="routing" aria-label="Archived teams">
                    <For
                        each=move || desk.archived.get()
                        key=|team| (team.id, team.name.clone())
                        children=move |team| row(desk, clock, team)
                    />
                </ul>
            </section>
        </Show>
    }
}

fn row(desk: Desk, clock: WallClock, team: ArchivedTeam) -> impl IntoView {
    let at = team.archived_at;
    let in_full = move || date_time(clock.civil(at));
    let shown = move || row_time(clock.civil(at), clock.civil(clock.now()));
    let label = format!("Restore {}", team.name);
    let (id, name, into) = (team.id.to_string(), team.name.clone(), team.into.clone());
    view! {
        <li class="routing__row" data-testid="archived-team" data-team-id=id>
            <div class="member__text">
                <p class="member__name">
                    <bdi>{name}</bdi>
                </p>
                <p class="member__about">
                    "Archived " <time datetime=at.rfc3339() title=in_full>{shown}</time>
                    {into.map(|into| view! { ", taken over by " <bdi>{into}</bdi> })}
                </p>
            </div>
            <button class="button" type="button" aria-label=label on:click=move |_| desk.restore(&team)>
                "Restore"
            </button>
        </li>
    }
}
