//! Replies that name the message that they answer: the button that begins one, and the line above one.

use leptos::{ev::MouseEvent, prelude::*};

use super::{frame::Desk, reader::Reader};
use crate::{
    domain::{Answered, SenderKind, Thread},
    ui::{
        components::{Icon, icon},
        live::Live,
    },
};

/// Whose the answered message is: a customer is called as they are called now.
pub fn name_of(live: Live, answered: &Answered) -> Memo<String> {
    let (is_contact, named) = (answered.sender == SenderKind::Contact, answered.sender_name.clone());
    Memo::new(move |_| {
        live.thread.with(|thread| match thread {
            Some(thread) if is_contact => thread.contact.display_name(),
            _ => named.clone(),
        })
    })
}

/// What a message answers, in one line that leads there.
pub fn quote(answered: &Answered) -> impl IntoView + use<> {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let reader = use_context::<Reader>();
    let name = name_of(live, answered);
    let (seq, excerpt) = (answered.seq, answered.excerpt.clone());
    let path = move || desk.place.with(|place| place.path_to(seq));
    let go = move |event: MouseEvent| {
        let place = desk.place.get_untracked();
        if place.message != Some(seq) {
            return;
        }
        // The address is that of the message already: only the reader has gone on since.
        event.prevent_default();
        let is_held = |thread: &Thread| thread.holds(seq);
        let is_held = live.thread.with_untracked(|thread| thread.as_ref().is_some_and(is_held));
        match reader.filter(|_| is_held) {
            Some(reader) => reader.to_message(seq),
            None => live.open(place.listing, place.conversation, Some(seq)),
        }
    };
    view! {
        <a class="quote" href=path data-testid="quote" data-answers=seq on:click=go>
            {icon(Icon::Reply, "icon--small")}
            <span class="quote__text">
                <span class="visually-hidden">"In reply to "</span>
                <bdi class="quote__name">{move || name.get()}</bdi>
                ": "
                <bdi>{excerpt}</bdi>
            </span>
        </a>
    }
}

/// Has what is written next answer a message, whose sender is called so.
pub fn reply_to_this(message: Answered, name: Memo<String>) -> impl IntoView {
    let at_start = message.sender != SenderKind::Contact;
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let begin = move |_| {
        desk.note.set(false);
        live.answer(message.clone());
        desk.focus_composer();
    };
    view! {
        <button
            class="button button--quiet button--icon msg__reply"
            type="button"
            aria-label=move || format!("Reply to this message from {}", name.get())
            on:click=begin
        >
            {icon(Icon::Reply, "icon--small")}
            <span class="tip tip--above" class=("tip--start", at_start) aria-hidden="true">
                "Reply to this"
            </span>
        </button>
    }
}
