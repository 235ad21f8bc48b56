//! What surrounds the page of a contact, and what stands in its place if it cannot be shown.

use leptos::prelude::*;
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

/// The page's bar and column.
#[component]
pub fn Frame(
    /// Its name in the tab.
    title: Signal<String>,
    /// The page.
    children: Children,
) -> impl IntoView {
    mark_hydrated();
    // It is asked once more after the page has made room for the next one, and its signal is gone.
    let last = title.get_untracked();
    let tab = browser::title(move || {
        let title = title.try_get().unwrap_or_else(|| last.clone());
        format!("{title} · Live Operator")
    });
    view! {
        <Title text=tab />
        <a class="skip" href="#contact">"Skip to the contact"</a>
        <div class="settings">
            <header class="settings__bar">
                {places(routes::CONTACTS)}
            </header>
            <main class="settings__main contact" id="contact">
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
            let text =
                "The address may be mistyped, or all their conversations are in teams that are not yours.";
            view! { <NotShown title="There is no such contact" text=text.to_owned() /> }.into_any()
        }
        other => {
            view! { <NotShown title="The contact could not be loaded" text=other.to_string() /> }.into_any()
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
                    <a class="button button--primary" href=routes::INBOX rel="external">"Back to inbox"</a>
                </div>
            </div>
        </main>
    }
}
