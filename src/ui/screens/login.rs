//! Signing in. A plain form: it works without JavaScript, and who comes in gets the whole page anew.

use leptos::{html, prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{
    api::session::SignIn,
    domain::AppError,
    ui::{
        browser,
        components::{Icon, icon},
    },
};

/// Under which the address that was tried is kept for this tab.
const TRIED: &str = "live-operator:email";

/// The sign-in page; `next` in its address is where to go on.
#[component]
pub fn LoginScreen() -> impl IntoView {
    // After a refusal the form's answer leads back here, with the error in the address.
    let sign_in = ServerAction::<SignIn>::new();
    let query = use_query_map();
    let next = move || query.with(|query| query.get("next").unwrap_or_default());
    let refused = move || match sign_in.value().get() {
        Some(Err(error)) => Some(sentence(&error)),
        _ => None,
    };
    let email = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        // Only the password has to be written again.
        if let (Some(field), Some(text)) = (email.get(), browser::recall(TRIED))
            && refused().is_some()
        {
            field.set_value(&text);
        }
    });
    let keep_email = move |_| {
        browser::remember(TRIED, email.get_untracked().map(|field| field.value()).as_deref());
    };
    mark_hydrated();
    view! {
        <Title text="Sign in · Live Operator" />
        <main class="login">
            <div class="login__card">
                <header>
                    {icon(Icon::Logo, "icon--large login__logo")}
                    <h1 class="login__title">"Sign in to Live Operator"</h1>
                    <p class="login__text">"Your team’s inbox for every channel."</p>
                </header>
                <form class="login__form" method="post" action=SignIn::url() on:submit=keep_email>
                    {move || {
                        refused()
                            .map(|text| {
                                view! {
                                    <p class="login__alert" role="alert">
                                        {icon(Icon::Warning, "icon--small")}
                                        <span>{text}</span>
                                    </p>
                                }
                            })
                    }}
                    <input type="hidden" name="next" value=next />
                    <div class="field">
                        <label class="field__label" for="email">"Email"</label>
                        <input
                            class="input"
                            id="email"
                            name="email"
                            type="email"
                            autocomplete="username"
                            required
                            node_ref=email
                        />
                    </div>
                    <div class="field">
                        <label class="field__label" for="password">"Password"</label>
                        <input
                            class="input"
                            id="password"
                            name="password"
                            type="password"
                            autocomplete="current-password"
                            required
                        />
                    </div>
                    <button
                        class="button button--primary button--wide login__submit"
                        type="submit"
                    >
                        "Sign in"
                    </button>
                </form>
            </div>
        </main>
    }
}

fn sentence(error: &AppError) -> String {
    match error {
        AppError::Invalid { .. } => {
            "Email or password is wrong. Check both, or ask an admin to reset your password.".to_owned()
        }
        other => other.to_string(),
    }
}

/// Tells whoever drives the page that it answers to clicks now.
pub fn mark_hydrated() {
    Effect::new(|_| {
        if let Some(page) = document().document_element() {
            // An attribute that cannot be set harms nobody.
            let _ = page.set_attribute("data-hydrated", "true");
        }
    });
}
