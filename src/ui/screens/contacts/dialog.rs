//! The dialog that says what a merge will do.

use leptos::{html, prelude::*};

use super::desk::Desk;
use crate::ui::components::{Icon, icon};

/// Opens when somebody is to be merged with, and merges.
#[component]
pub fn MergeDialog() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if desk.asked.with(Option::is_some) {
            // Already open is open.
            let _ = dialog.show_modal();
        } else if dialog.open() {
            dialog.close();
        }
    });
    // While it closes it still shows whom it was about.
    let other = Memo::new(move |before: Option<&(String, String)>| {
        let asked = desk.asked.with(|asked| {
            asked.as_ref().map(|candidate| (candidate.name.clone(), candidate.contact_id.to_string()))
        });
        asked.or_else(|| before.cloned()).unwrap_or_default()
    });
    let name = move || other.with(|(name, _)| name.clone());
    desk.follow(
        move || desk.merge.value().get(),
        move || {
            // Closed here, so that the focus which it gives back is not the last word.
            if let Some(dialog) = dialog.get_untracked() {
                dialog.close();
            }
            desk.asked.set(None);
            let done =
                other.with_untracked(|(name, _)| format!("Merged with {name}. You can undo this below."));
            desk.tell(done);
        },
    );
    let error = move || desk.merge.value().get().and_then(Result::err);
    let busy = desk.merge.pending();
    view! {
        <dialog
            class="dialog dialog--small"
            aria-labelledby="merge-title"
            aria-describedby="merge-text"
            node_ref=dialog
            on:close=move |_| desk.asked.set(None)
        >
            <div class="dialog__head">
                <h2 class="dialog__title" id="merge-title">
                    "Merge with " <bdi>{name}</bdi> "?"
                </h2>
                <button
                    class="button button--quiet button--icon"
                    type="button"
                    aria-label="Close"
                    on:click=move |_| desk.asked.set(None)
                >
                    {icon(Icon::Close, "icon--small")}
                </button>
            </div>
            <div class="dialog__body" id="merge-text">
                <p>"Their conversations will show as one person’s. You can undo this."</p>
                {move || {
                    error().map(|error| view! { <p class="field__error" role="alert">{error.to_string()}</p> })
                }}
            </div>
            <div class="dialog__foot">
                <button class="button" type="button" on:click=move |_| desk.asked.set(None)>
                    "Cancel"
                </button>
                <ActionForm action=desk.merge>
                    <input type="hidden" name="id" value=desk.hidden() />
                    <input type="hidden" name="other" value=move || other.with(|(_, id)| id.clone()) />
                    <button
                        class="button button--primary"
                        type="submit"
                        autofocus
                        disabled=move || busy.get()
                    >
                        "Merge"
                    </button>
                </ActionForm>
            </div>
        </dialog>
    }
}
