//! The figures of each team, channel and operator.

use leptos::prelude::*;

use super::table::{number, times};
use crate::domain::{Figures, Group, Report};

/// A column: its head, and what stands in it.
struct Column {
    head: &'static str,
    cell: fn(&Figures) -> AnyView,
}

const FIRST_RESPONSE: Column =
    Column { head: "First response", cell: |figures| times(figures.first_response).into_any() };
const RESOLVED: Column = Column { head: "Resolved", cell: |figures| number(figures.resolved).into_any() };
const RESOLUTION: Column =
    Column { head: "Resolution time", cell: |figures| times(figures.resolution).into_any() };
const REOPENED: Column = Column { head: "Reopened", cell: |figures| rate(figures.reopen_rate()).into_any() };

const OF_TEAM: [Column; 7] = [
    Column { head: "New", cell: |figures| number(figures.began).into_any() },
    FIRST_RESPONSE,
    RESOLVED,
    RESOLUTION,
    REOPENED,
    Column { head: "Handed off", cell: |figures| number(figures.handed_off).into_any() },
    Column { head: "AI alone", cell: |figures| rate(figures.ai_share()).into_any() },
];
const OF_OPERATOR: [Column; 4] = [FIRST_RESPONSE, RESOLVED, RESOLUTION, REOPENED];

/// A cell with a share.
fn rate(percent: Option<i64>) -> impl IntoView {
    let text = percent.map_or_else(|| "–".to_owned(), |percent| format!("{percent} %"));
    view! { <td class="board__number">{text}</td> }
}

/// All three tables.
pub fn groups(report: &Report) -> impl IntoView + use<> {
    view! {
        <p class="settings__lead">
            "Times are the median, then what 9 of 10 stay within. The second line is the period before."
        </p>
        {table("past-teams", "By team", "Team", "No team", &report.teams, &OF_TEAM)}
        {table("past-operators", "By operator", "Operator", "No owner", &report.operators, &OF_OPERATOR)}
        {table("past-channels", "By channel", "Channel", "No channel", &report.channels, &OF_TEAM)}
    }
}

fn table<Id>(
    id: &'static str,
    title: &'static str,
    first: &'static str,
    nobody: &'static str,
    groups: &[Group<Id>],
    columns: &'static [Column],
) -> AnyView {
    let heads = columns.iter().map(|column| view! { <th scope="col">{column.head}</th> }).collect_view();
    let rows = groups
        .iter()
        .map(|group| {
            let name = name(group.name.as_deref(), group.id.is_some(), nobody);
            let cells =
                |figures: &Figures| columns.iter().map(|column| (column.cell)(figures)).collect_view();
            view! {
                <tr>
                    <th scope="row" class="board__name">
                        <bdi>{name}</bdi>
                    </th>
                    {cells(&group.figures.now)}
                </tr>
                <tr class="board__before">
                    <th scope="row" class="board__name">"before"</th>
                    {cells(&group.figures.before)}
                </tr>
            }
        })
        .collect_view();
    let body = if groups.is_empty() {
        view! { <p class="settings__lead">"Nothing happened in these days."</p> }.into_any()
    } else {
        view! {
            // Where it does not fit, whoever has no mouse scrolls it by the keyboard.
            <div class="board__scroll" role="group" tabindex="0" aria-labelledby=id>
                <table class="board" aria-labelledby=id>
                    <thead>
                        <tr>
                            <th scope="col">{first}</th>
                            {heads}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="settings__section" aria-labelledby=id>
            <h3 class="dashboard__part" id=id>
                {title}
            </h3>
            {body}
        </section>
    }
    .into_any()
}

/// What a row is called.
fn name(name: Option<&str>, has_id: bool, nobody: &str) -> String {
    match name {
        Some(name) => name.to_owned(),
        None if has_id => "No longer there".to_owned(),
        None => nobody.to_owned(),
    }
}
