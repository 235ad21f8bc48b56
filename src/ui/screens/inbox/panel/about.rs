//! What operators have noted of the contact.

use leptos::prelude::*;

use super::part;
use crate::{
    domain::{Attribute, Block},
    ui::components::{Icon, icon},
};

/// That the contact is blocked.
#[component]
pub fn Blocked() -> impl IntoView {
    let block = part(|thread| thread.about.block.clone());
    let told = |block: Block| {
        view! {
            <p class="panel__blocked" data-testid="blocked">
                {icon(Icon::Lock, "icon--tiny")}
                <span>"Blocked by " <bdi>{block.by_name}</bdi></span>
            </p>
        }
    };
    view! { <div role="status">{move || block.get().flatten().map(told)}</div> }
}

/// The details, if there are any.
#[component]
pub fn Details() -> impl IntoView {
    let attributes = part(|thread| thread.about.attributes.clone());
    let list = move || attributes.get().unwrap_or_default();
    let has_any = Memo::new(move |_| !list().is_empty());
    view! {
        <Show when=move || has_any.get()>
            <details class="panel__part" open>
                <summary>"Details" {icon(Icon::Chevron, "icon--small")}</summary>
                <dl class="facts" data-testid="attributes">
                    {move || list().into_iter().map(fact).collect_view()}
                </dl>
            </details>
        </Show>
    }
}

fn fact(attribute: Attribute) -> impl IntoView {
    view! {
        <dt>
            <bdi>{attribute.name}</bdi>
        </dt>
        <dd>
            <bdi>{attribute.value}</bdi>
        </dd>
    }
}
