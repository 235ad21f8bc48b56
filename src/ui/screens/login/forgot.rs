//! `/login/forgot`: a link by mail for whoever has forgotten their password.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;

use super::card::{Card, alert};
use crate::{
    api::session::ForgotPassword,
    routes,
    ui::{
        browser,
        components::{Icon, icon},
    },
};

/// The page that asks for an address, and then says the same whosever it is. A plain form, like the one to sign in.
#[component]
pub fn ForgotScreen() -> impl IntoView {
    let ask = ServerAction::<ForgotPassword>::new();
    let query = use_query_map();
    let is_asked = move || query.with(|query| query.get("asked").is_some());
    let refused = move || ask.value().get().and_then(Result::err);
    let text = if browser::viewer().by_mail {
        "Write the address that you sign in with. A link comes by mail, by which you choose another password."
    } else {
        "Nothing can be mailed from here. Ask an admin for a link by which you choose another password."
    };
    view! {
        <Card title="Forgot your password" heading="Forgot your password?" text>
            <form class="login__form" method="post" action=ForgotPassword::url()>
                {move || refused().map(|error| alert(error.to_string()))}
                {move || is_asked().then(on_its_way)}
                {browser::viewer().by_mail.then(fields)}
                <a class="link login__link" href=routes::LOGIN rel="external">
                    "Back to sign in"
                </a>
            </form>
        </Card>
    }
}

fn fields() -> impl IntoView {
    view! {
        <div class="field">
            <label class="field__label" for="email">
                "Email"
            </label>
            <input class="input" id="email" name="email" type="email" autocomplete="username" required />
        </div>
        <button class="button button--primary button--wide login__submit" type="submit">
            "Send the link"
        </button>
    }
}

fn on_its_way() -> impl IntoView {
    view! {
        <p class="login__done" role="status">
            {icon(Icon::Check, "icon--small")}
            <span>
                "If somebody signs in with this address, a link is on its way to it. It works once, within a day. \
                 If nothing comes, look into the junk folder, or ask an admin."
            </span>
        </p>
    }
}
