//! Those who have waited longest: from here a supervisor opens a conversation, and gives it to somebody.

use leptos::prelude::*;

use super::count::wait_label;
use crate::{
    domain::{Conversation, ConversationId, Hue, Inbox, Queue},
    routes,
    ui::{
        components::{Icon, WallClock, channel_mark, icon},
        live::{Act, Live},
        screens::inbox::AssignMenu,
    },
};

/// So many are named.
const NAMED: usize = 5;

/// The first in line.
#[component]
pub fn Longest() -> impl IntoView {
    let live = expect_context::<Live>();
    let ids = Memo::new(move |_| {
        live.inbox.with(|inbox| {
            inbox.rows.iter().take(NAMED).map(|row| row.conversation.id).collect::<Vec<ConversationId>>()
        })
    });
    view! {
        <section class="settings__section" aria-labelledby="longest">
            <h3 class="dashboard__part" id="longest">"First in line"</h3>
            <Show
                when=move || !ids.with(Vec::is_empty)
                fallback=|| view! { <p class="settings__lead">"Nobody waits for an answer."</p> }
            >
                <ol class="line" aria-labelledby="longest">
                    <For each=move || ids.get() key=|id| *id children=|id| view! { <Line id /> } />
                </ol>
            </Show>
        </section>
    }
}

/// One who waits, and whose the conversation is.
#[component]
fn Line(
    /// The conversation.
    id: ConversationId,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let clock = expect_context::<WallClock>();
    // While the line goes it still shows whom it was about.
    let shown = Memo::new(move |before: Option<&Option<Shown>>| {
        let now = live.inbox.with(|inbox| Shown::find(inbox, id));
        now.or_else(|| before.cloned().flatten())
    });
    let text = move |of: fn(&Shown) -> String| move || shown.with(|shown| shown.as_ref().map(of));
    let waited = move || {
        let since = shown.with(|shown| shown.as_ref()?.conversation.awaiting_reply_since)?;
        Some(wait_label(clock.now().since(since)))
    };
    let mark = move || {
        shown.with(|shown| {
            shown.as_ref().map(|shown| channel_mark(shown.conversation.channel_kind, shown.hue, ""))
        })
    };
    let conversations = Memo::new(move |_| {
        shown.with(|shown| shown.iter().map(|shown| shown.conversation.clone()).collect::<Vec<_>>())
    });
    let menu = format!("assign-{id}");
    let act = Callback::new(move |deed: Act| live.act_on(id, deed));
    view! {
        <li class="line__item" data-testid="line">
            {mark}
            <a class="line__name" href=routes::inbox(Queue::NeedsAnswer, Some(id)) rel="external">
                <bdi>{text(|shown| shown.conversation.contact_name.clone())}</bdi>
            </a>
            <span class="line__owner">
                <bdi>{text(|shown| shown.owner.clone())}</bdi>
            </span>
            <span class="line__wait">{waited}</span>
            <button
                class="button button--quiet button--icon line__assign"
                type="button"
                aria-haspopup="menu"
                popovertarget=menu.clone()
            >
                {icon(Icon::Assign, "")}
                <span class="visually-hidden">
                    "Assign " {text(|shown| shown.conversation.contact_name.clone())}
                </span>
            </button>
            <AssignMenu id=menu conversations act />
        </li>
    }
}

/// What a line shows.
#[derive(Clone, PartialEq)]
struct Shown {
    conversation: Conversation,
    hue: Option<Hue>,
    owner: String,
}

impl Shown {
    fn find(inbox: &Inbox, id: ConversationId) -> Option<Self> {
        let row = inbox.rows.iter().find(|row| row.conversation.id == id)?;
        let conversation = row.conversation.clone();
        let owner = conversation.owner_id.and_then(|owner| inbox.operator(owner));
        Some(Self {
            hue: inbox.channel(conversation.channel_id).and_then(|channel| channel.hue),
            owner: owner.map_or_else(|| "No owner".to_owned(), |owner| owner.name.clone()),
            conversation,
        })
    }
}
