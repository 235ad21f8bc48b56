//! The card in the middle of every page that stands before the inbox.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    domain::AppError,
    ui::{
        components::{Icon, icon},
        screens::login::mark_hydrated,
    },
};

/// A page with nothing but a card.
#[component]
pub fn Card(
    /// Of the tab.
    title: &'static str,
    /// What the page is for.
    #[prop(into)]
    heading: String,
    /// One line more.
    #[prop(into)]
    text: String,
    /// What to do.
    children: Children,
) -> impl IntoView {
    mark_hydrated();
    view! {
        <Title text=format!("{title} · Live Operator") />
        <main class="login">
            <div class="login__card">
                <header>
                    {icon(Icon::Logo, "icon--large login__logo")}
                    <h1 class="login__title">{heading}</h1>
                    <p class="login__text">{text}</p>
                </header>
                {children()}
            </div>
        </main>
    }
}

/// What was refused, above the fields.
pub fn alert(text: String) -> impl IntoView {
    view! {
        <p class="login__alert" role="alert">
            {icon(Icon::Warning, "icon--small")}
            <span>{text}</span>
        </p>
    }
}

/// A link of which nothing can be made any more.
pub fn gone(error: &AppError, what: &'static str) -> AnyView {
    let text = match error {
        AppError::NotFound => {
            format!("{what} was used already, has expired, or was withdrawn. Ask an admin for another.")
        }
        other => other.to_string(),
    };
    view! {
        <Card title="Not valid" heading="This link leads nowhere" text="">
            {alert(text)}
            <a class="button button--wide" href=crate::routes::LOGIN rel="external">
                "Go to sign in"
            </a>
        </Card>
    }
    .into_any()
}
