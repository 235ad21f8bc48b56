//! `/settings/tags`: what operators can call conversations.

use leptos::{ev::SubmitEvent, html, prelude::*};

use super::page::{Page, refused};
use crate::{
    api::tags::{list_tags, save_tag},
    domain::{AppError, Hue, Tag, TagId},
    routes,
    ui::page_data::page_data,
};

/// The page of tags.
#[component]
pub fn TagsScreen() -> impl IntoView {
    let loaded = page_data(|| (), |()| list_tags());
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok(tags) => view! { <All tags /> }.into_any(),
                    Err(error) => refused(&error, routes::TAGS),
                }
            })}
        </Suspense>
    }
}

#[component]
fn All(
    /// By name.
    tags: Vec<Tag>,
) -> impl IntoView {
    let tags = RwSignal::new(tags);
    let saved = Callback::new(move |tag: Tag| {
        tags.update(|tags| match tags.iter_mut().find(|known| known.id == tag.id) {
            Some(known) => *known = tag,
            None => tags.push(tag),
        });
    });
    let row = move |tag: Tag| {
        let now = Memo::new(move |_| {
            let found = tags.with(|tags| tags.iter().find(|known| known.id == tag.id).cloned());
            found.unwrap_or_else(|| tag.clone())
        });
        view! { <Row now saved /> }
    };
    view! {
        <Page title="Tags" place=routes::TAGS>
            <p class="settings__lead">
                "Operators put tags on conversations, and find them again by filtering a list. An archived tag is offered no more; what carries it keeps it, and shows it again when the tag is restored."
            </p>
            <section class="settings__section" aria-labelledby="tags">
                <h2 class="settings__part" id="tags">"All tags"</h2>
                <Show
                    when=move || tags.with(|tags| !tags.is_empty())
                    fallback=|| view! { <p class="settings__lead">"There is no tag yet."</p> }
                >
                    <ul class="api-list" aria-label="Tags">
                        <For each=move || tags.get() key=|tag| tag.id children=row />
                    </ul>
                </Show>
            </section>
            <section class="settings__section" aria-labelledby="new-tag">
                <h2 class="settings__part" id="new-tag">"New tag"</h2>
                <NewTag saved />
            </section>
        </Page>
    }
}

/// What is sent to be saved.
type Wanted = (Option<TagId>, String, Hue, bool);

/// Saves a tag, and tells the page.
fn saving(saved: Callback<Tag>) -> Action<Wanted, Result<(), AppError>> {
    Action::new(move |(id, name, hue, archived): &Wanted| {
        let asked = save_tag(*id, name.clone(), *hue, *archived);
        async move {
            saved.run(asked.await?);
            Ok(())
        }
    })
}

/// A tag, with the form that changes it.
#[component]
fn Row(
    /// As it is.
    now: Memo<Tag>,
    /// Called when it was changed.
    saved: Callback<Tag>,
) -> impl IntoView {
    let save = saving(saved);
    let id = now.with_untracked(|tag| tag.id);
    let error = Signal::derive(move || save.value().get().and_then(Result::err));
    let is_archived = Memo::new(move |_| now.with(|tag| tag.archived));
    let archive = move |_| {
        let tag = now.get_untracked();
        save.dispatch((Some(tag.id), tag.name, tag.hue, !tag.archived));
    };
    let submit = Callback::new(move |(name, hue): (String, Hue)| {
        save.dispatch((Some(id), name, hue, is_archived.get_untracked()));
    });
    view! {
        <li class="api-list__row" data-testid="tag-row" data-live=move || (!is_archived.get()).to_string()>
            <div class="api-list__text">
                <h3 class="api-list__name">
                    <span class="tag" data-hue=move || now.with(|tag| tag.hue.as_str())>
                        <bdi>{move || now.with(|tag| tag.name.clone())}</bdi>
                    </span>
                </h3>
                <Show when=move || is_archived.get()>
                    <p class="api-list__facts">"Archived"</p>
                </Show>
            </div>
            <button
                class="button button--small"
                type="button"
                disabled=move || save.pending().get()
                on:click=archive
            >
                {move || if is_archived.get() { "Restore" } else { "Archive" }}
                <span class="visually-hidden">{move || format!(": {}", now.with(|tag| tag.name.clone()))}</span>
            </button>
            <details class="api-more">
                <summary class="api-more__head">
                    "Edit" <span class="visually-hidden">": " {move || now.with(|tag| tag.name.clone())}</span>
                </summary>
                <TagForm
                    key=id.to_string()
                    at_first=now.get_untracked()
                    name=NodeRef::new()
                    label="Save"
                    error
                    busy=save.pending()
                    submit
                />
            </details>
        </li>
    }
}

