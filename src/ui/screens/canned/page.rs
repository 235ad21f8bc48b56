//! What surrounds the pages of canned responses, and what stands in the place of one that cannot be shown.

use leptos::{html, prelude::*};
use leptos_meta::Title;
use leptos_router::components::Redirect;

use crate::{
    domain::AppError,
    routes,
    ui::{
        browser,
        screens::{beside::places, login::mark_hydrated, palette::GoAnywhere},
    },
};

/// The page's bar, its heading and its column.
#[component]
pub fn Page(
    /// In the tab and as its heading.
    title: &'static str,
    /// What stands at the heading's end.
    #[prop(optional)]
    beside: Option<AnyView>,
    /// The page.
    children: Children,
) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    // When one page has taken another's place the focus is nowhere: it goes to where the new one begins.
    Effect::new(move |_| {
        let moved = browser::is_hydrated();
        if let Some(heading) = heading.get().filter(|_| moved) {
            // A heading that cannot be focused is still there to be read.
            let _ = heading.focus();
        }
    });
    mark_hydrated();
    view! {
        <Title text=format!("{title} · Live Operator") />
        <a class="skip" href="#canned-page">"Skip to the responses"</a>
        <div class="settings">
            <header class="settings__bar">
                {places(routes::CANNED)}
            </header>
            <main class="settings__main" id="canned-page">
                <div class="settings__head">
                    <h1 class="settings__title" tabindex="-1" node_ref=heading>{title}</h1>
                    {beside}
                </div>
                {children()}
            </main>
        </div>
        <GoAnywhere />
    }
}

/// What is shown in place of a page that could not be loaded; `here` is its address.
pub fn refused(error: &AppError, here: &str) -> AnyView {
    match error {
        AppError::Unauthenticated => view! { <Redirect path=routes::login(here) /> }.into_any(),
        AppError::NotFound => {
            let text = "The address may be mistyped, or it was deleted, or it is somebody else’s.";
            view! { <NotShown title="There is no such response" text=text.to_owned() /> }.into_any()
        }
        other => {
            view! { <NotShown title="The responses could not be loaded" text=other.to_string() /> }.into_any()
        }
    }
}

/// A page that is not shown, and why.
#[component]
fn NotShown(
    /// What happened.
    title: &'static str,
    /// What it means and what to do.
    text: String,
) -> impl IntoView {
    mark_hydrated();
    view! {
        <Title text=format!("{title} · Live Operator") />
        <main class="error-page">
            <div class="error-page__card">
                <h1 class="error-page__title">{title}</h1>
                <p class="error-page__text" role="alert">{text}</p>
                <div class="error-page__actions">
                    <a class="button" href=routes::CANNED rel="external">"All canned responses"</a>
                    <a class="button button--primary" href=routes::INBOX rel="external">"Back to inbox"</a>
                </div>
            </div>
        </main>
    }
}
