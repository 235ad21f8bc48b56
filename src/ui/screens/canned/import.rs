//! Taking responses from a table.

use leptos::{ev::SubmitEvent, html, prelude::*};
use web_sys::HtmlInputElement;

use crate::{
    api::canned::import_canned,
    domain::{AppError, Imported},
    ui::{
        browser,
        screens::{imported::outcome, settings::control::Slot},
    },
};

/// A button that opens a dialog, in which a file or a text is imported.
#[component]
pub fn Import(
    /// Responses have come or changed, and the dialog is closed.
    done: Callback<()>,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let import = Action::new(move |text: &String| import_canned(text.clone()));
    let open = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            // Already open is open.
            let _ = dialog.show_modal();
        }
    };
    let closed = move |_| {
        if matches!(import.value().get_untracked(), Some(Ok(_))) {
            done.run(());
        }
    };
    view! {
        <button class="button" type="button" on:click=open>
            "Import…"
        </button>
        <dialog class="dialog" aria-labelledby="import" node_ref=dialog on:close=closed>
            <div class="dialog__head">
                <h2 class="dialog__title" id="import">
                    "Import canned responses"
                </h2>
            </div>
            <div class="dialog__body">
                <Fields import />
            </div>
            <form class="dialog__foot" method="dialog">
                <button class="button" type="submit">
                    "Close"
                </button>
            </form>
        </dialog>
    }
}

#[component]
fn Fields(
    /// Imports a text.
    import: Action<String, Result<Imported, AppError>>,
) -> impl IntoView {
    let text = NodeRef::<html::Textarea>::new();
    let refused = Signal::derive(move || import.value().get().and_then(Result::err));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(text) = text.get_untracked() {
            import.dispatch(text.value());
        }
    };
    let choose = move |field: &HtmlInputElement| {
        let (Some(file), Some(text)) =
            (browser::chosen_files(field).into_iter().next(), text.get_untracked())
        else {
            return;
        };
        file.read(move |content| text.set_value(&content));
    };
    let slot = Slot::new("text", true, refused);
    let (id, wrong, described) = (slot.id.clone(), slot.is_wrong(), slot.described_by());
    let control = view! {
        <textarea
            class="input input--code"
            id=id
            rows="8"
            spellcheck="false"
            required
            aria-invalid=wrong
            aria-describedby=described
            node_ref=text
        ></textarea>
    };
    let hint = "A table whose first line names the columns “shortcut,title,text”, and maybe “scope” (personal, team or \
                everyone) and “team”. A shortcut that is there already gets the new title and text.";
    let row = slot.row("Text", false, hint, control.into_any());
    view! {
        <form class="form" on:submit=submit>
            <label class="field">
                <span class="field__label">"File"</span>
                <input
                    class="input"
                    type="file"
                    accept=".csv,.tsv,.txt"
                    on:change:target=move |event| choose(&event.target())
                />
            </label>
            {row}
            <div role="status" data-testid="imported">
                {move || import.value().get().and_then(Result::ok).map(|done| outcome(&done))}
            </div>
            {move || {
                refused
                    .get()
                    .filter(|error| !matches!(error, AppError::Invalid { .. }))
                    .map(|error| view! { <p class="field__error" role="alert">{error.to_string()}</p> })
            }}
            <div class="form__foot">
                <button class="button button--primary" type="submit" disabled=move || import.pending().get()>
                    {move || if import.pending().get() { "Importing…" } else { "Import" }}
                </button>
            </div>
        </form>
    }
}
