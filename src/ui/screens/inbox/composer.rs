//! The composer: a reply to the customer, or a note to the team, with files or without.

mod answering;
mod attach;
mod canned;
mod conflict;
mod mentions;
mod offered;
mod preview;
mod slash;
mod tabs;
mod wait;

use leptos::{
    ev::{KeyboardEvent, SubmitEvent},
    prelude::*,
};

use self::{
    answering::AnsweredLine,
    attach::{AttachButton, Chips, DropTarget, Files},
    canned::{CannedButton, CannedResponses, Picker},
    conflict::{ConflictCard, take_back},
    mentions::{MentionList, Mentions},
    offered::Offered,
    preview::{Preview, PreviewButton, PreviewPane},
    tabs::{Saved, Tabs},
    wait::{BlockedLine, Wait},
};
use super::{
    frame::Desk,
    route::{RouteLine, SmsCount, use_route},
    row::{typing_mark, typing_text},
};
use crate::{
    domain::{ChannelKind, ConversationId, Draft, Message, Typist, macros},
    ui::{
        components::{Icon, icon},
        live::Live,
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
    let arrived = Memo::new(move |_| desk.has_arrived(live));
    let files = Files::of(live, id, note);
    let wait = Wait::new(files, id, note);
    let route = use_route(live);
    // A note can always be written.
    let closed = Memo::new(move |_| route.get().filter(|_| !note.get())?.blocked);
    let blocked = Memo::new(move |_| wait.blocked(closed.get()));
    let counts_segments = Memo::new(move |_| {
        !note.get() && route.with(|route| route.as_ref().is_some_and(|route| route.kind == ChannelKind::Sms))
    });
    let conflict =
        Memo::new(move |_| live.conflict.get().filter(|it| Some(it.back.conversation_id) == id.get()));
    let unfilled =
        Memo::new(move |_| live.unfilled.get().filter(|it| Some(it.back.conversation_id) == id.get()));
    let preview = Preview::of(live, note, text, id);
    let too_long =
        Memo::new(move |_| text.with(|text| text.chars().count()).saturating_sub(Message::MAX_BODY));
    let has_files = Memo::new(move |_| files.list.with(|list| !list.is_empty()));
    // But for the files, which may still be on their way.
    let is_ready = Memo::new(move |_| {
        let open = note.get() || route.with(Option::is_some);
        open && arrived.get()
            && closed.with(Option::is_none)
            && conflict.with(Option::is_none)
            && too_long.get() == 0
    });
    let can_send = Memo::new(move |_| {
        let has_something = has_files.get() || !text.with(|text| text.trim().is_empty());
        is_ready.get() && has_something && blocked.with(Option::is_none)
    });
    take_draft(live, desk, id, text);
    take_back(live, Memo::new(move |_| conflict.get().map(|it| it.back)), text, note);
    take_back(live, Memo::new(move |_| unfilled.get().map(|it| it.back)), text, note);
    keep_tab(live, text, note);
    let written = move |value: String| {
        if !note.get_untracked() {
            live.typed(value.is_empty());
        }
        if value.is_empty() {
            live.forget_inserted();
        }
        live.forget_unfilled();
        live.keep_draft(Draft::new(value.clone(), note.get_untracked()));
        text.set(value);
        wait.disarm();
    };
    let picker = Picker::new(live, desk, Callback::new(written));
    let send = move |anyway: bool| {
        let body = text.get_untracked();
        if body.trim().is_empty() && !has_files.get_untracked() {
            return;
        }
        if let Some(why) = untrack(|| preview.trouble()) {
            live.refuse_unfilled(body, why);
            return;
        }
        live.send(body, preview.said(), note.get_untracked(), anyway);
        text.set(String::new());
        picker.close();
        files.forget_refusal();
    };
    let send_now = move || {
        if can_send.get_untracked() {
            send(false);
        }
    };
    wait.then(send_now);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send_now();
        // The button is of no use until something is written.
        desk.focus_composer();
    };
    let mentions = Mentions::new(live, desk, Callback::new(written));
    let on_key = move |event: KeyboardEvent| {
        if picker.takes(&event) || mentions.pressed(&event) {
            return;
        }
        if event.key() == "Escape" {
            // It leaves the field, and not the conversation too.
            event.stop_propagation();
            if !note.get_untracked() && live.forget_answered() {
                return;
            }
            if let Some(field) = desk.composer.get_untracked() {
                // A field that cannot be left keeps the focus.
                let _ = field.blur();
            }
        } else if event.key() == "Enter" && !event.shift_key() && !is_composing(&event) {
            event.prevent_default();
            send_now();
            if (event.ctrl_key() || event.meta_key()) && is_ready.get_untracked() {
                wait.arm();
            }
        }
    };
    // What is offered goes behind what is written: it is the operator's to send. What is no operator's is no template.
    let insert = move |offered: String| {
        let offered = macros::parted(&offered);
        let before = text.get_untracked();
        let both =
            if before.trim().is_empty() { offered } else { format!("{}\n\n{offered}", before.trim_end()) };
        note.set(false);
        written(both);
        desk.focus_composer();
    };
    view! {
        <form
            class="composer"
            data-mode=move || if note.get() { "note" } else { "reply" }
            aria-label=move || if note.get() { "Note" } else { "Reply" }
            on:submit=submit
            on:paste=move |event| files.paste(&event)
        >
            <DropTarget files />
            <div class="composer__around"><Colleague /></div>
            <Offered insert=Callback::new(insert) />
            <div class="composer__card">
                <CannedResponses picker />
                <MentionList mentions />
                <div class="composer__top">
                    <Tabs />
                    <Saved />
                </div>
                <div id="compose" role="tabpanel" aria-labelledby=move || if note.get() { "tab-note" } else { "tab-reply" }>
                    {move || {
                        conflict.get().map(|conflict| view! { <ConflictCard conflict blocked send=Callback::new(move |()| send(true)) /> })
                    }} <AnsweredLine /> <div class="composer__line">
                        <RouteLine route note />
                        {move || {
                            counts_segments
                                .get()
                                .then(|| {
                                    let counted = Signal::derive(move || preview.counted());
                                    view! { <SmsCount text=counted has_files /> }
                                })
                        }}
                    </div>
                    <textarea
                        class="composer__text"
                        node_ref=desk.composer
                        rows="2"
                        prop:rows=move || text.with(|text| lines(text))
                        aria-label="Reply"
                        aria-describedby="route answered blocked"
                        dir="auto"
                        prop:readOnly=move || !arrived.get()
                        placeholder=move || if note.get() { "Write a note to your team" } else { "Write a reply" }
                        prop:value=move || text.get()
                        aria-autocomplete="list"
                        aria-controls=move || picker.list_id().or_else(|| mentions.is_open().then_some("mentions"))
                        aria-activedescendant=move || picker.active_id().or_else(|| mentions.active())
                        on:input:target=move |event| {
                            written(event.target().value());
                            picker.look();
                            mentions.look(&event.target());
                        }
                        on:keydown=on_key
                        on:keyup=move |_| picker.look()
                        on:click:target=move |event| {
                            picker.look();
                            mentions.look(&event.target());
                        }
                        on:blur=move |_| {
                            picker.close();
                            mentions.close();
                            // Leaving the page takes the focus too.
                            if text.try_with_untracked(String::is_empty) == Some(true) {
                                live.typed(true);
                            }
                        }
                    ></textarea>
                    <PreviewPane preview is_told=Signal::derive(move || unfilled.with(Option::is_some)) />
                    <Chips files />
                    {move || unfilled.get().filter(|_| !note.get()).map(|unfilled| not_filled(unfilled.why))} {move || {
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
                    <AttachButton files />
                    <CannedButton picker />
                    <PreviewButton preview />
                    <BlockedLine blocked />
                    <button
                        class="button button--primary composer__send"
                        type="submit"
                        aria-keyshortcuts="Enter Control+Enter"
                        disabled=move || !can_send.get()
                    >
                        "Send"
                        <kbd class="button__key composer__key" aria-hidden="true">
                            {move || if wait.is_on() { "Ctrl ↵" } else { "↵" }}
                        </kbd>
                    </button>
                </div>
            </div>
        </form>
    }
}

/// What is written could not be filled, and is where it was.
fn not_filled(why: String) -> impl IntoView {
    view! {
        <p class="composer__error" role="alert" data-testid="unfilled">
            {icon(Icon::Warning, "icon--small")}
            <span>{format!("Nothing was sent. {why}")}</span>
        </p>
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
            let has_note_files = now.is_some_and(|id| live.files_are_for_team(id));
            desk.note.set(draft.note || has_note_files || desk.note_ahead.get_value());
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
            live.turn_files(now);
        }
        now
    });
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
