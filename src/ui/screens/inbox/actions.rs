//! What this operator may do to the open conversation now. Each button stays the same element while it is allowed.

use leptos::prelude::*;

use super::{
    assign::Assign,
    deeds::mark_last_unread,
    frame::Desk,
    give_back::GiveBack,
    transcript::{MailTranscript, can_mail},
};
use crate::{
    domain::{Conversation, Deed, Me, Status, may},
    routes,
    ui::{
        components::{Icon, Menu, close_menu, icon},
        live::{Act, Live},
    },
};

/// Whether there is a bot that this operator may give the conversation back to.
pub fn can_give_back(me: &Me, conversation: &Conversation) -> bool {
    conversation.status == Status::Active
        && conversation.ai.is_some()
        && may(me, Deed::Release, &conversation.facts())
}

/// What is possible in the conversation's status and allowed to the operator.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Allowed {
    pub claim: bool,
    pub take_over: bool,
    pub release: bool,
    pub give_back: bool,
    pub resolve: bool,
    pub reopen: bool,
    pub assign: bool,
}

impl Allowed {
    pub fn to(me: &Me, conversation: &Conversation) -> Self {
        let (facts, status) = (conversation.facts(), conversation.status);
        let allowed = |deed| may(me, deed, &facts);
        Self {
            claim: status == Status::Waiting && allowed(Deed::Work),
            take_over: status == Status::Open && allowed(Deed::Work),
            release: status == Status::Active && allowed(Deed::Release),
            give_back: can_give_back(me, conversation),
            resolve: status != Status::Resolved && allowed(Deed::Resolve),
            reopen: status == Status::Resolved && allowed(Deed::Reopen),
            assign: status != Status::Resolved && allowed(Deed::Assign),
        }
    }
}

/// The buttons, the most likely first.
#[component]
pub fn Actions(
    /// Called after each: its button may be gone.
    acted: Callback<()>,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let allowed = Memo::new(move |_| {
        live.inbox.with(|inbox| {
            live.thread.with(|thread| {
                thread.as_ref().map(|thread| Allowed::to(&inbox.me, &thread.conversation)).unwrap_or_default()
            })
        })
    });
    let act = move |deed: Act| {
        live.act(deed);
        acted.run(());
    };
    view! {
        <Show when=move || allowed.get().claim>
            <Labelled sign=Icon::Claim label="Claim" key="C" primary=true run=Callback::new(move |()| act(Act::Claim)) />
        </Show>
        <Show when=move || allowed.get().take_over>
            <Labelled
                sign=Icon::Claim
                label="Take over"
                key="T"
                primary=true
                run=Callback::new(move |()| act(Act::TakeOver))
            />
        </Show>
        <Show when=move || allowed.get().resolve>
            <Labelled sign=Icon::Resolved label="Resolve" key="E" run=Callback::new(move |()| act(Act::Resolve)) />
        </Show>
        <Show when=move || allowed.get().reopen>
            <Labelled sign=Icon::Reopen label="Reopen" key="E" run=Callback::new(move |()| act(Act::Reopen)) />
        </Show>
        <Show when=move || allowed.get().give_back>
            <button
                class="button button--quiet button--icon"
                type="button"
                aria-haspopup="dialog"
                aria-keyshortcuts="B"
                on:click=move |_| desk.give_back_open.set(true)
            >
                {icon(Icon::Spark, "")}
                <span class="tip">"Give back to AI"</span>
            </button>
        </Show>
        <GiveBack acted />
        <Show when=move || allowed.get().release>
            <button
                class="button button--quiet button--icon thread__wide"
                type="button"
                on:click=move |_| act(Act::Release)
            >
                {icon(Icon::Release, "icon--turns")}
                <span class="tip">"Release"</span>
            </button>
        </Show>
        <Show when=move || allowed.get().assign>
            <Assign act=Callback::new(act) />
        </Show>
        <More release=Signal::derive(move || allowed.get().release) act=Callback::new(act) />
        <MailTranscript />
    }
}

/// A button with its word; its key stands beside it when it is pointed at.
#[component]
fn Labelled(
    /// Its icon.
    sign: Icon,
    /// Its word.
    label: &'static str,
    /// Its key.
    key: &'static str,
    /// Whether it is the one thing to do next.
    #[prop(optional)]
    primary: bool,
    /// What it does.
    run: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            class="button"
            class=("button--primary", primary)
            type="button"
            aria-keyshortcuts=key
            on:click=move |_| run.run(())
        >
            {icon(sign, "icon--small")}
            <span class="thread__label">{label}</span>
            <span class="tip" aria-hidden="true">{label} " " <kbd class="key">{key}</kbd></span>
        </button>
    }
}

/// What is done seldom, and what a narrow head has no room for.
#[component]
fn More(
    /// Whether it can be put back into the queue.
    release: Signal<bool>,
    /// Does it.
    act: Callback<Act>,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let desk = expect_context::<Desk>();
    let can_mail = Memo::new(move |_| live.inbox.with(can_mail));
    let transcript = move || {
        let id = live.thread.with(|thread| thread.as_ref().map(|thread| thread.conversation.id))?;
        Some(routes::transcript(id, desk.clock.minutes_east(desk.since)))
    };
    view! {
        <button class="button button--quiet button--icon" type="button" aria-haspopup="menu" popovertarget="more">
            {icon(Icon::More, "")}
            <span class="tip">"More"</span>
        </button>
        <Menu id="more" label="More">
            <Show when=move || release.get()>
                <button
                    class="menu__item thread__narrow"
                    role="menuitem"
                    type="button"
                    tabindex="-1"
                    popovertarget="more"
                    popovertargetaction="hide"
                    on:click=move |_| act.run(Act::Release)
                >
                    {icon(Icon::Release, "icon--small icon--turns")}
                    <span class="menu__text">"Release"</span>
                </button>
            </Show>
            <button
                class="menu__item"
                role="menuitem"
                type="button"
                tabindex="-1"
                popovertarget="more"
                popovertargetaction="hide"
                on:click=move |_| mark_last_unread(live)
            >
                {icon(Icon::MarkUnread, "icon--small")}
                <span class="menu__text">"Mark as unread"</span>
                <kbd class="key" aria-hidden="true">"U"</kbd>
            </button>
            <a
                class="menu__item"
                role="menuitem"
                tabindex="-1"
                href=transcript
                download=""
                rel="external"
                on:click=move |_| close_menu("more")
            >
                {icon(Icon::Download, "icon--small")}
                <span class="menu__text">"Save transcript"</span>
            </a>
            <Show when=move || can_mail.get()>
                <button
                    class="menu__item"
                    role="menuitem"
                    type="button"
                    tabindex="-1"
                    popovertarget="more"
                    popovertargetaction="hide"
                    on:click=move |_| desk.transcript_open.set(true)
                >
                    {icon(Icon::Mail, "icon--small")}
                    <span class="menu__text">"Mail transcript…"</span>
                </button>
            </Show>
        </Menu>
    }
}
