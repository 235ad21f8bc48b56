//! Says that something was removed, and brings it back.

use leptos::{html, prelude::*};

/// The line in which it is said. What was pressed is gone, so the way back has the focus.
#[component]
pub fn Undo<T: Clone + Send + Sync + 'static>(
    /// What was removed just now.
    gone: RwSignal<Option<T>>,
    /// How that is said.
    words: fn(&T) -> String,
    /// Brings it back.
    back: Callback<T>,
) -> impl IntoView {
    let button = NodeRef::<html::Button>::new();
    Effect::new(move |_| {
        if let Some(button) = button.get() {
            // Without the focus it can still be pressed.
            let _ = button.focus();
        }
    });
    let said = move || gone.with(|gone| gone.as_ref().map(words));
    let is_gone = Memo::new(move |_| gone.with(Option::is_some));
    view! {
        <div role="status">
            <Show when=move || is_gone.get()>
                <p class="contact__gone">
                    <bdi>{said}</bdi>
                    <button
                        class="button button--small"
                        type="button"
                        node_ref=button
                        on:click=move |_| {
                            if let Some(gone) = gone.get_untracked() {
                                back.run(gone);
                            }
                        }
                    >
                        "Undo"
                    </button>
                </p>
            </Show>
        </div>
    }
}