/// The form of a new one.
#[component]
fn NewTag(
    /// Called with what was made.
    saved: Callback<Tag>,
) -> impl IntoView {
    let save = saving(saved);
    let error = Signal::derive(move || save.value().get().and_then(Result::err));
    let submit = Callback::new(move |(name, hue): (String, Hue)| {
        save.dispatch((None, name, hue, false));
    });
    let name = NodeRef::<html::Input>::new();
    let is_made = move || save.value().with(|answer| matches!(answer, Some(Ok(()))));
    Effect::new(move |_| {
        if is_made()
            && let Some(name) = name.get_untracked()
        {
            name.set_value("");
        }
    });
    view! {
        <div class="form__section">
            <TagForm key="new".to_owned() name label="Create tag" error busy=save.pending() submit />
            <p class="visually-hidden" role="status">{move || is_made().then_some("The tag was made.")}</p>
        </div>
    }
}

/// A name and a colour.
#[component]
fn TagForm(
    /// Tells its fields from those of other forms of the page.
    key: String,
    /// What it holds at first.
    #[prop(optional)]
    at_first: Option<Tag>,
    /// The field of the name.
    name: NodeRef<html::Input>,
    /// What its button says.
    label: &'static str,
    /// Why it was not saved.
    error: Signal<Option<AppError>>,
    /// Whether it is being saved.
    #[prop(into)]
    busy: Signal<bool>,
    /// Called with what is to be saved.
    submit: Callback<(String, Hue)>,
) -> impl IntoView {
    let hue = NodeRef::<html::Select>::new();
    let (first_name, first_hue) =
        at_first.map_or_else(|| (String::new(), Hue::Slate), |tag| (tag.name, tag.hue));
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let (Some(name), Some(hue)) = (name.get_untracked(), hue.get_untracked()) else { return };
        submit.run((name.value(), Hue::from_word(&hue.value()).unwrap_or(Hue::Slate)));
    };
    let (name_id, hue_id, error_id) = (format!("name-{key}"), format!("hue-{key}"), format!("error-{key}"));
    let colours = Hue::ALL.iter().map(|hue| {
        let word = hue.as_str();
        let shown = word[..1].to_uppercase() + &word[1..];
        view! { <option value=word selected={*hue == first_hue}>{shown}</option> }
    });
    view! {
        <form class="tag-form" on:submit=send>
            <div class="field">
                <label class="field__label" for=name_id.clone()>"Name"</label>
                <input
                    class="input"
                    id=name_id
                    type="text"
                    required
                    autocomplete="off"
                    dir="auto"
                    maxlength=Tag::LONGEST_NAME.to_string()
                    value=first_name
                    aria-describedby=error_id.clone()
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    node_ref=name
                />
            </div>
            <div class="field">
                <label class="field__label" for=hue_id.clone()>"Colour"</label>
                <select class="input" id=hue_id node_ref=hue>
                    {colours.collect_view()}
                </select>
            </div>
            <button class="button" type="submit" disabled=move || busy.get()>{label}</button>
            <p class="field__error" id=error_id role="alert">
                {move || error.get().map(|error| error.to_string())}
            </p>
        </form>
    }
}
