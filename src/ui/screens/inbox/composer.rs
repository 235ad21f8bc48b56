//! The composer: a reply to the customer, or a note to the team.

use leptos::{
    ev::{KeyboardEvent, SubmitEvent},
    prelude::*,
};

use super::{
    frame::Desk,
    route::{SmsCount, use_route},
    row::{typing_mark, typing_text},
};
use crate::{
    domain::{ChannelKind, ConversationId, Draft, Message, Typist},
    ui::{
        components::{Icon, channel_mark, clock_time, icon},
        live::{Conflicted, DraftState, Live},
    },
};

/// The place to write in.
#[component]
pub fn Composer() -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let note = desk.note;
    let text = RwSignal::new(String::new());
    let id =
        Memo::new(move |_| live.thread.with(|thread| thread.as_ref().map(|thread| thread.conversation.id)));
    let route = use_route(live);
    // A note can always be written.
    let blocked = Memo::new(move |_| route.get().filter(|_| !note.get())?.blocked);
    let counts_segments = Memo::new(move |_| {
        !note.get() && route.with(|route| route.as_ref().is_some_and(|route| route.kind == ChannelKind::Sms))
    });
    let conflict =
        Memo::new(move |_| live.conflict.get().filter(|conflict| Some(conflict.conversation_id) == id.get()));
    let too_long =
        Memo::new(move |_| text.with(|text| text.chars().count()).saturating_sub(Message::MAX_BODY));
    let can_send = Memo::new(move |_| {
        let open = note.get() || route.with(Option::is_some);
        open && blocked.with(Option::is_none)
            && conflict.with(Option::is_none)
            && too_long.get() == 0
            && !text.with(|text| text.trim().is_empty())
    });
    take_draft(live, desk, id, text);
    take_back_conflict(live, conflict, text, note);
    keep_tab(live, text, note);
    let send = move |anyway: bool| {
        let body = text.get_untracked();
        if body.trim().is_empty() {
            return;
        }
        live.send(body, note.get_untracked(), anyway);
        text.set(String::new());
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if can_send.get_untracked() {
            send(false);
        }
    };
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            // It leaves the field, and not the conversation too.
            event.stop_propagation();
            if let Some(field) = desk.composer.get_untracked() {
                // A field that cannot be left keeps the focus.
                let _ = field.blur();
            }
        } else if event.key() == "Enter" && !event.shift_key() && !is_composing(&event) {
            event.prevent_default();
            if can_send.get_untracked() {
                send(false);
            }
        }
    };
    let written = move |value: String| {
        if !note.get_untracked() {
            live.typed(value.is_empty());
        }
        live.keep_draft(Draft::new(value.clone(), note.get_untracked()));
        text.set(value);
    };
    view! {
        <form
            class="composer"
            data-mode=move || if note.get() { "note" } else { "reply" }
            aria-label=move || if note.get() { "Note" } else { "Reply" }
            on:submit=submit
        >
            <div class="composer__around"><Colleague /></div>
            <div class="composer__card">
                <div class="composer__top">
                    <Tabs />
                    <Saved />
                </div>
                <div id="compose" role="tabpanel" aria-labelledby=move || if note.get() { "tab-note" } else { "tab-reply" }>
                    {move || {
                        conflict.get().map(|conflict| view! { <ConflictCard conflict blocked send=Callback::new(move |()| send(true)) /> })
                    }} <div class="composer__line">
                        <p class="composer__route" data-testid="route" id="route">
                            {move || {
                                if note.get() {
                                    view! {
                                        {icon(Icon::Lock, "icon--small")}
                                        <span>"Only your team sees it"</span>
                                    }
                                        .into_any()
                                } else {
                                    route
                                        .get()
                                        .map(|route| {
                                            view! {
                                                {channel_mark(route.kind, None, "")}
                                                <span>{route.text}</span>
                                            }
                                        })
                                        .into_any()
                                }
                            }}
                        </p>
                        {move || counts_segments.get().then(|| view! { <SmsCount text /> })}
                    </div>
                    <textarea
                        class="composer__text"
                        node_ref=desk.composer
                        rows="2"
                        prop:rows=move || text.with(|text| lines(text))
                        aria-label="Reply"
                        aria-describedby="route blocked"
                        dir="auto"
                        placeholder=move || if note.get() { "Write a note to your team" } else { "Write a reply" }
                        prop:value=move || text.get()
                        on:input:target=move |event| written(event.target().value())
                        on:keydown=on_key
                        on:blur=move |_| {
                            if text.with_untracked(String::is_empty) {
                                live.typed(true);
                            }
                        }
                    ></textarea>
                    {move || {
                        let over = too_long.get();
                        (over > 0)
                            .then(|| {
                                view! {
                                    <p class="composer__error" role="alert">
                                        {icon(Icon::Warning, "icon--small")}
                                        {format!(
                                            "{over} characters too many: {} is the most.",
                                            Message::MAX_BODY,
                                        )}
                                    </p>
                                }
                            })
                    }}
                </div>
                <div class="composer__foot">
                    <p class="composer__blocked" id="blocked" role="status" data-testid="blocked">
                        {move || {
                            blocked
                                .get()
                                .map(|why| {
                                    view! {
                                        {icon(Icon::Warning, "icon--small")}
                                        <span>{why}</span>
                                    }
                                })
                        }}
                    </p>
                    <button
                        class="button button--primary composer__send"
                        type="submit"
                        aria-keyshortcuts="Enter"
                        disabled=move || !can_send.get()
                    >
                        "Send"
                        <kbd class="button__key composer__key" aria-hidden="true">"↵"</kbd>
                    </button>
                </div>
            </div>
        </form>
    }
}

