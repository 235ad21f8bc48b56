//! A page that is not there.

use leptos::prelude::*;
use leptos_meta::Title;

use super::login::mark_hydrated;
use crate::routes;

/// Says that an address leads nowhere, and leads on.
#[component]
pub fn NotFound() -> impl IntoView {
    mark_hydrated();
    view! {
        <Title text="Not found · Live Operator" />
        <main class="error-page">
            <div class="error-page__card">
                <p class="error-page__code">"404"</p>
                <h1 class="error-page__title">"This page does not exist"</h1>
                <p class="error-page__text">
                    "The address may be mistyped, or the conversation was moved to a team that is not yours."
                </p>
                <div class="error-page__actions">
                    <a class="button button--primary" href=routes::INBOX>"Go to the inbox"</a>
                </div>
            </div>
        </main>
    }
}
