//! The switch of a channel.

use leptos::prelude::*;

use crate::{api::channels::SwitchChannel, domain::Channel};

/// Switches a channel on and off. A plain form: it works without JavaScript.
#[component]
pub fn Switch(
    /// The channel as it was when the page was loaded.
    channel: Channel,
) -> impl IntoView {
    let act = ServerAction::<SwitchChannel>::new();
    let (id, was) = (channel.id, channel.enabled);
    let is_on = Memo::new(move |before: Option<&bool>| match act.value().get() {
        Some(Ok(changed)) => changed.enabled,
        // What could not be switched stays as it was.
        Some(Err(_)) | None => before.copied().unwrap_or(was),
    });
    view! {
        <ActionForm action=act>
            <input type="hidden" name="id" value=id.to_string() />
            <input type="hidden" name="on" value=move || (!is_on.get()).to_string() />
            <span class="switched">
                <button
                    class="switch"
                    type="submit"
                    role="switch"
                    aria-checked=move || is_on.get().to_string()
                    aria-label=format!("{} is on", channel.name)
                ></button>
                <span class="switched__word" aria-hidden="true">
                    {move || if is_on.get() { "On" } else { "Off" }}
                </span>
            </span>
            {move || {
                let error = act.value().get().and_then(Result::err);
                error.map(|error| view! { <p class="field__error" role="alert">{error.to_string()}</p> })
            }}
        </ActionForm>
    }
}