/// Whether the key belongs to an input method. Safari ends the composition before the key that ends it: then only the
/// old key code tells.
fn is_composing(event: &KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == 229
}

/// How many lines the field shows where it does not grow with its text by itself.
fn lines(text: &str) -> u32 {
    u32::try_from(text.split('\n').count()).unwrap_or(u32::MAX).clamp(2, 12)
}

/// Another conversation has another draft, in its own tab.
fn take_draft(live: Live, desk: Desk, id: Memo<Option<ConversationId>>, text: RwSignal<String>) {
    Effect::new(move |before: Option<Option<ConversationId>>| {
        let now = id.get();
        if before != Some(now) {
            let draft = live.thread.with_untracked(|thread| {
                thread.as_ref().map(|thread| thread.draft.clone()).unwrap_or_default()
            });
            desk.note.set(draft.note || desk.note_ahead.get_value());
            desk.note_ahead.set_value(false);
            text.set(draft.body);
        }
        now
    });
}

/// What is written is kept with the tab that it is in.
fn keep_tab(live: Live, text: RwSignal<String>, note: RwSignal<bool>) {
    Effect::new(move |before: Option<bool>| {
        let now = note.get();
        if before.is_some_and(|before| before != now) {
            live.keep_draft(Draft::new(text.get_untracked(), now));
        }
        now
    });
}

/// What a colleague's reply has overtaken goes back to where it was written; a note that stands there stays one.
fn take_back_conflict(
    live: Live,
    conflict: Memo<Option<Conflicted>>,
    text: RwSignal<String>,
    note: RwSignal<bool>,
) {
    Effect::new(move |_| {
        if let Some(conflict) = conflict.get() {
            if text.with_untracked(|text| text.trim().is_empty()) {
                note.set(false);
                text.set(conflict.body);
            } else if !text.with_untracked(|text| text.starts_with(&conflict.body)) {
                text.update(|text| *text = format!("{}\n\n{text}", conflict.body));
            }
            live.keep_draft(Draft::new(text.get_untracked(), note.get_untracked()));
        }
    });
}

/// Reply or note.
#[component]
fn Tabs() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let note = desk.note;
    let choose = move |to_note: bool| {
        note.set(to_note);
        desk.focus_composer();
    };
    let arrows = move |event: KeyboardEvent| {
        if matches!(event.key().as_str(), "ArrowLeft" | "ArrowRight") {
            event.prevent_default();
            note.update(|note| *note = !*note);
            let id = if note.get_untracked() { "tab-note" } else { "tab-reply" };
            if let Some(tab) = document().get_element_by_id(id)
                && let Ok(tab) = wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(tab)
            {
                // A tab that cannot be focused is chosen all the same.
                let _ = tab.focus();
            }
        }
    };
    view! {
        <div class="composer__tabs" role="tablist" aria-label="Reply or note" on:keydown=arrows>
            <button
                class="composer__tab"
                role="tab"
                id="tab-reply"
                type="button"
                aria-controls="compose"
                aria-selected=move || (!note.get()).to_string()
                tabindex=move || if note.get() { "-1" } else { "0" }
                on:click=move |_| choose(false)
            >
                "Reply"
            </button>
            <button
                class="composer__tab composer__tab--note"
                role="tab"
                id="tab-note"
                type="button"
                aria-controls="compose"
                aria-selected=move || note.get().to_string()
                tabindex=move || if note.get() { "0" } else { "-1" }
                on:click=move |_| choose(true)
            >
                {icon(Icon::Note, "icon--small")}
                "Note"
            </button>
        </div>
    }
}

/// Whether what is written is safe.
#[component]
fn Saved() -> impl IntoView {
    let live = expect_context::<Live>();
    view! {
        <span class="composer__saved" role="status">
            {move || match live.draft_state.get() {
                DraftState::Idle => ().into_any(),
                DraftState::Saving => "Saving…".into_any(),
                DraftState::Saved => {
                    view! {
                        {icon(Icon::Check, "icon--tiny")}
                        "Saved"
                    }
                        .into_any()
                }
                DraftState::Failed => "Not saved yet".into_any(),
            }}
        </span>
    }
}

/// A colleague is writing in the same conversation.
#[component]
fn Colleague() -> impl IntoView {
    let live = expect_context::<Live>();
    let text = Memo::new(move |_| {
        let (id, me) = live.thread.with(|thread| thread.as_ref().map(|t| (t.conversation.id, t.me)))?;
        live.typing.with(|marks| {
            marks
                .iter()
                .find(|mark| {
                    mark.conversation_id == id
                        && matches!(&mark.typist, Typist::Operator { id, .. } if *id != me)
                })
                .map(|mark| typing_text(mark, ""))
        })
    });
    move || text.get().map(typing_mark)
}

/// A colleague has replied in the meantime; the text is back in the field.
#[component]
fn ConflictCard(
    /// What happened.
    conflict: Conflicted,
    /// Why nothing can be sent at all.
    blocked: Memo<Option<String>>,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_grows_to_a_bound() {
        assert_eq!(lines(""), 2);
        assert_eq!(lines("one\ntwo\nthree\n"), 4);
        assert_eq!(lines(&"\n".repeat(99)), 12);
    }
}
