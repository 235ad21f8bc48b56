//! The head of the thread: who, in which state, whose, and what can be done.

use leptos::{html, prelude::*};

use super::{actions::Actions, frame::Desk, marks::HeadMarks, row::subject};
use crate::ui::{
    components::{Icon, Size, avatar, channel_chip, icon, status_icon},
    live::Live,
};

/// The head of the open conversation.
#[component]
pub fn Head() -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let title = NodeRef::<html::H2>::new();
    let id =
        Memo::new(move |_| live.thread.with(|thread| thread.as_ref().map(|thread| thread.conversation.id)));
    let name = Memo::new(move |_| {
        live.thread
            .with(|thread| thread.as_ref().map(|t| t.conversation.contact_name.clone()).unwrap_or_default())
    });
    // Where the list has made way for the thread, the focus would be lost with it.
    Effect::new(move |_| {
        id.track();
        if desk.has_moved.get_value() {
            focus_if_lost(title);
        }
    });
    view! {
        <header class="head">
            <a
                class="button button--quiet button--icon head__back"
                href=move || desk.place.with(|place| place.path(None))
                aria-label="Back to the list"
            >
                {icon(Icon::Back, "icon--turns")}
            </a>
            <div class="thread__who">
                <div class="thread__names">
                    <h2 class="thread__name" tabindex="-1" node_ref=title>
                        <bdi>{move || name.get()}</bdi>
                    </h2>
                    <Subject />
                </div>
                <div class="thread__facts">
                    <Facts />
                    <Lookers />
                </div>
            </div>
            <div class="thread__actions">
                <Actions acted=Callback::new(move |()| focus_if_lost(title)) />
                <button
                    class="button button--quiet button--icon"
                    type="button"
                    aria-controls="panel"
                    on:click=move |_| desk.toggle_panel()
                >
                    {icon(Icon::Panel, "")}
                    <span class="tip">"Contact " <kbd class="key" aria-hidden="true">"]"</kbd></span>
                </button>
            </div>
        </header>
    }
}

/// A button that did its work may be gone with it: then the head takes the focus, and not the page's beginning.
fn focus_if_lost(title: NodeRef<html::H2>) {
    request_animation_frame(move || {
        let is_lost = document().active_element().is_none_or(|focused| focused.tag_name() == "BODY");
        if is_lost && let Some(title) = title.try_get_untracked().flatten() {
            // What cannot be focused leaves the focus where it is.
            let _ = title.focus();
        }
    });
}

/// What a conversation by mail is about.
#[component]
fn Subject() -> impl IntoView {
    let live = expect_context::<Live>();
    let subject = Memo::new(move |_| {
        live.thread.with(|thread| subject(&thread.as_ref()?.conversation).map(str::to_owned))
    });
    move || {
        subject.get().map(|subject| {
            let whole = subject.clone();
            view! {
                <p class="thread__subject" title=whole>
                    <bdi>{subject}</bdi>
                </p>
            }
        })
    }
}

/// Status, owner and channel.
#[component]
fn Facts() -> impl IntoView {
    let live = expect_context::<Live>();
    let status =
        Memo::new(move |_| live.thread.with(|thread| thread.as_ref().map(|t| t.conversation.status)));
    let owner = Memo::new(move |_| {
        let owner = live.thread.with(|thread| thread.as_ref().and_then(|t| t.conversation.owner_id))?;
        live.inbox.with(|inbox| inbox.operator(owner).map(|operator| (owner, operator.name.clone())))
    });
    let channel = Memo::new(move |_| {
        let channel = live.thread.with(|thread| thread.as_ref().map(|t| t.conversation.reply_channel_id))?;
        live.inbox.with(|inbox| inbox.channel(channel).cloned())
    });
    view! {
        <span
            class="status"
            data-testid="status"
            data-status=move || status.get().map(|status| status.as_str())
        >
            {move || status.get().map(|status| icon(status_icon(status), "icon--tiny status__icon"))}
            {move || status.get().map(|status| status.label())}
        </span>
        <span class="thread__owner" data-testid="owner">
            {move || match owner.get() {
                Some((id, name)) => {
                    let face = avatar(id.0, &name, Size::Tiny, ());
                    view! {
                        {face}
                        {name}
                    }
                        .into_any()
                }
                None => "No owner".into_any(),
            }}
        </span>
        {move || channel.get().map(channel_chip)}
        <HeadMarks />
    }
}

/// So many faces have room; the others are a number.
const FACES: usize = 3;

/// Colleagues who have the conversation on screen too.
#[component]
fn Lookers() -> impl IntoView {
    let live = expect_context::<Live>();
    let others = Memo::new(move |_| live.beside());
    move || {
        let others = others.get();
        let names: Vec<&str> = others.iter().map(|(_, name)| name.as_str()).collect();
        let said = format!("Also looking: {}", names.join(", "));
        let tip = said.clone();
        let faces =
            others.iter().take(FACES).map(|(id, name)| avatar(id.0, name, Size::Tiny, ())).collect_view();
        let more = others.len().saturating_sub(FACES);
        (!others.is_empty()).then(|| {
            view! {
                <span class="lookers" data-testid="lookers" title=tip>
                    {icon(Icon::Preview, "icon--tiny")}
                    {faces}
                    {(more > 0).then(|| format!("+{more}"))}
                    <span class="visually-hidden">{said}</span>
                </span>
            }
        })
    }
}
