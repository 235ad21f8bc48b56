//! When a conversation was created, as the reader's calendar has it.

use leptos::{html, prelude::*};

use super::{spans::options, words::span};
use crate::{
    domain::{Civil, Condition, Created, Filter, Minutes, Time},
    ui::{browser, screens::inbox::frame::Desk},
};

/// Spans that are offered.
const SPANS: [i64; 4] = [Minutes::DAY, 7 * Minutes::DAY, 30 * Minutes::DAY, 90 * Minutes::DAY];
/// Stands for two days.
const BETWEEN: &str = "between";

/// A day of the calendar: `2026-11-22`.
fn day(civil: Civil) -> String {
    format!("{:04}-{:02}-{:02}", civil.year, civil.month, civil.day)
}

/// The day after one.
fn next(text: &str) -> Option<String> {
    let midnight = Time::from_rfc3339(&format!("{text}T00:00:00Z"))?;
    Some(day(midnight.plus(Time::DAY).civil(0)))
}

/// When a day begins by the reader's clock.
fn begins(day: &str) -> Option<Time> {
    browser::local_time(&format!("{day}T00:00"))
}

/// Spans, or two days.
#[component]
pub fn CreatedChoice(
    /// The filter that is being made.
    draft: RwSignal<Filter>,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let (from, to) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let at_first = draft.with_untracked(|draft| draft.created);
    let is_between = RwSignal::new(matches!(at_first, Some(Created::Between { .. })));
    let (first, last) = match at_first {
        Some(Created::Between { from, to }) => untrack(|| {
            let shown = |time: Option<Time>| time.map(|time| day(desk.clock.civil(time))).unwrap_or_default();
            // The last day is the one that ends there.
            (shown(from), shown(to.map(|to| to.plus(-1))))
        }),
        _ => (String::new(), String::new()),
    };
    let chosen = match at_first {
        Some(Created::Within(minutes)) => minutes.to_string(),
        Some(Created::Between { .. }) => BETWEEN.to_owned(),
        None => String::new(),
    };
    let choose = move |value: String| {
        is_between.set(value == BETWEEN);
        let value = if value == BETWEEN { String::new() } else { value };
        draft.update(|draft| {
            // What is offered can be read.
            let _ = draft.set(Condition::Created, &value);
        });
    };
    let set_days = move || {
        let value = |field: NodeRef<html::Input>| {
            field.get_untracked().map(|field| field.value()).unwrap_or_default()
        };
        let (first, last) = (begins(&value(from)), next(&value(to)).and_then(|day| begins(&day)));
        let is_set = first.is_some() || last.is_some();
        draft.update(|draft| draft.created = is_set.then_some(Created::Between { from: first, to: last }));
    };
    let words = |minutes: Minutes| format!("In the last {}", span(minutes));
    view! {
        <div class="field">
            <label class="field__label" for="filter-created">"Created"</label>
            <select
                class="input"
                id="filter-created"
                on:change:target=move |event| choose(event.target().value())
            >
                <option value="">"Any time"</option>
                {options(&SPANS, &chosen, words)}
                <option value=BETWEEN selected={chosen == BETWEEN}>"Between two days"</option>
            </select>
            <Show when=move || is_between.get()>
                <div class="filter-form__days">
                    <label class="field">
                        <span class="field__label">"From"</span>
                        <input
                            class="input"
                            type="date"
                            value=first.clone()
                            node_ref=from
                            on:change=move |_| set_days()
                        />
                    </label>
                    <label class="field">
                        <span class="field__label">"To"</span>
                        <input
                            class="input"
                            type="date"
                            value=last.clone()
                            node_ref=to
                            on:change=move |_| set_days()
                        />
                    </label>
                </div>
            </Show>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::next;

    #[test]
    fn a_day_is_followed_by_the_next() {
        assert_eq!(next("2026-12-31").as_deref(), Some("2027-01-01"));
        assert_eq!(next("2028-02-28").as_deref(), Some("2028-02-29"));
        assert_eq!(next(""), None);
    }
}
