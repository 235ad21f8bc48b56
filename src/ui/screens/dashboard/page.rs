//! What surrounds the dashboard, and what stands in its place if it cannot be shown.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Redirect;

use crate::{
    domain::AppError,
    routes,
    ui::{
        components::{Icon, icon},
        live::{Connection, Live},
        screens::{beside::places, inbox::Toasts, login::mark_hydrated, palette::GoAnywhere},
    },
};

/// The page's bar and column.
#[component]
pub fn Frame(
    /// The page.
    children: Children,
) -> impl IntoView {
    mark_hydrated();
    let live = expect_context::<Live>();
    let is_offline = Memo::new(move |_| live.connection.get() == Connection::Offline);
    view! {
        <Title text="Dashboard · Live Operator" />
        <a class="skip" href="#dashboard">"Skip to the numbers"</a>
        <div class="settings">
            <header class="settings__bar">
                {places(routes::DASHBOARD)}
            </header>
            <main class="settings__main dashboard" id="dashboard">
                <h1 class="settings__title">"Dashboard"</h1>
                <div role="status">
                    <Show when=move || is_offline.get()>
                        <p class="notice" data-testid="offline">
                            {icon(Icon::Offline, "icon--small")}
                            "Reconnecting… the numbers of now may be behind."
                        </p>
                    </Show>
                </div>
                {children()}
            </main>
        </div>
        <Toasts />
        <GoAnywhere />
    }
}

/// What is shown in place of a dashboard that could not be loaded.
pub fn refused(error: &AppError) -> AnyView {
    match error {
        AppError::Unauthenticated => view! { <Redirect path=routes::login(routes::DASHBOARD) /> }.into_any(),
        AppError::Forbidden => {
            let title = "Only supervisors and admins see the dashboard";
            let text = "It shows how everybody’s work goes. What is yours to do is in the inbox.";
            view! { <NotShown title text=text.to_owned() /> }.into_any()
        }
        other => {
            let title = "The dashboard could not be loaded";
            view! { <NotShown title text=other.to_string() again=true /> }.into_any()
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
    /// Whether another attempt may help.
    #[prop(optional)]
    again: bool,
) -> impl IntoView {
    mark_hydrated();
    view! {
        <Title text=format!("{title} · Live Operator") />
        <main class="error-page">
            <div class="error-page__card">
                <h1 class="error-page__title">{title}</h1>
                <p class="error-page__text" role="alert">{text}</p>
                <div class="error-page__actions">
                    {again
                        .then(|| {
                            view! {
                                <a class="button" href=routes::DASHBOARD rel="external">"Try again"</a>
                            }
                        })}
                    <a class="button button--primary" href=routes::INBOX rel="external">"Back to inbox"</a>
                </div>
            </div>
        </main>
    }
}
