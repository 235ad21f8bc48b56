//! One entry of the thread.

use leptos::prelude::*;

use super::{
    entries::{Entry, Said, is_emoji_only},
    frame::Desk,
};
use crate::{
    domain::{ChannelKind, Delivery, Message, SenderKind, SystemLine},
    ui::{
        components::{Icon, Size, avatar, channel_mark, clock_time, date_time, icon},
        live::{Live, Pending, PendingState},
    },
};

/// Draws an entry.
pub fn entry(entry: Entry) -> AnyView {
    match entry {
        Entry::Across(_, kind) => across(kind).into_any(),
        Entry::Unread(count) => unread(count).into_any(),
        Entry::Said(said) if said.message.system.is_some() => system(said.message).into_any(),
        Entry::Said(said) if said.message.note => note(said.message).into_any(),
        Entry::Said(said) => bubble(*said).into_any(),
        Entry::Pending(pending) => on_its_way(*pending).into_any(),
    }
}

fn across(kind: ChannelKind) -> impl IntoView {
    let text = match kind {
        ChannelKind::Sms => "Continued by SMS",
        ChannelKind::Email => "Continued by email",
        ChannelKind::LiveChat => "Continued in live chat",
        ChannelKind::Chatbot => "Continued with the AI",
    };
    view! {
        <div class="across" role="separator" aria-label=text data-channel=kind.as_str()>
            <span class="across__text">{channel_mark(kind, None, "")}{text}</span>
        </div>
    }
}

fn unread(count: i64) -> impl IntoView {
    let text = format!("{count} unread");
    let label = text.clone();
    view! {
        <div class="across across--unread" role="separator" aria-label=label>
            <span class="across__text">{text}</span>
        </div>
    }
}

const fn line_icon(line: Option<SystemLine>) -> Icon {
    match line {
        Some(SystemLine::Claimed | SystemLine::TookOver) => Icon::Claim,
        Some(SystemLine::Assigned) => Icon::Assign,
        Some(SystemLine::Released) => Icon::Release,
        Some(SystemLine::Resolved) => Icon::Resolved,
        Some(SystemLine::Reopened) => Icon::Reopen,
        Some(SystemLine::GaveBack | SystemLine::HandedOff) => Icon::Spark,
        Some(SystemLine::BotFailed | SystemLine::OwnerDisabled) | None => Icon::Warning,
    }
}

fn system(message: Message) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let at = message.created_at;
    view! {
        <div
            class="sys"
            data-testid="message"
            data-seq=message.seq
            data-sender="system"
            data-channel=message.channel_kind.as_str()
            data-note="false"
        >
            {icon(line_icon(message.system), "icon--small")}
            <span>
                <span class="visually-hidden">"System: "</span>
                {message.body}
                " "
                <time datetime=at.rfc3339()>{move || clock_time(desk.clock.civil(at))}</time>
            </span>
        </div>
    }
}

fn note(message: Message) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let at = message.created_at;
    view! {
        <article
            class="note"
            data-testid="message"
            data-seq=message.seq
            data-sender=message.sender.as_str()
            data-channel=message.channel_kind.as_str()
            data-note="true"
        >
            <header class="note__head">
                {icon(Icon::Note, "icon--small")} <span class="note__name">{message.sender_name}</span>
                <span>"Note, only your team sees it"</span>
                <time class="note__time" datetime=at.rfc3339()>
                    {move || clock_time(desk.clock.civil(at))}
                </time>
            </header>
            <p class="note__text" dir="auto">{message.body}</p>
        </article>
    }
}

/// The sender's name: a customer is called as they are called now.
fn name_of(live: Live, message: &Message) -> String {
    if message.sender == SenderKind::Contact {
        live.thread.with_untracked(|thread| {
            thread.as_ref().map_or(message.sender_name.clone(), |thread| thread.contact.display_name())
        })
    } else {
        message.sender_name.clone()
    }
}

