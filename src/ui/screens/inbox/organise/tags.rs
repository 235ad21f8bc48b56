//! Putting tags on, and taking them off.

use std::collections::{BTreeMap, BTreeSet};

use leptos::{ev::SubmitEvent, prelude::*};

use super::{carry_out, conversations};
use crate::{
    domain::{BulkAction, Conversation, Tag, TagId},
    routes,
    ui::{
        live::Live,
        screens::inbox::{marks::tag_mark, select::Tools},
    },
};

/// Whether a tag is on the conversations that are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Carried {
    Everywhere,
    Somewhere,
    Nowhere,
}

impl Carried {
    fn of(tag: TagId, conversations: &[Conversation]) -> Self {
        let carries = |conversation: &Conversation| conversation.tags.contains(&tag);
        if !conversations.is_empty() && conversations.iter().all(carries) {
            Self::Everywhere
        } else if conversations.iter().any(carries) {
            Self::Somewhere
        } else {
            Self::Nowhere
        }
    }
}

/// What is to be done where somebody has said so of some tags.
fn change(before: &BTreeMap<TagId, Carried>, wanted: &BTreeMap<TagId, bool>) -> BulkAction {
    let those = |on: bool, already: Carried| -> BTreeSet<TagId> {
        let is_meant = |(id, wanted): &(&TagId, &bool)| **wanted == on && before.get(*id) != Some(&already);
        wanted.iter().filter(is_meant).map(|(id, _)| *id).collect()
    };
    BulkAction::Tag { add: those(true, Carried::Everywhere), remove: those(false, Carried::Nowhere) }
}

/// All tags, each with whether it is on.
#[component]
pub fn Tags() -> impl IntoView {
    let live = expect_context::<Live>();
    let tools = expect_context::<Tools>();
    let tags: Vec<Tag> =
        live.inbox.with_untracked(|inbox| inbox.tags.iter().filter(|tag| !tag.archived).cloned().collect());
    let may_manage = live.inbox.with_untracked(|inbox| inbox.me.sees_all());
    let about = conversations(live, tools);
    let before: BTreeMap<TagId, Carried> =
        tags.iter().map(|tag| (tag.id, Carried::of(tag.id, &about))).collect();
    let wanted = RwSignal::new(BTreeMap::<TagId, bool>::new());
    let has_none = tags.is_empty();
    let before = StoredValue::new(before);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let change = before.with_value(|before| wanted.with_untracked(|wanted| change(before, wanted)));
        carry_out(live, tools, change);
    };
    let choice = move |(place, tag): (usize, Tag)| {
        let id = tag.id;
        let carried = before.with_value(|before| before.get(&id).copied()).unwrap_or(Carried::Nowhere);
        let said = move || wanted.with(|wanted| wanted.get(&id).copied());
        view! {
            <li>
                <label class="check">
                    <input
                        type="checkbox"
                        autofocus={place == 0}
                        prop:checked=move || said().unwrap_or(carried == Carried::Everywhere)
                        prop:indeterminate=move || said().is_none() && carried == Carried::Somewhere
                        on:change:target=move |event| {
                            let is_on = event.target().checked();
                            wanted.update(|wanted| {
                                wanted.insert(id, is_on);
                            });
                        }
                    />
                    {tag_mark(&tag)}
                </label>
            </li>
        }
    };
    view! {
        <form on:submit=submit>
            <div class="dialog__body">
                {has_none
                    .then(|| {
                        view! { <p>"There are no tags yet. Supervisors make them in the settings."</p> }
                    })}
                <ul class="choices" aria-label="Tags" hidden=has_none>
                    {tags.into_iter().enumerate().map(choice).collect_view()}
                </ul>
            </div>
            <div class="dialog__foot">
                {may_manage
                    .then(|| {
                        view! {
                            // Another part of the product: it is loaded whole, and this one ends.
                            <a class="button button--quiet" href=routes::TAGS rel="external">
                                "Manage tags"
                            </a>
                        }
                    })}
                <button class="button button--primary" type="submit" disabled=has_none>
                    "Apply"
                </button>
            </div>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::Time, ui::live::samples::conversation};
    use uuid::Uuid;

    #[test]
    fn only_what_somebody_has_changed_is_changed() {
        let tag = |n: u128| TagId(Uuid::from_u128(n));
        let [mut one, mut other] = [1, 2].map(|n| conversation(n, Time(1)));
        one.tags = [tag(1), tag(2)].into();
        other.tags = [tag(1)].into();
        let about = [one, other];
        let before: BTreeMap<TagId, Carried> =
            (1..=3).map(|n| (tag(n), Carried::of(tag(n), &about))).collect();
        assert_eq!(
            before.values().copied().collect::<Vec<_>>(),
            [Carried::Everywhere, Carried::Somewhere, Carried::Nowhere]
        );
        let wanted = |said: &[(u128, bool)]| said.iter().map(|(n, on)| (tag(*n), *on)).collect();
        let action = |add: &[u128], remove: &[u128]| {
            let set = |ids: &[u128]| ids.iter().map(|n| tag(*n)).collect();
            BulkAction::Tag { add: set(add), remove: set(remove) }
        };
        assert_eq!(change(&before, &wanted(&[])), action(&[], &[]));
        assert_eq!(change(&before, &wanted(&[(1, true), (2, true), (3, false)])), action(&[2], &[]));
        assert_eq!(change(&before, &wanted(&[(1, false), (2, false), (3, true)])), action(&[3], &[1, 2]));
    }
}
