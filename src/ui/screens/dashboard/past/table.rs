//! The same as the charts and more, day by day, as a table.

use leptos::prelude::*;

use super::period::day_name;
use crate::{
    domain::{Figures, Period, Spread},
    ui::components::duration,
};

/// Every day of the period, folded away until somebody wants to see it.
pub fn by_day(period: Period, days: &[Figures]) -> impl IntoView + use<> {
    let rows = (0..)
        .zip(days)
        .map(|(place, figures)| {
            view! {
                <tr>
                    <th scope="row" class="board__name">
                        {day_name(period.first.plus(place))}
                    </th>
                    {number(figures.began)}
                    {number(figures.reopened)}
                    {times(figures.first_response)}
                    {number(figures.resolved)}
                    {times(figures.resolution)}
                    {number(figures.handed_off)}
                    {number(figures.alone)}
                </tr>
            }
        })
        .collect_view();
    view! {
        <details class="past__more">
            <summary class="past__summary">"Day by day, as a table"</summary>
            <div class="board__scroll" role="group" tabindex="0" aria-label="Day by day">
                <table class="board" aria-label="Day by day">
                    <thead>
                        <tr>
                            <th scope="col">"Day"</th>
                            <th scope="col">"New"</th>
                            <th scope="col">"Reopened"</th>
                            <th scope="col">"First response"</th>
                            <th scope="col">"Resolved"</th>
                            <th scope="col">"Resolution time"</th>
                            <th scope="col">"Handed off"</th>
                            <th scope="col">"AI alone"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
}

/// A cell with a number.
pub fn number(number: i64) -> impl IntoView {
    view! { <td class="board__number">{number}</td> }
}

/// A cell with a median and what nine of ten stay within.
pub fn times(times: Option<Spread>) -> impl IntoView {
    let text = match times {
        Some(times) => format!("{} · {}", duration(times.median), duration(times.p90)),
        None => "–".to_owned(),
    };
    view! { <td class="board__number">{text}</td> }
}