fn bubble(said: Said) -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let Said { message, lead, last } = said;
    let name = name_of(live, &message);
    let bot = message.sender == SenderKind::Bot;
    let at = message.created_at;
    let class = [
        (true, "msg"),
        (lead, " msg--lead"),
        (message.sender != SenderKind::Contact, " msg--out"),
        (bot, " msg--bot"),
        (is_emoji_only(&message.body), " msg--emoji"),
    ]
    .into_iter()
    .filter_map(|(on, class)| on.then_some(class))
    .collect::<String>();
    let head = if lead {
        let face = (message.sender == SenderKind::Contact).then(|| {
            view! {
                <span class="msg__avatar">
                    {avatar(message.sender_id.unwrap_or_default(), &name, Size::Small, ())}
                </span>
            }
        });
        view! {
            {face}
            <header class="msg__head">
                {bot.then(|| icon(Icon::Spark, "icon--small msg__spark"))} <span class="msg__name">
                    <bdi>{name}</bdi>
                </span> {bot.then(|| view! { <span class="chip chip--ai">"AI"</span> })}
                <time class="msg__time" datetime=at.rfc3339()>
                    {move || clock_time(desk.clock.civil(at))}
                </time>
            </header>
        }
        .into_any()
    } else {
        let name = if bot { format!("{name}, AI") } else { name };
        view! { <span class="visually-hidden">{name}</span> }.into_any()
    };
    view! {
        <article
            class=class
            data-testid="message"
            data-seq=message.seq
            data-sender=message.sender.as_str()
            data-channel=message.channel_kind.as_str()
            data-note="false"
            data-delivery=message.delivery.map(Delivery::as_str)
        >
            {head} <div class="msg__bubble" dir="auto">
                <p class="msg__text">{message.body}</p>
                <span class="msg__full" dir="ltr">{move || date_time(desk.clock.civil(at))}</span>
            </div>
            {message
                .delivery
                .filter(|_| last)
                .map(|delivery| {
                    view! {
                        <p class="msg__delivery">
                            {delivery.label()} " " {move || clock_time(desk.clock.civil(at))}
                        </p>
                    }
                })}
        </article>
    }
}

/// A message that is being sent, or could not be.
fn on_its_way(pending: Pending) -> impl IntoView {
    let live = expect_context::<Live>();
    let me = live.inbox.with_untracked(|inbox| inbox.me.name.clone());
    let id = pending.client_msg_id;
    let state = match pending.state {
        PendingState::Sending => view! { <p class="msg__delivery">"Sending…"</p> }.into_any(),
        PendingState::Failed(error) => view! {
            <div class="msg__failed" role="alert">
                <span class="msg__reason">
                    {icon(Icon::Warning, "icon--small")} "Not sent: " {error.to_string()}
                </span>
                <button class="button button--small" type="button" on:click=move |_| live.retry(id)>
                    {icon(Icon::Retry, "icon--small")}
                    "Retry"
                </button>
                <button
                    class="button button--quiet button--small"
                    type="button"
                    on:click=move |_| live.discard(id)
                >
                    "Discard"
                </button>
            </div>
        }
        .into_any(),
    };
    let body = pending.body;
    if pending.note {
        view! {
            <article class="note" data-testid="pending" data-note="true">
                <header class="note__head">
                    {icon(Icon::Note, "icon--small")} <span class="note__name">{me}</span>
                    <span>"Note, only your team sees it"</span>
                </header>
                <p class="note__text" dir="auto">{body}</p>
                {state}
            </article>
        }
        .into_any()
    } else {
        view! {
            <article class="msg msg--lead msg--out" data-testid="pending" data-note="false">
                <header class="msg__head"><span class="msg__name"><bdi>{me}</bdi></span></header>
                <div class="msg__bubble" dir="auto"><p class="msg__text">{body}</p></div>
                {state}
            </article>
        }
        .into_any()
    }
}
