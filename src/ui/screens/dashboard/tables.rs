//! The same numbers by team, by operator and by channel.

use leptos::prelude::*;

use super::count::{count, count_cell, oldest_cell};
use crate::{
    domain::{Channel, Load, Operator, Scope, Team},
    ui::{
        components::{WallClock, channel_mark},
        live::Live,
    },
};

/// What a team or a channel has.
const LOADS: [(&str, Load); 4] = [
    ("Unassigned", Load::Unassigned),
    ("With operators", Load::Active),
    ("With the AI", Load::Ai),
    ("In work", Load::InWork),
];

/// A table under a heading, which is its name.
fn table(id: &'static str, title: &'static str, heads: Vec<&'static str>, rows: AnyView) -> impl IntoView {
    let heads = heads.into_iter().map(|head| view! { <th scope="col">{head}</th> }).collect_view();
    view! {
        <section class="settings__section" aria-labelledby=id>
            <h3 class="dashboard__part" id=id>
                {title}
            </h3>
            <div class="board__scroll">
                <table class="board" aria-labelledby=id>
                    <thead>
                        <tr>{heads}</tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}

/// The heads of a table whose rows are made by [`row`].
fn heads(first: &'static str) -> Vec<&'static str> {
    let loads = LOADS.iter().map(|(head, _)| *head);
    [first, "Waiting", "Oldest wait"].into_iter().chain(loads).collect()
}

/// A row with all that a team or a channel has.
fn row(live: Live, clock: WallClock, name: AnyView, scope: Scope) -> impl IntoView {
    let loads = LOADS.iter().map(|(_, load)| count_cell(live, scope, *load)).collect_view();
    view! {
        <tr>
            <th scope="row" class="board__name">
                {name}
            </th>
            {count_cell(live, scope, Load::NeedsAnswer)}
            {oldest_cell(live, clock, scope)}
            {loads}
        </tr>
    }
}

/// What each team has, and what no team has if there is any.
#[component]
pub fn Teams() -> impl IntoView {
    let live = expect_context::<Live>();
    let clock = expect_context::<WallClock>();
    let teams = Memo::new(move |_| live.inbox.with(|inbox| inbox.teams.clone()));
    let without = count(live, Scope::Team(None), Load::InWork);
    let team = move |Team { id, name }: Team| {
        row(live, clock, view! { <bdi>{name}</bdi> }.into_any(), Scope::Team(Some(id)))
    };
    let rows = view! {
        <For each=move || teams.get() key=|team| (team.id, team.name.clone()) children=team />
        <Show when=move || { without.get() > 0 }>
            {move || row(live, clock, "No team".into_any(), Scope::Team(None))}
        </Show>
    };
    table("board-teams", "Teams", heads("Team"), rows.into_any())
}

/// What began on each channel.
#[component]
pub fn Channels() -> impl IntoView {
    let live = expect_context::<Live>();
    let clock = expect_context::<WallClock>();
    let channels = Memo::new(move |_| live.inbox.with(|inbox| inbox.channels.clone()));
    let channel = move |channel: Channel| {
        let name = view! {
            <span class="board__channel">
                {channel_mark(channel.kind, channel.hue, "")} <bdi>{channel.name}</bdi>
            </span>
        };
        row(live, clock, name.into_any(), Scope::Channel(channel.id))
    };
    let key = |channel: &Channel| (channel.id, channel.name.clone(), channel.hue);
    let rows = view! { <For each=move || channels.get() key children=channel /> };
    table("board-channels", "Channels", heads("Channel"), rows.into_any())
}

/// What each operator owns. Who cannot sign in any more is left out, unless they still own something.
#[component]
pub fn Operators() -> impl IntoView {
    let live = expect_context::<Live>();
    let clock = expect_context::<WallClock>();
    let operators = Memo::new(move |_| {
        let everybody = live.inbox.with(|inbox| inbox.operators.clone());
        live.board.with(|board| {
            let owns = |operator: &Operator| {
                let scope = Scope::Operator(operator.id);
                board.as_ref().is_some_and(|board| board.get(scope, Load::InWork) > 0)
            };
            everybody.into_iter().filter(|operator| operator.enabled || owns(operator)).collect::<Vec<_>>()
        })
    });
    let operator = move |Operator { id, name, .. }: Operator| {
        let scope = Scope::Operator(id);
        view! {
            <tr data-operator-id=id.to_string()>
                <th scope="row" class="board__name">
                    <bdi>{name}</bdi>
                </th>
                {count_cell(live, scope, Load::Active)}
                {count_cell(live, scope, Load::NeedsAnswer)}
                {oldest_cell(live, clock, scope)}
            </tr>
        }
    };
    let key = |operator: &Operator| (operator.id, operator.name.clone());
    let rows = view! { <For each=move || operators.get() key children=operator /> };
    table("board-operators", "Operators", vec!["Operator", "Owns", "Waiting", "Oldest wait"], rows.into_any())
}
