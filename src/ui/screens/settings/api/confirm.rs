//! Asking before something is done that cannot be undone.

use leptos::{html, prelude::*};

/// A button that asks in a dialog, and then does it.
#[component]
pub fn Confirmed(
    /// What the button says.
    label: &'static str,
    /// What it is about: for those who hear the button alone.
    about: String,
    /// The question.
    title: String,
    /// What follows from it.
    text: &'static str,
    /// Whether it is being done.
    #[prop(into)]
    busy: Signal<bool>,
    /// Does it.
    act: Callback<()>,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let open = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            // Already open is open.
            let _ = dialog.show_modal();
        }
    };
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let name = title.clone();
    view! {
        <button class="button button--small" type="button" disabled=move || busy.get() on:click=open>
            {label}
            <span class="visually-hidden">{format!(": {about}")}</span>
        </button>
        <dialog class="dialog dialog--small" aria-label=name node_ref=dialog>
            <div class="dialog__head">
                <h2 class="dialog__title">{title}</h2>
            </div>
            <p class="dialog__body">{text}</p>
            <div class="dialog__foot">
                <button class="button" type="button" autofocus on:click=move |_| close()>
                    "Cancel"
                </button>
                <button
                    class="button button--danger"
                    type="button"
                    on:click=move |_| {
                        close();
                        act.run(());
                    }
                >
                    {label}
                </button>
            </div>
        </dialog>
    }
}
