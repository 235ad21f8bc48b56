//! Signing in. Plain forms: they work without JavaScript, and who comes in gets the whole page anew.

mod card;
mod code;
mod forgot;
mod link;

use leptos::{html, prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;

use self::card::{Card, alert};
pub use self::{
    code::CodeScreen,
    forgot::ForgotScreen,
    link::{InvitationScreen, ResetScreen},
};
use crate::{
    api::session::SignIn,
    domain::{AppError, Viewer},
    routes,
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
    let is_reset = move || query.with(|query| query.get("reset").is_some());
    let refused = move || match sign_in.value().get() {
        Some(Err(error)) => Some(sentence(&error)),
        _ => None,
    };
    let Viewer { workspace, by_mail, .. } = browser::viewer();
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
    view! {
        <Card
            title="Sign in"
            heading=format!("Sign in to {workspace}")
            text="Your team’s inbox for every channel."
        >
            <form class="login__form" method="post" action=SignIn::url() on:submit=keep_email>
                {move || refused().map(alert)}
                {move || is_reset().then(after_reset)}
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
                <button class="button button--primary button--wide login__submit" type="submit">
                    "Sign in"
                </button>
                {if by_mail {
                    view! {
                        <a class="link login__link" href=routes::FORGOT rel="external">
                            "Forgot your password?"
                        </a>
                    }
                        .into_any()
                } else {
                    view! {
                        <p class="field__hint">"Forgot your password? Ask an admin for a link to choose another."</p>
                    }
                        .into_any()
                }}
            </form>
        </Card>
    }
}

fn after_reset() -> impl IntoView {
    view! {
        <p class="login__done" role="status">
            {icon(Icon::Check, "icon--small")}
            <span>"Your password was changed. Sign in with the new one."</span>
        </p>
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
            let _ = page.set_attribute(browser::HYDRATED, "true");
        }
    });
}
