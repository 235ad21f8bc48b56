//! The one stream of this browser: opened by the tab that leads, heard by all.

mod recover;
mod stream;

use std::time::Duration;

use leptos::{ev, prelude::*};

use super::{
    Connection, Live,
    backoff::Backoff,
    seat::{Said, Seat, Todo},
};
use crate::{
    domain::Push,
    ui::{
        browser::{self, Channel, EventStream, Grant, Lock},
        page_data,
    },
};

/// What a tab holds of the browser, and how it stands among the tabs.
struct Wires {
    seat: Seat,
    stream: Option<EventStream>,
    channel: Option<Channel>,
    /// Kept for its drop, which lets another tab lead.
    lock: Option<Lock>,
    backoff: Backoff,
    /// Came in this turn of the event loop and is taken in at its end.
    arrived: Vec<Push>,
    /// Counts attempts to open the stream, so that a timer knows whether it is still meant.
    attempt: u64,
    /// Counts loads of everything, so that an answer from before knows that it is late.
    epoch: u64,
    is_asking: bool,
    is_loading: bool,
}

/// The connection of a tab's [`Live`] to the stream.
#[derive(Clone, Copy)]
pub struct Link {
    live: Live,
    wires: StoredValue<Wires, LocalStorage>,
}

impl Link {
    /// Joins the tabs of this browser, as their leader if there is none. Ends with the reactive owner.
    pub fn open(live: Live) {
        let reached = live.feed.with_value(|feed| feed.position());
        let link = Self {
            live,
            wires: StoredValue::new_local(Wires {
                seat: Seat::new(reached),
                stream: None,
                channel: None,
                lock: None,
                backoff: Backoff::default(),
                arrived: Vec::new(),
                attempt: 0,
                epoch: 0,
                is_asking: false,
                is_loading: false,
            }),
        };
        link.listen();
        link.join_tabs();
    }

    /// One lock and one channel for each operator: two who share a browser do not share a stream.
    fn join_tabs(self) {
        let me = self.live.inbox.with_untracked(|inbox| inbox.me.id);
        let name = format!("live-operator-{me}");
        let channel = Channel::join(&name, move |text| self.hear(&text));
        let lock = channel.as_ref().and_then(|_| Lock::request(&name, move |grant| self.granted(grant)));
        let is_alone = lock.is_none();
        self.with(|wires| {
            wires.channel = channel.filter(|_| !is_alone);
            wires.lock = lock;
        });
        if is_alone {
            self.lead();
        }
    }

    fn granted(self, grant: Grant) {
        match grant {
            Grant::Held => self.lead(),
            Grant::Busy => {
                self.say(&Said::Hello);
                self.ask_missed();
            }
        }
    }

    fn lead(self) {
        self.with(|wires| wires.seat.lead());
        self.connect();
    }

    /// What arrives in one turn of the event loop is taken in together.
    fn queue(self, push: Push) {
        if push == Push::Reset {
            self.reload();
            return;
        }
        let count = self.with(|wires| {
            wires.arrived.push(push);
            wires.arrived.len()
        });
        if count == Some(1) {
            self.live.later(Duration::ZERO, move |live| {
                let arrived = self.with(|wires| std::mem::take(&mut wires.arrived));
                live.take(arrived.unwrap_or_default());
            });
        }
    }

    fn hear(self, text: &str) {
        match page_data::read(text) {
            Ok(said) => {
                let todo = self.with(|wires| wires.seat.hear(said));
                self.act_on(todo.unwrap_or_default());
            }
            // A tab with another version of this program leads: what it has heard is in a snapshot too.
            Err(_) => self.reload(),
        }
    }

    fn act_on(self, todo: Vec<Todo>) {
        for todo in todo {
            match todo {
                Todo::Take(push) => self.queue(push),
                Todo::AskMissed => self.ask_missed(),
                Todo::Show(connection) => self.show(connection),
                Todo::Answer => self.say_how_it_stands(),
            }
        }
    }

    /// Shows how the stream stands, here and in the tabs that follow, and goes on with what waited for it.
    fn show(self, connection: Connection) {
        let is_news = self.live.connection.get_untracked() != connection;
        if is_news {
            self.live.connection.set(connection);
        }
        if self.is_leader() {
            self.say_how_it_stands();
        }
        if is_news && connection == Connection::Online {
            self.live.wake_outbox();
            self.live.save_drafts();
        }
    }

    fn say_how_it_stands(self) {
        let connection = self.live.connection.get_untracked();
        if let Some(at) = self.with(|wires| wires.seat.reached()) {
            self.say(&Said::Stands { connection, at });
        }
    }

    fn say(self, said: &Said) {
        if let Ok(text) = serde_json::to_string(said) {
            self.with(|wires| {
                if let Some(channel) = &wires.channel {
                    channel.post(&text);
                }
            });
        }
    }

    fn is_leader(self) -> bool {
        self.with(|wires| wires.seat.is_leader()) == Some(true)
    }

    /// None once the screen is gone.
    fn with<T>(self, f: impl FnOnce(&mut Wires) -> T) -> Option<T> {
        self.wires.try_update_value(f)
    }

    fn listen(self) {
        let online = window_event_listener(ev::online, move |_| self.network_changed());
        let shown = window_event_listener(ev::pageshow, move |event| {
            // Back from the browser's store of pages, which had stopped the stream.
            if event.persisted() {
                self.came_back();
            }
        });
        let visibility = window_event_listener(ev::visibilitychange, move |_| {
            if browser::is_visible() {
                self.came_back();
            } else {
                self.live.save_drafts();
            }
        });
        on_cleanup(move || {
            online.remove();
            shown.remove();
            visibility.remove();
        });
    }

    /// A stream from before is of the old network.
    fn network_changed(self) {
        if self.is_leader() {
            self.connect();
        } else {
            self.ask_missed();
        }
    }

    /// The tab is in front again: whatever it slept through shows at once.
    fn came_back(self) {
        let is_open = self.with(|wires| wires.stream.as_ref().is_some_and(EventStream::is_open));
        if self.is_leader() && is_open == Some(false) {
            self.connect();
        } else {
            self.ask_missed();
        }
    }
}
