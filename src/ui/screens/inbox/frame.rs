//! The frame of the inbox: its panes, what belongs to all of them, and the keyboard.

use leptos::{ev::KeyboardEvent, html, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_navigate;

use super::{
    Place,
    composer::Composer,
    head::Head,
    help::Help,
    keys::{Deed, deed_of},
    list::List,
    log::Log,
    panel::Panel,
    queues::Queues,
    rail::Rail,
    toasts::Toasts,
};
use crate::{
    domain::{AppError, Inbox, Queue, Status, Thread, Time},
    routes,
    ui::{
        components::{Icon, WallClock, icon},
        live::{Act, Connection, Live},
        screens::login::mark_hydrated,
    },
};

/// What the panes share besides the data.
#[derive(Clone, Copy)]
pub struct Desk {
    pub clock: WallClock,
    pub place: Memo<Place>,
    /// Below 1024 px the queues are a drawer.
    pub queues_open: RwSignal<bool>,
    /// None: as wide as the window allows.
    pub panel_open: RwSignal<Option<bool>>,
    pub help_open: RwSignal<bool>,
    pub note: RwSignal<bool>,
    pub composer: NodeRef<html::Textarea>,
}

/// The whole screen, over what it was loaded with.
#[component]
pub fn Frame(
    /// The frame's and the list's data.
    inbox: Inbox,
    /// The conversation that the address names, if it names one.
    thread: Option<Result<Thread, AppError>>,
    /// Where the address points.
    place: Memo<Place>,
) -> impl IntoView {
    let newest = inbox.rows.iter().map(|row| row.conversation.last_activity_at).max().unwrap_or(Time(0));
    let live = Live::new(inbox, thread.and_then(Result::ok));
    let desk = Desk {
        clock: WallClock::start(newest),
        place,
        queues_open: RwSignal::new(false),
        panel_open: RwSignal::new(None),
        help_open: RwSignal::new(false),
        note: RwSignal::new(false),
        composer: NodeRef::new(),
    };
    provide_context(live);
    provide_context(desk);
    live.start();
    follow_address(live, desk);
    listen_to_keys(live, desk);
    mark_hydrated();

    let is_open = Memo::new(move |_| live.thread.with(Option::is_some));
    let title = move || {
        let unread = live.inbox.with(|inbox| inbox.unread.len());
        let name = live.thread.with(|thread| {
            thread.as_ref().map_or("Inbox".to_owned(), |thread| thread.conversation.contact_name.clone())
        });
        if unread > 0 {
            format!("({unread}) {name} · Live Operator")
        } else {
            format!("{name} · Live Operator")
        }
    };
    show_unread_in_icon(live);
    view! {
        <Title text=title />
        <a class="skip" href="#thread">"Skip to the conversation"</a>
        <div
            class="frame"
            data-pane=move || if place.get().conversation.is_some() { "thread" } else { "list" }
            data-queues=move || desk.queues_open.get().then_some("open")
            data-panel=move || desk.panel_open.get().map(|open| if open { "open" } else { "closed" })
        >
            <OfflineBar />
            <Rail />
            <Queues />
            <main class="frame__main">
                <h1 class="visually-hidden">"Inbox"</h1>
                <List />
                <section class="frame__thread thread" id="thread" aria-label="Conversation">
                    {move || {
                        if is_open.get() {
                            view! {
                                <Head />
                                <Log />
                                <Composer />
                            }
                                .into_any()
                        } else {
                            view! { <Nothing /> }.into_any()
                        }
                    }}
                </section>
            </main>
            {move || is_open.get().then(|| view! { <Panel /> })}
            <div
                class="frame__scrim"
                on:click=move |_| {
                    desk.queues_open.set(false);
                    desk.panel_open.set(None);
                }
            ></div>
        </div>
        <Help />
        <Toasts />
    }
}

/// The line that the screen may be behind.
#[component]
fn OfflineBar() -> impl IntoView {
    let live = expect_context::<Live>();
    let offline = Memo::new(move |_| live.connection.get() == Connection::Offline);
    move || {
        offline.get().then(|| {
            view! {
                <div class="frame__bar offline" role="status" data-testid="offline">
                    {icon(Icon::Offline, "icon--small")}
                    "Reconnecting… what you write is kept."
                </div>
            }
        })
    }
}

/// No conversation is open, or the one that the address names is not to be seen.
#[component]
fn Nothing() -> impl IntoView {
    let desk = expect_context::<Desk>();
    move || {
        let (title, text) = if desk.place.get().conversation.is_some() {
            (
                "This conversation cannot be shown",
                "It does not exist, or it belongs to a team that is not yours.",
            )
        } else {
            ("No conversation open", "Choose one from the list, or press J to start with the first.")
        };
        view! {
            <div class="empty">
                {icon(Icon::Inbox, "icon--large")}
                <h2 class="empty__title">{title}</h2>
                <p class="empty__text">{text}</p>
            </div>
        }
    }
}

/// Loads what the address newly points at; what was there stays on screen meanwhile.
fn follow_address(live: Live, desk: Desk) {
    Effect::new(move |before: Option<Place>| {
        let place = desk.place.get();
        if before.is_some_and(|before| before != place) {
            live.open(place.queue, place.conversation);
            desk.queues_open.set(false);
            desk.note.set(false);
        }
        place
    });
}

fn show_unread_in_icon(live: Live) {
    Effect::new(move |_| {
        let unread = live.inbox.with(|inbox| !inbox.unread.is_empty());
        let href = if unread { "/favicon-unread.svg" } else { "/favicon.svg" };
        if let Ok(Some(link)) = document().query_selector("link[rel=icon]") {
            // An icon that cannot be changed harms nobody.
            let _ = link.set_attribute("href", href);
        }
    });
}

fn listen_to_keys(live: Live, desk: Desk) {
    let navigate = use_navigate();
    Effect::new(move |_| {
        let navigate = navigate.clone();
        let handle = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
            if let Some(deed) = deed_of(&event) {
                event.prevent_default();
                if let Some(path) = carry_out(deed, live, desk) {
                    navigate(&path, leptos_router::NavigateOptions { scroll: false, ..Default::default() });
                }
            }
        });
        on_cleanup(move || handle.remove());
    });
}

