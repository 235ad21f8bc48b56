//! What surrounds each of the settings' pages, and what stands in place of one that cannot be shown.

use leptos::{html, prelude::*};
use leptos_meta::Title;
use leptos_router::components::Redirect;

use crate::{
    domain::AppError,
    routes,
    ui::{
        browser,
        components::{Icon, icon},
        screens::{login::mark_hydrated, palette::GoAnywhere},
    },
};

/// The places of the settings.
const PLACES: [(&str, &str); 10] = [
    (routes::CHANNELS, "Channels"),
    (routes::BOTS, "Bots"),
    (routes::FAQ, "FAQ"),
    (routes::TAGS, "Tags"),
    (routes::API, "API"),
    (routes::UNREAD, "Could not be read"),
    (routes::PEOPLE, "People"),
    (routes::WORKSPACE, "Workspace"),
    (routes::AUDIT, "Audit log"),
    (routes::PROFILE, "Your profile"),
];

/// One of the settings' pages.
#[component]
pub fn Page(
    /// Its name: in the tab and as its heading.
    #[prop(into)]
    title: Signal<String>,
    /// The place that it belongs to.
    place: &'static str,
    /// What stands before the heading's words.
    #[prop(optional)]
    mark: Option<AnyView>,
    /// What stands at the heading's end.
    #[prop(optional)]
    beside: Option<AnyView>,
    /// Whether its reader may open no other.
    #[prop(optional)]
    alone: bool,
    /// The page.
    children: Children,
) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    focus_after_moving(heading);
    mark_hydrated();
    let name = title.get_untracked();
    // It is asked once more after the page has made room for the next one, and its signal is gone.
    let last = name.clone();
    let tab = browser::title(move || {
        let title = title.try_get().unwrap_or_else(|| last.clone());
        format!("{title} · Live Operator")
    });
    let places = PLACES
        .into_iter()
        .map(|(path, label)| {
            let current = (path == place).then_some(if label == name { "page" } else { "true" });
            view! {
                <li>
                    <a class="settings__place" href=path aria-current=current>
                        {label}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <Title text=tab />
        <a class="skip" href="#settings">"Skip to the settings"</a>
        <div class="settings">
            <header class="settings__bar">
                <a class="button button--quiet" href=routes::INBOX rel="external">
                    {icon(Icon::Back, "icon--small icon--turns")}
                    "Back to inbox"
                </a>
                {(!alone)
                    .then(|| {
                        view! {
                            <nav aria-label="Settings">
                                <ul class="settings__places">{places}</ul>
                            </nav>
                        }
                    })}
            </header>
            <main class="settings__main" id="settings">
                <div class="settings__head">
                    {mark}
                    <h1 class="settings__title" tabindex="-1" node_ref=heading>{move || title.get()}</h1>
                    {beside}
                </div>
                {children()}
            </main>
        </div>
        <GoAnywhere />
    }
}

/// When one page has taken another's place the focus is nowhere: it goes to the heading, where a new page begins.
fn focus_after_moving(heading: NodeRef<html::H1>) {
    Effect::new(move |_| {
        let Some(heading) = heading.get() else { return };
        if browser::is_hydrated() {
            // A heading that cannot be focused is still there to be read.
            let _ = heading.focus();
        }
    });
}

/// What is shown in place of a page that could not be loaded; `here` is its address.
pub fn refused(error: &AppError, here: &str) -> AnyView {
    match error {
        AppError::Unauthenticated => view! { <Redirect path=routes::login(here) /> }.into_any(),
        AppError::Forbidden => {
            let text = "Channels, bots and their credentials are looked after by admins. Ask one of them if something has to \
                        change.";
            view! { <NotShown title="Only admins can open the settings" text=text.to_owned() /> }.into_any()
        }
        AppError::NotFound => {
            let text = "The address may be mistyped, or it was deleted.";
            view! { <NotShown title="This is not there" text=text.to_owned() list=true /> }.into_any()
        }
        other => {
            view! { <NotShown title="The settings could not be loaded" text=other.to_string() list=true /> }
                .into_any()
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
    /// Whether the list of channels may help.
    #[prop(optional)]
    list: bool,
) -> impl IntoView {
    mark_hydrated();
    view! {
        <Title text=format!("{title} · Live Operator") />
        <main class="error-page">
            <div class="error-page__card">
                <h1 class="error-page__title">{title}</h1>
                <p class="error-page__text" role="alert">{text}</p>
                <div class="error-page__actions">
                    {list
                        .then(|| {
                            view! {
                                <a class="button" href=routes::CHANNELS rel="external">"Go to the channels"</a>
                            }
                        })}
                    <a class="button button--primary" href=routes::INBOX rel="external">"Back to inbox"</a>
                </div>
            </div>
        </main>
    }
}
