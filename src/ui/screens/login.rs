//! Signing in. The form works without JavaScript too.

use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{
    api::session::SignIn,
    domain::AppError,
    ui::components::{Icon, icon},
};

/// The sign-in page; `next` in its address is where to go on.
#[component]
pub fn LoginScreen() -> impl IntoView {
    let sign_in = ServerAction::<SignIn>::new();
    let query = use_query_map();
    let next = move || query.with(|query| query.get("next").unwrap_or_default());
    let refused = move || match sign_in.value().get() {
        Some(Err(error)) => Some(sentence(&error)),
        _ => None,
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
                <ActionForm action=sign_in attr:class="login__form">
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
                        <input class="input" id="email" name="email" type="email" autocomplete="username" required />
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
                        disabled=move || sign_in.pending().get()
                    >
                        "Sign in"
                    </button>
                </ActionForm>
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
