//! What is in the field again because it was not sent: a colleague was faster, or something could not be filled in.

use leptos::prelude::*;

use super::wait::Blocked;
use crate::{
    domain::Draft,
    ui::{
        components::{Icon, clock_time, icon},
        live::{Conflicted, Live, Returned},
        screens::inbox::frame::Desk,
    },
};

/// What was not sent goes back to where it was written; a note that stands there stays one, also if it is files alone.
pub fn take_back(live: Live, back: Memo<Option<Returned>>, text: RwSignal<String>, note: RwSignal<bool>) {
    Effect::new(move |_| {
        if let Some(Returned { conversation_id, body, .. }) = back.get() {
            if text.with_untracked(|text| text.trim().is_empty()) {
                note.set(live.files_are_for_team(conversation_id));
                text.set(body);
            } else if !text.with_untracked(|text| text.starts_with(&body)) {
                text.update(|text| *text = format!("{body}\n\n{text}"));
            }
            live.keep_draft(Draft::new(text.get_untracked(), note.get_untracked()));
        }
    });
}

/// A colleague has replied in the meantime; the text is back in the field.
#[component]
pub fn ConflictCard(
    /// What happened.
    conflict: Conflicted,
    /// Why nothing can be sent at all.
    blocked: Memo<Option<Blocked>>,
    /// Sends all the same.
    send: Callback<()>,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let at = conflict.message.created_at;
    let name = conflict.name;
    view! {
        <div class="conflict" role="alert" data-testid="conflict">
            <p class="conflict__title">
                {icon(Icon::Warning, "icon--small")}
                <strong>
                    {move || format!("{name} replied at {}, while you were writing", clock_time(desk.clock.civil(at)))}
                </strong>
            </p>
            <blockquote class="conflict__quote" dir="auto">{conflict.message.body}</blockquote>
            <div class="conflict__actions">
                <button
                    class="button button--primary button--small"
                    type="button"
                    disabled=move || blocked.with(Option::is_some)
                    on:click=move |_| send.run(())
                >
                    "Send anyway"
                </button>
                <button
                    class="button button--quiet button--small"
                    type="button"
                    on:click=move |_| live.conflict.set(None)
                >
                    "Keep editing"
                </button>
            </div>
        </div>
    }
}
