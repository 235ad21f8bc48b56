//! The menu that moves a customer's mail to the conversation that it belongs to.

use leptos::prelude::*;

use crate::{
    domain::{ChannelKind, Conversation, ConversationId, Thread, Time, preview},
    ui::{
        components::{Icon, Menu, channel_mark, icon, row_time},
        live::Live,
        screens::inbox::{frame::Desk, row::gist},
    },
};

/// So many conversations of the contact are offered.
const OFFERED: usize = 5;
/// So many characters say which conversation it is.
const GIST: usize = 60;

/// A conversation that is offered.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Offer {
    id: ConversationId,
    kind: ChannelKind,
    gist: String,
    at: Time,
}

impl Offer {
    fn of(conversation: &Conversation) -> Self {
        Self {
            id: conversation.id,
            kind: conversation.channel_kind,
            gist: preview(gist(conversation), GIST),
            at: conversation.last_activity_at,
        }
    }
}

/// The button, and the menu of conversations, for the mail with this number.
pub fn move_menu(seq: i64) -> impl IntoView {
    let live = expect_context::<Live>();
    let offers = Memo::new(move |_| {
        live.thread.with(|thread| {
            // Other contacts of the same person have sessions of their own, which would show the mail.
            let own =
                |thread: &Thread, other: &&Conversation| other.contact_id == thread.conversation.contact_id;
            let others =
                thread.iter().flat_map(|thread| thread.others.iter().filter(move |other| own(thread, other)));
            others.take(OFFERED).map(Offer::of).collect::<Vec<_>>()
        })
    });
    let menu = format!("move-{seq}");
    let to_its_own = {
        let text = view! { <span class="menu__text">"Move to its own conversation"</span> };
        item(menu.clone(), seq, None, icon(Icon::Move, "icon--small icon--turns"), text)
    };
    let to_another = {
        let menu = menu.clone();
        move |offer: Offer| {
            let mark = channel_mark(offer.kind, None, "");
            item(menu.clone(), seq, Some(offer.id), mark, words(offer))
        }
    };
    view! {
        <div class="mail__tools">
            <button
                class="button button--quiet button--icon"
                type="button"
                aria-haspopup="menu"
                popovertarget=menu.clone()
            >
                {icon(Icon::More, "icon--small")}
                <span class="tip">"Move this mail"</span>
            </button>
            <Menu id=menu label="Move this mail">
                {to_its_own}
                <For each=move || offers.get() key=Offer::clone children=to_another />
            </Menu>
        </div>
    }
}

/// What tells a conversation from others: what it is about, and when something last happened in it.
fn words(offer: Offer) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let Offer { gist, at, .. } = offer;
    view! {
        <span class="menu__text">
            "Move to " <bdi>{gist}</bdi> " " <time class="menu__hint" datetime=at.rfc3339()>
                {move || row_time(desk.clock.civil(at), desk.clock.civil(desk.clock.now()))}
            </time>
        </span>
    }
}

/// The item of a menu that moves the mail to a conversation; none: to one of its own.
fn item(
    menu: String,
    seq: i64,
    to: Option<ConversationId>,
    mark: impl IntoView + 'static,
    text: impl IntoView + 'static,
) -> impl IntoView {
    let live = expect_context::<Live>();
    view! {
        <button
            class="menu__item"
            role="menuitem"
            type="button"
            tabindex="-1"
            popovertarget=menu
            popovertargetaction="hide"
            on:click=move |_| live.move_mail(seq, to)
        >
            {mark}
            {text}
        </button>
    }
}
