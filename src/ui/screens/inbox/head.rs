//! The head of the thread: who, in which state, whose, and what can be done.

use leptos::prelude::*;

use super::frame::Desk;
use crate::{
    domain::{Conversation, Deed, Status, may},
    routes,
    ui::{
        components::{Icon, Size, avatar, channel_mark, icon, status_icon},
        live::{Act, Live},
    },
};

/// The head of the open conversation.
#[component]
pub fn Head() -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let conversation = Memo::new(move |_| {
        live.thread.with(|thread| thread.as_ref().map(|thread| thread.conversation.clone()))
    });
    let name = move || conversation.with(|c| c.as_ref().map(|c| c.contact_name.clone()).unwrap_or_default());
    view! {
        <header class="head">
            <a
                class="button button--quiet button--icon head__back"
                href=move || routes::inbox(desk.place.get().queue, None)
                aria-label="Back to the list"
            >
                {icon(Icon::Back, "icon--turns")}
            </a>
            <div class="thread__who">
                <h2 class="thread__name" tabindex="-1"><bdi>{name}</bdi></h2>
                <div class="thread__facts">
                    {move || conversation.get().map(|conversation| view! { <Facts conversation /> })}
                </div>
            </div>
            <div class="thread__actions">
                {move || conversation.get().map(|conversation| view! { <Actions conversation /> })}
                <button
                    class="button button--quiet button--icon"
                    type="button"
                    aria-controls="panel"
                    on:click=move |_| desk.panel_open.update(|open| *open = toggled(*open))
                >
                    {icon(Icon::Panel, "")}
                    <span class="tip">"Contact " <kbd class="key" aria-hidden="true">"]"</kbd></span>
                </button>
            </div>
        </header>
    }
}

/// On a wide screen the panel shows unless it is closed, on a narrow one it does not unless it is opened.
fn toggled(open: Option<bool>) -> Option<bool> {
    let wide =
        window().inner_width().ok().and_then(|width| width.as_f64()).is_some_and(|width| width >= 1280.0);
    Some(!open.unwrap_or(wide))
}

/// Status, owner and channel.
#[component]
fn Facts(
    /// The conversation.
    conversation: Conversation,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let (owner, channel) = live.inbox.with_untracked(|inbox| {
        let owner = conversation.owner_id.and_then(|id| inbox.operator(id).cloned());
        (owner, inbox.channel(conversation.reply_channel_id).cloned())
    });
    let status = conversation.status;
    view! {
        <span class="status" data-testid="status" data-status=status.as_str()>
            {icon(status_icon(status), "icon--tiny status__icon")}
            {status.label()}
        </span>
        <span class="thread__owner" data-testid="owner">
            {match owner {
                Some(owner) => {
                    let face = avatar(owner.id.0, &owner.name, Size::Tiny, ());
                    view! {
                        {face}
                        {owner.name}
                    }
                        .into_any()
                }
                None => "No owner".into_any(),
            }}
        </span>
        {channel
            .map(|channel| {
                view! {
                    <span
                        class="chip chip--channel"
                        data-channel=channel.kind.as_str()
                        data-hue=channel.hue.map(|hue| hue.as_str())
                    >
                        {channel_mark(channel.kind, channel.hue, "")}
                        <span class="chip__text">{channel.name}</span>
                    </span>
                }
            })}
    }
}

/// What this operator may do to it now.
#[component]
fn Actions(
    /// The conversation.
    conversation: Conversation,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let facts = conversation.facts();
    let (release, resolve, reopen, assign) = live.inbox.with_untracked(|inbox| {
        let allowed = |deed| may(&inbox.me, deed, &facts);
        (allowed(Deed::Release), allowed(Deed::Resolve), allowed(Deed::Reopen), allowed(Deed::Assign))
    });
    let status = conversation.status;
    let first = match status {
        Status::Waiting => Some((Act::Claim, "Claim")),
        Status::Open => Some((Act::TakeOver, "Take over")),
        Status::Active | Status::Resolved => None,
    };
    view! {
        {first
            .map(|(act, label)| {
                view! {
                    <button
                        class="button button--primary"
                        type="button"
                        aria-keyshortcuts="C"
                        on:click=move |_| live.act(act)
                    >
                        {icon(Icon::Claim, "icon--small")}
                        <span class="thread__label">{label}</span>
                    </button>
                }
            })}
        {(status != Status::Resolved && resolve)
            .then(|| {
                view! {
                    <button
                        class="button"
                        type="button"
                        aria-keyshortcuts="E"
                        on:click=move |_| live.act(Act::Resolve)
                    >
                        {icon(Icon::Resolved, "icon--small")}
                        <span class="thread__label">"Resolve"</span>
                    </button>
                }
            })}
        {(status == Status::Resolved && reopen)
            .then(|| {
                view! {
                    <button class="button" type="button" aria-keyshortcuts="E" on:click=move |_| live.act(Act::Reopen)>
                        {icon(Icon::Reopen, "icon--small")}
                        <span class="thread__label">"Reopen"</span>
                    </button>
                }
            })}
        {(status == Status::Active && release)
            .then(|| {
                view! {
                    <button
                        class="button button--quiet button--icon"
                        type="button"
                        on:click=move |_| live.act(Act::Release)
                    >
                        {icon(Icon::Release, "icon--turns")}
                        <span class="tip">"Release"</span>
                    </button>
                }
            })}
        {(status != Status::Resolved && assign).then(|| view! { <Assign conversation /> })}
    }
}

/// The menu of colleagues who can take it.
#[component]
fn Assign(
    /// The conversation.
    conversation: Conversation,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let owner = conversation.owner_id.filter(|_| conversation.status == Status::Active);
    let (me, people) = live.inbox.with_untracked(|inbox| {
        let people: Vec<_> = inbox.operators.iter().filter(|operator| operator.enabled).cloned().collect();
        (inbox.me.id, people)
    });
    view! {
        <button class="button button--quiet button--icon" type="button" popovertarget="assign">
            {icon(Icon::Assign, "")}
            <span class="tip">"Assign"</span>
        </button>
        <div class="menu" id="assign" popover role="group" aria-label="Assign to">
            <p class="menu__label">"People"</p>
            {people
                .into_iter()
                .map(|operator| {
                    let id = operator.id;
                    let name = if id == me { format!("{} (you)", operator.name) } else { operator.name.clone() };
                    view! {
                        <button
                            class="menu__item"
                            type="button"
                            aria-pressed=(owner == Some(id)).to_string()
                            popovertarget="assign"
                            popovertargetaction="hide"
                            on:click=move |_| live.act(Act::Assign(id))
                        >
                            {avatar(id.0, &operator.name, Size::Tiny, ())}
                            <span class="menu__text">{name}</span>
                            {(owner == Some(id))
                                .then(|| view! { <span class="menu__tick">{icon(Icon::Check, "icon--small")}</span> })}
                        </button>
                    }
                })
                .collect_view()}
        </div>
    }
}
