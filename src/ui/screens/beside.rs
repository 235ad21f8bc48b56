//! What surrounds the pages beside the inbox, and what stands in place of one that cannot be shown.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Redirect;

use super::{login::mark_hydrated, palette::GoAnywhere};
use crate::{
    domain::AppError,
    routes,
    ui::{
        browser,
        components::{Icon, icon},
    },
};

/// The places that everybody has.
const PLACES: [(&str, &str); 5] = [
    (routes::SEARCH, "Search"),
    (routes::CONTACTS, "Contacts"),
    (routes::TEAMS, "Teams"),
    (routes::CANNED, "Canned responses"),
    (routes::NOTIFICATION_RULES, "Notifications"),
];

/// Whether a place follows what happens: it begins and ends with a page load.
fn is_whole(place: &str) -> bool {
    matches!(place, routes::TEAMS | routes::DASHBOARD)
}

/// The way back to the inbox and to the other places; `here` is the one that a page belongs to.
pub fn places(here: &'static str) -> impl IntoView {
    let places = PLACES
        .into_iter()
        .map(|(path, label)| {
            view! {
                <li>
                    <a
                        class="settings__place"
                        href=path
                        rel=(is_whole(here) || is_whole(path)).then_some("external")
                        aria-current=(path == here).then_some("true")
                    >
                        {label}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <a class="button button--quiet" href=routes::INBOX rel="external">
            {icon(Icon::Back, "icon--small icon--turns")}
            "Back to inbox"
        </a>
        <nav aria-label="Places">
            <ul class="settings__places">{places}</ul>
        </nav>
    }
}

/// A page beside the inbox: a bar with the way back, and a column.
#[component]
pub fn Beside(
    /// Its name: in the tab and as its heading.
    #[prop(into)]
    title: Signal<String>,
    /// The place that it is.
    place: &'static str,
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
        <a class="skip" href="#page">"Skip to the page"</a>
        <div class="settings">
            <header class="settings__bar">{places(place)}</header>
            <main class="settings__main" id="page">
                <div class="settings__head">
                    <h1 class="settings__title">{move || title.get()}</h1>
                </div>
                {children()}
            </main>
        </div>
        <GoAnywhere />
    }
}

/// What is shown in place of a page that could not be loaded; the way on loads it whole. `here` is its address.
pub fn refused(error: &AppError, here: &str, place: &'static str, title: &'static str) -> AnyView {
    if *error == AppError::Unauthenticated {
        return view! { <Redirect path=routes::login(here) /> }.into_any();
    }
    let (text, here) = (error.to_string(), here.to_owned());
    view! {
        <Beside title=title.to_owned() place>
            <div class="error" role="alert">
                <p class="error__title">
                    {icon(Icon::Warning, "icon--small")} <strong>"This could not be loaded"</strong>
                </p>
                <p class="error__text">{text}</p>
                <div class="error__actions">
                    <a class="button" href=here rel="external">
                        {icon(Icon::Retry, "icon--small")}
                        "Try again"
                    </a>
                </div>
            </div>
        </Beside>
    }
    .into_any()
}

/// A field that looks for something: a plain form, which works without JavaScript.
#[component]
pub fn Seek(
    /// Where it leads.
    path: &'static str,
    /// What it is called.
    label: &'static str,
    /// What was looked for.
    words: String,
    /// By which its hint is named, if it has one.
    #[prop(optional)]
    hint: Option<&'static str>,
) -> impl IntoView {
    view! {
        <form class="faq-search" method="get" action=path role="search">
            <input
                class="input"
                type="search"
                name="q"
                value=words
                maxlength="300"
                aria-label=label
                placeholder=label
                aria-describedby=hint
                autocomplete="off"
                spellcheck="false"
            />
            <button class="button" type="submit">
                "Search"
            </button>
        </form>
    }
}

/// The ways to other stretches of a list, if there are any: an address and a word each.
pub fn paging(ways: impl IntoIterator<Item = Option<(String, &'static str)>>) -> impl IntoView {
    let ways: Vec<_> = ways.into_iter().flatten().collect();
    (!ways.is_empty()).then(|| {
        let links = ways.into_iter().map(|(path, label)| {
            view! {
                <a class="button" href=path>
                    {label}
                </a>
            }
        });
        view! {
            <nav class="paging" aria-label="Pages">
                {links.collect_view()}
            </nav>
        }
    })
}
