//! What the bot would say: for the operator to use or not. It is never sent by itself.

use leptos::prelude::*;

use crate::ui::{
    components::{Icon, icon},
    live::Live,
};

/// The bot's unsent words above the composer, if there are any.
#[component]
pub fn Offered(
    /// Puts a text into the composer.
    insert: Callback<String>,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let offered = Memo::new(move |_| {
        live.thread.with(|thread| {
            let ai = thread.as_ref()?.conversation.ai.as_ref()?;
            ai.suggestion.clone().map(|suggestion| (suggestion, ai.bot_name.clone()))
        })
    });
    move || {
        offered.get().map(|(suggestion, bot)| {
            let (id, text) = (suggestion.id, suggestion.text.clone());
            view! {
                <aside class="offered" data-testid="suggestion" aria-label="Suggested answer">
                    <header class="offered__head">
                        {icon(Icon::Spark, "icon--small msg__spark")} <span>"Suggested by " <bdi>{bot}</bdi></span>
                        <span class="chip chip--ai">"AI"</span>
                        <span class="offered__hint">"Not sent"</span>
                    </header>
                    <p class="offered__text" dir="auto" tabindex="0">{suggestion.text}</p>
                    <div class="offered__foot">
                        <button class="button button--small" type="button" on:click=move |_| insert.run(text.clone())>
                            "Use it"
                        </button>
                        <button
                            class="button button--quiet button--small"
                            type="button"
                            on:click=move |_| live.dismiss_suggestion(id)
                        >
                            "Dismiss"
                        </button>
                    </div>
                </aside>
            }
        })
    }
}
