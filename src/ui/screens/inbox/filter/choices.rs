//! A condition of which several values can be chosen.

use leptos::prelude::*;

use crate::domain::{Condition, Filter};

/// A value that can be chosen, and what it is called.
pub type Offer = (String, String);

/// The values of a condition after one was chosen, or was chosen no more.
fn toggled(filter: &Filter, condition: Condition, value: &str) -> String {
    let now = filter.get(condition).unwrap_or_default();
    let mut values: Vec<&str> = now.split(',').filter(|value| !value.is_empty()).collect();
    match values.iter().position(|known| *known == value) {
        Some(place) => {
            values.remove(place);
        }
        None => values.push(value),
    }
    values.join(",")
}

/// A group of boxes, one for each value.
#[component]
pub fn Choices(
    /// What is chosen.
    condition: Condition,
    /// What there is to choose from. What comes meanwhile is added; what stays keeps the focus.
    offers: Memo<Vec<Offer>>,
    /// The filter that is being made.
    draft: RwSignal<Filter>,
    /// Whether the first of them gets the focus.
    #[prop(optional)]
    first: bool,
) -> impl IntoView {
    let focused = first.then(|| offers.with_untracked(|offers| offers.first().cloned())).flatten();
    let choice = move |offer: Offer| {
        let autofocus = focused.as_ref() == Some(&offer);
        let (value, name) = offer;
        let own = value.clone();
        let is_chosen = Memo::new(move |_| {
            draft.with(|draft| draft.get(condition).is_some_and(|set| set.split(',').any(|one| one == own)))
        });
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    autofocus=autofocus
                    prop:checked=move || is_chosen.get()
                    on:change=move |_| {
                        draft.update(|draft| {
                            let values = toggled(draft, condition, &value);
                            // What is offered can be read; more than fit are not taken.
                            let _ = draft.set(condition, &values);
                        });
                    }
                />
                <bdi>{name}</bdi>
            </label>
        }
    };
    view! {
        <fieldset class="filter-form__part" hidden=move || offers.with(Vec::is_empty)>
            <legend class="field__label">{condition.label()}</legend>
            <div class="filter-form__choices">
                <For each=move || offers.get() key=Clone::clone children=choice />
            </div>
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_chosen_one_by_one() {
        let mut filter = Filter::default();
        for (value, want) in [
            ("active", Some("active")),
            ("waiting", Some("waiting,active")),
            ("active", Some("waiting")),
            ("waiting", None),
        ] {
            let values = toggled(&filter, Condition::Status, value);
            filter.set(Condition::Status, &values).expect("it can be read");
            assert_eq!(filter.get(Condition::Status).as_deref(), want, "{value}");
        }
    }
}
