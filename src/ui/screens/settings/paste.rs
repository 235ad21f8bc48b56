//! What has to be pasted somewhere else.

use std::time::Duration;

use leptos::prelude::*;

use crate::{domain::setup::Paste, ui::browser};

/// So long a button says that it has copied.
const COPIED: Duration = Duration::from_secs(4);

/// A text with a button that copies it, and where it belongs.
#[component]
pub fn Copyable(
    /// What it is.
    paste: Paste,
) -> impl IntoView {
    let Paste { label, text, help } = paste;
    let copied = RwSignal::new(false);
    let shown = text.clone();
    let copy = move |_| {
        browser::copy(&text);
        copied.set(true);
        set_timeout(
            move || {
                copied.try_set(false);
            },
            COPIED,
        );
    };
    view! {
        <div class="paste">
            <h3 class="paste__label">{label.clone()}</h3>
            <div class="paste__line">
                <code class="paste__text" data-testid="paste">{shown}</code>
                <button class="button button--small" type="button" on:click=copy>
                    "Copy"
                    <span class="visually-hidden">{format!(": {label}")}</span>
                </button>
                <span class="paste__done" role="status">
                    {move || copied.get().then_some("Copied")}
                </span>
            </div>
            <p class="field__hint">{help}</p>
        </div>
    }
}
