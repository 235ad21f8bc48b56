//! The frame of the inbox: its panes, what belongs to all of them, and the keyboard.

use leptos::{ev::KeyboardEvent, html, prelude::*, text_prop::TextProp};
use leptos_meta::Title;
use leptos_router::hooks::use_navigate;

use super::{
    Place,
    availability::AwayBar,
    keys::{Deed, deed_of},
    list::List,
    queues::Queues,
    rail::Rail,
    select::Tools,
    stage::{OpenOrNot, Stage, use_stage},
    work::{self, Work},
};
use crate::{
    domain::{AppError, ConversationId, Inbox, Queue, Thread, Time},
    ui::{
        browser,
        components::{Icon, WallClock, icon},
        live::{Connection, Live},
        screens::{login::mark_hydrated, palette},
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
    pub palette_open: RwSignal<bool>,
    /// None: what one works with has not come yet.
    pub work: RwSignal<Option<Work>>,
    /// The dialog that gives the conversation back to its bot.
    pub give_back_open: RwSignal<bool>,
    /// The dialog that mails what was said in the conversation.
    pub transcript_open: RwSignal<bool>,
    /// What is written is for the team.
    pub note: RwSignal<bool>,
    /// A note was asked for while its conversation was still on its way.
    pub note_ahead: StoredValue<bool>,
    pub composer: NodeRef<html::Textarea>,
    /// The newest that had happened when the page was loaded: what is later came in while it was open.
    pub since: Time,
    /// Why the conversation that the address names is not shown.
    pub refused: RwSignal<Option<AppError>>,
    /// The address has changed since the page was loaded.
    pub has_moved: StoredValue<bool>,
    /// The row that the keys last moved to.
    pub reached: StoredValue<Option<ConversationId>>,
}

impl Desk {
    /// Whether the thread on screen is what the address names, and not still the one before.
    pub fn has_arrived(self, live: Live) -> bool {
        live.thread.with(|thread| thread.as_ref().map(|thread| thread.conversation.id))
            == self.place.get().conversation
    }

    /// Puts the focus where one writes.
    pub fn focus_composer(self) {
        if let Some(field) = self.composer.get_untracked() {
            // A field that cannot be focused is still there to be clicked.
            let _ = field.focus();
        }
    }

    /// On a wide screen the panel shows unless it is closed, on a narrow one it does not unless it is opened.
    pub fn toggle_panel(self) {
        let width = window().inner_width().ok().and_then(|width| width.as_f64());
        let is_wide = width.is_some_and(|width| width >= WIDE);
        self.panel_open.update(|open| *open = Some(!open.unwrap_or(is_wide)));
    }

    /// Whether the panel lies over the thread as a drawer.
    pub fn has_drawer(self) -> bool {
        let width = window().inner_width().ok().and_then(|width| width.as_f64());
        self.panel_open.get_untracked() == Some(true) && width.is_some_and(|width| width < WIDE)
    }
}

/// From this width on the panel is a column.
const WIDE: f64 = 1280.0;

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
    let (thread, refused) = match thread {
        Some(Err(error)) => (None, Some(error)),
        Some(Ok(thread)) => (Some(thread), None),
        None => (None, None),
    };
    let is_note = thread.as_ref().is_some_and(|thread| thread.draft.note);
    let live = Live::new(inbox, thread).at_message(place.get_untracked().message);
    let desk = Desk {
        clock: WallClock::start(newest),
        place,
        queues_open: RwSignal::new(false),
        panel_open: RwSignal::new(None),
        help_open: RwSignal::new(false),
        palette_open: palette::opened_by_keys(),
        work: RwSignal::new(place.with_untracked(work::at_once)),
        give_back_open: RwSignal::new(false),
        transcript_open: RwSignal::new(false),
        note: RwSignal::new(is_note),
        note_ahead: StoredValue::new(false),
        composer: NodeRef::new(),
        since: newest,
        refused: RwSignal::new(refused),
        has_moved: StoredValue::new(false),
        reached: StoredValue::new(None),
    };
    let tools = Tools::new(live);
    provide_context(live);
    provide_context(desk);
    provide_context(tools);
    live.start();
    follow_address(live, desk);
    listen_to_keys(live, desk, tools);
    follow_call(live);
    work::fetch_when_wanted(live, desk);
    mark_hydrated();

    let stage = use_stage(live, desk);
    let is_open = Memo::new(move |_| stage.get() == Stage::Open);
    show_unread_in_icon(live);
    view! {
        <Title text=title(live) />
        <a class="skip" href="#thread">"Skip to the conversation"</a>
        <div
            class="frame"
            data-pane=move || if place.get().conversation.is_some() { "thread" } else { "list" }
            data-queues=move || desk.queues_open.get().then_some("open")
            data-panel=move || desk.panel_open.get().map(|open| if open { "open" } else { "closed" })
        >
            <OfflineBar />
            <AwayBar />
            <Rail />
            <Queues />
            <main class="frame__main">
                <h1 class="visually-hidden">"Inbox"</h1>
                <List />
                <section class="frame__thread thread" id="thread" aria-label="Conversation">
                    <OpenOrNot stage />
                </section>
            </main>
            {move || is_open.get().then(|| work::shown(desk, |work| work.contact))}
            <div
                class="frame__scrim"
                on:click=move |_| {
                    desk.queues_open.set(false);
                    desk.panel_open.set(None);
                }
            ></div>
        </div>
        {work::shown(desk, |work| work.dialogs)}
    }
}

