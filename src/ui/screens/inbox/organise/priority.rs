//! Choosing a priority.

use leptos::prelude::*;

use super::{carry_out, conversations};
use crate::{
    domain::{BulkAction, Priority},
    ui::{
        components::{Icon, icon},
        live::Live,
        screens::inbox::{marks::priority_mark, select::Tools},
    },
};

/// The priorities, the highest first. Choosing one does it.
#[component]
pub fn Priorities() -> impl IntoView {
    let live = expect_context::<Live>();
    let tools = expect_context::<Tools>();
    let now = common(&conversations(live, tools).iter().map(|found| found.priority).collect::<Vec<_>>());
    let choice = |priority: Priority| {
        let is_now = now == Some(priority);
        view! {
            <li>
                <button
                    class="choice"
                    type="button"
                    aria-pressed=is_now.to_string()
                    autofocus={is_now || (now.is_none() && priority == Priority::Urgent)}
                    on:click=move |_| carry_out(live, tools, BulkAction::Prioritise(priority))
                >
                    {priority_mark(priority)}
                    <span class="choice__text">{priority.label()}</span>
                    {is_now.then(|| icon(Icon::Check, "icon--small"))}
                </button>
            </li>
        }
    };
    view! {
        <ul class="dialog__body choices" aria-label="Priority">
            {Priority::ALL.iter().rev().copied().map(choice).collect_view()}
        </ul>
    }
}

/// What all of them have, if they have the same.
fn common<T: Copy + PartialEq>(values: &[T]) -> Option<T> {
    let first = values.first().copied()?;
    values.iter().all(|value| *value == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::common;

    #[test]
    fn several_have_something_in_common_or_not() {
        assert_eq!(common(&[2, 2]), Some(2));
        assert_eq!(common(&[2, 3]), None);
        assert_eq!(common::<u8>(&[]), None);
    }
}
