//! `/login/code`: the second step of signing in.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;

use super::card::{Card, alert};
use crate::{api::session::SignInCode, domain::AppError, routes};

/// The page that asks for a code. A plain form, like the one before it.
#[component]
pub fn CodeScreen() -> impl IntoView {
    let sign_in = ServerAction::<SignInCode>::new();
    let query = use_query_map();
    let next = Memo::new(move |_| query.with(|query| query.get("next").unwrap_or_default()));
    let refused = move || sign_in.value().get().and_then(Result::err);
    view! {
        <Card
            title="Sign in"
            heading="Enter your code"
            text="Open your authenticator app, and write the code that it shows now."
        >
            <form class="login__form" method="post" action=SignInCode::url()>
                {move || refused().map(|error| alert(sentence(&error)))}
                <input type="hidden" name="next" value=next />
                <div class="field">
                    <label class="field__label" for="code">
                        "Code"
                    </label>
                    <input
                        class="input"
                        id="code"
                        name="code"
                        type="text"
                        autocomplete="one-time-code"
                        autocapitalize="off"
                        spellcheck="false"
                        autofocus
                        required
                        aria-describedby="code-hint"
                    />
                    <p class="field__hint" id="code-hint">
                        "Without your phone, write one of your recovery codes instead."
                    </p>
                </div>
                <button class="button button--primary button--wide login__submit" type="submit">
                    "Sign in"
                </button>
                <a class="link login__link" href=move || routes::login(&next.get()) rel="external">
                    "Begin again with your password"
                </a>
            </form>
        </Card>
    }
}

fn sentence(error: &AppError) -> String {
    match error {
        AppError::Unauthenticated => {
            "It has taken too long, or there were too many wrong codes. Begin again with your password."
                .to_owned()
        }
        other => other.to_string(),
    }
}