/// How much I have not read, and where I am.
fn title(live: Live) -> TextProp {
    browser::title(move || {
        let unread = live.inbox.with(|inbox| inbox.unread.len());
        let name = live.thread.with(|thread| {
            thread.as_ref().map_or("Inbox".to_owned(), |thread| thread.conversation.contact_name.clone())
        });
        if unread > 0 {
            format!("({unread}) {name} · Live Operator")
        } else {
            format!("{name} · Live Operator")
        }
    })
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

/// Loads what the address newly points at; what was there stays on screen meanwhile.
fn follow_address(live: Live, desk: Desk) {
    Effect::new(move |before: Option<Place>| {
        let place = desk.place.get();
        if before.is_some_and(|before| before != place) {
            desk.has_moved.set_value(true);
            desk.refused.set(None);
            live.open(place.listing.clone(), place.conversation, place.message);
            desk.queues_open.set(false);
            desk.note_ahead.set_value(false);
        }
        place
    });
}

/// Goes to what a notification on the desktop is about.
fn follow_call(live: Live) {
    let navigate = use_navigate();
    Effect::new(move |_| {
        if let Some(path) = live.called_to.get() {
            live.called_to.set(None);
            navigate(&path, leptos_router::NavigateOptions { scroll: false, ..Default::default() });
        }
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

fn listen_to_keys(live: Live, desk: Desk, tools: Tools) {
    let navigate = use_navigate();
    // What was asked for before what does it is here.
    let early = StoredValue::new(Vec::new());
    let carry_out = Callback::new(move |(work, deed): (Work, Deed)| {
        if let Some(path) = (work.carry_out)(deed, live, desk, tools) {
            navigate(&path, leptos_router::NavigateOptions { scroll: false, ..Default::default() });
        }
    });
    Effect::new(move |_| {
        let Some(work) = desk.work.get() else { return };
        for deed in early.try_update_value(std::mem::take).unwrap_or_default() {
            untrack(|| carry_out.run((work, deed)));
        }
    });
    Effect::new(move |_| {
        let handle = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
            if let Some(deed) = deed_of(&event) {
                event.prevent_default();
                match desk.work.get_untracked() {
                    Some(work) => carry_out.run((work, deed)),
                    None => early.update_value(|early| early.push(deed)),
                }
            }
        });
        on_cleanup(move || handle.remove());
    });
}

/// The queue's name, a team's where it is one.
pub fn queue_name(inbox: &Inbox, queue: Queue) -> String {
    match queue {
        Queue::Team(team) => inbox.team(team).map_or("Team".to_owned(), |team| team.name.clone()),
        other => other.label().to_owned(),
    }
}
