//! Charts of one series each, a bar for each day, from a zero baseline. They are plain SVG without scripts: the server draws
//! them, and the table behind them says the same in words.

use leptos::prelude::*;

use super::period::day_name;
use crate::{
    domain::{Figures, Period, Spread},
    ui::components::duration,
};

/// The height of a chart and the width of a day, in units of its own: it is stretched to the room that it has.
const HEIGHT: i64 = 1_000;
const WIDTH: i64 = 10;
/// A bar is at least so high.
const LOWEST: i64 = 8;

/// What a day's bar shows: a number, and perhaps a larger one in light colour behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bar {
    value: i64,
    behind: i64,
}

impl Bar {
    const fn of_count(count: i64) -> Self {
        Self { value: count, behind: 0 }
    }

    fn of_times(times: Option<Spread>) -> Self {
        times.map_or(Self::of_count(0), |times| Self { value: times.median, behind: times.p90 })
    }
}

/// The charts of a period; of one day there is nothing to draw.
pub fn charts(period: Period, days: &[Figures]) -> Option<impl IntoView + use<>> {
    let count = |count: i64| count.to_string();
    let shown = |title, about, bar: fn(&Figures) -> Bar, label: fn(i64) -> String| {
        chart(title, about, period, &days.iter().map(bar).collect::<Vec<_>>(), label)
    };
    (days.len() > 1).then(|| {
        view! {
            <div class="charts">
                {shown("New", "Each day", |day| Bar::of_count(day.began), count)}
                {shown("Resolved", "Each day", |day| Bar::of_count(day.resolved), count)}
                {shown(
                    "First response",
                    "Median, and light: 9 of 10",
                    |day| Bar::of_times(day.first_response),
                    duration,
                )}
                {shown(
                    "Resolution time",
                    "Median, and light: 9 of 10",
                    |day| Bar::of_times(day.resolution),
                    duration,
                )}
            </div>
        }
    })
}

fn chart(
    title: &'static str,
    about: &'static str,
    period: Period,
    bars: &[Bar],
    label: fn(i64) -> String,
) -> impl IntoView + use<> {
    let top = bars.iter().map(|bar| bar.value.max(bar.behind)).max().unwrap_or(0);
    let width = i64::try_from(bars.len()).unwrap_or(0) * WIDTH;
    let view_box = format!("0 0 {width} {HEIGHT}");
    let drawn = (0..).zip(bars).filter(|(_, bar)| bar.value.max(bar.behind) > 0);
    let drawn = drawn.map(|(place, bar)| day(place, *bar, top, period, label)).collect_view();
    view! {
        <figure class="chart">
            <figcaption class="chart__head">
                <span class="chart__title">{title}</span>
                <span class="chart__about">{about}</span>
            </figcaption>
            <p class="chart__top" aria-hidden="true">
                {label(top)}
            </p>
            <svg
                class="chart__plot"
                viewBox=view_box
                preserveAspectRatio="none"
                role="img"
                aria-label=sentence(title, period, bars, label)
            >
                {drawn}
            </svg>
            <p class="chart__ends" aria-hidden="true">
                <span>{day_name(period.first)}</span>
                <span>{day_name(period.last)}</span>
            </p>
        </figure>
    }
}

/// A day's bar, with its number for whoever points at it.
fn day(place: i64, bar: Bar, top: i64, period: Period, label: fn(i64) -> String) -> impl IntoView + use<> {
    let rect = |class: &'static str, value: i64| {
        let height = height(value, top);
        (height > 0).then(|| {
            view! {
                <rect
                    class=class
                    x=(place * WIDTH + 1).to_string()
                    y=(HEIGHT - height).to_string()
                    width=(WIDTH - 2).to_string()
                    height=height.to_string()
                ></rect>
            }
        })
    };
    let words = match bar.behind {
        0 => label(bar.value),
        behind => format!("{}, 9 of 10 within {}", label(bar.value), label(behind)),
    };
    let words = format!("{}: {words}", day_name(period.first.plus(place)));
    view! {
        <g>
            <title>{words}</title>
            {rect("chart__behind", bar.behind)}
            {rect("chart__bar", bar.value)}
        </g>
    }
}

/// How high a bar is. What is more than nothing is seen.
const fn height(value: i64, top: i64) -> i64 {
    if value <= 0 || top <= 0 {
        return 0;
    }
    // Centuries in microseconds would not fit if they were multiplied.
    let height = if top > i64::MAX / HEIGHT { value / (top / HEIGHT) } else { value * HEIGHT / top };
    if height < LOWEST { LOWEST } else { height }
}

/// What the chart shows at a glance, for whoever cannot see it.
fn sentence(title: &str, period: Period, bars: &[Bar], label: fn(i64) -> String) -> String {
    let highest = (0..).zip(bars).filter(|(_, bar)| bar.value > 0).max_by_key(|(_, bar)| bar.value);
    match highest {
        Some((place, bar)) => {
            let day = day_name(period.first.plus(place));
            format!("{title}, a bar for each day; the highest is {} on {day}", label(bar.value))
        }
        None => format!("{title}: nothing in these days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Day, Time};

    #[test]
    fn bars_stand_on_zero_and_the_highest_fills_the_chart() {
        for (value, top, want) in [
            (0, 10, 0),
            (10, 10, 1_000),
            (5, 10, 500),
            (1, 1_000_000, 8),
            (3, 0, 0),
            (90 * Time::DAY, 90 * Time::DAY, 1_000),
            (i64::MAX, i64::MAX, 1_000),
        ] {
            assert_eq!(height(value, top), want, "{value} of {top}");
        }
    }

    #[test]
    fn a_chart_is_told_in_a_sentence() {
        let period = Period { first: Day(20_777), last: Day(20_779) };
        let bars = [3, 7, 5].map(Bar::of_count);
        assert_eq!(
            sentence("New", period, &bars, |count| count.to_string()),
            "New, a bar for each day; the highest is 7 on 21 Nov"
        );
        assert_eq!(sentence("New", period, &[Bar::of_count(0); 3], duration), "New: nothing in these days");
    }
}
