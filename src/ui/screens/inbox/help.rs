//! The sheet of keys.

use leptos::{html, prelude::*};

use super::{frame::Desk, keys::SHEET};
use crate::ui::components::{Icon, icon};

/// The dialog that lists the keys.
#[component]
pub fn Help() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if desk.help_open.get() {
            // Already open is open.
            let _ = dialog.show_modal();
        } else if dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog
            class="dialog"
            id="help"
            aria-labelledby="help-title"
            node_ref=dialog
            on:close=move |_| desk.help_open.set(false)
        >
            <div class="dialog__head">
                <h2 class="dialog__title" id="help-title">"Keyboard shortcuts"</h2>
                <button
                    class="button button--quiet button--icon"
                    type="button"
                    aria-label="Close"
                    on:click=move |_| desk.help_open.set(false)
                >
                    {icon(Icon::Close, "icon--small")}
                </button>
            </div>
            <div class="dialog__body keys" tabindex="0">
                {SHEET
                    .iter()
                    .map(|(title, keys)| {
                        view! {
                            <section class="keys__group">
                                <h3 class="keys__title">{*title}</h3>
                                <dl>
                                    {keys
                                        .iter()
                                        .map(|(key, what)| {
                                            view! {
                                                <div class="keys__row">
                                                    <dt>{*what}</dt>
                                                    <dd class="keys__combo"><kbd class="key">{*key}</kbd></dd>
                                                </div>
                                            }
                                        })
                                        .collect_view()}
                                </dl>
                            </section>
                        }
                    })
                    .collect_view()}
            </div>
        </dialog>
    }
}
