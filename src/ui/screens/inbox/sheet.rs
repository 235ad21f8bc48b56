//! A small dialog: in the middle of a wide screen, at the foot of a narrow one.

use leptos::{html, prelude::*};

use crate::ui::components::{Icon, icon};

/// The dialog. What is in it is made when it opens, and gone when it closes.
#[component]
pub fn Sheet(
    /// By which its title names it.
    id: &'static str,
    /// What it is called.
    #[prop(into)]
    title: Signal<String>,
    /// Whether it is open.
    #[prop(into)]
    open: Signal<bool>,
    /// Closes it.
    close: Callback<()>,
    /// What is in it. What has the attribute `autofocus` gets the focus first.
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if open.get() {
            // What is in it has to be there to get the focus.
            request_animation_frame(move || {
                if open.try_get_untracked() == Some(true) && !dialog.open() {
                    // A page that is being left has no place for it.
                    let _ = dialog.show_modal();
                }
            });
        } else if dialog.open() {
            dialog.close();
        }
    });
    let title_id = format!("{id}-title");
    view! {
        <dialog
            class="dialog dialog--small dialog--sheet"
            id=id
            aria-labelledby=title_id
            node_ref=dialog
            on:close=move |_| close.run(())
        >
            <div class="dialog__head">
                <h2 class="dialog__title" id=title_id.clone()>{move || title.get()}</h2>
                <button
                    class="button button--quiet button--icon"
                    type="button"
                    aria-label="Close"
                    on:click=move |_| close.run(())
                >
                    {icon(Icon::Close, "icon--small")}
                </button>
            </div>
            {move || open.get().then(|| children())}
        </dialog>
    }
}
