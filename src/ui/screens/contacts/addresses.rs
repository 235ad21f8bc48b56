//! By which addresses somebody is reached: those that are proven, and those that were only typed.

use leptos::{html, prelude::*};

use super::{candidates::merge_button, desk::Desk};
use crate::{
    api::contacts::{AddAddress, RemoveAddress},
    domain::{Address, AppError, Candidate, Conflict, ContactId, ContactPage, Time},
    routes,
    ui::components::{Icon, channel_mark, date_time, icon, row_time},
};

/// The addresses, and the form that adds one.
#[component]
pub fn Addresses() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let remove = ServerAction::<RemoveAddress>::new();
    desk.follow(move || remove.value().get(), move || desk.tell("Address removed.".to_owned()));
    let list = Memo::new(move |_| desk.now.with(|page| page.addresses.clone()));
    let has_any = Memo::new(move |_| list.with(|list| !list.is_empty()));
    let error = move || remove.value().get().and_then(Result::err);
    view! {
        <section class="settings__section" aria-labelledby="addresses">
            <h2 class="settings__part" id="addresses">"Reached by"</h2>
            <Show
                when=move || has_any.get()
                fallback=|| view! { <p class="settings__lead">"No address is known yet."</p> }
            >
                <ul class="contact__list" aria-label="Addresses">
                    <For
                        each=move || list.get()
                        key=Address::clone
                        children=move |address| row(desk, address, remove)
                    />
                </ul>
            </Show>
            {move || {
                error().map(|error| view! { <p class="field__error" role="alert">{error.to_string()}</p> })
            }}
            <Add />
        </section>
    }
}

/// One address, since when it is theirs, and the button that removes it.
fn row(desk: Desk, address: Address, remove: ServerAction<RemoveAddress>) -> impl IntoView {
    let Address { kind, address, since } = address;
    let shown = kind.channel().shown(&address);
    let label = format!("Remove {shown}");
    view! {
        <li
            class="contact__row"
            data-testid="address"
            data-kind=kind.as_str()
            data-proven=since.is_some().to_string()
        >
            {channel_mark(kind.channel(), None, "")}
            <div class="contact__text">
                <p class="contact__address">
                    <span class="visually-hidden">{kind.label()} " "</span>
                    <bdi>{shown}</bdi>
                </p>
                <p class="contact__sub contact__standing">{standing(desk, since)}</p>
            </div>
            <ActionForm action=remove>
                <input type="hidden" name="id" value=desk.hidden() />
                <input type="hidden" name="kind" value=kind.as_str() />
                <input type="hidden" name="address" value=address />
                <button class="button button--small" type="submit" aria-label=label>
                    "Remove"
                </button>
            </ActionForm>
        </li>
    }
}

/// Since when an address is proven, or that it is not.
fn standing(desk: Desk, since: Option<Time>) -> AnyView {
    let Some(since) = since else {
        return view! {
            {icon(Icon::Warning, "icon--tiny")}
            "Typed, not proven"
        }
        .into_any();
    };
    let in_full = move || date_time(desk.clock.civil(since));
    let shown = move || row_time(desk.clock.civil(since), desk.clock.civil(desk.clock.now()));
    view! {
        {icon(Icon::Check, "icon--tiny")}
        "Proven since "
        <time datetime=since.rfc3339() title=in_full>
            {shown}
        </time>
    }
    .into_any()
}

/// The form that adds an address which the operator vouches for.
#[component]
fn Add() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let add = ServerAction::<AddAddress>::new();
    let field = NodeRef::<html::Input>::new();
    desk.follow(
        move || add.value().get(),
        move || {
            desk.done.set("Address added.".to_owned());
            if let Some(field) = field.get_untracked() {
                field.set_value("");
            }
        },
    );
    let error = move || {
        let error = add.value().get().and_then(Result::err);
        error.filter(|error| !desk.now.with(|page| is_settled(error, page)))
    };
    let is_wrong = move || error().map(|_| "true");
    let described = move || if error().is_some() { "address-error address-hint" } else { "address-hint" };
    view! {
        <ActionForm action=add>
            <div class="contact__form">
                <input type="hidden" name="id" value=desk.hidden() />
                <div class="field contact__field">
                    <label class="field__label" for="address">"Email or phone number"</label>
                    <input
                        class="input"
                        id="address"
                        name="address"
                        type="text"
                        autocomplete="off"
                        spellcheck="false"
                        required
                        node_ref=field
                        aria-invalid=is_wrong
                        aria-describedby=described
                    />
                </div>
                <button class="button" type="submit">"Add address"</button>
            </div>
            <p class="field__hint" id="address-hint">
                "Add only what you know to be theirs: whoever writes by it is taken for them."
            </p>
        </ActionForm>
        <div id="address-error" role="alert">
            {move || error().map(|error| refusal(desk, error))}
        </div>
    }
}

/// Whether whose the address is has become the same person.
fn is_settled(error: &AppError, page: &ContactPage) -> bool {
    match error {
        AppError::Conflict { conflict: Conflict::AddressTaken { contact_id, .. } } => {
            page.person.is(*contact_id)
        }
        _ => false,
    }
}

/// Why an address was not added.
fn refusal(desk: Desk, error: AppError) -> AnyView {
    match error {
        AppError::Conflict { conflict: Conflict::AddressTaken { contact_id, name } } => {
            taken(desk, contact_id, name).into_any()
        }
        other => view! {
            <p class="field__error">
                {icon(Icon::Warning, "icon--small")}
                <span>{other.to_string()}</span>
            </p>
        }
        .into_any(),
    }
}

/// The address is somebody else's, who may be the same person.
fn taken(desk: Desk, contact_id: ContactId, name: String) -> impl IntoView {
    let called = name.clone();
    let owner = Candidate { contact_id, name, addresses: Vec::new(), shared: Vec::new() };
    view! {
        <div class="contact__taken" data-testid="taken">
            <p class="contact__text">
                "This address is already the one of "
                <a class="link" href=routes::contact(contact_id) rel="external">
                    <bdi>{called}</bdi>
                </a> ". If both are the same person, merge them."
            </p>
            {merge_button(desk, owner)}
        </div>
    }
}
