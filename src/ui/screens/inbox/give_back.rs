//! The dialog that gives a conversation back to its bot.

use leptos::{ev::SubmitEvent, html, prelude::*};

use super::frame::Desk;
use crate::ui::{
    components::{Icon, icon},
    live::Live,
};

/// Asks what the bot is to mind.
#[component]
pub fn GiveBack(
    /// Called when it was given back.
    acted: Callback<()>,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let dialog = NodeRef::<html::Dialog>::new();
    let instruction = RwSignal::new(String::new());
    let bot = Memo::new(move |_| {
        live.thread.with(|thread| {
            let ai = thread.as_ref()?.conversation.ai.as_ref()?;
            Some(ai.bot_name.clone())
        })
    });
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if desk.give_back_open.get() {
            // Already open is open.
            let _ = dialog.show_modal();
        } else if dialog.open() {
            dialog.close();
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        live.give_back(instruction.get_untracked());
        instruction.set(String::new());
        desk.give_back_open.set(false);
        acted.run(());
    };
    view! {
        <dialog
            class="dialog dialog--small"
            aria-labelledby="give-back-title"
            node_ref=dialog
            on:close=move |_| desk.give_back_open.set(false)
        >
            <form on:submit=submit>
                <div class="dialog__head">
                    <h2 class="dialog__title" id="give-back-title">
                        "Give back to " {move || bot.get().unwrap_or_else(|| "the AI".to_owned())}
                    </h2>
                    <button
                        class="button button--quiet button--icon"
                        type="button"
                        aria-label="Close"
                        on:click=move |_| desk.give_back_open.set(false)
                    >
                        {icon(Icon::Close, "icon--small")}
                    </button>
                </div>
                <div class="dialog__body field">
                    <label class="field__label" for="give-back-instruction">"Instruction"</label>
                    <textarea
                        class="input"
                        id="give-back-instruction"
                        rows="3"
                        maxlength="1000"
                        dir="auto"
                        aria-describedby="give-back-help"
                        prop:value=move || instruction.get()
                        on:input:target=move |event| instruction.set(event.target().value())
                    ></textarea>
                    <p class="field__hint" id="give-back-help">
                        "What the AI should know or do next. The customer does not see it. It may be empty."
                    </p>
                </div>
                <div class="dialog__foot">
                    <button
                        class="button"
                        type="button"
                        on:click=move |_| desk.give_back_open.set(false)
                    >
                        "Cancel"
                    </button>
                    <button class="button button--primary" type="submit">"Give back"</button>
                </div>
            </form>
        </dialog>
    }
}
