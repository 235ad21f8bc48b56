//! What surrounds the page, and what stands in its place if it cannot be shown.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Redirect;

use super::desk::{Asked, Desk};
use crate::{
    domain::AppError,
    routes,
    ui::{
        browser,
        live::Connection,
        screens::{beside::places, inbox::go_after_a_while, login::mark_hydrated, palette::GoAnywhere},
    },
};

/// The page's bar, its heading, and what is told at its foot.
#[component]
pub fn Frame(
    /// The page.
    children: Children,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    mark_hydrated();
    let is_offline = Memo::new(move |_| desk.live.connection.get() == Connection::Offline);
    view! {
        <Title text=browser::title(|| "Teams · Live Operator".to_owned()) />
        <a class="skip" href="#teams">"Skip to the teams"</a>
        <div class="settings">
            <header class="settings__bar">
                {places(routes::TEAMS)}
                <p class="teams__offline" role="status">
                    {move || is_offline.get().then_some("Reconnecting… what you see may be out of date.")}
                </p>
            </header>
            <main class="settings__main teams__main" id="teams">
                <div class="settings__head">
                    <h1 class="settings__title" tabindex="-1" node_ref=desk.heading>"Teams"</h1>
                    <Show when=move || desk.may_change.get()>
                        <button
                            class="button button--primary"
                            type="button"
                            aria-haspopup="dialog"
                            on:click=move |_| desk.ask(Asked::New)
                        >
                            "New team"
                        </button>
                    </Show>
                </div>
                {children()}
            </main>
        </div>
        <Told />
        <GoAnywhere />
    }
}

/// What was just done, with its way back, or why it was not.
#[component]
fn Told() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let live = desk.live;
    go_after_a_while(move || desk.done.get().is_some(), move || desk.done.set(None));
    go_after_a_while(move || live.error.get().is_some(), move || live.error.set(None));
    view! {
        <div class="toasts teams__toasts">
            <div role="status">
                {move || {
                    desk.done
                        .get()
                        .map(|done| {
                            view! {
                                <div class="toast">
                                    <span class="toast__text">{done.said}</span>
                                    {done
                                        .undo
                                        .map(|_| {
                                            view! {
                                                <button
                                                    class="toast__action"
                                                    type="button"
                                                    on:click=move |_| desk.take_back()
                                                >
                                                    "Undo"
                                                </button>
                                            }
                                        })}
                                </div>
                            }
                        })
                }}
            </div>
            {move || {
                live.error
                    .get()
                    .map(|error| {
                        view! {
                            <div class="toast" role="alert">
                                <span class="toast__text">{error.to_string()}</span>
                            </div>
                        }
                    })
            }}
        </div>
    }
}

/// What is shown in place of the page.
pub fn refused(error: &AppError) -> AnyView {
    if *error == AppError::Unauthenticated {
        return view! { <Redirect path=routes::login(routes::TEAMS) /> }.into_any();
    }
    let text = error.to_string();
    view! {
        <Title text="Live Operator" />
        <main class="error-page">
            <div class="error-page__card">
                <h1 class="error-page__title">"The teams could not be loaded"</h1>
                <p class="error-page__text" role="alert">{text}</p>
                <div class="error-page__actions">
                    <a class="button" href=routes::TEAMS rel="external">"Try again"</a>
                    <a class="button button--primary" href=routes::INBOX rel="external">"Back to inbox"</a>
                </div>
            </div>
        </main>
    }
    .into_any()
}
