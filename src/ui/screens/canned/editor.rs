//! `/canned/new` and `/canned/{id}`: one response.

use leptos::{html, prelude::*};
use leptos_router::hooks::use_params_map;
use web_sys::HtmlTextAreaElement;

use super::{
    page::{Page, refused},
    sample::Sample,
};
use crate::{
    api::canned::{SaveCanned, list_canned, load_canned},
    domain::{AppError, Canned, CannedForm, CannedId, CannedList, CannedScope, macros::Macro},
    routes,
    ui::{
        page_data::page_data,
        screens::settings::{
            control::{Slot, options},
            fields::refusal,
        },
    },
};

/// The fields of the form, by the keys under which they are refused.
const FIELDS: [&str; 4] = ["shortcut", "title", "text", "scope"];

/// The page of a new response.
#[component]
pub fn NewCannedScreen() -> impl IntoView {
    let loaded = page_data(|| (), |()| list_canned());
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok(list) => {
                        let scope = CannedScope::PERSONAL.to_owned();
                        let form = CannedForm { scope, ..CannedForm::default() };
                        view! { <Editor title="New response" id=None form list /> }.into_any()
                    }
                    Err(error) => refused(&error, routes::NEW_CANNED),
                }
            })}
        </Suspense>
    }
}

/// The page of a response: a form for those who may change it.
#[component]
pub fn CannedEntryScreen() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params.with(|params| params.get("canned")).and_then(|text| text.parse::<CannedId>().ok())
    });
    let loaded = page_data(
        move || id.get(),
        |id| async move {
            let mut list = load_canned(id.ok_or(AppError::NotFound)?).await?;
            let row = list.rows.pop().ok_or(AppError::NotFound)?;
            Ok::<_, AppError>((row.canned, list))
        },
    );
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok((canned, list)) if canned.scope.may_change(&list.me) => {
                        let form = CannedForm::of(&canned);
                        view! { <Editor title="Edit response" id=Some(canned.id) form list /> }.into_any()
                    }
                    Ok((canned, list)) => view! { <Shown canned list /> }.into_any(),
                    Err(error) => {
                        let here = id.get_untracked().map_or(routes::CANNED.to_owned(), routes::canned);
                        refused(&error, &here)
                    }
                }
            })}
        </Suspense>
    }
}

/// A response that somebody else looks after.
#[component]
fn Shown(
    /// Which.
    canned: Canned,
    /// With whose it may be.
    list: CannedList,
) -> impl IntoView {
    let Canned { scope, shortcut, title, text, .. } = canned;
    let about = format!("/{shortcut} · {} · Supervisors and admins look after it.", scope.label(&list.teams));
    let words = text.clone();
    view! {
        <Page title="Canned response">
            <Back />
            <section class="settings__section" aria-labelledby="response">
                <h2 class="settings__part" id="response">{title}</h2>
                <p class="canned-fact">{about}</p>
                <div class="form__section">
                    <p class="canned__whole" dir="auto">{words}</p>
                </div>
            </section>
            <Sample text=Signal::stored(text) operator=list.me.name />
        </Page>
    }
}

#[component]
fn Back() -> impl IntoView {
    view! {
        <p class="settings__lead">
            <a class="link" href=routes::CANNED>
                "All canned responses"
            </a>
        </p>
    }
}

/// The form of a response, with what it would say below. Saved, it leads back to the list.
#[component]
fn Editor(
    /// Of the page.
    title: &'static str,
    /// None for a new one.
    id: Option<CannedId>,
    /// As it is.
    form: CannedForm,
    /// Who writes, and for whom they may.
    list: CannedList,
) -> impl IntoView {
    let save = ServerAction::<SaveCanned>::new();
    let refused = Signal::derive(move || save.value().get().and_then(Result::err));
    let busy = save.pending();
    let text = RwSignal::new(form.text.clone());
    let scopes: Vec<(String, String)> =
        list.writable().into_iter().map(|scope| (scope.choice(), scope.label(&list.teams))).collect();
    view! {
        <Page title>
            <Back />
            <ActionForm action=save>
                <div class="form">
                    {id.map(|id| view! { <input type="hidden" name="id" value=id.to_string() /> })}
                    <input type="hidden" name="next" value=routes::CANNED />
                    <div class="form__section">
                        {line("shortcut", form.shortcut, refused)} {line("title", form.title, refused)}
                        {scope(&scopes, &form.scope, refused)} {words(form.text, text, refused)}
                    </div>
                    <div class="form__foot">
                        {refusal(|key| FIELDS.contains(&key), refused)}
                        <button class="button button--primary" type="submit" disabled=move || busy.get()>
                            {move || if busy.get() { "Saving…" } else { "Save" }}
                        </button>
                    </div>
                </div>
            </ActionForm>
            <Sample text operator=list.me.name />
        </Page>
    }
}

