//! `/settings/faq/new` and `/settings/faq/{id}`: one entry.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::{
    api::faq::{SaveFaqEntry, list_faq, load_faq_entry},
    domain::{AppError, FaqEntry, FaqEntryId, setup::FaqForm},
    routes,
    ui::{
        page_data::page_data,
        screens::settings::{
            control::Slot,
            fields::refusal,
            page::{Page, refused},
        },
    },
};

/// The page of a new entry; its address may bring the question.
#[component]
pub fn NewFaqEntryScreen() -> impl IntoView {
    // Whoever may not see the FAQ gets no form either.
    let loaded = page_data(|| (), |()| async { list_faq(String::new()).await.map(|_| ()) });
    let query = use_query_map();
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok(()) => {
                        let question = query.with_untracked(|query| query.get("question").unwrap_or_default());
                        let form = FaqForm { question, enabled: "on".to_owned(), ..FaqForm::default() };
                        view! { <Editor title="New entry" id=None form /> }.into_any()
                    }
                    Err(error) => refused(&error, routes::NEW_FAQ_ENTRY),
                }
            })}
        </Suspense>
    }
}

/// The page of an entry.
#[component]
pub fn FaqEntryScreen() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params.with(|params| params.get("entry")).and_then(|text| text.parse::<FaqEntryId>().ok())
    });
    let loaded =
        page_data(move || id.get(), |id| async move { load_faq_entry(id.ok_or(AppError::NotFound)?).await });
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok(entry) => {
                        view! { <Editor title="Edit entry" id=Some(entry.id) form=FaqForm::of(&entry) /> }
                            .into_any()
                    }
                    Err(error) => {
                        refused(&error, &id.get_untracked().map_or(routes::FAQ.to_owned(), routes::faq_entry))
                    }
                }
            })}
        </Suspense>
    }
}

/// The form of an entry. Saved, it leads back to the list.
#[component]
fn Editor(
    /// Of the page.
    title: &'static str,
    /// None for a new one.
    id: Option<FaqEntryId>,
    /// As it is.
    form: FaqForm,
) -> impl IntoView {
    let save = ServerAction::<SaveFaqEntry>::new();
    let refused = Signal::derive(move || save.value().get().and_then(Result::err));
    let busy = save.pending();
    let is_shown = |key: &str| ["question", "answer"].contains(&key);
    view! {
        <Page title place=routes::FAQ>
            <p class="settings__lead">
                <a class="link" href=routes::FAQ>
                    "All entries"
                </a>
            </p>
            <ActionForm action=save>
                <div class="form">
                    {id.map(|id| view! { <input type="hidden" name="id" value=id.to_string() /> })}
                    <input type="hidden" name="next" value=routes::FAQ />
                    <div class="form__section">{rows(form, refused)}</div>
                    <div class="form__foot">
                        {refusal(is_shown, refused)}
                        <button class="button button--primary" type="submit" disabled=move || busy.get()>
                            {move || if busy.get() { "Saving…" } else { "Save" }}
                        </button>
                    </div>
                </div>
            </ActionForm>
        </Page>
    }
}

fn rows(form: FaqForm, refused: Signal<Option<AppError>>) -> AnyView {
    let slot = Slot::new("question", true, refused);
    let (id, wrong, described) = (slot.id.clone(), slot.is_wrong(), slot.described_by());
    let control = view! {
        <input
            class="input"
            id=id
            name="form[question]"
            type="text"
            value=form.question
            maxlength=FaqEntry::LONGEST_QUESTION.to_string()
            autocomplete="off"
            required
            aria-invalid=wrong
            aria-describedby=described
        />
    };
    let hint = "As customers ask it. Other words for the same may stand in it too: they help to find it.";
    let question = slot.row("Question", false, hint, control.into_any());
    let slot = Slot::new("answer", true, refused);
    let (id, wrong, described) = (slot.id.clone(), slot.is_wrong(), slot.described_by());
    let most = FaqEntry::LONGEST_ANSWER.to_string();
    // Without a value it has no content: an empty one would be rendered as a blank.
    let control = if form.answer.is_empty() {
        view! {
            <textarea
                class="input"
                id=id
                name="form[answer]"
                rows="8"
                maxlength=most
                required
                aria-invalid=wrong
                aria-describedby=described
            ></textarea>
        }
        .into_any()
    } else {
        view! {
            <textarea
                class="input"
                id=id
                name="form[answer]"
                rows="8"
                maxlength=most
                required
                aria-invalid=wrong
                aria-describedby=described
            >
                {form.answer}
            </textarea>
        }
        .into_any()
    };
    let answer = slot.row("Answer", false, "Sent as it stands here.", control);
    view! {
        {question}
        {answer}
        <label class="check">
            <input type="checkbox" name="form[enabled]" value="on" checked=!form.enabled.is_empty() />
            "It answers"
        </label>
    }
    .into_any()
}
