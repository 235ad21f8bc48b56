//! `/settings/faq`: what is answered to what is often asked.

mod entry;
mod gaps;
mod import;
mod trial;

use leptos::{html, prelude::*};
use leptos_router::hooks::use_query_map;

pub use self::{
    entry::{FaqEntryScreen, NewFaqEntryScreen},
    trial::how_sure,
};
use self::{gaps::Gaps, import::Import, trial::Trial};
use super::page::{Page, refused};
use crate::{
    api::faq::{delete_faq_entry, list_faq, list_questions, save_faq_entry},
    domain::{
        AppError, FaqEntry,
        setup::{FaqForm, FaqGaps, FaqList, FaqRow},
    },
    routes,
    ui::{
        components::{Icon, icon},
        page_data::page_data,
    },
};

/// The page of the FAQ. What is looked for stands in its address.
#[component]
pub fn FaqScreen() -> impl IntoView {
    let query = use_query_map();
    let words = Memo::new(move |_| query.with(|query| query.get("q").unwrap_or_default()));
    // Raised when entries have come or changed.
    let changes = RwSignal::new(0_usize);
    let loaded = page_data(move || (words.get(), changes.get()), |(words, _)| load(words));
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok((list, gaps)) => view! { <All list gaps words changes /> }.into_any(),
                    Err(error) => refused(&error, routes::FAQ),
                }
            })}
        </Suspense>
    }
}

async fn load(words: String) -> Result<(FaqList, FaqGaps), AppError> {
    Ok((list_faq(words).await?, list_questions().await?))
}

#[component]
fn All(
    /// What was found.
    list: FaqList,
    /// What has no answer.
    gaps: FaqGaps,
    /// What was looked for.
    words: Memo<String>,
    /// To be raised when entries have come or changed.
    changes: RwSignal<usize>,
) -> impl IntoView {
    let new = view! {
        <a class="button button--primary" href=routes::NEW_FAQ_ENTRY>
            "New entry"
        </a>
    };
    let FaqList { rows, found, all } = list;
    let (told, is_empty) = (told(rows.len(), found, all), rows.is_empty());
    let shown = if all == 0 {
        view! { <Empty /> }.into_any()
    } else {
        view! {
            <Search words />
            <p class="faq-fact" role="status">
                {told}
            </p>
            <ul class="faq" aria-label="Entries" hidden=is_empty>
                {rows.into_iter().map(|row| view! { <Row row /> }).collect_view()}
            </ul>
        }
        .into_any()
    };
    view! {
        <Page title="FAQ" place=routes::FAQ beside=new.into_any()>
            <p class="settings__lead">
                "What customers often ask, and what they are answered. The FAQ bot answers from it word for word; language models are given what fits."
            </p>
            <section class="settings__section" aria-labelledby="entries">
                <h2 class="settings__part" id="entries">
                    "Entries"
                </h2>
                {shown}
                <Import changes />
            </section>
            <section class="settings__section" aria-labelledby="try">
                <h2 class="settings__part" id="try">
                    "Try a question"
                </h2>
                <Trial />
            </section>
            <Gaps gaps />
        </Page>
    }
}

/// How many of how many are shown.
fn told(shown: usize, found: usize, all: usize) -> String {
    let entries = if all == 1 { "1 entry".to_owned() } else { format!("{all} entries") };
    match (shown, found) {
        (_, 0) => format!("Nothing found in {entries}"),
        _ if shown < found => format!("The first {shown} of {found} found, of {entries}"),
        _ if found < all => format!("{found} found, of {entries}"),
        _ => entries,
    }
}

/// Looks for entries. A plain form: it works without JavaScript.
#[component]
fn Search(
    /// What was looked for.
    words: Memo<String>,
) -> impl IntoView {
    view! {
        <form class="faq-search" method="get" action=routes::FAQ role="search">
            <input
                class="input"
                type="search"
                name="q"
                value=words.get_untracked()
                aria-label="Search the FAQ"
                autocomplete="off"
            />
            <button class="button" type="submit">
                "Search"
            </button>
        </form>
    }
}

