//! Spans to choose from.

use leptos::prelude::*;

use super::words::span;
use crate::domain::{Condition, Filter, Minutes};

/// How long customers have waited at least.
const WAITS: [i64; 6] = [15, 30, Minutes::HOUR, 4 * Minutes::HOUR, Minutes::DAY, 3 * Minutes::DAY];

/// The options of a choice of spans. One that is chosen and not among them is added to them.
pub fn options<W: Fn(Minutes) -> String>(offered: &[i64], chosen: &str, words: W) -> impl IntoView + use<W> {
    let mut spans: Vec<Minutes> = offered.iter().copied().filter_map(Minutes::new).collect();
    if let Ok(other) = chosen.parse::<Minutes>()
        && !spans.contains(&other)
    {
        spans.push(other);
        spans.sort();
    }
    let option = |minutes: Minutes| {
        let value = minutes.to_string();
        let is_chosen = value == chosen;
        view! {
            <option value=value selected=is_chosen>
                {words(minutes)}
            </option>
        }
    };
    spans.into_iter().map(option).collect_view()
}

/// How long the customer has waited.
#[component]
pub fn WaitingChoice(
    /// The filter that is being made.
    draft: RwSignal<Filter>,
) -> impl IntoView {
    let chosen = draft.with_untracked(|draft| draft.get(Condition::Waiting)).unwrap_or_default();
    view! {
        <div class="field">
            <label class="field__label" for="filter-waiting">"Waiting longer than"</label>
            <select
                class="input"
                id="filter-waiting"
                on:change:target=move |event| {
                    draft.update(|draft| {
                        // What is offered can be read.
                        let _ = draft.set(Condition::Waiting, &event.target().value());
                    });
                }
            >
                <option value="">"Any time, or not waiting"</option>
                {options(&WAITS, &chosen, span)}
            </select>
        </div>
    }
}
