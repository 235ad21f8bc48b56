//! `/invitation/{token}` and `/reset/{token}`: links that were given to one person, and do what they are for once.

use leptos::{html, prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

use super::card::{Card, alert, gone};
use crate::{
    api::joining::{AcceptInvitation, ResetPassword, load_invitation, load_reset},
    domain::{AppError, SHORTEST_PASSWORD, Welcome},
    ui::{browser, page_data::page_data},
};

/// Under which the name that was written is kept for this tab.
const TRIED: &str = "live-operator:name";

fn use_token() -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get("token").unwrap_or_default()))
}

/// The page on which somebody who was invited makes their account.
#[component]
pub fn InvitationScreen() -> impl IntoView {
    let token = use_token();
    let loaded = page_data(move || token.get(), load_invitation);
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok(welcome) => view! { <Join welcome token=token.get_untracked() /> }.into_any(),
                    Err(error) => gone(&error, "This invitation"),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Join(
    /// Whom it is for.
    welcome: Welcome,
    /// Of the link.
    token: String,
) -> impl IntoView {
    let accept = ServerAction::<AcceptInvitation>::new();
    let refused = move || accept.value().get().and_then(Result::err);
    let name = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        // Only the password has to be written again.
        if let (Some(field), Some(text)) = (name.get(), browser::recall(TRIED))
            && refused().is_some()
        {
            field.set_value(&text);
        }
    });
    let keep_name = move |_| {
        browser::remember(TRIED, name.get_untracked().map(|field| field.value()).as_deref());
    };
    let Welcome { email, invited_by } = welcome;
    let text = match invited_by {
        Some(by) => format!("{by} has invited you. Choose a name and a password."),
        None => "You are invited. Choose a name and a password.".to_owned(),
    };
    view! {
        <Card title="Join" heading=format!("Join {}", browser::viewer().workspace) text>
            <form class="login__form" method="post" action=AcceptInvitation::url() on:submit=keep_name>
                {move || refused().map(|error| alert(sentence(&error)))}
                <input type="hidden" name="token" value=token />
                {address(email)}
                <div class="field">
                    <label class="field__label" for="name">
                        "Your name"
                    </label>
                    <input
                        class="input"
                        id="name"
                        name="name"
                        type="text"
                        maxlength="120"
                        autocomplete="name"
                        required
                        aria-describedby="name-hint"
                        node_ref=name
                    />
                    <p class="field__hint" id="name-hint">
                        "Customers and colleagues see it."
                    </p>
                </div>
                {new_password()}
                <button class="button button--primary button--wide login__submit" type="submit">
                    "Create account"
                </button>
            </form>
        </Card>
    }
}

/// The page on which somebody who has forgotten their password chooses another.
#[component]
pub fn ResetScreen() -> impl IntoView {
    let token = use_token();
    let loaded = page_data(move || token.get(), load_reset);
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok(welcome) => view! { <Choose email=welcome.email token=token.get_untracked() /> }.into_any(),
                    Err(error) => gone(&error, "This link"),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Choose(
    /// Whose password it is.
    email: String,
    /// Of the link.
    token: String,
) -> impl IntoView {
    let reset = ServerAction::<ResetPassword>::new();
    let refused = move || reset.value().get().and_then(Result::err);
    view! {
        <Card
            title="New password"
            heading="Choose a new password"
            text="Wherever you are signed in, you are signed out then."
        >
            <form class="login__form" method="post" action=ResetPassword::url()>
                {move || refused().map(|error| alert(sentence(&error)))}
                <input type="hidden" name="token" value=token />
                {address(email)}
                {new_password()}
                <button class="button button--primary button--wide login__submit" type="submit">
                    "Save password"
                </button>
            </form>
        </Card>
    }
}

/// With which one will sign in: for the eye, and for whatever keeps passwords.
fn address(email: String) -> impl IntoView {
    view! {
        <div class="field">
            <label class="field__label" for="email">
                "Email"
            </label>
            <input class="input" id="email" type="email" autocomplete="username" value=email readonly />
        </div>
    }
}

fn new_password() -> impl IntoView {
    view! {
        <div class="field">
            <label class="field__label" for="password">
                "Password"
            </label>
            <input
                class="input"
                id="password"
                name="password"
                type="password"
                autocomplete="new-password"
                minlength=SHORTEST_PASSWORD.to_string()
                required
                aria-describedby="password-hint"
            />
            <p class="field__hint" id="password-hint">
                {format!("At least {SHORTEST_PASSWORD} characters. Several words are easy to remember.")}
            </p>
        </div>
    }
}

fn sentence(error: &AppError) -> String {
    match error {
        AppError::NotFound => {
            "This link was used already, has expired, or was withdrawn. Ask an admin for another.".to_owned()
        }
        other => other.to_string(),
    }
}
