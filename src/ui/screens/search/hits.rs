//! What was found, by conversation.

use leptos::prelude::*;

use crate::{
    domain::{FoundMessage, FoundThread, Hue, Piece, Queue, SenderKind},
    routes,
    ui::components::{Icon, WallClock, channel_mark, date_time, icon, row_time, status_icon},
};

/// The conversations, each with its hits.
pub fn threads(found: Vec<FoundThread>, clock: WallClock) -> impl IntoView {
    let threads = found.into_iter().map(|found| thread(found, clock)).collect_view();
    view! {
        <ol class="found" role="list" aria-label="Conversations found">
            {threads}
        </ol>
    }
}

fn thread(found: FoundThread, clock: WallClock) -> impl IntoView {
    let FoundThread {
        conversation_id: id, contact_name, channel_kind, hue, status, subject, messages, ..
    } = found;
    let hits = messages
        .into_iter()
        .map(|message| {
            let path = routes::message(id, message.seq);
            hit(message, path, clock)
        })
        .collect_view();
    view! {
        <li
            class="found__thread"
            data-testid="found-thread"
            data-conversation-id=id.to_string()
            data-channel=channel_kind.as_str()
            data-hue=hue.map(Hue::as_str)
        >
            <header class="found__head">
                {channel_mark(channel_kind, hue, "")}
                <h3 class="found__name">
                    <a class="contact__link" href=routes::inbox(Queue::All, Some(id)) rel="external">
                        <bdi>{contact_name}</bdi>
                    </a>
                </h3>
                {subject.map(|subject| view! { <bdi class="found__subject">{subject}</bdi> })}
                <span class="status" data-status=status.as_str()>
                    {icon(status_icon(status), "icon--tiny status__icon")}
                    {status.label()}
                </span>
            </header>
            <ol role="list" class="found__hits" aria-label="Messages">
                {hits}
            </ol>
        </li>
    }
}

fn hit(message: FoundMessage, path: String, clock: WallClock) -> impl IntoView {
    let FoundMessage { seq, sender, channel_kind, hue, note, at, pieces, .. } = &message;
    let (seq, sender, note, at, mark) = (*seq, *sender, *note, *at, channel_mark(*channel_kind, *hue, ""));
    let (who, text) = (speaker(&message), shown(pieces.clone()));
    view! {
        <li
            class="found__hit"
            class=("found__hit--note", note)
            data-testid="hit"
            data-seq=seq
            data-sender=sender.as_str()
            data-note=note.to_string()
        >
            <p class="found__who">
                {mark} <a class="found__link" href=path rel="external">
                    <bdi>{who}</bdi>
                </a> {note.then(|| icon(Icon::Note, "icon--tiny"))} {note.then_some("Note")}
                <time datetime=at.rfc3339() title=move || date_time(clock.civil(at))>
                    {move || row_time(clock.civil(at), clock.civil(clock.now()))}
                </time>
            </p>
            <p class="found__text" dir="auto">{text}</p>
        </li>
    }
}

/// A text with what was sought in it marked. Each piece is text, whatever stands in it.
fn shown(pieces: Vec<Piece>) -> impl IntoView {
    let show = |Piece { text, is_hit }: Piece| {
        if is_hit { view! { <mark class="hit">{text}</mark> }.into_any() } else { text.into_any() }
    };
    pieces.into_iter().map(show).collect_view()
}

/// Who said it.
fn speaker(message: &FoundMessage) -> String {
    match message.sender {
        SenderKind::Bot => format!("{}, AI", message.sender_name),
        _ if message.sender_name.is_empty() => "Unknown".to_owned(),
        _ => message.sender_name.clone(),
    }
}
