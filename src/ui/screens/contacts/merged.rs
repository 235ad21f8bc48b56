//! The contacts that were merged into the person, who said so and when, and the way back.

use leptos::prelude::*;

use super::desk::Desk;
use crate::{
    api::contacts::UndoMerge,
    domain::{MergedFrom, Time, Undo},
    ui::components::{date_time, row_time},
};

/// The list of them, if there are any.
#[component]
pub fn Merged() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let undo = ServerAction::<UndoMerge>::new();
    desk.follow(move || undo.value().get(), move || desk.tell("The merge was undone.".to_owned()));
    let list = Memo::new(move |_| desk.now.with(|page| page.merged.clone()));
    let has_any = Memo::new(move |_| list.with(|list| !list.is_empty()));
    let error = move || undo.value().get().and_then(Result::err);
    view! {
        <Show when=move || has_any.get()>
            <section class="settings__section" aria-labelledby="merged">
                <h2 class="settings__part" id="merged">"Merged from"</h2>
                <ul class="contact__list" aria-label="Merged from">
                    <For
                        each=move || list.get()
                        key=MergedFrom::clone
                        children=move |merged| row(desk, merged, undo)
                    />
                </ul>
                {move || {
                    error().map(|error| view! { <p class="field__error" role="alert">{error.to_string()}</p> })
                }}
            </section>
        </Show>
    }
}

fn row(desk: Desk, merged: MergedFrom, undo: ServerAction<UndoMerge>) -> impl IntoView {
    let MergedFrom { contact_id, name, by, at, undo: state } = merged;
    let label = format!("Undo the merge of {name}");
    let way_back = match state {
        Undo::Possible => view! {
            <ActionForm action=undo>
                <input type="hidden" name="id" value=desk.hidden() />
                <input type="hidden" name="gone" value=contact_id.to_string() />
                <button class="button" type="submit" aria-label=label>
                    "Undo"
                </button>
            </ActionForm>
        }
        .into_any(),
        Undo::After { name } => view! {
            <p class="contact__sub">"Undo the merge of " <bdi>{name}</bdi> " first."</p>
        }
        .into_any(),
        Undo::NotYours => ().into_any(),
    };
    view! {
        <li class="contact__row" data-testid="merged" data-contact-id=contact_id.to_string()>
            <div class="contact__text">
                <p>
                    <bdi>{name}</bdi>
                </p>
                <p class="contact__sub">
                    {by.map(|by| view! { "by " <bdi>{by}</bdi> ", " })} {when(desk, at)}
                </p>
            </div>
            {way_back}
        </li>
    }
}

fn when(desk: Desk, at: Time) -> impl IntoView {
    let in_full = move || date_time(desk.clock.civil(at));
    let shown = move || row_time(desk.clock.civil(at), desk.clock.civil(desk.clock.now()));
    view! {
        <time datetime=at.rfc3339() title=in_full>
            {shown}
        </time>
    }
}
