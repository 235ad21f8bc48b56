//! Changing one's password.

use leptos::{ev::SubmitEvent, html, prelude::*};

use crate::{
    api::profile::change_password,
    domain::AppError,
    ui::screens::settings::{
        api::failure,
        line::{Line, beside, clear, written},
    },
};

const CURRENT: Line = Line {
    form: "change",
    key: "current",
    label: "Current password",
    hint: "",
    kind: "password",
    autocomplete: "current-password",
};

const NEW: Line = Line {
    form: "change",
    key: "password",
    label: "New password",
    hint: "At least 10 characters. Several words are easy to remember.",
    kind: "password",
    autocomplete: "new-password",
};

/// The form that changes it.
#[component]
pub fn Password(
    /// Called when it was changed: other sessions have ended then.
    changed: Callback<()>,
) -> impl IntoView {
    let (current, new) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let change = Action::new(move |(was, now): &(String, String)| {
        let asked = change_password(was.clone(), now.clone());
        async move {
            asked.await?;
            clear(current);
            clear(new);
            changed.run(());
            Ok::<(), AppError>(())
        }
    });
    let refused = Signal::derive(move || change.value().get().and_then(Result::err));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        change.dispatch((written(current), written(new)));
    };
    view! {
        <section class="settings__section" aria-labelledby="password">
            <h2 class="settings__part" id="password">"Password"</h2>
            <form class="form__section" on:submit=submit>
                <p class="form__help">"A new password signs you out everywhere but here."</p>
                {CURRENT.row(String::new(), refused, current)}
                {NEW.row(String::new(), refused, new)}
                {failure(beside(refused, &["current", "password"]))}
                <div class="form__foot">
                    <span class="form__saved" role="status">
                        {move || matches!(change.value().get(), Some(Ok(()))).then_some("Password changed")}
                    </span>
                    <button class="button" type="submit" disabled=move || change.pending().get()>
                        "Change password"
                    </button>
                </div>
            </form>
        </section>
    }
}
