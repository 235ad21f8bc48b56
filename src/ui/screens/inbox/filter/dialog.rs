//! The dialog that sets the filter.

use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    choices::{Choices, Offer},
    created::CreatedChoice,
    go,
    spans::WaitingChoice,
};
use crate::{
    domain::{Condition, Filter, Inbox, Priority, Status, Tag},
    ui::{
        live::Live,
        screens::inbox::{frame::Desk, select::Tools, sheet::Sheet},
    },
};

/// The dialog.
#[component]
pub fn FilterDialog() -> impl IntoView {
    let tools = expect_context::<Tools>();
    view! {
        <Sheet
            id="filter"
            title=Signal::derive(|| "Filter the list".to_owned())
            open=tools.filter_open
            close=Callback::new(move |()| tools.filter_open.set(false))
        >
            <Form />
        </Sheet>
    }
}

/// What a condition can be set to.
fn offers(condition: Condition, inbox: &Inbox, filter: &Filter) -> Vec<Offer> {
    let of = |value: &dyn ToString, name: &str| (value.to_string(), name.to_owned());
    match condition {
        Condition::Status => Status::ALL.iter().map(|status| of(&status.as_str(), status.label())).collect(),
        Condition::Priority => Priority::ALL.iter().rev().map(|one| of(&one.as_str(), one.label())).collect(),
        Condition::Channel => inbox.channels.iter().map(|channel| of(&channel.id, &channel.name)).collect(),
        Condition::Team => {
            let teams = inbox.teams.iter().map(|team| of(&team.id, &team.name));
            teams.chain([of(&"none", "No team")]).collect()
        }
        Condition::Owner => {
            let people = inbox.operators.iter().filter(|operator| operator.enabled);
            let people = people.map(|operator| of(&operator.id, &operator.name));
            [of(&"me", "Me"), of(&"nobody", "Nobody")].into_iter().chain(people).collect()
        }
        Condition::Tag => {
            // What is set can be taken away.
            let is_offered = |tag: &&Tag| !tag.archived || filter.tag.contains(&tag.id);
            inbox.tags.iter().filter(is_offered).map(|tag| of(&tag.id, &tag.name)).collect()
        }
        Condition::Waiting | Condition::Created | Condition::Text => Vec::new(),
    }
}

/// All conditions, as they are set.
#[component]
fn Form() -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let tools = expect_context::<Tools>();
    let go = go(desk);
    let draft = RwSignal::new(desk.place.with_untracked(|place| place.listing.filter.clone()));
    // Raised when all is cleared: the fields that keep what was written in them are made anew.
    let cleared = RwSignal::new(0_usize);
    let choices = move |condition: Condition| {
        let at_first = draft.get_untracked();
        let offers = Memo::new(move |_| live.inbox.with(|inbox| offers(condition, inbox, &at_first)));
        view! { <Choices condition offers draft first={condition == Condition::Status} /> }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        tools.filter_open.set(false);
        go(draft.get_untracked());
    };
    view! {
        <form on:submit=submit>
            <div class="dialog__body sheet__fields">
                {[Condition::Status, Condition::Priority].map(choices).collect_view()}
                {move || {
                    cleared.track();
                    view! {
                        <WaitingChoice draft />
                        <CreatedChoice draft />
                        <Words draft />
                    }
                }}
                {[Condition::Owner, Condition::Team, Condition::Channel, Condition::Tag]
                    .map(choices)
                    .collect_view()}
            </div>
            <div class="dialog__foot">
                <button
                    class="button"
                    type="button"
                    on:click=move |_| {
                        draft.set(Filter::default());
                        cleared.update(|times| *times += 1);
                    }
                >
                    "Clear"
                </button>
                <button class="button button--primary" type="submit">"Show"</button>
            </div>
        </form>
    }
}

/// Words to look for.
#[component]
fn Words(
    /// The filter that is being made.
    draft: RwSignal<Filter>,
) -> impl IntoView {
    let at_first = draft.with_untracked(|draft| draft.text.clone());
    view! {
        <div class="field">
            <label class="field__label" for="filter-text">"Name, address or subject"</label>
            <input
                class="input"
                id="filter-text"
                type="text"
                maxlength=Filter::LONGEST_TEXT.to_string()
                dir="auto"
                autocomplete="off"
                value=at_first
                on:input:target=move |event| {
                    draft.update(|draft| {
                        // The field takes no more than can be set.
                        let _ = draft.set(Condition::Text, &event.target().value());
                    });
                }
            />
        </div>
    }
}
