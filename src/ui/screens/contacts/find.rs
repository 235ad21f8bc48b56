//! The search for somebody to merge with. Without JavaScript the address of the page carries the words.

use leptos::{ev::SubmitEvent, html, prelude::*};
use serde::{Deserialize, Serialize};

use super::{candidates::candidates, desk::Desk};
use crate::{
    api::contacts::FindContacts,
    domain::{AppError, Candidate},
    routes,
};

/// What was sought, and who was found.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Found {
    pub words: String,
    pub found: Result<Vec<Candidate>, AppError>,
}

/// The field, and who was found.
#[component]
pub fn Find(
    /// Whom the page's address asks for.
    found: Option<Found>,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let find = ServerAction::<FindContacts>::new();
    let field = NodeRef::<html::Input>::new();
    let (words, first) = found.map(|found| (found.words, found.found)).unzip();
    let ask = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(field) = field.get_untracked() {
            let id = desk.now.with_untracked(|page| page.person.contact.id);
            find.dispatch(FindContacts { id, words: field.value() });
        }
    };
    let answer = Memo::new(move |_| find.value().get().or_else(|| first.clone()));
    let result = move || {
        answer.get().map(|answer| match answer {
            Ok(list) if list.is_empty() => {
                let text = "Nobody was found whose conversations you may see.";
                view! { <p class="settings__lead">{text}</p> }.into_any()
            }
            Ok(list) => {
                // Whoever was merged since is nobody to merge with.
                let left = desk.now.with(|page| {
                    list.into_iter().filter(|it| !page.person.is(it.contact_id)).collect::<Vec<_>>()
                });
                candidates(desk, "Found", left).into_any()
            }
            Err(error) => view! { <p class="field__error" role="alert">{error.to_string()}</p> }.into_any(),
        })
    };
    view! {
        <section class="settings__section" aria-labelledby="find-title">
            <h2 class="settings__part" id="find-title">"Merge with somebody"</h2>
            <form
                class="contact__form"
                method="get"
                role="search"
                aria-labelledby="find-title"
                action=move || routes::contact(desk.id())
                on:submit=ask
            >
                <div class="field contact__field">
                    <label class="field__label" for="find">"Name, email or phone number"</label>
                    <input
                        class="input"
                        id="find"
                        name="find"
                        type="search"
                        value=words
                        maxlength="100"
                        autocomplete="off"
                        spellcheck="false"
                        required
                        node_ref=field
                    />
                </div>
                <button class="button" type="submit">"Find"</button>
            </form>
            <div role="status">{result}</div>
        </section>
    }
}