/// The shortcut or the title.
fn line(key: &'static str, value: String, refused: Signal<Option<AppError>>) -> AnyView {
    let (label, most, hint) = if key == "shortcut" {
        // With its slash.
        ("Shortcut", Canned::LONGEST_SHORTCUT + 1, "What is typed after the slash, such as “refund”.")
    } else {
        ("Title", Canned::LONGEST_TITLE, "What the list shows beside it.")
    };
    let slot = Slot::new(key, true, refused);
    let (id, wrong, described) = (slot.id.clone(), slot.is_wrong(), slot.described_by());
    let control = view! {
        <input
            class="input"
            id=id
            name=format!("form[{key}]")
            type="text"
            value=value
            maxlength=most.to_string()
            autocomplete="off"
            autocapitalize="off"
            required
            aria-invalid=wrong
            aria-describedby=described
        />
    };
    slot.row(label, false, hint, control.into_any())
}

fn scope(scopes: &[(String, String)], chosen: &str, refused: Signal<Option<AppError>>) -> AnyView {
    let slot = Slot::new("scope", true, refused);
    let (id, wrong, described) = (slot.id.clone(), slot.is_wrong(), slot.described_by());
    let choices = options(scopes.iter().map(|(value, label)| (value.as_str(), label.as_str())), chosen);
    let control = view! {
        <select class="input" id=id name="form[scope]" aria-invalid=wrong aria-describedby=described>
            {choices}
        </select>
    };
    let hint = "Supervisors and admins write what a team or everyone can use.";
    slot.row("Who can use it", false, hint, control.into_any())
}

/// The text, with the macros that can be put into it.
fn words(value: String, text: RwSignal<String>, refused: Signal<Option<AppError>>) -> AnyView {
    let field = NodeRef::<html::Textarea>::new();
    let slot = Slot::new("text", true, refused);
    let (id, wrong, described) = (slot.id.clone(), slot.is_wrong(), slot.described_by());
    let most = Canned::LONGEST_TEXT.to_string();
    // Without a value it has no content: an empty one would be rendered as a blank.
    let control = if value.is_empty() {
        view! {
            <textarea
                class="input"
                id=id
                name="form[text]"
                rows="8"
                dir="auto"
                maxlength=most
                required
                aria-invalid=wrong
                aria-describedby=described
                node_ref=field
                on:input:target=move |event| text.set(event.target().value())
            ></textarea>
        }
        .into_any()
    } else {
        view! {
            <textarea
                class="input"
                id=id
                name="form[text]"
                rows="8"
                dir="auto"
                maxlength=most
                required
                aria-invalid=wrong
                aria-describedby=described
                node_ref=field
                on:input:target=move |event| text.set(event.target().value())
            >
                {value}
            </textarea>
        }
        .into_any()
    };
    let hint = "Macros are filled when it is sent. Where nobody knows a value, its fallback stands in, as in \
                {{customer.first_name | default(\"there\")}}; without one nothing is sent.";
    let row = slot.row("Text", false, hint, control);
    let insert = move |name: Macro| {
        if let Some(field) = field.get_untracked() {
            put(&field, &name.written());
            text.set(field.value());
        }
    };
    let button = |name: Macro| {
        view! {
            <button class="button button--small" type="button" on:click=move |_| insert(name)>
                {name.as_str()}
                <span class="visually-hidden">{format!(": {}", name.meaning())}</span>
            </button>
        }
    };
    view! {
        {row}
        <div class="canned-macros" role="group" aria-label="Insert a macro">
            {Macro::ALL.iter().map(|name| button(*name)).collect_view()}
        </div>
    }
    .into_any()
}

/// Puts a macro in the place of what is selected, and the caret behind it.
fn put(field: &HtmlTextAreaElement, written: &str) {
    let start = field.selection_start().ok().flatten().unwrap_or_default();
    // A macro is ASCII: as many bytes as a browser counts units.
    let caret = u32::try_from(written.len()).map_or(start, |length| start + length);
    // What the browser does not take changes nothing.
    let _ = field.set_range_text(written);
    let _ = field.set_selection_range(caret, caret);
    let _ = field.focus();
}
