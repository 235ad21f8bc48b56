//! What is noted of somebody, by names that operators choose.

use leptos::{html, prelude::*};

use super::{desk::Desk, undo::Undo};
use crate::{
    api::contacts::{RemoveAttribute, SetAttribute},
    domain::{AppError, Attribute},
    ui::components::{Icon, icon},
};

/// The fields of the form.
#[derive(Clone, Copy)]
struct Fields {
    name: NodeRef<html::Input>,
    value: NodeRef<html::Input>,
}

impl Fields {
    fn fill(self, name: &str, value: &str) {
        for (field, text) in [(self.name, name), (self.value, value)] {
            if let Some(field) = field.get_untracked() {
                field.set_value(text);
            }
        }
    }

    /// Puts what is there into the form, to be written anew.
    fn edit(self, attribute: &Attribute) {
        self.fill(&attribute.name, &attribute.value);
        if let Some(field) = self.value.get_untracked() {
            // What cannot be focused can still be written into.
            let _ = field.focus();
            field.select();
        }
    }
}

/// The list, and the form that adds to it.
#[component]
pub fn Details() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let (set, remove) = (ServerAction::<SetAttribute>::new(), ServerAction::<RemoveAttribute>::new());
    let fields = Fields { name: NodeRef::new(), value: NodeRef::new() };
    let gone = RwSignal::new(None::<Attribute>);
    desk.follow(
        move || set.value().get(),
        move || {
            desk.done.set("Detail saved.".to_owned());
            gone.set(None);
            fields.fill("", "");
        },
    );
    let leaving = RwSignal::new(None::<Attribute>);
    desk.follow(move || remove.value().get(), move || gone.set(leaving.get_untracked()));
    let list = Memo::new(move |_| desk.now.with(|page| page.about.attributes.clone()));
    let is_empty = Memo::new(move |_| list.with(Vec::is_empty));
    let back = Callback::new(move |attribute: Attribute| {
        let Attribute { name, value } = attribute;
        set.dispatch(SetAttribute { id: desk.id(), name, value });
    });
    let error = move || remove.value().get().and_then(Result::err);
    view! {
        <section class="settings__section" aria-labelledby="details">
            <h2 class="settings__part" id="details">"Details"</h2>
            <Show when=move || is_empty.get()>
                <p class="settings__lead">"Whatever the team should know: a plan, a customer number, a language."</p>
            </Show>
            <Show when=move || !is_empty.get()>
                <ul class="contact__list" aria-label="Details">
                    <For
                        each=move || list.get()
                        key=Attribute::clone
                        children=move |attribute| row(desk, attribute, remove, leaving, fields)
                    />
                </ul>
            </Show>
            <Undo gone words=|attribute: &Attribute| format!("{} removed.", attribute.name) back />
            {move || {
                error().map(|error| view! { <p class="field__error" role="alert">{error.to_string()}</p> })
            }}
            <Form set fields />
        </section>
    }
}

fn row(
    desk: Desk,
    attribute: Attribute,
    remove: ServerAction<RemoveAttribute>,
    leaving: RwSignal<Option<Attribute>>,
    fields: Fields,
) -> impl IntoView {
    let Attribute { name, value } = attribute.clone();
    let (edit_label, remove_label) = (format!("Edit {name}"), format!("Remove {name}"));
    let (edited, kept) = (attribute.clone(), attribute);
    let hidden = name.clone();
    view! {
        <li class="contact__row" data-testid="attribute">
            <div class="contact__text">
                <p class="contact__sub">
                    <bdi>{name}</bdi>
                </p>
                <p>
                    <bdi>{value}</bdi>
                </p>
            </div>
            <button
                class="button button--small"
                type="button"
                aria-label=edit_label
                on:click=move |_| fields.edit(&edited)
            >
                "Edit"
            </button>
            <ActionForm action=remove>
                <input type="hidden" name="id" value=desk.hidden() />
                <input type="hidden" name="name" value=hidden />
                <button
                    class="button button--small"
                    type="submit"
                    aria-label=remove_label
                    on:click=move |_| leaving.set(Some(kept.clone()))
                >
                    "Remove"
                </button>
            </ActionForm>
        </li>
    }
}

/// The form that notes a detail, in place of one by the same name.
#[component]
fn Form(
    /// What it does.
    set: ServerAction<SetAttribute>,
    /// Its fields.
    fields: Fields,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let error = move || set.value().get().and_then(Result::err);
    let is_wrong = move |field: &str| {
        let is_its =
            |error: &AppError| matches!(error, AppError::Invalid { field: wrong, .. } if wrong == field);
        error().is_some_and(|error| is_its(&error)).then_some("true")
    };
    let described = move || error().map(|_| "detail-error");
    view! {
        <ActionForm action=set>
            <div class="contact__form">
                <input type="hidden" name="id" value=desk.hidden() />
                <div class="field contact__field">
                    <label class="field__label" for="detail-name">"Detail"</label>
                    <input
                        class="input"
                        id="detail-name"
                        name="name"
                        type="text"
                        maxlength=Attribute::LONGEST_NAME.to_string()
                        autocomplete="off"
                        required
                        node_ref=fields.name
                        aria-invalid=move || is_wrong("name")
                        aria-describedby=described
                    />
                </div>
                <div class="field contact__field">
                    <label class="field__label" for="detail-value">"Value"</label>
                    <input
                        class="input"
                        id="detail-value"
                        name="value"
                        type="text"
                        maxlength=Attribute::LONGEST_VALUE.to_string()
                        autocomplete="off"
                        required
                        node_ref=fields.value
                        aria-invalid=move || is_wrong("value")
                        aria-describedby=described
                    />
                </div>
                <button class="button" type="submit">"Save detail"</button>
            </div>
            {move || {
                error()
                    .map(|error| {
                        view! {
                            <p class="field__error" id="detail-error" role="alert">
                                {icon(Icon::Warning, "icon--small")}
                                <span>{error.to_string()}</span>
                            </p>
                        }
                    })
            }}
        </ActionForm>
    }
}
