//! One entry of the thread.

use leptos::prelude::*;

use super::{
    entries::{Entry, Opened, Standing, is_emoji_only, standing},
    frame::Desk,
};
use crate::{
    domain::{ChannelKind, Delivery, Message, SenderKind, SystemLine, Time},
    ui::{
        components::{Icon, Size, avatar, channel_mark, clock_time, date_time, icon},
        live::{Live, Pending, PendingState},
    },
};

/// Draws an entry of a thread that was `opened` so.
pub fn entry(entry: Entry, opened: Memo<Opened>) -> AnyView {
    match entry {
        Entry::Across(_, kind) => across(kind).into_any(),
        Entry::Unread(count) => unread(count).into_any(),
        Entry::Said(message) if message.system.is_some() => system(*message).into_any(),
        Entry::Said(message) if message.note => note(*message).into_any(),
        Entry::Said(message) => bubble(*message, opened).into_any(),
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
fn name_of(live: Live, message: &Message) -> Memo<String> {
    let (is_contact, named) = (message.sender == SenderKind::Contact, message.sender_name.clone());
    Memo::new(move |_| {
        live.thread.with(|thread| match thread {
            Some(thread) if is_contact => thread.contact.display_name(),
            _ => named.clone(),
        })
    })
}

fn bubble(message: Message, opened: Memo<Opened>) -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let name = name_of(live, &message);
    let stands = {
        let message = message.clone();
        Memo::new(move |before: Option<&Standing>| {
            let calendar = |time| desk.clock.civil(time);
            let now = live
                .thread
                .with(|thread| standing(&thread.as_ref()?.messages, &message, opened.get(), calendar));
            // The thread is being changed for another: what is on screen stays as it is.
            let alone = Standing { lead: true, last: true, delivery: message.delivery };
            now.or(before.copied()).unwrap_or(alone)
        })
    };
    let (bot, out) = (message.sender == SenderKind::Bot, message.sender != SenderKind::Contact);
    let (seq, at) = (message.seq, message.created_at);
    let sender_id = message.sender_id.unwrap_or_default();
    let is_emoji = is_emoji_only(&message.body);
    let is_lead = Memo::new(move |_| stands.with(|stands| stands.lead));
    let head = move || {
        if !is_lead.get() {
            let suffix = if bot { ", AI" } else { "" };
            return view! { <span class="visually-hidden">{move || name.get()} {suffix}</span> }.into_any();
        }
        view! {
            {(!out)
                .then(|| {
                    let face = move || name.with(|name| avatar(sender_id, name, Size::Small, ()));
                    view! { <span class="msg__avatar">{face}</span> }
                })}
            <header class="msg__head">
                {bot.then(|| icon(Icon::Spark, "icon--small msg__spark"))} <span class="msg__name">
                    <bdi>{move || name.get()}</bdi>
                </span> {bot.then(|| view! { <span class="chip chip--ai">"AI"</span> })}
                <time class="msg__time" datetime=at.rfc3339()>
                    {move || clock_time(desk.clock.civil(at))}
                </time>
            </header>
        }
        .into_any()
    };
    view! {
        <article
            class="msg"
            class=("msg--lead", move || is_lead.get())
            class=("msg--out", out)
            class=("msg--bot", bot)
            class=("msg--emoji", is_emoji)
            data-testid="message"
            data-seq=seq
            data-sender=message.sender.as_str()
            data-channel=message.channel_kind.as_str()
            data-note="false"
            data-delivery=move || stands.with(|stands| stands.delivery.map(Delivery::as_str))
        >
            {head} <div class="msg__bubble" dir="auto">
                <p class="msg__text">{message.body}</p>
                <span class="msg__full" dir="ltr">{move || date_time(desk.clock.civil(at))}</span>
            </div>
            {(!out).then(|| unread_from_here(live, seq))}
            {move || delivery(stands.get(), desk, at)}
        </article>
    }
}

/// Marks a customer's message, and all after it, as unread.
fn unread_from_here(live: Live, seq: i64) -> impl IntoView {
    view! {
        <button
            class="button button--quiet button--icon msg__unread"
            type="button"
            on:click=move |_| live.mark_unread(seq)
        >
            {icon(Icon::MarkUnread, "icon--small")}
            <span class="tip tip--above">"Mark unread from here"</span>
        </button>
    }
}

/// Where a message has got to: under the last of its run, but a failure under the very message.
fn delivery(stands: Standing, desk: Desk, at: Time) -> Option<AnyView> {
    let time = move || clock_time(desk.clock.civil(at));
    match stands.delivery? {
        Delivery::Failed => Some(
            view! {
                <div class="msg__failed">
                    <span class="msg__reason">{icon(Icon::Warning, "icon--small")} "Not delivered"</span>
                </div>
            }
            .into_any(),
        ),
        reached if stands.last => {
            Some(view! { <p class="msg__delivery">{reached.label()} " " {time}</p> }.into_any())
        }
        _ => None,
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
