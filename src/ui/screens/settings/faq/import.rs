//! Taking entries from elsewhere.

use leptos::{ev::SubmitEvent, html, prelude::*};
use web_sys::HtmlInputElement;

use crate::{
    api::faq::import_faq,
    domain::{AppError, Imported, setup::FaqFormat},
    ui::{
        browser,
        screens::{
            imported::outcome,
            settings::control::{Slot, options},
        },
    },
};

/// A button that opens a dialog, in which a file or a text is imported.
#[component]
pub fn Import(
    /// To be raised when entries have come or changed.
    changes: RwSignal<usize>,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let import = Action::new(move |(format, text): &(FaqFormat, String)| import_faq(*format, text.clone()));
    let open = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            // Already open is open.
            let _ = dialog.show_modal();
        }
    };
    // The list is loaded anew when the dialog is closed: it would take the dialog away.
    let closed = move |_| {
        if matches!(import.value().get_untracked(), Some(Ok(_))) {
            changes.update(|changes| *changes += 1);
        }
    };
    view! {
        <div>
            <button class="button" type="button" on:click=open>
                "Import…"
            </button>
            <dialog class="dialog" aria-labelledby="import" node_ref=dialog on:close=closed>
                <div class="dialog__head">
                    <h2 class="dialog__title" id="import">
                        "Import questions and answers"
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
        </div>
    }
}

#[component]
fn Fields(
    /// Imports a text.
    import: Action<(FaqFormat, String), Result<Imported, AppError>>,
) -> impl IntoView {
    let (format, text) = (NodeRef::<html::Select>::new(), NodeRef::<html::Textarea>::new());
    let refused = Signal::derive(move || import.value().get().and_then(Result::err));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (Some(format), Some(text)) = (format.get_untracked(), text.get_untracked()) else { return };
        if let Some(format) = FaqFormat::from_word(&format.value()) {
            import.dispatch((format, text.value()));
        }
    };
    let choose = move |field: &HtmlInputElement| {
        let Some(file) = browser::chosen_files(field).into_iter().next() else { return };
        let (Some(format), Some(text)) = (format.get_untracked(), text.get_untracked()) else { return };
        let name = file.name().to_lowercase();
        let is_table = [".csv", ".tsv"].iter().any(|end| name.ends_with(end));
        format.set_value(if is_table { FaqFormat::Csv } else { FaqFormat::Markdown }.as_str());
        file.read(move |content| text.set_value(&content));
    };
    view! {
        <form class="form" on:submit=submit>
            <label class="field">
                <span class="field__label">"File"</span>
                <input
                    class="input"
                    type="file"
                    accept=".csv,.tsv,.md,.markdown,.txt"
                    on:change:target=move |event| choose(&event.target())
                />
            </label>
            {rows(format, text, refused)}
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

fn rows(
    format: NodeRef<html::Select>,
    text: NodeRef<html::Textarea>,
    refused: Signal<Option<AppError>>,
) -> AnyView {
    let slot = Slot::new("format", false, refused);
    let id = slot.id.clone();
    let choices = [(FaqFormat::Csv, "Table (CSV)"), (FaqFormat::Markdown, "Markdown")];
    let choices =
        options(choices.iter().map(|(format, label)| (format.as_str(), *label)), FaqFormat::Csv.as_str());
    let control = view! {
        <select class="input" id=id node_ref=format>
            {choices}
        </select>
    };
    let format = slot.row("Format", false, "", control.into_any());
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
    let hint = "A table begins with the line “question,answer”. In Markdown each heading is a question, and the text \
                below it the answer. A question that is there already gets the new answer.";
    let text = slot.row("Text", false, hint, control.into_any());
    view! {
        {format}
        {text}
    }
    .into_any()
}
