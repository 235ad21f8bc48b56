//! Choosing the days. All of it works without JavaScript: the days stand in the address.

use leptos::prelude::*;

use crate::{
    domain::{Day, Period, Range},
    routes,
    ui::components::short_date,
};

/// Links to the days that are asked for most.
pub fn usual(range: Memo<Range>) -> impl IntoView {
    let links = Range::USUAL
        .into_iter()
        .map(|usual| {
            view! {
                <li>
                    <a
                        class="settings__place"
                        href=routes::dashboard(usual)
                        data-noscroll="true"
                        aria-current=move || (range.get() == usual).then_some("true")
                    >
                        {usual.label()}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav aria-label="Days">
            <ul class="settings__places">{links}</ul>
        </nav>
    }
}

/// The form that asks for other days.
pub fn between(period: Period) -> impl IntoView {
    let field = |name: &'static str, label: &'static str, day: Day| {
        view! {
            <div class="field">
                <label class="field__label" for=name>
                    {label}
                </label>
                <input class="input" type="date" id=name name=name value=day.to_string() required />
            </div>
        }
    };
    view! {
        <form class="past__days" method="get" action=routes::DASHBOARD>
            {field("from", "From", period.first)}
            {field("to", "To", period.last)}
            <button class="button" type="submit">"Show"</button>
        </form>
    }
}

/// Which days are shown, what they are compared with, and when they begin.
pub fn caption(period: Period, minutes_east: i64) -> String {
    let before = period.before();
    let zone = zone(minutes_east);
    match period.days() {
        1 => format!(
            "{}, compared with {}. Days begin at midnight {zone}.",
            day_name(period.first),
            day_name(before.first)
        ),
        days => format!(
            "{} to {}, compared with the {days} days before, from {}. Days begin at midnight {zone}.",
            day_name(period.first),
            day_name(period.last),
            day_name(before.first)
        ),
    }
}

/// "3 Nov"
pub fn day_name(day: Day) -> String {
    short_date(day.start(0).civil(0))
}

fn zone(minutes_east: i64) -> String {
    let (sign, minutes) = if minutes_east < 0 { ('−', -minutes_east) } else { ('+', minutes_east) };
    match (minutes / 60, minutes % 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caption_says_which_days_and_when_they_begin() {
        let (first, last) = (Day(20_773), Day(20_779));
        assert_eq!(
            caption(Period { first, last }, 0),
            "16 Nov to 22 Nov, compared with the 7 days before, from 9 Nov. Days begin at midnight UTC."
        );
        assert_eq!(
            caption(Period { first: last, last }, 330),
            "22 Nov, compared with 21 Nov. Days begin at midnight UTC+5:30."
        );
        assert_eq!(zone(-180), "UTC−3");
    }
}