/// Does what a key stands for; some lead to another address.
fn carry_out(deed: Deed, live: Live, desk: Desk) -> Option<String> {
    let place = desk.place.get_untracked();
    match deed {
        Deed::Next | Deed::Previous => {
            let step: isize = if deed == Deed::Next { 1 } else { -1 };
            return neighbour(live, place, step);
        }
        Deed::Reply | Deed::Note => {
            desk.note.set(deed == Deed::Note);
            if let Some(text) = desk.composer.get_untracked() {
                // Nothing to focus is nothing to do.
                let _ = text.focus();
            }
        }
        Deed::Resolve => {
            let resolved = live.thread.with_untracked(|thread| {
                thread.as_ref().is_some_and(|thread| thread.conversation.status == Status::Resolved)
            });
            live.act(if resolved { Act::Reopen } else { Act::Resolve });
        }
        Deed::Claim => {
            let open = live.thread.with_untracked(|thread| {
                thread.as_ref().is_some_and(|thread| thread.conversation.status == Status::Open)
            });
            live.act(if open { Act::TakeOver } else { Act::Claim });
        }
        Deed::MarkUnread => {
            let last = live.thread.with_untracked(|thread| {
                thread.as_ref().and_then(|thread| {
                    let from_customer = |message: &&crate::domain::Message| {
                        message.sender == crate::domain::SenderKind::Contact
                    };
                    thread.messages.iter().rev().find(from_customer).map(|message| message.seq)
                })
            });
            if let Some(seq) = last {
                live.mark_unread(seq);
            }
        }
        Deed::Queue(queue) => return Some(routes::inbox(queue, None)),
        Deed::Help => desk.help_open.set(true),
        Deed::Panel => desk.panel_open.update(|open| *open = Some(!open.unwrap_or(true))),
        Deed::Back => {
            if desk.queues_open.get_untracked() {
                desk.queues_open.set(false);
            } else if place.conversation.is_some() {
                return Some(routes::inbox(place.queue, None));
            }
        }
    }
    None
}

/// The address of the row before or after the open one.
fn neighbour(live: Live, place: Place, step: isize) -> Option<String> {
    live.inbox.with_untracked(|inbox| {
        let here = inbox.rows.iter().position(|row| Some(row.conversation.id) == place.conversation);
        let there = match here {
            Some(here) => here.checked_add_signed(step)?,
            None => 0,
        };
        inbox.rows.get(there).map(|row| routes::inbox(place.queue, Some(row.conversation.id)))
    })
}

/// The queue's name, a team's where it is one.
pub fn queue_name(inbox: &Inbox, queue: Queue) -> String {
    match queue {
        Queue::Team(team) => inbox.team(team).map_or("Team".to_owned(), |team| team.name.clone()),
        other => other.label().to_owned(),
    }
}