#[component]
fn Row(
    /// An entry as it was when the page was loaded.
    row: FaqRow,
) -> impl IntoView {
    let FaqRow { entry, answered } = row;
    let now = RwSignal::new(entry);
    let is_gone = RwSignal::new(false);
    let delete = Action::new(move |(): &()| {
        let asked = delete_faq_entry(now.with_untracked(|entry| entry.id));
        async move {
            asked.await?;
            is_gone.set(true);
            Ok::<_, AppError>(())
        }
    });
    let undo = Action::new(move |(): &()| {
        let asked = save_faq_entry(None, now.with_untracked(FaqForm::of), None);
        async move {
            now.set(asked.await?);
            is_gone.set(false);
            Ok::<_, AppError>(())
        }
    });
    let error = move || {
        let of_delete = delete.value().get().and_then(Result::err);
        let error = of_delete.or_else(|| undo.value().get().and_then(Result::err));
        error.map(|error| view! { <p class="field__error" role="alert">{error.to_string()}</p> })
    };
    let question = Memo::new(move |_| now.with(|entry| entry.question.clone()));
    let undo_button = NodeRef::<html::Button>::new();
    // The button that had the focus is gone.
    Effect::new(move |_| {
        if let Some(button) = undo_button.get() {
            // One that cannot be focused is still there.
            let _ = button.focus();
        }
    });
    view! {
        <li class="faq__row" data-testid="faq-entry">
            <div role="status">
                {move || {
                    is_gone
                        .get()
                        .then(|| {
                            view! {
                                <p class="faq__gone">
                                    <span>{format!("“{}” was deleted.", question.get_untracked())}</span>
                                    <button
                                        class="button button--small"
                                        type="button"
                                        node_ref=undo_button
                                        on:click=move |_| {
                                            undo.dispatch(());
                                        }
                                    >
                                        "Undo"
                                    </button>
                                </p>
                            }
                        })
                }}
            </div>
            <Show when=move || !is_gone.get()>
                <div class="faq__entry">
                    {move || now.with(|entry| words_of(entry, answered))}
                    <button
                        class="button button--small"
                        type="button"
                        disabled=move || delete.pending().get()
                        on:click=move |_| {
                            delete.dispatch(());
                        }
                    >
                        "Delete"
                        <span class="visually-hidden">{move || format!(": {}", question.get())}</span>
                    </button>
                </div>
            </Show>
            {error}
        </li>
    }
}

fn words_of(entry: &FaqEntry, answered: i64) -> impl IntoView + use<> {
    let often = match answered {
        1 => "Answered once".to_owned(),
        times => format!("Answered {times} times"),
    };
    let off = if entry.enabled { "" } else { " · off: answers nothing" };
    view! {
        <div class="faq__text">
            <h3 class="faq__question">
                <a class="link" href=routes::faq_entry(entry.id)>{entry.question.clone()}</a>
            </h3>
            <p class="faq-answer">{entry.answer.clone()}</p>
            <p class="faq-fact">{format!("{often} in {} days{off}", FaqList::DAYS)}</p>
        </div>
    }
}

/// There is no entry.
#[component]
fn Empty() -> impl IntoView {
    view! {
        <div class="empty">
            {icon(Icon::NeedsAnswer, "icon--large")} <h3 class="empty__title">"No entries yet"</h3>
            <p class="empty__text">
                "Write down what you are often asked, or import it, and the FAQ bot answers it at once, day and night."
            </p>
            <div class="empty__actions">
                <a class="button button--primary" href=routes::NEW_FAQ_ENTRY>
                    "Write the first"
                </a>
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_told() {
        for (shown, found, all, want) in [
            (1, 1, 1, "1 entry"),
            (3, 3, 3, "3 entries"),
            (2, 2, 3, "2 found, of 3 entries"),
            (0, 0, 3, "Nothing found in 3 entries"),
            (100, 120, 120, "The first 100 of 120 found, of 120 entries"),
        ] {
            assert_eq!(told(shown, found, all), want);
        }
    }
}
